// @ts-check
/** What this screen costs, on demand: frames a second, the main thread's work in them, memory. */

import { fill, h } from "./dom.js";

/** @import { MapPage } from "./map-page.js" */

const KEPT = 240; // frames, about four seconds
const MEGA = 1_000_000;

export class FrameBudget {
  /** @param {MapPage} page */
  constructor({ desk, layers }) {
    this.desk = desk;
    this.layers = layers;
    this.list = h("dl");
    this.box = h("section", { id: "frame-budget", hidden: true }, this.list);
    document.body.append(this.box);
    /** When each frame began. @type {number[]} */
    this.begun = [];
    /** How long the main thread was busy with it, painting by the card not counted. @type {number[]} */
    this.busy = [];
    this.entries = { n: 0, at: 0 };
    this.channel = new MessageChannel();
    this.channel.port1.addEventListener("message", ({ data }) => this.#note(this.busy, performance.now() - data));
    this.channel.port1.start();
    desk.keys.add({ key: "b", says: "keys.budget", looks: true, act: () => this.toggle() });
  }

  toggle() {
    this.box.hidden = !this.box.hidden;
    if (this.box.hidden) return;
    this.begun = [];
    this.busy = [];
    this.entries = { n: this.desk.store.n, at: performance.now() };
    requestAnimationFrame((now) => this.#frame(now));
    this.tick();
  }

  draw() {}

  tick() {
    if (this.box.hidden) return;
    const { words, format, store } = this.desk;
    const lasted = (this.begun.at(-1) ?? 0) - (this.begun[0] ?? 0);
    const now = performance.now();
    const perSecond = (1000 * (store.n - this.entries.n)) / Math.max(1, now - this.entries.at);
    this.entries = { n: store.n, at: now };
    const ordered = [...this.busy].sort((a, b) => a - b);
    const middle = ordered[Math.floor(ordered.length / 2)];
    const buffered = store.n - Number(document.documentElement.dataset.liveN ?? store.n);
    const heap = /** @type {{usedJSHeapSize: number} | undefined} */ (/** @type {any} */ (performance).memory);
    const { objects, painting } = this.layers.moving;
    const rows = [
      ["budget.frames", lasted > 0 ? format.number((1000 * (this.begun.length - 1)) / lasted) : "–"],
      ["budget.busy", middle === undefined ? "–" : `${format.number(middle, 1)} / ${format.number(ordered.at(-1) ?? 0, 1)} ms`],
      ["budget.entries", format.number(perSecond, 1)],
      ["budget.buffered", format.number(buffered)],
      ["budget.heap", heap ? `${format.number(heap.usedJSHeapSize / MEGA)} MB` : words.t("budget.unknown")],
      ["budget.nodes", format.number(document.getElementsByTagName("*").length)],
      ["budget.moving", `${format.number(objects.size)} · ${words.t(`painting.${painting}`)}`],
    ];
    this.box.setAttribute("aria-label", words.t("keys.budget"));
    fill(this.list, rows.flatMap(([key, value]) => [h("dt", {}, words.t(/** @type {string} */ (key))), h("dd", {}, value)]));
  }

  /** @param {number} now */
  #frame(now) {
    if (this.box.hidden) return;
    this.#note(this.begun, now);
    this.channel.port2.postMessage(performance.now());
    requestAnimationFrame((next) => this.#frame(next));
  }

  /** @param {number[]} kept @param {number} value */
  #note(kept, value) {
    kept.push(value);
    if (kept.length > KEPT) kept.shift();
  }
}
