// @ts-check
/** The geometry of what is drawn: from words to positions and back, lengths, areas, wedges. */

import { metresBetween } from "../places.js";

/** @typedef {{lat: number, lon: number}} Place */

const METRES_A_DEGREE = 111_195;
const WEDGE_STEP_DEG = 3;
/** Half the opening of the wedge: how far a plume may stray from the wind. */
export const HALF_ANGLE_DEG = 30;
export const MOST_POINTS = 500;

const NUMBER = String.raw`(-?\d{1,3}[.,]\d+)`;
const PAIR = new RegExp(String.raw`^${NUMBER}\s*[°NnB]*\s*[,;\s]\s*${NUMBER}\s*[°EeO]*$`);

/** `50.8467, 4.3525` with point or comma; null where it is no place near the Region. @param {string} said @returns {Place | null} */
export function readPlace(said) {
  const found = PAIR.exec(said.trim());
  if (found === null) return null;
  const lat = Number(found[1]?.replace(",", "."));
  const lon = Number(found[2]?.replace(",", "."));
  return lat >= 50.4 && lat <= 51.3 && lon >= 3.5 && lon <= 5.3 ? { lat, lon } : null;
}

/** One place a line; null where one of them cannot be read. @param {string} said @returns {Place[] | null} */
export function readPlaces(said) {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const places = lines.map(readPlace);
  return places.includes(null) ? null : /** @type {Place[]} */ (places);
}

/** @param {Place} place */
export const tellPlace = ({ lat, lon }) => `${lat.toFixed(5)}, ${lon.toFixed(5)}`;

/** @param {Place[]} places */
export const tellPlaces = (places) => places.map(tellPlace).join("\n");

/** @param {GeoJSON.Position} position @returns {Place} */
const toPlace = ([lon = 0, lat = 0]) => ({ lat, lon });

/** @param {Place} place @returns {GeoJSON.Position} */
export const toPosition = ({ lat, lon }) => [Number(lon.toFixed(6)), Number(lat.toFixed(6))];

/** The corners of a geometry, without the one that closes a ring. @param {GeoJSON.GeometryObject} geometry @returns {Place[]} */
export function placesOf(geometry) {
  switch (geometry.type) {
    case "Point":
      return [toPlace(geometry.coordinates)];
    case "LineString":
      return geometry.coordinates.map(toPlace);
    case "Polygon":
      return (geometry.coordinates[0] ?? []).slice(0, -1).map(toPlace);
    default:
      return [];
  }
}

/** Where one gets from a place in a direction. @param {Place} from @param {number} bearing degrees @param {number} metres @returns {Place} */
export function placeAt(from, bearing, metres) {
  const angle = (bearing * Math.PI) / 180;
  const north = (metres * Math.cos(angle)) / METRES_A_DEGREE;
  const east = (metres * Math.sin(angle)) / (METRES_A_DEGREE * Math.cos((from.lat * Math.PI) / 180));
  return { lat: from.lat + north, lon: from.lon + east };
}

/** What lies downwind of a place. @param {Place} from @param {number} windFrom degrees @param {number} metres @returns {Place[]} */
export function wedge(from, windFrom, metres) {
  const middle = windFrom + 180;
  const rim = [];
  for (let turn = -HALF_ANGLE_DEG; turn <= HALF_ANGLE_DEG; turn += WEDGE_STEP_DEG) {
    rim.push(placeAt(from, middle + turn, metres));
  }
  return [from, ...rim];
}

/** @param {Place[]} places */
export function lengthOf(places) {
  return places.slice(1).reduce((sum, place, i) => sum + between(/** @type {Place} */ (places[i]), place), 0);
}

/** @param {Place} one @param {Place} other */
export const between = (one, other) => metresBetween(one, other) ?? 0;

/** In square metres. @param {Place[]} ring */
export function areaOf(ring) {
  return Math.abs(crossSum(ring).twice) / 2;
}

/** Where a letter stands in an area. @param {Place[]} ring @returns {Place} */
export function middleOf(ring) {
  const first = /** @type {Place} */ (ring[0]);
  const { twice, x, y, east } = crossSum(ring);
  if (twice === 0) return first;
  return {
    lat: first.lat + y / (3 * twice) / METRES_A_DEGREE,
    lon: first.lon + x / (3 * twice) / east,
  };
}

/** The shoelace sums of a ring, in metres from its first corner. @param {Place[]} ring */
function crossSum(ring) {
  const first = /** @type {Place} */ (ring[0]);
  const east = METRES_A_DEGREE * Math.cos((first.lat * Math.PI) / 180);
  const flat = ring.map(({ lat, lon }) => [(lon - first.lon) * east, (lat - first.lat) * METRES_A_DEGREE]);
  let [twice, x, y] = [0, 0, 0];
  flat.forEach(([x1 = 0, y1 = 0], i) => {
    const [x2 = 0, y2 = 0] = flat[(i + 1) % flat.length] ?? [];
    const cross = x1 * y2 - x2 * y1;
    twice += cross;
    x += (x1 + x2) * cross;
    y += (y1 + y2) * cross;
  });
  return { twice, x, y, east };
}
