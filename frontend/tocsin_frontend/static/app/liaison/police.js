// @ts-check
/** What the police liaison is asked, as the picture says it. No DOM here. */

import { metresBetween } from "../places.js";

/** @import { CameraView, Decision, Picture, Shown, Task } from "../../../../types/wire" */

export const POLICE = "police";
export const DISCIPLINE = "D3";
export const TEAM = "d3";

const NEAR_M = 600;
const CAMERAS = 4;
const OVER = ["end", "cancel"];

/** What people said of a hit; null while nobody has. @param {Shown} shown @returns {boolean | null} */
export function answerOf({ facts }) {
  const verified = facts["verified"];
  return typeof verified === "boolean" ? verified : null;
}

/** Hits, newest first: those that wait for a person, and those that have an answer. @param {Picture} picture */
export function hitsOf({ observations }) {
  const hits = Object.values(observations)
    .filter((shown) => shown.kind === "anpr_hit")
    .sort((a, b) => (seenAt(a) < seenAt(b) ? 1 : -1));
  return {
    waiting: hits.filter((hit) => answerOf(hit) === null && !OVER.includes(hit.action)),
    answered: hits.filter((hit) => answerOf(hit) !== null),
  };
}

/** @param {Shown} shown */
export const seenAt = (shown) => shown.observed_at ?? shown.recorded_at;

/** Where else the same entry of the list was met, oldest first. @param {Picture} picture @param {Shown} hit */
export function courseOf({ observations }, hit) {
  const vehicle = hit.codes["vehicle"];
  if (vehicle === undefined) return [];
  return Object.values(observations)
    .filter((shown) => shown.kind === "anpr_hit" && shown.codes["vehicle"] === vehicle)
    .sort((a, b) => (seenAt(a) < seenAt(b) ? -1 : 1));
}

/** Cameras from which something of it may be seen, nearest first. @param {Iterable<CameraView>} cameras @param {Shown} hit */
export function camerasNear(cameras, hit) {
  return [...cameras]
    .map((camera) => ({ camera: camera.id, metres: metresBetween(camera, hit) ?? Infinity }))
    .filter(({ metres }) => metres <= NEAR_M)
    .sort((a, b) => a.metres - b.metres)
    .slice(0, CAMERAS);
}

/** @param {Picture} picture @returns {{ tasks: Task[], decisions: Decision[] }} */
export function askedOf({ tasks, decisions }) {
  return {
    tasks: Object.values(tasks)
      .filter((task) => task.discipline === DISCIPLINE && task.state === "open")
      .sort((a, b) => ((a.due_at ?? "9") < (b.due_at ?? "9") ? -1 : 1)),
    decisions: Object.values(decisions)
      .filter((decision) => decision.capacity !== POLICE && !(POLICE in decision.seen_by))
      .sort((a, b) => (a.decided_at < b.decided_at ? 1 : -1)),
  };
}
