// @ts-check
/**
 * An observer's notes on their way. What was written while the server was away is kept for this
 * tab, each with the time at which it was written, and sent when the server is there again.
 */

import { GONE } from "../conduct/link.js";

/** @import { ConductLink } from "../conduct/link.js" */
/** @import { NoteTag } from "../../../../types/exercises" */

/** @typedef {{tag: NoteTag, text: string, at: string, inject?: string, refused?: string, tried?: boolean}} Waiting */

export class Outbox {
  /** @param {ConductLink} link @param {string} realm @param {() => void} changed */
  constructor(link, realm, changed) {
    this.link = link;
    this.changed = changed;
    this.keptAs = `tocsin_notes_${realm}`;
    const kept = stored(this.keptAs);
    /** @type {Waiting[]} */
    this.waiting = Array.isArray(kept?.waiting) ? kept.waiting : [];
    /** What is being typed. @type {string} */
    this.draft = typeof kept?.draft === "string" ? kept.draft : "";
    this.edition = 0;
    this.busy = false;
  }

  /** @param {string} draft */
  type(draft) {
    this.draft = draft;
    this.#keep();
  }

  /** @param {Waiting} note */
  add(note) {
    this.waiting.push(note);
    this.draft = "";
    this.#turn();
    this.send();
  }

  /** One that the server will not have. @param {Waiting} note */
  drop(note) {
    this.waiting = this.waiting.filter((one) => one !== note);
    this.#turn();
  }

  tick() {
    this.send();
  }

  draw() {}

  async send() {
    if (this.busy) return;
    const note = this.waiting.find(({ refused }) => refused === undefined);
    if (note === undefined) return;
    this.busy = true;
    try {
      if (await this.#arrivedBefore(note)) return this.drop(note);
      const { tag, text, at, inject } = note;
      const refused = await this.link.give({ command: "note", tag, text, at, ...(inject ? { inject } : {}) });
      if (refused === null) return this.drop(note);
      note.tried = true;
      if (refused.field !== GONE) note.refused = refused.detail;
      this.#turn();
    } finally {
      this.busy = false;
    }
  }

  /** An answer may have been lost, and not the note. @param {Waiting} note */
  async #arrivedBefore({ tried, text, tag }) {
    if (tried !== true) return false;
    await this.link.load();
    const { view, trouble } = this.link;
    return trouble === null && (view?.notes ?? []).some((note) => note.text === text && note.tag === tag);
  }

  #turn() {
    this.edition += 1;
    this.#keep();
    this.changed();
  }

  #keep() {
    try {
      sessionStorage.setItem(this.keptAs, JSON.stringify({ waiting: this.waiting, draft: this.draft }));
    } catch {
      // kept in this page only
    }
  }
}

/** @param {string} name @returns {any} */
function stored(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}
