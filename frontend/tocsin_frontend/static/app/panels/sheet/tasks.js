// @ts-check
/** What was decided to be done: tasks with owner and due time, from reflex cards or by hand. */

import { h } from "../../dom.js";
import { commandButton, formButton } from "../buttons.js";
import { discipline, note } from "./act-forms.js";
import { Section } from "./section.js";
import { isOpen } from "../../evolve.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Form, FormSlot } from "../../forms.js" */
/** @import { Incident, Task } from "../../../../../types/wire" */

const ORDER = ["open", "done", "dropped"];

export class TasksSection {
  /** @param {Desk} desk @param {FormSlot} slot */
  constructor(desk, slot) {
    this.desk = desk;
    this.slot = slot;
    /** @type {Section<Task>} */
    this.section = new Section(desk, slot, "tasks", {
      key: (task) => task.id,
      build: (task) => this.#card(task),
      acts: (incident) => this.#adding(incident),
    });
  }

  /** @param {Incident} incident */
  draw(incident) {
    const tasks = Object.values(this.desk.store.picture.tasks)
      .filter((task) => task.incident === incident.id)
      .sort(
        (a, b) =>
          ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
          compare(a.due_at ?? "9", b.due_at ?? "9") ||
          compare(a.opened_at, b.opened_at),
      );
    this.section.show(tasks, incident, tasks.filter((t) => t.state === "open").length);
  }

  /** @param {Incident} incident */
  #adding(incident) {
    const { desk, slot } = this;
    const { words } = desk;
    return [
      formButton(desk, slot, words.t("task.add"), {
        key: "tasks",
        needs: { command: "open_task" },
        make: () => this.#opening(incident),
      }),
      isOpen(incident) &&
        formButton(desk, slot, words.t("task.card"), {
          key: "tasks",
          needs: { command: "use_reflex_card" },
          make: () => this.#cardForm(incident),
        }),
    ];
  }

  /** @param {Task} task */
  #card(task) {
    const { desk, slot } = this;
    const { words, tables, access, format, store } = desk;
    const open = task.state === "open";
    const change = (/** @type {string} */ state) => ({ command: "change_task", task: task.id, state });
    return h(
      "li",
      { class: `card task-card ${task.state}` },
      h(
        "p",
        { class: "card-title" },
        task.discipline && h("span", { class: "badge" }, task.discipline),
        h("span", ownWords(desk, task.title), ` ${words.of(task.title)}`),
      ),
      h(
        "p",
        { class: "tie-meta" },
        h("span", {}, tables.word(tables.room?.task_states, task.state)),
        task.owner && h("span", {}, words.t("task.owner", { owner: task.owner })),
        task.due_at &&
          h(
            "span",
            {},
            `${words.t("task.due", { time: format.moment(task.due_at, store.now()) })} `,
            open && h("time", { class: "countdown", "data-due": task.due_at, datetime: task.due_at }),
          ),
        task.card && h("small", { class: "rule" }, words.t("task.from_card", { card: this.#cardName(task.card) })),
        h("small", { class: "rule" }, `${task.id} · ${access.who(task.by)}`),
      ),
      task.note && h("p", { class: "note" }, task.note),
      h(
        "div",
        { class: "acts" },
        open && commandButton(desk, words.t("task.done"), change("done"), { look: "act", focus: `done-${task.id}` }),
        open && commandButton(desk, words.t("task.drop"), change("dropped"), { focus: `drop-${task.id}` }),
        !open && commandButton(desk, words.t("task.reopen"), change("open"), { focus: `open-${task.id}` }),
        open &&
          formButton(desk, slot, words.t("task.change"), {
            key: `tasks:${task.id}`,
            needs: { command: "change_task" },
            make: () => this.#changing(task),
          }),
      ),
    );
  }

  /** @param {string} card */
  #cardName(card) {
    return this.desk.tables.word(this.desk.tables.cards, card.split("/")[0] ?? card);
  }

  /** @param {Incident} incident @returns {Form} */
  #opening(incident) {
    const { desk } = this;
    const { words } = desk;
    return {
      title: words.t("task.add"),
      send: words.t("form.save"),
      fields: [
        { name: "title", kind: "line", label: words.t("field.title"), required: true },
        discipline(desk),
        { name: "owner", kind: "line", label: words.t("field.owner") },
        { name: "due_at", kind: "moment", label: words.t("field.due_at") },
      ],
      commands: (values) => ({
        command: "open_task",
        incident: incident.id,
        language: words.language,
        ...values,
      }),
    };
  }

  /** @param {Task} task @returns {Form} */
  #changing(task) {
    const { desk } = this;
    const { words } = desk;
    return {
      title: words.t("task.change"),
      send: words.t("form.save"),
      fields: [
        { name: "owner", kind: "line", label: words.t("field.owner"), value: task.owner ?? "" },
        { name: "due_at", kind: "moment", label: words.t("field.due_at"), value: task.due_at ?? "" },
        { ...note(desk), value: task.note ?? "" },
      ],
      commands: ({ due_at, ...values }) => ({
        command: "change_task",
        task: task.id,
        ...values,
        ...(sameMinute(due_at, task.due_at) ? {} : { due_at }),
      }),
    };
  }

  /** Cards made for this type first. @param {Incident} incident @returns {Form} */
  #cardForm(incident) {
    const { words, tables } = this.desk;
    const cards = Object.entries(tables.cards).sort(
      ([, a], [, b]) => Number(b.types.includes(incident.type)) - Number(a.types.includes(incident.type)),
    );
    return {
      title: words.t("task.card"),
      note: words.t("task.card_note"),
      send: words.t("task.card_send"),
      fields: [
        {
          name: "card",
          kind: "radio",
          label: words.t("field.card"),
          required: true,
          value: cards[0]?.[0] ?? "",
          options: cards.map(([value, card]) => ({
            value,
            text: words.of(/** @type {any} */ (card)),
            hint: [words.t("task.steps", { n: card.steps.length }), words.of(card.plan)]
              .filter(Boolean)
              .join(" · "),
          })),
        },
      ],
      commands: ({ card }) => ({ command: "use_reflex_card", incident: incident.id, card }),
    };
  }
}

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** A form tells minutes: what differs by seconds was not changed. @param {string | null} a @param {string | null} b */
const sameMinute = (a, b) => a?.slice(0, 16) === b?.slice(0, 16);

/**
 * The language of words that a person wrote in one language only.
 * @param {Desk} desk @param {Record<string, string>} text
 */
export function ownWords({ words }, text) {
  const only = Object.keys(text);
  return only.length === 1 && only[0] !== words.language ? { lang: only[0] } : {};
}
