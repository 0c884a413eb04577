// @ts-check
/** Where a wall's map looks. Calm: it moves when it must, and at most every half minute. Pure. */

/** @import { Incident, Wall } from "../../../../types/wire" */

export const CALM_MS = 30_000;
export const CLOSEST_ZOOM = 14.6;
const ON_ONE_ZOOM = 15;

/** @typedef {{kind: "region"} | {kind: "around", points: [number, number][]} | {kind: "at", at: [number, number], zoom: number}} View */

/** @param {Wall | undefined} directed @param {Incident[]} incidents on the wall @returns {View} */
export function viewFor(directed, incidents) {
  if (directed?.view) {
    const [lat, lon, zoom] = directed.view;
    return { kind: "at", at: [lat, lon], zoom };
  }
  const one = incidents.find((incident) => incident.id === directed?.incident);
  if (one !== undefined && one.lat !== null && one.lon !== null) {
    return { kind: "at", at: [one.lat, one.lon], zoom: ON_ONE_ZOOM };
  }
  /** @type {[number, number][]} */
  const points = [];
  for (const { lat, lon } of incidents) if (lat !== null && lon !== null) points.push([lat, lon]);
  return points.length === 0 ? { kind: "region" } : { kind: "around", points };
}

/**
 * When to move: at once for people, else only after a calm time.
 * @param {string} wanted @param {string} shown both as text @param {boolean} directed
 * @param {number} sinceMs since the last move
 */
export function mayMove(wanted, shown, directed, sinceMs) {
  return wanted !== shown && (directed || sinceMs >= CALM_MS);
}
