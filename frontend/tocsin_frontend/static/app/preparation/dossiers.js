// @ts-check
/** Dossiers of events (M10.2): where, when, how many, who decides what, and what is seen to before. */

import { fill, h } from "../dom.js";
import { sign } from "../symbols.js";
import { PreparationPanel } from "./panel.js";

/** @import { Form } from "../forms.js" */
/** @import { PreparationLink } from "./link.js" */
/** @import { Check, Dossier, DossierShown } from "../../../../types/preparation" */

const RISKS = ["low", "moderate", "high", "very_high"];
const DISCIPLINES = ["D1", "D2", "D3", "D4", "D5"];
const KEPT_LINES = 3; // thresholds and lines of its own that the form offers at once

export class DossiersPanel extends PreparationPanel {
  /** @param {PreparationLink} link */
  constructor(link) {
    super(link, "dossiers", "dossiers.title", "dossiers.new");
  }

  paint() {
    const { words } = this.desk;
    const all = this.link.told?.dossiers ?? [];
    const now = new Date().toISOString();
    const isOver = (/** @type {DossierShown} */ { dossier }) => dossier.cancelled || dossier.ends < now;
    const open = all.filter((one) => !isOver(one));
    const over = all.filter(isOver);
    fill(
      this.content,
      open.length === 0 && h("p", { class: "quiet" }, words.t("dossiers.none")),
      h("div", { class: "dossiers" }, open.map((one) => this.#card(one))),
      over.length > 0 &&
        h(
          "details",
          {},
          h("summary", {}, words.t("dossiers.over", { n: over.length })),
          h("div", { class: "dossiers" }, over.map((one) => this.#card(one))),
        ),
    );
  }

  /** @param {DossierShown} shown */
  #card({ dossier, late }) {
    const { words, format } = this.desk;
    const { id } = dossier;
    const done = dossier.checks.filter((check) => check.done_at !== null).length;
    return h(
      "article",
      { class: "dossier", "aria-labelledby": `${id}-title` },
      h(
        "header",
        {},
        h("h3", { id: `${id}-title` }, dossier.title),
        h("span", { class: "quiet" }, id),
        dossier.cancelled && h("b", {}, words.t("calendar.cancelled")),
      ),
      h("p", {}, `${format.day(dossier.starts)} ${format.hour(dossier.starts)} – ${format.day(dossier.ends)} ${format.hour(dossier.ends)} · ${dossier.place}`),
      this.#facts(dossier),
      late.length > 0 && h("p", { class: "late" }, sign("late", 16), ` ${words.t("dossiers.late", { n: late.length })}`),
      h(
        "details",
        { "data-focus": `checks-${id}`, open: late.length > 0 },
        h("summary", {}, words.t("dossiers.checks", { done, n: dossier.checks.length })),
        h("ul", { class: "checks" }, dossier.checks.map((check) => this.#check(dossier, check, late.includes(check.check)))),
      ),
      this.link.may &&
        h(
          "button",
          {
            type: "button",
            class: "button",
            "data-focus": `change-${id}`,
            onclick: () => this.write(() => this.form(dossier), `change-${id}`),
          },
          words.t("dossiers.change"),
        ),
    );
  }

  /** @param {Dossier} dossier */
  #facts({ attendance, risk, organiser, contacts, thresholds, radius_m, notes }) {
    const { words, format } = this.desk;
    /** @param {string} key @param {string | null} value */
    const row = (key, value) => value !== null && [h("dt", {}, words.t(key)), h("dd", {}, value)];
    return h(
      "dl",
      { class: "facts" },
      row("field.attendance", attendance === null ? null : format.number(attendance)),
      row("field.risk", risk === null ? null : words.t(`risk.${risk}`)),
      row("field.organiser", organiser),
      row("field.radius", radius_m === null ? null : `${format.number(radius_m)}\u00a0m`),
      contacts.flatMap((one) => [h("dt", {}, one.discipline), h("dd", {}, one.function)]),
      thresholds.flatMap((one) => [h("dt", {}, `${one.what} ≥ ${one.at}`), h("dd", {}, `${one.then} (${one.by})`)]),
      row("field.notes", notes),
    );
  }

  /** @param {Dossier} dossier @param {Check} check @param {boolean} late */
  #check(dossier, check, late) {
    const { words, format, access } = this.desk;
    const told = this.link.told?.checklist.find((row) => row.check === check.check);
    const focus = `${dossier.id}-${check.check}`;
    const done = check.done_at !== null;
    const onchange = () => this.link.give({ command: `dossiers/${dossier.id}/checks`, check: check.check, done: !done });
    return h(
      "li",
      { class: late ? "late" : "" },
      h(
        "label",
        {},
        h("input", { type: "checkbox", checked: done, disabled: !this.link.may, "data-focus": focus, onchange }),
        h("span", { class: "hours" }, `H-${check.hours}`),
        h("span", {}, check.text ?? words.of(told)),
      ),
      check.done_at !== null &&
        h("small", {}, ` ${access.shortName(check.done_by ?? "")} ${format.day(check.done_at)} ${format.hour(check.done_at)}`),
      late && h("small", {}, ` ${words.t("dossiers.is_late")}`),
    );
  }

  /** @param {Dossier} [known] @returns {Form} */
  form(known) {
    const { words } = this.desk;
    const risks = RISKS.map((risk) => ({ value: risk, text: words.t(`risk.${risk}`) }));
    const own = known?.checks.filter((check) => check.text !== null) ?? [];
    const lines = own.map(({ text, hours }) => `H-${hours} ${text}`).join("\n");
    const thresholds = known?.thresholds ?? [];
    return {
      title: words.t(known ? "dossiers.change" : "dossiers.new"),
      send: words.t("preparation.keep"),
      fields: [
        { name: "title", kind: "line", label: words.t("field.name"), required: true, value: known?.title },
        { name: "place", kind: "line", label: words.t("field.where"), required: true, value: known?.place },
        { name: "starts", kind: "moment", label: words.t("field.starts"), required: true, value: known?.starts },
        { name: "ends", kind: "moment", label: words.t("field.ends"), required: true, value: known?.ends },
        { name: "attendance", kind: "number", label: words.t("field.attendance"), value: text(known?.attendance) },
        { name: "risk", kind: "choice", label: words.t("field.risk"), value: known?.risk ?? "", options: [{ value: "", text: "–" }, ...risks] },
        { name: "organiser", kind: "line", label: words.t("field.organiser"), value: known?.organiser ?? "" },
        {
          name: "footprint",
          kind: "group",
          label: words.t("field.footprint"),
          fields: [
            { name: "lat", kind: "line", label: words.t("field.lat"), value: text(known?.lat) },
            { name: "lon", kind: "line", label: words.t("field.lon"), value: text(known?.lon) },
            { name: "radius_m", kind: "number", label: words.t("field.radius"), value: text(known?.radius_m) },
          ],
        },
        {
          name: "contacts",
          kind: "group",
          label: words.t("field.contacts"),
          hint: words.t("field.contacts_hint"),
          fields: DISCIPLINES.map((discipline) => ({
            name: `contact_${discipline}`,
            kind: /** @type {const} */ ("line"),
            label: discipline,
            value: known?.contacts.find((one) => one.discipline === discipline)?.function ?? "",
          })),
        },
        ...Array.from({ length: Math.max(KEPT_LINES, thresholds.length) }, (_, i) => this.#threshold(i, thresholds[i])),
        { name: "own", kind: "text", label: words.t("field.own_checks"), hint: words.t("field.own_checks_hint"), value: lines },
        { name: "notes", kind: "text", label: words.t("field.notes"), value: known?.notes ?? "" },
        {
          name: "cancelled",
          kind: "checks",
          label: words.t("field.event_state"),
          value: known?.cancelled ? ["yes"] : [],
          options: [{ value: "yes", text: words.t("calendar.cancelled") }],
        },
      ],
      wrong: ({ own: said }) => {
        const bad = splitLines(said).find((line) => readCheck(line) === null);
        return bad === undefined ? null : { field: "own", detail: words.t("dossiers.cannot_read", { line: bad }) };
      },
      commands: (values) => ({ command: known ? `dossiers/${known.id}` : "dossiers", ...document(values) }),
    };
  }

  /** @param {number} i @param {Dossier["thresholds"][number]} [known] @returns {import("../forms.js").Field} */
  #threshold(i, known) {
    const { words } = this.desk;
    /** @param {"what" | "at" | "then" | "by"} name */
    const part = (name) => ({
      name: `threshold_${i}_${name}`,
      kind: /** @type {const} */ ("line"),
      label: words.t(`threshold.${name}`),
      value: known?.[name] ?? "",
    });
    return {
      name: `threshold_${i}`,
      kind: "group",
      label: words.t("field.threshold", { n: i + 1 }),
      fields: [part("what"), part("at"), part("then"), part("by")],
    };
  }
}

/** @param {number | null | undefined} value */
const text = (value) => (value === null || value === undefined ? "" : String(value));

/** @param {string | null} said */
const splitLines = (said) => (said ?? "").split("\n").map((line) => line.trim()).filter((line) => line !== "");

/** `H-12 Fireworks: firing range`. @param {string} line */
export function readCheck(line) {
  const found = /^[HU]-(\d{1,3})\s+(.+)$/i.exec(line);
  return found === null ? null : { hours: Number(found[1]), text: String(found[2]) };
}

/** What the form says, as the server reads it. @param {import("../forms.js").Values} values */
export function document(values) {
  const { title, place, starts, ends, attendance, risk, organiser, radius_m, notes, cancelled } = values;
  /** @param {string | null} said */
  const degrees = (said) => (said === null ? null : Number(said.replace(",", ".")));
  const thresholds = [];
  for (let i = 0; `threshold_${i}_what` in values; i += 1) {
    const [what, at, then, by] = ["what", "at", "then", "by"].map((name) => values[`threshold_${i}_${name}`]);
    if ([what, at, then, by].some((part) => part !== null)) thresholds.push({ what, at, then, by });
  }
  const contacts = DISCIPLINES.map((discipline) => ({ discipline, function: values[`contact_${discipline}`] }));
  return {
    title,
    place,
    starts,
    ends,
    attendance,
    risk,
    organiser,
    radius_m,
    notes,
    thresholds,
    lat: degrees(values["lat"]),
    lon: degrees(values["lon"]),
    contacts: contacts.filter((one) => one.function !== null),
    checks: splitLines(values["own"]).map(readCheck),
    cancelled: cancelled.length > 0,
  };
}
