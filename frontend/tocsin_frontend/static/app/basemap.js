// @ts-check
/** The offline basemap: dark, nearly grey, so that only what is abnormal has colour. */

const INK = {
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
};
const FACE = '"Inter Variable", "Segoe UI", sans-serif';

/**
 * @param {string} url of the PMTiles archive
 * @param {string} attribution
 * @returns {BasemapLayer}
 */
export function basemapLayer(url, attribution) {
  return protomapsL.leafletLayer({
    url,
    maxDataZoom: 15,
    maxZoom: 19,
    // Between whole zooms tiles are stretched: drawn finer, they stay sharp.
    devicePixelRatio: Math.max(1.5, window.devicePixelRatio),
    attribution,
    paintRules: paintRules(),
    labelRules: labelRules(),
    tasks: [document.fonts.load(`500 13px ${FACE}`)],
    noWrap: true,
  });
}

/** @param {...string} names @returns {(zoom: number, feature: BasemapFeature) => boolean} */
const kind = (...names) => (_, feature) => names.includes(String(feature.props["kind"]));

/** @returns {BasemapRule[]} */
function paintRules() {
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
    area("landuse", INK.built, kind("residential", "commercial", "retail", "education", "school")),
    area("landuse", INK.industry, kind("industrial", "railway", "military", "construction")),
    area("landuse", INK.green, kind("cemetery", "farmland", "allotments", "greenfield", "stadium")),
    area("green", INK.green, kind("park", "grass", "garden", "scrub")),
    area("green", INK.wood, kind("wood", "nature_reserve")),
    area("water", INK.water),
    {
      dataLayer: "waterway",
      filter: (_, f) => !f.props["tunnel"],
      symbolizer: new LineSymbolizer({
        color: INK.water,
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
      symbolizer: new LineSymbolizer({ color: INK.minor, width: 2, dash: [3, 3] }),
    },
    road("path", INK.path, [
      [14, 0.4],
      [18, 2],
    ]),
    road("track", INK.path, [
      [13, 0.4],
      [18, 2],
    ]),
    road("service", INK.path, [
      [14, 0.6],
      [18, 5],
    ]),
    road("pedestrian", INK.minor, [
      [13, 0.6],
      [18, 8],
    ]),
    road("minor", INK.minor, [
      [12, 0.4],
      [15, 2.2],
      [18, 11],
    ]),
    road("tertiary", INK.tertiary, [
      [11, 0.5],
      [15, 3.4],
      [18, 14],
    ]),
    road("secondary", INK.secondary, [
      [10, 0.5],
      [13, 1.8],
      [18, 17],
    ]),
    road("primary", INK.primary, [
      [9, 0.6],
      [13, 2.2],
      [18, 19],
    ]),
    road("trunk", INK.motorway, [
      [8, 0.8],
      [13, 2.6],
      [18, 21],
    ]),
    road("motorway", INK.motorway, [
      [8, 0.8],
      [13, 3],
      [18, 22],
    ]),
    {
      dataLayer: "rail",
      filter: (_, f) => f.props["kind"] === "rail" && !f.props["tunnel"] && !f.props["service"],
      symbolizer: new LineSymbolizer({
        color: INK.rail,
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

/** @returns {BasemapRule[]} */
function labelRules() {
  const { LineLabelSymbolizer } = protomapsL;
  /** @param {string[]} kinds @param {number} minzoom @returns {BasemapRule} */
  const poi = (kinds, minzoom) => ({
    dataLayer: "pois",
    minzoom,
    filter: kind(...kinds),
    symbolizer: new TwoNames(11, 450, INK.faint, true),
  });
  /** @param {string[]} kinds @param {number} minzoom @returns {BasemapRule} */
  const street = (kinds, minzoom) => ({
    dataLayer: "roads",
    minzoom,
    filter: kind(...kinds),
    symbolizer: new LineLabelSymbolizer({
      font: `450 11px ${FACE}`,
      fill: INK.faint,
      stroke: INK.halo,
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
      symbolizer: new TwoNames(13, 550, INK.label),
    },
    poi(["hospital", "railway_station"], 14),
    poi(["metro"], 14),
    poi(["fire_station", "police", "townhall", "institution", "stadium"], 15),
    {
      dataLayer: "places",
      minzoom: 14,
      filter: (_, f) => f.props["kind"] === "neighbourhood",
      symbolizer: new TwoNames(12, 500, INK.faint),
    },
    {
      dataLayer: "places",
      minzoom: 14,
      filter: (_, f) => f.props["kind"] === "park",
      symbolizer: new TwoNames(11, 450, "#7f9a8b"),
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
  /** @param {number} size @param {number} weight @param {string} fill @param {boolean} [dot] */
  constructor(size, weight, fill, dot = false) {
    this.font = `${weight} ${size}px ${FACE}`;
    this.size = size;
    this.fill = fill;
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
      context.strokeStyle = INK.halo;
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
 * The Region as an island: what lies outside has no data, so it fades into the dark.
 * @param {L.Map} map
 * @param {GeoJSON.FeatureCollection} region
 */
export function drawFringe(map, region) {
  const land = map.createPane("land");
  land.style.zIndex = "150";
  land.style.pointerEvents = "none";
  const pane = map.createPane("fringe");
  pane.style.zIndex = "250";
  pane.style.pointerEvents = "none";
  const renderer = L.svg({ pane: "fringe", padding: 0.5 });
  const rings = outerRings(region);
  /** @type {L.LatLngTuple[]} */
  const world = [
    [48, 0],
    [48, 9],
    [53, 9],
    [53, 0],
  ];
  L.polygon(rings, {
    renderer: L.svg({ pane: "land", padding: 0.5 }),
    interactive: false,
    stroke: false,
    fillColor: INK.land,
    fillOpacity: 1,
  }).addTo(map);
  L.polygon([world, ...rings], {
    renderer,
    interactive: false,
    stroke: false,
    fillColor: INK.base,
    fillOpacity: 0.9,
  }).addTo(map);
  for (const [weight, opacity] of /** @type {[number, number][]} */ ([
    [34, 0.16],
    [20, 0.2],
    [9, 0.3],
  ])) {
    L.polyline(
      rings.map((ring) => [...ring, /** @type {L.LatLngTuple} */ (ring[0])]),
      { renderer, interactive: false, color: INK.base, weight, opacity },
    ).addTo(map);
  }
  L.polygon(rings, {
    renderer,
    interactive: false,
    fill: false,
    color: "#64778a",
    weight: 1.5,
    opacity: 0.9,
  }).addTo(map);
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
