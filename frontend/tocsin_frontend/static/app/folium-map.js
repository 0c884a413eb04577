// @ts-check
/** The handover: Folium's inline script made the map, from here on our modules draw. */

/** The map's element has the same id, so without Folium's script the name would be the element. */
export function foliumMap() {
  const map = globalThis.situation_map;
  if (!(map instanceof L.Map)) throw new Error("Folium did not create the situation map");
  return map;
}
