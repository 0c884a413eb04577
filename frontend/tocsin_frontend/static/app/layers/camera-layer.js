// @ts-check
/** Cameras on the map: a shape for each of four states, and which way they look. */

import { h } from "../dom.js";
import { cameraSymbol } from "../symbols.js";

/** @import { Desk } from "../desk.js" */
/** @import { CameraView } from "../../../../types/wire" */
/** @import { CameraCondition } from "../cameras/register.js" */

const SIZE = 24;

export class CameraLayer {
  /** @param {L.Map} map @param {Desk} desk @param {(camera: string) => void} open */
  constructor(map, desk, open) {
    this.desk = desk;
    this.open = open;
    this.layer = L.layerGroup().addTo(map);
    /** @type {Map<string, {look: string, marker: L.Marker}>} */
    this.drawn = new Map();
    /** @type {unknown[]} */
    this.parts = [];
  }

  draw() {
    const { cameras, store, words } = this.desk;
    const { picture } = store;
    const parts = [cameras.edition, picture.cameras, picture.sources, words.language];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    for (const [id, { marker }] of this.drawn) {
      if (cameras.get(id) !== undefined) continue;
      marker.remove();
      this.drawn.delete(id);
    }
    for (const camera of cameras.cameras.values()) this.#place(camera, cameras.condition(camera.id));
  }

  /** @param {CameraView} camera @param {CameraCondition} condition */
  #place(camera, condition) {
    const { words } = this.desk;
    const title = `${words.of(camera.name)} · ${words.name("camera_state.", condition.word)}`;
    const look = `${condition.kind} ${title} ${camera.lat} ${camera.lon} ${camera.heading_deg}`;
    const before = this.drawn.get(camera.id);
    if (before?.look === look) return;
    before?.marker.remove();
    const html = h(
      "div",
      { class: `camera-pin ${condition.kind}`, "data-camera": camera.id },
      cameraSymbol(condition.kind, SIZE, camera.heading_deg),
    );
    const marker = L.marker([camera.lat, camera.lon], {
      icon: L.divIcon({ html, className: "pin-box", iconSize: [SIZE, SIZE] }),
      keyboard: false, // the strip and the page of cameras give the same by keyboard
      title,
      zIndexOffset: -2000,
    });
    marker.on("click", () => this.open(camera.id));
    this.layer.addLayer(marker);
    this.drawn.set(camera.id, { look, marker });
  }
}
