// @ts-check
/** The signs of the time conductor. */

import { svg } from "../dom.js";

/** @type {Record<"live" | "past" | "play" | "pause" | "previous" | "next", string>} */
const SIGNS = {
  live: "M12 7a5 5 0 1 0 0 10a5 5 0 1 0 0-10Z",
  past: "M11 6v12L3 12ZM21 6v12l-8-6Z",
  play: "M7 5v14l12-7Z",
  pause: "M7 5h4v14H7ZM13 5h4v14h-4Z",
  previous: "M5 5h3v14H5ZM20 5v14L9 12Z",
  next: "M16 5h3v14h-3ZM4 5v14l11-7Z",
};

/** @typedef {keyof typeof SIGNS} TimeSign */

/** @param {TimeSign} name */
export function timeSign(name) {
  const look = { viewBox: "0 0 24 24", width: 20, height: 20, class: `time-sign ${name}`, "aria-hidden": "true" };
  return svg("svg", look, svg("path", { d: SIGNS[name] }));
}
