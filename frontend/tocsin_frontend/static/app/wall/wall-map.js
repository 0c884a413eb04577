// @ts-check
/**
 * The map of a wall: what is open and at least moderate, zones, drawings, tracks. The same layers as
 * at a desk, enlarged as a whole so that signs and names are legible from afar.
 */

import { nameable } from "./naming.js";
import { directed, isOnWall, wallIncidents } from "./on-show.js";
import { CLOSEST_ZOOM, mayMove, viewFor } from "./view.js";

/** @import { Group } from "../layers/clustering.js" */
/** @import { MapPage } from "../map-page.js" */

const FARTHEST_ZOOM = 8; // a small wall far away still shows the whole Region
const SIGN_PX = 44; // nearer ones stand together
const MARGIN_PX = 48; // room for a sign at the edge …
const MARGIN = 0.15; // … of a map that is not tiny
const ON_WALLS = ["municipalities", "tracks"];
const DRAWINGS = "drawings_of.";

export class WallMap {
  /** @param {MapPage} page */
  constructor({ desk, map, layers, region }) {
    this.desk = desk;
    this.map = map;
    this.region = region;
    this.shown = "";
    this.movedAt = -Infinity;
    layers.show([...ON_WALLS, ...layers.shown().filter((name) => name.startsWith(DRAWINGS))]);
    layers.incidents.shows = isOnWall;
    layers.incidents.reach = () => SIGN_PX;
    layers.incidents.alone = () => false; // a cluster has the sign of its worst
    layers.incidents.named = ({ id }) => this.#named(layers.incidents.groups).has(id);
    /** @type {Group[]} */
    this.groups = [];
    /** @type {Set<string>} */
    this.names = new Set();
    map.setMinZoom(FARTHEST_ZOOM);
    map.dragging.disable();
    map.keyboard.disable();
    map.scrollWheelZoom.disable();
    map.doubleClickZoom.disable();
    map.boxZoom.disable();
    map.on("resize", () => (this.shown = ""));
  }

  /** @param {Group[]} groups */
  #named(groups) {
    if (groups !== this.groups) {
      this.groups = groups;
      this.names = nameable(groups);
    }
    return this.names;
  }

  draw() {
    const { store } = this.desk;
    if (!store.known) return;
    const wall = directed(store.picture, "a");
    const view = viewFor(wall, wallIncidents(store.picture.incidents, wall?.incident ?? null));
    const wanted = JSON.stringify(view);
    const since = performance.now() - this.movedAt;
    const people = wall !== undefined && (wall.view !== null || wall.incident !== null);
    const first = this.shown === "";
    if (!first && !mayMove(wanted, this.shown, people, since)) return;
    this.shown = wanted;
    this.movedAt = performance.now();
    this.#look(view, first);
  }

  tick() {
    this.draw(); // what had to wait for calm
  }

  /** @param {import("./view.js").View} view @param {boolean} first */
  #look(view, first) {
    const { map } = this;
    const animate = !first && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    const size = map.getSize();
    const margin = Math.min(MARGIN_PX, Math.min(size.x, size.y) * MARGIN);
    const padding = /** @type {L.PointExpression} */ ([margin, margin]);
    if (view.kind === "at") map.setView(view.at, view.zoom, { animate });
    else if (view.kind === "region") map.fitBounds(this.region, { animate });
    else map.fitBounds(L.latLngBounds(view.points), { padding, maxZoom: CLOSEST_ZOOM, animate });
  }
}
