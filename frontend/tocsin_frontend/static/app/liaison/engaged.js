// @ts-check
/** Open incidents, those with police first; a click brings one into view and chooses it. */

import { byId, h, KeyedChildren } from "../dom.js";
import { isOpen } from "../evolve.js";
import { common } from "../panels/sheet/section.js";
import { permalink } from "../permalink.js";
import { placeOf } from "../places.js";
import { incidentSign } from "../symbols.js";
import { DISCIPLINE } from "./police.js";

/** @import { Desk } from "../desk.js" */
/** @import { Incident } from "../../../../types/wire" */

export class Engaged {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.rows = new KeyedChildren(byId("engaged-list"), {
      key: (/** @type {Incident} */ incident) => incident.id,
      parts: (incident) => [incident, desk.store.selected === incident.id, ...common(desk)],
      build: (incident) => this.#row(incident),
    });
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { store } = this.desk;
    const parts = [store.picture.incidents, store.selected, ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const here = (/** @type {Incident} */ incident) => Number(incident.disciplines.includes(DISCIPLINE));
    const open = Object.values(store.picture.incidents).filter(isOpen);
    this.rows.show(open.sort((a, b) => here(b) - here(a) || b.severity - a.severity || (a.id < b.id ? 1 : -1)));
  }

  /** @param {Incident} incident */
  #row(incident) {
    const { words, names, store, settings, choose } = this.desk;
    const chosen = store.selected === incident.id;
    return h(
      "li",
      { class: "engaged-row" },
      h(
        "button",
        {
          type: "button",
          class: "engaged-choose",
          "data-focus": `incident-${incident.id}`,
          "aria-pressed": String(chosen),
          onclick: () => choose(chosen ? null : incident.id),
        },
        incidentSign(this.desk, incident, { size: 36 }),
        h(
          "span",
          {},
          h("strong", {}, names.type(incident.type)),
          h("span", { class: "visually-hidden" }, ` ${words.name("severity.", String(incident.severity))}`),
          h("span", { class: "row-place" }, placeOf(words, incident)),
          h(
            "span",
            { class: "row-foot" },
            h("span", { class: "id" }, incident.id),
            incident.disciplines.includes(DISCIPLINE) && h("span", { class: "badge" }, DISCIPLINE),
          ),
        ),
      ),
      h(
        "a",
        { class: "button", href: permalink(settings.realm, { incident: incident.id }), "aria-label": `${words.t("liaison.open_room")} – ${incident.id}` },
        words.t("liaison.open_room"),
      ),
    );
  }
}
