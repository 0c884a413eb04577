// @ts-check
/** A ring around the chosen moving object, and the names of it and of those beside it. */

import { fill, h } from "../../dom.js";

/** @typedef {{key: string, name: string, x: number, y: number, chosen: boolean}} Named `x`, `y`: a layer point */

export class Marks {
  /** @param {HTMLElement} pane */
  constructor(pane) {
    this.box = h("div", { class: "moving-marks leaflet-zoom-hide", "aria-hidden": "true" });
    pane.append(this.box);
    /** @type {Map<string, HTMLElement>} */
    this.elements = new Map();
    this.said = "";
  }

  /** @param {Named[]} named */
  show(named) {
    const said = named.map(({ key, name, chosen }) => `${key}\n${name}\n${chosen}`).join("\n");
    if (said !== this.said) {
      this.said = said;
      this.elements = new Map(
        named.map(({ key, name, chosen }) => [
          key,
          h("div", { class: `moving-mark${chosen ? " chosen" : ""}` }, h("span", {}, name)),
        ]),
      );
      fill(this.box, [...this.elements.values()]);
    }
    for (const { key, x, y } of named) {
      const element = this.elements.get(key);
      if (element) L.DomUtil.setPosition(element, L.point(x, y));
    }
  }

  remove() {
    this.box.remove();
  }
}
