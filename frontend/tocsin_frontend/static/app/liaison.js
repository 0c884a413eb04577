// @ts-check
/** The police liaison's desk: hits to verify, what D3 is asked, perimeters, its own logbook. */

import { CameraFocus } from "./cameras/focus.js";
import { byId, fill, h } from "./dom.js";
import { DrawingPanel } from "./drawing/panel.js";
import { Asked } from "./liaison/asked.js";
import { Book } from "./liaison/book.js";
import { Engaged } from "./liaison/engaged.js";
import { HitList } from "./liaison/hit-list.js";
import { HitMark } from "./liaison/hit-mark.js";
import { HitViewer } from "./liaison/hit-viewer.js";
import { Perimeters } from "./liaison/perimeters.js";
import { POLICE, TEAM } from "./liaison/police.js";
import { openMapPage } from "./map-page.js";
import { AlarmCaller } from "./panels/alarm-caller.js";
import { AlarmStrip } from "./panels/alarm-strip.js";
import { CallOff } from "./panels/call-off.js";
import { CalledOff } from "./panels/called-off.js";
import { CapacityChooser } from "./panels/capacity-chooser.js";
import { ExerciseFrame } from "./panels/exercise-frame.js";
import { FrozenOverlay } from "./panels/frozen-overlay.js";
import { LayerChooser } from "./panels/layer-chooser.js";
import { LegendPanel } from "./panels/legend-panel.js";
import { MapCard } from "./panels/map-card.js";
import { MapRoom } from "./panels/map-room.js";
import { RoomPanel } from "./panels/room-panel.js";
import { StatusBar } from "./panels/status-bar.js";
import { Search } from "./search/search.js";
import { Sounds } from "./sounds.js";

/** @import { Desk } from "./desk.js" */
/** @import { MapPage } from "./map-page.js" */

const HIT_ZOOM = 15;

/** The page is the police's: who acts otherwise is told so, and may change with one click. */
class AsPolice {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("as-police");
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { access, words, tables } = this.desk;
    const parts = [access.capacity, words.language, tables.edition];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.box.hidden = access.capacity === POLICE;
    const names = { capacity: access.name(access.capacity), police: access.name(POLICE) };
    fill(
      this.box,
      h("span", {}, words.t("liaison.acting", names)),
      h(
        "button",
        { type: "button", class: "button", id: "act-as-police", onclick: () => access.choose(POLICE) },
        words.t("liaison.act_as", names),
      ),
    );
  }
}

/** @param {MapPage} page */
function make(page) {
  const { desk, map } = page;
  const focus = new CameraFocus(desk);
  desk.showCamera = (camera, others) => focus.open(camera, others);
  desk.keys.held = () => byId("liaison").inert;
  const sounds = new Sounds(desk.access.isExercise);
  const viewer = new HitViewer(desk, ({ lat, lon }) => {
    if (lat === null || lon === null) return;
    map.setView([lat, lon], Math.max(map.getZoom(), HIT_ZOOM), { animate: false }); // what covers it moves it on
  });
  const hits = new HitList(desk, {
    chosen: () => viewer.hit,
    choose: (hit) => {
      viewer.choose(hit);
      page.request();
    },
  });
  const drawing = new DrawingPanel(page, byId("draw-open"), TEAM);
  return [
    new AsPolice(desk),
    hits,
    viewer,
    new HitMark(map, () => viewer.shownHit()),
    new Asked(desk),
    drawing,
    new Perimeters(desk, drawing),
    new Engaged(desk),
    new Book(desk),
    new StatusBar(desk),
    new CapacityChooser(desk),
    new RoomPanel(desk),
    new AlarmStrip(desk, sounds),
    new AlarmCaller(desk, sounds),
    new ExerciseFrame(desk),
    new CallOff(desk),
    new CalledOff(desk),
    new FrozenOverlay(desk),
    focus,
    new LayerChooser(page),
    new LegendPanel(page),
    new MapCard(page),
    new Search(page),
    new MapRoom(map, desk, viewer.box),
  ];
}

openMapPage({ make });
