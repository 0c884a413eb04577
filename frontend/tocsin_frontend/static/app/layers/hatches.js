// @ts-check
/**
 * The hatches of areas: the three intervention zones, and the outline of an incident. Each has a
 * border and a hatch of its own and carries its letter, so that colour is never alone. The patterns
 * are put into the page once; map.css colours them, so they follow the theme by themselves.
 */

import { svg } from "../dom.js";

/** @typedef {"zone_red" | "zone_orange" | "zone_yellow"} ZoneKind from the inside outwards */

/** @type {ZoneKind[]} */
export const ZONE_KINDS = ["zone_red", "zone_orange", "zone_yellow"];

const SEVERITIES = [0, 1, 2, 3, 4];
const BOX = "hatch-patterns";

/** @type {Record<ZoneKind, L.PathOptions>} */
const BORDERS = {
  zone_red: { weight: 4 },
  zone_orange: { weight: 3, dashArray: "12 7" },
  zone_yellow: { weight: 3, dashArray: "0.1 7", lineCap: "round" },
};

/** Puts the patterns into the page, where they are not yet. */
export function hatches() {
  if (document.getElementById(BOX) !== null) return;
  const patterns = [
    stripes("zone_red", "zone-line red", 7, 2),
    stripes("zone_orange", "zone-line orange", 13, 2),
    dots("zone_yellow", "zone-dot yellow", 11),
    ...SEVERITIES.map((severity) => stripes(`s${severity}`, `hatch s${severity}`, 8, 1)),
  ];
  document.body.append(svg("svg", { id: BOX, "aria-hidden": "true" }, svg("defs", {}, ...patterns)));
}

/** How the map draws such a zone; its renderer must be SVG. @param {ZoneKind} kind @returns {L.PathOptions} */
export function zoneStyle(kind) {
  return { className: `zone ${kind}`, fillColor: fillOf(kind), fillOpacity: 1, ...BORDERS[kind] };
}

/** The fill for a zone, or for the outline of an incident: `s0` … `s4`. @param {string} name */
export function fillOf(name) {
  return `url(#hatch-${name})`;
}

/** @param {string} name @param {string} look @param {number} step @param {number} width */
function stripes(name, look, step, width) {
  const line = svg("path", { d: `M${step / 2} 0V${step}`, "stroke-width": width, class: look });
  return pattern(name, step, line, "rotate(45)");
}

/** @param {string} name @param {string} look @param {number} step */
function dots(name, look, step) {
  return pattern(name, step, svg("circle", { cx: step / 2, cy: step / 2, r: 1.4, class: look }), null);
}

/** @param {string} name @param {number} step @param {SVGElement} mark @param {string | null} turn */
function pattern(name, step, mark, turn) {
  return svg(
    "pattern",
    { id: `hatch-${name}`, width: step, height: step, patternUnits: "userSpaceOnUse", patternTransform: turn },
    mark,
  );
}
