// @ts-check
/**
 * The grammar of the signs, "BXL-Ops": the frame says what kind of thing it is, the glyph its
 * family, the badge its severity, the fill its state. An incident is always a diamond; how grave
 * it is, is said by the badge at its corner, which has the severity's own shape, colour and number.
 */

import { glyphOf } from "./glyphs.js";

/** @import { Drawing, Part } from "./parts.js" */

/** How far the room is with an incident. @typedef {"new" | "taken" | "stable" | "over"} Look */

/**
 * @typedef {object} IncidentLook
 * @property {number} severity
 * @property {string} [family]
 * @property {Look} look
 * @property {boolean} confirmed
 * @property {number} ticks
 * @property {boolean} chosen
 */

const GRID = 52;
const MIDDLE = 23; // of the diamond: the badge hangs out of it
/** Where on the sign the place lies, from 0 to 1. */
export const ANCHOR = MIDDLE / GRID;

/** @param {number} reach from the middle to a corner @param {number} [middle] */
const diamond = (reach, middle = MIDDLE) =>
  `M${middle} ${middle - reach} ${middle + reach} ${middle} ${middle} ${middle + reach} ${middle - reach} ${middle}Z`;

const FRAME = diamond(20);
const FILLED = diamond(15.6);
const UPPER = /** @type {[number, number, number, number]} */ ([0, 0, GRID, MIDDLE]);
const LOWER = /** @type {[number, number, number, number]} */ ([0, MIDDLE, GRID, GRID - MIDDLE]);
const GLYPH_SCALE = 0.86;

/** Around (40, 40): a shape for each severity, and where its number stands. */
const BADGES = [
  { d: "M40 32.5a7.5 7.5 0 1 0 .01 0Z", number: 40.5, size: 12 },
  { d: "M40 30a10 10 0 1 0 .01 0Z", number: 40.5, size: 14.5 },
  { d: "M40 26 52 48H28Z", number: 41.6, size: 12.5 },
  { d: "M40 27.5 52.5 40 40 52.5 27.5 40Z", number: 40.5, size: 14 },
  { d: "M35.6 29.4H44.4L50.4 35.4V44.4L44.4 50.4H35.6L29.6 44.4V35.4Z", number: 40.4, size: 15.5 },
];
const GRAVEST = BADGES.length - 1;

/** @param {number} severity */
const badgeOf = (severity) => BADGES[severity] ?? /** @type {typeof BADGES[0]} */ (BADGES[0]);

/** @param {number} severity @param {boolean} over @returns {Part[]} */
function badge(severity, over) {
  const { d, number, size } = badgeOf(severity);
  const shape = over
    ? [
        { d, fill: "panel", stroke: "halo", width: 5 },
        { d, fill: "panel", stroke: "sign-over", width: 1.8 },
      ]
    : severity === GRAVEST
      ? [
          { d, stroke: "sign-edge", width: 5.6 },
          { d, fill: `s${severity}`, stroke: "sign-rim", width: 2.6 },
        ]
      : [{ d, fill: `s${severity}`, stroke: "sign-edge", width: 2.6 }];
  return [...shape, { text: String(severity), at: [40, number], size, fill: over ? "soft" : "ink" }];
}

/** The badge alone, in the middle of its grid. @param {number} severity @returns {Drawing} */
export function badgeDrawing(severity) {
  const parts = badge(severity, false).map((part) =>
    part.text === undefined
      ? { ...part, placed: /** @type {[number, number, number]} */ ([-25, -25, 1]) }
      : { ...part, at: /** @type {[number, number]} */ ([15, (part.at?.[1] ?? 40) - 25]) },
  );
  return { grid: 30, parts };
}

/** @param {IncidentLook} look @returns {Drawing} */
export function incidentDrawing({ severity, family, look, confirmed, ticks, chosen }) {
  const over = look === "over";
  const line = over ? "sign-over" : `s${severity}`;
  const dash = over ? [0.1, 5.2] : confirmed ? undefined : [7, 7.14];
  return {
    grid: GRID,
    parts: [
      ...(chosen ? [{ d: diamond(31), fill: "sign-halo", stroke: "focus", width: 3 }] : []),
      ...tickMarks(ticks),
      { d: FRAME, fill: "panel", stroke: over ? "halo" : "sign-edge", width: 7 },
      ...fillOf(look, severity),
      { d: FRAME, stroke: line, width: 3.2, ...(dash ? { dash } : {}) },
      ...glyphIn(family, look),
      ...badge(severity, over),
    ],
  };
}

/** @param {Look} look @param {number} severity @returns {Part[]} */
function fillOf(look, severity) {
  if (look === "new") return [{ d: FILLED, fill: `s${severity}` }];
  if (look === "taken") return [{ d: FILLED, fill: `s${severity}`, within: LOWER }];
  return [];
}

/** Black on the severity's colour, light beside it: a half-filled sign has both. @param {string | undefined} family @param {Look} look @returns {Part[]} */
function glyphIn(family, look) {
  const { d, solid } = glyphOf(family);
  const placed = /** @type {[number, number, number]} */ ([
    MIDDLE - 12 * GLYPH_SCALE,
    MIDDLE - 12 * GLYPH_SCALE,
    GLYPH_SCALE,
  ]);
  /** @param {string} ink @returns {Part} */
  const inked = (ink) => ({ d, stroke: ink, width: solid ? 0.6 : 2.2, placed, ...(solid ? { fill: ink } : {}) });
  if (look === "new") return [inked("ink")];
  if (look === "taken") return [{ ...inked("text"), within: UPPER }, { ...inked("ink"), within: LOWER }];
  return [inked(look === "over" ? "soft" : "text")];
}

/** @param {number} ticks @returns {Part[]} along the upper left edge */
function tickMarks(ticks) {
  if (ticks === 0) return [];
  const marks = Array.from({ length: ticks }, (_, i) => {
    const along = 5 + (i * 10) / 3;
    return `M${0.2 + along} ${MIDDLE - 3 - along}l-3-3`;
  }).join("");
  return [
    { d: marks, stroke: "halo", width: 4.6 },
    { d: marks, stroke: "text", width: 2.2 },
  ];
}

/** Several incidents in one sign: how many, and the worst of their severities. @param {number} severity @param {number} count @param {boolean} over @returns {Drawing} */
export function clusterDrawing(severity, count, over) {
  const line = over ? "sign-over" : `s${severity}`;
  const edge = over ? "halo" : "sign-edge";
  const told = count > 999 ? "999+" : String(count);
  return {
    grid: GRID,
    parts: [
      { d: diamond(20, MIDDLE - 3), fill: "panel", stroke: edge, width: 6 },
      { d: diamond(20, MIDDLE - 3), stroke: line, width: 2.2 },
      { d: FRAME, fill: "panel", stroke: edge, width: 7 },
      { d: FRAME, stroke: line, width: 3.2, ...(over ? { dash: [0.1, 5.2] } : {}) },
      { text: told, at: [MIDDLE - 0.5, MIDDLE], size: [17, 17, 16, 12.5, 9.5][told.length] ?? 9.5, fill: "text" },
      ...badge(severity, over),
    ],
  };
}


/** A frame of another kind, on a 24-grid. @param {string} d @returns {Drawing} */
function framed(d) {
  return {
    grid: 24,
    parts: [
      { d, fill: "panel", stroke: "halo", width: 4 },
      { d, fill: "panel", stroke: "text", width: 1.8 },
    ],
  };
}

/** The other kinds of thing, each a frame. @type {Record<string, Drawing>} */
export const FRAMES = {
  observation: framed("M12 5a7 7 0 1 0 .01 0Z"),
};
