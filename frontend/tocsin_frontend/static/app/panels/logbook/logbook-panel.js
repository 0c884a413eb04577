// @ts-check
/**
 * The logbook below the map: what people wrote, in the room's book and in one's own discipline's, and
 * what the room did beside it. One key writes a line.
 */

import { byId, fill, h, KeyedChildren } from "../../dom.js";
import { FormSlot } from "../../forms.js";
import { keep, kept } from "../../habits.js";
import { formButton } from "../buttons.js";
import { lineForm } from "../sheet/logbook.js";
import { common, keepingFocus } from "../sheet/section.js";
import { aboutAct, ActsOfRoom, actWords } from "./acts-of-room.js";
import { PanelEdge } from "./panel-edge.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Form } from "../../forms.js" */
/** @import { LogRow } from "./acts-of-room.js" */

/** A line to show. @typedef {{id: string, at: string, by: string, incident: string | null, text: string, language: string | null, book: string | null}} Line */

const KEPT_AS = "logbook";
const ROOM = "room";
const FORM = "logbook"; // where its form opens

export class LogbookPanel {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.toggle = byId("logbook-toggle");
    this.body = byId("logbook-body");
    this.choices = byId("logbook-choices");
    this.last = byId("logbook-last");
    this.habit = { open: innerHeight >= 1000, height: null, acts: true, chosen: false, book: ROOM, ...kept(KEPT_AS) };
    this.slot = new FormSlot(desk, () => this.draw());
    this.slot.hold(FORM, byId("logbook-form"));
    this.acts = new ActsOfRoom(desk, () => this.draw());
    this.drawing = false;
    /** @type {unknown[]} */
    this.shown = [];
    /** @type {unknown[]} */
    this.choiceParts = [];
    this.edge = new PanelEdge(byId("logbook-edge"), this.body, this.habit.height, (height) => this.#set({ height }));
    this.rows = new KeyedChildren(byId("logbook-lines"), {
      key: (/** @type {Line} */ line) => line.id,
      parts: (line) => [line.text, line.book, desk.store.picture.incidents[line.incident ?? ""]?.type, ...common(desk)],
      build: (line) => this.#row(line),
    });
    this.toggle.addEventListener("click", () => this.#set({ open: !this.habit.open }));
    desk.keys.add({ key: "n", says: "keys.log", act: () => this.write() });
  }

  /** Begin a line. */
  write() {
    this.#set({ open: true });
    const button = this.choices.querySelector('[data-focus="logbook-write"]');
    if (button instanceof HTMLElement) button.click();
  }

  tick() {
    if (this.habit.open && this.habit.acts && this.desk.store.known) this.acts.read();
  }

  /** @param {Partial<LogbookPanel["habit"]>} change */
  #set(change) {
    this.habit = { ...this.habit, ...change };
    keep(KEPT_AS, this.habit);
    this.draw();
  }

  draw() {
    if (this.drawing) return;
    this.drawing = true;
    try {
      this.#draw();
    } finally {
      this.drawing = false;
    }
  }

  #draw() {
    const { store } = this.desk;
    const { open } = this.habit;
    this.body.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.edge.element.hidden = !open;
    this.#choices();
    this.slot.draw();
    const parts = [store.picture.log, store.picture.incidents, this.acts.rows, this.acts.failed, this.habit, this.habit.chosen && store.selected, ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const lines = this.#lines();
    this.#tellLast(lines[0]);
    if (!open) return;
    this.rows.show(lines);
    byId("logbook-empty").hidden = lines.length > 0;
    byId("logbook-failed").hidden = !(this.acts.failed && this.habit.acts && this.habit.book === ROOM);
  }

  /** Everything to show, the newest first. @returns {Line[]} */
  #lines() {
    const { store } = this.desk;
    const { book, acts, chosen } = this.habit;
    const written = store.picture.log.filter((line) => line.book === book);
    /** @type {Line[]} */
    const lines = written.map((line) => ({ ...line, book: null }));
    const known = new Set(lines.map((line) => line.id));
    if (book === ROOM && acts) {
      for (const row of this.acts.rows) {
        const line = this.#line(row);
        if (!known.has(line.id)) lines.push(line);
      }
    }
    return lines
      .filter((line) => !chosen || line.incident === store.selected)
      .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  }

  /** @param {LogRow} row @returns {Line} */
  #line(row) {
    if (row.kind === "log_written") return { incident: null, ...row.body.line, book: null };
    const { incident, by } = aboutAct(row.body);
    const id = `act-${row.n}`;
    return { id, at: row.at, by: by ?? "", incident, text: actWords(this.desk, row), language: null, book: "act" };
  }

  /** While it is closed, its newest line says that somebody wrote. @param {Line | undefined} line */
  #tellLast(line) {
    const { words, format } = this.desk;
    const said = this.habit.open || !line ? "" : `${words.t("logbook.last", { time: format.hour(line.at) })} · ${line.text}`;
    if (this.last.textContent !== said) this.last.textContent = said;
  }

  #choices() {
    const { desk, slot, habit } = this;
    const { words, access, store } = desk;
    const chosen = store.selected !== null;
    const parts = [habit, access.book, chosen, slot.key, ...common(desk)];
    if (parts.every((part, i) => part === this.choiceParts[i])) return;
    this.choiceParts = parts;
    const books = [ROOM, ...(access.book === null ? [] : [access.book])];
    if (!books.includes(habit.book)) habit.book = ROOM;
    keepingFocus(this.choices, () =>
      fill(
        this.choices,
        habit.open &&
          books.length > 1 &&
          books.map((book) =>
            choice(`book-${book}`, book === ROOM ? words.t("log.room") : book, habit.book === book, () => this.#set({ book })),
          ),
        habit.open &&
          habit.book === ROOM &&
          choice("acts", words.t("logbook.acts"), habit.acts, () => this.#set({ acts: !habit.acts })),
        habit.open &&
          (chosen || habit.chosen) &&
          choice("chosen", words.t("logbook.chosen"), habit.chosen, () => this.#set({ chosen: !habit.chosen })),
        formButton(desk, slot, words.t("logbook.write"), {
          key: FORM,
          needs: { command: "write_log" },
          focus: "logbook-write",
          shortcut: "N",
          make: () => this.#form(),
        }),
      ),
    );
    const button = this.choices.querySelector('[data-focus="logbook-write"]');
    if (button instanceof HTMLElement) button.addEventListener("click", () => habit.open || this.#set({ open: true }), { capture: true });
  }

  /** @returns {Form} */
  #form() {
    const { store } = this.desk;
    return lineForm(this.desk, store.selected);
  }

  /** @param {Line} line */
  #row(line) {
    const { access, format, store, names, words } = this.desk;
    const incident = line.incident === null ? undefined : store.picture.incidents[line.incident];
    return h(
      "li",
      { class: line.book === "act" ? "act-line" : "written" },
      h("time", { datetime: line.at }, format.moment(line.at, store.now())),
      h("span", { class: "quiet who" }, line.by === "" ? "" : access.shortName(access.capacityOf(line.by) ?? "") || access.who(line.by)),
      h("p", { lang: line.language }, line.text),
      line.incident !== null &&
        h(
          "button",
          {
            type: "button",
            class: "link-button",
            "data-focus": `log-${line.id}`,
            disabled: incident === undefined,
            title: incident === undefined ? words.t("queue.ended") : names.type(incident.type),
            onclick: () => this.desk.choose(line.incident),
          },
          line.incident,
        ),
    );
  }
}

/** @param {string} name @param {string} text @param {boolean} on @param {() => void} act */
const choice = (name, text, on, act) =>
  h("button", { type: "button", class: "choice", "data-focus": `logbook-${name}`, "aria-pressed": String(on), onclick: act }, text);
