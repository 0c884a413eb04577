// @ts-check
/**
 * The queue: in which order incidents ask for somebody, who has seen them, and what of them is late.
 * Pure looks at the picture, nothing drawn.
 */

import { isOpen } from "./evolve.js";

/** @import { Desk } from "./desk.js" */
/** @import { Alarm, Decision, Incident, Picture, Task } from "../../../types/wire" */

/**
 * @typedef {object} Standing
 * @property {Task[]} tasks that are late
 * @property {Decision[]} decisions whose term has passed with nothing done
 * @property {Alarm[]} alarms nobody of their role acknowledged in time
 * @property {Record<string, string>} seen which capacities have seen it, and since when
 */

/** @typedef {{mine: boolean, grave: boolean, ended: boolean, family: string}} Filter */

/** @type {Filter} */
export const NO_FILTER = { mine: false, grave: false, ended: false, family: "" };
const GRAVE = 2; // from which severity on

/** @type {Standing} */
const NOTHING = { tasks: [], decisions: [], alarms: [], seen: {} };

/**
 * What is late and who has seen what, by incident; `next`: when something else becomes late.
 * @param {Picture} picture @param {number} now
 */
export function standings(picture, now) {
  /** @type {Map<string, Standing>} */
  const found = new Map();
  let next = Infinity;
  const of = (/** @type {string} */ id) => {
    let standing = found.get(id);
    if (standing === undefined) found.set(id, (standing = { tasks: [], decisions: [], alarms: [], seen: {} }));
    return standing;
  };
  const isLate = (/** @type {string | null} */ due) => {
    if (due === null) return false;
    const at = Date.parse(due);
    if (at > now && at < next) next = at;
    return at <= now;
  };
  /** @type {Set<string>} */
  const carriedOut = new Set();
  for (const task of Object.values(picture.tasks)) {
    if (task.state === "done" && task.decision !== null) carriedOut.add(task.decision);
    if (task.incident !== null && task.state === "open" && isLate(task.due_at)) of(task.incident).tasks.push(task);
  }
  for (const decision of Object.values(picture.decisions)) {
    if (decision.incident === null || carriedOut.has(decision.id)) continue;
    if (isLate(decision.due_at)) of(decision.incident).decisions.push(decision);
  }
  for (const alarm of Object.values(picture.alarms)) {
    if (alarm.incident === null) continue;
    const { seen } = of(alarm.incident);
    for (const [capacity, { at }] of Object.entries(alarm.acknowledged)) {
      const before = seen[capacity];
      if (before === undefined || at < before) seen[capacity] = at;
    }
    if (isWaiting(alarm) && isLate(alarm.due_at)) of(alarm.incident).alarms.push(alarm);
  }
  return { next, of: (/** @type {string} */ id) => found.get(id) ?? NOTHING };
}

/** Of its own role nobody has answered it. @param {Alarm} alarm */
const isWaiting = (alarm) =>
  alarm.kind === "alarm" &&
  alarm.cleared_at === null &&
  alarm.shelved === null &&
  !(alarm.role in alarm.acknowledged);

/** @param {Standing} standing */
export const lateCount = ({ tasks, decisions, alarms }) => tasks.length + decisions.length + alarms.length;

/**
 * Who has seen it and when, the one who brought it into its state among them; the first one first.
 * @param {Desk} desk @param {Incident} incident @param {Standing} standing @returns {[capacity: string, at: string][]}
 */
export function seenBy({ access }, incident, standing) {
  const by = incident.state_by === null ? null : access.capacityOf(incident.state_by);
  const seen = by === null || by in standing.seen ? standing.seen : { ...standing.seen, [by]: incident.state_since };
  return Object.entries(seen).sort(([, a], [, b]) => (a < b ? -1 : 1));
}

/** Nobody has taken it yet. @param {Incident} incident */
export const isNew = (incident) => incident.state === "reported";

/** New and untaken first, then what is in hand, then what is over. @param {Incident} incident */
export const group = (incident) => (isNew(incident) ? "new" : isOpen(incident) ? "working" : "ended");
const GROUPS = ["new", "working", "ended"];

/** By group, then the gravest, then those who have waited longest. @param {Incident[]} incidents */
export function inOrder(incidents) {
  const rank = new Map(incidents.map((incident) => [incident, GROUPS.indexOf(group(incident))]));
  return incidents.sort(
    (a, b) =>
      Number(rank.get(a)) - Number(rank.get(b)) ||
      b.severity - a.severity ||
      (a.opened_at < b.opened_at ? -1 : a.opened_at > b.opened_at ? 1 : a.id < b.id ? -1 : 1),
  );
}

/** The gravest that is open; of equals the newest. @param {Incident[]} incidents */
export function gravest(incidents) {
  return incidents.filter(isOpen).reduce(
    (/** @type {Incident | null} */ worst, incident) =>
      worst === null ||
      incident.severity > worst.severity ||
      (incident.severity === worst.severity && incident.opened_at > worst.opened_at)
        ? incident
        : worst,
    null,
  );
}

/** @param {Desk} desk @param {Incident} incident @param {Filter} filter */
export function passes({ access, names }, incident, { mine, grave, ended, family }) {
  if (!ended && !isOpen(incident)) return false;
  if (grave && incident.severity < GRAVE) return false;
  if (family !== "" && names.family(incident.type) !== family) return false;
  if (!mine) return true;
  const taken = incident.state_by !== null && access.isOwn(incident.state_by);
  return taken || (access.book !== null && incident.disciplines.includes(access.book));
}
