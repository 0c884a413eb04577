// @ts-check
/** What of the live picture somebody has to hear of who looks at the past. */

import { calledAt } from "../alarms.js";
import { isOpen } from "../evolve.js";

/** @import { Picture } from "../../../../types/wire" */

const GRAVE = 3;

/**
 * Grave incidents and the most urgent alarms: each call, and what it is about.
 * @param {Picture} live @returns {Map<string, string>}
 */
export function callsOf(live) {
  const calls = new Map();
  for (const incident of Object.values(live.incidents)) {
    if (incident.severity >= GRAVE && isOpen(incident)) calls.set(incident.id, incident.id);
  }
  for (const alarm of Object.values(live.alarms)) {
    const calling = alarm.kind === "alarm" && alarm.cleared_at === null && alarm.shelved === null;
    if (calling && alarm.priority === 1) calls.set(`${alarm.id} ${calledAt(alarm)}`, alarm.incident ?? alarm.id);
  }
  return calls;
}

/** How many things call that did not call before. @param {Map<string, string>} before @param {Picture} live */
export function newCalls(before, live) {
  const about = new Set();
  for (const [call, subject] of callsOf(live)) if (!before.has(call)) about.add(subject);
  return about.size;
}
