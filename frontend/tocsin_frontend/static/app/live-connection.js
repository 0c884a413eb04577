// @ts-check
/**
 * The socket to the room. Numbers tell whether anything is missing; the screen's own clock tells
 * whether it is still live. After any interruption it resumes by itself from the last number.
 */

/** @import { FrameMessage, Message } from "../../../types/wire" */
/** @import { FirstSocket } from "./first-socket.js" */
/** @import { SituationStore } from "./situation-store.js" */

export const FROZEN_AFTER_MS = 3000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2000; // right again within three seconds of the return
const WATCH_EVERY_MS = 100;
const BEATS_BEHIND = 3;
const GIVE_UP_AFTER_MS = 6000; // a socket silent for so long is dead, whatever the system says

/** @typedef {"connecting" | "live" | "frozen"} LiveState */
/** @typedef {"no_link" | "silent" | "catching_up" | "other_realm"} Trouble */

export class LiveConnection {
  /**
   * @param {object} options
   * @param {string} options.url socket address without a query
   * @param {SituationStore} options.store
   * @param {() => void} options.changed called when state, trouble or server version changed
   * @param {() => FirstSocket | null} [options.first] one that is open already, without a query
   */
  constructor({ url, store, changed, first = () => null }) {
    this.url = url;
    this.first = first;
    this.store = store;
    this.changed = changed;
    /** @type {LiveState} */
    this.state = "connecting";
    /** @type {Trouble | null} */
    this.trouble = null;
    /** When the last message came, by the room's clock. @type {number} */
    this.lastMessageAt = Date.now();
    /** @type {string | null} */
    this.boot = null;
    /** How often the server was found restarted: for diagnosis only. */
    this.restartsSeen = 0;
    /** @type {string | null} */
    this.serverVersion = null;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.attempts = 0;
    this.wantSnapshot = true;
    /** The picture is right again when it has this number. @type {number | null} */
    this.target = null;
    this.beatN = 0;
    this.beatsBehind = 0;
    this.heardAt = performance.now();
    this.openedAt = performance.now();
    /** @type {number | undefined} */
    this.retry = undefined;
  }

  start() {
    setInterval(() => this.#watch(), WATCH_EVERY_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#watch();
    });
    window.addEventListener("online", () => this.#connectNow());
    this.#connect();
  }

  #connect() {
    this.retry = undefined;
    const query = this.wantSnapshot ? "" : `?from=${this.store.n}`;
    const opened = this.wantSnapshot ? this.first() : null;
    const { socket, heard } = opened ?? { socket: new WebSocket(this.url + query), heard: [] };
    this.socket = socket;
    this.openedAt = performance.now();
    this.target = null;
    this.beatN = 0;
    this.beatsBehind = 0;
    /** @param {MessageEvent} event */
    const hear = (event) => {
      if (socket === this.socket) this.#take(JSON.parse(event.data), performance.now() - event.timeStamp);
    };
    socket.addEventListener("message", hear);
    socket.addEventListener("close", () => {
      if (socket === this.socket) this.#lost();
    });
    heard.forEach(hear);
  }

  #connectNow() {
    if (this.socket !== null || this.trouble === "other_realm") return;
    clearTimeout(this.retry);
    this.attempts = 0;
    this.#connect();
  }

  #lost() {
    this.socket = null;
    if (this.trouble !== "other_realm") this.#setTrouble("no_link");
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts);
    this.attempts += 1;
    // Jitter, so that sixty-six screens do not come back in the same instant.
    const wait = longest / 2 + (Math.random() * longest) / 2;
    this.retry = window.setTimeout(() => this.#connect(), wait);
  }

  /** Let go of this socket and come back at once from the last number known. */
  #resume() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.#lost();
  }

  /** @param {Message} message @param {number} waitedMs since it came */
  #take(message, waitedMs) {
    this.heardAt = performance.now();
    switch (message.type) {
      case "hello":
        if (message.realm !== this.store.live.realm) return this.#refuse();
        if (this.boot !== null && this.boot !== message.boot) this.restartsSeen += 1;
        this.boot = message.boot;
        this.serverVersion = message.version;
        this.target = message.n;
        this.store.takeServerTime(message.at, waitedMs);
        break;
      case "snapshot":
        this.store.takeSnapshot(message);
        this.wantSnapshot = false;
        break;
      case "frame":
        if (!this.#fold(message)) return;
        break;
      case "beat":
        this.store.takeHealth(message.health, message.at, waitedMs);
        if (this.#fellBehind(message.n)) return this.#resume();
        break;
    }
    this.lastMessageAt = this.store.liveNow();
    this.#settle();
  }

  /**
   * Frames up to a beat's number come around that beat; when they are not there some beats later,
   * they never will be.
   * @param {number} n
   */
  #fellBehind(n) {
    if (this.store.n >= this.beatN) {
      this.beatN = n;
      this.beatsBehind = 0;
    } else this.beatsBehind += 1;
    return this.beatsBehind >= BEATS_BEHIND;
  }

  /** @param {FrameMessage} frame */
  #fold(frame) {
    if (frame.first !== this.store.n + 1) {
      this.#resume();
      return false;
    }
    try {
      this.store.takeFrame(frame);
      this.wantSnapshot = false;
      return true;
    } catch (error) {
      // A picture that cannot be carried on is worthless: ask for a whole one.
      console.warn("the frame did not fit the picture", error);
      this.wantSnapshot = true;
      this.#resume();
      return false;
    }
  }

  /** A screen of one realm must never show another one. */
  #refuse() {
    this.#setTrouble("other_realm");
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  #settle() {
    if (this.target === null || this.wantSnapshot || this.store.n < this.target) {
      if (this.state === "frozen") this.#setTrouble("catching_up");
      return;
    }
    this.attempts = 0;
    this.#become("live", null);
  }

  #watch() {
    const silence = performance.now() - this.heardAt;
    if (silence > FROZEN_AFTER_MS) {
      this.#become("frozen", this.trouble ?? (this.socket?.readyState === 1 ? "silent" : "no_link"));
    }
    const stuck = performance.now() - Math.max(this.heardAt, this.openedAt) > GIVE_UP_AFTER_MS;
    if (this.socket !== null && stuck) this.#resume();
  }

  /** @param {Trouble} trouble */
  #setTrouble(trouble) {
    this.#become(trouble === "other_realm" ? "frozen" : this.state, trouble);
  }

  /** @param {LiveState} state @param {Trouble | null} trouble */
  #become(state, trouble) {
    if (state === this.state && trouble === this.trouble) return;
    this.state = state;
    this.trouble = trouble;
    this.changed();
  }
}
