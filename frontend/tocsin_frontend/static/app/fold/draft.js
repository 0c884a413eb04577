// @ts-check
/** A picture being written, and what every fold needs of it. */

/** @import { Entry, Incident, Picture, Shown } from "../../../../types/wire" */

/** States in which an incident is still being followed. */
const OPEN_STATES = new Set([
  "reported",
  "acknowledged",
  "qualified",
  "responding",
  "coordinating",
  "stabilised",
  "recovery",
]);

/** @param {{state: string}} incident */
export const isOpen = (incident) => OPEN_STATES.has(incident.state);

/**
 * @typedef {"incidents"|"observations"|"tracks"|"sources"|"quarantine"|"undoable"|"cameras"|"evidence"
 *   |"advice"|"alarms"|"floods"|"decisions"|"tasks"|"reports"|"counts"|"relations"|"marks"
 *   |"walls"|"drawings"|"handovers"
 * } TableName
 * @typedef {"loose"|"annunciations"|"log"} ListName
 */

/** A picture being written: remembers which parts are already its own. */
export class Draft {
  /** @param {Picture} picture */
  constructor(picture) {
    /** @type {Picture} */
    this.picture = { ...picture };
    /** @type {Set<string>} */
    this.own = new Set();
  }

  /**
   * @template {TableName} T
   * @param {T} name
   * @returns {Picture[T]}
   */
  table(name) {
    if (!this.own.has(name)) {
      this.picture[name] = /** @type {any} */ ({ ...this.picture[name] });
      this.own.add(name);
    }
    return this.picture[name];
  }

  /**
   * @template {ListName} L
   * @param {L} name
   * @returns {Picture[L]}
   */
  list(name) {
    if (!this.own.has(name)) {
      this.picture[name] = /** @type {any} */ ([...this.picture[name]]);
      this.own.add(name);
    }
    return this.picture[name];
  }

  /** @param {string} id @returns {Incident} */
  incident(id) {
    return known(this.picture.incidents[id], id);
  }

  /** @param {string} id @returns {Shown} */
  observation(id) {
    return known(this.picture.observations[id], id);
  }

  /** @param {Incident} incident */
  put(incident) {
    this.table("incidents")[incident.id] = incident;
  }
}

/**
 * @template T
 * @param {T | undefined} record
 * @param {string} id
 * @returns {T}
 */
export function known(record, id) {
  if (record === undefined) throw new Error(`the picture knows no ${id}`);
  return record;
}

/** @typedef {(draft: Draft, entry: Entry) => void} Fold */
