// @ts-check
/** All that lies on the map, from the ground up; which of it shows is each person's choice. */

import { TEAMS } from "../drawing/kinds.js";
import { CameraLayer } from "./camera-layer.js";
import { DrawingLayer } from "./drawing-layer.js";
import { IncidentLayer } from "./incident-layer.js";
import { MovingObjectsLayer } from "./moving-objects-layer.js";
import { municipalityLayer } from "./municipality-layer.js";
import { ObservationLayer } from "./observation-layer.js";
import { policeZoneLayer } from "./police-zone-layer.js";
import { REFERENCE_SETS } from "./reference-data.js";
import { ReferenceLayer } from "./reference-layer.js";
import { UncertaintyLayer } from "./uncertainty-layer.js";

/** @import { Desk } from "../desk.js" */

/** @import { Place } from "./reference-data.js" */

/** @typedef {"picture" | "drawings" | "reference" | "areas"} Group */
/** @typedef {{ key: string, layer: L.Layer, group: Group, set?: string }} Choice `key`: its word in the locales */
/** @typedef {{moving: string} | {place: Place}} Picked what somebody chose on the map */

const AREA_SETS = ["neighbourhoods", "parks", "industrial_sites"];

export class MapLayers {
  /**
   * @param {L.Map} map
   * @param {Desk} desk
   * @param {{municipalities: GeoJSON.FeatureCollection, zones: GeoJSON.FeatureCollection}} areas
   */
  constructor(map, desk, areas) {
    this.map = map;
    this.municipalities = areas.municipalities;
    /** The municipalities by their number. @type {Map<string, {fr: string, nl: string}>} */
    this.communes = new Map(
      areas.municipalities.features.map(({ properties: told }) => [told?.nis, { fr: told?.name_fr, nl: told?.name_nl }]),
    );
    map.createPane("outlines").style.zIndex = "420";
    map.createPane("observations").style.zIndex = "430";
    /** @type {HTMLElement} */ (map.getPane("observations")).style.pointerEvents = "none";
    const municipalities = municipalityLayer(map, areas.municipalities).addTo(map);
    this.drawings = new DrawingLayer(map, desk);
    this.observations = new ObservationLayer(map, desk.store);
    this.moving = new MovingObjectsLayer(map, desk.store);
    this.reference = new ReferenceLayer(map);
    this.cameras = new CameraLayer(map, desk, (camera) => desk.showCamera(camera, []));
    this.incidents = new IncidentLayer(map, desk);
    this.uncertainty = new UncertaintyLayer(map, desk.store);
    /** What a person may switch. @type {Choice[]} */
    this.choices = [
      { key: "layer.observations", layer: this.observations.layer, group: "picture" },
      { key: "layer.tracks", layer: this.moving.layer, group: "picture" },
      { key: "layer.cameras", layer: this.cameras.layer, group: "picture" },
      ...TEAMS.map((team) => ({
        key: `drawings_of.${team}`,
        layer: this.drawings.of(team),
        group: /** @type {Group} */ ("drawings"),
      })),
      { key: "layer.municipalities", layer: municipalities, group: "areas" },
      { key: "layer.police_zones", layer: policeZoneLayer(map, areas.zones), group: "areas" },
      ...REFERENCE_SETS.map((set) => ({
        key: `layer.${set}`,
        layer: this.reference.layer(set),
        group: /** @type {Group} */ (AREA_SETS.includes(set) ? "areas" : "reference"),
        set,
      })),
    ];
    /** @type {Picked | null} */
    this.picked = null;
    /** What is chosen on the map has changed; set by the page. */
    this.changed = () => {};
    /** Whether a click on the map means something else, as while somebody draws. */
    this.held = () => false;
    this.moving.changed = () => this.changed();
    map.on("click", ({ latlng, containerPoint }) => {
      if (!this.held()) this.#pickAt(latlng, containerPoint);
    });
    /** @type {{ draw(): void }[]} */
    this.parts = [this.drawings, this.incidents, this.uncertainty, this.observations, this.moving, this.cameras];
  }

  draw() {
    for (const part of this.parts) part.draw();
  }

  tick() {
    this.moving.tick();
  }

  /** @param {Picked | null} picked */
  pick(picked) {
    this.picked = picked;
    this.moving.choose(picked && "moving" in picked ? picked.moving : null);
    this.changed();
  }

  /** What moves goes before what stands. @param {L.LatLng} at @param {L.Point} point */
  #pickAt(at, point) {
    const [moving] = this.moving.near(at);
    if (moving !== undefined) return this.pick({ moving });
    const place = this.reference.at(point);
    this.pick(place === null ? null : { place });
  }

  /** What is shown, of all that a person may switch: names for an address or a memory. */
  shown() {
    return this.choices.filter(({ layer }) => this.map.hasLayer(layer)).map(({ key }) => nameOf(key));
  }

  /** @param {string[]} names */
  show(names) {
    for (const { key, layer } of this.choices) {
      if (names.includes(nameOf(key))) layer.addTo(this.map);
      else layer.remove();
    }
  }

  /** The theme has changed: what is painted is painted anew. */
  repaint() {
    this.observations.layer.draw();
    this.moving.repaint();
    this.reference.repaint();
  }
}

/** @param {string} key of the locales */
const nameOf = (key) => key.replace(/^layer\./, "");
