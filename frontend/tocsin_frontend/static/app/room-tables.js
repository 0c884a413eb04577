// @ts-check
/** The tables of the room that screens read: who may do what, states, phases, forms, alarm types. */

import { readable } from "./i18n.js";
import { getJson } from "./names.js";

/** @import { Words } from "./i18n.js" */
/** @import { AlarmTable, Counts, Form, Phases, ReflexCards, Roles, RoomWords, States } from "../../../types/tables" */
/** @import { Text3 } from "../../../types/wire" */

const TABLES = [
  "roles",
  "states",
  "phases",
  "room",
  "methane",
  "counts",
  "reflex-cards",
  "alarm-types",
];

export class RoomTables {
  /** @param {Words} words */
  constructor(words) {
    this.words = words;
    /** @type {Roles | null} */
    this.roles = null;
    /** @type {States | null} */
    this.states = null;
    /** @type {Phases} */
    this.phases = {};
    /** @type {RoomWords | null} */
    this.room = null;
    /** @type {Form | null} */
    this.methane = null;
    /** @type {Counts | null} */
    this.counts = null;
    /** @type {ReflexCards} */
    this.cards = {};
    /** @type {AlarmTable | null} */
    this.alarms = null;
    /** Grows when tables arrive: what shows them compares it. */
    this.edition = 0;
  }

  /** @param {string} api @param {string} realm whose alarm types are in force */
  async load(api, realm) {
    const [roles, states, { phases }, room, methane, counts, { cards }, alarms] = await Promise.all(
      TABLES.map((table) => getJson(`${api}/${table}?realm=${realm}`)),
    );
    Object.assign(this, { roles, states, phases, room, methane, counts, cards, alarms });
    this.edition += 1;
  }

  /**
   * What a code is called in the language of this screen; the code made readable where no table has it.
   * @param {Record<string, any> | null | undefined} table
   * @param {string} code
   */
  word(table, code) {
    /** @type {Text3 | undefined} */
    const words = table?.[code];
    return words === undefined ? readable(code) : this.words.of(words);
  }

  /** @param {string} state */
  state(state) {
    return this.word(this.states?.states, state);
  }

  /** @param {string} phase */
  phase(phase) {
    return this.word(this.phases, phase);
  }
}
