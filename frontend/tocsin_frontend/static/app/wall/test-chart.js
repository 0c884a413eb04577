// @ts-check
/** What one looks at to check a wall: a ruler, letters E of known size, the five severities. */

import { fill, h, svg } from "../dom.js";
import { severityBadge } from "../symbols.js";
import { ANGLES, capHeightMm, fontPx } from "./legibility.js";

/** @import { Words } from "../i18n.js" */

export const CARD = { width: 85.6, height: 53.98 }; // mm, of every bank card
const RULER_MM = 200;
const STEP_MM = 10;
/** Which way the bars of each E point, in quarter turns; a different row for each size. */
const TURNS = [
  [0, 3, 1, 2, 0],
  [2, 0, 3, 1, 3],
  [1, 2, 0, 3, 1],
];
const E = "M0 0H5V1H1V2H5V3H1V4H5V5H0Z";

/** A ruler and a card as large as they are said to be. @param {number} pitch of a CSS pixel, mm */
export function ruler(pitch) {
  const px = (/** @type {number} */ mm) => mm / pitch;
  const ticks = [];
  for (let mm = 0; mm <= RULER_MM; mm += STEP_MM) {
    const tall = mm % 50 === 0;
    ticks.push(svg("line", { x1: px(mm), x2: px(mm), y1: 0, y2: tall ? 28 : 16, class: "tick" }));
    if (!tall) continue;
    const label = svg("text", { x: px(mm), y: 46, class: "tick-label" });
    label.textContent = String(mm);
    ticks.push(label);
  }
  const card = { x: 0, y: 62, width: px(CARD.width), height: px(CARD.height), rx: px(3), class: "card" };
  const width = px(RULER_MM) + 40;
  const height = 66 + px(CARD.height);
  return svg(
    "svg",
    { width, height, viewBox: `-16 -2 ${width} ${height}`, class: "ruler", "aria-hidden": "true" },
    ...ticks,
    svg("line", { x1: 0, x2: px(RULER_MM), y1: 0, y2: 0, class: "tick" }),
    svg("rect", card),
  );
}



/**
 * A line for each size: the letters E, each turned its way, and words as they stand on a wall.
 * @param {number} metres @param {number} pitch of a CSS pixel, mm @param {Words} words
 */
export function chart(metres, pitch, words) {
  return Object.entries(ANGLES).map(([name, minutes], i) => {
    const edge = capHeightMm(metres, minutes) / pitch;
    const letters = (TURNS[i] ?? []).map((turn) =>
      svg(
        "svg",
        { viewBox: "0 0 5 5", width: edge, height: edge, class: "test-e", "aria-hidden": "true" },
        svg("path", { d: E, transform: `rotate(${turn * 90} 2.5 2.5)` }),
      ),
    );
    const sample = h("span", { class: "test-words", "aria-hidden": "true" }, "14:05 Elsene É 0689");
    sample.style.fontSize = `${fontPx(metres, minutes, pitch)}px`;
    return h(
      "li",
      {},
      h("p", {}, words.t(`wall_angle.${name}`, { minutes, mm: capHeightMm(metres, minutes).toFixed(1) })),
      h("div", { class: "test-line" }, ...letters, sample),
    );
  });
}

/** The five severities at the size of running text. @param {Element} list @param {number} text in CSS pixels @param {Words} words */
export function severities(list, text, words) {
  fill(
    list,
    [0, 1, 2, 3, 4].map((severity) => {
      const name = h("span", {}, words.name("severity.", String(severity)));
      name.style.fontSize = `${text}px`;
      return h("li", {}, severityBadge(severity, text * 1.6), name);
    }),
  );
}
