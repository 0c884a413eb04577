// @ts-check
/** The six police zones, and which one a place lies in. */

import { areaLines } from "./area-layer.js";

/** @param {L.Map} map @param {GeoJSON.FeatureCollection} zones */
export function policeZoneLayer(map, zones) {
  return areaLines(map, zones, "area-line police-zone");
}

/**
 * @param {GeoJSON.FeatureCollection} zones
 * @param {number} lat
 * @param {number} lon
 * @returns {{zone: string, name_fr: string, name_nl: string} | null}
 */
export function policeZoneAt(zones, lat, lon) {
  for (const { geometry, properties } of zones.features) {
    const polygons =
      geometry.type === "Polygon"
        ? [geometry.coordinates]
        : geometry.type === "MultiPolygon"
          ? geometry.coordinates
          : [];
    for (const rings of polygons) {
      // Even-odd over all rings: inside the outer one and in no hole.
      if (rings.filter((ring) => crosses(ring, lat, lon)).length % 2 === 1) {
        return /** @type {any} */ (properties);
      }
    }
  }
  return null;
}

/** @param {GeoJSON.Position[]} ring @param {number} lat @param {number} lon */
function crosses(ring, lat, lon) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi = 0, yi = 0] = ring[i] ?? [];
    const [xj = 0, yj = 0] = ring[j] ?? [];
    if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
