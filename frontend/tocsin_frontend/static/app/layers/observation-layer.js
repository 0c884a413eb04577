// @ts-check
/**
 * Observations as small circles: the loose ones, and those of the chosen incident with a thread to
 * it. Younger ones are clearer.
 */

import { CanvasLayer } from "./canvas-layer.js";

/** @import { Shown } from "../../../../types/wire" */
/** @import { SituationStore } from "../situation-store.js" */

const DRAWN_AT_MOST = 200;

export class ObservationLayer {
  /** @param {L.Map} map @param {SituationStore} store */
  constructor(map, store) {
    this.store = store;
    this.layer = new CanvasLayer((context, project) => this.#paint(context, project), "observations");
    this.layer.addTo(map);
    /** @type {unknown[]} */
    this.drawn = [];
  }

  draw() {
    const { picture, selected } = this.store;
    const parts = [picture.observations, picture.loose, selected];
    if (parts.every((part, i) => part === this.drawn[i])) return;
    this.drawn = parts;
    this.layer.draw();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {(lat: number, lon: number) => L.Point} project
   */
  #paint(context, project) {
    const { picture } = this.store;
    const now = this.store.now();
    for (const id of picture.loose.slice(-DRAWN_AT_MOST)) {
      const shown = picture.observations[id];
      if (shown) dot(context, project, shown, now, false);
    }
    const incident = this.store.selectedIncident();
    if (incident === null) return;
    const centre =
      incident.lat === null || incident.lon === null ? null : project(incident.lat, incident.lon);
    for (const id of incident.observations) {
      const shown = picture.observations[id];
      if (!shown || shown.lat === null || shown.lon === null) continue;
      if (centre !== null) thread(context, centre, project(shown.lat, shown.lon));
      dot(context, project, shown, now, true);
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {L.Point} from @param {L.Point} to */
function thread(context, from, to) {
  context.globalAlpha = 0.5;
  context.strokeStyle = "#e8edf2";
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
 * @param {(lat: number, lon: number) => L.Point} project
 * @param {Shown} shown
 * @param {number} now
 * @param {boolean} chosen
 */
function dot(context, project, shown, now, chosen) {
  if (shown.lat === null || shown.lon === null) return;
  const at = project(shown.lat, shown.lon);
  const age = (now - Date.parse(shown.recorded_at)) / 1000;
  context.globalAlpha = chosen || age < 60 ? 1 : age < 600 ? 0.7 : 0.45;
  context.beginPath();
  context.arc(at.x, at.y, chosen ? 5 : 4, 0, 2 * Math.PI);
  context.fillStyle = chosen ? "#e8edf2" : "#26313d";
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = chosen ? "#0f1419" : "#98a6b3";
  context.stroke();
  context.globalAlpha = 1;
}
