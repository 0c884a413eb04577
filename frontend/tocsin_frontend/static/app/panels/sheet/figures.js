// @ts-check
/** What the field reported: structured reports, and figures of people. Listed, never added up. */

import { h } from "../../dom.js";
import { isOpen } from "../../evolve.js";
import { formButton } from "../buttons.js";
import { Section } from "./section.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Field, Form, FormSlot, Values } from "../../forms.js" */
/** @import { Count, Incident, Report } from "../../../../../types/wire" */
/** @import { FormField } from "../../../../../types/tables" */

export class ReportsSection {
  /** @param {Desk} desk @param {FormSlot} slot */
  constructor(desk, slot) {
    this.desk = desk;
    /** @type {Section<Report>} */
    this.section = new Section(desk, slot, "reports", {
      key: (report) => report.id,
      build: (report) => this.#card(report),
      acts: (incident) => [
        isOpen(incident) &&
          formButton(desk, slot, desk.words.t("report.add"), {
            key: "reports",
            needs: { command: "file_report" },
            make: () => this.#form(incident),
          }),
      ],
    });
  }

  /** @param {Incident} incident */
  draw(incident) {
    const reports = Object.values(this.desk.store.picture.reports)
      .filter((report) => report.incident === incident.id)
      .sort((a, b) => (a.reported_at < b.reported_at ? 1 : -1));
    this.section.show(reports, incident);
  }

  /** @param {Report} report */
  #card(report) {
    const { words, tables, access, format, store } = this.desk;
    const now = store.now();
    const fields = Object.entries(tables.methane?.fields ?? {});
    return h(
      "li",
      { class: "card report-card" },
      h(
        "p",
        { class: "tie-meta" },
        h("b", { class: "chip" }, "METHANE"),
        h("span", {}, words.t("report.at", { time: format.moment(report.reported_at, now) })),
        report.source && h("span", {}, report.source),
        h("small", { class: "rule" }, `${report.id} · ${access.who(report.by)}`),
      ),
      h(
        "dl",
        { class: "methane" },
        fields.flatMap(([name, field]) => [
          h("dt", {}, h("b", {}, field.letter), ` ${words.of(/** @type {any} */ (field))}`),
          h("dd", {}, this.#answer(field, report.fields[name])),
        ]),
      ),
    );
  }

  /** @param {FormField} field @param {unknown} answer */
  #answer(field, answer) {
    const { words, tables, format } = this.desk;
    if (answer === null || answer === undefined) {
      return h("span", { class: "unknown" }, words.of(tables.methane?.unknown));
    }
    if (field.type === "counts") {
      return this.#counted(/** @type {Record<string, number | null>} */ (answer));
    }
    if (Array.isArray(answer)) {
      return answer.map((item) => words.of(field.options?.[item]) || item).join(", ");
    }
    return format.value(answer);
  }

  /** What was counted, then what is not known. @param {Record<string, number | null>} counts */
  #counted(counts) {
    const { words, tables, format } = this.desk;
    const categories = Object.entries(tables.counts?.categories ?? {});
    const known = categories.filter(([category]) => typeof counts[category] === "number");
    const unknown = categories.filter(([category]) => typeof counts[category] !== "number");
    return [
      h(
        "ul",
        {},
        known.map(([category, name]) =>
          h("li", {}, `${words.of(name)} `, h("b", {}, format.value(counts[category]))),
        ),
      ),
      unknown.length > 0 &&
        h(
          "p",
          { class: "unknown" },
          words.t("report.unknown", { what: unknown.map(([, name]) => words.of(name)).join(", ") }),
        ),
    ];
  }

  /** Every field may stay unknown: empty is not "none". @param {Incident} incident @returns {Form} */
  #form(incident) {
    const { words, tables } = this.desk;
    const form = tables.methane;
    const fields = Object.entries(form?.fields ?? {}).flatMap(([name, field]) => this.#field(name, field));
    return {
      title: words.of(form?.title),
      note: words.t("report.note"),
      send: words.t("report.send"),
      fields: [
        ...fields,
        certainty(this.desk),
        { name: "reported_at", kind: "moment", label: words.t("field.reported_at") },
        { name: "source", kind: "line", label: words.t("field.source") },
      ],
      commands: (values) => ({
        command: "file_report",
        incident: incident.id,
        ...answers(form?.fields ?? {}, Object.keys(tables.counts?.categories ?? {}), values),
        certainty: values["certainty"],
        reported_at: values["reported_at"],
        source: values["source"],
      }),
    };
  }

  /** @param {string} name @param {FormField} field @returns {Field[]} */
  #field(name, field) {
    const { words, tables } = this.desk;
    const label = `${field.letter} – ${words.of(/** @type {any} */ (field))}`;
    const hint = words.of(field.help);
    const unknown = words.of(tables.methane?.unknown);
    switch (field.type) {
      case "bool":
        return [
          {
            name,
            kind: "choice",
            label,
            hint,
            options: [
              { value: "", text: unknown },
              { value: "yes", text: words.t("value.yes") },
              { value: "no", text: words.t("value.no") },
            ],
          },
        ];
      case "counts":
        return [
          {
            name,
            kind: "group",
            label,
            hint,
            fields: Object.keys(tables.counts?.categories ?? {}).map((category) => ({
              name: `count_${category}`,
              kind: "number",
              label: tables.word(tables.counts?.categories, category),
            })),
          },
        ];
      case "list": {
        const options = Object.entries(field.options ?? {}).map(([value, text]) => ({
          value,
          text: words.of(text),
        }));
        const free = { name: `${name}_more`, kind: /** @type {const} */ ("line"), label, hint: `${hint} ${words.t("report.list")}` };
        if (options.length === 0) return [free];
        return [
          { name, kind: "checks", label, hint, options },
          { ...free, label: words.t("report.other"), hint: words.t("report.list") },
        ];
      }
      default:
        return [{ name, kind: "line", label, hint }];
    }
  }
}

/**
 * What the fields say, as the command wants it; nothing said is unknown.
 * @param {Record<string, FormField>} fields
 * @param {string[]} categories
 * @param {Values} values
 */
function answers(fields, categories, values) {
  /** @type {Record<string, unknown>} */
  const told = {};
  for (const [name, field] of Object.entries(fields)) {
    const said = values[name];
    if (field.type === "bool") told[name] = said === null ? null : said === "yes";
    else if (field.type === "counts") {
      const counts = Object.fromEntries(categories.map((c) => [c, values[`count_${c}`] ?? null]));
      told[name] = Object.values(counts).every((n) => n === null) ? null : counts;
    } else if (field.type === "list") {
      const more = String(values[`${name}_more`] ?? "").split(",");
      const items = [...(said ?? []), ...more.map((item) => item.trim())].filter((item) => item !== "");
      told[name] = items.length === 0 ? null : items;
    } else told[name] = said;
  }
  return told;
}

export class CountsSection {
  /** @param {Desk} desk @param {FormSlot} slot */
  constructor(desk, slot) {
    this.desk = desk;
    /** @type {Section<Count>} */
    this.section = new Section(desk, slot, "counts", {
      key: (count) => count.id,
      build: (count) => this.#line(count),
      acts: (incident) => [
        isOpen(incident) &&
          formButton(desk, slot, desk.words.t("count.add"), {
            key: "counts",
            needs: { command: "report_count" },
            make: () => this.#form(incident),
          }),
      ],
    });
  }

  /** By category, in each the newest first. @param {Incident} incident */
  draw(incident) {
    const order = Object.keys(this.desk.tables.counts?.categories ?? {});
    const counts = Object.values(this.desk.store.picture.counts)
      .filter((count) => count.incident === incident.id)
      .sort(
        (a, b) =>
          order.indexOf(a.category) - order.indexOf(b.category) ||
          (a.counted_at < b.counted_at ? 1 : -1),
      );
    this.section.show(counts, incident);
  }

  /** @param {Count} count */
  #line(count) {
    const { words, tables, format, store, access } = this.desk;
    return h(
      "li",
      { class: "count-line" },
      h("span", { class: "count-category" }, tables.word(tables.counts?.categories, count.category)),
      h("b", { class: count.value === null ? "unknown" : "" }, format.value(count.value)),
      h("span", {}, tables.word(tables.counts?.certainties, count.certainty)),
      h("span", { class: "source" }, access.capacities().includes(count.source) ? access.name(count.source) : count.source),
      h("time", { datetime: count.counted_at }, format.moment(count.counted_at, store.now())),
      h("span", { class: "visually-hidden" }, words.t("count.one")),
    );
  }

  /** @param {Incident} incident @returns {Form} */
  #form(incident) {
    const { words, tables, store } = this.desk;
    return {
      title: words.t("count.add"),
      note: words.t("count.note"),
      send: words.t("form.save"),
      fields: [
        {
          name: "category",
          kind: "choice",
          label: words.t("field.category"),
          required: true,
          options: Object.entries(tables.counts?.categories ?? {}).map(([value, text]) => ({
            value,
            text: words.of(text),
          })),
        },
        { name: "value", kind: "number", label: words.t("field.value"), hint: words.t("field.value_hint") },
        certainty(this.desk),
        { name: "source", kind: "line", label: words.t("field.source"), required: true },
        {
          name: "counted_at",
          kind: "moment",
          label: words.t("field.counted_at"),
          value: new Date(store.now()).toISOString(),
        },
      ],
      commands: (values) => ({ command: "report_count", incident: incident.id, ...values }),
    };
  }
}

/** @param {Desk} desk @returns {Field} */
function certainty({ words, tables }) {
  return {
    name: "certainty",
    kind: "choice",
    label: words.t("field.certainty"),
    required: true,
    value: "estimated",
    options: Object.entries(tables.counts?.certainties ?? {}).map(([value, text]) => ({
      value,
      text: words.of(text),
    })),
  };
}
