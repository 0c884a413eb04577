// @ts-check
/** Streets and places to search, fetched when somebody first searches; from then on without a server. */

import { getJson } from "../names.js";
import { POINT_SETS, referenceAddress, referencePlaces } from "../layers/reference-data.js";
import { fit, folded } from "./matching.js";

/** @import { Asked } from "./matching.js" */
/** @import { Place } from "../layers/reference-data.js" */

/** @typedef {{place: Place, names: string[], beside: string, rank: number}} Indexed */

/** What comes first of two that answer equally well. */
const RANKS = ["municipalities", "hospitals", "railway_stations", "metro_stations", "fire_stations", "police_stations", "streets", "tunnels"];

export class PlacesIndex {
  /** @param {Map<string, {fr: string, nl: string}>} communes @param {GeoJSON.FeatureCollection} municipalities */
  constructor(communes, municipalities) {
    this.communes = communes;
    this.municipalities = municipalities;
    /** @type {Indexed[]} */
    this.entries = [];
    /** @type {Promise<void> | null} */
    this.loading = null;
  }

  /** @returns {Promise<void>} */
  load() {
    this.loading ??= this.#load().catch((error) => {
      this.loading = null;
      throw error;
    });
    return this.loading;
  }

  /** @param {Asked} asked @returns {{place: Place, score: number, rank: number}[]} */
  find(asked) {
    const found = [];
    for (const { place, names, beside, rank } of this.entries) {
      const score = fit(asked, names, beside);
      if (score !== null) found.push({ place, score, rank });
    }
    return found;
  }

  async #load() {
    const [streets, ...sets] = await Promise.all([
      getJson(referenceAddress("streets.json")),
      ...POINT_SETS.map((set) => referencePlaces(set)),
    ]);
    const communes = this.municipalities.features.map(({ properties: told }) =>
      placed("municipalities", told?.name_fr, told?.name_nl, told?.nis, told?.label[1], told?.label[0]),
    );
    const roads = streets.streets.map((/** @type {[string, string, string, number, number]} */ [fr, nl, nis, lat, lon]) =>
      placed("streets", fr, nl || fr, nis, lat, lon),
    );
    this.entries = [...communes, ...roads, ...sets.flat()].filter(({ fr }) => fr !== "").map((place) => this.#entry(place));
  }

  /** @param {Place} place @returns {Indexed} */
  #entry(place) {
    const commune = this.communes.get(place.nis ?? "");
    const rank = RANKS.indexOf(place.set);
    const names = [...new Set([folded(place.fr), folded(place.nl)])];
    const inOneWord = names.map((name) => name.replaceAll(" ", "")).join(" ");
    const where = place.set === "municipalities" || !commune ? "" : folded(`${commune.fr} ${commune.nl}`);
    return {
      place,
      names,
      beside: `${where} ${inOneWord}`,
      rank: rank < 0 ? RANKS.length : rank,
    };
  }
}

/** @param {string} set @param {string} fr @param {string} nl @param {string} nis @param {number} lat @param {number} lon @returns {Place} */
function placed(set, fr, nl, nis, lat, lon) {
  return { set, id: `${set}/${nis}/${fr}`, fr, nl, nis, lat, lon, paths: [], closed: false };
}
