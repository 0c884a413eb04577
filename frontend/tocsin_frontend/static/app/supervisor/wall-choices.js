// @ts-check
/** What a wall may be told to show, by name, and the form that tells it. */

import { communeOf, metresBetween, placeOf } from "../places.js";
import { isOpen } from "../evolve.js";
import { boxOf, sameView, viewAround, viewOf } from "./wall-views.js";
import { gravestFirst } from "./waiting.js";

/** @import { Desk } from "../desk.js" */
/** @import { Form } from "../forms.js" */
/** @import { CameraView, Incident, Wall } from "../../../../types/wire" */
/** @import { View } from "./wall-views.js" */

/** @typedef {"a" | "b"} Layout */
/** @typedef {{value: string, text: string, group: string, view: View}} NamedView */
/** @typedef {{region: GeoJSON.FeatureCollection, municipalities: GeoJSON.FeatureCollection, zones: GeoJSON.FeatureCollection}} Areas */

const NEAR = 6;
const OTHER = "other";
export const CAMERAS = 6; // on one wall

/** @param {Desk} desk @returns {Incident[]} open ones, the gravest first */
export const openIncidents = ({ store }) =>
  Object.values(store.picture.incidents).filter(isOpen).sort(gravestFirst);

/** @param {Desk} desk @param {Areas} areas @returns {NamedView[]} */
export function namedViews(desk, areas) {
  const { words, names } = desk;
  const whole = areas.region.features[0]?.geometry;
  const named = (/** @type {GeoJSON.Feature[]} */ features, /** @type {string} */ id, /** @type {string} */ group) =>
    features
      .map(({ properties, geometry }) => ({
        value: `${id}:${properties?.[id]}`,
        text: communeOf({ fr: properties?.["name_fr"], nl: properties?.["name_nl"] }) ?? "",
        group,
        view: viewOf(boxOf(geometry)),
      }))
      .sort((a, b) => a.text.localeCompare(b.text, words.tag));
  return [
    ...(whole === undefined
      ? []
      : [{ value: "region", text: words.t("walls.region"), group: "", view: viewOf(boxOf(whole)) }]),
    ...openIncidents(desk).flatMap((incident) => {
      const view = viewAround(incident);
      const text = `${incident.id} ${names.type(incident.type)}, ${placeOf(words, incident)}`;
      return view === null ? [] : [{ value: `incident:${incident.id}`, text, group: words.t("walls.incidents"), view }];
    }),
    ...named(areas.zones.features, "zone", words.t("layer.police_zones")),
    ...named(areas.municipalities.features, "nis", words.t("layer.municipalities")),
  ];
}

/** @param {NamedView[]} views @param {View | null} view */
export const nameOf = (views, view) => views.find((named) => sameView(named.view, view)) ?? null;

/**
 * The whole of what a wall shall show: a map takes a view, the wall of cameras takes cameras.
 * @param {Desk} desk @param {Areas} areas @param {Layout} layout @param {Wall | null} now
 * @returns {Form}
 */
export function wallForm(desk, areas, layout, now) {
  const { words, names } = desk;
  const views = namedViews(desk, areas);
  const itself = { value: "", text: words.t("walls.itself") };
  const other = now?.view ?? null; // a view without a name of ours may stay
  const isNamed = nameOf(views, other) !== null;
  const incidents = openIncidents(desk).map(({ id, severity, type }) => ({
    value: id,
    text: `${id} S${severity} ${names.type(type)}`,
  }));
  /** @type {Form["fields"]} */
  const shown =
    layout === "a"
      ? [
          {
            name: "view",
            kind: "choice",
            label: words.t("walls.view"),
            value: nameOf(views, other)?.value ?? (other === null ? "" : OTHER),
            options: [itself, ...(other === null || isNamed ? [] : [{ value: OTHER, text: words.t("walls.other_view") }]), ...views],
          },
        ]
      : [cameraFields(desk, now)];
  return {
    title: words.t("walls.direct_title", { wall: words.t(`walls.${layout}`) }),
    note: words.t("walls.direct_note"),
    send: words.t("walls.direct_send"),
    fields: [
      {
        name: "incident",
        kind: "choice",
        label: words.t("walls.incident"),
        value: incidents.some(({ value }) => value === now?.incident) ? (now?.incident ?? "") : "",
        options: [itself, ...incidents],
        otherwise: words.t("walls.something"),
      },
      ...shown,
      { name: "note", kind: "line", label: words.t("walls.note"), value: now?.note ?? "", hint: words.t("walls.note_hint") },
    ],
    missing: (values) =>
      values["incident"] === null && values["note"] === null && !values["view"] && camerasIn(values).length === 0
        ? "incident"
        : null,
    commands: (values) => ({
      command: "direct_wall",
      layout,
      incident: values["incident"],
      view: values["view"] === OTHER ? other : (views.find(({ value }) => value === values["view"])?.view ?? null),
      cameras: camerasIn(values),
      note: values["note"],
    }),
  };
}

/** @param {Record<string, any>} values each camera once, in the order of the tiles @returns {string[]} */
function camerasIn(values) {
  const chosen = Array.from({ length: CAMERAS }, (_, i) => values[`camera_${i}`]).filter(Boolean);
  return [...new Set(chosen)];
}

/** A choice for each tile. @param {Desk} desk @param {Wall | null} now @returns {Form["fields"][number]} */
function cameraFields(desk, now) {
  const { words } = desk;
  const options = [{ value: "", text: "–" }, ...cameraOptions(desk, now)];
  return {
    name: "cameras",
    kind: "group",
    label: words.t("walls.cameras"),
    fields: Array.from({ length: CAMERAS }, (_, i) => ({
      name: `camera_${i}`,
      kind: "choice",
      label: words.t("walls.tile", { n: i + 1 }),
      value: now?.cameras[i] ?? "",
      options,
    })),
  };
}

/** Those near what matters most first; what has no agreement cannot be shown. @param {Desk} desk @param {Wall | null} now */
function cameraOptions(desk, now) {
  const { words, cameras, store } = desk;
  const able = [...cameras.cameras.values()].filter((camera) => camera.agreement);
  const [worst] = openIncidents(desk);
  const about = store.picture.incidents[now?.incident ?? ""] ?? worst;
  const told = (/** @type {CameraView} */ camera, /** @type {string} */ group) => {
    const { kind, word } = cameras.condition(camera.id);
    const name = words.of(camera.name) || camera.id;
    return { value: camera.id, text: kind === "working" ? name : `${name} – ${words.name("camera_state.", word)}`, group };
  };
  const near =
    about === undefined
      ? []
      : able
          .map((camera) => ({ camera, metres: metresBetween(camera, about) }))
          .filter(({ metres }) => metres !== null)
          .sort((a, b) => Number(a.metres) - Number(b.metres))
          .slice(0, NEAR)
          .map(({ camera }) => told(camera, words.t("walls.near", { incident: about.id })));
  const nearby = new Set(near.map(({ value }) => value));
  return [
    ...near,
    ...able
      .filter(({ id }) => !nearby.has(id))
      .sort((a, b) => a.group.localeCompare(b.group) || a.id.localeCompare(b.id))
      .map((camera) => told(camera, camera.group)),
  ];
}
