// @ts-check
/**
 * Incidents on the map: their sign and their outline. Where many stand in one place they share a
 * sign with the worst severity and their number; only what can be seen has an element, so that
 * thousands stay fluid.
 */

import { isOpen } from "../evolve.js";
import { grouped, reachFor } from "./clustering.js";
import { fillOf, hatches } from "./hatches.js";
import { clusterPin, iconOf, incidentPin } from "./incident-pins.js";
import { oneTabStop } from "./one-tab-stop.js";

/** @import { Desk } from "../desk.js" */
/** @import { Incident } from "../../../../types/wire" */
/** @import { Group, Spot } from "./clustering.js" */
/** @import { Pin } from "./incident-pins.js" */

const MARGIN = 0.1; // of the view on each side has its signs too
const NEAREST_ZOOM = 17.4; // a cluster that is one even here opens its worst incident
const GRAVEST = 4;

export class IncidentLayer {
  /** @param {L.Map} map @param {Desk} desk */
  constructor(map, desk) {
    this.map = map;
    this.desk = desk;
    /** Which incidents lie on this map. @type {(incident: Incident) => boolean} */
    this.shows = () => true;
    /** Which join no cluster: their own sign is always seen. @type {(incident: Incident, over: boolean) => boolean} */
    this.alone = ({ id, severity }, over) => id === desk.store.selected || (severity === GRAVEST && !over);
    /** How near is together, in pixels. @type {(count: number) => number} */
    this.reach = reachFor;
    /** Which have their number under their sign. @type {(incident: Incident) => boolean} */
    this.named = (incident) => incident.id === desk.store.selected;
    /** @type {Map<string, {look: string, marker: L.Marker}>} */
    this.pins = new Map();
    /** @type {Map<string, {incident: Incident, chosen: boolean, layer: L.Layer}>} */
    this.outlines = new Map();
    /** Places at zoom 0, kept while an incident stays where it is. @type {Map<string, {lat: number, lon: number, at: L.Point}>} */
    this.places = new Map();
    /** @type {Group[]} */
    this.groups = [];
    this.groupedAt = Number.NaN; // the zoom of the groups
    /** @type {unknown[]} */
    this.parts = [];
    this.renderer = L.svg({ pane: "outlines", padding: 0.5 });
    this.renderer.addTo(map);
    hatches();
    oneTabStop(/** @type {HTMLElement} */ (map.getPane("markerPane")), ".cluster");
    map.on("moveend", () => this.#show());
  }

  draw() {
    const { store, names, words } = this.desk;
    const parts = [store.picture.incidents, store.selected, names.edition, words.language];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    this.groupedAt = Number.NaN;
    this.#show();
  }

  /** What the view holds, and no more. */
  #show() {
    const { store } = this.desk;
    const { incidents } = store.picture;
    const zoom = this.map.getZoom();
    if (this.groupedAt !== zoom) {
      const spots = this.#spots(zoom);
      this.groups = grouped(spots, this.reach(spots.length));
      this.groupedAt = zoom;
    }
    const { min, max } = this.#view();
    /** @type {Set<string>} */
    const seen = new Set();
    /** @type {Set<string>} */
    const outlined = new Set();
    for (const group of this.groups) {
      const { leader, members } = group;
      const incident = incidents[leader.id];
      if (incident === undefined) continue;
      const own = leader.alone || members.length === 1;
      const chosen = leader.id === store.selected;
      if (own && incident.outline !== null && !leader.over) {
        outlined.add(leader.id);
        this.#outline(incident, chosen);
      }
      if (leader.x < min.x || leader.x > max.x || leader.y < min.y || leader.y > max.y) continue;
      const key = own ? leader.id : `+${leader.id}`;
      seen.add(key);
      const open = () => this.#open(leader.id);
      const pin = own
        ? incidentPin(this.desk, incident, chosen, this.named(incident), members.length - 1, open)
        : clusterPin(this.desk, group, open);
      this.#place(key, pin, incident, leader, chosen);
    }
    sweep(this.pins, seen, ({ marker }) => marker.remove());
    sweep(this.outlines, outlined, ({ layer }) => layer.remove());
  }

  /** @param {number} zoom @returns {Spot[]} */
  #spots(zoom) {
    const { store } = this.desk;
    const scale = 2 ** zoom;
    /** @type {Spot[]} */
    const spots = [];
    const incidents = Object.values(store.picture.incidents);
    if (this.places.size > incidents.length + 500) this.places.clear();
    for (const incident of incidents) {
      const { id, lat, lon, severity } = incident;
      if (lat === null || lon === null || incident.state === "duplicate" || !this.shows(incident)) continue;
      let place = this.places.get(id);
      if (place === undefined || place.lat !== lat || place.lon !== lon) {
        place = { lat, lon, at: this.map.project([lat, lon], 0) };
        this.places.set(id, place);
      }
      const over = !isOpen(incident);
      const alone = this.alone(incident, over);
      spots.push({ id, x: place.at.x * scale, y: place.at.y * scale, severity, alone, over });
    }
    return spots;
  }

  /** What can be seen, in pixels of the world at this zoom. */
  #view() {
    const { min, max } = this.map.getPixelBounds();
    const size = this.map.getSize().multiplyBy(MARGIN);
    return {
      min: /** @type {L.Point} */ (min).subtract(size),
      max: /** @type {L.Point} */ (max).add(size),
    };
  }

  /**
   * @param {string} key @param {Pin} pin @param {Incident} incident @param {Spot} leader @param {boolean} chosen
   */
  #place(key, pin, incident, leader, chosen) {
    const at = /** @type {L.LatLngTuple} */ ([incident.lat, incident.lon]);
    const before = this.pins.get(key);
    const look = `${pin.look} ${pin.title}`;
    let focused = false;
    if (before !== undefined) {
      if (!before.marker.getLatLng().equals(at)) before.marker.setLatLng(at);
      if (before.look === look) return;
      focused = before.marker.getElement()?.contains(document.activeElement) ?? false;
      before.marker.remove();
    }
    const marker = L.marker(at, {
      icon: iconOf(pin),
      keyboard: false, // the list gives the same choice by keyboard, and a cluster is a button
      title: pin.title,
      zIndexOffset: leader.severity * 10_000 + (chosen ? 100_000 : 0) - (leader.over ? 50_000 : 0),
      riseOnHover: true,
      riseOffset: 200_000,
    });
    if (!key.startsWith("+")) marker.on("click", () => this.desk.choose(leader.id));
    this.pins.set(key, { look, marker: marker.addTo(this.map) });
    if (focused) marker.getElement()?.querySelector("button")?.focus({ preventScroll: true });
  }

  /** Go nearer until the cluster falls apart; where it never does, its worst incident is chosen. @param {string} id of its leader */
  #open(id) {
    const group = this.groups.find(({ leader }) => leader.id === id);
    if (group === undefined) return;
    const { map, desk } = this;
    const scale = 2 ** map.getZoom();
    const places = group.members.map(({ x, y }) => map.unproject([x / scale, y / scale], 0));
    const target = Math.min(NEAREST_ZOOM, map.getBoundsZoom(L.latLngBounds(places).pad(0.3)));
    if (target <= map.getZoom() + 0.1) {
      desk.choose(group.leader.id);
      return;
    }
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    map.setView(L.latLngBounds(places).getCenter(), target, { animate: !still });
    map.getContainer().focus({ preventScroll: true });
  }

  /** @param {Incident} incident @param {boolean} chosen */
  #outline(incident, chosen) {
    const before = this.outlines.get(incident.id);
    if (before?.incident === incident && before.chosen === chosen) return;
    if (before && sameOutline(before.incident, incident) && before.chosen === chosen) {
      before.incident = incident;
      return;
    }
    before?.layer.remove();
    const layer = L.geoJSON(/** @type {GeoJSON.GeometryObject} */ (incident.outline), {
      interactive: false,
      style: {
        renderer: this.renderer,
        className: `incident-outline s${incident.severity}${chosen ? " chosen" : ""}`,
        fillColor: fillOf(`s${incident.severity}`),
        fillOpacity: 1,
        weight: chosen ? 2.5 : 1.5,
      },
      pointToLayer: () => L.layerGroup(),
    });
    this.outlines.set(incident.id, { incident, chosen, layer: layer.addTo(this.map) });
  }
}

/** @param {Incident} a @param {Incident} b */
function sameOutline(a, b) {
  return a.severity === b.severity && a.outline === b.outline;
}

/** @template T @param {Map<string, T>} kept @param {Set<string>} wanted @param {(gone: T) => void} remove */
function sweep(kept, wanted, remove) {
  for (const [key, held] of kept) {
    if (wanted.has(key)) continue;
    remove(held);
    kept.delete(key);
  }
}
