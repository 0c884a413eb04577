// @ts-check
/**
 * What moves, in thousands. With a graphics card it glides; where there is none, or it was lost, it
 * is painted on a canvas at most five times a second.
 */

import { CanvasLayer } from "./canvas-layer.js";
import { CanvasPainter } from "./moving/canvas-painter.js";
import { GlPainter } from "./moving/gl-painter.js";
import { Marks } from "./moving/marks.js";
import { MovingObjects, STALE_AFTER_S } from "./moving/moving-objects.js";

/** @import { Shown } from "../../../../types/wire" */
/** @import { SituationStore } from "../situation-store.js" */

const SIZE = 20;
const CALM_MS = 200;
const PICK_PX = 20;
const BESIDE_PX = 140;
const NAMED_AT_MOST = 8;
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;
const OLD_AFTER_MS = 1000 * (STALE_AFTER_S.at(-1) ?? 0) + 2000;

/** @typedef {"gliding" | "canvas"} Painting */

/** What a source calls it. @param {Shown} track */
export const movingName = (track) => track.headline || (track.track ?? track.id).split("|").at(-1) || track.id;

class Surface extends CanvasLayer {
  /** @param {MovingObjectsLayer} owner */
  constructor(owner) {
    super(() => {}, "moving");
    this.owner = owner;
    /** @type {GlPainter | CanvasPainter | null} */
    this.painter = null;
    /** @type {Painting} */
    this.painting = "canvas";
    this.#open();
  }

  /** @override */
  draw() {
    if (this.settle() !== null) this.owner.paint();
  }

  #open() {
    const options = { antialias: false, depth: false, powerPreference: "low-power" };
    const gl = /** @type {WebGL2RenderingContext | null} */ (this.canvas.getContext("webgl2", options));
    if (gl === null || isSoftware(gl)) return this.#plain(gl !== null);
    this.painting = "gliding";
    this.painter = new GlPainter(gl, SIZE);
    const lost = () => {
      this.#plain(true);
      this.draw();
      this.owner.changed();
    };
    this.canvas.addEventListener("webglcontextlost", lost, { once: true });
  }

  /** @param {boolean} used a canvas keeps its kind: another one takes its place */
  #plain(used) {
    if (used) this.exchange(/** @type {HTMLCanvasElement} */ (this.canvas.cloneNode()));
    this.painting = "canvas";
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.painter = new CanvasPainter(context, SIZE);
  }
}

/** Whether the processor does the card's work: then a plain canvas costs the page less. @param {WebGL2RenderingContext} gl */
function isSoftware(gl) {
  const told = gl.getExtension("WEBGL_debug_renderer_info");
  return told !== null && SOFTWARE.test(String(gl.getParameter(told.UNMASKED_RENDERER_WEBGL)));
}

export class MovingObjectsLayer {
  /** @param {L.Map} map @param {SituationStore} store */
  constructor(map, store) {
    this.map = map;
    this.store = store;
    this.objects = new MovingObjects();
    const pane = map.createPane("moving");
    pane.style.zIndex = "440";
    pane.style.pointerEvents = "none";
    this.marks = new Marks(pane);
    /** @type {string | null} */
    this.chosen = null;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.frame = 0;
    this.paintedAt = 0;
    this.wait = 0;
    /** Something about this layer has changed: chosen, or how it is painted. */
    this.changed = () => {};
    this.layer = new Surface(this);
    this.layer.addTo(map);
    this.layer.on("remove", () => this.marks.show([]));
  }

  /** @returns {Painting} how it is drawn here */
  get painting() {
    return this.layer.painting;
  }

  get isShown() {
    return this.map.hasLayer(this.layer);
  }

  draw() {
    const glides = this.painting === "gliding" && !this.still.matches;
    if (!this.objects.take(this.store.picture.tracks, performance.now(), glides)) return;
    if (this.chosen !== null && !this.objects.places.has(this.chosen)) this.choose(null);
    this.#soon();
  }

  /** Ages go on without news. */
  tick() {
    if (this.objects.size > 0 && this.store.now() - this.objects.newest < OLD_AFTER_MS) this.#soon();
  }

  repaint() {
    this.layer.painter?.tint();
    this.#soon();
  }

  /** @param {string | null} key */
  choose(key) {
    if (key === this.chosen) return;
    this.chosen = key;
    this.#soon();
    this.changed();
  }

  /** The keys of what lies near a point of the map, nearest first. @param {L.LatLng} at @param {number} [px] @param {number} [most] */
  near(at, px = PICK_PX, most = 1) {
    if (!this.isShown) return [];
    const reach = px / this.#scale();
    return this.objects
      .nearest(this.map.project(at, 0), reach, most, performance.now())
      .map((place) => /** @type {string} */ (this.objects.shown[place]?.track));
  }

  /** What is in view, nearest to its middle first. @param {number} most */
  inView(most) {
    const size = this.map.getSize();
    return this.near(this.map.getCenter(), Math.hypot(size.x, size.y) / 2, most);
  }

  /** @param {string} key @returns {L.LatLng | null} where it is seen at this moment */
  placeOf(key) {
    const place = this.objects.places.get(key);
    if (place === undefined) return null;
    const now = performance.now();
    return this.map.unproject(L.point(this.objects.x(place, now), this.objects.y(place, now)), 0);
  }

  /** Paint what the surface shows now. */
  paint() {
    const { layer, objects } = this;
    const now = performance.now();
    this.paintedAt = now;
    const corner = layer.origin.add(layer.corner);
    const ratio = window.devicePixelRatio || 1;
    const full = L.point(layer.canvas.width / ratio, layer.canvas.height / ratio);
    layer.painter?.paint(objects, { full, ratio, scale: this.#scale(), corner }, now, this.store.now());
    this.#mark(now);
    if (this.painting === "gliding" && now < objects.glidesUntil) this.#soon();
  }

  /** Pixels for one unit of the world, as the surface lies. */
  #scale() {
    return this.map.getZoomScale(this.layer.zoom, 0);
  }

  #soon() {
    if (this.frame !== 0 || this.wait !== 0 || !this.isShown) return;
    const due = this.painting === "gliding" ? 0 : this.paintedAt + CALM_MS - performance.now();
    if (due > 0) this.wait = window.setTimeout(() => this.#request(), due);
    else this.#request();
  }

  #request() {
    this.wait = 0;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.isShown) this.paint();
    });
  }

  /** @param {number} now */
  #mark(now) {
    const { objects } = this;
    const place = this.chosen === null ? undefined : objects.places.get(this.chosen);
    if (place === undefined) return this.marks.show([]);
    const scale = this.#scale();
    const { origin } = this.layer;
    const middle = { x: objects.x(place, now), y: objects.y(place, now) };
    const beside = objects.nearest(middle, BESIDE_PX / scale, NAMED_AT_MOST, now);
    if (!beside.includes(place)) beside.unshift(place);
    this.marks.show(
      beside.map((one) => {
        const track = /** @type {Shown} */ (objects.shown[one]);
        return {
          key: track.track ?? track.id,
          name: movingName(track),
          x: Math.round(objects.x(one, now) * scale - origin.x),
          y: Math.round(objects.y(one, now) * scale - origin.y),
          chosen: one === place,
        };
      }),
    );
  }
}
