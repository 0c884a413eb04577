// @ts-check
/** Sending something to the room, and what it answers: taken, or why not. */

import { Refusals } from "./refusals.js";

/** @import { Access } from "./access.js" */
/** @import { RoomTables } from "./room-tables.js" */

/**
 * Why something was not carried out; `field` is the one it stumbled over; `gone`: nobody answered.
 * @typedef {{detail: string, field: string, gone: boolean}} NotTaken
 */

export class Posting {
  /** @param {Access} access @param {RoomTables} tables */
  constructor(access, tables) {
    this.access = access;
    this.words = tables.words;
    this.refusals = new Refusals(tables);
  }

  /**
   * @param {string} address
   * @param {string} body JSON
   * @returns {Promise<{ told: any } | NotTaken>}
   */
  async post(address, body) {
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-tocsin": "1",
          "x-tocsin-capacity": this.access.capacity,
        },
        body,
      });
      const told = await answer.json().catch(() => ({}));
      if (answer.ok) return { told };
      const detail = typeof told.detail === "string" ? await this.refusals.tell(told.detail) : String(answer.status);
      return { detail, field: typeof told.field === "string" ? told.field : "", gone: answer.status === 503 };
    } catch {
      return { detail: this.words.t("why.no_link"), field: "", gone: true };
    }
  }
}
