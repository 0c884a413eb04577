// @ts-check
/** What lies under the sheet moves out from under it; the chosen incident is kept in sight. */

/** @import { Desk } from "../desk.js" */

const MARGIN_PX = 60; // an incident nearer than this to the edge is brought into view
const DESK_PX = 900; // narrower screens stack their panels

export class MapRoom {
  /** @param {L.Map} map @param {Desk} desk @param {HTMLElement} sheet what covers the right of the map */
  constructor(map, desk, sheet) {
    this.map = map;
    this.store = desk.store;
    this.sheet = sheet;
    this.covered = 0;
    /** @type {string | null} */
    this.last = null;
  }

  draw() {
    const { map, store, sheet } = this;
    const before = this.covered;
    this.covered = sheet.hidden || innerWidth <= DESK_PX ? 0 : sheet.offsetWidth;
    let shift = L.point((this.covered - before) / 2, 0);
    const incident = store.selectedIncident();
    if (incident !== null && incident.id !== this.last && incident.lat !== null && incident.lon !== null) {
      const at = map.latLngToContainerPoint([incident.lat, incident.lon]).subtract(shift);
      const size = map.getSize();
      const inSight =
        at.x > MARGIN_PX &&
        at.x < size.x - this.covered - MARGIN_PX &&
        at.y > MARGIN_PX &&
        at.y < size.y - MARGIN_PX;
      if (!inSight) shift = shift.add(at.subtract([(size.x - this.covered) / 2, size.y / 2]));
    }
    this.last = store.selected;
    if (shift.x === 0 && shift.y === 0) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    map.panBy(shift, { animate: !still });
  }
}
