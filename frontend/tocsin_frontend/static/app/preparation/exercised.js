// @ts-check
/** Which measure of the plan was last exercised when: what nobody ever exercised comes first. */

import { fill, h } from "../dom.js";
import { table } from "../figures-table.js";
import { common } from "../panels/sheet/section.js";

/** @import { PreparationLink } from "./link.js" */
/** @import { Exercised } from "../../../../types/preparation" */

export class ExercisedPanel {
  /** @param {PreparationLink} link */
  constructor(link) {
    this.link = link;
    this.desk = link.desk;
    this.box = h("section", { id: "exercised", "aria-labelledby": "exercised-title" });
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { words, names } = this.desk;
    const parts = [this.link.exercised, names.edition, ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const rows = [...(this.link.exercised ?? [])].sort(byNeed);
    const heads = ["field.measure", "exercised.last", "exercised.held", "exercised.times"].map((key) => words.t(key));
    fill(
      this.box,
      h("h2", { id: "exercised-title" }, words.t("exercised.title")),
      h("p", { class: "quiet" }, words.t("exercised.about")),
      table(words.t("exercised.title"), heads, rows.map((row) => this.#row(row))),
    );
  }

  /** @param {Exercised} row */
  #row({ measure, realm, title, held, exercises }) {
    const { words, names, format } = this.desk;
    return [
      h("span", {}, h("b", {}, measure), ` ${names.measure(measure)}`),
      realm === null || title === null
        ? `▲ ${words.t("measures.never_exercised")}`
        : h("a", { href: `/realms/${realm}/debriefing` }, words.of(title)),
      held === null ? "–" : `${format.day(held)}`,
      format.number(exercises),
    ];
  }
}

/** @param {Exercised} one @param {Exercised} other */
const byNeed = (one, other) => (one.held ?? "").localeCompare(other.held ?? "");
