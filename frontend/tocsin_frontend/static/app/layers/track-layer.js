// @ts-check
/** What moves: an arrow where the source tells a course, else a small square; pale when stale. */

import { CanvasLayer } from "./canvas-layer.js";

/** @import { Shown } from "../../../../types/wire" */
/** @import { SituationStore } from "../situation-store.js" */

const STALE_AFTER_S = [30, 120];
const OPACITY = [1, 0.7, 0.45];

export class TrackLayer {
  /** @param {L.Map} map @param {SituationStore} store */
  constructor(map, store) {
    this.store = store;
    this.layer = new CanvasLayer((context, project, bounds) => {
      const now = store.now();
      for (const track of Object.values(store.picture.tracks)) {
        if (track.lat === null || track.lon === null) continue;
        if (!bounds.contains([track.lat, track.lon])) continue;
        drawTrack(context, project(track.lat, track.lon), track, now);
      }
    }, "observations");
    this.layer.addTo(map);
    /** @type {unknown} */
    this.drawn = null;
  }

  draw() {
    if (this.drawn === this.store.picture.tracks) return;
    this.drawn = this.store.picture.tracks;
    this.layer.draw();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {L.Point} at
 * @param {Shown} track
 * @param {number} now
 */
function drawTrack(context, at, track, now) {
  const age = (now - Date.parse(track.observed_at ?? track.recorded_at)) / 1000;
  context.globalAlpha = OPACITY[STALE_AFTER_S.filter((limit) => age > limit).length] ?? 0.45;
  context.fillStyle = "#b8c4d0";
  context.strokeStyle = "#0f1419";
  context.lineWidth = 1.5;
  context.beginPath();
  const course = Number(track.facts["course_deg"] ?? track.facts["heading"] ?? Number.NaN);
  if (Number.isFinite(course)) {
    const angle = (course * Math.PI) / 180;
    for (const [turn, length] of /** @type {[number, number][]} */ ([
      [0, 9],
      [2.5, 7],
      [Math.PI, 3],
      [-2.5, 7],
    ])) {
      context.lineTo(at.x + Math.sin(angle + turn) * length, at.y - Math.cos(angle + turn) * length);
    }
    context.closePath();
  } else {
    context.rect(at.x - 4, at.y - 4, 8, 8);
  }
  context.fill();
  context.stroke();
  context.globalAlpha = 1;
}
