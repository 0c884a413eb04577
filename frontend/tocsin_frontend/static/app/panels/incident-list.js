// @ts-check
/**
 * The queue: who waits for somebody first, then by severity and age. One tab stop; arrows or j and k
 * choose, Enter goes to the sheet. Of a long queue only what is near is drawn.
 */

import { byId, fill, h, KeyedChildren } from "../dom.js";
import { isOpen } from "../evolve.js";
import { placeOf } from "../places.js";
import { gravest, group, inOrder, isNew, lateCount, passes, seenBy, standings } from "../queue.js";
import { incidentSign, severityBadge, sign } from "../symbols.js";
import { QueueFilters } from "./queue-filters.js";

/** @import { Desk } from "../desk.js" */
/** @import { Incident } from "../../../../types/wire" */

const DRAWN = 90; // rows at a time
const STEP = 30;
const NEAR_PX = 500; // how far from the edge of what is drawn more is drawn

export class IncidentList {
  /** @param {Desk} desk @param {() => void} enterSheet */
  constructor(desk, enterSheet) {
    this.desk = desk;
    this.enterSheet = enterSheet;
    this.box = byId("incident-list");
    this.count = byId("incident-count");
    this.empty = byId("incident-empty");
    this.worst = byId("queue-worst");
    this.hidden = byId("queue-hidden");
    this.filters = new QueueFilters(desk, () => this.draw());
    /** @type {Incident[]} */
    this.shown = [];
    this.from = 0;
    /** @type {string | null} */
    this.chosen = null;
    /** @type {unknown[]} */
    this.parts = [];
    this.standings = standings(desk.store.picture, 0);
    this.rows = new KeyedChildren(this.box, {
      key: (/** @type {Incident} */ incident) => incident.id,
      parts: (incident) => [
        incident,
        incident.id === desk.store.selected,
        JSON.stringify(this.#told(incident)),
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
    this.box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    desk.keys.add(
      { key: "j", says: "keys.next", act: () => this.step(1), looks: true },
      { key: "k", says: "keys.previous", act: () => this.step(-1), looks: true },
      { key: "x", says: "keys.filter", act: () => this.filters.focus(), looks: true },
      { key: "g", says: "keys.gravest", act: () => this.#goToGravest(), looks: true },
      { key: "Escape", says: "keys.close", act: () => this.#leave(), looks: true },
    );
  }

  tick() {
    if (this.desk.store.now() < this.standings.next) return;
    this.parts = [];
    this.draw();
  }

  draw() {
    const { store, words, names, tables, access } = this.desk;
    const { incidents, tasks, decisions, alarms } = store.picture;
    this.filters.draw();
    const edition = [words.language, names.edition, tables.edition, access.capacity];
    const parts = [incidents, tasks, decisions, alarms, store.selected, store.known, this.filters.filter, ...edition];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    this.standings = standings(store.picture, store.now());
    const all = Object.values(incidents).filter((incident) => incident.state !== "duplicate");
    this.shown = inOrder(all.filter((incident) => passes(this.desk, incident, this.filters.filter)));
    this.#summary(all);
    if (store.selected !== this.chosen) {
      this.chosen = store.selected;
      this.#bringIn();
    }
    this.#show();
  }

  /** What is drawn moves so that it holds the chosen row. */
  #bringIn() {
    const at = this.shown.findIndex((incident) => incident.id === this.chosen);
    if (at >= 0 && (at < this.from || at >= this.from + DRAWN)) this.from = Math.max(0, at - STEP);
  }

  #show() {
    this.from = Math.max(0, Math.min(this.from, this.shown.length - DRAWN));
    const drawn = this.shown.slice(this.from, this.from + DRAWN);
    const inSight = this.#chosenInSight();
    this.rows.show(drawn);
    const { words } = this.desk;
    for (const [i, row] of [...this.box.children].entries()) {
      const at = this.from + i;
      const incident = /** @type {Incident} */ (drawn[i]);
      const before = this.shown[at - 1];
      const begins = before === undefined || group(before) !== group(incident);
      set(row, "aria-setsize", String(this.shown.length));
      set(row, "aria-posinset", String(at + 1));
      set(row, "data-heading", begins ? words.t(`queue.${group(incident)}`) : null);
    }
    const chosen = this.chosen === null ? null : document.getElementById(rowId(this.chosen));
    set(this.box, "aria-activedescendant", chosen?.id ?? null);
    if (inSight) chosen?.scrollIntoView({ block: "nearest" });
  }

  /** Rows that grow above it must not push it away. */
  #chosenInSight() {
    const row = this.chosen === null ? null : document.getElementById(rowId(this.chosen));
    if (row === null) return false;
    const { top, bottom } = this.box.getBoundingClientRect();
    const at = row.getBoundingClientRect();
    return at.bottom <= bottom + 1 && at.top >= top - 1;
  }

  #scrolled() {
    const { box } = this;
    const below = box.scrollHeight - box.scrollTop - box.clientHeight;
    if (below < NEAR_PX && this.from + DRAWN < this.shown.length) this.from += STEP;
    else if (box.scrollTop < NEAR_PX && this.from > 0) this.from = Math.max(0, this.from - STEP);
    else return;
    this.#show();
  }

  /** @param {Incident[]} all */
  #summary(all) {
    const { store, words, names } = this.desk;
    const open = all.filter(isOpen);
    const shown = this.shown.filter(isOpen).length;
    this.count.textContent = store.known ? words.t("list.open", { n: open.length }) : "";
    this.empty.hidden = open.length + this.shown.length > 0 || !store.known;
    const away = open.length - shown;
    const fresh = open.filter(isNew).length - this.shown.filter(isNew).length;
    this.hidden.hidden = away === 0;
    if (away > 0) {
      const said = words.t("queue.hidden", { n: away });
      fill(
        this.hidden,
        h("span", {}, fresh > 0 ? `${said} ${words.t("queue.hidden_new", { n: fresh })}` : said),
        h("button", { type: "button", class: "link-button", onclick: () => this.filters.clear() }, words.t("queue.show_all")),
      );
    }
    const worst = gravest(open);
    this.worst.hidden = worst === null || worst === this.shown[0];
    if (worst === null || this.worst.hidden) return;
    fill(
      this.worst,
      severityBadge(worst.severity, 22),
      h("span", {}, words.t("queue.gravest", { what: names.type(worst.type) })),
      h("kbd", { "aria-hidden": "true" }, "G"),
    );
    this.worst.onclick = () => this.desk.choose(worst.id);
  }

  #goToGravest() {
    const worst = gravest(Object.values(this.desk.store.picture.incidents));
    if (worst !== null) this.desk.choose(worst.id);
    this.#reveal();
  }

  #leave() {
    if (this.desk.store.selected === null) return;
    this.desk.choose(null);
    this.box.focus();
  }

  /** @param {number} by */
  step(by) {
    if (this.shown.length === 0) return;
    const at = this.shown.findIndex((i) => i.id === this.desk.store.selected);
    const from = at < 0 && by < 0 ? this.shown.length : at;
    this.desk.choose(/** @type {Incident} */ (this.shown[clamp(from + by, this.shown.length)]).id);
    this.#reveal();
  }

  #reveal() {
    this.draw();
    if (this.chosen !== null) document.getElementById(rowId(this.chosen))?.scrollIntoView({ block: "nearest" });
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

  /** What a row tells besides its incident. @param {Incident} incident */
  #told(incident) {
    const standing = this.standings.of(incident.id);
    const seen = seenBy(this.desk, incident, standing).map(([capacity]) => this.desk.access.shortName(capacity));
    return { seen, late: lateCount(standing) };
  }

  /** @param {Incident} incident */
  #row(incident) {
    const { store, words, names, format } = this.desk;
    const ended = !isOpen(incident);
    const fresh = isNew(incident);
    return h(
      "li",
      {
        role: "option",
        id: rowId(incident.id),
        class: `row s${incident.severity}${ended ? " ended" : ""}${fresh ? " new" : ""}`,
        "data-incident": incident.id,
        "aria-selected": String(incident.id === store.selected),
      },
      incidentSign(this.desk, incident, { size: 40 }),
      h(
        "div",
        { class: "row-main" },
        h(
          "div",
          { class: "row-head" },
          h("strong", {}, names.type(incident.type)),
          h("time", {
            class: "age",
            datetime: incident.opened_at,
            "data-since": incident.opened_at,
            title: format.moment(incident.opened_at, store.now()),
          }),
        ),
        h("span", { class: "visually-hidden" }, words.name("severity.", String(incident.severity))),
        h("div", { class: "row-place" }, placeOf(words, incident)),
        this.#foot(incident, fresh),
      ),
    );
  }

  /** @param {Incident} incident @param {boolean} fresh */
  #foot(incident, fresh) {
    const { words, tables } = this.desk;
    const { seen, late } = this.#told(incident);
    return h(
      "div",
      { class: "row-foot" },
      late > 0 && h("span", { class: "late" }, sign("late", 15), words.t("queue.late", { n: late })),
      h("span", { class: "id" }, incident.id),
      !fresh && h("span", { class: "state" }, tables.state(incident.state)),
      h(
        "span",
        { class: seen.length === 0 && fresh ? "unseen" : "" },
        seen.length === 0 ? words.t("queue.unseen") : words.t("queue.seen", { who: seen.join(", ") }),
      ),
      incident.lead !== null && h("span", {}, words.t("queue.lead", { lead: incident.lead })),
      incident.suggestions.length > 0 &&
        h("span", { class: "badge ask" }, words.t("list.suggestions", { n: incident.suggestions.length })),
    );
  }
}

/** @param {string} incident */
const rowId = (incident) => `row-${incident}`;

/** @param {number} at @param {number} length */
const clamp = (at, length) => Math.max(0, Math.min(length - 1, at));

/** @param {Element} element @param {string} name @param {string | null} value */
function set(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
