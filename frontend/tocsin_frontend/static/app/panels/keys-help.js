// @ts-check
/** All keys of this page, from their own table; printable, and where single letters are switched off. */

import { byId, fill, h } from "../dom.js";

/** @import { Desk } from "../desk.js" */

/** Keys that parts take where they are, besides those of the table. */
const ELSEWHERE = [
  { keys: ["↑", "↓"], says: "keys.list" },
  { keys: ["keys.enter_key"], says: "keys.enter" },
];
const NAMES = /** @type {Record<string, string>} */ ({ Escape: "keys.escape" });

export class KeysHelp {
  /** @param {Desk} desk @param {typeof ELSEWHERE} [elsewhere] */
  constructor(desk, elsewhere = ELSEWHERE) {
    this.desk = desk;
    this.elsewhere = elsewhere;
    this.box = /** @type {HTMLDialogElement} */ (byId("keys-help"));
    this.single = /** @type {HTMLInputElement} */ (byId("keys-single"));
    /** @type {HTMLElement | null} */
    this.opener = null;
    /** @type {unknown[]} */
    this.shown = [];
    desk.keys.add({ key: "?", says: "keys.help", act: () => this.toggle(), looks: true });
    byId("keys-open").addEventListener("click", () => this.toggle());
    byId("keys-close").addEventListener("click", () => this.close());
    byId("keys-print").addEventListener("click", () => this.#print());
    this.single.checked = desk.keys.single;
    this.single.addEventListener("change", () => desk.keys.allowSingle(this.single.checked));
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  toggle() {
    if (this.box.open) return this.close();
    this.opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.box.show();
    this.draw();
    byId("keys-help-title").focus();
  }

  close() {
    this.box.close();
    this.opener?.focus();
  }

  draw() {
    const { words, keys } = this.desk;
    const parts = [words.language, keys.table.size, this.box.open];
    if (!this.box.open || parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const own = [...keys.table.values()].map(({ key, says }) => ({ keys: [NAMES[key] ?? key.toUpperCase()], says }));
    fill(
      byId("keys-table"),
      [...this.elsewhere, ...own].map(({ keys: those, says }) =>
        h(
          "div",
          {},
          h("dt", {}, those.map((key) => h("kbd", {}, words.has(key) ? words.t(key) : key))),
          h("dd", {}, words.t(says)),
        ),
      ),
    );
  }

  #print() {
    const root = document.documentElement;
    root.classList.add("printing-keys");
    window.print();
    root.classList.remove("printing-keys");
  }
}
