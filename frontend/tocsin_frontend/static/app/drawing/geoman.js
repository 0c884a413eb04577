// @ts-check
/** Geoman behind a few verbs: trace something with the pointer, and move its corners. */

import { h } from "../dom.js";

/** @import { Shape } from "./kinds.js" */
/** @import { Place } from "./shapes.js" */

const SCRIPT = "vendor/leaflet-geoman-2.20.2/leaflet-geoman.js";

/** @typedef {{ places: Place[], radius_m: number | null }} Traced */

/** @type {Record<Exclude<Shape, "place">, string>} */
const TOOLS = { circle: "Circle", outline: "Polygon", path: "Line" };

/** @type {Promise<void> | null} */
let loading = null;

/** Only who draws needs it, so it comes when the first drawing begins. @param {string} staticUrl @param {L.Map} map */
export function loadGeoman(staticUrl, map) {
  loading ??= new Promise((resolve, reject) => {
    const script = h("script", { src: `${staticUrl}/${SCRIPT}` });
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => {
      loading = null;
      reject(new Error(`${SCRIPT} did not come`));
    });
    document.head.append(script);
  });
  return loading.then(() => {
    if (map.pm === undefined) {
      L.PM.setOptIn(true); // our own layers are none of its business
      map.options.pmIgnore = false;
      L.PM.reInitLayer(map);
    }
    map.pm?.setGlobalOptions({});
  });
}

/**
 * Have something traced on the map.
 * @param {L.Map} map @param {Exclude<Shape, "place">} shape
 * @param {(traced: Traced) => void} done
 * @param {(places: Place[]) => void} growing while the pointer moves
 * @returns {() => void} stops it
 */
export function trace(map, shape, done, growing) {
  /** @param {any} event */
  const started = ({ workingLayer }) =>
    workingLayer.on("pm:change", (/** @type {any} */ { latlngs }) => {
      if (Array.isArray(latlngs)) growing(latlngs.flat().map(toPlace));
    });
  /** @param {any} event */
  const made = ({ layer }) => {
    layer.remove();
    done(read(layer));
  };
  const stop = () => {
    map.off("pm:drawstart", started);
    map.off("pm:create", made);
    map.pm?.disableDraw();
    map.getContainer().classList.remove("tracing");
  };
  map.getContainer().classList.add("tracing");
  map.on("pm:drawstart", started);
  map.on("pm:create", made);
  map.pm?.enableDraw(TOOLS[shape], {
    tooltips: false,
    snappable: false,
    finishOn: shape === "circle" ? null : "dblclick",
    allowSelfIntersection: shape !== "outline",
    templineStyle: { className: "sketch-line" },
    hintlineStyle: { className: "sketch-hint" },
  });
  return stop;
}

/** Handles on a layer, to move its corners or its rim. @param {L.Circle | L.Polyline<any>} layer @param {(traced: Traced) => void} changed */
export function giveHandles(layer, changed) {
  L.PM.reInitLayer(layer);
  layer.pm?.enable({ snappable: false, allowSelfIntersection: !(layer instanceof L.Polygon), draggable: false });
  layer.on("pm:change", () => changed(read(layer)));
}

/** @param {L.LatLng} at @returns {Place} */
const toPlace = ({ lat, lng }) => ({ lat, lon: lng });

/** @param {L.Circle | L.Polyline<any>} layer @returns {Traced} */
function read(layer) {
  if (layer instanceof L.Circle) return { places: [toPlace(layer.getLatLng())], radius_m: layer.getRadius() };
  const corners = /** @type {L.LatLng[]} */ (layer.getLatLngs().flat(2));
  return { places: corners.map(toPlace), radius_m: null };
}
