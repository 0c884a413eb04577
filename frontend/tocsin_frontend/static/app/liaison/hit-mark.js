// @ts-check
/** The hit that is looked at, on the map: a ring, and which way it went. */

import { h, svg } from "../dom.js";

/** @import { Shown } from "../../../../types/wire" */

const SIZE = 56;

export class HitMark {
  /** @param {L.Map} map @param {() => Shown | undefined} chosen */
  constructor(map, chosen) {
    this.map = map;
    this.chosen = chosen;
    /** @type {Shown | undefined} */
    this.shown = undefined;
    /** @type {L.Marker | null} */
    this.marker = null;
  }

  draw() {
    const hit = this.chosen();
    if (hit === this.shown) return;
    this.shown = hit;
    this.marker?.remove();
    this.marker = null;
    if (hit === undefined || hit.lat === null || hit.lon === null) return;
    const heading = hit.facts["heading_deg"];
    const arrow = svg("path", { d: "M28 2 34 12H22Z", class: "course-arrow" });
    if (typeof heading === "number") arrow.setAttribute("transform", `rotate(${heading} 28 28)`);
    const ring = svg("circle", { cx: 28, cy: 28, r: 15, class: "hit-ring" });
    const signs = typeof heading === "number" ? [ring, arrow] : [ring];
    const html = h("div", {}, svg("svg", { viewBox: "0 0 56 56", width: SIZE, height: SIZE, "aria-hidden": "true" }, ...signs));
    const icon = L.divIcon({ html, className: "hit-mark", iconSize: [SIZE, SIZE] });
    this.marker = L.marker([hit.lat, hit.lon], { icon, interactive: false, keyboard: false }).addTo(this.map);
  }
}
