// @ts-check
/** Where something that somebody wrote is; a name is what the search answers best, once its index is here. */

import { asking } from "../search/matching.js";
import { PlacesIndex } from "../search/places-index.js";
import { communeOf } from "../places.js";
import { readPlace } from "./shapes.js";

/** @import { Incident } from "../../../../types/wire" */
/** @import { MapLayers } from "../layers/map-layers.js" */
/** @import { Place } from "./shapes.js" */

/** `name` where it was found by its name. @typedef {Place & { name: string | null }} Found */

export class PlaceFinder {
  /** @param {MapLayers} layers */
  constructor(layers) {
    this.communes = layers.communes;
    this.index = new PlacesIndex(layers.communes, layers.municipalities);
  }

  /** @returns {Promise<void>} */
  load() {
    return this.index.load().catch(() => {}); // coordinates do without
  }

  /** Coordinates, the number of an incident, or a name. @param {string} said @param {Record<string, Incident>} incidents @returns {Found | null} */
  find(said, incidents) {
    const place = readPlace(said);
    if (place !== null) return { ...place, name: null };
    const incident = incidents[said.trim().toUpperCase()];
    if (incident === undefined || incident.lat === null || incident.lon === null) return this.#named(said);
    return { lat: incident.lat, lon: incident.lon, name: incident.id };
  }

  /** @param {string} said @returns {Found | null} */
  #named(said) {
    const asked = asking(said);
    if (asked.words.length === 0) return null;
    const [best] = this.index.find(asked).sort((a, b) => a.score - b.score || a.rank - b.rank);
    if (best === undefined) return null;
    const { lat, lon, fr, nl, nis } = best.place;
    const commune = communeOf(this.communes.get(nis ?? "") ?? null);
    return { lat, lon, name: [communeOf({ fr, nl }), commune].filter(Boolean).join(", ") };
  }
}
