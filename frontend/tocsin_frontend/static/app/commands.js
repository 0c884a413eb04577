// @ts-check
/**
 * An operator's acts. The screen shows nothing in advance: what an act led to comes back over the
 * socket, like everything else. Until then it is pending.
 */

/** @import { SituationStore } from "./situation-store.js" */
/** @import { Words } from "./i18n.js" */

/** @typedef {{command: string} & Record<string, string | number | null>} Command */

const PENDING_AT_MOST_MS = 8000;

export class Commands {
  /**
   * @param {object} options
   * @param {string} options.address
   * @param {SituationStore} options.store
   * @param {Words} options.words
   * @param {() => void} options.changed
   */
  constructor({ address, store, words, changed }) {
    this.address = address;
    this.store = store;
    this.words = words;
    this.changed = changed;
    /** Acts on their way, with the entry they must show up in (0: not known yet). @type {Map<string, number>} */
    this.pending = new Map();
    /** @type {{text: string, trouble: boolean} | null} */
    this.said = null;
    store.subscribe(() => this.#arrived());
  }

  /** @param {Command} command */
  isPending(command) {
    return this.pending.has(JSON.stringify(command));
  }

  /** @param {Command} command */
  async give(command) {
    const key = JSON.stringify(command);
    if (this.pending.has(key)) return;
    this.pending.set(key, 0);
    this.#say(this.words.t("command.pending"), false);
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        headers: { "content-type": "application/json", "x-tocsin": "1" },
        body: key,
      });
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Error(typeof told.detail === "string" ? told.detail : String(answer.status));
      this.pending.set(key, Number(told.n));
      setTimeout(() => this.#forget(key), PENDING_AT_MOST_MS);
      this.#arrived();
    } catch (error) {
      this.pending.delete(key);
      const detail = error instanceof TypeError ? this.words.t("why.no_link") : String(/** @type {Error} */ (error).message);
      this.#say(this.words.t("command.refused", { detail }), true);
    }
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
    this.said = { text, trouble };
    this.changed();
  }
}
