// @ts-check
/** Reference places by kind, fetched when first asked for: by the map, or by the search. */

import { getJson } from "../names.js";

/**
 * @typedef {object} Place
 * @property {string} set which layer it belongs to
 * @property {string} id
 * @property {string} fr
 * @property {string} nl
 * @property {string} [kind]
 * @property {string} [nis] of its municipality
 * @property {string} [lines] of the metro
 * @property {number} [of] the year of its source, where that is long ago
 * @property {number} lat
 * @property {number} lon
 * @property {GeoJSON.Position[][]} paths of its lines or outlines; none for a point
 * @property {boolean} closed
 */

export const POINT_SETS = [
  "hospitals",
  "fire_stations",
  "police_stations",
  "health_centres_pharmacies",
  "metro_stations",
  "railway_stations",
  "tunnels",
  "schools",
  "public_buildings",
  "venues",
  "parks",
  "industrial_sites",
];
export const REFERENCE_SETS = [...POINT_SETS, "neighbourhoods"];

/** @type {Map<string, Promise<Place[]>>} */
const asked = new Map();

/** @param {string} set @returns {Promise<Place[]>} */
export function referencePlaces(set) {
  let coming = asked.get(set);
  if (coming === undefined) {
    coming = getJson(referenceAddress(`${set}.geojson`)).then((/** @type {GeoJSON.FeatureCollection} */ data) =>
      data.features.map((feature, i) => placeFrom(set, feature, i)),
    );
    coming.catch(() => asked.delete(set));
    asked.set(set, coming);
  }
  return coming;
}

/** @param {string} file */
export function referenceAddress(file) {
  return new URL(`../../layers/reference/${file}`, import.meta.url).href;
}

/** @param {string} set @param {GeoJSON.Feature} feature @param {number} i @returns {Place} */
function placeFrom(set, { geometry, properties }, i) {
  const { at, ...told } = /** @type {any} */ (properties);
  const [lat, lon] = geometry.type === "Point" ? [geometry.coordinates[1], geometry.coordinates[0]] : at;
  return { ...told, set, id: `${set}/${i}`, lat, lon, ...pathsOf(geometry) };
}

/** @param {GeoJSON.Geometry} geometry @returns {{paths: GeoJSON.Position[][], closed: boolean}} */
function pathsOf(geometry) {
  switch (geometry.type) {
    case "LineString":
      return { paths: [geometry.coordinates], closed: false };
    case "MultiLineString":
      return { paths: geometry.coordinates, closed: false };
    case "Polygon":
      return { paths: geometry.coordinates, closed: true };
    case "MultiPolygon":
      return { paths: geometry.coordinates.flat(), closed: true };
    default:
      return { paths: [], closed: false };
  }
}
