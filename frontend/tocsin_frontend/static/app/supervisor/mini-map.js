// @ts-check
/** A small map of the Region: its incidents, and the frame of what a wall shows. */

import { svg } from "../dom.js";
import { isOpen } from "../evolve.js";
import { boxOf, groundOf } from "./wall-views.js";

/** @import { Incident } from "../../../../types/wire" */
/** @import { View } from "./wall-views.js" */

const WIDTH = 320;
const GRAVE = 3;

export class MiniMap {
  /** @param {GeoJSON.FeatureCollection} region @param {GeoJSON.FeatureCollection} municipalities */
  constructor(region, municipalities) {
    const [whole] = region.features;
    const { south, west, north, east } = boxOf(/** @type {GeoJSON.Feature} */ (whole).geometry);
    const margin = 0.012;
    const scale = WIDTH / (east - west + 2 * margin);
    const flat = scale / Math.cos((((south + north) / 2) * Math.PI) / 180);
    this.height = (north - south + 2 * margin) * flat;
    /** @type {(lon: number, lat: number) => [number, number]} */
    this.at = (lon, lat) => [(lon - west + margin) * scale, (north + margin - lat) * flat];
    this.land = svg("path", { d: this.#path(region), class: "mini-region" });
    this.lines = svg("path", { d: this.#path(municipalities), class: "mini-lines" });
  }

  /**
   * @param {Iterable<Incident>} incidents
   * @param {View | null} view
   * @param {string | null} chosen incident
   */
  draw(incidents, view, chosen) {
    const marks = [...incidents]
      .filter((incident) => isOpen(incident) && incident.lat !== null && incident.lon !== null)
      .sort((a, b) => a.severity - b.severity)
      .map((incident) => this.#mark(incident, incident.id === chosen));
    return svg(
      "svg",
      {
        viewBox: `0 0 ${WIDTH} ${this.height.toFixed(0)}`,
        class: "mini-map",
        "aria-hidden": "true",
      },
      this.land.cloneNode(),
      this.lines.cloneNode(),
      ...marks,
      ...(view === null ? [] : [this.#frame(view)]),
    );
  }

  /** @param {Incident} incident @param {boolean} chosen */
  #mark({ lat, lon, severity }, chosen) {
    const [cx, cy] = this.at(Number(lon), Number(lat));
    const r = severity >= GRAVE ? 6 : 4;
    const look = `mini-incident s${severity}${chosen ? " chosen" : ""}`;
    return severity >= GRAVE
      ? svg("path", { d: `M${cx} ${cy - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}Z`, class: look })
      : svg("circle", { cx, cy, r, class: look });
  }

  /** @param {View} view */
  #frame(view) {
    const { south, west, north, east } = groundOf(view);
    const [x, y] = this.at(west, north).map((n) => Math.max(1, n));
    const [right, bottom] = this.at(east, south);
    const width = Math.min(right, WIDTH - 1) - Number(x);
    const height = Math.min(bottom, this.height - 1) - Number(y);
    return svg("rect", { x: Number(x), y: Number(y), width: Math.max(4, width), height: Math.max(4, height), class: "mini-frame" });
  }

  /** @param {GeoJSON.FeatureCollection} collection */
  #path(collection) {
    const rings = collection.features.flatMap(({ geometry }) =>
      geometry.type === "Polygon"
        ? geometry.coordinates
        : geometry.type === "MultiPolygon"
          ? geometry.coordinates.flat()
          : [],
    );
    return rings
      .map((ring) => `M${ring.map(([lon, lat]) => this.at(Number(lon), Number(lat)).map((n) => n.toFixed(1)).join(" ")).join("L")}Z`)
      .join("");
  }
}
