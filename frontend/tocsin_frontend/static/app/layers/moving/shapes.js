// @ts-check
/** The signs of what moves, north up on a 24-grid: one where the course is known, one where not. */

import { svg } from "../../dom.js";

/** @import { Shown } from "../../../../../types/wire" */

/** @typedef {"vehicle" | "unit" | "drone" | "ship"} MovingKind */

const ROTORS = [
  [5, 5],
  [19, 5],
  [19, 19],
  [5, 19],
]
  .map(([x, y]) => `M${x} ${y}m-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0-6.8 0`)
  .join("");
const FRAME = `${ROTORS}M5 6.4 6.4 5 19 17.6 17.6 19ZM17.6 5 19 6.4 6.4 19 5 17.6Z`;

/** @type {Record<MovingKind, {turned: string, still: string}>} */
export const SHAPES = {
  vehicle: { turned: "M12 2.5 19.5 20.5 12 16.5 4.5 20.5Z", still: "M7 7H17V17H7Z" },
  unit: { turned: "M12 1.5 19.5 9V21H4.5V9Z", still: "M3.5 6H20.5V18H3.5Z" },
  drone: { turned: `${FRAME}M12 1 15 8H9Z`, still: FRAME },
  ship: {
    turned: "M12 1.5C17.5 7.5 17.5 12 16.5 22H7.5C6.5 12 6.5 7.5 12 1.5Z",
    still: "M2.5 13H21.5L17.5 20H6.5ZM10.8 3.5H13.2V12H10.8Z",
  },
};

export const KINDS = /** @type {MovingKind[]} */ (Object.keys(SHAPES));

/** What it is, as far as its source tells. @param {Shown} track @returns {MovingKind} */
export function movingKind(track) {
  if (track.kind === "drone_track") return "drone";
  if (track.kind === "anpr_passage") return "vehicle";
  return track.source.startsWith("ais:") ? "ship" : "unit";
}

/** Degrees from north; null where the source tells none. @param {Shown} track */
export function headingOf(track) {
  const heading = track.facts["heading_deg"];
  return typeof heading === "number" ? heading : null;
}

/** The same sign as an element, for lists and the legend. @param {MovingKind} kind @param {number} [size] */
export function movingSign(kind, size = 20) {
  return svg(
    "svg",
    { viewBox: "-2 -2 28 28", width: size, height: size, class: "moving-sign", "aria-hidden": "true" },
    svg("path", { d: SHAPES[kind].turned }),
  );
}
