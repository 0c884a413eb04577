// @ts-check
/** Decisions that people took: who, in which function, when, on what basis, and who has seen them. */

import { h } from "../../dom.js";
import { commandButton, formButton } from "../buttons.js";
import { Section } from "./section.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Form, FormSlot } from "../../forms.js" */
/** @import { Decision, Incident } from "../../../../../types/wire" */

export class DecisionsSection {
  /** @param {Desk} desk @param {FormSlot} slot */
  constructor(desk, slot) {
    this.desk = desk;
    /** @type {Section<Decision>} */
    this.section = new Section(desk, slot, "decisions", {
      key: (decision) => decision.id,
      build: (decision) => this.#card(decision),
      acts: (incident) => [
        formButton(desk, slot, desk.words.t("decision.add"), {
          key: "decisions",
          needs: { command: "record_decision" },
          make: () => decisionForm(desk, incident.id),
        }),
      ],
    });
  }

  /** @param {Incident} incident */
  draw(incident) {
    const decisions = Object.values(this.desk.store.picture.decisions)
      .filter((decision) => decision.incident === incident.id)
      .sort((a, b) => (a.decided_at < b.decided_at ? 1 : -1));
    this.section.show(decisions, incident);
  }

  /** @param {Decision} decision */
  #card(decision) {
    const { desk } = this;
    const { words, access, format, store } = desk;
    const now = store.now();
    const seen = Object.entries(decision.seen_by);
    const mine = decision.capacity === access.capacity || access.capacity in decision.seen_by;
    return h(
      "li",
      { class: "card decision-card" },
      h("p", { class: "card-title", lang: decision.language }, decision.text),
      h(
        "p",
        { class: "tie-meta" },
        h("span", {}, words.t("decision.by", { function: decision.function })),
        h("span", {}, words.t("decision.decided", { time: format.moment(decision.decided_at, now) })),
        decision.known_at !== decision.decided_at &&
          h("span", {}, words.t("decision.known", { time: format.moment(decision.known_at, now) })),
        decision.owner && h("span", {}, words.t("task.owner", { owner: decision.owner })),
        decision.due_at && h("span", {}, words.t("task.due", { time: format.moment(decision.due_at, now) })),
        h("small", { class: "rule" }, `${decision.id} · ${access.who(decision.by)}`),
      ),
      decision.basis && h("p", { class: "note", lang: decision.language }, words.t("decision.basis", { basis: decision.basis })),
      h(
        "p",
        { class: "tie-meta seen" },
        seen.length === 0
          ? words.t("decision.unseen")
          : seen.map(([capacity, at]) =>
              h("span", {}, words.t("seen.by", { capacity: access.name(capacity), time: format.hour(at) })),
            ),
      ),
      !mine &&
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
}

/** @param {Desk} desk @param {string | null} incident that it is about; null for the room @returns {Form} */
export function decisionForm({ words, store }, incident) {
  const now = new Date(store.now()).toISOString();
  return {
    title: words.t("decision.add"),
    note: words.t("decision.note"),
    send: words.t("form.save"),
    fields: [
      { name: "text", kind: "text", label: words.t("field.decision"), required: true },
      { name: "function", kind: "line", label: words.t("field.function"), required: true },
      { name: "basis", kind: "text", label: words.t("field.basis"), required: true },
      { name: "decided_at", kind: "moment", label: words.t("field.decided_at"), required: true, value: now },
      { name: "known_at", kind: "moment", label: words.t("field.known_at") },
      { name: "owner", kind: "line", label: words.t("field.owner") },
      { name: "due_at", kind: "moment", label: words.t("field.due_at") },
    ],
    commands: (values) => ({
      command: "record_decision",
      incident,
      language: words.language,
      ...values,
    }),
  };
}
