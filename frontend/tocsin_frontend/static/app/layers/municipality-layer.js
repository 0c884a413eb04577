// @ts-check
/** The nineteen municipalities: thin lines, and both names while the view is wide. */

import { h } from "../dom.js";
import { areaLines } from "./area-layer.js";

const NAMED_BELOW_ZOOM = 13.5; // closer in, the basemap names them among the streets
const GAP_PX = 4;

/** @param {L.Map} map @param {GeoJSON.FeatureCollection} areas */
export function municipalityLayer(map, areas) {
  return L.layerGroup([areaLines(map, areas, "area-line municipality"), new MunicipalityNames(areas)]);
}

class MunicipalityNames extends L.Layer {
  /** @param {GeoJSON.FeatureCollection} areas */
  constructor(areas) {
    super();
    this.names = areas.features.map(({ properties }) => {
      const { name_fr: fr, name_nl: nl, label } = /** @type {any} */ (properties);
      const element = h(
        "div",
        { class: "area-name", "aria-hidden": "true" },
        h("span", {}, fr),
        fr !== nl && h("span", {}, nl),
      );
      return { at: L.latLng(label[1], label[0]), element, width: 0, height: 0 };
    });
  }

  /** @param {L.Map} map */
  onAdd(map) {
    if (!map.getPane("names")) {
      const pane = map.createPane("names");
      pane.style.zIndex = "270";
      pane.style.pointerEvents = "none";
    }
    for (const name of this.names) {
      map.getPane("names")?.append(name.element);
      name.width = name.element.offsetWidth;
      name.height = name.element.offsetHeight;
    }
    map.on("zoomstart", this.hide, this);
    map.on("zoomend viewreset", this.place, this);
    this.place();
    return this;
  }

  /** @param {L.Map} map */
  onRemove(map) {
    map.off("zoomstart", this.hide, this);
    map.off("zoomend viewreset", this.place, this);
    for (const { element } of this.names) element.remove();
    return this;
  }

  hide() {
    for (const { element } of this.names) element.hidden = true;
  }

  /** Names that would lie on each other: the first one stays. */
  place() {
    const wide = this._map.getZoom() < NAMED_BELOW_ZOOM;
    /** @type {L.Bounds[]} */
    const taken = [];
    for (const { at, element, width, height } of this.names) {
      const middle = this._map.latLngToLayerPoint(at);
      const half = L.point(width / 2 + GAP_PX, height / 2);
      const box = L.bounds(middle.subtract(half), middle.add(half));
      const free = wide && !taken.some((other) => other.overlaps(box));
      element.hidden = !free;
      if (!free) continue;
      taken.push(box);
      L.DomUtil.setPosition(element, middle.subtract([width / 2, height / 2]).round());
    }
  }
}
