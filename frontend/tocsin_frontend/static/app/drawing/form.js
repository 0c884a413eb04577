// @ts-check
/** The form in which a drawing is given: everything the pointer can say, in words and figures. */

import { isOpen } from "../evolve.js";
import { figureOf } from "../layers/drawing-layer.js";
import { geometryOf, outlineSaid, told } from "./draft.js";
import { tellPlace } from "./shapes.js";
import { newestWind } from "./wind.js";

/** @import { Desk } from "../desk.js" */
/** @import { Field, Form, Values } from "../forms.js" */
/** @import { Drawing } from "../../../../types/wire" */
/** @import { Drawn } from "../layers/drawing-layer.js" */
/** @import { Kind, Shape, Team } from "./kinds.js" */
/** @import { WhereIs } from "./draft.js" */
/** @import { Place } from "./shapes.js" */

/** What is in the form. @typedef {{ kind: Kind, shape: Shape, before: Drawing | null }} Subject */

const RADIUS_M = 100;
const WEDGE_M = 500;

/** @param {Desk} desk @param {Subject} subject @param {Team[]} teams @param {WhereIs} whereIs @returns {Form} */
export function drawingForm(desk, { kind, shape, before }, teams, whereIs) {
  const { words } = desk;
  const said = before === null ? begin(desk, kind) : told(before);
  const fields = [
    ...(shape === "circle" || shape === "place" ? [centre(desk, shape, said["centre"])] : []),
    ...(shape === "circle" ? [radius(desk, said["radius_m"])] : []),
    ...(kind === "wedge" ? [wind(desk, said["wind_from_deg"])] : []),
    ...(shape === "path" || shape === "outline" ? [points(desk, shape, said["points"])] : []),
    label(desk, kind, before),
    incident(desk, before),
    ...(before === null && teams.length > 1 ? [team(desk, teams)] : []),
  ];
  return {
    title: words.name("drawing_kind.", kind),
    note: words.name("drawing_how.", shape),
    send: words.t(before === null ? "drawing.send" : "form.save"),
    fields,
    wrong: (values) => {
      const outcome = outlineSaid(kind, shape, values, whereIs);
      return "wrong" in outcome ? { field: outcome.wrong, detail: words.name("drawing_wrong.", outcome.wrong) } : null;
    },
    commands: (values) => {
      const drawn = { ...drawnOf(kind, shape, values, whereIs), incident: values["incident"] };
      if (before !== null) return { command: "redraw", drawing: before.id, ...drawn };
      return { command: "draw", layer: values["layer"] ?? teams[0], kind, ...drawn };
    },
  };
}

/** What the fields come to so far, to look at; null while they say no shape. @param {Subject} subject @param {Values} values @param {WhereIs} whereIs @returns {Drawn | null} */
export function sketchOf({ kind, shape }, values, whereIs) {
  const drawn = drawnOf(kind, shape, values, whereIs);
  return drawn === null ? null : { kind, ...drawn };
}

/** How long or how large it is while the pointer draws. @param {Desk} desk @param {Shape} shape @param {Place[]} places */
export function figureSoFar(desk, shape, places) {
  const kind = shape === "path" ? "distance" : "area";
  if (places.length < (shape === "path" ? 2 : 3)) return "";
  const none = { text: null, radius_m: null, wind_from_deg: null };
  return figureOf(desk, { kind, geometry: geometryOf(shape, places), ...none }) ?? "";
}

/** @param {Kind} kind @param {Shape} shape @param {Values} values @param {WhereIs} whereIs */
function drawnOf(kind, shape, values, whereIs) {
  const outcome = outlineSaid(kind, shape, values, whereIs);
  return "wrong" in outcome ? null : { ...outcome.outline, text: /** @type {string | null} */ (values["text"]) };
}

/** A new one lies on the chosen incident. @param {Desk} desk @param {Kind} kind @returns {Record<string, string>} */
function begin({ store }, kind) {
  const chosen = store.selectedIncident();
  const placed = chosen !== null && chosen.lat !== null && chosen.lon !== null;
  const from = newestWind(store.picture)?.from;
  return {
    centre: placed && kind !== "text" ? tellPlace({ lat: Number(chosen.lat), lon: Number(chosen.lon) }) : "",
    radius_m: String(kind === "wedge" ? WEDGE_M : RADIUS_M),
    wind_from_deg: from === undefined ? "" : String(Math.round(from)),
    points: "",
  };
}

/** @param {Desk} desk @param {Shape} shape @param {string} [value] @returns {Field} */
const centre = ({ words }, shape, value) => ({
  name: "centre",
  kind: "line",
  label: words.t(shape === "place" ? "drawing.field.place" : "drawing.field.centre"),
  hint: words.t("drawing.field.centre_hint"),
  required: true,
  value,
});

/** @param {Desk} desk @param {string} [value] @returns {Field} */
const radius = ({ words }, value) => ({
  name: "radius_m",
  kind: "number",
  label: words.t("drawing.field.radius"),
  required: true,
  value,
});

/** @param {Desk} desk @param {string} [value] @returns {Field} */
function wind({ words, format, store }, value) {
  const newest = newestWind(store.picture);
  const hint =
    newest === null
      ? words.t("drawing.wind_unknown")
      : words.t("drawing.wind_from_fact", {
          from: format.number(newest.from),
          source: newest.shown.source,
          time: format.moment(newest.shown.observed_at ?? newest.shown.recorded_at, store.now()),
        });
  return { name: "wind_from_deg", kind: "number", label: words.t("drawing.field.wind"), hint, required: true, value };
}

/** @param {Desk} desk @param {Shape} shape @param {string} [value] @returns {Field} */
const points = ({ words }, shape, value) => ({
  name: "points",
  kind: "text",
  label: words.t("drawing.field.points"),
  hint: words.t(shape === "outline" ? "drawing.field.outline_hint" : "drawing.field.path_hint"),
  required: true,
  value,
});

/** @param {Desk} desk @param {Kind} kind @param {Drawing | null} before @returns {Field} */
const label = ({ words }, kind, before) => ({
  name: "text",
  kind: "line",
  label: words.t("drawing.field.text"),
  required: kind === "text",
  value: before?.text ?? "",
});

/** @param {Desk} desk @param {Drawing | null} before @returns {Field} */
function incident({ words, names, store }, before) {
  const told = before?.incident ?? null;
  const listed = Object.values(store.picture.incidents).filter((one) => isOpen(one) || one.id === told);
  return {
    name: "incident",
    kind: "choice",
    label: words.t("drawing.field.incident"),
    value: (before === null ? store.selected : told) ?? "",
    options: [
      { value: "", text: words.t("drawing.no_incident") },
      ...listed
        .sort((a, b) => (a.id < b.id ? 1 : -1))
        .map(({ id, type }) => ({ value: id, text: `${id} · ${names.type(type)}` })),
    ],
  };
}

/** @param {Desk} desk @param {Team[]} teams @returns {Field} */
const team = ({ words }, teams) => ({
  name: "layer",
  kind: "choice",
  label: words.t("drawing.field.layer"),
  required: true,
  value: teams[0],
  options: teams.map((value) => ({ value, text: words.name("drawing_layer.", value) })),
});

