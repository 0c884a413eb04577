// @ts-check
/** What the server knows of the preparation, and what is written to it. */

import { post } from "../conduct/link.js";
import { getJson } from "../names.js";

/** @import { Refused } from "../commands.js" */
/** @import { Desk } from "../desk.js" */
/** @import { Exercised, Preparation } from "../../../../types/preparation" */

const EVERY_MS = 10_000;

export class PreparationLink {
  /** @param {Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.desk = desk;
    this.changed = changed;
    /** @type {Preparation | null} */
    this.told = null;
    /** @type {Exercised[] | null} */
    this.exercised = null;
    this.trouble = false;
    /** Grows with what is shown. */
    this.edition = 0;
    this.known = "";
    this.askedAt = -Infinity;
  }

  get may() {
    return this.desk.access.may("prepare") === "yes";
  }

  tick() {
    if (!document.hidden && performance.now() - this.askedAt >= EVERY_MS) this.load();
  }

  draw() {}

  async load() {
    this.askedAt = performance.now();
    const { api_root } = this.desk.settings;
    try {
      this.told = await getJson(`${api_root}/preparation`);
      this.exercised ??= await getJson(`${api_root}/preparation/measures`);
      this.trouble = false;
    } catch {
      this.trouble = true; // what was told before stays, and the page says that it is old
    }
    const known = JSON.stringify([this.told, this.exercised, this.trouble]);
    if (known === this.known) return;
    this.known = known;
    this.edition += 1;
    this.changed();
  }

  /**
   * A form's command is the address below the API, its fields the document.
   * @param {{command: string} & Record<string, unknown>} told
   * @returns {Promise<Refused | null>}
   */
  async give({ command, ...document }) {
    const refused = await post(this.desk, `${this.desk.settings.api_root}/${command}`, document);
    await this.load();
    return refused;
  }
}
