// @ts-check
/** Reference places on one canvas, each kind switched by itself; many of them together are a count. */

import { colour } from "../palette.js";
import { CanvasLayer } from "./canvas-layer.js";
import { POINT_SETS, referencePlaces } from "./reference-data.js";
import { REFERENCE_SIGNS } from "./reference-signs.js";

/** @import { Place } from "./reference-data.js" */

const SIGN_PX = 18;
const CELL_PX = 84;
const MANY = 80; // a kind with more places is counted by cells while the view is wide
const EACH_FROM_ZOOM = 14;
const PICK_PX = 20;
const AGAIN_MS = 3000;

/** Switched like any other layer; what it shows is painted by its owner. */
class ReferenceSet extends L.Layer {
  /** @param {ReferenceLayer} owner @param {string} set */
  constructor(owner, set) {
    super();
    this.owner = owner;
    this.set = set;
  }

  /** @override */
  onAdd() {
    this.owner.show(this.set);
    return this;
  }

  /** @override */
  onRemove() {
    this.owner.hide(this.set);
    return this;
  }
}

export class ReferenceLayer {
  /** @param {L.Map} map */
  constructor(map) {
    this.map = map;
    const pane = map.createPane("reference");
    pane.style.zIndex = "410";
    pane.style.pointerEvents = "none";
    /** What is switched on, as far as it has come. @type {Map<string, Place[]>} */
    this.sets = new Map();
    this.canvas = new CanvasLayer((context, project, bounds) => this.#paint(context, project, bounds), "reference");
    /** What can be chosen: signs that stand by themselves, where they were painted. @type {Place[]} */
    this.standing = [];
  }

  /** @param {string} set */
  layer(set) {
    return new ReferenceSet(this, set);
  }

  /** @param {string} set */
  async show(set) {
    this.sets.set(set, []);
    if (!this.map.hasLayer(this.canvas)) this.canvas.addTo(this.map);
    try {
      const places = await referencePlaces(set);
      if (!this.sets.has(set)) return;
      this.sets.set(set, places);
      this.canvas.draw();
    } catch {
      setTimeout(() => this.sets.get(set)?.length === 0 && this.show(set), AGAIN_MS);
    }
  }

  /** @param {string} set */
  hide(set) {
    this.sets.delete(set);
    if (this.sets.size === 0) this.canvas.remove();
    else this.canvas.draw();
  }

  repaint() {
    if (this.map.hasLayer(this.canvas)) this.canvas.draw();
  }

  /** The place nearest to a point of the map. @param {L.Point} point of its container @returns {Place | null} */
  at(point) {
    let best = null;
    let nearest = PICK_PX;
    if (!this.map.hasLayer(this.canvas)) return null;
    for (const place of this.standing) {
      const far = this.map.latLngToContainerPoint([place.lat, place.lon]).distanceTo(point);
      if (far > nearest) continue;
      nearest = far;
      best = place;
    }
    return best;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {(lat: number, lon: number) => L.Point} project
   * @param {L.LatLngBounds} bounds
   */
  #paint(context, project, bounds) {
    this.standing = [];
    context.lineJoin = "round";
    context.lineCap = "round";
    for (const places of this.sets.values()) {
      for (const place of places) if (place.paths.length > 0) outline(context, project, place);
    }
    for (const set of POINT_SETS) {
      const places = this.sets.get(set) ?? [];
      const inView = places.filter(({ lat, lon }) => bounds.contains([lat, lon]));
      const each = places.length <= MANY || this.map.getZoom() >= EACH_FROM_ZOOM;
      const cells = each ? inView.map((place) => [place]) : byCell(inView, project);
      for (const cell of cells) {
        const [first] = cell;
        if (first === undefined) continue;
        if (cell.length === 1) this.standing.push(first);
        sign(context, middleOf(cell, project), set, cell.length);
      }
    }
  }
}

/** @param {Place[]} places @param {(lat: number, lon: number) => L.Point} project @returns {Place[][]} */
function byCell(places, project) {
  /** @type {Map<string, Place[]>} */
  const cells = new Map();
  for (const place of places) {
    const { x, y } = project(place.lat, place.lon);
    const key = `${Math.floor(x / CELL_PX)} ${Math.floor(y / CELL_PX)}`;
    const cell = cells.get(key);
    if (cell) cell.push(place);
    else cells.set(key, [place]);
  }
  return [...cells.values()];
}

/** @param {Place[]} cell @param {(lat: number, lon: number) => L.Point} project */
function middleOf(cell, project) {
  const sum = cell.reduce((at, { lat, lon }) => at.add(project(lat, lon)), L.point(0, 0));
  return sum.divideBy(cell.length);
}

/** @param {CanvasRenderingContext2D} context @param {(lat: number, lon: number) => L.Point} project @param {Place} place */
function outline(context, project, { paths, closed, set }) {
  context.beginPath();
  for (const path of paths) {
    path.forEach(([lon = 0, lat = 0], i) => {
      const { x, y } = project(lat, lon);
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    if (closed) context.closePath();
  }
  context.strokeStyle = colour(closed ? "area" : "place");
  context.lineWidth = set === "tunnels" ? 4 : 1;
  context.setLineDash(set === "tunnels" ? [2, 7] : set === "neighbourhoods" ? [1, 3] : []);
  context.stroke();
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {L.Point} at @param {string} set @param {number} count */
function sign(context, { x, y }, set, count) {
  const half = SIGN_PX / 2;
  context.save();
  context.translate(Math.round(x - half), Math.round(y - half));
  context.beginPath();
  context.roundRect(-3, -3, SIGN_PX + 6, SIGN_PX + 6, 5);
  context.globalAlpha = 0.88;
  context.fillStyle = colour("panel");
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = colour("area");
  context.lineWidth = 1;
  context.stroke();
  context.scale(SIGN_PX / 24, SIGN_PX / 24);
  context.strokeStyle = colour("place");
  context.lineWidth = 2;
  context.stroke(new Path2D(REFERENCE_SIGNS[set]));
  context.restore();
  if (count > 1) countSign(context, x + half + 2, y - half - 2, count);
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} count */
function countSign(context, x, y, count) {
  context.font = '600 11px "Inter Variable", "Segoe UI", sans-serif';
  context.textAlign = "center";
  context.textBaseline = "middle";
  const wide = Math.max(16, context.measureText(String(count)).width + 8);
  context.beginPath();
  context.roundRect(x - wide / 2, y - 8, wide, 16, 8);
  context.fillStyle = colour("raised");
  context.fill();
  context.fillStyle = colour("text");
  context.fillText(String(count), x, y + 0.5);
}
