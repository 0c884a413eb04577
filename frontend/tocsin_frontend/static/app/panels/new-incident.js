// @ts-check
/** Opening an incident by hand (`I`): a call that only a person heard, or a room without sources. */

import { byId, fill, h } from "../dom.js";
import { FormSlot } from "../forms.js";

/** @import { Form } from "../forms.js" */
/** @import { MapPage } from "../map-page.js" */

const KEY = "new-incident";
const DECIMALS = 6;

export class NewIncident {
  /** @param {MapPage} page */
  constructor({ desk, map }) {
    this.desk = desk;
    this.map = map;
    this.opener = byId("new-incident");
    this.slot = new FormSlot(desk, () => this.draw());
    this.slot.hold(KEY, byId("new-incident-form"));
    this.said = "";
    this.opener.setAttribute("data-focus", KEY);
    this.opener.addEventListener("click", () => this.#open());
    desk.keys.add({ key: "i", says: "keys.new_incident", act: () => this.#open() });
  }

  draw() {
    const { words, access } = this.desk;
    const may = access.mayGive({ command: "open_incident" });
    this.opener.hidden = may === "no";
    this.slot.draw();
    const said = words.t(may === "propose" ? "incident.propose_new" : "incident.new");
    if (said === this.said) return;
    this.said = said;
    fill(this.opener, said, h("kbd", { "aria-hidden": "true" }, "I"));
    this.opener.title = words.t("keys.new_incident");
  }

  #open() {
    if (!this.opener.hidden) this.slot.open(KEY, () => this.#form(), KEY);
  }

  /** @returns {Form} */
  #form() {
    const { words, names } = this.desk;
    return {
      title: words.t("incident.new_title"),
      send: words.t("incident.open"),
      fields: [
        { name: "type", kind: "choice", label: words.t("field.type"), required: true, options: names.typeChoices() },
        { name: "headline", kind: "line", label: words.t("field.headline"), required: true },
        { name: "where", kind: "line", label: words.t("field.where"), hint: words.t("field.where_hint") },
        {
          name: "middle",
          kind: "checks",
          label: words.t("field.position"),
          options: [{ value: "yes", text: words.t("field.middle") }],
        },
      ],
      missing: ({ where, middle }) => (where === null && middle.length === 0 ? "where" : null),
      commands: ({ type, headline, where, middle }) => ({
        command: "open_incident",
        type,
        headline,
        where,
        ...(middle.length > 0 ? this.#middle() : {}),
      }),
    };
  }

  #middle() {
    const { lat, lng } = this.map.getCenter();
    return { lat: Number(lat.toFixed(DECIMALS)), lon: Number(lng.toFixed(DECIMALS)) };
  }
}
