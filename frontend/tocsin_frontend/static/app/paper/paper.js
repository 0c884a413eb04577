// @ts-check
/** What can be printed: a sheet in the language of the screen, and on paper in those one asks for. */

import { fill, h } from "../dom.js";
import { sign } from "../symbols.js";
import { deskIn } from "./desk-in.js";

/** @import { Desk } from "../desk.js" */

const CHOICES = [["fr"], ["nl"], ["fr", "nl"], ["en"]];

export class Paper {
  /** @param {Desk} desk @param {(desk: Desk) => HTMLElement} make a sheet in the language of its desk */
  constructor(desk, make) {
    this.desk = desk;
    this.make = make;
    this.box = h("div", { class: "paper" });
    /** What is being printed; otherwise the language of the screen. @type {string[] | null} */
    this.languages = null;
    this.buttons = h("div", { class: "acts paper-buttons", role: "group" });
  }

  draw() {
    const { words } = this.desk;
    this.#show(this.languages ?? [words.language]);
    const label = words.t("paper.print");
    this.buttons.setAttribute("aria-label", label);
    fill(
      this.buttons,
      h("span", { class: "quiet" }, label),
      CHOICES.map((languages) => {
        const said = languages.map((language) => language.toUpperCase()).join(" + ");
        return h(
          "button",
          { type: "button", class: "button", "aria-label": `${label} ${said}`, onclick: () => this.#print(languages) },
          sign("print"),
          ` ${said}`,
        );
      }),
    );
  }

  /** @param {string[]} languages */
  #show(languages) {
    fill(
      this.box,
      languages.map((language) => {
        const sheet = this.make(deskIn(this.desk, language));
        sheet.lang = language;
        return sheet;
      }),
    );
  }

  /** @param {string[]} languages */
  #print(languages) {
    const done = () => {
      this.languages = null;
      this.#show([this.desk.words.language]);
    };
    addEventListener("afterprint", done, { once: true });
    this.languages = languages;
    this.#show(languages);
    window.print();
  }
}
