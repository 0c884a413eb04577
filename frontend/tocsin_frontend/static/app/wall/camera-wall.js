// @ts-check
/** A few cameras, as many as are legible: whose they are, by which right, how old the picture is. */

import { CameraTile } from "../cameras/tile.js";
import { byId, fill, h } from "../dom.js";
import { onResize } from "./fit.js";
import { chosenCameras, directed, wallIncidents } from "./on-show.js";
import { CALM_MS } from "./view.js";

/** @import { Desk } from "../desk.js" */

const MOST = 6;
const TILE_EM = 11; // a tile narrower than this cannot carry its words
const WORDS_EM = 4.5; // what stands under a picture
const ASPECT = 9 / 16;

/** How many tiles beside and below each other. Pure. @param {number} width in em @param {number} height in em */
export function seats(width, height) {
  const columns = Math.max(1, Math.min(3, Math.floor(width / TILE_EM)));
  const tall = (width / columns) * ASPECT * 0.75 + WORDS_EM;
  const rows = Math.max(1, Math.min(columns === 3 ? 2 : 3, Math.floor(height / tall)));
  return { columns, rows, count: Math.min(MOST, columns * rows) };
}

export class CameraWall {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("wall-cameras");
    this.list = h("ul");
    this.none = h("p", { class: "wall-none", hidden: true });
    this.note = h("p", { id: "wall-note", hidden: true });
    this.box.append(this.note, this.list, this.none);
    /** @type {Map<string, CameraTile>} */
    this.tiles = new Map();
    this.shown = "";
    this.changedAt = -Infinity;
    this.seats = seats(0, 0);
    onResize(this.box, () => this.#measure());
  }

  tick() {
    this.draw(); // what had to wait for calm
    for (const tile of this.tiles.values()) tile.tick();
  }

  draw() {
    const { store, cameras, words } = this.desk;
    for (const tile of this.tiles.values()) tile.draw();
    const wall = directed(store.picture, "b");
    fill(this.note, wall?.note ?? null);
    this.note.hidden = !wall?.note;
    const [worst = null] = wallIncidents(store.picture.incidents, wall?.incident ?? null);
    const register = [...cameras.cameras.values()];
    const ids = chosenCameras(register, wall?.cameras ?? [], worst).slice(0, this.seats.count);
    this.none.hidden = ids.length > 0;
    this.list.hidden = ids.length === 0;
    const said = words.t(cameras.known ? (register.length > 0 ? "wall.no_camera" : "video.none") : "wall.waiting");
    if (this.none.textContent !== said) this.none.textContent = said;
    const wanted = JSON.stringify(ids);
    const people = (wall?.cameras.length ?? 0) > 0;
    const calm = performance.now() - this.changedAt >= CALM_MS;
    if (wanted === this.shown || !(people || calm || this.tiles.size === 0)) return;
    this.shown = wanted;
    this.changedAt = performance.now();
    this.#show(ids);
  }

  #measure() {
    const em = parseFloat(getComputedStyle(this.box).fontSize);
    this.seats = seats(this.box.clientWidth / em, this.box.clientHeight / em);
    this.changedAt = -Infinity;
    this.draw();
  }

  /** @param {string[]} ids */
  #show(ids) {
    for (const [id, tile] of this.tiles) {
      if (ids.includes(id)) continue;
      tile.close();
      tile.element.parentElement?.remove();
      this.tiles.delete(id);
    }
    const columns = Math.max(Math.ceil(Math.sqrt(ids.length)), Math.ceil(ids.length / this.seats.rows), 1);
    this.list.style.setProperty("--columns", String(columns));
    this.list.style.setProperty("--rows", String(Math.ceil(ids.length / columns)));
    for (const id of ids) {
      let tile = this.tiles.get(id);
      if (tile === undefined) {
        tile = new CameraTile(this.desk, id, { note: () => this.#owner(id) });
        this.tiles.set(id, tile);
        h("li", {}, tile.element);
      }
      this.list.append(/** @type {HTMLElement} */ (tile.element.parentElement));
    }
  }

  /** Who answers for it, and by which right it films. @param {string} id */
  #owner(id) {
    const { cameras, words } = this.desk;
    const camera = cameras.get(id);
    if (camera === undefined) return [];
    return [h("span", {}, camera.controller), h("span", {}, words.name("regime.", camera.legal_regime))];
  }
}
