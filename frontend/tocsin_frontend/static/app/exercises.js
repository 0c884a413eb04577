// @ts-check
/** The library of scenarios, the exercises that run, and those that are over. */

import { byId, h } from "./dom.js";
import { Library } from "./exercises/library.js";
import { Runs } from "./exercises/runs.js";
import { getJson } from "./names.js";
import { openPlainPage } from "./plain-page.js";

/** @import { Desk } from "./desk.js" */

const EVERY_MS = 5000;

/** Asks for what the others show. */
class Loader {
  /** @param {Desk} desk @param {Library} library @param {Runs[]} runs @param {() => void} changed */
  constructor(desk, library, runs, changed) {
    this.desk = desk;
    this.library = library;
    this.runs = runs;
    this.changed = changed;
    this.title = h("h1");
    this.trouble = h("p", { class: "field-error", role: "alert", hidden: true });
    this.known = "";
    this.askedAt = -Infinity;
  }

  tick() {
    if (!document.hidden && performance.now() - this.askedAt >= EVERY_MS) this.#load();
  }

  async #load() {
    this.askedAt = performance.now();
    const { api_root } = this.desk.settings;
    try {
      this.library.scenarios ??= await getJson(`${api_root}/scenarios`);
      const runs = await getJson(`${api_root}/exercises`);
      this.trouble.hidden = true;
      const told = JSON.stringify(runs.map((/** @type {object} */ run) => ({ ...run, at: "" })));
      if (told !== this.known) for (const part of this.runs) part.runs = runs;
      this.known = told;
    } catch {
      this.trouble.hidden = false;
    }
    this.changed();
  }

  draw() {
    const { words } = this.desk;
    this.title.textContent = words.t("page.exercises");
    this.trouble.textContent = words.t("page.no_answer");
  }
}

openPlainPage((desk, changed) => {
  const library = new Library(desk, changed);
  const running = new Runs(desk, "running");
  const past = new Runs(desk, "past");
  const loader = new Loader(desk, library, [running, past], changed);
  byId("page").append(loader.title, loader.trouble, running.box, library.box, past.box);
  return [loader, running, library, past];
});
