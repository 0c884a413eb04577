// @ts-check
/** Incidents that concern each other without being one: cause, impact, series, perhaps the same. */

import { h } from "../../dom.js";
import { ruleName, whyFold } from "../../why.js";
import { commandButton, formButton } from "../buttons.js";
import { merge, note } from "./act-forms.js";
import { Section } from "./section.js";

/** @import { Desk } from "../../desk.js" */
/** @import { FormSlot } from "../../forms.js" */
/** @import { Incident, Relation } from "../../../../../types/wire" */

const ORDER = ["proposed", "confirmed", "rejected"];

export class RelationsSection {
  /** @param {Desk} desk @param {FormSlot} slot */
  constructor(desk, slot) {
    this.desk = desk;
    this.slot = slot;
    /** @type {Incident | null} */
    this.incident = null;
    /** @type {Section<Relation>} */
    this.section = new Section(desk, slot, "relations", {
      key: (relation) => relation.id,
      parts: (relation) => [this.incident, desk.store.picture.incidents[this.#other(relation)]],
      build: (relation) => this.#card(relation),
    });
  }

  /** @param {Incident} incident */
  draw(incident) {
    this.incident = incident;
    const about = Object.values(this.desk.store.picture.relations)
      .filter((r) => r.origin === incident.id || r.target === incident.id)
      .sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
    const standing = about.filter((r) => r.status !== "rejected").length;
    this.section.show(about, incident, standing);
  }

  /** @param {Relation} relation */
  #other(relation) {
    return relation.origin === this.incident?.id ? relation.target : relation.origin;
  }

  /** @param {Relation} relation */
  #card(relation) {
    const { desk, slot } = this;
    const { words, names, store, access } = desk;
    const id = this.#other(relation);
    const other = store.picture.incidents[id];
    const side = relation.origin === this.incident?.id ? "origin" : "target";
    const key = `relations:${relation.id}`;
    const open = relation.status === "proposed";
    return h(
      "li",
      { class: `card relation-card ${relation.status}` },
      h(
        "p",
        { class: "card-title" },
        `${words.t(`relation_kind.${relation.kind}_${side}`)} `,
        h(
          "button",
          {
            type: "button",
            class: "link-button",
            "data-focus": `to-${relation.id}`,
            disabled: other === undefined,
            onclick: () => desk.choose(id),
          },
          `${id} ${other === undefined ? "" : names.type(other.type)}`,
        ),
      ),
      h("p", { class: "reason" }, words.of(relation.reason)),
      h(
        "p",
        { class: "tie-meta" },
        h("span", { class: "tie-status" }, words.name("tie.", relation.status)),
        relation.by && h("span", {}, words.t("why.by", { by: access.who(relation.by) })),
      ),
      relation.note && relation.note !== words.of(relation.reason) && h("p", { class: "note" }, relation.note),
      whyFold(desk, relation.id, words.t("why.title"), [h("p", { class: "rule" }, ruleName(desk, relation.rule))]),
      open &&
        h(
          "div",
          { class: "acts" },
          relation.kind === "duplicate" && this.incident !== null
            ? this.#merging(this.incident, id, key)
            : commandButton(desk, words.t("tie.confirm"), { command: "confirm_relation", relation: relation.id }, {
                look: "act",
                focus: `confirm-${relation.id}`,
              }),
          formButton(desk, slot, words.t("relation.reject"), {
            key,
            needs: { command: "reject_relation" },
            make: () => ({
              title: words.t("relation.reject"),
              send: words.t("relation.reject_send"),
              fields: [{ ...note(desk), required: true, atLeast: 3 }],
              commands: ({ note: said }) => ({
                command: "reject_relation",
                relation: relation.id,
                note: said,
              }),
            }),
          }),
        ),
    );
  }

  /** That two are one is said by merging them. @param {Incident} incident @param {string} other @param {string} key */
  #merging(incident, other, key) {
    const { desk, slot } = this;
    const make = () => {
      const form = merge(desk, incident);
      return { ...form, fields: form.fields.map((f) => (f.name === "into" ? { ...f, value: other } : f)) };
    };
    const needs = { command: "merge_incidents" };
    return formButton(desk, slot, desk.words.t("act.merge"), { key, needs, make, look: "act" });
  }
}
