// @ts-check
/** Sprite sheets, painted once: as a mask that WebGL tints and turns, or in colours and already turned. */

import { KINDS, SHAPES } from "./shapes.js";

const GRID = 24;
const REACH = 34; // a cell, in units of the grid: room for any turn, and for the halo
const HALO = 3.6;
export const SPRITES = KINDS.length * 2;
export const DIRECTIONS = 24;

/** Where a sign stands on the sheets. @param {import("./shapes.js").MovingKind} kind @param {boolean} turned */
export function spriteOf(kind, turned) {
  return KINDS.indexOf(kind) * 2 + (turned ? 0 : 1);
}

/** The edge of a cell for a sign of so many pixels. @param {number} size */
export function cellEdge(size) {
  return Math.ceil((size * REACH) / GRID);
}

/**
 * All signs in a row.
 * @param {number} size of a sign, in pixels of the sheet
 * @param {number[]} turns a row for each, in radians
 * @param {string} fill
 * @param {string} halo
 */
function paint(size, turns, fill, halo) {
  const edge = cellEdge(size);
  const canvas = document.createElement("canvas");
  canvas.width = edge * SPRITES;
  canvas.height = edge * turns.length;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.lineJoin = "round";
  context.lineWidth = HALO;
  context.fillStyle = fill;
  context.strokeStyle = halo;
  turns.forEach((turn, row) => {
    KINDS.flatMap((kind) => [SHAPES[kind].turned, SHAPES[kind].still]).forEach((d, column) => {
      context.save();
      context.translate((column + 0.5) * edge, (row + 0.5) * edge);
      if (column % 2 === 0) context.rotate(turn);
      context.scale(size / GRID, size / GRID);
      context.translate(-GRID / 2, -GRID / 2);
      const path = new Path2D(d);
      context.stroke(path);
      context.fill(path);
      context.restore();
    });
  });
  return canvas;
}

/** Red is the sign, green its halo. @param {number} size */
export function maskSheet(size) {
  return paint(size, [0], "#f00", "#0f0");
}

/** A row for each of the directions. @param {number} size @param {string} fill @param {string} halo */
export function turnedSheet(size, fill, halo) {
  const turns = Array.from({ length: DIRECTIONS }, (_, i) => (2 * Math.PI * i) / DIRECTIONS);
  return paint(size, turns, fill, halo);
}
