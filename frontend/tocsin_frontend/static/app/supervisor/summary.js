// @ts-check
/** What needs the chief of the room, in one line: how much of each, and the way to it. */

import { fill, h } from "../dom.js";
import { common } from "../panels/sheet/section.js";

/** @import { Desk } from "../desk.js" */
/** @import { Panel } from "./panel.js" */

export class Summary {
  /**
   * @param {Desk} desk
   * @param {Panel[]} panels that ask for something; drawn before this
   * @param {Panel[]} others that only tell
   */
  constructor(desk, panels, others) {
    this.desk = desk;
    this.panels = panels;
    this.others = others;
    this.title = h("h1");
    this.line = h("p", { class: "needs" });
    this.acting = h("p", { class: "quiet", hidden: true });
    const keys = h(
      "button",
      { type: "button", id: "keys-open", "aria-keyshortcuts": "?", "data-label": "keys.help", "aria-label": desk.words.t("keys.help") },
      h("kbd", { "aria-hidden": "true" }, "?"),
    );
    this.box = h("header", { class: "steer-top" }, this.title, this.line, this.acting, keys);
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { words, store, access } = this.desk;
    const parts = [...this.panels.map((panel) => panel.waiting), store.known, ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.title.textContent = words.t("page.supervisor");
    const waiting = this.panels.filter((panel) => panel.waiting > 0);
    fill(
      this.line,
      waiting.map((panel) =>
        h(
          "a",
          { href: `#${panel.name}`, class: panel.name === "late" ? "need late" : "need" },
          h("b", {}, panel.waiting),
          ` ${words.t(`needs.${panel.name}`, { n: panel.waiting })}`,
        ),
      ),
      waiting.length === 0 && store.known && h("span", { class: "quiet" }, words.t("needs.nothing")),
      this.others.map((panel) => h("a", { href: `#${panel.name}`, class: "to-part" }, words.t(panel.title))),
    );
    const proposing = access.mayGive({ command: "record_phase" }) !== "yes";
    this.acting.hidden = !proposing;
    this.acting.textContent = proposing ? words.t("needs.acting", { capacity: access.name(access.capacity) }) : "";
  }

  tick() {
    this.draw();
  }
}
