// @ts-check
/** All signs and what they mean, in one language: for the panel on the map and for paper. */

import { kindSign, LETTERS } from "../drawing/kinds.js";
import { h, svg } from "../dom.js";
import { KINDS } from "../layers/moving/shapes.js";
import { clarity } from "../layers/clarity.js";
import { referenceSign } from "../layers/reference-signs.js";
import { fillOf, hatches, ZONE_KINDS } from "../layers/hatches.js";
import { cameraSymbol, prioritySymbol, severityBadge } from "../symbols.js";
import { signDrawing } from "../symbols/by-name.js";
import { clusterDrawing, incidentDrawing } from "../symbols/frames.js";
import { drawn } from "../symbols/parts.js";

/** @import { Text3 } from "../../../../types/wire" */
/** @import { Words } from "../i18n.js" */
/** @import { IncidentLook, Look } from "../symbols/frames.js" */

const SIZE = 40;
const SEVERITIES = [0, 1, 2, 3, 4];
/** @type {Look[]} */
const LOOKS = ["new", "taken", "stable", "over"];
const CAMERAS = ["working", "disturbed", "none", "no_agreement"];
const PRIORITIES = [1, 2, 3];
const PLACES = [
  ...["hospitals", "fire_stations", "police_stations", "health_centres_pharmacies", "metro_stations"],
  ...["railway_stations", "tunnels", "schools", "public_buildings", "venues"],
];
const AGES_S = [0, 60, 600];
/** @type {IncidentLook} */
const EXAMPLE = { severity: 3, family: "fire", look: "taken", confirmed: true, ticks: 0, chosen: false };

/** @typedef {{sign: Element | Element[], says: string, name?: string}} Line */

/**
 * @param {Words} words
 * @param {Record<string, Text3>} families
 * @returns {HTMLElement[]} a section for each part of the grammar
 */
export function legendSections(words, families) {
  hatches();
  const t = (/** @type {string} */ key) => words.t(key);
  /** @param {string} name @param {Line[]} lines @param {string} [note] */
  const section = (name, lines, note) =>
    h(
      "section",
      { class: `legend-part of-${name}` },
      h("h3", {}, words.t(`legend.${name}`)),
      note && h("p", {}, note),
      h("ul", {}, lines.map(({ sign, says, name: key }) => h("li", { "data-sign": key }, h("span", { class: "legend-sign" }, sign), h("span", {}, says)))),
    );
  return [
    section("kinds", [
      { sign: incident({}), says: t("legend.kind.incident") },
      { sign: drawn(clusterDrawing(3, 12, false), { size: SIZE }), says: t("legend.kind.cluster") },
      { sign: framed("observation"), says: t("legend.kind.observation") },
    ]),
    section(
      "severities",
      SEVERITIES.map((s) => ({ sign: severityBadge(s, 30), says: `S${s} – ${words.t(`severity.${s}`)}`, name: `s${s}` })),
      t("legend.severity_rule"),
    ),
    section(
      "families",
      Object.entries(families).map(([family, names]) => ({
        sign: drawn(signDrawing(`glyph-${family}`), { size: 26 }),
        says: words.of(names),
        name: `glyph-${family}`,
      })),
    ),
    section("states", LOOKS.map((look) => ({ sign: incident({ look }), says: words.t(`legend.state.${look}`) }))),
    section("marks", [
      { sign: incident({}), says: t("legend.mark.confirmed") },
      { sign: incident({ confirmed: false }), says: t("legend.mark.unconfirmed") },
      { sign: incident({ ticks: 4 }), says: t("legend.mark.ticks") },
      { sign: incident({ chosen: true }), says: t("legend.mark.chosen") },
    ]),
    section("areas", [
      ...ZONE_KINDS.map((kind) => ({
        sign: [swatch(kind, `zone ${kind}`), h("b", { class: "legend-letter" }, LETTERS[kind] ?? "")],
        says: words.t(`legend.area.${kind}`),
        name: kind,
      })),
      { sign: kindSign("wedge", 30), says: t("drawing_kind.wedge") },
      { sign: swatch("s3", "incident-outline s3"), says: t("legend.area.outline") },
      { sign: swatch(null, "uncertainty"), says: t("legend.area.uncertainty") },
    ]),
    section("moving", [
      { sign: AGES_S.map((age) => dot(clarity(age))), says: t("legend.moving.ages") },
      ...KINDS.map((kind) => ({
        sign: [`moving-${kind}`, `moving-${kind}-still`].map((name) => drawn(signDrawing(name), { size: 26 })),
        says: words.t(`moving_kind.${kind}`),
        name: `moving-${kind}`,
      })),
    ], t("legend.moving_rule")),
    section(
      "places",
      PLACES.map((set) => ({ sign: referenceSign(set, 22), says: words.t(`layer.${set}`), name: set })),
    ),
    section(
      "cameras",
      CAMERAS.map((kind) => ({
        sign: cameraSymbol(kind, 26, kind === "working" ? 40 : null),
        says: words.t(`legend.camera.${kind}`),
        name: `camera-${kind}`,
      })),
    ),
    section("alarms", PRIORITIES.map((p) => ({ sign: prioritySymbol(p), says: words.t(`legend.alarm.${p}`) }))),
  ];
}

/** @param {Partial<IncidentLook>} look */
function incident(look) {
  return drawn(incidentDrawing({ ...EXAMPLE, ...look }), { size: SIZE });
}

/** @param {string} name */
function framed(name) {
  return drawn(signDrawing(name), { size: 30 });
}

/** A piece of an area as the map draws it. @param {string | null} hatch @param {string} look */
function swatch(hatch, look) {
  const shape = hatch === null ? svg("circle", { cx: 22, cy: 17, r: 14 }) : svg("rect", { x: 3, y: 3, width: 38, height: 28 });
  shape.setAttribute("class", `swatch ${look}`);
  shape.setAttribute("fill", hatch === null ? "none" : fillOf(hatch));
  return svg("svg", { width: 44, height: 34, "aria-hidden": "true" }, shape);
}

/** @param {number} opacity */
function dot(opacity) {
  return svg(
    "svg",
    { width: 14, height: 14, "aria-hidden": "true" },
    svg("circle", { cx: 7, cy: 7, r: 5, class: "legend-dot", opacity }),
  );
}
