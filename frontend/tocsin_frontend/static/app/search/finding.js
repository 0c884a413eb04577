// @ts-check
/** Everything that can be found, for one question: what is live, then places and streets. */

import { isOpen } from "../evolve.js";
import { movingName } from "../layers/moving-objects-layer.js";
import { placeOf } from "../places.js";
import { asking, fit, folded, withoutNumbers } from "./matching.js";

/** @import { CameraView, Incident } from "../../../../types/wire" */
/** @import { Desk } from "../desk.js" */
/** @import { MapLayers } from "../layers/map-layers.js" */
/** @import { Place } from "../layers/reference-data.js" */
/** @import { Asked } from "./matching.js" */
/** @import { PlacesIndex } from "./places-index.js" */

/** @typedef {{incident: Incident} | {camera: CameraView} | {moving: string} | {place: Place}} Found */

const AT_MOST = 12;
const LIVE_AT_MOST = 5; // of incidents, of cameras, of moving objects: the rest is for places

/** @param {Desk} desk @param {MapLayers} layers @param {PlacesIndex} places @param {string} asked @returns {Found[]} */
export function found(desk, layers, places, asked) {
  const meant = asking(asked);
  if (meant.words.length === 0) return [];
  const live = [...incidents(desk, meant), ...cameras(desk, meant), ...moving(layers, asked)];
  let stand = places.find(meant);
  if (stand.length === 0) {
    const without = withoutNumbers(meant);
    if (without.words.length > 0 && without.words.length < meant.words.length) stand = places.find(without);
  }
  stand.sort(
    (a, b) => a.score - b.score || a.rank - b.rank || a.place.fr.length - b.place.fr.length || (a.place.fr < b.place.fr ? -1 : 1),
  );
  return [...live, ...stand.map(({ place }) => ({ place }))].slice(0, AT_MOST);
}

/** @param {Desk} desk @param {Asked} asked @returns {Found[]} */
function incidents({ store, words, names }, asked) {
  return best(
    Object.values(store.picture.incidents).filter(({ state }) => state !== "duplicate"),
    (incident) => {
      const said = [incident.id, names.type(incident.type), placeOf(words, incident), incident.headline ?? ""];
      const score = fit(asked, said.map(folded));
      return score === null ? null : score + (isOpen(incident) ? 0 : 10) - incident.severity / 10;
    },
  ).map((incident) => ({ incident }));
}

/** @param {Desk} desk @param {Asked} asked @returns {Found[]} */
function cameras({ cameras: register }, asked) {
  const all = [...register.cameras.values()];
  return best(all, ({ id, name }) => fit(asked, [id, ...Object.values(name)].map(folded))).map((camera) => ({ camera }));
}

/** Names of machines are compared as they are: thousands, at every key. @param {MapLayers} layers @param {string} asked @returns {Found[]} */
function moving({ moving: layer }, asked) {
  const part = asked.trim().toLowerCase();
  /** @type {Found[]} */
  const met = [];
  if (part.length < 2) return met;
  for (const [key, place] of layer.objects.places) {
    const track = layer.objects.shown[place];
    if (!track || !`${movingName(track)} ${key}`.toLowerCase().includes(part)) continue;
    met.push({ moving: key });
    if (met.length === LIVE_AT_MOST) break;
  }
  return met;
}

/** @template T @param {T[]} things @param {(thing: T) => number | null} scored @returns {T[]} */
function best(things, scored) {
  return things
    .map((thing) => ({ thing, score: scored(thing) }))
    .filter(({ score }) => score !== null)
    .sort((a, b) => /** @type {number} */ (a.score) - /** @type {number} */ (b.score))
    .slice(0, LIVE_AT_MOST)
    .map(({ thing }) => thing);
}
