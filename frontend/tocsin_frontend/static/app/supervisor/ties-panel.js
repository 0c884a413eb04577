// @ts-check
/**
 * Ties that a person has to confirm, with why beside. Made to be gone through fast: `c` confirms the
 * one that is marked, `x` rejects it, `j` and `k` go on and back; the next one comes by itself.
 */

import { h, KeyedChildren } from "../dom.js";
import { commandButton, formButton } from "../panels/buttons.js";
import { tieBadge } from "../panels/ties.js";
import { common } from "../panels/sheet/section.js";
import { rejection } from "../panels/sheet/tie-cards.js";
import { incidentLine, Panel } from "./panel.js";
import { tiesToConfirm } from "./waiting.js";

/** @import { Desk } from "../desk.js" */
/** @import { AskedTie } from "./waiting.js" */

const AT_ONCE = 8; // the next ones come as these are answered

export class TiesPanel extends Panel {
  /** @param {Desk} desk */
  constructor(desk) {
    super(desk, "ties", "ties.title");
    this.list = h("ul", { class: "steer-lines" });
    this.more = h("p", { class: "quiet" });
    this.keys = h("p", { class: "keys", "data-text": "ties.keys" }, desk.words.t("ties.keys"));
    this.box.append(this.keys, this.list, this.more);
    /** The one that keys are about. @type {string | null} */
    this.current = null;
    /** @type {AskedTie[]} */
    this.asked = [];
    this.cards = new KeyedChildren(this.list, {
      key: keyOf,
      parts: ({ incident, tie }) => [
        incident,
        tie,
        this.slot.key === keyOf({ incident, tie }),
        keyOf({ incident, tie }) === this.current,
        this.#leads({ incident, tie }),
        ...common(desk),
      ],
      build: (asked) => this.#card(asked),
    });
    this.list.addEventListener("focusin", (event) => {
      const card = event.target instanceof Element ? event.target.closest("[data-tie]") : null;
      if (card instanceof HTMLElement && card.dataset.tie) this.#mark(card.dataset.tie);
    });
    desk.keys.add(
      { key: "c", says: "keys.confirm_tie", act: () => this.#press("confirm") },
      { key: "x", says: "keys.reject_tie", act: () => this.#press("reject") },
      { key: "j", says: "keys.next_tie", act: () => this.#step(1), looks: true },
      { key: "k", says: "keys.previous_tie", act: () => this.#step(-1), looks: true },
    );
  }

  /** @override */
  parts() {
    return [this.desk.store.picture.incidents, this.current];
  }

  /** @override */
  paint() {
    const { store, words } = this.desk;
    const all = tiesToConfirm(store.picture);
    const had = this.list.contains(document.activeElement);
    const at = this.#at();
    this.asked = all.slice(0, AT_ONCE);
    if (this.#at() < 0) {
      const next = this.asked[Math.min(Math.max(at, 0), this.asked.length - 1)];
      this.current = next === undefined ? null : keyOf(next); // what was answered is gone: the next stands in its place
    }
    this.tell(all.length, words.t("ties.none"));
    this.keys.hidden = all.length === 0;
    this.cards.show(this.asked);
    this.more.hidden = all.length <= this.asked.length;
    this.more.textContent = words.t("steer.then", { n: all.length - this.asked.length });
    if (had && !this.list.contains(document.activeElement)) this.#focus();
  }

  /** @param {AskedTie} asked */
  #card(asked) {
    const { incident, tie } = asked;
    const { desk, slot } = this;
    const { words, names } = desk;
    const key = keyOf(asked);
    const current = key === this.current;
    const confirm = { command: "confirm_tie", incident: incident.id, tie: tie.id };
    const card = h(
      "li",
      {
        class: `ask-tie${current ? " current" : ""}`,
        "data-tie": key,
        "data-focus": `tie-${key}`,
        "aria-current": current ? "true" : null,
        tabindex: "-1",
      },
      this.#leads(asked) && incidentLine(desk, incident, key),
      h(
        "div",
        { class: "steer-head" },
        tieBadge(tie),
        h("strong", {}, names.measure(tie.measure.code)),
        h("span", { class: "chip" }, words.name("relation.", tie.relation)),
      ),
      h("p", { class: "reason" }, words.of(tie.reason)),
      h(
        "div",
        { class: "steer-foot" },
        h(
          "p",
          { class: "tie-meta" },
          h("span", {}, incident.id),
          h("span", {}, words.name("strength.", tie.strength)),
          tie.evidence.length > 0 && h("span", {}, `${words.t("tie.evidence")} ${tie.evidence.join(", ")}`),
          h("small", { class: "rule" }, tie.rule),
        ),
        h(
          "span",
          { class: "acts" },
          commandButton(desk, words.t("tie.confirm"), confirm, {
            look: "act",
            focus: `confirm-${key}`,
            ...(current ? { key: "C" } : {}),
          }),
          formButton(desk, slot, words.t("tie.reject"), {
            key,
            needs: { command: "reject_tie" },
            focus: `reject-${key}`,
            ...(current ? { shortcut: "X" } : {}),
            make: () => rejection(desk, incident.id, tie),
          }),
        ),
      ),
    );
    const form = slot.at(key);
    if (form !== null) card.append(form);
    return card;
  }

  /** The first of its incident says which one that is. @param {AskedTie} asked */
  #leads({ incident, tie }) {
    return this.asked.find((other) => other.incident.id === incident.id)?.tie.id === tie.id;
  }

  /** @param {string} tie */
  #mark(tie) {
    if (tie === this.current) return;
    this.current = tie;
    this.draw();
  }

  /** @param {number} by */
  #step(by) {
    const next = this.asked[Math.max(0, Math.min(this.asked.length - 1, this.#at() + by))];
    if (next === undefined) return;
    this.#mark(keyOf(next));
    this.#focus();
  }

  #at() {
    return this.asked.findIndex((asked) => keyOf(asked) === this.current);
  }

  #focus() {
    const card = this.list.querySelector("[aria-current]");
    if (card instanceof HTMLElement) card.focus();
    else this.box.focus();
  }

  /** @param {"confirm" | "reject"} act */
  #press(act) {
    const button = this.list.querySelector(`[aria-current] [data-focus^="${act}-"]`);
    if (button instanceof HTMLButtonElement && !button.disabled) button.click();
  }
}

/** The id of a tie is its own within its incident only. @param {AskedTie} asked */
const keyOf = ({ incident, tie }) => `${incident.id} ${tie.id}`;
