// @ts-check
/**
 * Observations as small circles: the loose ones, and those of the chosen incident with a thread to
 * it. Younger ones are clearer; how exactly a place is known is drawn around the chosen ones.
 */

import { colour } from "../palette.js";
import { CanvasLayer } from "./canvas-layer.js";
import { clarity } from "./clarity.js";

/** @import { Shown } from "../../../../types/wire" */
/** @import { SituationStore } from "../situation-store.js" */

const DRAWN_AT_MOST = 200;
const RADIUS = 4;
const CHOSEN_RADIUS = 6;
const REPAINT_MS = 30_000; // ages go on without news

export class ObservationLayer {
  /** @param {L.Map} map @param {SituationStore} store */
  constructor(map, store) {
    this.map = map;
    this.store = store;
    this.layer = new CanvasLayer((context, project, bounds) => this.#paint(context, project, bounds), "observations");
    this.layer.addTo(map);
    /** @type {unknown[]} */
    this.drawn = [];
  }

  draw() {
    const { picture, selected } = this.store;
    const parts = [picture.observations, picture.loose, selected, Math.floor(this.store.now() / REPAINT_MS)];
    if (parts.every((part, i) => part === this.drawn[i])) return;
    this.drawn = parts;
    this.layer.draw();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {(lat: number, lon: number) => L.Point} project
   * @param {L.LatLngBounds} bounds
   */
  #paint(context, project, bounds) {
    const { picture } = this.store;
    const now = this.store.now();
    for (const id of picture.loose.slice(-DRAWN_AT_MOST)) {
      const shown = picture.observations[id];
      if (!hasPlace(shown) || !bounds.contains([shown.lat, shown.lon])) continue;
      dot(context, project(shown.lat, shown.lon), shown, now, false);
    }
    const incident = this.store.selectedIncident();
    if (incident === null) return;
    const { lat, lon } = incident;
    const centre = lat === null || lon === null ? null : project(lat, lon);
    for (const shown of incident.observations.map((id) => picture.observations[id]).filter(hasPlace)) {
      const at = project(shown.lat, shown.lon);
      if (shown.accuracy_m !== null) accuracy(context, at, this.#pixels(shown.lat, shown.accuracy_m));
      if (centre !== null) thread(context, centre, at);
      dot(context, at, shown, now, true);
    }
  }

  /** So many metres at that latitude, on this map. @param {number} lat @param {number} metres */
  #pixels(lat, metres) {
    const around = 40_075_017 * Math.cos((lat * Math.PI) / 180);
    return (metres * 256 * 2 ** this.map.getZoom()) / around;
  }
}

/** @param {Shown | undefined} shown @returns {shown is Shown & {lat: number, lon: number}} */
function hasPlace(shown) {
  return shown !== undefined && shown.lat !== null && shown.lon !== null;
}

/** @param {CanvasRenderingContext2D} context @param {L.Point} at @param {number} radius */
function accuracy(context, at, radius) {
  if (radius <= CHOSEN_RADIUS + 2) return;
  context.globalAlpha = 0.6;
  context.strokeStyle = colour("soft");
  context.lineWidth = 1;
  context.setLineDash([3, 5]);
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.stroke();
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {L.Point} from @param {L.Point} to */
function thread(context, from, to) {
  context.globalAlpha = 0.5;
  context.strokeStyle = colour("text");
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
  context.setLineDash([]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {L.Point} at
 * @param {Shown} shown
 * @param {number} now
 * @param {boolean} chosen
 */
function dot(context, at, shown, now, chosen) {
  context.globalAlpha = chosen ? 1 : clarity((now - Date.parse(shown.recorded_at)) / 1000);
  context.beginPath();
  context.arc(at.x, at.y, chosen ? CHOSEN_RADIUS : RADIUS, 0, 2 * Math.PI);
  context.fillStyle = colour(chosen ? "text" : "panel");
  context.fill();
  context.lineWidth = chosen ? 2 : 1.5;
  context.strokeStyle = colour(chosen ? "halo" : "sign-over");
  context.stroke();
  context.globalAlpha = 1;
}
