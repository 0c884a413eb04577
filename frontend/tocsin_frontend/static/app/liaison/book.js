// @ts-check
/** The logbook of the police: write a line, read the lines, newest first. */

import { byId, fill, h, KeyedChildren } from "../dom.js";
import { FormSlot } from "../forms.js";
import { formButton } from "../panels/buttons.js";
import { common, keepingFocus } from "../panels/sheet/section.js";
import { DISCIPLINE } from "./police.js";

/** @import { Desk } from "../desk.js" */
/** @import { Form } from "../forms.js" */
/** @import { LogLine } from "../../../../types/wire" */

const SPOT = "book";

export class Book {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.acts = byId("book-acts");
    this.slot = new FormSlot(desk, () => this.draw());
    this.slot.hold(SPOT, byId("book-form"));
    this.lines = new KeyedChildren(byId("book-lines"), {
      key: (/** @type {LogLine} */ line) => line.id,
      parts: (line) => [line, ...common(desk)],
      build: (line) => this.#line(line),
    });
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { desk, slot } = this;
    const { log } = desk.store.picture;
    const parts = [log, ...common(desk)];
    if (!parts.every((part, i) => part === this.shown[i])) {
      this.shown = parts;
      this.lines.show(log.filter((line) => line.book === DISCIPLINE).reverse());
      const needs = { command: "write_log" };
      keepingFocus(this.acts, () =>
        fill(
          this.acts,
          [null, DISCIPLINE].includes(desk.access.book) &&
            formButton(desk, slot, desk.words.t("log.add"), { key: SPOT, needs, make: () => this.#form() }),
        ),
      );
    }
    slot.draw();
  }

  /** @param {LogLine} line */
  #line(line) {
    const { access, format, store } = this.desk;
    return h(
      "li",
      { class: "log-line" },
      h("time", { datetime: line.at }, format.moment(line.at, store.now())),
      line.incident && h("span", { class: "id" }, line.incident),
      h("span", { class: "quiet" }, access.who(line.by)),
      h("p", { lang: line.language }, line.text),
    );
  }

  /** @returns {Form} */
  #form() {
    const { words, store } = this.desk;
    const incident = store.selected;
    return {
      title: words.t("log.add"),
      note: incident === null ? words.t("liaison.book_note") : words.t("liaison.book_about", { incident }),
      send: words.t("log.send"),
      fields: [{ name: "text", kind: "text", label: words.t("field.line"), required: true }],
      commands: ({ text }) => ({ command: "write_log", book: DISCIPLINE, incident, language: words.language, text }),
    };
  }
}
