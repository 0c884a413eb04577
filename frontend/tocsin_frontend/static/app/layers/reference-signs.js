// @ts-check
/** The signs of reference places, as lines on a 24-grid: grey, so that they never call. */

import { svg } from "../dom.js";

/** @type {Record<string, string>} */
export const REFERENCE_SIGNS = {
  hospitals: "M4 4H20V20H4ZM9 8V16M15 8V16M9 12H15",
  fire_stations: "M12 3C13 8 17.5 9 17.5 14.5A5.5 5.5 0 0 1 6.5 14.5C6.5 12 8 11 9 9 9 11 10 12 11 12 12 9 10.5 6 12 3Z",
  police_stations: "M12 3 19 6V11C19 16 16 19.5 12 21 8 19.5 5 16 5 11V6ZM9 11.5 11.5 14 15.5 9.5",
  health_centres_pharmacies: "M9.5 4H14.5V9.5H20V14.5H14.5V20H9.5V14.5H4V9.5H9.5Z",
  metro_stations: "M4.5 18V6L12 14.5 19.5 6V18",
  railway_stations: "M7 4H17V15A2 2 0 0 1 15 17H9A2 2 0 0 1 7 15ZM7 10H17M9.5 17 7.5 20.5M14.5 17 16.5 20.5",
  tunnels: "M4 20V12A8 8 0 0 1 20 12V20M9 20V14A3 3 0 0 1 15 14V20",
  schools: "M2.5 9 12 4.5 21.5 9 12 13.5ZM6.5 11.5V16.5C9 19 15 19 17.5 16.5V11.5",
  public_buildings: "M3.5 9.5 12 4 20.5 9.5ZM6 10V18M10 10V18M14 10V18M18 10V18M3.5 20H20.5",
  venues: "M12 3.5 14.5 9 20.5 9.6 16 13.6 17.3 19.5 12 16.4 6.7 19.5 8 13.6 3.5 9.6 9.5 9Z",
  parks: "M12 3 17.5 11H15L19 17H5L9 11H6.5ZM12 17V21",
  industrial_sites: "M4 20V10L9 13V10L14 13V6H19V20Z",
  streets: "M9 3 4.5 21M15 3 19.5 21M12 4.5V8M12 10.5V14M12 16.5V20",
  municipalities: "M5 21V4L15 6.5 13.5 10 15 13.5 5 12",
  neighbourhoods: "M4 5 13 3.5 20 9 18 19.5 8 20.5 3.5 14Z",
};

/** @param {string} name @param {number} [size] */
export function referenceSign(name, size = 18) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: "reference-sign", "aria-hidden": "true" },
    svg("path", { d: REFERENCE_SIGNS[name] ?? "" }),
  );
}
