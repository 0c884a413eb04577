// @ts-check
/** Named views for a wall, and what a view shows: plain geometry, no map. */

/** @import { Incident } from "../../../../types/wire" */

/** @typedef {[number, number, number]} View latitude, longitude, zoom */
/** @typedef {{south: number, west: number, north: number, east: number}} Box */

const WALL = { width: 1920, height: 1080 }; // a wall's own pixels, as the map counts them
const TILE = 256;
const SNAP = 0.2; // the steps of the map's zoom
const ZOOMS = { least: 10.4, most: 16 };
const AROUND_INCIDENT = 15;
const MARGIN = 0.92;

/** What bounds an area. @param {GeoJSON.Geometry} geometry @returns {Box} */
export function boxOf(geometry) {
  const box = { south: 90, west: 180, north: -90, east: -180 };
  for (const [lon, lat] of positions(geometry)) {
    box.south = Math.min(box.south, lat);
    box.north = Math.max(box.north, lat);
    box.west = Math.min(box.west, lon);
    box.east = Math.max(box.east, lon);
  }
  return box;
}

/** The closest view that holds all of it. @param {Box} box @returns {View} */
export function viewOf({ south, west, north, east }) {
  const lat = (south + north) / 2;
  const across = ((east - west) / 360) * TILE;
  const along = ((north - south) / 360 / Math.cos((lat * Math.PI) / 180)) * TILE;
  const scale = Math.min(WALL.width / across, WALL.height / along) * MARGIN;
  const zoom = Math.floor(Math.log2(scale) / SNAP) * SNAP;
  return [rounded(lat), rounded((west + east) / 2), rounded(clamp(zoom), 1)];
}

/** What a wall sees of the ground. @param {View} view @returns {Box} */
export function groundOf([lat, lon, zoom]) {
  const degrees = 360 / (TILE * 2 ** zoom);
  const along = (WALL.height / 2) * degrees * Math.cos((lat * Math.PI) / 180);
  const across = (WALL.width / 2) * degrees;
  return { south: lat - along, north: lat + along, west: lon - across, east: lon + across };
}

/** @param {Incident} incident @returns {View | null} */
export function viewAround({ lat, lon }) {
  return lat === null || lon === null ? null : [rounded(lat), rounded(lon), AROUND_INCIDENT];
}

/** @param {View | null} one @param {View | null} other */
export function sameView(one, other) {
  if (one === null || other === null) return one === other;
  return one.every((number, i) => Math.abs(number - /** @type {number} */ (other[i])) < 1e-4);
}

/** @param {GeoJSON.Geometry} geometry @returns {[number, number][]} */
function positions(geometry) {
  if (geometry.type === "Polygon") return /** @type {[number, number][]} */ (geometry.coordinates.flat());
  if (geometry.type === "MultiPolygon") return /** @type {[number, number][]} */ (geometry.coordinates.flat(2));
  return [];
}

/** @param {number} zoom */
const clamp = (zoom) => Math.min(ZOOMS.most, Math.max(ZOOMS.least, zoom));

/** @param {number} number @param {number} [digits] */
const rounded = (number, digits = 5) => Number(number.toFixed(digits));
