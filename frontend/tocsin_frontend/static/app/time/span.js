// @ts-check
/** The span of the journal as a slider, with a line for each landmark: the graver, the higher. */

import { h } from "../dom.js";
import { colour } from "../palette.js";

/** @import { Landmark } from "./history.js" */

const STEPS = 2000;
const SETTLED_MS = 200;
const THUMB = 18; // px, as in time.css: the ends of the span lie half of it inside

export class Span {
  /** @param {(at: number) => void} chosen a moment, once the hand rests */
  constructor(chosen) {
    this.input = h("input", { type: "range", id: "time-span" });
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.element = h("div", { class: "time-span" }, this.canvas, this.input);
    /** @type {[number, number]} */
    this.ends = [0, 0];
    /** @type {unknown[]} */
    this.painted = [];
    /** While the hand is on it. @type {number | undefined} */
    this.settling = undefined;
    this.input.addEventListener("input", () => {
      clearTimeout(this.settling);
      this.settling = window.setTimeout(() => {
        this.settling = undefined;
        chosen(this.value);
      }, SETTLED_MS);
    });
  }

  get value() {
    return Math.min(this.ends[1], this.ends[0] + Number(this.input.value) * 1000);
  }

  /** @param {number} first @param {number} last @param {number} at @param {string} said */
  show(first, last, at, said) {
    this.ends = [first, last];
    const seconds = Math.max(1, Math.ceil((last - first) / 1000));
    this.input.max = String(seconds);
    this.input.step = String(Math.max(1, Math.round(seconds / STEPS)));
    if (this.settling === undefined) this.input.value = String(Math.round((at - first) / 1000));
    this.input.setAttribute("aria-valuetext", said);
  }

  /** @param {Landmark[]} landmarks @param {string} theme */
  paint(landmarks, theme) {
    const { clientWidth, clientHeight } = this.canvas;
    const ratio = window.devicePixelRatio;
    const [first, last] = this.ends;
    const parts = [landmarks, theme, clientWidth, ratio, first, Math.round(last / 5000)];
    if (clientWidth === 0 || parts.every((part, i) => part === this.painted[i])) return;
    this.painted = parts;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    const paper = this.canvas.getContext("2d");
    if (paper === null) return;
    paper.scale(ratio, ratio);
    const width = clientWidth - THUMB;
    for (const severity of [0, 1, 2, 3, 4]) {
      paper.fillStyle = colour(`s${severity}-line`);
      const high = (clientHeight * (severity + 1)) / 5;
      for (const landmark of landmarks) {
        if (landmark.severity !== severity || landmark.kind === "state") continue;
        const x = THUMB / 2 + (width * (Date.parse(landmark.at) - first)) / Math.max(1, last - first);
        paper.fillRect(Math.round(x) - 1, clientHeight - high, severity > 2 ? 3 : 2, high);
      }
    }
  }
}
