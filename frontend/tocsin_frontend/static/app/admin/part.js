// @ts-check
/** A part of the administrator's page, with figures that are asked for again and again. */

import { byId, h } from "../dom.js";
import { getJson } from "../names.js";

/** @import { Desk } from "../desk.js" */

const EVERY_MS = 60_000;

/** @template T */
export class Asked {
  /** @param {Desk} desk @param {() => void} changed @param {string} path below the API @param {number} [everyMs] */
  constructor(desk, changed, path, everyMs = EVERY_MS) {
    this.address = `${desk.settings.api_root}${path}`;
    this.changed = changed;
    /** @type {T | null} */
    this.told = null;
    this.trouble = false;
    this.ask();
    setInterval(() => this.ask(), everyMs);
  }

  async ask() {
    try {
      this.told = await getJson(this.address);
      this.trouble = false;
    } catch {
      this.trouble = true; // what was told before stays, and says that it is old
    }
    this.changed();
  }
}

/** @param {string} name of the part, for links to it */
export function partBox(name) {
  const box = h("section", { id: name, "aria-labelledby": `${name}-title` });
  byId("page").append(box);
  return box;
}

/** @param {Desk} desk @param {string} name @param {string} title */
export const heading = (desk, name, title) => h("h2", { id: `${name}-title` }, desk.words.t(title));

/** @param {Desk} desk */
export const noAnswer = ({ words }) =>
  h("p", { class: "field-error", role: "alert" }, words.t("page.no_answer"));
