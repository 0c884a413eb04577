// @ts-check
/** The legend over the map, one key away; it is built when somebody first asks for it. */

import { fill, h } from "../dom.js";
import { legendSections } from "../legend/content.js";
import { sign } from "../symbols.js";
import { keepingFocus } from "./sheet/section.js";

/** @import { MapPage } from "../map-page.js" */

export class LegendPanel {
  /** @param {MapPage} page */
  constructor({ desk, map }) {
    this.desk = desk;
    this.button = h("button", {
      type: "button",
      id: "legend-toggle",
      class: "button icon",
      "aria-expanded": "false",
      "aria-controls": "legend-panel",
      onclick: () => this.toggle(),
    });
    this.box = h("section", { id: "legend-panel", class: "popover", hidden: true });
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.toggle();
    });
    const corner = new L.Control({ position: "bottomright" });
    corner.onAdd = () => {
      const bar = h("div", { class: "leaflet-control legend-corner" }, this.button);
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    };
    corner.addTo(map);
    map.getContainer().after(this.box);
    desk.keys.add({ key: "l", says: "keys.legend", act: () => this.toggle(), looks: true });
    /** @type {unknown[]} */
    this.parts = [];
  }

  toggle() {
    this.box.hidden = !this.box.hidden;
    this.button.setAttribute("aria-expanded", String(!this.box.hidden));
    this.draw();
    (this.box.hidden ? this.button : /** @type {HTMLElement} */ (this.box.querySelector("h2"))).focus();
  }

  draw() {
    const { words, names, settings } = this.desk;
    const parts = [words.language, names.edition, this.box.hidden];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    const says = words.t("legend.open");
    fill(this.button, sign("legend", 22));
    this.button.setAttribute("aria-label", says);
    this.button.title = says;
    if (this.box.hidden) return;
    this.box.setAttribute("aria-label", words.t("legend.title"));
    const close = h(
      "button",
      {
        type: "button",
        class: "button icon",
        "aria-label": words.t("legend.close"),
        "data-focus": "close",
        onclick: () => this.toggle(),
      },
      sign("close"),
    );
    const page = h(
      "a",
      { href: `/realms/${settings.realm}/legend`, "data-focus": "page" },
      words.t("legend.page"),
    );
    keepingFocus(this.box, () =>
      fill(
        this.box,
        h("header", {}, h("h2", { tabindex: "-1", "data-focus": "title" }, words.t("legend.title")), page, close),
        h("p", {}, words.t("legend.lead")),
        legendSections(words, names.families),
      ),
    );
  }
}
