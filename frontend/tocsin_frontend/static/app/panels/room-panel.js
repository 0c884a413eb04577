// @ts-check
/** The room itself: how far it is awake, and what was proposed that concerns no single incident. */

import { byId, fill, h, KeyedChildren } from "../dom.js";
import { FormSlot } from "../forms.js";
import { formButton } from "./buttons.js";
import { adviceCard } from "./sheet/advice.js";
import { reason } from "./sheet/act-forms.js";
import { common, keepingFocus } from "./sheet/section.js";

/** @import { Desk } from "../desk.js" */
/** @import { Form } from "../forms.js" */
/** @import { Advice } from "../../../../types/wire" */

export const AT_REST = "watch"; // until somebody says otherwise

export class RoomPanel {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.toggle = byId("room-toggle");
    this.panel = byId("room-panel");
    this.state = byId("room-state");
    this.slot = new FormSlot(desk, () => this.draw());
    this.slot.hold("room", byId("room-form"));
    this.drawing = false;
    /** @type {unknown[]} */
    this.shown = [];
    this.proposals = new KeyedChildren(byId("room-proposals"), {
      key: (/** @type {Advice} */ advice) => advice.id,
      parts: (advice) => [advice, this.slot.key === `room:${advice.id}`, ...common(desk)],
      build: (advice) => {
        const card = adviceCard(desk, this.slot, "room", advice, null);
        const form = this.slot.at(`room:${advice.id}`);
        if (form !== null) card.append(form);
        return card;
      },
    });
    this.toggle.addEventListener("click", () => this.#open(Boolean(this.panel.hidden)));
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#open(false);
      this.toggle.focus();
    });
  }

  /** @param {boolean} open */
  #open(open) {
    this.panel.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.draw();
  }

  draw() {
    if (this.drawing) return;
    const { store } = this.desk;
    const { activation, advice } = store.picture;
    const parts = [activation, advice, this.panel.hidden, this.slot.key, ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.drawing = true;
    try {
      this.#draw();
    } finally {
      this.drawing = false;
    }
  }

  #draw() {
    const { store, words, tables, format, access } = this.desk;
    const { activation } = store.picture;
    const level = activation?.level ?? AT_REST;
    const proposals = Object.values(store.picture.advice).filter(
      (advice) => advice.incident === null && advice.status === "open",
    );
    const name = tables.word(tables.room?.activation, level);
    this.toggle.className = `button room ${level}`;
    fill(
      this.toggle,
      words.t("room.toggle", { level: name }),
      proposals.length > 0 && h("span", { class: "badge ask" }, words.t("list.suggestions", { n: proposals.length })),
    );
    keepingFocus(this.state, () =>
      fill(
        this.state,
        h("h2", {}, words.t("room.title", { level: name })),
        activation &&
          h(
            "p",
            { class: "quiet" },
            words.t("axis.since", { time: format.moment(activation.since, store.now()) }),
            ` ${words.t("why.by", { by: access.who(activation.by) })}`,
          ),
        activation?.reason && h("p", { class: "note" }, activation.reason),
        h(
          "div",
          { class: "acts" },
          formButton(this.desk, this.slot, words.t("room.change"), {
            key: "room",
            needs: { command: "set_activation" },
            make: () => activationForm(this.desk, level),
          }),
        ),
      ),
    );
    this.proposals.show(proposals);
    this.slot.draw();
  }
}

/** @param {Desk} desk @param {string} level that it has now @returns {Form} */
export function activationForm(desk, level) {
  const { words, tables } = desk;
  return {
    title: words.t("room.change"),
    note: words.t("room.note"),
    send: words.t("form.save"),
    fields: [
      {
        name: "level",
        kind: "radio",
        label: words.t("field.level"),
        required: true,
        options: Object.entries(tables.room?.activation ?? {})
          .filter(([value]) => value !== level)
          .map(([value, text]) => ({ value, text: words.of(text) })),
      },
      reason(desk, true),
    ],
    commands: (values) => ({ command: "set_activation", level: values["level"], reason: values["reason"] }),
  };
}
