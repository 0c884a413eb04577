// @ts-check
/** The exercises of this house: those under way first, then those that are over. */

import { fill, h } from "../dom.js";
import { common } from "../panels/sheet/section.js";

/** @import { Desk } from "../desk.js" */
/** @import { ExerciseRun } from "../../../../types/exercises" */

const OVER = new Set(["ended", "aborted", "called_off"]);

export class Runs {
  /** @param {Desk} desk @param {"running" | "past"} which */
  constructor(desk, which) {
    this.desk = desk;
    this.which = which;
    /** @type {ExerciseRun[] | null} */
    this.runs = null;
    this.title = h("h2", { id: `runs-${which}` });
    this.list = h("ul", { class: "runs" });
    this.box = h("section", { "aria-labelledby": `runs-${which}` }, this.title, this.list);
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { desk, which } = this;
    const parts = [this.runs, ...common(desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { words } = desk;
    const runs = (this.runs ?? []).filter(({ state }) => OVER.has(state) === (which === "past"));
    this.box.hidden = this.runs === null;
    this.title.textContent = words.t(`exercises.${which}`);
    fill(
      this.list,
      runs.length === 0 && h("li", { class: "quiet" }, words.t(`exercises.none_${which}`)),
      runs.map((run) => this.#run(run)),
    );
  }

  /** @param {ExerciseRun} run */
  #run(run) {
    const { words, format, access } = this.desk;
    const home = `/realms/${run.realm}`;
    const to = (/** @type {string} */ path, /** @type {string} */ key) =>
      h("a", { class: "button", href: home + path }, words.t(key));
    const wall = run.over_wall ?? run.started_wall ?? run.prepared_wall;
    return h(
      "li",
      { class: "run", "data-run": run.realm },
      h(
        "div",
        {},
        h("h3", {}, words.of(run.title)),
        h(
          "p",
          { class: "quiet" },
          h("b", {}, words.t(`run_state.${run.state}`)),
          run.state === "running" && ` ×${format.value(run.speed)}`,
          ` · ${run.realm} · ${format.day(wall)} ${format.hour(wall)}`,
        ),
      ),
      h(
        "div",
        { class: "acts" },
        this.which === "running" && access.may("conduct") === "yes" && to("/control", "page.control"),
        this.which === "running" && access.may("observe") === "yes" && to("/observe", "page.observe"),
        this.which === "running" && to("", "exercises.room"),
        this.which === "past" && to("/debriefing", "page.debriefing"),
        this.which === "past" && run.state === "called_off" && access.may("conduct") === "yes" && to("/control", "page.control"),
      ),
    );
  }
}
