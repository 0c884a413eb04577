// @ts-check
/** Per measure of the plan: where it is in use now, when last, when exercised, and what it lacks. */

import { byId, fill, h } from "./dom.js";
import { table } from "./figures-table.js";
import { getJson } from "./names.js";
import { openPlainPage } from "./plain-page.js";

/** @import { Desk } from "./desk.js" */
/** @import { ExerciseShown, MeasureBoard, MeasureShown, TieShown } from "../../../types/figures" */

const EVERY_MS = 60_000;

class Measures {
  /** @param {Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.desk = desk;
    this.changed = changed;
    this.box = byId("page");
    /** @type {MeasureBoard | null} */
    this.board = null;
    this.trouble = false;
    /** @type {unknown[]} */
    this.shown = [];
    this.load();
    setInterval(() => this.load(), EVERY_MS);
  }

  async load() {
    try {
      this.board = await getJson(`${this.desk.settings.api_root}/measures/board`);
      this.trouble = false;
    } catch {
      this.trouble = true;
    }
    this.changed();
  }

  draw() {
    const { words, names, tables } = this.desk;
    const parts = [this.board, this.trouble, words.language, names.edition, tables.edition];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { board } = this;
    fill(
      this.box,
      h("h1", {}, words.t("page.measures")),
      h("p", { class: "quiet" }, words.t("measures.about")),
      this.trouble && h("p", { class: "field-error", role: "alert" }, words.t("page.no_answer")),
      board !== null &&
        table(
          words.t("measures.table", { plan: board.plan, n: board.incidents }),
          [
            words.t("measures.measure"),
            words.t("measures.in_use"),
            words.t("measures.last_use"),
            words.t("measures.last_exercise"),
            words.t("measures.gaps"),
            words.t("measures.feeding"),
          ],
          board.measures.map((measure) => this.#row(measure)),
        ),
    );
  }

  /** @param {MeasureShown} measure */
  #row(measure) {
    const { words, names } = this.desk;
    return [
      [h("b", {}, measure.code), ` ${names.measure(measure.code)}`],
      this.#ties(measure.in_use),
      measure.last_use === null ? words.t("measures.never") : this.#tie(measure.last_use),
      measure.last_exercise === null ? words.t("measures.never_exercised") : this.#exercise(measure.last_exercise),
      this.#ties(measure.gaps),
      this.#ties(measure.feeding),
    ].map((cell) => h("div", {}, cell));
  }

  /** @param {ExerciseShown} exercise */
  #exercise(exercise) {
    const { words, format, store } = this.desk;
    const title = words.of(exercise.title) || exercise.scenario || exercise.realm;
    return [
      `${format.day(exercise.at)} ${format.hour(exercise.at)} · ${title}`,
      this.#evidence(exercise.tie, store.now()),
    ];
  }

  /** @param {TieShown[]} ties */
  #ties(ties) {
    if (ties.length === 0) return h("span", { class: "quiet" }, "–");
    return h("ul", {}, ties.map((tie) => h("li", {}, this.#tie(tie))));
  }

  /** @param {TieShown} tie */
  #tie(tie) {
    const { names, format, store } = this.desk;
    return [
      `${tie.incident} ${names.type(tie.type)} S${tie.severity} · ${format.moment(tie.since, store.now())}`,
      this.#evidence(tie, store.now()),
    ];
  }

  /** What the figure rests on: the reason, who said so, and the entries of the journal. @param {TieShown} tie @param {number} now */
  #evidence(tie, now) {
    const { words, access, settings } = this.desk;
    return h(
      "details",
      { class: "wording" },
      h("summary", {}, words.t("measures.evidence")),
      h("p", {}, words.of(tie.reason)),
      h(
        "p",
        { class: "quiet" },
        `${words.name("relation.", tie.relation)} · ${words.name("strength.", tie.strength)} · ${words.name("tie.", tie.status)} · ${tie.rule}`,
        tie.by && ` ${words.t("why.by", { by: access.who(tie.by) })}`,
      ),
      tie.note && h("p", { class: "note" }, tie.note),
      h(
        "p",
        {},
        tie.entries.map((n) => [
          h(
            "a",
            { href: `${settings.api_root}/realms/${tie.realm}/journal?from=${n}&limit=1` },
            words.t("measures.entry", { n }),
          ),
          " ",
        ]).flat(),
      ),
    );
  }
}

openPlainPage((desk, changed) => [new Measures(desk, changed)]);
