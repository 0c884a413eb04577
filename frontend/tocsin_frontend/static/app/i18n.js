// @ts-check
/** The words of the screen. French and Dutch are equal, English follows; nothing is built in. */

/** @typedef {string | Record<string, string>} Message */
/** @typedef {Record<string, Message>} Locale */
/** @typedef {Record<string, string | number>} Params */

const TAGS = /** @type {Record<string, string>} */ ({ fr: "fr-BE", nl: "nl-BE", en: "en-GB" });
const COOKIE = "tocsin_lang";

export class Words {
  /** @param {Record<string, Locale>} locales @param {string} language */
  constructor(locales, language) {
    this.locales = locales;
    this.language = language;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    /** @type {Map<string, Intl.PluralRules>} */
    this.plurals = new Map();
  }

  /** The BCP 47 tag to format with. */
  get tag() {
    return TAGS[this.language] ?? this.language;
  }

  /**
   * @param {string} key
   * @param {Params} [params] `n` chooses the plural form
   */
  t(key, params = {}) {
    return this.in(this.language, key, params);
  }

  /** @param {string} language @param {string} key @param {Params} [params] */
  in(language, key, params = {}) {
    const message = this.locales[language]?.[key];
    if (message === undefined) {
      console.error(`no word for ${key} in ${language}`);
      return `[${key}]`;
    }
    return this.#form(language, message, params).replace(/\{(\w+)\}/g, (_, name) =>
      String(params[name] ?? ""),
    );
  }

  /** Whether there is a word of our own for something a server names. @param {string} key */
  has(key) {
    return this.locales[this.language]?.[key] !== undefined;
  }

  /**
   * A word for a key the server chose: ours, or the key itself made readable.
   * @param {string} prefix @param {string} name @param {Params} [params]
   */
  name(prefix, name, params = {}) {
    return this.has(prefix + name) ? this.t(prefix + name, params) : readable(name);
  }

  /** The text of a record that carries its own languages. @param {Record<string, string> | null | undefined} text */
  of(text) {
    if (!text) return "";
    return text[this.language] ?? text["fr"] ?? text["en"] ?? Object.values(text)[0] ?? "";
  }

  /** @param {string} language */
  choose(language) {
    if (this.locales[language] === undefined || language === this.language) return;
    this.language = language;
    document.cookie = `${COOKIE}=${language}; path=/; max-age=31536000; samesite=lax`;
    for (const listener of this.listeners) listener();
  }

  /** @param {() => void} listener */
  subscribe(listener) {
    this.listeners.add(listener);
  }

  /** @param {string} language @param {Message} message @param {Params} params */
  #form(language, message, params) {
    if (typeof message === "string") return message;
    let rules = this.plurals.get(language);
    if (rules === undefined) {
      rules = new Intl.PluralRules(TAGS[language] ?? language);
      this.plurals.set(language, rules);
    }
    return message[rules.select(Number(params["n"] ?? 0))] ?? message["other"] ?? "";
  }
}

/** @param {string} name */
export function readable(name) {
  return name.replaceAll(/[_-]+/g, " ").trim();
}

/**
 * @param {string[]} languages
 * @returns {Promise<Record<string, Locale>>}
 */
export async function loadLocales(languages) {
  const loaded = await Promise.all(
    languages.map(async (language) => {
      const answer = await fetch(new URL(`../locales/${language}.json`, import.meta.url));
      return [language, await answer.json()];
    }),
  );
  return Object.fromEntries(loaded);
}

/**
 * Put words on everything the page itself brought: `data-text`, and `data-label` for a name that
 * only assistive technology reads.
 * @param {Words} words
 */
export function translatePage(words) {
  document.documentElement.lang = words.language;
  document.documentElement.dataset.language = words.language;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = words.t(element.getAttribute("data-text") ?? "");
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", words.t(element.getAttribute("data-label") ?? ""));
  }
}
