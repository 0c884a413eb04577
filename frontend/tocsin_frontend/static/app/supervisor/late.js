// @ts-check
/** What is late, or waits for somebody: a pure look at the picture. Twin in spirit of lifecycle/queries.py. */

import { calledAt, SUPERVISOR } from "../alarms.js";
import { isOpen } from "../evolve.js";

/** @import { Alarm, Decision, Incident, Picture, Task } from "../../../../types/wire" */

/**
 * @typedef {"alarms" | "task" | "decision" | "unseen" | "stale_alarm" | "stale_incident" | "review"} LateKind
 *
 * @typedef {object} Late
 * @property {string} key
 * @property {LateKind} kind
 * @property {number} urgency the lower the sooner
 * @property {string} at when it was due
 * @property {string | null} incident
 * @property {Alarm[]} alarms of one position about one incident, the most urgent first
 * @property {Task | Decision | Incident | null} record
 *
 * @typedef {object} Patience how long things may rest, in seconds
 * @property {number} unseen a decision that nobody has seen
 * @property {number} stale an incident without news
 */

/** Alarms that say what another line here says already. */
const TOLD_BY_THE_RECORD = new Set(["task_overdue", "decision_unseen", "incident_stale"]);
const GRAVE_ENOUGH = 2; // for "no news": twin of the alarm type
const AFTER_ALARMS = /** @type {Record<Exclude<LateKind, "alarms">, number>} */ ({
  task: 4,
  decision: 5,
  unseen: 6,
  stale_alarm: 7,
  stale_incident: 8,
  review: 9,
});

/**
 * The most urgent first, of equals what has waited longest.
 * @param {Picture} picture @param {number} now @param {Patience} patience
 * @returns {Late[]}
 */
export function lateThings(picture, now, patience) {
  const at = new Date(now).toISOString();
  const before = (/** @type {number} */ seconds) => new Date(now - seconds * 1000).toISOString();
  const tasksOf = openTasks(picture);
  /** @type {Late[]} */
  const found = [
    ...lateAlarms(picture, at),
    ...Object.values(picture.tasks)
      .filter((task) => task.state === "open" && passed(task.due_at, at))
      .map((task) => line("task", task, task.due_at ?? "", task.incident)),
    ...Object.values(picture.decisions)
      .filter((decision) => passed(decision.due_at, at) && tasksOf.get(decision.id) !== false)
      .map((decision) => line("decision", decision, decision.due_at ?? "", decision.incident)),
    ...Object.values(picture.decisions)
      .filter(
        ({ recorded_at, seen_by }) =>
          Object.keys(seen_by).length === 0 && passed(recorded_at, before(patience.unseen)),
      )
      .map((decision) => line("unseen", decision, later(decision.recorded_at, patience.unseen), decision.incident)),
    ...Object.values(picture.alarms)
      .filter((alarm) => alarm.review_due && alarm.cleared_at === null)
      .map((alarm) => ({ ...line("stale_alarm", null, calledAt(alarm), alarm.incident, alarm.id), alarms: [alarm] })),
    ...Object.values(picture.incidents)
      .filter(
        (incident) =>
          isOpen(incident) && incident.severity >= GRAVE_ENOUGH && passed(incident.last_at, before(patience.stale)),
      )
      .map((incident) => line("stale_incident", incident, incident.last_at, incident.id)),
    ...Object.values(picture.incidents)
      .filter(({ review, state }) => review === "required" && (state === "closed" || state === "review"))
      .map((incident) => line("review", incident, incident.state_since, incident.id)),
  ];
  return found.sort(
    (a, b) => a.urgency - b.urgency || compare(a.at, b.at) || compare(a.key, b.key),
  );
}

/** @param {Picture} picture @param {string} at @returns {Late[]} */
function lateAlarms(picture, at) {
  /** @type {Map<string, Alarm[]>} */
  const groups = new Map();
  for (const alarm of Object.values(picture.alarms)) {
    if (!isWaiting(alarm) || !passed(alarm.due_at, at) || TOLD_BY_THE_RECORD.has(alarm.type)) continue;
    const key = `${alarm.role} ${alarm.incident ?? ""}`;
    const those = groups.get(key);
    if (those === undefined) groups.set(key, [alarm]);
    else those.push(alarm);
  }
  return [...groups].map(([key, alarms]) => {
    alarms.sort((a, b) => a.priority - b.priority || compare(a.due_at ?? "", b.due_at ?? ""));
    const [worst] = /** @type {[Alarm, ...Alarm[]]} */ (alarms);
    return {
      key: `alarms ${key}`,
      kind: "alarms",
      urgency: worst.priority,
      at: alarms.map((alarm) => alarm.due_at ?? "").reduce((a, b) => (a < b ? a : b)),
      incident: worst.incident,
      alarms,
      record: null,
    };
  });
}

/** It calls its position, and neither that position nor whoever it was passed on to has answered. @param {Alarm} alarm */
function isWaiting(alarm) {
  const passedOn = alarm.escalated_at !== null && SUPERVISOR in alarm.acknowledged;
  return (
    alarm.kind === "alarm" &&
    alarm.cleared_at === null &&
    alarm.shelved === null &&
    !(alarm.role in alarm.acknowledged || passedOn)
  );
}

/** Of each decision that led to tasks: whether one of them is still open. @param {Picture} picture */
function openTasks(picture) {
  /** @type {Map<string, boolean>} */
  const found = new Map();
  for (const { decision, state } of Object.values(picture.tasks)) {
    if (decision !== null) found.set(decision, found.get(decision) === true || state === "open");
  }
  return found;
}

/**
 * @param {Exclude<LateKind, "alarms">} kind @param {Task | Decision | Incident | null} record
 * @param {string} at @param {string | null} incident @param {string} [id]
 * @returns {Late}
 */
function line(kind, record, at, incident, id = record?.id ?? "") {
  return { key: `${kind} ${id}`, kind, urgency: AFTER_ALARMS[kind], at, incident, alarms: [], record };
}

/** Moments of different precision are compared as moments. @param {string | null} moment @param {string} at */
const passed = (moment, at) => moment !== null && Date.parse(moment) < Date.parse(at);

/** @param {string} moment @param {number} seconds */
const later = (moment, seconds) => new Date(Date.parse(moment) + seconds * 1000).toISOString();

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
