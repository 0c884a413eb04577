// @ts-check
/**
 * What this screen knows: the picture it shows, the room's health, the chosen incident. No DOM here.
 * `picture` is the live one, or that of a moment of the past; the live one is folded on in any case.
 */

import { emptyPicture, evolveAll } from "./evolve.js";

/** @import { Entry, FrameMessage, Health, Picture, SnapshotMessage } from "../../../types/wire" */

/**
 * The moment of the past that is shown: in milliseconds, `speed` times as fast as life when playing.
 * @typedef {{at: number, playing: boolean, speed: number}} Past
 */

export class SituationStore {
  /** @param {string} realm */
  constructor(realm) {
    /** The picture that is shown. @type {Picture} */
    this.picture = emptyPicture(realm);
    /** The picture of now, whatever is shown. @type {Picture} */
    this.live = this.picture;
    /** Whether a snapshot or a first frame has come: before that the picture is not empty, it is unknown. */
    this.liveKnown = false;
    /** The same of the picture that is shown. */
    this.known = false;
    /** Null: what is shown is live. @type {Past | null} */
    this.past = null;
    /** @type {Health} */
    this.health = {};
    /** @type {string | null} */
    this.selected = null;
    /** Server clock minus ours, in milliseconds. */
    this.clockOffset = 0;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
  }

  /** Of the live picture, from where the connection goes on. */
  get n() {
    return this.live.n;
  }

  /** The room's time that is shown, in milliseconds since the epoch: that of the past, or now. */
  now() {
    return this.past === null ? this.liveNow() : this.past.at;
  }

  /** The room's time, whatever is shown. */
  liveNow() {
    return Date.now() + this.clockOffset;
  }

  /** @param {SnapshotMessage} message */
  takeSnapshot(message) {
    this.#takeLive(message.situation);
  }

  /**
   * Fold a frame; throws when it does not fit the picture.
   * @param {FrameMessage} message
   */
  takeFrame(message) {
    const picture = evolveAll(this.live, message.entries);
    picture.n = message.n; // a frame leaves out superseded positions: its last number may be one
    picture.at = message.entry_at;
    this.#takeLive(picture);
  }

  /** @param {Picture} picture */
  #takeLive(picture) {
    this.live = picture;
    this.liveKnown = true;
    if (this.past === null) this.#show(picture, true);
    this.#changed();
  }

  /** Look at the past, before its picture has come: nothing is shown, least of all the live one. @param {number} at */
  awaitPast(at) {
    this.past = { at, playing: false, speed: 1 };
    this.#show(emptyPicture(this.live.realm), false);
    this.#changed();
  }

  /** @param {Picture} picture @param {number} at the moment it is the picture of */
  showPast(picture, at) {
    this.past = { playing: false, speed: 1, ...this.past, at };
    this.#show(picture, true);
    this.#changed();
  }

  /**
   * Go on in the past; throws when the entries do not fit the picture.
   * @param {Entry[]} entries @param {number} at
   */
  playPast(entries, at) {
    if (this.past === null) return;
    if (entries.length > 0) this.#show(evolveAll(this.picture, entries), true);
    this.past = { ...this.past, at };
    this.#changed();
  }

  /** @param {{playing?: boolean, speed?: number}} how */
  pace(how) {
    if (this.past === null) return;
    this.past = { ...this.past, ...how };
    this.#changed();
  }

  leavePast() {
    this.past = null;
    this.#show(this.live, this.liveKnown);
    this.#changed();
  }

  /** @param {Health} health @param {string} at @param {number} [waitedMs] */
  takeHealth(health, at, waitedMs) {
    this.health = health;
    this.takeServerTime(at, waitedMs);
    this.#changed();
  }

  /** @param {string} at @param {number} [waitedMs] since it was told */
  takeServerTime(at, waitedMs = 0) {
    const offset = Date.parse(at) + waitedMs - Date.now();
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

  /** @param {Picture} picture @param {boolean} known */
  #show(picture, known) {
    this.picture = picture;
    this.known = known;
    if (known) this.#followSelection();
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
