// @ts-check
/** The main events list: what is told to the room when, and what the room made of it. */

import { FILTERS, fromStart, holdsWords, inOrder, linesOf, momentOf, passes, REACTIONS, titleOf } from "../conduct/injects.js";
import { fill, h, KeyedChildren } from "../dom.js";
import { common, keepingFocus } from "../panels/sheet/section.js";

/** @import { ConductLink } from "../conduct/link.js" */
/** @import { Desk } from "../desk.js" */
/** @import { FilterName } from "../conduct/injects.js" */
/** @import { InjectLine, InjectRow, Reaction } from "../../../../types/exercises" */

const NOW = "now";
export const STATUS_SIGNS = { waiting: "○", issued: "●", skipped: "⊘", lapsed: "◌", removed: "✕" };
const WAYS = /** @type {Record<string, 1 | -1>} */ ({ ArrowDown: 1, ArrowUp: -1 });

export class EventsList {
  /** @param {Desk} desk @param {ConductLink} link @param {() => void} changed */
  constructor(desk, link, changed) {
    this.desk = desk;
    this.link = link;
    this.changed = changed;
    /** @type {FilterName} */
    this.filter = "all";
    this.typed = "";
    /** @type {string | null} */
    this.chosen = null;
    /** @type {InjectRow[]} */
    this.rows = [];
    this.filters = h("div", { class: "mel-filters", role: "group" });
    this.search = h("input", {
      type: "search",
      class: "mel-search",
      autocomplete: "off",
      oninput: () => {
        this.typed = this.search.value.trim();
        this.changed();
      },
    });
    this.count = h("span", { class: "quiet", role: "status" });
    this.heads = h("tr", { role: "row" });
    this.body = h("tbody", { role: "rowgroup", onkeydown: (/** @type {KeyboardEvent} */ event) => this.#take(event) });
    this.table = h("table", { class: "mel", role: "grid" }, h("thead", { role: "rowgroup" }, this.heads), this.body);
    this.scroll = h("div", { class: "mel-scroll" }, this.table);
    this.title = h("h2", { id: "mel-title" });
    this.add = h("button", { type: "button", class: "button", "data-focus": "mel-add", "aria-keyshortcuts": "A" });
    this.box = h(
      "section",
      { class: "mel-box", "aria-labelledby": "mel-title" },
      h("header", {}, this.title, this.count, this.filters, this.search, this.add),
      this.scroll,
    );
    this.lines = linesOf(null);
    /** @type {unknown[]} */
    this.shown = [];
    this.children = new KeyedChildren(this.body, {
      key: (/** @type {InjectRow | typeof NOW} */ item) => (item === NOW ? NOW : item.id),
      parts: (item) =>
        item === NOW
          ? [this.desk.words.language]
          : [JSON.stringify([item, this.lines.get(item.id) ?? null]), item.id === this.chosen, ...common(this.desk)],
      build: (item) => (item === NOW ? this.#nowLine() : this.#row(item)),
    });
  }

  /** The inject that is looked at. */
  get current() {
    return this.link.view?.injects.find((row) => row.id === this.chosen) ?? null;
  }

  tick() {
    this.draw();
  }

  draw() {
    const { link, desk } = this;
    const { view } = link;
    this.box.hidden = view === null;
    const now = link.now();
    if (view === null || now === null) return;
    const ordered = inOrder(view.injects);
    const place = ordered.filter((row) => Date.parse(momentOf(row) ?? "") <= now).length;
    const parts = [link.edition, place, this.filter, this.typed, this.chosen, ...common(desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.lines = linesOf(link.score);
    const past = new Set(ordered.slice(0, place));
    this.rows = ordered.filter(
      (row) => passes(this.filter, row, this.lines.get(row.id)) && holdsWords(desk.words, row, this.typed),
    );
    if (!ordered.some(({ id }) => id === this.chosen)) this.chosen = (ordered[place] ?? ordered[0])?.id ?? null;
    const before = this.rows.filter((row) => past.has(row));
    this.#frame(view.injects.length);
    const follows = this.#isNowInSight && !this.body.contains(document.activeElement);
    this.children.show([...before, NOW, ...this.rows.slice(before.length)]);
    if (follows) this.scroll.scrollTop = this.#now.offsetTop - this.scroll.clientHeight / 2;
  }

  /** @returns {HTMLElement} */
  get #now() {
    return this.body.querySelector(".now-line") ?? this.body;
  }

  /** Who looks elsewhere in the list is left there. */
  get #isNowInSight() {
    const { offsetTop } = this.#now;
    const { scrollTop, clientHeight } = this.scroll;
    return offsetTop >= scrollTop && offsetTop <= scrollTop + clientHeight;
  }

  /** @param {number} of */
  #frame(of) {
    const { words } = this.desk;
    this.title.textContent = words.t("mel.title");
    this.count.textContent = words.t("mel.count", { n: this.rows.length, of });
    this.table.setAttribute("aria-label", words.t("mel.title"));
    this.search.setAttribute("aria-label", words.t("mel.search"));
    this.search.placeholder = words.t("mel.search");
    this.add.hidden = !this.link.isOpen;
    fill(this.add, words.t("control.add"), h("kbd", { "aria-hidden": "true" }, "A"));
    this.filters.setAttribute("aria-label", words.t("mel.filters"));
    keepingFocus(this.filters, () =>
      fill(
        this.filters,
        FILTERS.map((name) =>
          h(
            "button",
            {
              type: "button",
              class: "button toggle",
              "data-focus": `mel-${name}`,
              "aria-pressed": String(name === this.filter),
              onclick: () => {
                this.filter = name;
                this.changed();
              },
            },
            words.t(`mel_filter.${name}`),
          ),
        ),
      ),
    );
    fill(
      this.heads,
      ["time", "source", "what", "status", ...REACTIONS].map((name) =>
        h("th", { scope: "col", role: "columnheader", class: `mel-${name}` }, words.t(`mel.${name}`)),
      ),
    );
  }

  #nowLine() {
    const { words } = this.desk;
    const cell = h("td", { colspan: 8, role: "gridcell" }, h("span", {}, words.t("mel.now")));
    return h("tr", { class: "now-line", role: "row" }, cell);
  }

  /** @param {InjectRow} row */
  #row(row) {
    const { words, format } = this.desk;
    const { view } = this.link;
    const moment = momentOf(row);
    const line = this.lines.get(row.id);
    const chosen = row.id === this.chosen;
    const cell = (/** @type {string} */ name, /** @type {(Node | string | null | undefined | false)[]} */ ...children) =>
      h("td", { class: `mel-${name}`, role: "gridcell" }, children);
    return h(
      "tr",
      {
        role: "row",
        class: `mel-row ${row.status}${row.trap ? " trap" : ""}`,
        "data-inject": row.id,
        "data-focus": `inject-${row.id}`,
        "aria-selected": String(chosen),
        tabindex: chosen ? 0 : -1,
        onclick: () => this.choose(row.id),
        onfocus: () => this.choose(row.id),
      },
      cell(
        "time",
        moment === null
          ? h("span", { class: "quiet" }, words.t(row.manual ? "mel.by_hand" : "mel.on_condition"))
          : h("time", { datetime: moment }, format.clock(moment)),
        moment !== null && view !== null && h("small", {}, fromStart(view, Date.parse(moment))),
      ),
      cell("source", h("b", { title: words.t(`inject_kind.${row.kind}`) }, row.kind), h("small", {}, row.source)),
      cell(
        "what",
        h(
          "p",
          {},
          row.trap && h("b", { class: "trap-sign" }, `◆ ${words.t("mel.trap")}`),
          row.say !== null && h("span", { class: "call-sign" }, `☎ ${words.t("mel.call")}`),
          h("span", { class: "id" }, row.id),
          " ",
          titleOf(words, row),
        ),
        row.expect !== null && h("p", { class: "expected" }, `→ ${words.of(row.expect)}${this.#from(row)}`),
      ),
      cell(
        "status",
        h("span", { "aria-hidden": "true" }, `${STATUS_SIGNS[row.status]} `),
        words.t(`inject_status.${row.status}`),
        row.run?.how != null && row.run.how !== "clock" && h("small", {}, words.t(`inject_how.${row.run.how}`)),
      ),
      REACTIONS.map((name) => this.#reaction(name, row, line?.[name] ?? null)),
    );
  }

  /** From whom it is expected. @param {InjectRow} row */
  #from({ expect_of }) {
    return expect_of.length === 0 ? "" : ` (${expect_of.map((one) => this.desk.access.shortName(one)).join(", ")})`;
  }

  /** @param {typeof REACTIONS[number]} name @param {InjectRow} row @param {Reaction | null} reaction */
  #reaction(name, row, reaction) {
    const { words, format, access } = this.desk;
    const label = words.t(`mel.${name}`);
    if (reaction === null) {
      const awaited = row.status === "issued" && !row.background;
      return h("td", { role: "gridcell", class: "mel-reaction none", "data-name": label }, awaited ? "–" : "");
    }
    const since = row.run === null ? null : (Date.parse(reaction.at) - Date.parse(row.run.at)) / 1000;
    const told = [reaction.by ? access.who(reaction.by) : "", reaction.what ?? "", reaction.n === null ? "" : `#${reaction.n}`];
    return h(
      "td",
      { role: "gridcell", class: "mel-reaction", "data-name": label, title: told.filter(Boolean).join(" · ") },
      h("time", { datetime: reaction.at }, format.clock(reaction.at)),
      since !== null && since >= 1 && h("small", {}, `+${format.duration(since)}`),
    );
  }

  /** @param {string} inject */
  choose(inject) {
    if (this.chosen === inject) return;
    this.chosen = inject;
    this.changed();
  }

  /** @param {KeyboardEvent} event */
  #take(event) {
    const way = WAYS[event.key];
    if (way === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.step(way);
  }

  /** @param {1 | -1} way */
  step(way) {
    const i = this.rows.findIndex(({ id }) => id === this.chosen);
    const next = this.rows[Math.min(Math.max(i + way, 0), this.rows.length - 1)];
    if (next === undefined) return;
    this.chosen = next.id;
    this.draw();
    this.body.querySelector(`[data-inject="${CSS.escape(next.id)}"]`)?.scrollIntoView({ block: "nearest" });
    this.focus();
  }

  /** The keyboard to the chosen line. */
  focus() {
    const row = this.body.querySelector("[aria-selected=true]");
    if (row instanceof HTMLElement) row.focus({ preventScroll: true });
  }
}
