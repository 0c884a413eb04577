// @ts-check
/**
 * One control for every panel: live, or any moment of the past, and play from there. The past is
 * plain all over the page; live goes on underneath, and what calls there is told here.
 */

import { place, placed } from "../permalink.js";
import { callsOf, newCalls } from "./calls.js";
import { History, nearestOpening } from "./history.js";
import { Player } from "./player.js";
import { TimeBar } from "./time-bar.js";

/** @import { Desk } from "../desk.js" */

const RELOAD_MS = 15_000;

/** The conductor of this page: none where it has no place for one. @param {Desk} desk @param {() => void} changed */
export function timeConductor(desk, changed) {
  const slot = document.getElementById("time-conductor");
  return slot === null ? [] : [new TimeConductor(desk, slot, changed)];
}

export class TimeConductor {
  /** @param {Desk} desk @param {HTMLElement} slot in the head @param {() => void} changed */
  constructor(desk, slot, changed) {
    this.desk = desk;
    const { settings, store, keys } = desk;
    this.history = new History(`${settings.api_root}/realms/${settings.realm}`);
    this.player = new Player({ store, history: this.history, changed });
    this.isOpen = false;
    this.loadedAt = -Infinity;
    /** What called already when one looked away from live. @type {Map<string, string> | null} */
    this.before = null;
    /** @type {unknown[]} */
    this.shown = [];
    this.wasPast = false;
    /** The entry that one is on the way to. @type {number | null} */
    this.aim = null;
    const acts = {
      open: () => this.#open(),
      step: (/** @type {1 | -1} */ way) => this.#step(way),
      playOrPause: () => this.#playOrPause(),
      setSpeed: (/** @type {number} */ speed) => this.player.setSpeed(speed),
      go: (/** @type {number} */ at) => {
        this.aim = null;
        this.#go({ at: Math.min(at, store.liveNow()) });
      },
      live: () => this.#live(),
    };
    this.bar = new TimeBar(desk, slot, acts);
    const held = keys.held;
    keys.held = () => store.past !== null || held();
    keys.add(
      { key: ",", says: "keys.time_previous", act: () => acts.step(-1), looks: true },
      { key: ".", says: "keys.time_next", act: () => acts.step(1), looks: true },
      { key: "p", says: "keys.time_play", act: acts.playOrPause, looks: true },
      { key: "0", says: "keys.time_live", act: acts.live, looks: true },
    );
    const moment = Date.parse(placed("at") ?? "");
    if (Number.isNaN(moment)) return;
    store.awaitPast(moment); // a permalink into the past shows nothing live before that has come
    this.#go({ at: moment });
  }

  #open() {
    if (this.desk.store.past !== null) this.bar.span.input.focus();
    else this.isOpen = !this.isOpen;
    this.#load();
    this.draw();
  }

  async #load() {
    if (performance.now() - this.loadedAt < RELOAD_MS) return;
    this.loadedAt = performance.now();
    if (!(await this.history.load())) this.loadedAt = -Infinity;
    this.draw();
  }

  /** @param {{at: number} | {n: number, at: number}} moment */
  async #go(moment) {
    this.#load();
    await this.player.jump(moment);
    this.#place();
  }

  /** The moment that is shown stands in the page's address. */
  #place() {
    const { past } = this.desk.store;
    place({ at: past === null ? null : new Date(past.at).toISOString() });
  }

  /** To the opening of another incident, which is then chosen. @param {1 | -1} way */
  async #step(way) {
    const { store, words } = this.desk;
    if (this.history.told === null || store.past === null) await this.history.load();
    const n = this.aim ?? (store.past === null ? Infinity : store.picture.n);
    const landmark = nearestOpening(this.history.told?.landmarks ?? [], n, way);
    if (landmark === null) {
      this.bar.tell(words.t(way > 0 ? "time.no_next" : "time.no_previous"));
      return;
    }
    this.aim = landmark.n;
    await this.#go({ n: landmark.n, at: Date.parse(landmark.at) });
    if (this.aim !== landmark.n) return; // one pressed again meanwhile
    this.aim = null;
    store.select(landmark.incident);
  }

  #playOrPause() {
    const { past } = this.desk.store;
    if (past === null) return;
    if (!past.playing) this.player.play();
    else {
      this.player.pause();
      this.#place();
    }
  }

  #live() {
    if (this.desk.store.past === null && this.player.wanted === null) return;
    const inBar = this.bar.element.contains(document.activeElement);
    this.aim = null;
    this.player.leave();
    this.isOpen = false;
    if (inBar) this.bar.opener.focus();
  }

  tick() {
    if (this.bar.element.hidden) return;
    this.#load();
    this.draw();
  }

  draw() {
    const { store, words } = this.desk;
    const { past } = store;
    const { told } = this.history;
    if (past === null) this.before = null;
    else if (store.liveKnown) this.before ??= callsOf(store.live);
    const hidden = past === null && !this.isOpen;
    this.bar.element.hidden = hidden;
    this.#turn(past !== null);
    const now = store.now();
    const { wanted, waiting, trouble, speed } = this.player;
    const second = hidden ? null : Math.floor(now / 1000);
    const live = past === null ? null : store.live;
    const parts = [second, past?.playing, speed, wanted, waiting, trouble, hidden, told, live, words.language];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const moment = this.#moment(now);
    const calling = live === null || this.before === null ? 0 : newCalls(this.before, live);
    this.bar.show({ past, moment, speed, calling, note: this.#note() });
    if (past !== null && !past.playing && wanted === null) this.bar.tell(words.t("time.shown", { moment }));
    if (hidden || !told?.first) return;
    const first = Date.parse(told.first.at);
    this.bar.showSpan(first, Math.max(first, store.liveNow()), now, moment, told.landmarks);
  }

  /** The whole page says that it is not live, or that it is again. @param {boolean} isPast */
  #turn(isPast) {
    if (isPast === this.wasPast) return;
    this.wasPast = isPast;
    document.documentElement.classList.toggle("past", isPast);
    if (isPast) return;
    this.#place();
    this.bar.tell(this.desk.words.t("time.live_again"));
  }

  /** @param {number} at */
  #moment(at) {
    const { format } = this.desk;
    return `${format.day(at)} ${format.clock(at)}`;
  }

  #note() {
    const { words } = this.desk;
    const { trouble, wanted, waiting } = this.player;
    if (trouble) return words.t("time.no_answer");
    if (wanted !== null) return words.t("time.loading", { moment: this.#moment(wanted) });
    if (waiting) return words.t("time.waiting");
    return this.history.told?.first === null ? words.t("time.nothing") : "";
  }
}
