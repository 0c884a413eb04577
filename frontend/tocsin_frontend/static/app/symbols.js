// @ts-check
/**
 * The signs of the room: a shape and a number for each severity, so that colour is never alone.
 * A dashed ring says that only one kind of source speaks; a halo marks the chosen incident.
 */

import { svg } from "./dom.js";

/** @import { Incident } from "../../../types/wire" */

/** @type {{shape: [string, Record<string, string | number>], ring: [string, Record<string, string | number>], number: number}[]} */
const LEVELS = [
  {
    shape: ["circle", { cx: 24, cy: 24, r: 10 }],
    ring: ["circle", { cx: 24, cy: 24, r: 14 }],
    number: 24,
  },
  {
    shape: ["circle", { cx: 24, cy: 24, r: 13 }],
    ring: ["circle", { cx: 24, cy: 24, r: 17.5 }],
    number: 24,
  },
  {
    shape: ["path", { d: "M24 7.5 40 36.5H8Z" }],
    ring: ["path", { d: "M24 .5 46.5 41H1.5Z" }],
    number: 28,
  },
  {
    shape: ["path", { d: "M24 7 41 24 24 41 7 24Z" }],
    ring: ["path", { d: "M24 1 47 24 24 47 1 24Z" }],
    number: 24,
  },
  {
    shape: ["path", { d: "M17 7H31L41 17V31L31 41H17L7 31V17Z" }],
    ring: ["path", { d: "M14.8 2H33.2L46 14.8V33.2L33.2 46H14.8L2 33.2V14.8Z" }],
    number: 24,
  },
];

/**
 * @param {number} severity
 * @param {object} [how]
 * @param {boolean} [how.confirmed]
 * @param {boolean} [how.ended]
 * @param {number} [how.size] edge in pixels
 */
export function severitySymbol(severity, { confirmed = true, ended = false, size = 32 } = {}) {
  const level = LEVELS[severity] ?? /** @type {typeof LEVELS[0]} */ (LEVELS[0]);
  const shape = svg(level.shape[0], { ...level.shape[1], class: "symbol-shape" });
  const ring = svg(level.ring[0], { ...level.ring[1], class: "symbol-ring" });
  const number = svg("text", { x: 24, y: level.number, class: "symbol-number" });
  number.textContent = String(severity);
  const look = `symbol s${severity}${confirmed ? "" : " unconfirmed"}${ended ? " ended" : ""}`;
  return svg(
    "svg",
    { viewBox: "-2 -2 52 52", width: size, height: size, class: look, "aria-hidden": "true" },
    ring,
    shape,
    number,
  );
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
  late: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
  tie: "M9 15 15 9M10.5 6.5 13 4a4.2 4.2 0 0 1 6 6l-2.5 2.5M13.5 17.5 11 20a4.2 4.2 0 0 1-6-6l2.5-2.5",
  aside: "M5 5v14M9 12h11m-4-4 4 4-4 4",
  speaker: "M4 9.5h4l5-4v13l-5-4H4ZM16.5 9a4.2 4.2 0 0 1 0 6M18.8 6.5a8 8 0 0 1 0 11",
  speaker_off: "M4 9.5h4l5-4v13l-5-4H4ZM16.5 9.5l5 5M21.5 9.5l-5 5",
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
