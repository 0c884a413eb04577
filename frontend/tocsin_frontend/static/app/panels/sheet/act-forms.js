// @ts-check
/** The forms behind the acts on an incident: what has to be said, and the command it becomes. */

import { isOpen } from "../../evolve.js";
import { metresBetween, placeOf } from "../../places.js";

/** @import { Command } from "../../commands.js" */
/** @import { Desk } from "../../desk.js" */
/** @import { Field, Form, Values } from "../../forms.js" */
/** @import { Incident, Shown } from "../../../../../types/wire" */
/** @import { Way } from "../../../../../types/tables" */

const SEVERITIES = ["0", "1", "2", "3", "4"];
const DISCIPLINES = ["D1", "D2", "D3", "D4", "D5"];
const REASON_AT_LEAST = 3;
const RELATIONS = ["cause", "impact", "same_cause", "series"];

/** @param {string} incident @returns {Command} */
export const acknowledging = (incident) => ({ command: "acknowledge_incident_alarms", incident });

/**
 * Ways out of its state: those that this capacity may go first, then those it may propose.
 * @param {Desk} desk @param {Incident} incident
 */
export function ways({ tables, access }, incident) {
  const found = (tables.states?.ways ?? []).filter(
    (way) => way.by === null && way.to !== "acknowledged" && way.from.includes(incident.state),
  );
  const told = found.map((way) => changing(incident, way));
  return ["yes", "propose"].flatMap((may) => told.filter((c) => access.mayGive(c) === may));
}

/** @param {Incident} incident @param {Way} way @returns {Command} */
const changing = (incident, way) => ({ command: "change_state", incident: incident.id, to: way.to });

/** @param {Desk} desk @param {Incident} incident @returns {Form} */
export function state(desk, incident) {
  const { words, tables } = desk;
  const options = ways(desk, incident).map((command) => {
    const { to } = command;
    const name = tables.state(String(to));
    const text = desk.access.mayGive(command) === "yes" ? name : words.t("act.propose", { act: name });
    const way = wayTo(desk, incident, String(to));
    const row = tables.states?.states[String(to)];
    const needs = (way?.needs ?? [])
      .filter((need) => !isMet(desk, incident, need))
      .map((need) => words.of(tables.states?.needs[need]));
    const hint = needs.length > 0 ? needs.join(" · ") : words.of(row?.enter);
    return { value: String(to), text, hint };
  });
  return {
    title: words.t("form.state"),
    send: words.t("form.state_send"),
    fields: [
      { name: "to", kind: "radio", label: words.t("field.to"), required: true, options },
      reason(desk, false),
      {
        name: "review",
        kind: "checks",
        label: words.t("field.review"),
        options: [{ value: "yes", text: words.t("field.review_ask") }],
      },
    ],
    missing: ({ to, reason: said }) => {
      const way = wayTo(desk, incident, to);
      const unmet = way?.needs.some((n) => n.endsWith("_or_reason") && !isMet(desk, incident, n));
      return said === null && (way?.reason || unmet) ? "reason" : null;
    },
    commands: ({ to, reason: said, review }) => ({
      command: "change_state",
      incident: incident.id,
      to,
      reason: said,
      review: to === "closed" && review.length > 0,
    }),
  };
}

/** @param {Desk} desk @param {Incident} incident @param {string} to */
function wayTo({ tables }, incident, to) {
  return tables.states?.ways.find((w) => w.to === to && w.from.includes(incident.state));
}

/**
 * Whether a condition holds, as far as this screen can tell; the server has the last word.
 * @param {Desk} desk @param {Incident} incident @param {string} need
 */
function isMet({ store }, incident, need) {
  switch (need) {
    case "discipline_engaged":
      return incident.disciplines.length > 0;
    case "coordination_recorded_or_reason":
      return incident.phase !== null || incident.facts["coordination"]?.value === true;
    case "lead_known_or_reason":
      return incident.lead !== null;
    case "no_phase_or_reason":
    case "phase_lifted":
      return incident.phase === null;
    case "minor_or_reason":
      return incident.severity <= 1;
    case "tasks_done_or_reason":
      return !Object.values(store.picture.tasks).some(
        (task) => task.incident === incident.id && task.state === "open",
      );
    case "review_required":
      return incident.review === "required";
    default:
      return true;
  }
}

/** @param {Desk} desk @param {Incident} incident @returns {Form} */
export function qualify(desk, incident) {
  const { words } = desk;
  return {
    title: words.t("form.qualify"),
    note: words.t("form.qualify_note"),
    send: words.t("form.qualify_send"),
    fields: [type(desk, incident.type), severity(desk, incident.severity), note(desk)],
    commands: (values) => ({
      command: "qualify",
      incident: incident.id,
      type: values["type"],
      severity: Number(values["severity"]),
      note: values["note"],
    }),
  };
}

/** @param {Desk} desk @param {Incident} incident @param {string} [advice] that this follows @returns {Form} */
export function regrade(desk, incident, advice) {
  const { words } = desk;
  return {
    title: words.t("form.regrade"),
    send: words.t("form.regrade_send"),
    fields: [type(desk, incident.type), severity(desk, incident.severity), reason(desk, true)],
    commands: (values) => ({
      command: "regrade_incident",
      incident: incident.id,
      type: values["type"],
      severity: Number(values["severity"]),
      reason: values["reason"],
      ...(advice === undefined ? {} : { advice }),
    }),
  };
}

/** @param {Desk} desk @param {Incident} incident @returns {Form} */
export function merge(desk, incident) {
  const { words } = desk;
  return {
    title: words.t("form.merge", { incident: incident.id }),
    note: words.t("form.merge_note"),
    send: words.t("form.merge_send"),
    fields: [
      { name: "into", kind: "radio", label: words.t("field.into"), required: true, options: nearFirst(desk, incident) },
      note(desk),
    ],
    commands: ({ into, note: said }) => ({
      command: "merge_incidents",
      incident: incident.id,
      into,
      note: said,
    }),
  };
}

/** @param {Desk} desk @param {Incident} incident @returns {Form} */
export function split(desk, incident) {
  const { words, store, format } = desk;
  const now = store.now();
  const shown = incident.observations
    .map((id) => store.picture.observations[id])
    .filter((/** @type {Shown | undefined} */ o) => o !== undefined);
  return {
    title: words.t("form.split"),
    send: words.t("form.split_send"),
    fields: [
      {
        name: "observations",
        kind: "checks",
        label: words.t("field.observations"),
        required: true,
        options: shown.map((o) => ({
          value: o.id,
          text: o.headline ?? o.text ?? desk.names.type(o.type_hint),
          hint: `${o.id} · ${o.source} · ${format.moment(o.observed_at ?? o.recorded_at, now)}`,
        })),
      },
      {
        name: "to",
        kind: "choice",
        label: words.t("field.move_to"),
        value: "",
        options: [
          { value: "", text: words.t("field.new_incident") },
          ...nearFirst(desk, incident).map((o) => ({ value: o.value, text: o.text })),
        ],
      },
    ],
    commands: ({ observations, to }) =>
      to === null
        ? { command: "split_incident", incident: incident.id, observations }
        : observations.map((/** @type {string} */ observation) => ({
            command: "move_observation",
            observation,
            to,
          })),
  };
}

/** @param {Desk} desk @param {Incident} incident @returns {Form} */
export function relate(desk, incident) {
  const { words } = desk;
  return {
    title: words.t("form.relate"),
    note: words.t("form.relate_note"),
    send: words.t("form.relate_send"),
    fields: [
      {
        name: "kind",
        kind: "choice",
        label: words.t("field.relation", { incident: incident.id }),
        required: true,
        options: RELATIONS.map((kind) => ({ value: kind, text: words.t(`relation_of.${kind}`) })),
      },
      { name: "target", kind: "radio", label: words.t("field.other"), required: true, options: nearFirst(desk, incident) },
      note(desk),
    ],
    commands: ({ kind, target, note: said }) => ({
      command: "relate",
      origin: incident.id,
      target,
      kind,
      note: said,
    }),
  };
}

/** @param {Desk} desk @param {Incident} incident @returns {Form} */
export function reopen(desk, incident) {
  const { words, tables } = desk;
  return {
    title: words.t("form.reopen"),
    note: words.t("form.reopen_note", { n: tables.states?.hours.reopen ?? 24 }),
    send: words.t("form.reopen_send"),
    fields: [reason(desk, true)],
    commands: ({ reason: said }) => ({ command: "reopen", incident: incident.id, reason: said }),
  };
}

/** @param {Desk} desk @param {Incident} incident @returns {Form} */
export function review(desk, incident) {
  const { words } = desk;
  return {
    title: words.t("form.review"),
    send: words.t("form.review_send"),
    fields: [
      {
        name: "outcome",
        kind: "radio",
        label: words.t("field.outcome"),
        required: true,
        options: ["required", "waived", "done"]
          .filter((outcome) => outcome !== incident.review)
          .map((outcome) => ({ value: outcome, text: words.t(`review.${outcome}`) })),
      },
      reason(desk, true),
    ],
    commands: ({ outcome, reason: said }) => ({
      command: "settle_review",
      incident: incident.id,
      outcome,
      reason: said,
    }),
  };
}

/** @param {Desk} desk @param {Incident} incident @returns {Form} */
export function phase(desk, incident) {
  const { words, tables, store } = desk;
  const now = new Date(store.now()).toISOString();
  return {
    title: words.t("form.phase"),
    note: words.t("form.phase_note"),
    send: words.t("form.phase_send"),
    fields: [
      {
        name: "value",
        kind: "choice",
        label: words.t("field.phase"),
        required: true,
        options: Object.entries(tables.phases).map(([value, row]) => ({
          value,
          text: `${words.of(row)} – ${words.of(row.declared_by)}`,
        })),
      },
      { name: "authority", kind: "line", label: words.t("field.authority"), required: true },
      moment("declared_at", words.t("field.declared_at"), now),
      moment("informed_at", words.t("field.informed_at"), now),
      { name: "document", kind: "line", label: words.t("field.document") },
    ],
    commands: (values) => ({ command: "record_phase", incident: incident.id, ...values }),
  };
}

/** @param {Desk} desk @param {Incident} incident @returns {Form} */
export function liftPhase(desk, incident) {
  const { words, tables, store } = desk;
  const now = new Date(store.now()).toISOString();
  const standing = incident.phase === null ? "" : tables.phase(incident.phase.value);
  return {
    title: words.t("form.lift_phase", { phase: standing }),
    note: words.t("form.phase_note"),
    send: words.t("form.lift_phase_send"),
    fields: [
      { name: "authority", kind: "line", label: words.t("field.authority"), required: true },
      moment("lifted_at", words.t("field.lifted_at"), now),
      { name: "document", kind: "line", label: words.t("field.document") },
    ],
    commands: (values) => ({ command: "lift_phase", incident: incident.id, ...values }),
  };
}

/** @param {Desk} desk @param {Incident} incident @returns {Form} */
export function lead(desk, incident) {
  const { words } = desk;
  return {
    title: words.t("form.lead"),
    send: words.t("form.save"),
    fields: [
      {
        name: "lead",
        kind: "line",
        label: words.t("field.lead"),
        hint: words.t("field.lead_hint"),
        value: incident.lead ?? "",
      },
    ],
    commands: ({ lead: said }) => ({ command: "set_lead", incident: incident.id, lead: said }),
  };
}

/** @param {Desk} desk @param {Incident} incident @returns {Form} */
export function endContact(desk, incident) {
  const { words, store } = desk;
  return {
    title: words.t("form.end_contact"),
    send: words.t("form.save"),
    fields: [
      moment("until", words.t("field.until"), new Date(store.now()).toISOString()),
      { name: "successor", kind: "line", label: words.t("field.successor") },
    ],
    commands: (values) => ({ command: "end_contact", incident: incident.id, ...values }),
  };
}

/** Other open incidents, the nearest first, those without a place last. @param {Desk} desk @param {Incident} incident */
export function nearFirst({ store, names, format, words }, incident) {
  return Object.values(store.picture.incidents)
    .filter((other) => other.id !== incident.id && isOpen(other))
    .map((other) => ({ other, metres: metresBetween(incident, other) }))
    .sort((a, b) => (a.metres ?? Infinity) - (b.metres ?? Infinity))
    .map(({ other, metres }) => ({
      value: other.id,
      text: `${other.id} ${names.type(other.type)}`,
      hint: [metres === null ? null : format.distance(metres), placeOf(words, other)]
        .filter(Boolean)
        .join(" · "),
    }));
}

/** @param {string} name @param {string} label @param {string} value @returns {Field} */
const moment = (name, label, value) => ({ name, kind: "moment", label, required: true, value });

/** @param {Desk} desk @param {string} value @returns {Field} */
function type({ names, words }, value) {
  return {
    name: "type",
    kind: "choice",
    label: words.t("field.type"),
    required: true,
    value,
    options: names.typeChoices(),
  };
}

/** @param {Desk} desk @param {number} value @returns {Field} */
function severity({ words }, value) {
  return {
    name: "severity",
    kind: "choice",
    label: words.t("field.severity"),
    required: true,
    value: String(value),
    options: SEVERITIES.map((s) => ({ value: s, text: `S${s} ${words.name("severity.", s)}` })),
  };
}

/** @param {Desk} desk @param {boolean} required @returns {Field} */
export function reason({ words }, required) {
  return { name: "reason", kind: "text", label: words.t("field.reason"), required, atLeast: REASON_AT_LEAST };
}

/** @param {Desk} desk @returns {Field} */
export const note = ({ words }) => ({ name: "note", kind: "text", label: words.t("field.note") });

/** @param {Desk} desk @param {string} [value] @returns {Field} */
export function discipline({ words }, value = "") {
  return {
    name: "discipline",
    kind: "choice",
    label: words.t("field.discipline"),
    value,
    options: [
      { value: "", text: words.t("field.room_itself") },
      ...DISCIPLINES.map((d) => ({ value: d, text: words.name("discipline.", d) })),
    ],
  };
}

export { DISCIPLINES };
