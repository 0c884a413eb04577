// @ts-check
/** In which capacity this browser acts. It says plainly that nobody has signed in. */

import { byId, fill, h } from "../dom.js";

/** @import { Desk } from "../desk.js" */

export class CapacityChooser {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.select = /** @type {HTMLSelectElement} */ (byId("capacity"));
    /** @type {unknown[]} */
    this.shown = [];
    this.select.addEventListener("change", () => desk.access.choose(this.select.value));
  }

  draw() {
    const { access, words, tables } = this.desk;
    const parts = [access.capacity, words.language, tables.edition];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    fill(
      this.select,
      access.capacities().map((capacity) => h("option", { value: capacity }, access.name(capacity))),
    );
    this.select.value = access.capacity;
  }
}
