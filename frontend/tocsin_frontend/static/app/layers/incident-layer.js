// @ts-check
/** Incidents on the map: their sign, their outline lightly hatched, the accuracy of the chosen one. */

import { h, svg } from "../dom.js";
import { isOpen } from "../evolve.js";
import { isConfirmed, severitySymbol } from "../symbols.js";

/** @import { Incident } from "../../../../types/wire" */
/** @import { SituationStore } from "../situation-store.js" */

const SIZE = 40;
const NEW_FOR_MS = 10_000;
const SEVERITIES = [0, 1, 2, 3, 4];

/** @typedef {{incident: Incident, chosen: boolean, marker: L.Marker | null, outline: L.Layer | null}} Drawn */

export class IncidentLayer {
  /**
   * @param {L.Map} map
   * @param {SituationStore} store
   * @param {(incident: string) => void} choose
   */
  constructor(map, store, choose) {
    this.map = map;
    this.store = store;
    this.choose = choose;
    /** @type {Map<string, Drawn>} */
    this.drawn = new Map();
    /** @type {unknown[]} */
    this.parts = [];
    this.renderer = L.svg({ pane: "outlines", padding: 0.5 });
    this.renderer.addTo(map);
    this.#hatches();
    this.circle = L.circle([0, 0], {
      radius: 1,
      renderer: this.renderer,
      interactive: false,
      className: "uncertainty",
      fill: false,
    });
  }

  draw() {
    const { picture, selected } = this.store;
    const parts = [picture.incidents, selected];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    for (const [id, drawn] of this.drawn) {
      const incident = picture.incidents[id];
      if (incident === undefined || incident.state === "duplicate") this.#remove(id, drawn);
    }
    for (const incident of Object.values(picture.incidents)) {
      if (incident.state === "duplicate") continue;
      const chosen = incident.id === selected;
      const before = this.drawn.get(incident.id);
      if (before?.incident === incident && before.chosen === chosen) continue;
      if (before && sameLook(before.incident, incident) && before.chosen === chosen) {
        before.incident = incident;
        continue;
      }
      if (before) this.#remove(incident.id, before);
      this.drawn.set(incident.id, this.#place(incident, chosen));
    }
    this.#uncertainty();
  }

  /** @param {Incident} incident @param {boolean} chosen @returns {Drawn} */
  #place(incident, chosen) {
    if (incident.lat === null || incident.lon === null) {
      return { incident, chosen, marker: null, outline: null };
    }
    const ended = !isOpen(incident);
    const fresh = this.store.now() - Date.parse(incident.opened_at) < NEW_FOR_MS;
    const symbol = severitySymbol(incident.severity, {
      confirmed: isConfirmed(incident),
      ended,
      size: SIZE,
    });
    const look = `pin${chosen ? " chosen" : ""}${fresh ? " fresh" : ""}`;
    const html = h("div", { class: look }, symbol, chosen && h("b", { class: "pin-id" }, incident.id));
    const marker = L.marker([incident.lat, incident.lon], {
      icon: L.divIcon({ html, className: "pin-box", iconSize: [SIZE, SIZE] }),
      keyboard: false, // the list gives the same choice by keyboard
      zIndexOffset: incident.severity * 1000 + (chosen ? 10_000 : 0) - (ended ? 5000 : 0),
      riseOnHover: true,
    });
    marker.on("click", () => this.choose(incident.id));
    marker.addTo(this.map);
    return { incident, chosen, marker, outline: this.#outline(incident, chosen) };
  }

  /** @param {Incident} incident @param {boolean} chosen */
  #outline(incident, chosen) {
    if (incident.outline === null || !isOpen(incident)) return null;
    const layer = L.geoJSON(incident.outline, {
      interactive: false,
      style: {
        renderer: this.renderer,
        className: `incident-outline s${incident.severity}${chosen ? " chosen" : ""}`,
        fillColor: `url(#hatch-${incident.severity})`,
        fillOpacity: 1,
        weight: chosen ? 2.5 : 1.5,
      },
      pointToLayer: () => L.layerGroup(),
    });
    return layer.addTo(this.map);
  }

  #uncertainty() {
    const incident = this.store.selectedIncident();
    if (!incident || incident.lat === null || incident.lon === null || !incident.accuracy_m) {
      this.circle.remove();
      return;
    }
    this.circle.setLatLng([incident.lat, incident.lon]).setRadius(incident.accuracy_m);
    this.circle.addTo(this.map);
  }

  /** @param {string} id @param {Drawn} drawn */
  #remove(id, drawn) {
    drawn.marker?.remove();
    drawn.outline?.remove();
    this.drawn.delete(id);
  }

  /** A hatch for each severity: an area never hides the streets under it. */
  #hatches() {
    const box = this.map.getPane("outlines")?.querySelector("svg");
    const patterns = SEVERITIES.map((s) =>
      svg(
        "pattern",
        {
          id: `hatch-${s}`,
          width: 8,
          height: 8,
          patternUnits: "userSpaceOnUse",
          patternTransform: "rotate(45)",
        },
        svg("line", { x1: 0, y1: 0, x2: 0, y2: 8, class: `hatch s${s}` }),
      ),
    );
    box?.prepend(svg("defs", {}, ...patterns));
  }
}

/** @param {Incident} a @param {Incident} b */
function sameLook(a, b) {
  return (
    a.severity === b.severity &&
    a.state === b.state &&
    a.lat === b.lat &&
    a.lon === b.lon &&
    a.outline === b.outline &&
    isConfirmed(a) === isConfirmed(b)
  );
}
