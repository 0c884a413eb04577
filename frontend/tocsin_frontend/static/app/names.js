// @ts-check
/** Names that the server keeps: incident types, measures of the plan, facts. Fetched once. */

import { readable } from "./i18n.js";

/** @import { FactLabel, MeasureEntry, Text3 } from "../../../types/wire" */
/** @import { Format } from "./format.js" */
/** @import { Words } from "./i18n.js" */

const AXES = ["reaction", "prevention", "suivi"]; // the order in which a wall shows ties

export class Names {
  /** @param {Words} words */
  constructor(words) {
    this.words = words;
    /** @type {Record<string, Text3>} */
    this.types = {};
    /** @type {Map<string, MeasureEntry>} */
    this.measures = new Map();
    /** @type {Record<string, FactLabel>} */
    this.facts = {};
    /** The axes of the plan. @type {Record<string, Text3>} */
    this.axes = {};
    /** The verbs of resilience, one for each measure. @type {Record<string, Text3>} */
    this.spines = {};
    /** What the families of types are called. @type {Record<string, Text3>} */
    this.families = {};
    /** Grows when names arrive: what shows names compares it. */
    this.edition = 0;
  }

  /** @param {string} api */
  async load(api) {
    const [types, families, measures, facts] = await Promise.all([
      getJson(`${api}/types`),
      getJson(`${api}/families`),
      getJson(`${api}/measures`),
      getJson(`${api}/facts`),
    ]);
    this.types = types;
    this.families = families;
    this.facts = facts;
    this.axes = measures.axes;
    this.spines = measures.spines;
    this.measures = new Map(
      measures.measures.map((/** @type {MeasureEntry} */ m) => [m.code, m]),
    );
    this.edition += 1;
  }

  /** @param {string | null | undefined} code */
  type(code) {
    if (!code) return this.words.t("type.none");
    return this.words.of(this.types[code]) || code;
  }

  /** The family a type belongs to: it chooses the glyph. @param {string} code */
  family(code) {
    return this.types[code]?.["family"];
  }

  /** Every family to choose from. */
  familyChoices() {
    return Object.entries(this.families).map(([value, text]) => ({ value, text: this.words.of(text) }));
  }

  /** Every type to choose from, in the order of the table. */
  typeChoices() {
    return Object.keys(this.types).map((value) => ({ value, text: `${this.type(value)} (${value})` }));
  }

  /** A measure in a few words. @param {string} code */
  measure(code) {
    const measure = this.measures.get(code);
    return this.words.of(measure?.short ?? measure?.title);
  }

  /** The plan's own words for a measure, or for the part of it that is meant. @param {{code: string, variant?: string}} measure */
  wording({ code, variant }) {
    const measure = this.measures.get(code);
    return this.words.of(measure?.variants?.[variant ?? ""] ?? measure?.title);
  }

  /** @param {string} name */
  fact(name) {
    return this.words.of(this.facts[name]) || readable(name);
  }

  /**
   * Facts in the order of the vocabulary, strangers last.
   * @template T
   * @param {Record<string, T>} facts
   * @returns {[string, T][]}
   */
  inOrder(facts) {
    const order = Object.keys(this.facts);
    const rank = (/** @type {string} */ name) => (order.includes(name) ? order.indexOf(name) : 999);
    return Object.entries(facts).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  }

  /** @param {Format} format @param {string} name @param {unknown} value */
  factValue(format, name, value) {
    const label = this.facts[name];
    const choice = label?.choices?.[String(value)];
    if (choice) return this.words.of(choice);
    return label?.unit ? `${format.value(value)}\u00a0${label.unit}` : format.value(value);
  }

  /** Which verb of resilience a measure serves; coping, where it is not known. @param {string} code */
  spine(code) {
    return this.measures.get(code)?.spine ?? "faire_face";
  }

  /** @param {string} code */
  axisRank(code) {
    const rank = AXES.indexOf(this.measures.get(code)?.axis ?? "");
    return rank < 0 ? AXES.length : rank;
  }
}

/** @param {string} address @returns {Promise<any>} */
export async function getJson(address) {
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}
