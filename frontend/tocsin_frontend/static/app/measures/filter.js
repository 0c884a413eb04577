// @ts-check
/** Which measures of the board are looked at: pure, and as an address says it. */

/** @import { MeasureShown } from "../../../../types/figures" */

/** @typedef {"in_use" | "gaps" | "never"} Only */
/** @typedef {{axis: string | null, only: Set<Only>}} Filter */

export const ONLY = /** @type {Only[]} */ (["in_use", "gaps", "never"]);

/** @type {Record<Only, (measure: MeasureShown) => boolean>} */
export const IS = {
  in_use: (measure) => measure.in_use.length > 0,
  gaps: (measure) => measure.gaps.length > 0,
  never: (measure) => measure.never_exercised,
};

/** @param {string | null} axis @param {string | null} only @returns {Filter} */
export function readFilter(axis, only) {
  const named = new Set((only ?? "").split(","));
  return { axis: axis || null, only: new Set(ONLY.filter((name) => named.has(name))) };
}

/** @param {Filter} filter */
export const written = ({ axis, only }) => ({ axis, only: only.size === 0 ? null : [...only].join(",") });

/** All that is asked for has to hold. @param {Filter} filter @param {MeasureShown} measure @param {string | null} axis its own */
export function isLookedAt(filter, measure, axis) {
  return (filter.axis === null || filter.axis === axis) && [...filter.only].every((name) => IS[name](measure));
}
