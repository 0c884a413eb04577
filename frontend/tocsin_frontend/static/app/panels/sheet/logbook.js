// @ts-check
/** The lines of the logbooks about this incident, and writing one. */

import { h } from "../../dom.js";
import { formButton } from "../buttons.js";
import { Section } from "./section.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Form, FormSlot } from "../../forms.js" */
/** @import { Incident, LogLine } from "../../../../../types/wire" */

export class LogbookSection {
  /** @param {Desk} desk @param {FormSlot} slot */
  constructor(desk, slot) {
    this.desk = desk;
    /** @type {Section<LogLine>} */
    this.section = new Section(desk, slot, "log", {
      key: (line) => line.id,
      build: (line) => this.#line(line),
      acts: (incident) => [
        formButton(desk, slot, desk.words.t("log.add"), {
          key: "log",
          needs: { command: "write_log" },
          make: () => lineForm(desk, incident.id),
        }),
      ],
    });
  }

  /** @param {Incident} incident */
  draw(incident) {
    const lines = this.desk.store.picture.log.filter((line) => line.incident === incident.id);
    this.section.show(lines.reverse(), incident);
  }

  /** @param {LogLine} line */
  #line(line) {
    const { tables, access, format, store } = this.desk;
    return h(
      "li",
      { class: "log-line" },
      h("time", { datetime: line.at }, format.moment(line.at, store.now())),
      h("span", { class: "badge", title: tables.word(tables.room?.books, line.book) }, this.#book(line.book)),
      h("span", { class: "quiet" }, access.who(line.by)),
      h("p", { lang: line.language }, line.text),
    );
  }

  /** @param {string} book */
  #book(book) {
    return book === "room" ? this.desk.words.t("log.room") : book;
  }
}

/** A new line, about an incident or about none. @param {Desk} desk @param {string | null} incident @returns {Form} */
export function lineForm({ words, tables, access, store, names }, incident) {
  const books = access.book === null ? Object.keys(tables.room?.books ?? {}) : [access.book];
  const about = incident === null ? undefined : store.picture.incidents[incident];
  return {
    title: words.t("log.add"),
    send: words.t("log.send"),
    note: about === undefined ? undefined : `${about.id} ${names.type(about.type)}`,
    fields: [
      { name: "text", kind: "text", label: words.t("field.line"), required: true },
      {
        name: "book",
        kind: "choice",
        label: words.t("field.book"),
        required: true,
        value: access.book ?? "room",
        options: books.map((book) => ({ value: book, text: tables.word(tables.room?.books, book) })),
      },
    ],
    commands: (values) => ({ command: "write_log", incident, language: words.language, ...values }),
  };
}
