// @ts-check
/**
 * An operator's acts. The screen shows nothing in advance: what an act led to comes back over the
 * socket, like everything else. Until then it is pending.
 */

/** @import { Posting } from "./posting.js" */
/** @import { SituationStore } from "./situation-store.js" */
/** @import { Words } from "./i18n.js" */

/** @typedef {{command: string} & Record<string, unknown>} Command */
/** Why a command was not carried out; `field` is the one it stumbled over. @typedef {{detail: string, field: string}} Refused */

const PENDING_AT_MOST_MS = 8000;

export class Commands {
  /**
   * @param {object} options
   * @param {string} options.address
   * @param {SituationStore} options.store
   * @param {Words} options.words
   * @param {Posting} options.posting
   * @param {boolean} [options.looksOnly] nobody acts on this screen
   * @param {() => void} options.changed
   */
  constructor({ address, store, words, posting, looksOnly = false, changed }) {
    this.address = address;
    this.looksOnly = looksOnly;
    this.posting = posting;
    this.store = store;
    this.words = words;
    this.changed = changed;
    /** Acts on their way, with the entry they must show up in (0: not known yet). @type {Map<string, number>} */
    this.pending = new Map();
    /** @type {{text: string, trouble: boolean} | null} */
    this.said = null;
    /** Grows whenever acts set out or arrive: what has buttons compares it. */
    this.edition = 0;
    this.wasPast = false;
    store.subscribe(() => {
      this.#arrived();
      this.#turned();
    });
  }

  /** @param {Command} command */
  isPending(command) {
    return this.pending.has(JSON.stringify(command));
  }

  /**
   * Null when it is in the journal, or on its way already.
   * @param {Command} command
   * @returns {Promise<Refused | null>}
   */
  async give(command) {
    const key = JSON.stringify(command);
    if (this.pending.has(key)) return null;
    if (this.held) {
      const detail = this.words.t(this.heldBecause);
      this.#say(detail, true);
      return { detail, field: "" };
    }
    this.pending.set(key, 0);
    this.#say(this.words.t("command.pending"), false);
    const answer = await this.posting.post(this.address, key);
    if ("told" in answer) {
      this.pending.set(key, Number(answer.told.n));
      setTimeout(() => this.#forget(key), PENDING_AT_MOST_MS);
      this.#arrived();
      return null;
    }
    this.pending.delete(key);
    this.#say(this.words.t("command.refused", { detail: answer.detail }), true);
    return answer;
  }

  /** On a picture of the past nobody acts, nor on somebody else's screen. */
  get held() {
    return this.looksOnly || this.store.past !== null;
  }

  /** The word for it. */
  get heldBecause() {
    return this.looksOnly ? "as.held" : "time.held";
  }

  /** Buttons are held from now on, or no longer. */
  #turned() {
    if (this.held === this.wasPast) return;
    this.wasPast = this.held;
    this.edition += 1;
    this.said = null;
  }

  /** Nothing more to say, for example because another incident is looked at. */
  quiet() {
    this.said = null;
  }

  #arrived() {
    for (const [key, n] of this.pending) {
      if (n > 0 && this.store.n >= n) {
        this.pending.delete(key);
        this.#say(this.words.t("command.done", { n }), false);
      }
    }
  }

  /** @param {string} key */
  #forget(key) {
    if (this.pending.delete(key)) this.#say(this.words.t("command.late"), true);
  }

  /** @param {string} text @param {boolean} trouble */
  #say(text, trouble) {
    this.edition += 1;
    this.said = { text, trouble };
    this.changed();
  }
}
