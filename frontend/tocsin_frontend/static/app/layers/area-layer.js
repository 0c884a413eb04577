// @ts-check
/** Administrative areas as thin lines in a pane of their own. */

/**
 * @param {L.Map} map
 * @param {GeoJSON.FeatureCollection} areas
 * @param {string} className
 * @returns {L.GeoJSON}
 */
export function areaLines(map, areas, className) {
  if (!map.getPane("areas")) {
    const pane = map.createPane("areas");
    pane.style.zIndex = "260";
    pane.style.pointerEvents = "none";
  }
  const renderer = L.svg({ pane: "areas", padding: 0.5 });
  return L.geoJSON(areas, {
    interactive: false,
    style: { renderer, className, fill: false },
  });
}
