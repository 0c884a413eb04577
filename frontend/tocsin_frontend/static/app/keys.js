// @ts-check
/**
 * The keys of the room: one table, so that a page can tell all of them. A key does what the button
 * that names it does; typing is left alone, and a picture that has stopped takes no act.
 */

import { keep, kept } from "./habits.js";

const KEPT_AS = "single_keys";

/**
 * @typedef {object} Key
 * @property {string} key as `KeyboardEvent.key` gives it, letters in lower case
 * @property {string} says the word for what it does, a key of the locales
 * @property {() => void} act
 * @property {boolean} [looks] changes nothing, so it works on a picture of the past or one that stopped
 */

export class Keys {
  constructor() {
    /** @type {Map<string, Key>} */
    this.table = new Map();
    /** Whether keys of one letter act: some people's speech or tremor would press them. */
    this.single = kept(KEPT_AS) ?? true;
    /** Whether acts are held; set by the page. @type {() => boolean} */
    this.held = () => false;
    document.addEventListener("keydown", (event) => this.#take(event));
  }

  /** @param {boolean} allowed */
  allowSingle(allowed) {
    this.single = allowed;
    keep(KEPT_AS, allowed);
  }

  /** @param {...Key} keys */
  add(...keys) {
    for (const key of keys) {
      if (this.table.has(key.key)) throw new Error(`two meanings for the key ${key.key}`);
      this.table.set(key.key, key);
    }
  }

  /** @param {KeyboardEvent} event */
  #take(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (isTyping(event.target) || (event.key.length === 1 && !this.single)) return;
    const key = this.table.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (key === undefined || (!key.looks && (event.repeat || this.held()))) return;
    event.preventDefault();
    key.act();
  }
}

/** @param {EventTarget | null} target */
export function isTyping(target) {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}
