// @ts-check
/** What the address of a wall says about it. Pure. */

import { GRIDS } from "./legibility.js";

/** @typedef {"a" | "b"} Layout `a`: the map; `b`: video and timeline */

/**
 * @typedef {object} WallOptions
 * @property {Layout} layout
 * @property {number} metres viewing distance
 * @property {number} pitchMm
 * @property {number} tiles
 * @property {string} language one, or both at once
 */

export const BOTH = "both";
export const DEFAULTS = /** @type {WallOptions} */ ({
  layout: "a",
  metres: 5,
  pitchMm: 0.634,
  tiles: 1,
  language: BOTH,
});
export const LIMITS = { metres: [0.5, 40], pitchMm: [0.05, 20] };

/** @param {string} search @param {string[]} languages @returns {WallOptions} */
export function readOptions(search, languages) {
  const asked = new URLSearchParams(search);
  const tiles = Number(asked.get("tiles"));
  const language = asked.get("lang") ?? "";
  return {
    layout: asked.get("layout") === "b" ? "b" : "a",
    metres: between(asked.get("distance"), LIMITS.metres) ?? DEFAULTS.metres,
    pitchMm: between(asked.get("pitch"), LIMITS.pitchMm) ?? DEFAULTS.pitchMm,
    tiles: GRIDS[tiles] === undefined ? DEFAULTS.tiles : tiles,
    language: languages.includes(language) ? language : BOTH,
  };
}

/** @param {string} wall address of the wall's page @param {WallOptions} options */
export function addressOf(wall, { layout, metres, pitchMm, tiles, language }) {
  const address = new URL(wall);
  const said = { layout, distance: metres, pitch: Number(pitchMm.toFixed(4)), tiles, lang: language };
  for (const [name, value] of Object.entries(said)) address.searchParams.set(name, String(value));
  return address.href;
}

/** @param {string | null} said @param {number[]} limits */
export function between(said, [least = 0, most = 0]) {
  const value = Number((said ?? "").replace(",", "."));
  return said !== null && said !== "" && value >= least && value <= most ? value : null;
}
