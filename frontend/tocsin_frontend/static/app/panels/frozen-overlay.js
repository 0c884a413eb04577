// @ts-check
/** The screen says by itself that it is no longer live, since when and why, in both languages. */

import { byId, fill, h } from "../dom.js";

/** @import { Desk } from "../desk.js" */

export class FrozenOverlay {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("frozen");
    this.said = "";
    this.held = false;
    /** @type {Element | null} */
    this.hadFocus = null;
  }

  /** Nobody acts on a picture that has stopped. @param {boolean} frozen */
  #hold(frozen) {
    if (this.held === frozen) return;
    this.held = frozen;
    if (frozen) this.hadFocus = document.activeElement;
    for (const part of document.querySelectorAll("[data-acts]")) part.toggleAttribute("inert", frozen);
    if (!frozen && this.hadFocus instanceof HTMLElement) this.hadFocus.focus();
  }

  draw() {
    const { connection, words, format } = this.desk;
    const frozen = connection.state === "frozen";
    this.#hold(frozen);
    this.box.hidden = !frozen;
    if (!frozen) {
      this.said = "";
      return;
    }
    const time = format.clock(connection.lastMessageAt);
    const trouble = connection.trouble ?? "silent";
    const said = `${time} ${trouble} ${words.language}`;
    if (said === this.said) return;
    this.said = said;
    const languages = [...new Set(["fr", "nl", words.language])]; // the room reads both, always
    fill(
      this.box,
      h(
        "div",
        { class: "frozen-card" },
        languages.flatMap((language, i) => [
          h(
            "p",
            { class: i < 2 ? "frozen-since" : "frozen-since third", lang: language },
            words.in(language, "frozen.since", { time }),
          ),
          h("p", { class: "frozen-why", lang: language }, words.in(language, `why.${trouble}`)),
        ]),
      ),
    );
  }
}
