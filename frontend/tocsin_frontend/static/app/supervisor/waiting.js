// @ts-check
/** What waits for an answer of the chief of the room, and what can be taken back: pure looks. */

import { isOpen } from "../evolve.js";

/** @import { Advice, Alarm, Incident, Picture, Tie, Undoable } from "../../../../types/wire" */

/** @typedef {{incident: Incident, tie: Tie}} AskedTie */

/** What only a person may make of it; the rest of the advice is for whoever follows the incident. */
const FOR_THE_ROOM = new Set(["proposal", "phase"]);

/**
 * Proposed ties of open incidents: incident by incident, the gravest first; in each, those that
 * count for nothing until somebody says so before those that a rule is sure of.
 * @param {Picture} picture
 * @returns {AskedTie[]}
 */
export function tiesToConfirm(picture) {
  return Object.values(picture.incidents)
    .filter(isOpen)
    .sort(gravestFirst)
    .flatMap((incident) =>
      incident.ties
        .filter((tie) => tie.status === "proposed")
        .sort((a, b) => Number(a.strength === "auto") - Number(b.strength === "auto") || a.proposed_by - b.proposed_by)
        .map((tie) => ({ incident, tie })),
    );
}

/** What those who may only propose have proposed, and phases that rules advise; the oldest first. @param {Picture} picture */
export function openProposals(picture) {
  return Object.values(picture.advice)
    .filter((/** @type {Advice} */ advice) => advice.status === "open" && FOR_THE_ROOM.has(advice.kind))
    .sort((a, b) => a.given_by - b.given_by);
}

/** What comes back first is first. @param {Picture} picture @returns {Alarm[]} */
export function shelvedAlarms(picture) {
  return Object.values(picture.alarms)
    .filter((alarm) => alarm.shelved !== null && alarm.cleared_at === null)
    .sort((a, b) => ((a.shelved?.until ?? "") < (b.shelved?.until ?? "") ? -1 : 1));
}

/** Acts that can still be taken back, the latest first. @param {Picture} picture @param {number} now @returns {Undoable[]} */
export function undoableActs(picture, now) {
  return Object.values(picture.undoable)
    .filter((act) => Date.parse(act.until) > now)
    .sort((a, b) => b.n - a.n);
}

/** The incidents that an act changed, itself or by a record of theirs. @param {Picture} picture @param {Undoable} act */
export function incidentsOf(picture, act) {
  const found = new Set();
  for (const [table, records] of Object.entries(act.before)) {
    const now = /** @type {Record<string, any>} */ (picture)[table] ?? {};
    for (const [id, before] of Object.entries(records)) {
      const record = now[id] ?? before;
      const incident = table === "incidents" ? id : record?.incident;
      if (typeof incident === "string" && incident in picture.incidents) found.add(incident);
    }
  }
  return /** @type {string[]} */ ([...found].sort());
}

/** Those with a phase, then by severity, then the latest news. @param {Picture} picture */
export function incidentsByWeight(picture) {
  return Object.values(picture.incidents)
    .filter(isOpen)
    .sort((a, b) => Number(b.phase !== null) - Number(a.phase !== null) || gravestFirst(a, b));
}

/** @param {Incident} a @param {Incident} b */
export function gravestFirst(a, b) {
  return b.severity - a.severity || (a.last_at < b.last_at ? 1 : -1);
}
