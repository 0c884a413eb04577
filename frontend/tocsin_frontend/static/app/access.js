// @ts-check
/**
 * In which capacity this browser acts, and what that capacity may do. Until sign-in exists anybody
 * may choose any capacity; the server checks every command by the same table all the same.
 */

/** @import { Command } from "./commands.js" */
/** @import { Words } from "./i18n.js" */
/** @import { RoomTables } from "./room-tables.js" */
/** @import { Roles } from "../../../types/tables" */

/** @typedef {"yes" | "propose" | "no"} May */

const KEPT_AS = "tocsin_capacity";
const EXERCISE = "exercise";
const FIRST = "operator";
const HERE = /^(\w+) on this machine$/; // how the server names those who have no name yet

export class Access {
  /**
   * @param {RoomTables} tables @param {Words} words @param {boolean} isExercise
   * @param {string | null} lookedAt whose screen somebody looks at without acting; in exercises only
   */
  constructor(tables, words, isExercise, lookedAt = null) {
    this.tables = tables;
    this.words = words;
    this.isExercise = isExercise;
    this.lookedAt = isExercise ? lookedAt : null;
    this.capacity = this.lookedAt ?? kept() ?? FIRST;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
  }

  /** @returns {Roles | null} */
  get #roles() {
    return this.tables.roles;
  }

  /** Every capacity there is, in the order of the table; at first only the one chosen. */
  capacities() {
    return Object.keys(this.#roles?.capacities ?? { [this.capacity]: null });
  }

  /** @param {string} capacity */
  choose(capacity) {
    if (capacity === this.capacity || this.lookedAt !== null) return;
    this.capacity = capacity;
    try {
      localStorage.setItem(KEPT_AS, capacity);
    } catch {
      // a browser that keeps nothing asks again next time
    }
    for (const listener of this.listeners) listener();
  }

  /** @param {() => void} listener */
  subscribe(listener) {
    this.listeners.add(listener);
  }

  /** What a capacity is called. @param {string} capacity */
  name(capacity) {
    return this.tables.word(this.#roles?.capacities, capacity);
  }

  /** The same without what stands in brackets, where there is little room. @param {string} capacity */
  shortName(capacity) {
    return this.name(capacity).replace(/ \([^)]*\)$/, "");
  }

  /** The logbook that this capacity writes in, where it has one of its own. */
  get book() {
    return this.#roles?.capacities[this.capacity]?.discipline ?? null;
  }

  /** Who did something, as people say it: the server says `operator on this machine`. @param {string} by */
  who(by) {
    const capacity = HERE.exec(by)?.[1];
    return capacity === undefined ? by : this.name(capacity);
  }

  /** In which capacity somebody acted; null where only a name tells. @param {string} by */
  capacityOf(by) {
    return HERE.exec(by)?.[1] ?? null;
  }

  /** Whether that person acted in the capacity of this browser. @param {string} by */
  isOwn(by) {
    return this.capacityOf(by) === this.capacity;
  }

  /**
   * Twin of `access.may` of the server: unknown means no.
   * @param {string} right
   * @returns {May}
   */
  may(right) {
    const cell = this.#roles?.rights[right]?.who[this.capacity];
    if (cell === undefined || (cell.condition === EXERCISE && !this.isExercise)) return "no";
    return cell.may;
  }

  /** @param {Command} command @returns {May} */
  mayGive(command) {
    const entry = this.#roles?.commands[command.command];
    if (entry === undefined) return "no";
    const right = typeof entry === "string" ? entry : entry.rights[String(command[entry.by])];
    return right === undefined ? "no" : this.may(right);
  }
}

function kept() {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}
