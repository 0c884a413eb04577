// @ts-check
/** Paints what moves on a plain canvas, from a sheet of signs already turned: where WebGL is missing. */

import { colour } from "../../palette.js";
import { OPACITY, STALE_AFTER_S } from "./moving-objects.js";
import { cellEdge, DIRECTIONS, turnedSheet } from "./sheet.js";

/** @import { View } from "./gl-painter.js" */
/** @import { MovingObjects } from "./moving-objects.js" */

const TURN = 2 * Math.PI;
const [PALER = 0, PALEST = 0] = STALE_AFTER_S;

export class CanvasPainter {
  /** @param {CanvasRenderingContext2D} context @param {number} size of a sign, in CSS pixels */
  constructor(context, size) {
    this.context = context;
    this.size = size;
    this.ratio = 0;
    /** @type {HTMLCanvasElement[]} the fresh and the old */
    this.sheets = [];
  }

  tint() {
    this.ratio = 0;
  }

  /** @param {MovingObjects} objects @param {View} view @param {number} now @param {number} room */
  paint(objects, { full, ratio, scale, corner }, now, room) {
    if (ratio !== this.ratio) this.#paintSheets(ratio);
    const { context } = this;
    const edge = cellEdge(this.size * ratio);
    const wide = full.x * ratio;
    const high = full.y * ratio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, wide, high);
    const { seen, heading, sprite } = objects.at;
    for (let i = 0; i < objects.length; i += 1) {
      if (objects.shown[i] === null) continue;
      const x = Math.round((objects.x(i, now) * scale - corner.x) * ratio - edge / 2);
      const y = Math.round((objects.y(i, now) * scale - corner.y) * ratio - edge / 2);
      if (x < -edge || y < -edge || x > wide || y > high) continue;
      const age = (room - (seen[i] ?? 0)) / 1000;
      const stale = (age >= PALER ? 1 : 0) + (age >= PALEST ? 1 : 0);
      const turned = Math.round(((heading[i] ?? 0) / TURN) * DIRECTIONS) % DIRECTIONS;
      const row = (turned + DIRECTIONS) % DIRECTIONS;
      const sheet = /** @type {HTMLCanvasElement} */ (this.sheets[stale < 2 ? 0 : 1]);
      context.globalAlpha = OPACITY[stale] ?? 1;
      context.drawImage(sheet, (sprite[i] ?? 0) * edge, row * edge, edge, edge, x, y, edge, edge);
    }
    context.globalAlpha = 1;
  }

  /** @param {number} ratio */
  #paintSheets(ratio) {
    this.ratio = ratio;
    const size = this.size * ratio;
    this.sheets = ["moving", "area"].map((token) => turnedSheet(size, colour(token), colour("halo")));
  }
}
