// @ts-check
/** The offline basemap: nearly grey in either theme, so that only what is abnormal has colour. */

/** @import { ThemeName } from "./theme.js" */

/** @typedef {typeof INKS["dark"]} Ink */

const INKS = {
  dark: {
    base: "#0f1419",
    land: "#171f28",
    built: "#1b242e",
    industry: "#1f272f",
    green: "#1a2724",
    wood: "#182a24",
    water: "#0a1826",
    rail: "#2c3641",
    path: "#222c35",
    minor: "#27313b",
    tertiary: "#2d3843",
    secondary: "#34404d",
    primary: "#3c4957",
    motorway: "#485767",
    border: "#4b5a69",
    label: "#a9b6c3",
    faint: "#8796a5",
    waterLabel: "#6f8aa3",
    halo: "#10161c",
    park: "#7f9a8b",
    edge: "#64778a",
  },
  light: {
    base: "#dfe5ea",
    land: "#f4f6f8",
    built: "#eceff2",
    industry: "#e6e9ed",
    green: "#e2ebe3",
    wood: "#d6e4d8",
    water: "#bcd3e4",
    rail: "#b9c1c9",
    path: "#e1e5e9",
    minor: "#d9dfe4",
    tertiary: "#d0d7dd",
    secondary: "#c6ced6",
    primary: "#bac4cd",
    motorway: "#aab6c2",
    border: "#8a97a3",
    label: "#37424c",
    faint: "#55616c",
    waterLabel: "#38607f",
    halo: "#f8fafb",
    park: "#4a6653",
    edge: "#75828e",
  },
};
const FACE = '"Inter Variable", "Segoe UI", sans-serif';

/**
 * @param {string} url of the PMTiles archive
 * @param {string} attribution
 * @param {ThemeName} theme
 * @returns {BasemapLayer}
 */
export function basemapLayer(url, attribution, theme) {
  const ink = INKS[theme];
  return protomapsL.leafletLayer({
    url,
    maxDataZoom: 15,
    maxZoom: 19,
    // Between whole zooms tiles are stretched: drawn finer, they stay sharp.
    devicePixelRatio: Math.max(1.5, window.devicePixelRatio),
    attribution,
    paintRules: paintRules(ink),
    labelRules: labelRules(ink),
    tasks: [document.fonts.load(`500 13px ${FACE}`)],
    noWrap: true,
  });
}

/** @param {...string} names @returns {(zoom: number, feature: BasemapFeature) => boolean} */
const kind = (...names) => (_, feature) => names.includes(String(feature.props["kind"]));

/** @param {Ink} ink @returns {BasemapRule[]} */
function paintRules(ink) {
  const { PolygonSymbolizer, LineSymbolizer, exp } = protomapsL;
  /** @param {string} dataLayer @param {string} fill @param {BasemapRule["filter"]} [filter] */
  const area = (dataLayer, fill, filter) => ({
    dataLayer,
    filter,
    symbolizer: new PolygonSymbolizer({ fill }),
  });
  /** @param {string} name @param {string} color @param {number[][]} width @returns {BasemapRule} */
  const road = (name, color, width) => ({
    dataLayer: "roads",
    filter: (_, f) => f.props["kind"] === name && !f.props["tunnel"],
    symbolizer: new LineSymbolizer({
      color,
      width: exp(1.5, width),
      lineCap: "round",
      lineJoin: "round",
    }),
  });
  return [
    area("landuse", ink.built, kind("residential", "commercial", "retail", "education", "school")),
    area("landuse", ink.industry, kind("industrial", "railway", "military", "construction")),
    area("landuse", ink.green, kind("cemetery", "farmland", "allotments", "greenfield", "stadium")),
    area("green", ink.green, kind("park", "grass", "garden", "scrub")),
    area("green", ink.wood, kind("wood", "nature_reserve")),
    area("water", ink.water),
    {
      dataLayer: "waterway",
      filter: (_, f) => !f.props["tunnel"],
      symbolizer: new LineSymbolizer({
        color: ink.water,
        width: exp(1.5, [
          [11, 1],
          [15, 3],
          [18, 8],
        ]),
      }),
    },
    {
      dataLayer: "roads",
      minzoom: 12,
      filter: (_, f) => Boolean(f.props["tunnel"]) && f.props["kind"] !== "path",
      symbolizer: new LineSymbolizer({ color: ink.minor, width: 2, dash: [3, 3] }),
    },
    road("path", ink.path, [
      [14, 0.4],
      [18, 2],
    ]),
    road("track", ink.path, [
      [13, 0.4],
      [18, 2],
    ]),
    road("service", ink.path, [
      [14, 0.6],
      [18, 5],
    ]),
    road("pedestrian", ink.minor, [
      [13, 0.6],
      [18, 8],
    ]),
    road("minor", ink.minor, [
      [12, 0.4],
      [15, 2.2],
      [18, 11],
    ]),
    road("tertiary", ink.tertiary, [
      [11, 0.5],
      [15, 3.4],
      [18, 14],
    ]),
    road("secondary", ink.secondary, [
      [10, 0.5],
      [13, 1.8],
      [18, 17],
    ]),
    road("primary", ink.primary, [
      [9, 0.6],
      [13, 2.2],
      [18, 19],
    ]),
    road("trunk", ink.motorway, [
      [8, 0.8],
      [13, 2.6],
      [18, 21],
    ]),
    road("motorway", ink.motorway, [
      [8, 0.8],
      [13, 3],
      [18, 22],
    ]),
    {
      dataLayer: "rail",
      filter: (_, f) => f.props["kind"] === "rail" && !f.props["tunnel"] && !f.props["service"],
      symbolizer: new LineSymbolizer({
        color: ink.rail,
        dash: [5, 3],
        width: exp(1.5, [
          [10, 0.6],
          [15, 1.6],
          [18, 3],
        ]),
      }),
    },
  ];
}

/** @param {Ink} ink @returns {BasemapRule[]} */
function labelRules(ink) {
  const { LineLabelSymbolizer } = protomapsL;
  /** @param {string[]} kinds @param {number} minzoom @returns {BasemapRule} */
  const poi = (kinds, minzoom) => ({
    dataLayer: "pois",
    minzoom,
    filter: kind(...kinds),
    symbolizer: new TwoNames(11, 450, ink, "faint", true),
  });
  /** @param {string[]} kinds @param {number} minzoom @returns {BasemapRule} */
  const street = (kinds, minzoom) => ({
    dataLayer: "roads",
    minzoom,
    filter: kind(...kinds),
    symbolizer: new LineLabelSymbolizer({
      font: `450 11px ${FACE}`,
      fill: ink.faint,
      stroke: ink.halo,
      width: 4,
      position: 2,
      maxLabelChars: 60,
      repeatDistance: 500,
    }),
  });
  return [
    {
      dataLayer: "places",
      minzoom: 14,
      filter: (_, f) => ["municipality", "locality"].includes(String(f.props["kind"])),
      symbolizer: new TwoNames(13, 550, ink, "label"),
    },
    poi(["hospital", "railway_station"], 14),
    poi(["metro"], 14),
    poi(["fire_station", "police", "townhall", "institution", "stadium"], 15),
    {
      dataLayer: "places",
      minzoom: 14,
      filter: (_, f) => f.props["kind"] === "neighbourhood",
      symbolizer: new TwoNames(12, 500, ink, "faint"),
    },
    {
      dataLayer: "places",
      minzoom: 14,
      filter: (_, f) => f.props["kind"] === "park",
      symbolizer: new TwoNames(11, 450, ink, "park"),
    },
    street(["motorway", "trunk", "primary", "secondary"], 14),
    street(["tertiary", "minor", "pedestrian"], 16),
    poi(["school", "university", "theatre", "museum", "venue", "embassy", "courthouse"], 17),
  ];
}

/**
 * A place with its French and its Dutch name, one under the other and equal; once where they are
 * the same. With a dot the names stand to its right.
 */
class TwoNames {
  /** @param {number} size @param {number} weight @param {Ink} ink @param {keyof Ink} fill @param {boolean} [dot] */
  constructor(size, weight, ink, fill, dot = false) {
    this.font = `${weight} ${size}px ${FACE}`;
    this.size = size;
    this.fill = ink[fill];
    this.halo = ink.halo;
    this.dot = dot;
  }

  /**
   * @param {{scratch: CanvasRenderingContext2D}} layout
   * @param {L.Point[][]} geometry
   * @param {BasemapFeature} feature
   */
  place({ scratch }, geometry, feature) {
    const at = geometry[0]?.[0];
    const lines = bothNames(feature.props);
    if (at === undefined || lines.length === 0) return undefined;
    scratch.font = this.font;
    const width = Math.max(...lines.map((line) => scratch.measureText(line).width));
    const step = this.size * 1.2;
    const height = step * lines.length;
    const left = this.dot ? 6 : -width / 2;
    const box = {
      minX: at.x + (this.dot ? -4 : left),
      minY: at.y - height / 2,
      maxX: at.x + left + width,
      maxY: at.y + height / 2,
    };
    /** @param {CanvasRenderingContext2D} context */
    const draw = (context) => {
      context.globalAlpha = 1;
      context.font = this.font;
      context.fillStyle = this.fill;
      context.strokeStyle = this.halo;
      context.lineJoin = "round";
      context.lineWidth = 3.5;
      context.textAlign = this.dot ? "left" : "center";
      context.textBaseline = "middle";
      const x = this.dot ? left : 0;
      lines.forEach((line, i) => {
        const y = -height / 2 + step * (i + 0.5);
        context.strokeText(line, x, y);
        context.fillText(line, x, y);
      });
      if (!this.dot) return;
      context.beginPath();
      context.arc(0, 0, 2.5, 0, 2 * Math.PI);
      context.fill();
    };
    return [{ anchor: at, bboxes: [box], draw }];
  }
}

/** @param {BasemapFeature["props"]} props */
function bothNames(props) {
  const names = [props["name_fr"], props["name_nl"]].filter((name) => typeof name === "string");
  return [...new Set(names.length > 0 ? names.map(String) : [String(props["name"] ?? "")])].filter(
    Boolean,
  );
}

/**
 * The Region as an island: what lies outside has no data, so it fades into the ground.
 * @param {L.Map} map
 * @param {GeoJSON.FeatureCollection} region
 * @param {ThemeName} theme
 */
export function fringeLayer(map, region, theme) {
  const ink = INKS[theme];
  const rings = outerRings(region);
  const land = L.svg({ pane: pane(map, "land", 150), padding: 0.5 });
  const renderer = L.svg({ pane: pane(map, "fringe", 250), padding: 0.5 });
  const still = { renderer, interactive: false };
  /** @type {L.LatLngTuple[]} */
  const world = [
    [48, 0],
    [48, 9],
    [53, 9],
    [53, 0],
  ];
  const closed = rings.map((ring) => [...ring, /** @type {L.LatLngTuple} */ (ring[0])]);
  const shade = /** @type {[number, number][]} */ ([
    [34, 0.16],
    [20, 0.2],
    [9, 0.3],
  ]);
  return L.layerGroup([
    L.polygon(rings, { ...still, renderer: land, stroke: false, fillColor: ink.land, fillOpacity: 1 }),
    L.polygon([world, ...rings], { ...still, stroke: false, fillColor: ink.base, fillOpacity: 0.9 }),
    ...shade.map(([weight, opacity]) => L.polyline(closed, { ...still, color: ink.base, weight, opacity })),
    L.polygon(rings, { ...still, fill: false, color: ink.edge, weight: 1.5, opacity: 0.9 }),
  ]);
}

/** @param {L.Map} map @param {string} name @param {number} height */
function pane(map, name, height) {
  const made = map.getPane(name) ?? map.createPane(name);
  made.style.zIndex = String(height);
  made.style.pointerEvents = "none";
  return name;
}

/** @param {GeoJSON.FeatureCollection} collection @returns {L.LatLngTuple[][]} */
function outerRings(collection) {
  /** @type {L.LatLngTuple[][]} */
  const rings = [];
  for (const { geometry } of collection.features) {
    const polygons =
      geometry.type === "Polygon"
        ? [geometry.coordinates]
        : geometry.type === "MultiPolygon"
          ? geometry.coordinates
          : [];
    for (const polygon of polygons) {
      const [ring = []] = polygon;
      rings.push(ring.map((at) => /** @type {L.LatLngTuple} */ ([at[1], at[0]])));
    }
  }
  return rings;
}
