// @ts-check
/** What people drew on the map: one layer for each team, in the look of its kind. */

import { LETTERS, TEAMS } from "../drawing/kinds.js";
import { areaOf, between, HALF_ANGLE_DEG, lengthOf, middleOf, placeAt, placesOf, wedge } from "../drawing/shapes.js";
import { h, svg } from "../dom.js";
import { fillOf, hatches, ZONE_KINDS, zoneStyle } from "./hatches.js";

/** @import { Desk } from "../desk.js" */
/** @import { Drawing } from "../../../../types/wire" */
/** @import { Team } from "../drawing/kinds.js" */
/** @import { Place } from "../drawing/shapes.js" */

const LABEL_PX = 64; // what is smaller on the screen says its letter only

/** What a drawing looks like hangs on this much of it. @typedef {Pick<Drawing, "kind" | "geometry" | "text" | "wind_from_deg" | "radius_m">} Drawn */

export class DrawingLayer {
  /** @param {L.Map} map @param {Desk} desk */
  constructor(map, desk) {
    this.map = map;
    this.desk = desk;
    const pane = map.createPane("drawings");
    pane.style.zIndex = "415";
    this.renderer = L.svg({ pane: "drawings", padding: 0.5 });
    this.renderer.addTo(map);
    pane.querySelector("svg")?.prepend(wedgeStripes());
    hatches();
    const labels = map.createPane("drawing-labels");
    labels.style.zIndex = "590"; // under the signs of incidents
    map.on("zoomend", () => this.#fitLabels());
    this.groups = new Map(TEAMS.map((team) => [team, L.layerGroup().addTo(map)]));
    /** @type {Map<string, {drawing: Drawing, layer: L.LayerGroup}>} */
    this.drawn = new Map();
    /** @type {unknown[]} */
    this.parts = [];
    this.language = "";
    /** Under change: its preview stands for it. @type {string | null} */
    this.hidden = null;
    /** @type {string | null} */
    this.hiddenBefore = null;
  }

  /** What one team drew, to be switched. @param {Team} team */
  of(team) {
    return /** @type {L.LayerGroup} */ (this.groups.get(team));
  }

  draw() {
    const { store, words } = this.desk;
    const { drawings } = store.picture;
    const parts = [drawings, words.language, this.hidden];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    if (this.language !== words.language || this.hidden !== this.hiddenBefore) {
      for (const id of [...this.drawn.keys()]) this.#remove(id);
      this.language = words.language;
      this.hiddenBefore = this.hidden;
    }
    for (const [id, { drawing }] of this.drawn) if (drawings[id] !== drawing) this.#remove(id);
    for (const drawing of Object.values(drawings)) {
      if (this.drawn.has(drawing.id) || drawing.id === this.hidden) continue;
      const layer = this.look(drawing);
      this.of(drawing.layer).addLayer(layer);
      this.drawn.set(drawing.id, { drawing, layer });
    }
    this.#fitLabels();
  }

  /** Words of small things would lie on each other. */
  #fitLabels() {
    const { map } = this;
    const metresAPixel = map.distance(map.containerPointToLatLng([0, 0]), map.containerPointToLatLng([1, 0]));
    for (const label of map.getPane("drawing-labels")?.querySelectorAll(".drawn-label") ?? []) {
      label.classList.toggle("far", Number(label.getAttribute("data-reach")) / metresAPixel < LABEL_PX);
    }
  }

  /** @param {string} id */
  #remove(id) {
    const held = this.drawn.get(id);
    if (held === undefined) return;
    this.of(held.drawing.layer).removeLayer(held.layer);
    this.drawn.delete(id);
  }

  /** How a drawing lies on the map. @param {Drawn} drawn */
  look(drawn) {
    const { kind } = drawn;
    const places = placesOf(drawn.geometry);
    const group = L.layerGroup();
    const first = places[0];
    if (first === undefined) return group;
    const points = (/** @type {Place[]} */ list) => list.map(({ lat, lon }) => L.latLng(lat, lon));
    const style = (/** @type {string} */ part) => ({
      renderer: this.renderer,
      pane: "drawings",
      interactive: false,
      ...(isZone(kind)
        ? zoneStyle(kind)
        : { className: `drawn ${kind} ${part}`, fillOpacity: 1, fillColor: fillOf("wedge") }),
    });
    let at = first;
    if (kind === "wedge") {
      const reach = drawn.radius_m ?? 0;
      const from = drawn.wind_from_deg ?? 0;
      const tip = placeAt(first, from + 180, reach * 0.9);
      group.addLayer(L.polygon(points(wedge(first, from, reach)), style("field")));
      group.addLayer(L.polyline(points([first, tip, ...arrow(tip, from, reach)]), { ...style("wind"), fill: false }));
      group.addLayer(L.circleMarker(L.latLng(first.lat, first.lon), { ...style("source"), radius: 5 }));
      at = placeAt(first, from + 180, reach * 0.55);
    } else if (drawn.geometry.type === "Point" && drawn.radius_m !== null) {
      group.addLayer(L.circle(L.latLng(first.lat, first.lon), { ...style("field"), radius: drawn.radius_m }));
    } else if (drawn.geometry.type === "Polygon") {
      group.addLayer(L.polygon(points(places), style("field")));
      at = middleOf(places);
    } else if (drawn.geometry.type === "LineString") {
      group.addLayer(L.polyline(points(places), { ...style("halo"), fill: false }));
      group.addLayer(L.polyline(points(places), { ...style("stroke"), fill: false }));
      at = midway(places);
    }
    if (isZone(kind)) at = northOf(places, drawn.radius_m); // zones lie within each other: no letter hides one
    const label = this.#label(drawn);
    if (label === null) return group;
    const icon = L.divIcon({ html: label, className: "drawn-label-box", iconSize: [0, 0] });
    group.addLayer(L.marker(L.latLng(at.lat, at.lon), { icon, pane: "drawing-labels", interactive: false, keyboard: false }));
    return group;
  }

  /** How far it reaches. @param {Drawn} drawn */
  boundsOf(drawn) {
    const bounds = L.latLngBounds([]);
    this.look(drawn).eachLayer((/** @type {any} */ part) => {
      if (part instanceof L.Circle) bounds.extend(part.getLatLng().toBounds(part.getRadius() * 2));
      else bounds.extend(part.getBounds?.() ?? part.getLatLng());
    });
    return bounds;
  }

  /** @param {Drawn} drawn */
  #label(drawn) {
    const letter = LETTERS[drawn.kind];
    const figure = figureOf(this.desk, drawn);
    if (letter === undefined && figure === null && drawn.text === null) return null;
    return h(
      "div",
      { class: `drawn-label ${drawn.kind}`, "data-reach": Math.round(reachOf(drawn)) },
      letter && h("b", { class: "zone-letter" }, letter),
      drawn.text && h("span", { class: "said" }, drawn.text),
      figure && h("span", { class: "figure" }, figure),
    );
  }
}

const WORDS_REACH_M = 1500; // words alone are read from about as far as a quarter

/** How large it is, in metres. @param {Drawn} drawn */
function reachOf({ kind, geometry, radius_m }) {
  if (kind === "text") return WORDS_REACH_M;
  if (radius_m !== null) return 2 * radius_m;
  const places = placesOf(geometry);
  const first = /** @type {Place} */ (places[0]);
  return Math.max(...places.map((place) => between(first, place)));
}

/** What is measured on it, in words; null where nothing is. @param {Desk} desk @param {Drawn} drawn */
export function figureOf({ words, format }, drawn) {
  const places = placesOf(drawn.geometry);
  switch (drawn.kind) {
    case "wedge":
      return words.t("drawing.wedge_told", {
        from: format.number(drawn.wind_from_deg ?? 0),
        half: HALF_ANGLE_DEG,
        distance: format.distance(drawn.radius_m ?? 0),
      });
    case "distance":
      return format.distance(lengthOf(places));
    case "area":
      return format.area(areaOf(places));
    default:
      return drawn.radius_m === null ? null : words.t("drawing.radius_told", { distance: format.distance(drawn.radius_m) });
  }
}

/** @param {string} kind @returns {kind is import("./hatches.js").ZoneKind} */
const isZone = (kind) => /** @type {string[]} */ (ZONE_KINDS).includes(kind);

/** The barbs of an arrow that points downwind. @param {Place} tip @param {number} windFrom @param {number} reach @returns {Place[]} */
function arrow(tip, windFrom, reach) {
  const barb = (/** @type {number} */ turn) => placeAt(tip, windFrom + turn, reach * 0.12);
  return [barb(28), tip, barb(-28)];
}

/** The northern end of the border. @param {Place[]} places @param {number | null} radius @returns {Place} */
function northOf(places, radius) {
  const north = places.reduce((best, place) => (place.lat > best.lat ? place : best));
  return radius === null ? north : placeAt(north, 0, radius);
}

/** Half the way along. @param {Place[]} places @returns {Place} */
function midway(places) {
  let left = lengthOf(places) / 2;
  for (let i = 1; i < places.length; i++) {
    const from = /** @type {Place} */ (places[i - 1]);
    const to = /** @type {Place} */ (places[i]);
    const step = between(from, to);
    if (left <= step) {
      const part = step === 0 ? 0 : left / step;
      return { lat: from.lat + (to.lat - from.lat) * part, lon: from.lon + (to.lon - from.lon) * part };
    }
    left -= step;
  }
  return /** @type {Place} */ (places[0]);
}

/** Sparse stripes across the wind: the streets stay readable under them. */
function wedgeStripes() {
  const line = svg("path", { d: "M7 0V14", class: "wedge-stripe" });
  const how = { id: "hatch-wedge", width: 14, height: 14, patternUnits: "userSpaceOnUse", patternTransform: "rotate(-45)" };
  return svg("defs", {}, svg("pattern", how, line));
}
