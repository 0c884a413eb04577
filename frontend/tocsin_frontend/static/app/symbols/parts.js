// @ts-check
/**
 * A sign is a list of parts on a square grid, and data only; here it becomes SVG. Colours are the
 * names of themes.css, so a sign follows the theme by itself.
 */

import { svg } from "../dom.js";

/**
 * @typedef {object} Part a path, or a short text around a point
 * @property {string} [d]
 * @property {string} [text]
 * @property {[number, number]} [at] the middle of the text
 * @property {number} [size] of the text
 * @property {string} [fill]
 * @property {string} [stroke]
 * @property {number} [width] of the stroke
 * @property {number[]} [dash]
 * @property {[number, number, number]} [placed] the path's own grid: its left, its top, its scale
 * @property {[number, number, number, number]} [within] left, top, width, height: the rest is cut away
 */

/** @typedef {{grid: number, parts: Part[]}} Drawing */

const BOLD = 750;

/** @param {Drawing} drawing @param {{size: number, look?: string}} how @returns {SVGElement} */
export function drawn({ grid, parts }, { size, look = "" }) {
  return svg(
    "svg",
    {
      viewBox: `0 0 ${grid} ${grid}`,
      width: size,
      height: size,
      class: `symbol ${look}`.trim(),
      "aria-hidden": "true",
    },
    ...parts.map(element),
  );
}

/** @param {Part} part @returns {SVGElement} */
function element(part) {
  const inside = part.text === undefined ? path(part) : text(part);
  if (part.within === undefined) return inside;
  const [x, y, width, height] = part.within;
  return svg("svg", { x, y, width, height, viewBox: `${x} ${y} ${width} ${height}`, overflow: "hidden" }, inside);
}

/** @param {Part} part */
function path({ d = "", fill, stroke, width = 2, dash, placed }) {
  return svg("path", {
    d,
    fill: paint(fill),
    stroke: paint(stroke),
    "stroke-width": stroke ? width : null,
    "stroke-dasharray": dash ? dash.join(" ") : null,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    transform: placed ? `translate(${placed[0]} ${placed[1]}) scale(${placed[2]})` : null,
  });
}

/** @param {Part} part */
function text({ text: words = "", at = [0, 0], size = 12, fill }) {
  const element = svg("text", {
    x: at[0],
    y: at[1],
    fill: paint(fill),
    "font-size": size,
    "font-weight": BOLD,
    "text-anchor": "middle",
    "dominant-baseline": "central",
  });
  element.textContent = words;
  return element;
}

/** @param {string | undefined} name */
function paint(name) {
  return name === undefined ? "none" : `var(--${name})`;
}
