// @ts-check
/**
 * What of the picture a wall shows. Never what a caller said nor what a source wrote: types, places
 * that the tables know, and what the room itself decided. Pure.
 */

import { isOpen } from "../evolve.js";
import { metresBetween, spelled } from "../places.js";
import { distinct } from "./wall-words.js";

/** @import { Words } from "../i18n.js" */
/** @import { CameraView, Decision, Incident, Picture, Task, Wall } from "../../../../types/wire" */
/** @import { Layout } from "./options.js" */

export const LEAST_SEVERITY = 2;
const PLACES = ["tunnel", "station", "site"];

/** @param {Incident} incident */
export function isOnWall(incident) {
  return isOpen(incident) && incident.severity >= LEAST_SEVERITY;
}

/**
 * What the room has a wall show; an incident that was merged leads on, one that is gone is left out.
 * @param {Picture} picture @param {Layout} layout
 * @returns {Wall | undefined}
 */
export function directed({ walls, incidents }, layout) {
  const wall = walls[layout];
  if (wall === undefined) return undefined;
  let incident = wall.incident === null ? undefined : incidents[wall.incident];
  const seen = new Set();
  while (incident !== undefined && incident.state === "duplicate" && !seen.has(incident)) {
    seen.add(incident);
    incident = incident.alias_of === null ? undefined : incidents[incident.alias_of];
  }
  return { ...wall, incident: incident?.id ?? null };
}

/**
 * Gravest first, then the newest; what the room points at comes before all.
 * @param {Picture["incidents"]} incidents @param {string | null} first
 */
export function wallIncidents(incidents, first) {
  const rank = (/** @type {Incident} */ incident) => (incident.id === first ? 9 : incident.severity);
  return Object.values(incidents)
    .filter((incident) => isOnWall(incident) || (incident.id === first && isOpen(incident)))
    .sort((a, b) => rank(b) - rank(a) || (a.opened_at < b.opened_at ? 1 : -1));
}

/** The place by name and commune; a house number or a caller's words stay away. @param {Words} words @param {Incident} incident */
export function placeOnWall(words, incident) {
  const code = PLACES.map((kind) => incident.codes.find((c) => c.startsWith(`${kind}:`))).find(Boolean);
  const [kind = "", slug = ""] = code?.split(":") ?? [];
  const spot = code === undefined ? null : `${words.name("code.", kind)} ${spelled(slug)}`;
  const { fr = "", nl = "" } = incident.commune ?? {};
  const commune = incident.commune === null ? null : distinct([fr, nl]).join(" / ");
  return { spot, commune: commune ?? (spot === null ? words.t("place.none") : null) };
}

/**
 * Who heard of an incident: the latest answer to one of its alarms; `called` while one still waits.
 * @param {Picture["alarms"]} alarms @param {string} incident
 * @returns {{capacity: string, at: string} | "called" | null}
 */
export function seenBy(alarms, incident) {
  let called = false;
  /** @type {{capacity: string, at: string} | null} */
  let seen = null;
  for (const alarm of Object.values(alarms)) {
    if (alarm.incident !== incident || alarm.kind !== "alarm") continue;
    const answers = Object.entries(alarm.acknowledged);
    if (answers.length === 0 && alarm.cleared_at === null) called = true;
    for (const [capacity, { at }] of answers) {
      if (seen === null || at > seen.at) seen = { capacity, at };
    }
  }
  return seen ?? (called ? "called" : null);
}

/** The last decisions, newest first. @param {Picture["decisions"]} decisions @param {number} count */
export function lastDecisions(decisions, count) {
  return Object.values(decisions)
    .sort((a, b) => (a.decided_at < b.decided_at ? 1 : -1))
    .slice(0, count);
}

/** @typedef {{due: string, task?: Task, decision?: Decision}} Deadline */

/** What is due, the soonest first; what is late comes before it. @param {Picture} picture @returns {Deadline[]} */
export function deadlines({ tasks, decisions }) {
  /** @type {Deadline[]} */
  const due = [];
  /** @type {Set<string | null>} */
  const asTask = new Set();
  for (const task of Object.values(tasks)) {
    asTask.add(task.decision);
    if (task.state === "open" && task.due_at !== null) due.push({ due: task.due_at, task });
  }
  for (const decision of Object.values(decisions)) {
    if (decision.due_at !== null && !asTask.has(decision.id)) due.push({ due: decision.due_at, decision });
  }
  return due.sort((a, b) => (a.due < b.due ? -1 : 1));
}

/**
 * Which cameras to show: those the room asks for, else the ones nearest to the gravest incident,
 * else the first of the register. Only what this wall may see.
 * @param {CameraView[]} cameras @param {string[]} asked @param {Incident | null} incident
 */
export function chosenCameras(cameras, asked, incident) {
  if (asked.length > 0) return asked;
  const open = cameras.filter((camera) => camera.may === "yes");
  if (incident === null) return open.map((camera) => camera.id);
  return open
    .map((camera) => ({ id: camera.id, metres: metresBetween(camera, incident) ?? 0 }))
    .sort((a, b) => a.metres - b.metres)
    .map(({ id }) => id);
}

/** Whether the room has so much to look at just now that a wall had better not blink. @param {Picture} picture @param {number} now */
export function isQuiet(picture, now) {
  const recent = (/** @type {string} */ at) => now - Date.parse(at) < QUIET_MS;
  return !Object.values(picture.incidents).some(
    (incident) => incident.severity > LEAST_SEVERITY && isOpen(incident) && recent(incident.opened_at),
  );
}

const QUIET_MS = 60_000;
