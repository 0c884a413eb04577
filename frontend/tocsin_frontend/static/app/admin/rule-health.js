// @ts-check
/** Whether the tie rules can be believed, and which rules are in force. */

import { fill, h } from "../dom.js";
import { figure, table, verdict } from "../figures-table.js";
import { Asked, heading, noAnswer, partBox } from "./part.js";

/** @import { Desk } from "../desk.js" */
/** @import { TieHealth } from "../../../../types/figures" */

const NAME = "rules";
const ACCEPTED_AT_LEAST = 0.8;
const TIES_AT_MOST = 4;
const SHARE_AT_MOST = 0.4;

export class RuleHealthPart {
  /** @param {Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.desk = desk;
    this.box = partBox(NAME);
    /** @type {Asked<TieHealth>} */
    this.asked = new Asked(desk, changed, "/measures/health");
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { words, tables, names, store } = this.desk;
    const { told, trouble } = this.asked;
    const { rulebook } = store.picture;
    const parts = [told, trouble, rulebook, store.known, words.language, tables.edition, names.edition];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    fill(
      this.box,
      heading(this.desk, NAME, "rules.title"),
      store.known && this.#inForce(),
      trouble && noAnswer(this.desk),
      told !== null && this.#health(told),
    );
  }

  #inForce() {
    const { words, store, format, access } = this.desk;
    const { rulebook } = store.picture;
    if (rulebook === null) return h("p", {}, words.t("rules.shipped"));
    const changed = Object.keys(rulebook.tables);
    return h(
      "div",
      {},
      h(
        "p",
        {},
        words.t("rules.armed", {
          version: rulebook.version,
          time: format.moment(rulebook.at, store.now()),
          by: access.who(rulebook.by),
          n: rulebook.armed_by,
        }),
      ),
      changed.length > 0 && h("p", { class: "quiet" }, words.t("rules.changed", { tables: changed.join(", ") })),
      rulebook.note && h("p", { class: "note" }, rulebook.note),
    );
  }

  /** @param {TieHealth} health */
  #health(health) {
    const { desk } = this;
    const { words, names } = desk;
    const whole = [
      ["rules.acceptance", health.acceptance, ACCEPTED_AT_LEAST, "at_least", "share"],
      ["rules.ties_per_incident", health.ties_per_incident, TIES_AT_MOST, "at_most", "number"],
    ];
    return [
      table(
        words.t("rules.whole", { n: health.incidents }),
        [words.t("load.figure"), words.t("load.value"), words.t("load.benchmark"), words.t("load.verdict")],
        whole.map(([key, value, mark, bound, unit]) => {
          const found = /** @type {number | null} */ (value);
          const limit = Number(mark);
          const ok = found === null ? null : bound === "at_least" ? found >= limit : found <= limit;
          return [
            words.t(String(key)),
            figure(desk, found, String(unit)),
            `${bound === "at_least" ? "≥" : "≤"} ${figure(desk, limit, String(unit))}`,
            verdict(desk, ok, /** @type {"at_most"} */ (bound)),
          ];
        }),
      ),
      health.rules.length > 0 &&
        table(
          words.t("rules.each"),
          ["rules.rule", "rules.proposed", "rules.accepted", "rules.rejected", "rules.unanswered", "rules.waiting", "rules.withdrawn", "rules.acceptance", "load.verdict"].map(
            (key) => words.t(key),
          ),
          health.rules.map((rule) => [
            rule.rule,
            ...[rule.proposed, rule.accepted, rule.rejected, rule.unanswered, rule.waiting, rule.withdrawn].map(String),
            figure(desk, rule.acceptance, "share"),
            verdict(desk, rule.acceptance === null ? null : rule.is_healthy, "at_least"),
          ]),
        ),
      health.measures.length > 0 &&
        table(
          words.t("rules.measures"),
          [words.t("measures.measure"), words.t("panel.incidents"), words.t("load.share"), words.t("load.benchmark"), words.t("load.verdict")],
          health.measures.map((row) => [
            `${row.measure} ${names.measure(row.measure)}`,
            String(row.incidents),
            figure(desk, row.share, "share"),
            `≤ ${figure(desk, SHARE_AT_MOST, "share")}`,
            verdict(desk, row.is_healthy),
          ]),
        ),
    ];
  }
}
