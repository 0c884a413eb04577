// @ts-check
/** From what stands in the form to what is drawn, and back. */

import { MOST_POINTS, placesOf, readPlaces, tellPlace, tellPlaces, toPosition } from "./shapes.js";

/** @import { Values } from "../forms.js" */
/** @import { Drawing } from "../../../../types/wire" */
/** @import { Kind, Shape } from "./kinds.js" */
/** @import { Place } from "./shapes.js" */

/** @typedef {Pick<Drawing, "geometry" | "wind_from_deg" | "radius_m">} Outline */

const FARTHEST_M = 20_000;
const LEAST = { path: 2, outline: 3 };

/** The place that somebody wrote. @callback WhereIs @param {string} said @returns {Place | null} */

/**
 * The field that cannot be understood, or what it comes to.
 * @param {Kind} kind @param {Shape} shape @param {Values} values @param {WhereIs} whereIs
 * @returns {{ wrong: string } | { outline: Outline }}
 */
export function outlineSaid(kind, shape, values, whereIs) {
  const none = { wind_from_deg: null, radius_m: null };
  if (shape === "circle" || shape === "place") {
    const centre = whereIs(values["centre"] ?? "");
    if (centre === null) return { wrong: "centre" };
    const geometry = geometryOf(shape, [centre]);
    if (shape === "place") return { outline: { geometry, ...none } };
    const radius = values["radius_m"];
    if (!(radius >= 1 && radius <= FARTHEST_M)) return { wrong: "radius_m" };
    if (kind !== "wedge") return { outline: { geometry, wind_from_deg: null, radius_m: radius } };
    const from = values["wind_from_deg"];
    if (from === null || !(from >= 0 && from <= 360)) return { wrong: "wind_from_deg" };
    return { outline: { geometry, wind_from_deg: from % 360, radius_m: radius } };
  }
  const places = readPlaces(values["points"] ?? "");
  if (places === null || places.length < LEAST[shape] || places.length >= MOST_POINTS) return { wrong: "points" };
  return { outline: { geometry: geometryOf(shape, places), ...none } };
}

/** @param {Shape} shape @param {Place[]} places at least one @returns {Drawing["geometry"]} */
export function geometryOf(shape, places) {
  const positions = places.map(toPosition);
  const first = /** @type {GeoJSON.Position} */ (positions[0]);
  if (shape === "path") return { type: "LineString", coordinates: positions };
  if (shape === "outline") return { type: "Polygon", coordinates: [[...positions, first]] };
  return { type: "Point", coordinates: first };
}

/** How something drawn was given. @param {Drawing} drawing @returns {Shape} */
export function shapeOf({ kind, geometry }) {
  if (geometry.type === "Polygon") return "outline";
  if (geometry.type === "LineString") return "path";
  return kind === "text" ? "place" : "circle";
}

/** What a drawing says in the fields. @param {Outline} outline @returns {Record<string, string>} */
export function told({ geometry, wind_from_deg: from, radius_m: radius }) {
  const places = placesOf(geometry);
  const [first] = places;
  return {
    centre: geometry.type === "Point" && first !== undefined ? tellPlace(first) : "",
    points: geometry.type === "Point" ? "" : tellPlaces(places),
    radius_m: radius === null ? "" : String(Math.round(radius)),
    wind_from_deg: from === null ? "" : String(Math.round(from)),
  };
}
