// @ts-check
/** Where the wind comes from, as the newest fact says. */

/** @import { Picture, Shown } from "../../../../types/wire" */

/** @param {Picture} picture @returns {{ from: number, kmh: number | null, shown: Shown } | null} */
export function newestWind({ observations }) {
  /** @type {Shown | null} */
  let newest = null;
  for (const shown of Object.values(observations)) {
    if (typeof shown.facts["wind_from"] !== "number") continue;
    if (newest === null || at(shown) > at(newest)) newest = shown;
  }
  if (newest === null) return null;
  const kmh = newest.facts["wind_kmh"];
  return { from: Number(newest.facts["wind_from"]), kmh: typeof kmh === "number" ? kmh : null, shown: newest };
}

/** @param {Shown} shown */
const at = (shown) => shown.observed_at ?? shown.recorded_at;
