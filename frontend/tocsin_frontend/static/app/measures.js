// @ts-check
/** Per measure of the plan: where it is in use now, when last, when exercised, and what it lacks. */

import { byId, fill, h, KeyedChildren } from "./dom.js";
import { isLookedAt, ONLY, readFilter, written } from "./measures/filter.js";
import { cardId, isQuiet, MARKS, measureCard, signs } from "./measures/card.js";
import { getJson } from "./names.js";
import { common, keepingFocus } from "./panels/sheet/section.js";
import { place, placed } from "./permalink.js";
import { openPlainPage } from "./plain-page.js";

/** @import { Desk } from "./desk.js" */
/** @import { MeasureBoard, MeasureShown } from "../../../types/figures" */
/** @import { Only } from "./measures/filter.js" */

const EVERY_MS = 60_000;
const THEME = "M10."; // the theme of the crisis centre; measures of others play along

class Measures {
  /** @param {Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.desk = desk;
    this.changed = changed;
    /** @type {MeasureBoard | null} */
    this.board = null;
    this.trouble = false;
    this.filter = readFilter(placed("axis"), placed("only"));
    this.chosen = placed("measure");
    this.toShow = this.chosen !== null;
    /** @type {unknown[]} */
    this.shown = [];
    this.head = h("header", { class: "measures-head" });
    this.strip = h("nav", { class: "measure-strip" });
    this.bar = h("div", { class: "measure-filter", role: "group" });
    this.told = h("p", { class: "quiet", role: "status" });
    this.grid = h("div", { class: "measure-cards" });
    this.othersTitle = h("h2");
    this.others = h("div", { class: "measure-cards" });
    this.quiet = h("p", { class: "quiet" });
    byId("page").append(this.head, this.strip, this.bar, this.told, this.grid, this.othersTitle, this.others, this.quiet);
    this.cards = this.#cards(this.grid);
    this.otherCards = this.#cards(this.others);
    this.load();
    setInterval(() => this.load(), EVERY_MS);
    addEventListener("beforeprint", () => {
      for (const part of document.querySelectorAll(".measure-part:not([data-part=wording])")) part.setAttribute("open", "");
    });
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
    const { desk, board } = this;
    const { names } = desk;
    const parts = [board, this.trouble, this.filter, this.chosen, ...common(desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.#head();
    if (board === null || names.measures.size === 0) return;
    const [own, others] = apart(board.measures);
    const axisOf = (/** @type {MeasureShown} */ { code }) => names.measures.get(code)?.axis ?? null;
    const isShown = (/** @type {MeasureShown} */ measure) => isLookedAt(this.filter, measure, axisOf(measure));
    keepingFocus(this.strip, () => fill(this.strip, this.#tiles(own)));
    keepingFocus(this.bar, () => fill(this.bar, this.#filters()));
    this.cards.show(own.filter(isShown));
    const spoken = others.filter((measure) => isShown(measure) && (!isQuiet(measure) || measure.code === this.chosen));
    const quiet = others.filter((measure) => isShown(measure) && !spoken.includes(measure));
    this.otherCards.show(spoken);
    this.othersTitle.hidden = spoken.length + quiet.length === 0;
    this.quiet.hidden = quiet.length === 0;
    const list = quiet.map(({ code }) => `${code} ${names.measure(code)}`).join(" · ");
    this.quiet.textContent = desk.words.t("measures.quiet", { measures: list });
    this.#show();
  }

  #head() {
    const { words } = this.desk;
    const { board } = this;
    this.strip.setAttribute("aria-label", words.t("measures.strip"));
    this.bar.setAttribute("aria-label", words.t("measures.filter"));
    this.othersTitle.textContent = words.t("measures.others");
    fill(
      this.head,
      h("h1", {}, words.t("page.measures")),
      h(
        "p",
        { class: "quiet" },
        board !== null && `${words.t("measures.table", { plan: board.plan, n: board.incidents })}. `,
        words.t("measures.about"),
      ),
      this.trouble && h("p", { class: "field-error", role: "alert" }, words.t("page.no_answer")),
    );
    if (board === null) return;
    const [own] = apart(board.measures);
    const shown = own.filter((m) => isLookedAt(this.filter, m, this.desk.names.measures.get(m.code)?.axis ?? null));
    this.told.textContent = words.t("measures.count", { n: shown.length, of: own.length });
  }

  /** Each measure as a tile of its axis: what is in use, what lacks, what nobody ever exercised. @param {MeasureShown[]} own */
  #tiles(own) {
    const { desk } = this;
    const { names, words } = desk;
    const axes = [...new Set(own.map(({ code }) => names.measures.get(code)?.axis ?? ""))];
    return axes.map((axis) =>
      h(
        "section",
        { class: "measure-axis", "aria-label": words.of(names.axes[axis]) },
        h("h2", {}, words.of(names.axes[axis])),
        h(
          "ul",
          {},
          own
            .filter(({ code }) => (names.measures.get(code)?.axis ?? "") === axis)
            .map((measure) => {
              const { code } = measure;
              return h(
                "li",
                {},
                h(
                  "a",
                  {
                    href: `?measure=${code}`,
                    class: `measure-tile${measure.in_use.length > 0 ? " in-use" : ""}`,
                    "data-focus": `tile-${code}`,
                    title: names.measure(code),
                    onclick: (/** @type {Event} */ event) => {
                      event.preventDefault();
                      this.#choose(code);
                    },
                  },
                  h("b", {}, code),
                  h("span", { class: "visually-hidden" }, ` ${names.measure(code)}`),
                  h("span", { class: "tile-signs" }, signs(desk, measure, true)),
                ),
              );
            }),
        ),
      ),
    );
  }

  #filters() {
    const { words, names } = this.desk;
    const { filter } = this;
    const toggle = (/** @type {string} */ name, /** @type {string} */ text, /** @type {boolean} */ on, /** @type {() => void} */ act) =>
      h(
        "button",
        { type: "button", class: "button toggle", "data-focus": `filter-${name}`, "aria-pressed": String(on), onclick: act },
        text,
      );
    return [
      toggle("all", words.t("measures.all_axes"), filter.axis === null, () => this.#sift(null, filter.only)),
      Object.entries(names.axes).map(([axis, name]) =>
        toggle(axis, words.of(name), filter.axis === axis, () => this.#sift(axis, filter.only)),
      ),
      h("span", { class: "between", "aria-hidden": "true" }),
      ONLY.map((name) =>
        toggle(name, `${MARKS[name]} ${words.t(`measure_only.${name}`)}`, filter.only.has(name), () => {
          const only = new Set(filter.only);
          if (!only.delete(name)) only.add(name);
          this.#sift(filter.axis, only);
        }),
      ),
    ].flat();
  }

  /** @param {string | null} axis @param {Set<Only>} only */
  #sift(axis, only) {
    this.filter = { axis, only };
    place(written(this.filter));
    this.draw();
  }

  /** What a filter hides is shown again. @param {string} code */
  #choose(code) {
    this.chosen = code;
    this.toShow = true;
    if (this.filter.axis !== null || this.filter.only.size > 0) {
      this.filter = readFilter(null, null);
    }
    place({ measure: code, ...written(this.filter) });
    this.draw();
  }

  #show() {
    if (!this.toShow || this.chosen === null) return;
    const card = document.getElementById(cardId(this.chosen));
    if (card === null) return;
    this.toShow = false;
    card.scrollIntoView({ block: "center" });
    card.querySelector("h3")?.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} box */
  #cards(box) {
    return new KeyedChildren(box, {
      key: (/** @type {MeasureShown} */ measure) => measure.code,
      parts: (measure) => [JSON.stringify(measure), measure.code === this.chosen, ...common(this.desk)],
      build: (measure) => {
        const before = document.getElementById(cardId(measure.code))?.querySelectorAll("details[open]") ?? [];
        const open = [...before].map((part) => part.getAttribute("data-part"));
        const card = measureCard(this.desk, measure, measure.code === this.chosen);
        for (const name of open) card.querySelector(`details[data-part=${name}]`)?.setAttribute("open", "");
        return card;
      },
    });
  }
}

/** Those of the theme, and the others. @param {MeasureShown[]} measures @returns {[MeasureShown[], MeasureShown[]]} */
const apart = (measures) => [
  measures.filter(({ code }) => code.startsWith(THEME)),
  measures.filter(({ code }) => !code.startsWith(THEME)),
];

openPlainPage((desk, changed) => [new Measures(desk, changed)]);
