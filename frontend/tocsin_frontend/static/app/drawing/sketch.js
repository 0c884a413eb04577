// @ts-check
/** What is being drawn, before it is: shown as it will look, with the pointer as one way to give it. */

import { giveHandles, loadGeoman, trace } from "./geoman.js";
import { placesOf } from "./shapes.js";

/** @import { Drawn, DrawingLayer } from "../layers/drawing-layer.js" */
/** @import { Shape } from "./kinds.js" */
/** @import { Traced } from "./geoman.js" */
/** @import { Place } from "./shapes.js" */

const CLOSE_ENOUGH = 16; // no nearer than this zoom goes to what was drawn
const MARGIN_PX = 50;
const STACKED_PX = 900; // narrower screens stack their panels

/**
 * @typedef {object} Sketching
 * @property {Shape} shape
 * @property {(traced: Traced) => void} traced by the pointer, wholly or again
 * @property {(places: Place[]) => void} growing
 */

/** The handles are for the pointer; the form says the same to everybody else. @param {L.LayerEvent} event */
function pointerOnly({ layer }) {
  const icon = layer instanceof L.Marker ? layer.getElement() : undefined;
  if (!icon?.classList.contains("marker-icon")) return;
  icon.removeAttribute("tabindex");
  icon.removeAttribute("role");
  icon.setAttribute("aria-hidden", "true");
}

export class Sketch {
  /** @param {L.Map} map @param {DrawingLayer} layer @param {string} staticUrl */
  constructor(map, layer, staticUrl) {
    this.map = map;
    this.layer = layer;
    this.staticUrl = staticUrl;
    /** @type {Sketching | null} */
    this.how = null;
    /** @type {L.LayerGroup | null} */
    this.shown = null;
    /** @type {L.Layer | null} */
    this.handles = null;
    this.placing = (/** @type {L.LeafletMouseEvent} */ { latlng }) =>
      this.how?.traced({ places: [{ lat: latlng.lat, lon: latlng.lng }], radius_m: null });
    this.stopTracing = () => {};
    this.moving = false;
  }

  /** @param {Sketching} how @param {Drawn | null} drawn what there is of it already */
  async start(how, drawn) {
    this.stop();
    this.how = how;
    this.map.getContainer().classList.add("sketching");
    this.map.doubleClickZoom.disable();
    this.map.on("layeradd", pointerOnly);
    if (how.shape === "place") {
      this.map.on("click", this.placing);
      if (drawn !== null) this.show(drawn);
      return;
    }
    try {
      await loadGeoman(this.staticUrl, this.map);
    } catch {
      return; // the fields are there
    }
    if (this.how !== how) return;
    if (drawn === null) this.#trace(how, how.shape);
    else this.show(drawn);
  }

  /** @param {Sketching} how @param {Exclude<Shape, "place">} shape */
  #trace(how, shape) {
    const done = (/** @type {Traced} */ traced) => {
      this.stopTracing();
      how.traced(traced);
    };
    const stop = trace(this.map, shape, done, how.growing);
    this.stopTracing = () => {
      this.stopTracing = () => {};
      stop();
    };
  }

  /** As it would look now; null where the fields do not say it yet. @param {Drawn | null} drawn */
  show(drawn) {
    this.shown?.remove();
    this.shown = null;
    if (!this.moving) this.#dropHandles();
    if (drawn === null || this.how === null) return;
    this.shown = this.layer.look(drawn).addTo(this.map);
    this.stopTracing();
    if (!this.moving && this.map.pm !== undefined && this.how.shape !== "place") this.#handle(drawn);
  }

  /** @param {Drawn} drawn */
  #handle(drawn) {
    const points = placesOf(drawn.geometry).map(({ lat, lon }) => L.latLng(lat, lon));
    const first = points[0];
    if (first === undefined) return;
    const style = { className: "sketch-handles", fill: false, pmIgnore: false };
    const layer =
      drawn.geometry.type === "Point"
        ? L.circle(first, { ...style, radius: drawn.radius_m ?? 0 })
        : drawn.geometry.type === "Polygon"
          ? L.polygon(points, style)
          : L.polyline(points, style);
    this.handles = layer.addTo(this.map);
    giveHandles(layer, (traced) => {
      this.moving = true;
      this.how?.traced(traced);
      this.moving = false;
    });
  }

  /** Into view, beside what covers the map on both sides. @param {Drawn} drawn @param {HTMLElement} panel */
  lookAt(drawn, panel) {
    const wide = innerWidth > STACKED_PX;
    const right = wide ? document.querySelector("#sheet:not([hidden]), #hit:not([hidden])") : null;
    this.map.fitBounds(this.layer.boundsOf(drawn), {
      paddingTopLeft: [MARGIN_PX + (wide ? panel.offsetWidth : 0), MARGIN_PX],
      paddingBottomRight: [MARGIN_PX + (right?.clientWidth ?? 0), MARGIN_PX],
      maxZoom: CLOSE_ENOUGH,
      animate: false,
    });
  }

  #dropHandles() {
    this.handles?.remove();
    this.handles = null;
  }

  stop() {
    if (this.how === null) return;
    this.how = null;
    this.map.off("click", this.placing);
    this.stopTracing();
    this.show(null);
    this.map.doubleClickZoom.enable();
    this.map.off("layeradd", pointerOnly);
    this.map.getContainer().classList.remove("sketching");
  }
}
