// @ts-check
/** A page of tables: the same head, words and live link as the room's screen, and no map. */

import { openDesk, pageSettings } from "./desk.js";
import { PageLoop } from "./page-loop.js";
import { CallOff } from "./panels/call-off.js";
import { CalledOff } from "./panels/called-off.js";
import { CapacityChooser } from "./panels/capacity-chooser.js";
import { ExerciseFrame } from "./panels/exercise-frame.js";
import { FrozenOverlay } from "./panels/frozen-overlay.js";
import { StatusBar } from "./panels/status-bar.js";
import { permalink } from "./permalink.js";

/** @import { Desk } from "./desk.js" */
/** @import { Part } from "./page-loop.js" */

/** @typedef {(desk: Desk, changed: () => void) => Part[]} Make the parts of a page */

/** @param {Make} make @param {{holds?: boolean}} [how] `holds`: nobody works on it while its picture stands still */
export function openPlainPage(make, { holds = true } = {}) {
  return openPage({
    make: (desk, request) => [
      new StatusBar(desk),
      new CapacityChooser(desk),
      new ExerciseFrame(desk),
      new CallOff(desk),
      new CalledOff(desk),
      ...(holds ? [new FrozenOverlay(desk)] : []),
      ...make(desk, request),
    ],
  });
}

/**
 * A page without our head: its parts are all there is.
 * @param {object} how
 * @param {Make} how.make
 * @param {Parameters<typeof openDesk>[0]["wordsOf"]} [how.wordsOf]
 */
export async function openPage({ make, wordsOf }) {
  const loop = new PageLoop();
  const settings = pageSettings();
  const desk = await openDesk({
    settings,
    changed: loop.request,
    policeZoneAt: () => null,
    choose: (incident) => location.assign(permalink(settings.realm, incident === null ? {} : { incident })),
    wordsOf,
  });
  loop.start(desk, make(desk, loop.request));
}
