// @ts-check
/** A page of tables: the same head, words and live link as the room's screen, and no map. */

import { loadNames, openDesk, pageSettings, tellTimes } from "./desk.js";
import { translatePage } from "./i18n.js";
import { CapacityChooser } from "./panels/capacity-chooser.js";
import { ExerciseFrame } from "./panels/exercise-frame.js";
import { FrozenOverlay } from "./panels/frozen-overlay.js";
import { StatusBar } from "./panels/status-bar.js";
import { permalink } from "./permalink.js";
import { timeConductor } from "./time/time-conductor.js";

/** @import { Desk } from "./desk.js" */

/** @typedef {(desk: Desk, changed: () => void) => { draw(): void, tick?(): void }[]} Make the parts of a page */

/** @param {Make} make */
export function openPlainPage(make) {
  return openPage({
    make: (desk, request) => [
      new StatusBar(desk),
      new CapacityChooser(desk),
      new ExerciseFrame(desk),
      new FrozenOverlay(desk),
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
  const root = document.documentElement;
  let requested = false;
  const request = () => {
    if (requested) return;
    requested = true;
    requestAnimationFrame(draw);
  };
  const settings = pageSettings();
  const desk = await openDesk({
    settings,
    changed: request,
    policeZoneAt: () => null,
    choose: (incident) => location.assign(permalink(settings.realm, incident === null ? {} : { incident })),
    wordsOf,
  });
  const parts = make(desk, request);
  parts.push(...timeConductor(desk, request));
  function draw() {
    requested = false;
    for (const part of parts) part.draw();
    tellTimes(desk);
    root.dataset.liveN = String(desk.store.n);
    root.dataset.liveState = desk.connection.state;
  }
  function translate() {
    translatePage(desk.words);
    request();
  }
  desk.words.subscribe(translate);
  translate();
  const tick = () => {
    for (const part of parts) part.tick?.();
    tellTimes(desk);
  };
  setInterval(tick, 1000);
  tick();
  desk.connection.start();
  globalThis.tocsin = { picture: () => desk.store.picture, n: () => desk.store.n, connection: desk.connection };
  loadNames(desk, request);
}
