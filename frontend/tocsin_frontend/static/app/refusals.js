// @ts-check
/**
 * What the room refuses, in the words of this person. The server gives its reasons in English; the
 * catalogue knows each of its sentences, and the tables know the codes that stand in them.
 */

/** @import { RoomTables } from "./room-tables.js" */

/** @typedef {{ en: string, fr: string, nl: string }} Sentence places are `{0}`, `{1}` … */
/** @typedef {{ sentence: Sentence, said: RegExp, fixed: number }} Pattern `fixed`: characters that are no place */

const CODES = ["did.", "run_state.", "inject_status.", "advice_status.", "tie.", "review."];

export class Refusals {
  /** @param {RoomTables} tables */
  constructor(tables) {
    this.tables = tables;
    this.words = tables.words;
    /** @type {Promise<Pattern[]> | null} */
    this.patterns = null;
  }

  /** @param {string} detail as the server said it @returns {Promise<string>} as it stands where it is not known */
  async tell(detail) {
    const { language } = this.words;
    if (language === "en") return detail;
    const need = Object.values(this.tables.states?.needs ?? {}).find(({ en }) => en === detail);
    if (need !== undefined) return this.words.of(need);
    for (const { sentence, said } of await this.#known()) {
      const found = said.exec(detail);
      const text = /** @type {Record<string, string>} */ (sentence)[language];
      if (found !== null && text !== undefined) {
        return text.replace(/\{(\d)\}/g, (_, place) => this.#called(found[Number(place) + 1] ?? ""));
      }
    }
    return detail;
  }

  /** A code, several of them, or what stands for itself. @param {string} said */
  #called(said) {
    const plain = said.replace(/^'(.*)'$/, "$1");
    return plain
      .split(", ")
      .map((code) => this.#word(code) ?? code)
      .join(", ");
  }

  /** @param {string} code @returns {string | null} */
  #word(code) {
    const { states, phases, roles, room } = this.tables;
    const tables = [states?.states, phases, roles?.capacities, room?.activation, room?.trust, room?.task_states];
    const table = tables.find((one) => one !== null && one !== undefined && Object.hasOwn(one, code));
    if (table !== undefined) return this.tables.word(table, code);
    const family = CODES.find((prefix) => this.words.has(prefix + code));
    return family === undefined ? null : this.words.t(family + code);
  }

  /** The most exact first. @returns {Promise<Pattern[]>} none as long as they cannot be had */
  #known() {
    this.patterns ??= load().catch(() => {
      this.patterns = null;
      return [];
    });
    return this.patterns;
  }
}

async function load() {
  const answer = await fetch(new URL("../locales/refusals.json", import.meta.url));
  /** @type {Sentence[]} */
  const sentences = await answer.json();
  return sentences.map(patternOf).sort((one, other) => other.fixed - one.fixed);
}

/** @param {Sentence} sentence @returns {Pattern} */
function patternOf(sentence) {
  const fixed = sentence.en.split(/\{\d\}/);
  const said = fixed.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+?)");
  return { sentence, said: new RegExp(`^${said}$`, "s"), fixed: fixed.join("").length };
}
