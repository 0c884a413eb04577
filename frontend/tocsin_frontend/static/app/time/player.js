// @ts-check
/**
 * Goes to moments of the past and plays on from there: entries are fetched ahead in pages and folded
 * as life folded them. What is not here yet is waited for; where the journal ends, life goes on.
 */

/** @import { Entry } from "../../../../types/wire" */
/** @import { SituationStore } from "../situation-store.js" */
/** @import { History } from "./history.js" */

export const SPEEDS = [0.25, 0.5, 1, 2, 5, 10, 30, 60];
const PAGE = 1000;
const PAGE_FAST = 5000;
const FAST = 10;
const AHEAD_MS = 4000; // of watching, in hand
const POSITIONS_PER_S = 10; // of one moving object, as one watches
const LONGEST_FRAME_MS = 1000; // a hidden page does not leap when it is seen again
const AGAIN_MS = 1000;

/** @typedef {{ms: number, entry: Entry}} Due */

export class Player {
  /**
   * @param {object} options
   * @param {SituationStore} options.store
   * @param {History} options.history
   * @param {() => void} options.changed
   */
  constructor({ store, history, changed }) {
    this.store = store;
    this.history = history;
    this.changed = changed;
    this.speed = 1;
    /** The moment that was asked for and has not come yet. @type {number | null} */
    this.wanted = null;
    /** The server does not answer. */
    this.trouble = false;
    /** Played as far as entries are here, and more of them are to come. */
    this.waiting = false;
    /** @type {Due[]} */
    this.ahead = [];
    this.reach = 0;
    this.fetching = false;
    this.ended = false;
    this.askedAt = 0;
    this.lastAt = 0;
    this.moves = new AbortController();
  }

  /**
   * Show a moment: of a time, or after an entry.
   * @param {{at: number} | {n: number, at: number}} moment
   */
  async jump(moment) {
    this.#forget();
    this.wanted = moment.at;
    const { signal } = this.moves;
    this.changed();
    try {
      const asked = "n" in moment ? { n: moment.n } : { at: new Date(moment.at).toISOString() };
      const picture = await this.history.picture(asked, signal, (trouble) => this.#tell(trouble));
      this.wanted = null;
      this.reach = picture.n;
      this.store.showPast(picture.situation, moment.at);
      this.changed();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  play() {
    const { past } = this.store;
    if (past === null || past.playing) return;
    this.lastAt = performance.now();
    this.store.pace({ playing: true, speed: this.speed });
    this.#next();
  }

  pause() {
    this.store.pace({ playing: false });
    this.waiting = false;
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
    this.store.pace({ speed });
    this.changed();
  }

  leave() {
    this.#forget();
    this.wanted = null;
    this.waiting = false;
    this.store.leavePast();
  }

  #next() {
    requestAnimationFrame((now) => this.#frame(now));
  }

  /** @param {number} now */
  #frame(now) {
    const { past } = this.store;
    if (past === null || !past.playing) return;
    this.#next();
    const passed = Math.min(LONGEST_FRAME_MS, Math.max(0, now - this.lastAt));
    this.lastAt = now;
    if (this.wanted !== null) return;
    this.#fetchAhead(past.at);
    let at = past.at + passed * past.speed;
    const due = this.#dueBy(at);
    const short = this.ahead.length === 0 && !this.ended;
    if (short) at = Math.max(past.at, due.at(-1)?.ms ?? past.at); // further on nothing is known yet
    this.#wait(short);
    try {
      this.store.playPast(due.map(({ entry }) => entry), at);
    } catch (error) {
      console.warn("the entries did not fit the picture of the past", error);
      this.jump({ at });
      return;
    }
    if (at >= this.store.liveNow()) this.leave();
  }

  /** @param {number} at @returns {Due[]} */
  #dueBy(at) {
    const later = this.ahead.findIndex(({ ms }) => ms > at);
    return this.ahead.splice(0, later === -1 ? this.ahead.length : later);
  }

  /** @param {number} at */
  async #fetchAhead(at) {
    const inHand = this.ahead.at(-1)?.ms ?? at;
    if (this.fetching || inHand - at > AHEAD_MS * this.speed) return;
    if ((this.ended || this.trouble) && performance.now() - this.askedAt < AGAIN_MS) return;
    this.fetching = true;
    this.askedAt = performance.now();
    const { signal } = this.moves;
    const every = this.speed > 1 ? this.speed / POSITIONS_PER_S : 0;
    try {
      const page = await this.history.entries(this.reach, this.speed < FAST ? PAGE : PAGE_FAST, every, signal);
      if (signal.aborted) return;
      this.ended = page.n === this.reach;
      this.reach = page.n;
      for (const entry of page.entries) this.ahead.push({ ms: Date.parse(entry.at), entry });
      this.#tell(false);
    } catch {
      if (!signal.aborted) this.#tell(true);
    } finally {
      if (!signal.aborted) this.fetching = false;
    }
  }

  /** What was fetched or is on its way belongs to another moment. */
  #forget() {
    this.moves.abort();
    this.moves = new AbortController();
    this.ahead = [];
    this.fetching = false;
    this.ended = false;
    this.trouble = false;
  }

  /** @param {boolean} trouble */
  #tell(trouble) {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.changed();
  }

  /** @param {boolean} waiting */
  #wait(waiting) {
    if (waiting === this.waiting) return;
    this.waiting = waiting;
    this.changed();
  }
}
