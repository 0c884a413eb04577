// @ts-check
/**
 * Which layers the map shows, by groups, kept for this person and told in the address; and the
 * map's zoom buttons in the words of this person.
 */

import { byId, fill, h } from "../dom.js";
import { keep, kept } from "../habits.js";
import { movingSign } from "../layers/moving/shapes.js";
import { referenceSign } from "../layers/reference-signs.js";
import { place, placed } from "../permalink.js";

/** @import { Choice, Group } from "../layers/map-layers.js" */
/** @import { MapPage } from "../map-page.js" */

const KEPT = "layers";
const GROUPS = /** @type {Group[]} */ (["picture", "drawings", "reference", "areas"]);

export class LayerChooser {
  /** @param {MapPage} page */
  constructor({ map, desk, layers }) {
    this.map = map;
    this.words = desk.words;
    this.layers = layers;
    this.box = byId("layer-choices");
    this.note = h("p", { class: "layer-note", role: "status" });
    /** @type {L.Control.Zoom | null} */
    this.zoom = null;
    /** @type {string | null} */
    this.said = null;
    const asked = placed("layers")?.split(",") ?? kept(KEPT);
    if (Array.isArray(asked)) layers.show(asked);
  }

  draw() {
    const { map, words, layers } = this;
    const said = `${words.language} ${layers.moving.painting}`;
    if (this.said === said) return;
    this.said = said;
    this.zoom?.remove();
    this.zoom = L.control.zoom({
      position: "bottomright",
      zoomInTitle: words.t("map.zoom_in"),
      zoomOutTitle: words.t("map.zoom_out"),
    });
    this.zoom.addTo(map);
    fill(this.box, GROUPS.map((group) => this.#group(group)), this.note);
    this.note.textContent = layers.moving.painting === "gliding" ? "" : words.t("layers.calm");
  }

  /** @param {Group} group */
  #group(group) {
    const choices = this.layers.choices.filter((choice) => choice.group === group);
    return h(
      "fieldset",
      { class: "layer-group" },
      h("legend", {}, this.words.t(`layers.${group}`)),
      choices.map((choice) => this.#choice(choice)),
    );
  }

  /** @param {Choice} choice */
  #choice({ key, layer, set }) {
    const box = h("input", { type: "checkbox", checked: this.map.hasLayer(layer), value: key });
    box.addEventListener("change", () => {
      if (box.checked) layer.addTo(this.map);
      else layer.remove();
      const shown = this.layers.shown();
      keep(KEPT, shown);
      place({ layers: shown.join(",") });
    });
    const sign = set ? referenceSign(set) : key === "layer.tracks" ? movingSign("vehicle", 18) : null;
    return h("label", {}, box, h("span", {}, this.words.t(key)), sign);
  }
}
