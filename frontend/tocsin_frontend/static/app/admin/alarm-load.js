// @ts-check
/** How heavily alarms weigh on each position, beside EEMUA 191 and ISA-18.2. */

import { fill, h } from "../dom.js";
import { figure, table, verdict } from "../figures-table.js";
import { Asked, heading, noAnswer, partBox } from "./part.js";

/** @import { Desk } from "../desk.js" */
/** @import { AlarmLoad, PositionLoad } from "../../../../types/figures" */

const NAME = "load";

export class AlarmLoadPart {
  /** @param {Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.desk = desk;
    this.box = partBox(NAME);
    /** @type {Asked<AlarmLoad>} */
    this.asked = new Asked(desk, changed, `/realms/${desk.settings.realm}/alarms/load`);
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { words, tables, format, store } = this.desk;
    const { told, trouble } = this.asked;
    const parts = [told, trouble, words.language, tables.edition];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const now = store.now();
    fill(
      this.box,
      heading(this.desk, NAME, "load.title"),
      trouble && noAnswer(this.desk),
      told !== null && [
        h(
          "p",
          { class: "quiet" },
          words.t("load.period", {
            from: format.moment(told.first_at, now),
            to: format.moment(told.last_at, now),
          }),
        ),
        told.positions.length === 0 && h("p", {}, words.t("load.none")),
        ...told.positions.flatMap((position) => this.#position(position)),
      ],
    );
  }

  /** @param {PositionLoad} position */
  #position(position) {
    const { desk } = this;
    const { words, access, tables } = desk;
    const marks = tables.alarms?.benchmarks ?? {};
    const role = access.name(position.role);
    const counted = ["alarms", "folded", "notices", "escalated", "shelved"];
    return [
      h("h3", {}, role),
      h(
        "p",
        {},
        counted
          .map((name) => `${words.name("load.", name)} ${position[/** @type {"alarms"} */ (name)]}`)
          .join(" · "),
      ),
      table(
        words.t("load.figures", { role }),
        [words.t("load.figure"), words.t("load.value"), words.t("load.benchmark"), words.t("load.standard"), words.t("load.verdict")],
        Object.entries(position.figures).map(([name, found]) => {
          const unit = marks[name]?.unit ?? "number";
          return [
            tables.word(marks, name),
            figure(desk, found.value, unit),
            `${found.bound === "at_most" ? "≤" : "≥"} ${figure(desk, found.benchmark, unit)}`,
            found.standard === "room" ? words.t("load.own") : found.standard,
            verdict(desk, found.ok, found.bound),
          ];
        }),
      ),
      table(
        words.t("load.priorities", { role }),
        ["load.priority", "load.alarms", "load.share", "load.target", "load.mean", "load.over", "load.unanswered"].map(
          (key) => words.t(key),
        ),
        Object.entries(position.priorities).map(([priority, load]) => [
          `P${priority} ${tables.word(tables.alarms?.priorities, priority)}`,
          String(load.alarms),
          figure(desk, load.share, "share"),
          desk.format.duration(load.target_s),
          load.mean_s === null ? words.t("value.unknown") : desk.format.duration(load.mean_s),
          figure(desk, load.over_share, "share"),
          String(load.unanswered),
        ]),
      ),
      position.top_types.length > 0 &&
        table(
          words.t("load.top_types", { role }),
          [words.t("types.type"), words.t("load.alarms"), words.t("load.share")],
          position.top_types.map((row) => [
            words.of(tables.alarms?.types[row.name]?.name) || row.name,
            String(row.alarms),
            figure(desk, row.share, "share"),
          ]),
        ),
      position.top_sources.length > 0 &&
        table(
          words.t("load.top_sources", { role }),
          [words.t("field.source"), words.t("load.alarms"), words.t("load.share")],
          position.top_sources.map((row) => [row.name, String(row.alarms), figure(desk, row.share, "share")]),
        ),
    ];
  }
}
