// @ts-check
/** One measure of the plan: three signs at a glance, and each figure opens what is behind it. */

import { h } from "../dom.js";
import { exerciseLine, exerciseName, tieLine } from "./evidence.js";

/** @import { Child } from "../dom.js" */
/** @import { Desk } from "../desk.js" */
/** @import { MeasureShown, TieShown } from "../../../../types/figures" */

export const MARKS = /** @type {Record<import("./filter.js").Only, string>} */ ({ in_use: "●", gaps: "▲", never: "○" });

/** @param {string} code */
export const cardId = (code) => `measure-${code}`;

/**
 * In use, lacking, never exercised: a sign and a word each; nothing where all is quiet.
 * @param {Desk} desk @param {MeasureShown} measure @param {boolean} [short] the number alone, with its name for those who hear it
 */
export function signs({ words }, measure, short = false) {
  const sign = (/** @type {string} */ look, /** @type {string} */ mark, /** @type {string} */ said, /** @type {number | null} */ n) =>
    h(
      "span",
      { class: `measure-sign ${look}`, title: short ? said : null },
      h("span", { "aria-hidden": "true" }, short && n !== null ? `${mark} ${n}` : mark),
      h("span", { class: short ? "visually-hidden" : "" }, said),
    );
  return [
    measure.in_use.length > 0 &&
      sign("in-use", MARKS.in_use, words.t("measures.sign_in_use", { n: measure.in_use.length }), measure.in_use.length),
    measure.gaps.length > 0 &&
      sign("gap", MARKS.gaps, words.t("measures.sign_gaps", { n: measure.gaps.length }), measure.gaps.length),
    measure.never_exercised && sign("never", MARKS.never, words.t("measures.never_exercised"), null),
  ].filter((found) => found !== false);
}

/** @param {Desk} desk @param {MeasureShown} measure @param {boolean} chosen */
export function measureCard(desk, measure, chosen) {
  const { words, names, format, store } = desk;
  const entry = names.measures.get(measure.code);
  const now = store.now();
  const said = [words.of(names.axes[entry?.axis ?? ""]), words.of(names.spines[entry?.spine ?? ""])].filter(Boolean);
  const { last_use, last_exercise } = measure;
  const found = signs(desk, measure);
  const listed = (/** @type {string} */ name, /** @type {string} */ label, /** @type {TieShown[]} */ ties) =>
    ties.length > 0 && part(name, words.t(label), String(ties.length), ties.map((tie) => tieLine(desk, tie)));
  return h(
    "article",
    {
      id: cardId(measure.code),
      class: `measure-card${chosen ? " chosen" : ""}`,
      "aria-labelledby": `${cardId(measure.code)}-title`,
      "data-measure": measure.code,
    },
    h(
      "header",
      {},
      h("h3", { id: `${cardId(measure.code)}-title`, tabindex: "-1", "data-focus": "title" }, h("b", { class: "code" }, measure.code), ` ${names.measure(measure.code)}`),
      said.length > 0 && h("p", { class: "quiet" }, said.join(" · ")),
    ),
    found.length > 0 && h("p", { class: "measure-signs" }, found),
    listed("in_use", "measures.in_use", measure.in_use),
    part(
      "used",
      words.t("measures.last_use"),
      last_use === null
        ? words.t("measures.never")
        : `${format.moment(last_use.since, now)} · ${words.t("measures.uses", { n: measure.uses })}`,
      measure.used.map((tie) => tieLine(desk, tie)),
    ),
    part(
      "exercised",
      words.t("measures.last_exercise"),
      last_exercise === null
        ? words.t(measure.never_exercised ? "measures.never_exercised" : "measures.not_lately")
        : `${format.day(last_exercise.at)} · ${exerciseName(desk, last_exercise)} · ${words.t("measures.exercises", { n: measure.exercises })}`,
      measure.exercised.map((exercise) => exerciseLine(desk, exercise)),
    ),
    listed("gaps", "measures.gaps", measure.gaps),
    listed("feeding", "measures.feeding", measure.feeding),
    part("wording", words.t("tie.wording"), "", [h("li", {}, names.wording({ code: measure.code }))]),
  );
}

/** Nothing to tell of it: not used, not exercised, not lacking. @param {MeasureShown} measure */
export const isQuiet = ({ in_use, uses, exercises, gaps, feeding }) =>
  in_use.length + uses + exercises + gaps.length + feeding.length === 0;

/** A figure, and behind it what it was counted from. @param {string} name @param {string} label @param {Child} value @param {HTMLElement[]} behind */
function part(name, label, value, behind) {
  const figure = [h("span", { class: "label" }, label), h("b", { class: "figure" }, value)];
  if (behind.length === 0) return h("p", { class: "measure-part nothing", "data-part": name }, figure);
  return h(
    "details",
    { class: "measure-part", "data-part": name },
    h("summary", { "data-focus": name }, figure),
    h("ul", {}, behind),
  );
}
