// @ts-check
/** Incidents as they stand on paper, and what is awaited of them. */

import { h } from "../dom.js";
import { isOpen } from "../evolve.js";
import { placeOf } from "../places.js";
import { severityBadge } from "../symbols.js";
import { fullMoment, rows, when } from "./sheet.js";

/** @import { Child } from "../dom.js" */
/** @import { Desk } from "../desk.js" */
/** @import { Deadline, Followed } from "../../../../types/handover" */
/** @import { Decision, Incident, Picture } from "../../../../types/wire" */

/** The open incidents of a picture, the gravest first. @param {Picture} picture @returns {Followed[]} */
export function followedOf(picture) {
  const tasks = Object.values(picture.tasks).filter((task) => task.state === "open");
  const decisions = Object.values(picture.decisions);
  /** @param {Incident} incident @returns {Followed} */
  const followed = (incident) => {
    const about = decisions
      .filter((decision) => decision.incident === incident.id)
      .sort((a, b) => (a.decided_at < b.decided_at ? -1 : a.decided_at > b.decided_at ? 1 : 0));
    const open = tasks.filter((task) => task.incident === incident.id);
    return {
      ...incident,
      is_new: false,
      stale: null,
      open_tasks: open.length,
      last_decision: about.at(-1) ?? null,
      next_deadline: earliest([
        ...open.map(({ id, due_at, title }) => ({ id, due_at, kind: "task", words: title })),
        ...about
          .filter((decision) => isAwaited(picture, decision))
          .map(({ id, due_at, text, language }) => ({ id, due_at, kind: "decision", words: { [language]: text } })),
      ]),
    };
  };
  return Object.values(picture.incidents)
    .filter(isOpen)
    .sort((a, b) => b.severity - a.severity || (a.opened_at < b.opened_at ? -1 : 1))
    .map(followed);
}

/** With a task still open, or without any to show for it: as the server has it. @param {Picture} picture @param {Decision} decision */
function isAwaited({ tasks }, decision) {
  const own = Object.values(tasks).filter((task) => task.decision === decision.id);
  return own.length === 0 || own.some((task) => task.state === "open");
}

/** @param {{ id: string, due_at: string | null, kind: string, words: import("../../../../types/wire").Text3 }[]} all */
function earliest(all) {
  const due = /** @type {Deadline[]} */ (all.filter(({ due_at }) => due_at !== null));
  return due.sort((a, b) => (a.due_at < b.due_at ? -1 : a.due_at > b.due_at ? 1 : 0))[0] ?? null;
}

/** @param {Desk} desk @param {string} label @param {Followed[]} incidents @param {string} made */
export function incidentRows(desk, label, incidents, made) {
  const { words } = desk;
  return rows(
    label,
    ["paper.incident", "paper.state", "paper.lead", "paper.last_decision", "paper.next_deadline"].map((key) => words.t(key)),
    incidents.map((incident) => [
      incidentCell(desk, incident),
      stateCell(desk, incident, made),
      leadCell(desk, incident, made),
      decisionCell(desk, incident.last_decision, made),
      deadlineCell(desk, incident, made),
    ]),
    "followed",
  );
}

/** @param {Desk} desk @param {Followed} incident @returns {Child} */
function incidentCell({ words, names }, incident) {
  return h(
    "div",
    { class: "sheet-incident" },
    severityBadge(incident.severity, 24),
    h(
      "div",
      {},
      h("b", {}, `${incident.id} · ${names.type(incident.type)}`),
      h("span", {}, placeOf(words, incident)),
      incident.headline && h("span", {}, incident.headline),
    ),
  );
}

/** @param {Desk} desk @param {Followed} incident @param {string} made @returns {Child} */
function stateCell(desk, incident, made) {
  const { words, tables, format } = desk;
  return h(
    "div",
    { class: "lines" },
    h("b", {}, `S${incident.severity} ${words.t(`severity.${incident.severity}`)}`),
    h("span", {}, `${tables.state(incident.state)} ${words.t("axis.since", { time: when(desk, incident.state_since, made) })}`),
    h("span", {}, words.t("paper.age", { duration: format.age(incident.opened_at, Date.parse(made)) })),
    incident.is_new && h("span", {}, words.t("paper.new")),
    incident.stale && h("b", {}, words.of(incident.stale)),
  );
}

/** @param {Desk} desk @param {Followed} incident @param {string} made @returns {Child} */
function leadCell(desk, incident, made) {
  const { tables } = desk;
  const { phase } = incident;
  return h(
    "div",
    { class: "lines" },
    h("span", {}, incident.lead ?? "–"),
    incident.disciplines.length > 0 && h("span", {}, incident.disciplines.join(", ")),
    phase &&
      h("b", {}, `${tables.phase(phase.value)} (${phase.authority}, ${when(desk, phase.declared_at, made)})`),
  );
}

/** @param {Desk} desk @param {Decision | null} decision @param {string} made @returns {Child} */
function decisionCell(desk, decision, made) {
  if (decision === null) return "–";
  return h(
    "div",
    { class: "lines" },
    h("b", {}, `${when(desk, decision.decided_at, made)} ${decision.function}`),
    h("span", { lang: decision.language }, decision.text),
  );
}

/** @param {Desk} desk @param {Followed} incident @param {string} made @returns {Child} */
function deadlineCell(desk, { next_deadline: next, open_tasks }, made) {
  const { words } = desk;
  return h(
    "div",
    { class: "lines" },
    next !== null && dueMark(desk, next.due_at, made),
    next !== null && h("span", {}, words.of(next.words)),
    open_tasks > 0 && h("span", { class: "quiet" }, words.t("paper.tasks", { n: open_tasks })),
    next === null && open_tasks === 0 && "–",
  );
}

/** @param {Desk} desk @param {string} due @param {string} made */
export function dueMark(desk, due, made) {
  const { words } = desk;
  const time = when(desk, due, made);
  return due < made
    ? h("b", { class: "late" }, `▲ ${words.t("paper.late", { time })}`)
    : h("b", {}, time);
}

/** One line for an incident that is named beside something else. @param {Desk} desk @param {Followed} incident */
export function incidentLine(desk, incident) {
  const { words, names, tables } = desk;
  const since = fullMoment(desk, incident.state_since);
  return [
    `${incident.id} · S${incident.severity} · ${names.type(incident.type)} · ${placeOf(words, incident)}`,
    `${tables.state(incident.state)} ${words.t("axis.since", { time: since })}`,
  ].join(" · ");
}
