// @ts-check
/** A part of the page of the preparation: a heading, one form at a time, drawn when something changed. */

import { h } from "../dom.js";
import { FormSlot } from "../forms.js";
import { common, keepingFocus } from "../panels/sheet/section.js";

/** @import { Form } from "../forms.js" */
/** @import { PreparationLink } from "./link.js" */

export class PreparationPanel {
  /** @param {PreparationLink} link @param {string} name its id @param {string} titled the words of its heading @param {string} opens those of its button */
  constructor(link, name, titled, opens) {
    this.link = link;
    this.desk = link.desk;
    this.name = name;
    this.titled = titled;
    this.opens = opens;
    this.drawing = false;
    /** @type {unknown[]} */
    this.shown = [];
    this.title = h("h2", { id: `${name}-title` });
    this.opener = h("button", { type: "button", class: "button", "data-focus": `${name}-new` });
    this.opener.addEventListener("click", () => this.write(() => this.form(), `${name}-new`));
    this.holder = h("div", {});
    this.content = h("div", {});
    this.box = h(
      "section",
      { id: name, "aria-labelledby": `${name}-title` },
      h("header", { class: "part-head" }, this.title, this.opener),
      this.holder,
      this.content,
    );
    const { words, format } = this.desk;
    this.slot = new FormSlot({ words, format, commands: link }, () => this.draw());
    this.slot.hold(name, this.holder);
  }

  draw() {
    const { words } = this.desk;
    const parts = [this.link.edition, this.slot.key, ...common(this.desk)];
    if (this.drawing || parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.drawing = true;
    try {
      this.title.textContent = words.t(this.titled);
      this.opener.textContent = words.t(this.opens);
      this.opener.hidden = !this.link.may;
      keepingFocus(this.content, () => this.paint());
      this.slot.draw();
    } finally {
      this.drawing = false;
    }
  }

  paint() {}

  /** @returns {Form} */
  form() {
    throw new Error(`${this.name} writes nothing`);
  }

  /** @param {() => Form} make @param {string} opener */
  write(make, opener) {
    this.slot.open(this.name, make, opener);
  }
}
