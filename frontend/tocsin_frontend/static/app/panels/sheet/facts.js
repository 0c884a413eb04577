// @ts-check
/** What is known of the incident: times, sources, place, and the facts that observations told. */

import { byId, fill, h } from "../../dom.js";
import { isConfirmed } from "../../symbols.js";
import { ruleName } from "../../why.js";
import { common } from "./section.js";
import { isUndoable, undoButton } from "./undo-button.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Incident } from "../../../../../types/wire" */

export class FactsSection {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.facts = byId("sheet-facts");
    this.yesNo = byId("sheet-yes-no");
    /** @type {unknown[]} */
    this.shown = [];
  }

  /** @param {Incident} incident */
  draw(incident) {
    const parts = [incident, ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { words, names, format } = this.desk;
    const rows = this.#rows(incident);
    /** @type {Node[]} */
    const yesNo = [];
    for (const [name, { value }] of names.inOrder(incident.facts)) {
      if (value === true) yesNo.push(h("li", {}, names.fact(name)));
      else if (value === false) {
        yesNo.push(h("li", { class: "no" }, words.t("fact_row.no", { fact: names.fact(name) })));
      } else rows.push([names.fact(name), [names.factValue(format, name, value)]]);
    }
    fill(this.yesNo, yesNo);
    fill(
      this.facts,
      rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
    );
    this.#grading(incident);
  }

  /** @param {Incident} incident @returns {[string, (Node | string)[]][]} */
  #rows(incident) {
    const { words, format, store } = this.desk;
    const now = store.now();
    /** @type {[string, (Node | string)[]][]} */
    const rows = [
      [words.t("fact_row.observed"), [this.#span(incident.observed_first, incident.observed_last, now)]],
      [
        words.t("fact_row.changed"),
        [
          format.moment(incident.last_at, now),
          " · ",
          h("time", { class: "age", datetime: incident.last_at, "data-since": incident.last_at }),
        ],
      ],
      [
        words.t("fact_row.sources"),
        [
          incident.source_classes.join(", "),
          isConfirmed(incident) ? "" : ` · ${words.t("sheet.unconfirmed")}`,
        ],
      ],
    ];
    if (incident.accuracy_m) {
      rows.push([words.t("fact_row.accuracy"), [`± ${format.distance(incident.accuracy_m)}`]]);
    }
    const zone =
      incident.lat === null || incident.lon === null
        ? null
        : this.desk.policeZoneAt(incident.lat, incident.lon);
    if (zone) {
      const name = zone.name_fr === zone.name_nl ? zone.name_fr : `${zone.name_fr} / ${zone.name_nl}`;
      rows.push([words.t("fact_row.police_zone"), [`${zone.zone} ${name}`]]);
    }
    return rows;
  }

  /** How type and severity came to be what they are. @param {Incident} incident */
  #grading(incident) {
    const { words, names, access } = this.desk;
    const why = incident.grade_why;
    if (!why?.from) return;
    const { type, severity } = why.from;
    const changed = words.t("why.regraded", {
      from: `${names.type(type)} (${severity})`,
      to: `${names.type(incident.type)} (${incident.severity})`,
    });
    const confirmed = type === incident.type && severity === incident.severity;
    this.facts.append(
      h("dt", {}, words.t("fact_row.grading")),
      h(
        "dd",
        { class: "with-undo" },
        h(
          "span",
          {},
          confirmed ? words.t("why.confirmed") : changed,
          h("small", { class: "rule" }, ` ${ruleName(this.desk, why.rule)}`),
          why.by && h("small", { class: "rule" }, ` ${words.t("why.by", { by: access.who(why.by) })}`),
          why.criterion && h("span", { class: "note" }, words.of(why.criterion)),
          why.reason && h("span", { class: "note" }, typeof why.reason === "string" ? why.reason : words.of(why.reason)),
        ),
        isUndoable(why.rule) && undoButton(this.desk, incident.graded_by),
      ),
    );
  }

  /** @param {string} first @param {string} last @param {number} now */
  #span(first, last, now) {
    const { format } = this.desk;
    const from = format.moment(first, now);
    const to = format.moment(last, now);
    return from === to ? from : `${from} – ${to}`;
  }
}
