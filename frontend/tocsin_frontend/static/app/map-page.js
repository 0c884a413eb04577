// @ts-check
/** A page with the map: the room's, the liaison's, the wall's. The same layers, the same picture. */

import { basemapLayer, fringeLayer } from "./basemap.js";
import { openDesk, pageSettings } from "./desk.js";
import { foliumMap } from "./folium-map.js";
import { MapLayers } from "./layers/map-layers.js";
import { policeZoneAt } from "./layers/police-zone-layer.js";
import { getJson } from "./names.js";
import { PageLoop } from "./page-loop.js";

/** @import { Desk } from "./desk.js" */
/** @import { Part } from "./page-loop.js" */

const MEND_AFTER_MS = 500;

/**
 * @typedef {object} MapPage
 * @property {Desk} desk
 * @property {L.Map} map
 * @property {MapLayers} layers
 * @property {L.LatLngBounds} region
 * @property {() => void} request draw soon
 */

/**
 * @param {object} how
 * @param {(page: MapPage) => Part[]} how.make the parts of the page, drawn in their order
 * @param {Parameters<typeof openDesk>[0]["wordsOf"]} [how.wordsOf]
 */
export async function openMapPage({ make, wordsOf }) {
  const settings = pageSettings();
  const map = foliumMap();
  const loop = new PageLoop();
  const areas = Promise.all([layerData("municipalities"), layerData("police_zones"), layerData("region")]);
  const opening = openDesk({
    settings,
    changed: loop.request,
    policeZoneAt: (lat, lon) => policeZoneAt(zones, lat, lon),
    wordsOf,
  });
  const [municipalities, zones, region] = await areas;
  const desk = await opening;
  const { connection, theme } = desk;

  map.attributionControl.setPrefix(false);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const extent = L.geoJSON(region).getBounds();
  const showWhole = wholeUntilMoved(map, extent);
  const basemapOf = () => basemapLayer(settings.basemap_url, settings.attribution, theme.name);
  let basemap = basemapOf().addTo(map);
  let fringe = fringeLayer(map, region, theme.name).addTo(map);
  const layers = new MapLayers(map, desk, { municipalities, zones });
  /** @type {MapPage} */
  const page = { desk, map, layers, region: extent, request: loop.request };

  let away = false;
  let wasLive = false;
  let mending = 0;
  /** Tiles that the page asked for while the server was away are drawn when it is back. */
  function mendBasemap() {
    if (connection.state !== "live") {
      away = wasLive;
      return;
    }
    wasLive = true;
    if (!away) return;
    away = false;
    clearTimeout(mending);
    mending = setTimeout(() => map.hasLayer(basemap) && basemap.rerenderTiles(), MEND_AFTER_MS);
  }

  theme.subscribe(() => {
    basemap.remove();
    basemap = basemapOf().addTo(map);
    fringe.remove();
    fringe = fringeLayer(map, region, theme.name).addTo(map);
    layers.repaint();
    loop.request();
  });
  const resized = () => {
    map.invalidateSize({ pan: false });
    showWhole();
  };
  new ResizeObserver(resized).observe(map.getContainer());
  loop.start(desk, [layers, ...make(page), { draw: mendBasemap }]);
  desk.cameras.start();
  desk.access.subscribe(() => desk.cameraLink.again());
}

/**
 * Shows all of the extent, and again whenever that is called, until the map is moved: by a person,
 * or to bring something into view. Panels that open take room, and nothing of it may be cut off.
 * @param {L.Map} map @param {L.LatLngBounds} extent
 */
function wholeUntilMoved(map, extent) {
  let whole = true;
  let fitting = false;
  map.on("movestart zoomstart", () => (whole &&= fitting));
  const show = () => {
    if (!whole) return;
    fitting = true;
    map.fitBounds(extent, { padding: [16, 16], animate: false });
    fitting = false;
  };
  show();
  return show;
}

/** @param {string} name @returns {Promise<GeoJSON.FeatureCollection>} */
function layerData(name) {
  return getJson(new URL(`../layers/${name}.geojson`, import.meta.url).href);
}
