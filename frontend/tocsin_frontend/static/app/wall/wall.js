// @ts-check
/** A wall: no hands, no voice, no personal data; legible from where people sit. */

import { foliumMap } from "../folium-map.js";
import { byId } from "../dom.js";
import { pageSettings } from "../desk.js";
import { openMapPage } from "../map-page.js";
import { CalledOff } from "../panels/called-off.js";
import { ExerciseFrame } from "../panels/exercise-frame.js";
import { FrozenOverlay } from "../panels/frozen-overlay.js";
import { openPage } from "../plain-page.js";
import { Agenda } from "./agenda.js";
import { CameraWall } from "./camera-wall.js";
import { Guard } from "./guard.js";
import { IncidentRail } from "./incident-rail.js";
import { LastHour } from "./last-hour.js";
import { roomFor } from "./legibility.js";
import { readOptions } from "./options.js";
import { shielded } from "./shield.js";
import { WallBanners } from "./wall-banners.js";
import { WallFoot } from "./wall-foot.js";
import { WallMap } from "./wall-map.js";
import { wallWords } from "./wall-words.js";

/** @import { Desk } from "../desk.js" */
/** @import { Locale } from "../i18n.js" */
/** @import { Part } from "../page-loop.js" */

const CAPACITY = "wall";

const root = document.documentElement;
const options = readOptions(location.search, pageSettings().languages);
const guard = new Guard();
const ratio = devicePixelRatio;

/** Text, rail and map by distance, pitch and the size of the screen. */
function measure() {
  const room = roomFor({ ...options, ratio, width: innerWidth, height: innerHeight });
  root.style.setProperty("--wall-text", `${room.text}px`);
  if (room.space === "enough") delete root.dataset.compact;
  else root.dataset.compact = room.space;
  root.style.setProperty("--rail", `${room.rail}px`);
  root.style.setProperty("--map-scale", String(room.mapScale));
  // What is painted on an enlarged map is painted as finely as the screen can show it.
  Reflect.set(globalThis, "devicePixelRatio", ratio * room.mapScale);
}

/** @param {Record<string, Locale>} locales */
const wordsOf = (locales) => wallWords(locales, options.language);

/** @param {Desk} desk @param {Part[]} own @returns {Part[]} */
function parts(desk, own) {
  desk.access.capacity = CAPACITY; // of this page alone: nothing is kept
  guard.desk = desk;
  root.dataset.wall = "runs";
  return shielded([
    new FrozenOverlay(desk),
    new ExerciseFrame(desk),
    new CalledOff(desk),
    new WallBanners(desk),
    new WallFoot(desk, guard),
    ...own,
  ]);
}

measure();
addEventListener("resize", measure);
root.dataset.layout = options.layout;
if (options.layout === "a") {
  openMapPage({ make: (page) => parts(page.desk, [new IncidentRail(page.desk), new WallMap(page)]), wordsOf });
} else {
  foliumMap().remove();
  byId("map-area").remove();
  openPage({
    make: (desk) => {
      const own = parts(desk, [new CameraWall(desk), new Agenda(desk), new LastHour(desk)]);
      desk.cameras.start();
      return own;
    },
    wordsOf,
  });
}
