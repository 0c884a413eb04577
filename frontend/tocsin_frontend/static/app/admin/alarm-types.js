// @ts-check
/** Every alarm type with the reasons for having it: a call that nobody can answer is noise. */

import { fill, h } from "../dom.js";
import { table } from "../figures-table.js";
import { heading, partBox } from "./part.js";

/** @import { Desk } from "../desk.js" */
/** @import { AlarmType } from "../../../../types/tables" */

const NAME = "types";

export class AlarmTypesPart {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = partBox(NAME);
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { words, tables } = this.desk;
    const parts = [words.language, tables.edition];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const types = tables.alarms;
    fill(
      this.box,
      heading(this.desk, NAME, "types.title"),
      h("p", { class: "quiet" }, words.t("types.about")),
      types !== null &&
        table(
          words.t("types.table", { n: types.version }),
          ["types.type", "types.kind", "types.role", "types.cause", "types.consequence", "types.action", "types.time", "types.suppression"].map(
            (key) => words.t(key),
          ),
          Object.values(types.types).map((type) => this.#row(type)),
        ),
    );
  }

  /** @param {AlarmType} type */
  #row(type) {
    const { words, access, format } = this.desk;
    const priority =
      type.priority === "by_severity" ? words.t("types.by_severity") : `P${type.priority}`;
    return [
      words.of(type.name),
      type.kind === "alarm" ? `${words.t("types.kind_alarm")} ${priority}` : words.name("types.", type.kind),
      access.name(type.role),
      words.of(type.cause),
      words.of(type.consequence),
      words.of(type.action),
      format.duration(type.time_available_s),
      words.of(type.suppression),
    ];
  }
}
