// @ts-check
/** Signs by their names: frames of kinds, what moves, and `glyph-FAMILY`. */

import { FRAMES } from "./frames.js";
import { GLYPHS } from "./glyphs.js";
import { MOVING } from "./moving.js";

/** @import { Drawing } from "./parts.js" */

/** @param {string} name @returns {Drawing} */
export function signDrawing(name) {
  const drawing = FRAMES[name] ?? MOVING[name] ?? glyphDrawing(name);
  if (drawing === null) throw new Error(`there is no sign ${name}`);
  return drawing;
}

/** @param {string} name @returns {Drawing | null} */
function glyphDrawing(name) {
  const glyph = GLYPHS[name.replace(/^glyph-/, "")];
  if (glyph === undefined) return null;
  const { d, solid } = glyph;
  const ink = { d, stroke: "text", width: solid ? 0.6 : 2, ...(solid ? { fill: "text" } : {}) };
  return { grid: 24, parts: [{ d, stroke: "halo", width: 4 }, ink] };
}
