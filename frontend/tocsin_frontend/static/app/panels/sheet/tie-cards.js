// @ts-check
/** The ties of the incident to measures of the plan: why each one, and saying whether it is right. */

import { h } from "../../dom.js";
import { ruleName, whyFold } from "../../why.js";
import { commandButton, formButton } from "../buttons.js";
import { liveTies, orderedTies, tieBadge } from "../ties.js";
import { Section } from "./section.js";
import { undoButton } from "./undo-button.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Form, FormSlot } from "../../forms.js" */
/** @import { Incident, Tie } from "../../../../../types/wire" */

/** The ties to measures of one part of the spine. */
export class TiesSection {
  /** @param {Desk} desk @param {FormSlot} slot @param {string} spine */
  constructor(desk, slot, spine) {
    this.desk = desk;
    this.spine = spine;
    this.incident = "";
    const place = `ties-${spine}`;
    /** @type {Section<Tie>} */
    this.section = new Section(desk, slot, place, {
      key: (tie) => tie.id,
      build: (tie) => tieCard(desk, slot, place, this.incident, tie),
    });
  }

  /** @param {Incident} incident */
  draw(incident) {
    const { names } = this.desk;
    this.incident = incident.id;
    const own = (/** @type {Tie} */ tie) => names.spine(tie.measure.code) === this.spine;
    const standing = liveTies(this.desk, incident).filter(own).length;
    this.section.show(orderedTies(this.desk, incident).filter(own), incident, standing);
  }
}

/**
 * @param {Desk} desk
 * @param {FormSlot} slot
 * @param {string} place where its form opens: `<place>:<id>`
 * @param {string} incident
 * @param {Tie} tie
 */
function tieCard(desk, slot, place, incident, tie) {
  const { words, names } = desk;
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
    ),
    h("p", { class: "reason" }, words.of(tie.reason)),
    tie.note && h("p", { class: "note" }, tie.note),
    whyFold(desk, tie.id, words.t("why.title"), [
      h("p", { class: "rule" }, ruleName(desk, tie.rule)),
      tie.evidence.length > 0 &&
        h("p", { class: "evidence" }, `${words.t("tie.evidence")} ${tie.evidence.join(", ")}`),
      h("p", { class: "evidence" }, words.t("tie.wording"), " ", h("q", {}, names.wording(tie.measure))),
    ]),
    tie.status === "proposed" &&
      h(
        "div",
        { class: "acts" },
        commandButton(desk, words.t("tie.confirm"), { command: "confirm_tie", incident, tie: tie.id }, {
          look: "act",
          focus: `confirm-${tie.id}`,
        }),
        formButton(desk, slot, words.t("tie.reject"), {
          key: `${place}:${tie.id}`,
          needs: { command: "reject_tie" },
          make: () => rejection(desk, incident, tie),
        }),
        tie.strength === "auto" && undoButton(desk, tie.proposed_by),
      ),
  );
}

/**
 * A rejection needs a reason: it trains the rule.
 * @param {Desk} desk @param {string} incident @param {Tie} tie @returns {Form}
 */
export function rejection({ words }, incident, tie) {
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
    commands: ({ note }) => ({ command: "reject_tie", incident, tie: tie.id, note }),
  };
}
