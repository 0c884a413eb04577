// @ts-check
/** The incidents, gravest first. One tab stop; arrows or j and k choose, Enter goes to the sheet. */

import { byId, h, KeyedChildren } from "../dom.js";
import { isOpen } from "../evolve.js";
import { isTyping } from "../keys.js";
import { isConfirmed, severitySymbol } from "../symbols.js";
import { placeOf } from "../places.js";
import { liveTies, tieBadge } from "./ties.js";

/** @import { Desk } from "../desk.js" */
/** @import { Incident } from "../../../../types/wire" */

const BADGES = 4;

export class IncidentList {
  /** @param {Desk} desk @param {() => void} enterSheet */
  constructor(desk, enterSheet) {
    this.desk = desk;
    this.enterSheet = enterSheet;
    this.box = byId("incident-list");
    this.count = byId("incident-count");
    this.empty = byId("incident-empty");
    /** @type {Incident[]} */
    this.shown = [];
    /** @type {unknown[]} */
    this.parts = [];
    this.rows = new KeyedChildren(this.box, {
      key: (/** @type {Incident} */ incident) => incident.id,
      parts: (incident) => [
        incident,
        incident.id === desk.store.selected,
        desk.words.language,
        desk.names.edition,
        desk.tables.edition,
      ],
      build: (incident) => this.#row(incident),
    });
    this.box.addEventListener("click", (event) => {
      const row = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      if (row instanceof HTMLElement && row.dataset.incident) desk.choose(row.dataset.incident);
    });
    this.box.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
      if (event.key === "j") this.step(1);
      else if (event.key === "k") this.step(-1);
      else if (event.key === "Escape" && desk.store.selected !== null) {
        desk.choose(null);
        this.box.focus();
      }
    });
  }

  draw() {
    const { store, words, names, tables } = this.desk;
    const { incidents } = store.picture;
    const parts = [incidents, store.selected, store.known, words.language, names.edition, tables.edition];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    this.shown = sorted(Object.values(incidents));
    this.rows.show(this.shown);
    const open = this.shown.filter(isOpen).length;
    this.count.textContent = store.known ? words.t("list.open", { n: open }) : "";
    this.empty.hidden = this.shown.length > 0 || !store.known;
    const chosen = store.selected === null ? null : document.getElementById(rowId(store.selected));
    if (chosen) this.box.setAttribute("aria-activedescendant", chosen.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  /** @param {number} by */
  step(by) {
    if (this.shown.length === 0) return;
    const at = this.shown.findIndex((i) => i.id === this.desk.store.selected);
    const next = at < 0 ? (by > 0 ? 0 : this.shown.length - 1) : clamp(at + by, this.shown.length);
    const incident = /** @type {Incident} */ (this.shown[next]);
    this.desk.choose(incident.id);
    document.getElementById(rowId(incident.id))?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const steps = /** @type {Record<string, number>} */ ({
      ArrowDown: 1,
      ArrowUp: -1,
      Home: -this.shown.length,
      End: this.shown.length,
    });
    const by = steps[event.key];
    if (by !== undefined) this.step(by);
    else if (event.key === "Enter" || event.key === " ") this.enterSheet();
    else return;
    event.preventDefault();
  }

  /** @param {Incident} incident */
  #row(incident) {
    const { store, words, names, format, tables } = this.desk;
    const chosen = incident.id === store.selected;
    const ended = !isOpen(incident);
    const ties = liveTies(this.desk, incident);
    const badges = ties.filter(
      (tie, i) => ties.findIndex((t) => t.measure.code === tie.measure.code) === i,
    );
    return h(
      "li",
      {
        role: "option",
        id: rowId(incident.id),
        class: `row s${incident.severity}${ended ? " ended" : ""}`,
        "data-incident": incident.id,
        "aria-selected": String(chosen),
      },
      severitySymbol(incident.severity, { confirmed: isConfirmed(incident), ended, size: 40 }),
      h(
        "div",
        { class: "row-main" },
        h(
          "div",
          { class: "row-head" },
          h("strong", {}, names.type(incident.type)),
          h("time", {
            class: "age",
            datetime: incident.last_at,
            "data-since": incident.last_at,
            title: format.moment(incident.last_at, store.now()),
          }),
        ),
        h("div", { class: "row-place" }, placeOf(words, incident)),
        h(
          "div",
          { class: "row-foot" },
          h("span", { class: "visually-hidden" }, words.name("severity.", String(incident.severity))),
          h("span", { class: "id" }, incident.id),
          h("span", {}, words.t("list.observations", { n: incident.count })),
          incident.state !== "reported" && h("span", { class: "state" }, tables.state(incident.state)),
          incident.suggestions.length > 0 &&
            h("span", { class: "badge ask" }, words.t("list.suggestions", { n: incident.suggestions.length })),
          h(
            "span",
            { class: "badges" },
            badges.slice(0, BADGES).map((tie) => tieBadge(tie)),
            badges.length > BADGES &&
              h("span", { class: "badge more" }, `+${badges.length - BADGES}`),
          ),
        ),
      ),
    );
  }
}

/** @param {string} incident */
const rowId = (incident) => `row-${incident}`;

/** @param {number} at @param {number} length */
const clamp = (at, length) => Math.max(0, Math.min(length - 1, at));

/** Open before ended, then by severity, then the latest change. @param {Incident[]} incidents */
function sorted(incidents) {
  return incidents
    .filter((i) => i.state !== "duplicate")
    .sort(
      (a, b) =>
        Number(!isOpen(a)) - Number(!isOpen(b)) ||
        b.severity - a.severity ||
        (a.last_at < b.last_at ? 1 : a.last_at > b.last_at ? -1 : 0) ||
        (a.id < b.id ? -1 : 1),
    );
}
