// @ts-check
/** The past as the server has it: how far it reaches, what stands out, pictures and entries of it. */

/** @import { Entry, SnapshotMessage } from "../../../../types/wire" */

/** @typedef {{n: number, at: string}} Point */
/** @typedef {Point & {kind: "opened" | "regraded" | "state", incident: string, severity: number}} Landmark */
/** @typedef {{first: Point | null, last: Point | null, landmarks: Landmark[]}} Told */
/** @typedef {{n: number, entries: Entry[]}} Page */

const AGAIN_MS = 1000;

export class History {
  /** @param {string} address of the realm's API */
  constructor(address) {
    this.address = address;
    /** @type {Told | null} */
    this.told = null;
    /** @type {Promise<boolean> | null} */
    this.asking = null;
  }

  /** Ask how far it reaches now; whoever asks meanwhile waits for the same answer. False: there was none. */
  load() {
    this.asking ??= this.#ask().finally(() => (this.asking = null));
    return this.asking;
  }

  async #ask() {
    try {
      this.told = await answer(`${this.address}/history`);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * A picture, however long it takes; rejects only when `signal` says that it is no longer wanted.
   * @param {{at: string} | {n: number}} moment
   * @param {AbortSignal} signal
   * @param {(trouble: boolean) => void} told whether the server answers
   * @returns {Promise<SnapshotMessage>}
   */
  async picture(moment, signal, told) {
    const query = new URLSearchParams(Object.entries(moment).map(([k, v]) => [k, String(v)]));
    for (;;) {
      try {
        const picture = await answer(`${this.address}/picture?${query}`, signal);
        told(false);
        return picture;
      } catch (error) {
        if (signal.aborted) throw error;
        told(true);
        await new Promise((after) => setTimeout(after, AGAIN_MS));
        signal.throwIfAborted();
      }
    }
  }

  /**
   * @param {number} after @param {number} limit @param {number} every seconds between positions of an object
   * @param {AbortSignal} signal
   * @returns {Promise<Page>}
   */
  entries(after, limit, every, signal) {
    return answer(`${this.address}/entries?after=${after}&limit=${limit}&every=${every}`, signal);
  }
}

/** @param {string} address @param {AbortSignal} [signal] */
async function answer(address, signal) {
  const told = await fetch(address, { headers: { accept: "application/json" }, signal: signal ?? null });
  if (!told.ok) throw new Error(`${told.status}`);
  return told.json();
}

/** The opening of an incident after an entry, or before it. @param {Landmark[]} landmarks @param {number} n @param {1 | -1} way */
export function nearestOpening(landmarks, n, way) {
  const openings = landmarks.filter((landmark) => landmark.kind === "opened" && (way > 0 ? landmark.n > n : landmark.n < n));
  return openings.at(way > 0 ? 0 : -1) ?? null;
}
