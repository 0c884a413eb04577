// @ts-check
/** Where the chosen incident may be: a dashed circle as wide as its place is uncertain. */

/** @import { SituationStore } from "../situation-store.js" */

export class UncertaintyLayer {
  /** @param {L.Map} map @param {SituationStore} store */
  constructor(map, store) {
    this.map = map;
    this.store = store;
    this.circle = L.circle([0, 0], {
      radius: 1,
      renderer: L.svg({ pane: "outlines", padding: 0.5 }),
      interactive: false,
      className: "uncertainty",
      fill: false,
    });
    /** @type {unknown} */
    this.drawn = null;
  }

  draw() {
    const incident = this.store.selectedIncident();
    if (incident === this.drawn) return;
    this.drawn = incident;
    if (!incident || incident.lat === null || incident.lon === null || !incident.accuracy_m) {
      this.circle.remove();
      return;
    }
    this.circle.setLatLng([incident.lat, incident.lon]).setRadius(incident.accuracy_m).addTo(this.map);
  }
}
