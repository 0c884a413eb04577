// @ts-check
/** What the police are asked: decisions they have not seen, and tasks that are theirs. */

import { byId, h, KeyedChildren } from "../dom.js";
import { commandButton } from "../panels/buttons.js";
import { common } from "../panels/sheet/section.js";
import { ownWords } from "../panels/sheet/tasks.js";
import { permalink } from "../permalink.js";
import { askedOf, POLICE } from "./police.js";

/** @import { Desk } from "../desk.js" */
/** @import { Decision, Task } from "../../../../types/wire" */

export class Asked {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.count = byId("asked-count");
    this.none = byId("asked-none");
    this.decisions = new KeyedChildren(byId("asked-decisions"), {
      key: (/** @type {Decision} */ decision) => decision.id,
      parts: (decision) => [decision, ...common(desk)],
      build: (decision) => this.#decision(decision),
    });
    this.tasks = new KeyedChildren(byId("asked-tasks"), {
      key: (/** @type {Task} */ task) => task.id,
      parts: (task) => [task, ...common(desk)],
      build: (task) => this.#task(task),
    });
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { store, words } = this.desk;
    const { picture } = store;
    const parts = [picture.tasks, picture.decisions, store.known, ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { tasks, decisions } = askedOf(picture);
    this.decisions.show(decisions);
    this.tasks.show(tasks);
    const n = tasks.length + decisions.length;
    this.count.textContent = n === 0 ? "" : words.t("liaison.asked_n", { n });
    this.none.hidden = n > 0 || !store.known;
  }

  /** @param {string | null} incident */
  #incident(incident) {
    return incident && h("a", { href: permalink(this.desk.settings.realm, { incident }) }, incident);
  }

  /** @param {Decision} decision */
  #decision(decision) {
    const { desk } = this;
    const { words, format, store, access } = desk;
    return h(
      "li",
      { class: "card decision-card" },
      h("p", { class: "card-title", lang: decision.language }, decision.text),
      h(
        "p",
        { class: "tie-meta" },
        this.#incident(decision.incident),
        h("span", {}, words.t("decision.by", { function: decision.function })),
        h("span", {}, words.t("decision.decided", { time: format.moment(decision.decided_at, store.now()) })),
      ),
      access.capacity === POLICE &&
        h(
          "div",
          { class: "acts" },
          commandButton(desk, words.t("decision.see"), { command: "see_decision", decision: decision.id }, {
            look: "act",
            focus: `see-${decision.id}`,
          }),
        ),
    );
  }

  /** @param {Task} task */
  #task(task) {
    const { desk } = this;
    const { words, format, store } = desk;
    const change = { command: "change_task", task: task.id, state: "done" };
    return h(
      "li",
      { class: "card task-card open" },
      h("p", { class: "card-title" }, h("span", ownWords(desk, task.title), words.of(task.title))),
      h(
        "p",
        { class: "tie-meta" },
        this.#incident(task.incident),
        task.owner && h("span", {}, words.t("task.owner", { owner: task.owner })),
        task.due_at &&
          h(
            "span",
            {},
            `${words.t("task.due", { time: format.moment(task.due_at, store.now()) })} `,
            h("time", { class: "countdown", "data-due": task.due_at, datetime: task.due_at }),
          ),
      ),
      task.note && h("p", { class: "note" }, task.note),
      h("div", { class: "acts" }, commandButton(desk, words.t("task.done"), change, { look: "act", focus: `done-${task.id}` })),
    );
  }
}
