// @ts-check
/** The start: map, picture, socket, layers, panels; then one drawing per animation frame at most. */

import { unanswered } from "./alarms.js";
import { basemapLayer, drawFringe } from "./basemap.js";
import { CameraFocus } from "./cameras/focus.js";
import { loadNames, openDesk, pageSettings, tellTimes } from "./desk.js";
import { byId, h } from "./dom.js";
import { foliumMap } from "./folium-map.js";
import { translatePage } from "./i18n.js";
import { listenForKeys } from "./keys.js";
import { CameraLayer } from "./layers/camera-layer.js";
import { IncidentLayer } from "./layers/incident-layer.js";
import { municipalityLayer } from "./layers/municipality-layer.js";
import { ObservationLayer } from "./layers/observation-layer.js";
import { policeZoneAt, policeZoneLayer } from "./layers/police-zone-layer.js";
import { TrackLayer } from "./layers/track-layer.js";
import { getJson } from "./names.js";
import { AlarmCaller } from "./panels/alarm-caller.js";
import { AlarmStrip } from "./panels/alarm-strip.js";
import { CapacityChooser } from "./panels/capacity-chooser.js";
import { ExerciseFrame } from "./panels/exercise-frame.js";
import { FrozenOverlay } from "./panels/frozen-overlay.js";
import { IncidentList } from "./panels/incident-list.js";
import { IncidentSheet } from "./panels/incident-sheet.js";
import { QuarantinePanel } from "./panels/quarantine.js";
import { RoomPanel } from "./panels/room-panel.js";
import { SetAside } from "./panels/set-aside.js";
import { acknowledging } from "./panels/sheet/act-forms.js";
import { SourceStates } from "./panels/source-states.js";
import { StatusBar } from "./panels/status-bar.js";
import { Sounds } from "./sounds.js";

const MARGIN_PX = 60; // an incident nearer than this to the edge is brought into view
const MEND_AFTER_MS = 500;
const DESK_PX = 900; // narrower screens stack their panels

const settings = pageSettings();
const root = document.documentElement;
const map = foliumMap();
const layers = Promise.all([
  layerData("municipalities"),
  layerData("police_zones"),
  layerData("region"),
]);
const opening = openDesk({
  settings,
  changed: () => request(),
  policeZoneAt: (lat, lon) => policeZoneAt(zones, lat, lon),
});
const [municipalities, zones, region] = await layers;
const desk = await opening;
const { store, words, commands, connection, choose } = desk;

// --- the map -------------------------------------------------------------------------------
map.attributionControl.setPrefix(false);
L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
map.createPane("outlines").style.zIndex = "420";
map.createPane("observations").style.zIndex = "430";
/** @type {HTMLElement} */ (map.getPane("observations")).style.pointerEvents = "none";
map.fitBounds(L.geoJSON(region).getBounds(), { padding: [16, 16], animate: false });
const basemap = basemapLayer(settings.basemap_url, settings.attribution).addTo(map);
drawFringe(map, region);
const zoneLines = policeZoneLayer(map, zones);
const municipalityLines = municipalityLayer(map, municipalities).addTo(map);
const observations = new ObservationLayer(map, store);
const tracks = new TrackLayer(map, store);
const cameras = new CameraLayer(map, desk, (camera) => desk.showCamera(camera, []));
const incidents = new IncidentLayer(map, store, choose);
/** @type {L.Control.Zoom | null} */
let zoomControl = null;
/** @type {[string, L.Layer][]} */
const choices = [
  ["layer.municipalities", municipalityLines],
  ["layer.police_zones", zoneLines],
  ["layer.observations", observations.layer],
  ["layer.tracks", tracks.layer],
  ["layer.cameras", cameras.layer],
  ["layer.basemap", basemap],
];

// --- the panels ----------------------------------------------------------------------------
const sheet = new IncidentSheet(desk);
const focus = new CameraFocus(desk);
desk.showCamera = (camera, others) => focus.open(camera, others);
const statusBar = new StatusBar(desk);
const sounds = new Sounds();
const caller = new AlarmCaller(desk, sounds);
const alarms = new AlarmStrip(desk, sounds);
const parts = [
  new IncidentList(desk, () => sheet.focus()),
  sheet,
  new SourceStates(desk),
  new QuarantinePanel(desk),
  new SetAside(desk),
  statusBar,
  new CapacityChooser(desk),
  new RoomPanel(desk),
  alarms,
  caller,
  new ExerciseFrame(desk),
  new FrozenOverlay(desk),
  incidents,
  observations,
  tracks,
  cameras,
  focus,
];

let requested = false;
function request() {
  if (requested) return;
  requested = true;
  requestAnimationFrame(draw);
}

let sheetWidth = 0;
let wasLive = false;
let away = false;
let mending = 0;
/** @type {string | null} */
let lastChosen = null;

function draw() {
  requested = false;
  for (const part of parts) part.draw();
  makeRoom();
  mendBasemap();
  tellTimes(desk);
  root.dataset.liveN = String(store.n);
  root.dataset.liveState = connection.state;
}

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

/** What has the keyboard or is chosen, else what calls most urgently. */
function acknowledge() {
  const chosen = store.selected;
  const alarm = alarms.selected() ?? (chosen === null ? alarms.worst : null);
  if (alarm !== null) commands.give({ command: "acknowledge_alarm", alarm: alarm.id });
  else if (chosen !== null && unanswered(desk, chosen).length > 0) commands.give(acknowledging(chosen));
}

listenForKeys({
  a: acknowledge,
  t: () => sheet.press("act-take"),
  q: () => sheet.press("act-qualify"),
  m: () => sheet.press("act-merge"),
});

function translate() {
  translatePage(words);
  zoomControl?.remove();
  zoomControl = L.control.zoom({
    position: "bottomright",
    zoomInTitle: words.t("map.zoom_in"),
    zoomOutTitle: words.t("map.zoom_out"),
  });
  zoomControl.addTo(map);
  byId("layer-choices").replaceChildren(
    ...choices.map(([key, layer]) => {
      const box = h("input", { type: "checkbox", checked: map.hasLayer(layer) });
      box.addEventListener("change", () => (box.checked ? layer.addTo(map) : layer.remove()));
      return h("label", {}, box, h("span", {}, words.t(key)));
    }),
  );
  request();
}

/** What lies under the sheet moves out from under it; the chosen incident is kept in sight. */
function makeRoom() {
  const before = sheetWidth;
  sheetWidth = sheet.box.hidden || innerWidth <= DESK_PX ? 0 : sheet.box.offsetWidth;
  let shift = L.point((sheetWidth - before) / 2, 0);
  const incident = store.selectedIncident();
  if (incident !== null && incident.id !== lastChosen && incident.lat !== null && incident.lon !== null) {
    const at = map.latLngToContainerPoint([incident.lat, incident.lon]).subtract(shift);
    const size = map.getSize();
    const inSight =
      at.x > MARGIN_PX &&
      at.x < size.x - sheetWidth - MARGIN_PX &&
      at.y > MARGIN_PX &&
      at.y < size.y - MARGIN_PX;
    if (!inSight) shift = shift.add(at.subtract([(size.x - sheetWidth) / 2, size.y / 2]));
  }
  lastChosen = store.selected;
  if (shift.x === 0 && shift.y === 0) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  map.panBy(shift, { animate: !still });
}

/** @param {string} name @returns {Promise<GeoJSON.FeatureCollection>} */
function layerData(name) {
  return getJson(new URL(`../layers/${name}.geojson`, import.meta.url).href);
}

new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());
words.subscribe(translate);
translate();
setInterval(() => {
  statusBar.tick();
  caller.tick();
  sheet.cameras.tick();
  focus.tick();
  tellTimes(desk);
}, 1000);
statusBar.tick();
connection.start();
desk.cameras.start();
desk.access.subscribe(() => desk.cameraLink.again());
globalThis.tocsin = { picture: () => store.picture, n: () => store.n, connection };
loadNames(desk, request);
