// @ts-check
/** A wall is read by both: every word in French and Dutch at once, said once where they agree. */

import { Words } from "../i18n.js";
import { BOTH } from "./options.js";

/** @import { Locale, Params } from "../i18n.js" */

const PAIR = ["fr", "nl"];
const UNIT = "unit.";

export class BothWords extends Words {
  /** @param {Record<string, Locale>} locales */
  constructor(locales) {
    super(locales, "fr");
  }

  /** @override @param {string} key @param {Params} [params] */
  t(key, params = {}) {
    // h and d are signs of the SI, the same in every language
    if (key.startsWith(UNIT)) return this.in("en", key, params);
    return paired(PAIR.map((language) => this.in(language, key, params)));
  }

  /** @override @param {Record<string, string> | null | undefined} text */
  of(text) {
    const said = PAIR.map((language) => text?.[language] ?? "").filter((word) => word !== "");
    return said.length > 0 ? paired(said) : super.of(text);
  }
}

/** Each once; what differs by accents alone is one word on a wall. @param {string[]} said */
export function distinct(said) {
  const plain = said.map((word) => word.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase());
  return said.filter((_, i) => plain.indexOf(/** @type {string} */ (plain[i])) === i);
}

/** @param {string[]} said */
function paired(said) {
  return distinct(said).join(" / ");
}

/** The same text in each language of the wall: one line each. @param {Words} words @param {Record<string, string> | undefined} text */
export function linesOf(words, text) {
  const languages = languagesOf(words).filter((language) => text?.[language]);
  const said = distinct(languages.map((language) => text?.[language] ?? ""));
  return said.map((line) => ({ line, language: languages.find((language) => text?.[language] === line) }));
}

/** @param {Record<string, Locale>} locales @param {string} language one, or `both` */
export function wallWords(locales, language) {
  return language === BOTH ? new BothWords(locales) : new Words(locales, language);
}

/** In which languages something is said, one below the other. @param {Words} words */
export function languagesOf(words) {
  return words instanceof BothWords ? PAIR : [words.language];
}

/** `dim. 22.11` or `dim. / zo. 22.11` @param {Words} words @param {number} moment */
export function dayOf(words, moment) {
  const days = languagesOf(words).map((language) => weekday(language, moment));
  return `${paired(days)} ${DATE.format(moment).replace("/", ".")}`;
}

const ZONE = "Europe/Brussels";
const DATE = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, day: "2-digit", month: "2-digit" });
/** @type {Map<string, Intl.DateTimeFormat>} */
const weekdays = new Map();

/** @param {string} language @param {number} moment */
function weekday(language, moment) {
  let format = weekdays.get(language);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language, { timeZone: ZONE, weekday: "short" });
    weekdays.set(language, format);
  }
  return format.format(moment);
}

