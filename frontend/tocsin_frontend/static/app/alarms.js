// @ts-check
/** Which alarms call whom: pure looks at the picture, nothing drawn and nothing sounded. */

/** @import { Desk } from "./desk.js" */
/** @import { Alarm, Picture } from "../../../types/wire" */

/**
 * @typedef {object} AlarmLists
 * @property {Alarm[]} calling this capacity has to answer them; the most urgent first
 * @property {Alarm[]} answered by this capacity, and still there
 * @property {Alarm[]} others of other capacities
 * @property {Alarm[]} folded raised in a flood, shown by incident
 * @property {Alarm[]} notices to be aware of; never a sound
 * @property {Alarm[]} shelved
 */

export const SUPERVISOR = "supervisor"; // who hears what its owner left unanswered

/** @param {Desk} desk @param {Picture} [picture] the one that is shown, unless told otherwise @returns {AlarmLists} */
export function alarmLists({ store, access }, picture = store.picture) {
  /** @type {AlarmLists} */
  const lists = { calling: [], answered: [], others: [], folded: [], notices: [], shelved: [] };
  for (const alarm of Object.values(picture.alarms)) {
    const seen = access.capacity in alarm.acknowledged;
    if (alarm.cleared_at !== null && (seen || alarm.kind === "notice")) continue;
    if (alarm.kind === "notice") lists.notices.push(alarm);
    else if (alarm.shelved !== null) lists.shelved.push(alarm);
    else if (!calls(alarm, access.capacity)) lists.others.push(alarm);
    else if (seen) lists.answered.push(alarm);
    else if (alarm.folded) lists.folded.push(alarm);
    else lists.calling.push(alarm);
  }
  for (const list of Object.values(lists)) list.sort(moreUrgent);
  lists.notices.sort((a, b) => (a.last_at < b.last_at ? 1 : -1));
  return lists;
}

/** @param {Alarm} alarm @param {string} capacity */
export function calls(alarm, capacity) {
  return alarm.role === capacity || (capacity === SUPERVISOR && alarm.escalated_at !== null);
}

/** By priority, then by what is due first. @param {Alarm} a @param {Alarm} b */
export function moreUrgent(a, b) {
  const due = (/** @type {Alarm} */ alarm) => alarm.due_at ?? alarm.raised_at;
  return a.priority - b.priority || (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : a.id < b.id ? -1 : 1);
}

/** The alarms of an incident that call this capacity and that it has not acknowledged. @param {Desk} desk @param {string} incident */
export function unanswered({ store, access }, incident) {
  return Object.values(store.picture.alarms).filter(
    (alarm) =>
      alarm.incident === incident &&
      alarm.kind === "alarm" &&
      calls(alarm, access.capacity) &&
      !(access.capacity in alarm.acknowledged),
  );
}

/** When it last called: a re-alarm is a new call. @param {Alarm} alarm */
export const calledAt = (alarm) => alarm.rearmed_at ?? alarm.raised_at;

/** With what it calls now: a re-alarm says what got worse. @param {Alarm} alarm */
export const reasonNow = (alarm) => alarm.rearm_reason ?? alarm.reason;

/** What may make a sound here, always of the live picture: in a flood only what is most urgent. @param {Desk} desk @returns {Alarm[]} */
export function sounding(desk) {
  const { store, access } = desk;
  if (access.capacity === "wall") return [];
  const { calling, folded } = alarmLists(desk, store.live);
  const flood = store.live.floods[access.capacity] !== undefined;
  const heard = [...calling, ...folded.filter((alarm) => alarm.priority === 1)];
  return heard.filter((alarm) => alarm.cleared_at === null && (!flood || alarm.priority === 1));
}
