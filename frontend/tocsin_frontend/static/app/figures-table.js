// @ts-check
/** Tables of figures that one can read at twice the size, and figures that say what they are worth. */

import { h } from "./dom.js";

/** @import { Child } from "./dom.js" */
/** @import { Desk } from "./desk.js" */

/**
 * @param {string} caption
 * @param {string[]} heads
 * @param {Child[][]} rows the first cell names the row
 */
export function table(caption, heads, rows) {
  return h(
    "div",
    { class: "table", tabindex: "0", role: "region", "aria-label": caption },
    h(
      "table",
      {},
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h(
        "tbody",
        {},
        rows.map(([name, ...cells]) =>
          h("tr", {}, h("th", { scope: "row" }, name), cells.map((cell) => h("td", {}, cell))),
        ),
      ),
    ),
  );
}

/**
 * Whether a figure holds its benchmark: a word and a sign, never colour alone.
 * @param {Desk} desk @param {boolean | null} ok @param {"at_most" | "at_least"} [bound]
 */
export function verdict({ words }, ok, bound = "at_most") {
  if (ok === null) return h("span", { class: "verdict unknown" }, words.t("verdict.none"));
  const key = ok ? "verdict.ok" : bound === "at_most" ? "verdict.above" : "verdict.below";
  return h("span", { class: ok ? "verdict" : "verdict bad" }, `${ok ? "✓" : "▲"} ${words.t(key)}`);
}

/** @param {Desk} desk @param {number | null} value @param {string} [unit] `share` or `number` */
export function figure({ format, words }, value, unit = "number") {
  if (value === null) return words.t("value.unknown");
  if (unit === "share") {
    const percent = Math.round(value * 1000) / 10;
    return `${format.number(percent, Number.isInteger(percent) ? 0 : 1)}\u00a0%`;
  }
  return format.number(value, Number.isInteger(value) ? 0 : 1);
}
