// @ts-check
/** How large text must be to be read from afar, and what then fits on a wall. Pure figures. */

/** Height of a capital letter in angular minutes: the least, running text, headlines. */
export const ANGLES = { least: 16, text: 20, headline: 30 };
const CAP_RATIO = 0.72; // of the font size; Inter has 0.727, so letters come out a hair larger
const MINUTES_A_TURN = 21_600;

/** Tiles of a wall as columns and rows: seams of the screens fall on seams of the picture. */
export const GRIDS = /** @type {Record<number, {columns: number, rows: number}>} */ ({
  1: { columns: 1, rows: 1 },
  10: { columns: 5, rows: 2 },
  16: { columns: 4, rows: 4 },
});

const RAIL = { share: 0.3, least: 17, most: 26, atMost: 0.56 };
const MAP_TEXT_PX = 15; // what the smallest text of a map measures at a desk
const LITTLE_LINES = 18; // below, what is only useful goes
const LEAST_LINES = 11; // below, pictures and their words do not both go
const LINE_EM = 1.25;
const LETTER_EM = 0.56; // a letter of Inter, on average, with a little in hand

/** How high a capital has to be to fill that angle. @param {number} metres @param {number} minutes */
export function capHeightMm(metres, minutes) {
  return 2 * metres * 1000 * Math.tan((minutes / MINUTES_A_TURN) * Math.PI);
}

/** @param {number} metres @param {number} minutes @param {number} pitchMm of one pixel */
export function fontPx(metres, minutes, pitchMm) {
  return capHeightMm(metres, minutes) / (CAP_RATIO * pitchMm);
}

/**
 * @typedef {object} Room all in CSS pixels
 * @property {number} text font size of running text
 * @property {number} rail width of what stands beside the map
 * @property {number} mapScale how much a map made for a desk is enlarged
 * @property {"least" | "little" | "enough"} space for text
 * @property {number} lines of running text on the whole screen
 * @property {number} letters on one line
 */

/**
 * @param {object} how
 * @param {number} how.metres viewing distance
 * @param {number} how.pitchMm of a pixel of the screen
 * @param {number} how.ratio pixels of the screen to one CSS pixel
 * @param {number} how.width in CSS pixels
 * @param {number} how.height
 * @param {number} how.tiles
 * @returns {Room}
 */
export function roomFor({ metres, pitchMm, ratio, width, height, tiles }) {
  const pitch = pitchMm * ratio;
  const text = fontPx(metres, ANGLES.text, pitch);
  const columns = GRIDS[tiles]?.columns ?? 1;
  const wanted = Math.min(RAIL.most * text, Math.max(RAIL.least * text, RAIL.share * width));
  const free = Math.min(wanted, RAIL.atMost * width);
  const seam = width / columns;
  const lines = Math.floor(height / (text * LINE_EM));
  return {
    text,
    space: lines < LEAST_LINES ? "least" : lines < LITTLE_LINES ? "little" : "enough",
    lines,
    rail: columns === 1 ? free : Math.max(1, Math.round(free / seam)) * seam,
    mapScale: Math.max(1, fontPx(metres, ANGLES.least, pitch) / MAP_TEXT_PX),
    letters: Math.floor(width / (text * LETTER_EM)),
  };
}

/** The true pitch, when a length drawn with a wrong one was measured. @param {number} pitchMm @param {number} drawnMm @param {number} measuredMm */
export function corrected(pitchMm, drawnMm, measuredMm) {
  return (pitchMm * measuredMm) / drawnMm;
}
