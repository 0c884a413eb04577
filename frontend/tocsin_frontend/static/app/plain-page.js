// @ts-check
/** A page of tables: the same head, words and live link as the room's screen, and no map. */

import { loadNames, openDesk, pageSettings, tellTimes } from "./desk.js";
import { translatePage } from "./i18n.js";
import { CapacityChooser } from "./panels/capacity-chooser.js";
import { ExerciseFrame } from "./panels/exercise-frame.js";
import { FrozenOverlay } from "./panels/frozen-overlay.js";
import { StatusBar } from "./panels/status-bar.js";

/** @import { Desk } from "./desk.js" */

/**
 * @param {(desk: Desk, changed: () => void) => { draw(): void }[]} make the parts of the page
 */
export async function openPlainPage(make) {
  const root = document.documentElement;
  let requested = false;
  const request = () => {
    if (requested) return;
    requested = true;
    requestAnimationFrame(draw);
  };
  const settings = pageSettings();
  const room = `/realms/${settings.realm}`;
  const desk = await openDesk({
    settings,
    changed: request,
    policeZoneAt: () => null,
    choose: () => location.assign(room),
  });
  const statusBar = new StatusBar(desk);
  const parts = [
    statusBar,
    new CapacityChooser(desk),
    new ExerciseFrame(desk),
    new FrozenOverlay(desk),
    ...make(desk, request),
  ];
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
  setInterval(() => {
    statusBar.tick();
    tellTimes(desk);
  }, 1000);
  statusBar.tick();
  desk.connection.start();
  loadNames(desk, request);
}
