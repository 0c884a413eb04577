// @ts-check
/** What can be drawn, and the sign of each on its button and in the list. */

import { svg } from "../dom.js";

/** @import { Drawing } from "../../../../types/wire" */

/** @typedef {Drawing["kind"]} Kind */
/** @typedef {Drawing["layer"]} Team */
/** How a thing is given: around a centre, by its corners, or at one place. @typedef {"circle" | "outline" | "path" | "place"} Shape */

/** In the order of the toolbar; a zone is round unless somebody traces it. @type {Record<Kind, Shape[]>} */
export const SHAPES = {
  zone_red: ["circle", "outline"],
  zone_orange: ["circle", "outline"],
  zone_yellow: ["circle", "outline"],
  wedge: ["circle"],
  line: ["path"],
  text: ["place"],
  distance: ["path"],
  area: ["outline"],
};

export const KINDS = /** @type {Kind[]} */ (Object.keys(SHAPES));

/** @type {Team[]} */
export const TEAMS = ["room", "d1", "d2", "d3", "d4", "d5", "mobiris"];

/** The letter of a zone, in both languages of the plan. @type {Partial<Record<Kind, string>>} */
export const LETTERS = { zone_red: "R", zone_orange: "O", zone_yellow: "J/G" };

/** @type {Record<Kind, string>} */
const LINES = {
  zone_red: "M4 4h16v16H4Z",
  zone_orange: "M4 4h16v16H4Z",
  zone_yellow: "M4 4h16v16H4Z",
  wedge: "M12 21 5 6A16 16 0 0 1 19 6ZM12 16V9m-2.5 2.5L12 9l2.5 2.5",
  line: "M4 18 10 8l5 6 5-9",
  text: "M6 7V5h12v2M12 5v14M9.5 19h5",
  distance: "M3 15 15 3l6 6L9 21ZM7 11l2.5 2.5M10.5 7.5 13 10M14 4l2.5 2.5",
  area: "M5 9 13 4l7 6-3 9H7Z",
};

/** @param {Kind} kind @param {number} [size] */
export function kindSign(kind, size = 22) {
  const letter = LETTERS[kind];
  const text = svg("text", { x: 12, y: 12.5, class: "kind-letter" });
  text.textContent = letter?.[0] ?? "";
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: `kind-sign ${kind}`, "aria-hidden": "true" },
    svg("path", { d: LINES[kind] }),
    ...(letter === undefined ? [] : [text]),
  );
}
