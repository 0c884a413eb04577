// @ts-check
/** What moves, as drawings: pointing north, to be turned along its course; a still one where none is known. */

import { KINDS, SHAPES } from "../layers/moving/shapes.js";

/** @import { Drawing } from "./parts.js" */

/** @param {string} d @returns {Drawing} */
const mover = (d) => ({
  grid: 24,
  parts: [
    { d, stroke: "halo", width: 4.5 },
    { d, fill: "moving", stroke: "halo", width: 1.6 },
  ],
});

/** @type {Record<string, Drawing>} */
export const MOVING = Object.fromEntries(
  KINDS.flatMap((kind) => [
    [`moving-${kind}`, mover(SHAPES[kind].turned)],
    [`moving-${kind}-still`, mover(SHAPES[kind].still)],
  ]),
);
