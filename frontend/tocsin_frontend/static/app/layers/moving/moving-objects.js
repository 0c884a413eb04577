// @ts-check
/**
 * What moves, as numbers. World coordinates are doubles (Web Mercator at zoom 0, 256 wide). An
 * object glides from the place where it is seen to the one just told, and stays there until it is
 * told again: nothing is invented forward.
 */

import { headingOf, movingKind } from "./shapes.js";
import { spriteOf } from "./sheet.js";

/** @import { Shown } from "../../../../../types/wire" */

const WORLD = 256;
const RADIANS = Math.PI / 180;
const GLIDE_MS = 1000;
const JUMP_AFTER_MS = 10_000; // two places further apart in time have no line between them that one knows
const FIRST_ROOM = 256;
/** Older than so many seconds: paler, then palest. */
export const STALE_AFTER_S = [30, 120];
export const OPACITY = [1, 0.7, 0.45];

/** @param {number} lon */
export const worldX = (lon) => WORLD * (lon / 360 + 0.5);
/** @param {number} lat */
export const worldY = (lat) => WORLD * (0.5 - Math.atanh(Math.sin(lat * RADIANS)) / (2 * Math.PI));

/** When it was there, by its own word. @param {Shown} track */
export const seenAt = (track) => Date.parse(track.observed_at ?? track.recorded_at);

/** @param {number} room */
const emptyColumns = (room) => ({
  fromX: new Float64Array(room),
  fromY: new Float64Array(room),
  toX: new Float64Array(room),
  toY: new Float64Array(room),
  start: new Float64Array(room),
  end: new Float64Array(room),
  seen: new Float64Array(room),
  heading: new Float64Array(room),
  sprite: new Float64Array(room),
});

/** @typedef {ReturnType<typeof emptyColumns>} Columns */

/** @param {number} room @param {Columns} [before] what to take over */
function columns(room, before) {
  const made = emptyColumns(room);
  if (before) for (const name of /** @type {(keyof Columns)[]} */ (Object.keys(made))) made[name].set(before[name]);
  return made;
}

export class MovingObjects {
  constructor() {
    /** @type {Record<string, Shown>} */
    this.tracks = {};
    /** @type {Map<string, number>} */
    this.places = new Map();
    /** @type {(Shown | null)[]} */
    this.shown = [];
    /** @type {number[]} */
    this.free = [];
    /** One past the last place in use. */
    this.length = 0;
    /** Grows with every change: what paints compares it. */
    this.edition = 0;
    /** Until when something glides, on the clock of performance.now(). */
    this.glidesUntil = 0;
    /** The latest moment at which anything was seen. */
    this.newest = 0;
    this.at = columns(FIRST_ROOM);
  }

  get size() {
    return this.places.size;
  }

  /** @param {Record<string, Shown>} tracks @param {number} now of performance.now() @param {boolean} glides */
  take(tracks, now, glides) {
    if (tracks === this.tracks) return false;
    const before = this.tracks;
    this.tracks = tracks;
    let changed = false;
    let met = 0;
    for (const key in tracks) {
      const track = /** @type {Shown} */ (tracks[key]);
      if (track.lat === null || track.lon === null) continue;
      met += 1;
      if (before[key] === track) continue;
      changed = true;
      const place = this.places.get(key);
      if (place === undefined) this.#enter(key, track);
      else this.#move(place, track, now, glides);
    }
    if (met !== this.places.size) {
      changed = true;
      this.#forget();
    }
    if (changed) this.edition += 1;
    return changed;
  }

  /** Where it is now, between two places that are known. @param {number} place @param {number} now */
  x(place, now) {
    return this.#between(this.at.fromX, this.at.toX, place, now);
  }

  /** @param {number} place @param {number} now */
  y(place, now) {
    return this.#between(this.at.fromY, this.at.toY, place, now);
  }

  /**
   * The places of the nearest, nearest first.
   * @param {{x: number, y: number}} at world coordinates
   * @param {number} reach in the same measure
   * @param {number} most
   * @param {number} now
   */
  nearest(at, reach, most, now) {
    /** @type {{place: number, far: number}[]} */
    const found = [];
    for (let place = 0; place < this.length; place += 1) {
      if (this.shown[place] === null) continue;
      const far = Math.hypot(this.x(place, now) - at.x, this.y(place, now) - at.y);
      if (far <= reach) found.push({ place, far });
    }
    return found.sort((a, b) => a.far - b.far).slice(0, most).map(({ place }) => place);
  }

  /** @param {Float64Array} from @param {Float64Array} to @param {number} place @param {number} now */
  #between(from, to, place, now) {
    const start = this.at.start[place] ?? 0;
    const lasts = (this.at.end[place] ?? 0) - start;
    const share = lasts <= 0 ? 1 : Math.min(1, Math.max(0, (now - start) / lasts));
    const begun = from[place] ?? 0;
    return begun + ((to[place] ?? 0) - begun) * share;
  }

  /** @param {string} key @param {Shown} track */
  #enter(key, track) {
    const place = this.free.pop() ?? this.length++;
    if (place >= this.at.seen.length) this.at = columns(place * 2, this.at);
    this.places.set(key, place);
    this.#note(place, track);
    this.at.fromX[place] = this.at.toX[place] ?? 0;
    this.at.fromY[place] = this.at.toY[place] ?? 0;
    this.at.start[place] = 0;
    this.at.end[place] = 0;
  }

  /** @param {number} place @param {Shown} track @param {number} now @param {boolean} glides */
  #move(place, track, now, glides) {
    const gap = seenAt(track) - (this.at.seen[place] ?? 0);
    const x = this.x(place, now);
    const y = this.y(place, now);
    this.#note(place, track);
    const known = glides && gap > 0 && gap <= JUMP_AFTER_MS;
    const lasts = known ? Math.min(gap, GLIDE_MS) : 0;
    this.at.fromX[place] = known ? x : (this.at.toX[place] ?? 0);
    this.at.fromY[place] = known ? y : (this.at.toY[place] ?? 0);
    this.at.start[place] = now;
    this.at.end[place] = now + lasts;
    if (lasts > 0) this.glidesUntil = Math.max(this.glidesUntil, now + lasts);
  }

  /** @param {number} place @param {Shown} track */
  #note(place, track) {
    const heading = headingOf(track);
    const seen = seenAt(track);
    this.shown[place] = track;
    this.at.toX[place] = worldX(track.lon ?? 0);
    this.at.toY[place] = worldY(track.lat ?? 0);
    this.at.seen[place] = seen;
    this.at.heading[place] = (heading ?? 0) * RADIANS;
    this.at.sprite[place] = spriteOf(movingKind(track), heading !== null);
    if (seen > this.newest) this.newest = seen;
  }

  #forget() {
    for (const [key, place] of this.places) {
      const track = this.tracks[key];
      if (track !== undefined && track.lat !== null && track.lon !== null) continue;
      this.places.delete(key);
      this.shown[place] = null;
      this.free.push(place);
    }
    if (this.places.size > 0) return;
    this.free = [];
    this.length = 0;
  }

}
