// @ts-check
/** One canvas over the map for many small signs; it moves with the map and is redrawn at rest. */

/**
 * @callback Paint
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {(lat: number, lon: number) => L.Point} project
 * @param {L.LatLngBounds} bounds what can be seen
 */

const MARGIN = 0.15; // of the view on each side, so that a small pan shows no empty edge

export class CanvasLayer extends L.Layer {
  /** @param {Paint} paint @param {string} pane */
  constructor(paint, pane) {
    super();
    this.options = { ...this.options, pane };
    this.paint = paint;
    this.canvas = /** @type {HTMLCanvasElement} */ (
      L.DomUtil.create("canvas", "leaflet-zoom-animated tocsin-canvas")
    );
    this.canvas.setAttribute("aria-hidden", "true");
    this.corner = L.point(0, 0);
    /** @type {L.LatLng | null} */
    this.cornerAt = null;
    this.zoom = 0;
    this.origin = L.point(0, 0);
  }

  /** @param {L.Map} map */
  onAdd(map) {
    this.getPane()?.append(this.canvas);
    map.on("viewreset moveend zoomend resize", this.draw, this);
    map.on("zoomanim", this.follow, this);
    map.on("zoom", this.#pinch, this);
    this.draw();
    return this;
  }

  /** @param {L.Map} map */
  onRemove(map) {
    map.off("viewreset moveend zoomend resize", this.draw, this);
    map.off("zoomanim", this.follow, this);
    map.off("zoom", this.#pinch, this);
    this.canvas.remove();
    return this;
  }

  /** Scale with the zoom animation; the true drawing follows at its end. @param {any} event */
  follow({ center, zoom }) {
    const map = this._map;
    if (this.cornerAt === null) return;
    const half = map.getSize().divideBy(2);
    const atContainer = map
      .project(this.cornerAt, zoom)
      .subtract(map.project(center, zoom))
      .add(half);
    const pane = L.DomUtil.getPosition(/** @type {HTMLElement} */ (map.getPane("mapPane")));
    const scale = map.getZoomScale(zoom, this.zoom);
    L.DomUtil.setTransform(this.canvas, atContainer.subtract(pane), scale);
  }

  /** Zooming without an animation: by two fingers, or on a flight. */
  #pinch() {
    this.follow({ center: this._map.getCenter(), zoom: this._map.getZoom() });
  }

  /** @param {HTMLCanvasElement} canvas in place of the one before */
  exchange(canvas) {
    this.canvas.replaceWith(canvas);
    this.canvas = canvas;
  }

  /** Lay the canvas over the view again. @returns {{full: L.Point, ratio: number} | null} its size */
  settle() {
    const map = this._map;
    if (!map) return null;
    const size = map.getSize();
    const margin = size.multiplyBy(MARGIN).round();
    const full = size.add(margin.multiplyBy(2));
    this.corner = map.containerPointToLayerPoint(margin.multiplyBy(-1)).round();
    this.cornerAt = map.layerPointToLatLng(this.corner);
    this.zoom = map.getZoom();
    this.origin = map.getPixelOrigin();
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== full.x * ratio || this.canvas.height !== full.y * ratio) {
      this.canvas.width = full.x * ratio;
      this.canvas.height = full.y * ratio;
      this.canvas.style.width = `${full.x}px`;
      this.canvas.style.height = `${full.y}px`;
    }
    L.DomUtil.setPosition(this.canvas, this.corner);
    return { full, ratio };
  }

  draw() {
    const settled = this.settle();
    const context = settled && this.canvas.getContext("2d");
    if (!context) return;
    const { full, ratio } = settled;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, full.x, full.y);
    const bounds = L.latLngBounds(
      /** @type {L.LatLng} */ (this.cornerAt),
      this._map.layerPointToLatLng(this.corner.add(full)),
    );
    this.paint(
      context,
      (lat, lon) => this._map.latLngToLayerPoint([lat, lon]).subtract(this.corner),
      bounds,
    );
  }
}
