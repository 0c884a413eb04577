// @ts-check
/** How heavily the room weighs on each position right now: a pure look at the picture. */

import { calls } from "../alarms.js";
import { isOpen } from "../evolve.js";

/** @import { Alarm, Flood, Picture } from "../../../../types/wire" */

/**
 * @typedef {object} Load
 * @property {string} role
 * @property {Alarm[]} calling it has not answered them
 * @property {Alarm[]} late of those, past their time
 * @property {string | null} oldest when the first of them called
 * @property {number} recent calls in the window, folded ones too
 * @property {Flood | null} flood
 * @property {number} taken open incidents that stand where this position put them
 */

export const WINDOW_MIN = 10;

/**
 * Of every capacity given, in that order.
 * @param {Picture} picture
 * @param {number} now
 * @param {string[]} capacities
 * @param {(by: string) => string | null} capacityOf in which capacity somebody acted
 * @returns {Load[]}
 */
export function positionLoads(picture, now, capacities, capacityOf) {
  const since = now - WINDOW_MIN * 60_000;
  const waiting = Object.values(picture.alarms).filter(
    ({ kind, cleared_at, shelved }) => kind === "alarm" && cleared_at === null && shelved === null,
  );
  const recent = picture.annunciations.filter(({ at }) => Date.parse(at) > since);
  const takers = Object.values(picture.incidents)
    .filter(isOpen)
    .map(({ state_by }) => (state_by === null ? null : capacityOf(state_by)));
  return capacities.map((role) => {
    const calling = waiting.filter((alarm) => calls(alarm, role) && !(role in alarm.acknowledged));
    return {
      role,
      calling,
      late: calling.filter(({ due_at }) => due_at !== null && Date.parse(due_at) < now),
      oldest: calling.reduce(
        (/** @type {string | null} */ first, { rearmed_at, raised_at }) => {
          const at = rearmed_at ?? raised_at;
          return first === null || at < first ? at : first;
        },
        null,
      ),
      recent: recent.filter((call) => call.role === role).length,
      flood: picture.floods[role] ?? null,
      taken: takers.filter((taker) => taker === role).length,
    };
  });
}

/** @param {Load} load */
export const isBusy = ({ calling, recent, flood, taken }) =>
  calling.length > 0 || recent > 0 || flood !== null || taken > 0;

/** Open incidents that nobody has taken, the oldest first. @param {Picture} picture */
export function untaken(picture) {
  return Object.values(picture.incidents)
    .filter((incident) => incident.state === "reported")
    .sort((a, b) => (a.opened_at < b.opened_at ? -1 : 1));
}
