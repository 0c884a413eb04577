// @ts-check
/** The ties of the incident to measures of the plan: why each one, and saying whether it is right. */

import { h } from "../../dom.js";
import { commandButton, formButton } from "../buttons.js";
import { liveTies, orderedTies, tieBadge } from "../ties.js";
import { Section } from "./section.js";
import { undoButton } from "./undo-button.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Form, FormSlot } from "../../forms.js" */
/** @import { Incident, Tie } from "../../../../../types/wire" */

export class TiesSection {
  /** @param {Desk} desk @param {FormSlot} slot */
  constructor(desk, slot) {
    this.desk = desk;
    this.slot = slot;
    this.incident = "";
    /** @type {Section<Tie>} */
    this.section = new Section(desk, slot, "ties", {
      key: (tie) => tie.id,
      build: (tie) => this.#card(tie),
    });
  }

  /** @param {Incident} incident */
  draw(incident) {
    this.incident = incident.id;
    const standing = liveTies(this.desk, incident).length;
    this.section.show(orderedTies(this.desk, incident), incident, standing);
  }

  /** @param {Tie} tie */
  #card(tie) {
    const { words, names } = this.desk;
    return h(
      "li",
      { class: `card tie-card ${tie.status}` },
      h("div", { class: "tie-head" }, tieBadge(tie), h("strong", {}, names.measure(tie.measure.code))),
      h(
        "p",
        { class: "tie-meta" },
        h("span", { class: "chip" }, words.name("relation.", tie.relation)),
        h("span", {}, words.name("strength.", tie.strength)),
        h("span", { class: "tie-status" }, words.name("tie.", tie.status)),
        h("small", { class: "rule" }, tie.rule),
      ),
      h("p", { class: "reason" }, words.of(tie.reason)),
      tie.evidence.length > 0 &&
        h("p", { class: "evidence" }, `${words.t("tie.evidence")} ${tie.evidence.join(", ")}`),
      tie.note && h("p", { class: "note" }, tie.note),
      h(
        "details",
        { class: "wording" },
        h("summary", { "data-focus": "wording" }, words.t("tie.wording")),
        h("p", {}, names.wording(tie.measure)),
      ),
      tie.status === "proposed" && this.#answers(tie),
    );
  }

  /** @param {Tie} tie */
  #answers(tie) {
    const { desk, slot, incident } = this;
    const { words } = desk;
    const confirm = { command: "confirm_tie", incident, tie: tie.id };
    return h(
      "div",
      { class: "acts" },
      commandButton(desk, words.t("tie.confirm"), confirm, { look: "act", focus: `confirm-${tie.id}` }),
      formButton(desk, slot, words.t("tie.reject"), {
        key: `ties:${tie.id}`,
        needs: { command: "reject_tie" },
        make: () => this.#rejection(tie),
      }),
      tie.strength === "auto" && undoButton(desk, tie.proposed_by),
    );
  }

  /** A rejection needs a reason: it trains the rule. @param {Tie} tie @returns {Form} */
  #rejection(tie) {
    const { words } = this.desk;
    return {
      title: words.t("tie.reject_send"),
      send: words.t("tie.reject_send"),
      fields: [
        {
          name: "note",
          kind: "text",
          label: words.t("tie.note"),
          required: true,
          atLeast: 3,
          otherwise: words.t("tie.note_needed"),
        },
      ],
      commands: ({ note }) => ({
        command: "reject_tie",
        incident: this.incident,
        tie: tie.id,
        note,
      }),
    };
  }
}
