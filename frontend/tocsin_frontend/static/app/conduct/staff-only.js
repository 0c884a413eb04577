// @ts-check
/** Who acts in a capacity that does not lead or observe is told so, and may change with one click. */

import { fill, h } from "../dom.js";

/** @import { Desk } from "../desk.js" */
/** @import { ConductLink } from "./link.js" */

export class StaffOnly {
  /** @param {Desk} desk @param {ConductLink} link @param {string} capacity that the page is for @param {string} right that it needs */
  constructor(desk, link, capacity, right) {
    this.desk = desk;
    this.link = link;
    this.capacity = capacity;
    this.right = right;
    this.box = h("div", { class: "staff-only", role: "status" });
    /** @type {unknown[]} */
    this.shown = [];
  }

  get isKept() {
    return this.desk.tables.roles !== null && this.desk.access.may(this.right) !== "yes";
  }

  draw() {
    const { access, words, tables } = this.desk;
    const parts = [access.capacity, words.language, tables.edition, this.link.trouble];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    document.documentElement.classList.toggle("not-staff", this.isKept);
    const names = { capacity: access.name(access.capacity), other: access.name(this.capacity) };
    const away = this.link.trouble === "away";
    this.box.hidden = !this.isKept && !away;
    fill(
      this.box,
      this.isKept && h("p", {}, words.t("conduct.staff_only", names)),
      this.isKept &&
        h(
          "button",
          { type: "button", class: "button act", onclick: () => access.choose(this.capacity) },
          words.t("conduct.act_as", names),
        ),
      !this.isKept && away && h("p", { class: "field-error" }, words.t("page.no_answer")),
    );
  }
}
