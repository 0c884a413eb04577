// @ts-check
/** The hits that wait for a person, and those that have an answer already. */

import { byId, h, KeyedChildren } from "../dom.js";
import { common } from "../panels/sheet/section.js";
import { answerOf, hitsOf, seenAt } from "./police.js";

/** @import { Desk } from "../desk.js" */
/** @import { Shown } from "../../../../types/wire" */

export class HitList {
  /** @param {Desk} desk @param {{ chosen: () => string | null, choose: (hit: string) => void }} choice */
  constructor(desk, choice) {
    this.desk = desk;
    this.choice = choice;
    this.count = byId("hits-count");
    this.none = byId("hits-none");
    this.past = byId("hits-past");
    this.pastCount = byId("hits-past-count");
    this.waiting = this.#rows("hits-waiting");
    this.answered = this.#rows("hits-answered");
    /** @type {unknown[]} */
    this.shown = [];
  }

  /** @param {string} list */
  #rows(list) {
    return new KeyedChildren(byId(list), {
      key: (/** @type {Shown} */ hit) => hit.id,
      parts: (hit) => [hit, this.choice.chosen() === hit.id, ...common(this.desk)],
      build: (hit) => this.#row(hit),
    });
  }

  draw() {
    const { store } = this.desk;
    const parts = [store.picture.observations, store.known, this.choice.chosen(), ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { waiting, answered } = hitsOf(store.picture);
    this.waiting.show(waiting);
    this.answered.show(answered);
    this.count.textContent = waiting.length === 0 ? "" : this.desk.words.t("liaison.hits_n", { n: waiting.length });
    this.none.hidden = waiting.length > 0 || !store.known;
    this.past.hidden = answered.length === 0;
    this.pastCount.textContent = String(answered.length);
  }

  /** @param {Shown} hit */
  #row(hit) {
    const { words, names, format, store } = this.desk;
    const answer = answerOf(hit);
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: `hit-row${answer === null ? " waiting" : ""}`,
          "data-focus": `hit-${hit.id}`,
          "aria-pressed": String(this.choice.chosen() === hit.id),
          onclick: () => this.choice.choose(hit.id),
        },
        h(
          "span",
          { class: "row-head" },
          h("strong", {}, hit.headline ?? names.type(hit.type_hint)),
          h("time", { class: "age", datetime: seenAt(hit), "data-since": seenAt(hit), title: format.moment(seenAt(hit), store.now()) }),
        ),
        hit.text && h("span", { class: "row-place" }, hit.text),
        h(
          "span",
          { class: "row-foot" },
          h("span", { class: "id" }, hit.incident ?? words.t("liaison.no_incident")),
          h("span", {}, hit.source),
          answer !== null && h("span", { class: "badge" }, words.t(answer ? "hit.matches" : "hit.rejected")),
        ),
      ),
    );
  }
}
