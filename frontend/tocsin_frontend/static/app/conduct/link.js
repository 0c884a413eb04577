// @ts-check
/**
 * What the staff of an exercise knows of its conduct, and its orders. It is asked for, not pushed:
 * the players' sockets never carry what waits for them.
 */

/** @import { Command, Refused } from "../commands.js" */
/** @import { Desk } from "../desk.js" */
/** @import { ConductView, ExerciseScore } from "../../../../types/exercises" */

const OPEN = new Set(["prepared", "running", "paused"]);
const EVERY_MS = 2000;
const SOON_MS = 700;
const SCORE_EVERY_MS = 10_000;

/** @typedef {"away" | "may_not" | null} Trouble why nothing new comes */

export class ConductLink {
  /** @param {Desk} desk @param {() => void} changed @param {{score?: boolean}} [what] */
  constructor(desk, changed, { score = true } = {}) {
    this.desk = desk;
    this.changed = changed;
    this.wantsScore = score;
    const { api_root, realm } = desk.settings;
    this.address = `${api_root}/exercises/${realm}`;
    /** @type {ConductView | null} */
    this.view = null;
    /** @type {ExerciseScore | null} */
    this.score = null;
    /** @type {Trouble} */
    this.trouble = null;
    /** What was refused last. @type {string | null} */
    this.refused = null;
    /** Grows with what is shown: everything but the clock. */
    this.edition = 0;
    this.known = "";
    this.told = "";
    this.askedAt = -Infinity;
    this.scoreAskedAt = -Infinity;
    this.heardAt = 0;
    desk.access.subscribe(() => this.load());
  }

  /** Exercise time now, in milliseconds since the epoch; null before anything is known. */
  now() {
    if (this.view === null) return null;
    const since = this.view.state === "running" ? (performance.now() - this.heardAt) * this.view.speed : 0;
    return Date.parse(this.view.at) + since;
  }

  /** Whether something is still to come. */
  get isOpen() {
    return this.view !== null && OPEN.has(this.view.state);
  }

  tick() {
    if (document.hidden) return;
    if (performance.now() - this.askedAt >= EVERY_MS) this.load();
  }

  draw() {}

  async load() {
    this.askedAt = performance.now();
    const answer = await this.#get("conduct");
    if (answer !== undefined) {
      this.heardAt = performance.now();
      this.view = answer;
      this.#tell(JSON.stringify({ ...answer, at: "", wall: "" }));
    } else this.#tell(this.known);
    const late = performance.now() - this.scoreAskedAt >= SCORE_EVERY_MS;
    if (!this.wantsScore || this.trouble !== null || !late) return;
    this.scoreAskedAt = performance.now();
    const score = await this.#get("score");
    if (score === undefined || JSON.stringify(score) === JSON.stringify(this.score)) return;
    this.score = score;
    this.edition += 1;
    this.changed();
  }

  /** @param {string} known */
  #tell(known) {
    const told = `${this.trouble} ${known}`;
    this.known = known;
    if (told !== this.told) this.edition += 1;
    this.told = told;
    this.changed();
  }

  /** @param {"conduct" | "score"} what @returns {Promise<any>} undefined: no answer */
  async #get(what) {
    try {
      const answer = await fetch(`${this.address}/${what}`, {
        headers: { accept: "application/json", "x-tocsin-capacity": this.desk.access.capacity },
      });
      this.trouble = answer.ok ? null : answer.status === 403 ? "may_not" : "away";
      return answer.ok ? await answer.json() : undefined;
    } catch {
      this.trouble = "away";
      return undefined;
    }
  }

  /** An order without a form: what is refused is told on the page. @param {Command} order */
  async order(order) {
    const refused = await this.give(order);
    this.refused = refused?.detail ?? null;
    this.edition += 1;
    this.changed();
  }

  /**
   * An order, under the name that forms give commands; null when it is in the book.
   * @param {Command} order
   * @returns {Promise<Refused | null>}
   */
  async give({ command, ...rest }) {
    const refused = await post(this.desk, `${this.address}/orders`, { order: command, ...rest });
    if (refused !== null && refused.field === GONE) this.trouble = "away";
    await this.load();
    setTimeout(() => this.load(), SOON_MS); // it is in the book at once; what it brings about takes a moment
    return refused;
  }
}

/** The field of a refusal that is none: nobody answered. */
export const GONE = "(gone)";

/**
 * @param {Desk} desk @param {string} address @param {Record<string, unknown>} body
 * @param {(told: any) => void} [told] what was answered
 * @returns {Promise<Refused | null>}
 */
export async function post({ posting }, address, body, told) {
  const answer = await posting.post(address, JSON.stringify(body));
  if (!("told" in answer)) return { detail: answer.detail, field: answer.gone ? GONE : answer.field };
  told?.(answer.told);
  return null;
}
