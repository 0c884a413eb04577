// @ts-check
/**
 * The twelve families of incidents, each a glyph on a 24-grid, drawn with lines of 2; `solid` ones
 * are filled as well. The names are those of backend/tocsin/taxonomy/families.yaml.
 */

/** @typedef {{d: string, solid?: boolean}} Glyph */

/** @type {Record<string, Glyph>} */
export const GLYPHS = {
  // a flame
  fire: {
    d: "M12.6 2.8c.3 3.4 5.4 5.6 5.4 11a6 6 0 0 1-12 .2c0-2.4 1.2-4 2.4-5.2.2 1.8.8 2.8 2 3.4.2-3.4.4-6.8 2.2-9.4Z",
  },
  // a burst
  gas_explosion: {
    d: "M12 2.6 14 7.8 18.8 5.2 16.2 10 21.4 12 16.2 14 18.8 18.8 14 16.2 12 21.4 10 16.2 5.2 18.8 7.8 14 2.6 12 7.8 10 5.2 5.2 10 7.8Z",
  },
  // a drum
  hazmat: { d: "M6.5 4h11M6.5 20h11M7.5 4v16M16.5 4v16M7.5 9.3h9M7.5 14.7h9" },
  // a trefoil
  cbrn: {
    d: "M14 8.5 16.8 3.7A9.6 9.6 0 0 1 21.6 12H16A4 4 0 0 0 14 8.5ZM14 15.5 16.8 20.3A9.6 9.6 0 0 1 7.2 20.3L10 15.5A4 4 0 0 0 14 15.5ZM8 12H2.4A9.6 9.6 0 0 1 7.2 3.7L10 8.5A4 4 0 0 0 8 12ZM12 11.5v1",
    solid: true,
  },
  // a car
  road: {
    d: "M5.2 17H3v-4l3-1.2L8.4 7h6.8l3 4.8 2.8 1.2v4h-2.2M9.4 17h5.2M5.2 17a2.1 2.1 0 1 0 4.2 0 2.1 2.1 0 0 0-4.2 0M14.6 17a2.1 2.1 0 1 0 4.2 0 2.1 2.1 0 0 0-4.2 0",
  },
  // the front of a train
  rail_metro: {
    d: "M8 3h8a2.5 2.5 0 0 1 2.5 2.5V14a3 3 0 0 1-3 3h-7a3 3 0 0 1-3-3V5.5A2.5 2.5 0 0 1 8 3ZM5.5 10.5h13M9 13.8v.1M15 13.8v.1M8 17.5 6.5 21M16 17.5 17.5 21",
  },
  // three people
  crowd: {
    d: "M12 4.2a2.3 2.3 0 1 0 .01 0M7.8 20v-4.5a4.2 4.2 0 0 1 8.4 0V20M5 7.3a1.5 1.5 0 1 0 .01 0M3 17.5v-2.3a3 3 0 0 1 2-2.8M19 7.3a1.5 1.5 0 1 0 .01 0M21 17.5v-2.3a3 3 0 0 0-2-2.8",
  },
  // a barrier
  order: { d: "M3.5 7h17v6h-17ZM7.5 13l3.5-6M13 13l3.5-6M6.5 13v6.5M17.5 13v6.5" },
  // a shield
  security: {
    d: "M12 2.8 19.2 5.5v5.7c0 4.7-3 8-7.2 10-4.2-2-7.2-5.3-7.2-10V5.5ZM12 8v4.7M12 16.3v.1",
  },
  // a cloud over waves
  weather_water: {
    d: "M7.5 12.5a3.4 3.4 0 0 1-.3-6.7 5 5 0 0 1 9.5.7 3 3 0 0 1-.2 6ZM4 17c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0 2.7-1.2 4 0 2.7 1.2 4 0M7.5 21c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0",
  },
  // a bolt
  utility_cyber: { d: "M13.5 2.8 5.5 13.5H11L10 21.2 18.5 10H13Z" },
  // a cross
  medical: { d: "M9.3 3.8h5.4v5.5h5.5v5.4h-5.5v5.5H9.3v-5.5H3.8V9.3h5.5Z" },
};

/** Of a type nobody named, or of a newer server: a question mark. @type {Glyph} */
const UNKNOWN = { d: "M8.5 8.5a3.6 3.6 0 1 1 5 3.3c-1 .5-1.5 1.2-1.5 2.4M12 18.3v.1" };

/** @param {string | undefined} family @returns {Glyph} */
export function glyphOf(family) {
  return (family === undefined ? undefined : GLYPHS[family]) ?? UNKNOWN;
}
