// @ts-check
/** What was decided last, and what is due next. */

import { tellTimes } from "../desk.js";
import { byId, h, KeyedChildren } from "../dom.js";
import { onResize, overflows, showWhatFits } from "./fit.js";
import { deadlines, lastDecisions } from "./on-show.js";
import { capacityOnWall } from "./signs.js";
import { linesOf } from "./wall-words.js";

/** @import { Desk } from "../desk.js" */
/** @import { Decision } from "../../../../types/wire" */
/** @import { Deadline } from "./on-show.js" */

const DECISIONS = 5;
const DEADLINES = 6;
const ENOUGH = [2, 2, 1];

/** A titled list that shows as many rows as are legible. @template T */
class Listing {
  /**
   * @param {Desk} desk @param {Element} parent @param {string} id
   * @param {ConstructorParameters<typeof KeyedChildren<T>>[1]} how
   */
  constructor(desk, parent, id, how) {
    this.desk = desk;
    this.title = h("h2");
    this.list = h("ul");
    this.none = h("p", { class: "wall-none" });
    this.more = h("p", { class: "wall-rest" });
    this.box = h(
      "section",
      { id, class: "wall-list" },
      h("header", {}, this.title, this.more),
      this.list,
      this.none,
    );
    parent.append(this.box);
    this.rows = new KeyedChildren(this.list, how);
    this.all = 0;
    onResize(this.box, () => this.fit());
  }

  /** @param {string} title @param {string} none @param {T[]} items @param {number} all */
  show(title, none, items, all) {
    this.title.textContent = title;
    this.none.textContent = none;
    this.all = all;
    this.rows.show(items);
    this.fit();
  }

  fit() {
    tellTimes(this.desk); // times left take room too
    this.none.hidden = this.list.childElementCount > 0;
    if (!this.none.hidden) this.none.hidden = overflows(this.box);
    const rows = [...this.list.children].filter((row) => row instanceof HTMLElement);
    showWhatFits(this.box, rows, { more: this.more, unbuilt: this.all - rows.length, enough: ENOUGH });
  }
}

export class Agenda {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    const box = byId("wall-rail");
    const words = () => [desk.words.language, desk.tables.edition];
    /** @type {Listing<Decision>} */
    this.decisions = new Listing(desk, box, "wall-decisions", {
      key: (decision) => decision.id,
      parts: (decision) => [decision, ...words()],
      build: (decision) => this.#decision(decision),
    });
    /** @type {Listing<Deadline>} */
    this.deadlines = new Listing(desk, box, "wall-deadlines", {
      key: (deadline) => deadline.task?.id ?? deadline.decision?.id ?? "",
      parts: ({ task, decision }) => [task, decision, ...words()],
      build: (deadline) => this.#deadline(deadline),
    });
    /** @type {unknown[]} */
    this.parts = [];
  }

  draw() {
    const { store, words, tables } = this.desk;
    const { decisions, tasks } = store.picture;
    const parts = [decisions, tasks, words.language, tables.edition, store.known];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    const last = lastDecisions(decisions, DECISIONS);
    const due = deadlines(store.picture);
    const none = store.known ? "wall.none" : "wall.waiting";
    this.decisions.show(words.t("sheet.decisions"), words.t(none), last, last.length);
    this.deadlines.show(words.t("wall.deadlines"), words.t(none), due.slice(0, DEADLINES), due.length);
  }

  tick() {
    for (const listing of [this.decisions, this.deadlines]) if (overflows(listing.box)) listing.fit();
  }

  /** @param {Decision} decision */
  #decision(decision) {
    const { format } = this.desk;
    return h(
      "li",
      {},
      h(
        "p",
        { class: "wall-facts" },
        h("b", {}, format.hour(decision.decided_at)),
        h("span", {}, decision.function),
        h("span", {}, decision.incident),
      ),
      h("p", { class: "wall-said", lang: decision.language }, decision.text),
    );
  }

  /** @param {Deadline} deadline */
  #deadline({ due, task, decision }) {
    const { words, format } = this.desk;
    const owner = task?.owner ?? decision?.owner ?? task?.discipline ?? null;
    const lines = task === undefined ? [] : linesOf(words, task.title);
    return h(
      "li",
      {},
      h(
        "p",
        { class: "wall-facts" },
        h("b", {}, format.hour(due)),
        h("span", { "data-due": due }),
        h("span", {}, task?.incident ?? decision?.incident),
        owner !== null && h("span", {}, capacityOnWall(this.desk, owner)),
      ),
      lines.map(({ language, line }) => h("p", { class: "wall-said", lang: language }, line)),
      decision && h("p", { class: "wall-said", lang: decision.language }, decision.text),
    );
  }
}
