// @ts-check
/** What this screen knows: the picture, the room's health, the chosen incident. No DOM here. */

import { emptyPicture, evolveAll } from "./evolve.js";

/** @import { FrameMessage, Health, Picture, SnapshotMessage } from "../../../types/wire" */

export class SituationStore {
  /** @param {string} realm */
  constructor(realm) {
    /** @type {Picture} */
    this.picture = emptyPicture(realm);
    /** Whether a snapshot or a first frame has come: before that the picture is not empty, it is unknown. */
    this.known = false;
    /** @type {Health} */
    this.health = {};
    /** @type {string | null} */
    this.selected = null;
    /** Server clock minus ours, in milliseconds. */
    this.clockOffset = 0;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
  }

  get n() {
    return this.picture.n;
  }

  /** The room's time, in milliseconds since the epoch. */
  now() {
    return Date.now() + this.clockOffset;
  }

  /** @param {SnapshotMessage} message */
  takeSnapshot(message) {
    this.picture = message.situation;
    this.known = true;
    this.#followSelection();
    this.#changed();
  }

  /**
   * Fold a frame; throws when it does not fit the picture.
   * @param {FrameMessage} message
   */
  takeFrame(message) {
    const picture = evolveAll(this.picture, message.entries);
    picture.n = message.n; // a frame leaves out superseded positions: its last number may be one
    picture.at = message.entry_at;
    this.picture = picture;
    this.known = true;
    this.#followSelection();
    this.#changed();
  }

  /** @param {Health} health @param {string} at */
  takeHealth(health, at) {
    this.health = health;
    this.takeServerTime(at);
    this.#changed();
  }

  /** @param {string} at */
  takeServerTime(at) {
    const offset = Date.parse(at) - Date.now();
    if (Number.isFinite(offset)) this.clockOffset = offset;
  }

  /** @param {string | null} incident */
  select(incident) {
    if (incident === this.selected) return;
    this.selected = incident;
    this.#followSelection();
    this.#changed();
  }

  selectedIncident() {
    return this.selected === null ? null : (this.picture.incidents[this.selected] ?? null);
  }

  /** @param {() => void} listener */
  subscribe(listener) {
    this.listeners.add(listener);
  }

  /** An incident that was merged into another leads on to it; one that was archived is let go. */
  #followSelection() {
    const seen = new Set();
    while (this.selected !== null && !seen.has(this.selected)) {
      seen.add(this.selected);
      const incident = this.picture.incidents[this.selected];
      if (incident === undefined) this.selected = null;
      else if (incident.state === "duplicate") this.selected = incident.alias_of;
      else return;
    }
  }

  #changed() {
    for (const listener of this.listeners) listener();
  }
}
