// @ts-check
/**
 * The signs of the room as elements: incidents and severities (symbols/frames.js tells their
 * grammar), alarms, cameras, and the small line signs of buttons.
 */

import { svg } from "./dom.js";
import { badgeDrawing, incidentDrawing } from "./symbols/frames.js";
import { drawn } from "./symbols/parts.js";

/** @import { Incident } from "../../../types/wire" */
/** @import { Names } from "./names.js" */
/** @import { Look } from "./symbols/frames.js" */

/** What the fill says of a state; any other state is over. @type {Record<string, Look>} */
const LOOKS = {
  reported: "new",
  acknowledged: "taken",
  qualified: "taken",
  responding: "taken",
  coordinating: "taken",
  stabilised: "stable",
  recovery: "stable",
};
const TICKS_FROM = [2, 3, 5, 10]; // observations for one tick, two, three, four

/** @param {string} state @returns {Look} */
export function lookOf(state) {
  return LOOKS[state] ?? "over";
}

/** How many ticks tell so many observations. @param {number} count */
export function ticksOf(count) {
  return TICKS_FROM.filter((from) => count >= from).length;
}

/** What makes the sign of an incident; two equal ones look the same. @param {Names} names @param {Incident} incident @param {boolean} [chosen] */
export function incidentLook(names, incident, chosen = false) {
  return {
    severity: incident.severity,
    family: names.family(incident.type),
    look: lookOf(incident.state),
    confirmed: isConfirmed(incident),
    ticks: ticksOf(incident.count),
    chosen,
  };
}

/**
 * The whole sign of an incident.
 * @param {{names: Names}} desk
 * @param {Incident} incident
 * @param {{size?: number, chosen?: boolean}} [how]
 */
export function incidentSign({ names }, incident, { size = 44, chosen = false } = {}) {
  const look = incidentLook(names, incident, chosen);
  return drawn(incidentDrawing(look), { size, look: `incident s${incident.severity} ${look.look}` });
}

/** How grave: the shape and the number alone. @param {number} severity @param {number} [size] */
export function severityBadge(severity, size = 20) {
  return drawn(badgeDrawing(severity), { size, look: `badge-sign s${severity}` });
}

/**
 * Confirmed means that two kinds of source speak of it.
 * @param {Incident} incident
 */
export function isConfirmed(incident) {
  return incident.source_classes.length > 1;
}

/** @type {Record<string, string>} */
const SIGNS = {
  online: "M5 12.5 10 17.5 19 7",
  catching_up: "M12 5v9m-4-4 4 4 4-4M5 19h14",
  silent: "M5 12h14",
  offline: "M6 6l12 12M18 6 6 18",
  unknown: "M9 9a3 3 0 1 1 4 2.8c-.7.3-1 .8-1 1.7M12 17.5v.5",
  undo: "M8 5 4 9l4 4M4 9h10a5 5 0 0 1 0 10h-4",
  close: "M6 6l12 12M18 6 6 18",
  warning: "M12 4 21 20H3ZM12 10v5M12 17.5v.3",
  print: "M7 8V4h10v4M7 16H5v-5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v5h-2M8 13.5h8V20H8Z",
  late: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
  tie: "M9 15 15 9M10.5 6.5 13 4a4.2 4.2 0 0 1 6 6l-2.5 2.5M13.5 17.5 11 20a4.2 4.2 0 0 1-6-6l2.5-2.5",
  aside: "M5 5v14M9 12h11m-4-4 4 4-4 4",
  speaker: "M4 9.5h4l5-4v13l-5-4H4ZM16.5 9a4.2 4.2 0 0 1 0 6M18.8 6.5a8 8 0 0 1 0 11",
  speaker_off: "M4 9.5h4l5-4v13l-5-4H4ZM16.5 9.5l5 5M21.5 9.5l-5 5",
  theme: "M12 3a9 9 0 1 0 0 18ZM12 3a9 9 0 0 1 0 18",
  draw: "M4 20l1-4L16 5l3 3L8 19ZM13.5 7.5l3 3",
  legend: "M5 3.5 8 6.5 5 9.5 2 6.5ZM11.5 6.5H21M3 11.5h4v4H3ZM11.5 13.5H21M5 18.5a2 2 0 1 0 .01 0M11.5 20.5H21",
  bell: "M12 3a6 6 0 0 0-6 6v4l-2 4h16l-2-4V9a6 6 0 0 0-6-6M10 20h4",
};

const PRIORITY = /** @type {Record<number, string>} */ ({
  1: "M2 2H38L46 13 38 24H2Z", // an arrow: go
  2: "M8 2H40L46 13 40 24H8L2 13Z", // a lozenge
  3: "M10 2H38A11 11 0 0 1 38 24H10A11 11 0 0 1 10 2Z", // a pill
});

/** How urgently an alarm calls: a shape of its own for each priority, with its name in it. @param {number} priority */
export function prioritySymbol(priority) {
  const text = svg("text", { x: priority === 1 ? 20 : 24, y: 13.5, class: "priority-name" });
  text.textContent = `P${priority}`;
  return svg(
    "svg",
    { viewBox: "0 0 48 26", width: 44, height: 24, class: `priority p${priority}`, "aria-hidden": "true" },
    svg("path", { d: PRIORITY[priority] ?? /** @type {string} */ (PRIORITY[3]), class: "priority-shape" }),
    text,
  );
}

const CAMERA = "M3 8h11v8H3ZM14 11l6-3.5v9L14 13";
/** What stands over the camera, so that its state is never told by colour alone. @type {Record<string, string>} */
const CAMERA_MARKS = {
  working: "",
  disturbed: "M8.5 1.5v3.5M8.5 20.5v.1M8.5 19v-.5",
  none: "M3 3 21 21",
  no_agreement: "M12 1.5a10.5 10.5 0 1 0 .01 0",
};

/**
 * A camera: plain when it works, with an exclamation mark when its picture is disturbed, struck out
 * without a picture, dashed in a ring without an agreement. A wedge shows which way it looks.
 * @param {string} kind
 * @param {number} [size]
 * @param {number | null} [heading] degrees from north
 */
export function cameraSymbol(kind, size = 22, heading = null) {
  const wedge = svg("path", { d: "M12 12 6 -8A20 20 0 0 1 18 -8Z", class: "view" });
  if (heading !== null) wedge.setAttribute("transform", `rotate(${heading} 12 12)`);
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: `camera-sign ${kind}`, "aria-hidden": "true" },
    ...(heading === null ? [] : [wedge]),
    svg("path", { d: CAMERA, class: "body" }),
    svg("path", { d: CAMERA_MARKS[kind] ?? "", class: "mark" }),
  );
}

/** A line sign on a 24-grid. @param {string} name @param {number} [size] */
export function sign(name, size = 18) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: `sign ${name}`, "aria-hidden": "true" },
    svg("path", { d: SIGNS[name] ?? /** @type {string} */ (SIGNS["unknown"]) }),
  );
}
