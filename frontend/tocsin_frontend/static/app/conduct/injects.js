// @ts-check
/** The main events list in the order of its times: what is past, what comes, what waits for a sign. */

/** @import { Words } from "../i18n.js" */
/** @import { ConductView, ExerciseScore, InjectLine, InjectRow } from "../../../../types/exercises" */

export const FILTERS = /** @type {const} */ (["all", "coming", "unanswered", "calls", "traps"]);
/** @typedef {typeof FILTERS[number]} FilterName */

export const REACTIONS = /** @type {const} */ (["seen", "acknowledged", "decided", "done"]);

/** When it was, or will be; null where nobody knows yet. @param {InjectRow} row */
export const momentOf = (row) => (row.status === "issued" && row.run !== null ? row.run.at : row.due);

/** What is timed in the order of time, then what waits for a condition or a hand. @param {InjectRow[]} injects */
export function inOrder(injects) {
  const key = (/** @type {InjectRow} */ row) => {
    const moment = momentOf(row);
    return moment === null ? Infinity : Date.parse(moment);
  };
  return injects
    .map((row, i) => ({ row, i, at: key(row) }))
    .sort((a, b) => (a.at === b.at ? a.i - b.i : a.at - b.at))
    .map(({ row }) => row);
}

/** The next that the clock will bring. @param {InjectRow[]} ordered */
export const nextDue = (ordered) => ordered.find((row) => row.status === "waiting" && row.due !== null) ?? null;

/** @param {ExerciseScore | null} score @returns {Map<string, InjectLine>} */
export const linesOf = (score) => new Map((score?.timeline ?? []).map((line) => [line.inject, line]));

/** Told, and nothing of what was expected is done. @param {InjectRow} row @param {InjectLine | undefined} line */
const isUnanswered = (row, line) =>
  row.status === "issued" && !row.background && row.expect !== null && (line?.done ?? null) === null;

/** @param {FilterName} filter @param {InjectRow} row @param {InjectLine | undefined} line */
export function passes(filter, row, line) {
  switch (filter) {
    case "coming":
      return row.status === "waiting";
    case "unanswered":
      return isUnanswered(row, line);
    case "calls":
      return row.say !== null;
    case "traps":
      return row.trap;
    default:
      return row.status !== "removed";
  }
}

/** Whether every word that was typed stands somewhere in it. @param {Words} words @param {InjectRow} row @param {string} typed */
export function holdsWords(words, row, typed) {
  const text = [row.id, row.kind, row.source, row.incident ?? "", titleOf(words, row), words.of(row.expect)]
    .join(" ")
    .toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What it says; where it has no words, of what kind it is. @param {Words} words @param {InjectRow} row */
export const titleOf = (words, { title, say, kind }) =>
  (typeof title === "string" ? title : words.of(title ?? say)) || words.t(`inject_kind.${kind}`);

/** `T+01:40:00` @param {ConductView} view @param {number} at */
export function fromStart(view, at) {
  const s = Math.round((at - Date.parse(view.scenario.starts)) / 1000);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const abs = Math.abs(s);
  return `T${s < 0 ? "−" : "+"}${two(Math.floor(abs / 3600))}:${two(Math.floor(abs / 60) % 60)}:${two(abs % 60)}`;
}

/** `4:07`, `1:02:30` @param {number} ms */
export function countdown(ms) {
  const s = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const minutes = Math.floor(s / 60);
  return minutes < 60 ? `${minutes}:${two(s % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`;
}

/**
 * A condition on one line, in the words of the scenario format.
 * @param {Record<string, any>} condition
 * @returns {string}
 */
export function conditionText(condition) {
  const told = (/** @type {unknown} */ value) =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  return Object.entries(condition)
    .filter(([, value]) => value !== null && told(value) !== "{}")
    .map(([name, value]) =>
      Array.isArray(value) ? `${name} (${value.map(conditionText).join("; ")})` : `${name}\u00a0${told(value)}`,
    )
    .join(", ");
}
