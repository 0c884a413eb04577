// @ts-check
/** The page of the legend: on the screen in one language, on paper one sheet for each. */

import { byId, fill, h } from "./dom.js";
import { Words } from "./i18n.js";
import { legendSections } from "./legend/content.js";
import { openPlainPage } from "./plain-page.js";

/** @import { Desk } from "./desk.js" */

class Legend {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("page");
    this.box.classList.add("legend-page");
    /** @type {unknown[]} */
    this.parts = [];
  }

  draw() {
    const { words, names, settings } = this.desk;
    const parts = [words.language, names.edition];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    const others = settings.languages.filter((language) => language !== words.language);
    fill(
      this.box,
      h(
        "header",
        { class: "legend-head" },
        h("h1", {}, words.t("legend.title")),
        this.#printButton("legend.print", false),
        this.#printButton("legend.print_all", true),
      ),
      this.#sheet(words),
      others.map((language) => this.#sheet(new Words(words.locales, language))),
    );
  }

  /** @param {string} key @param {boolean} all */
  #printButton(key, all) {
    const act = () => {
      this.box.classList.toggle("print-all", all);
      print();
    };
    return h("button", { type: "button", class: "button", onclick: act }, this.desk.words.t(key));
  }

  /** @param {Words} words */
  #sheet(words) {
    const foreign = words.language !== this.desk.words.language;
    return h(
      "article",
      { class: `legend-sheet${foreign ? " foreign" : ""}`, lang: words.language },
      h("h2", { class: "legend-title" }, `Tocsin · ${words.t("legend.title")}`),
      h("p", { class: "legend-lead" }, words.t("legend.lead")),
      h("div", { class: "legend-parts" }, legendSections(words, this.desk.names.families)),
    );
  }
}

openPlainPage((desk) => [new Legend(desk)]);
