// @ts-check
/** The cameras of this realm: what stands where, how each is, and what this capacity may see. */

import { getJson } from "../names.js";

/** @import { Access } from "../access.js" */
/** @import { SituationStore } from "../situation-store.js" */
/** @import { CameraState, CameraView, Picture } from "../../../../types/wire" */

/** How a camera is, for a glance: one shape each. @typedef {"working" | "disturbed" | "none" | "no_agreement"} CameraKind */
/** `word` says it exactly; `since` is unknown where nobody told. @typedef {{kind: CameraKind, word: string, since: string | null}} CameraCondition */

const AGAIN_MS = 3000;
const EVERY_MS = 60_000;
const GONE = new Set(["offline", "silent"]);

export class CameraRegister {
  /**
   * @param {object} how
   * @param {string} how.address
   * @param {Access} how.access
   * @param {SituationStore} how.store
   * @param {() => void} how.changed
   */
  constructor({ address, access, store, changed }) {
    this.address = address;
    this.access = access;
    this.store = store;
    this.changed = changed;
    /** @type {Map<string, CameraView>} */
    this.cameras = new Map();
    /** Whether the server has answered: before that there are not no cameras, they are unknown. */
    this.known = false;
    /** Grows when the register or what may be seen changes. */
    this.edition = 0;
    this.asked = 0;
    /** @type {Picture["cameras"] | null} */
    this.sorted = null;
    /** @type {Map<string, CameraState[]>} */
    this.said = new Map();
    /** @type {number | undefined} */
    this.again = undefined;
  }

  /** From here on kept up to date. */
  start() {
    this.access.subscribe(() => this.load());
    this.load();
  }

  async load() {
    clearTimeout(this.again);
    const asked = (this.asked += 1);
    try {
      const told = await getJson(`${this.address}?capacity=${encodeURIComponent(this.access.capacity)}`);
      if (asked !== this.asked) return; // the capacity has changed meanwhile
      this.cameras = new Map(told.cameras.map((/** @type {CameraView} */ camera) => [camera.id, camera]));
      this.known = true;
      this.edition += 1;
      this.again = window.setTimeout(() => this.load(), EVERY_MS);
      this.changed();
    } catch {
      if (asked === this.asked) this.again = window.setTimeout(() => this.load(), AGAIN_MS);
    }
  }

  /** @param {string} id */
  get(id) {
    return this.cameras.get(id);
  }

  /** @param {string} id @returns {CameraCondition} */
  condition(id) {
    const camera = this.cameras.get(id);
    if (camera === undefined) return { kind: "none", word: "unknown", since: null };
    const said = this.#said().get(id) ?? [];
    // Nobody watches over drawn cameras: they work until their scenario says otherwise.
    if (said.length === 0 && this.access.isExercise) return { kind: "working", word: "working", since: null };
    return conditionOf(camera, said, this.store.picture.sources);
  }

  /** What sources say, by camera. */
  #said() {
    const states = this.store.picture.cameras;
    if (states !== this.sorted) {
      this.sorted = states;
      this.said = new Map();
      for (const state of Object.values(states)) {
        const others = this.said.get(state.camera);
        if (others === undefined) this.said.set(state.camera, [state]);
        else others.push(state);
      }
    }
    return this.said;
  }
}

/**
 * Any trouble wins over "working", the one that began last over the others; the word of a source
 * that is gone counts for nothing. Twin of cameras/condition.py.
 * @param {CameraView} camera
 * @param {CameraState[]} said
 * @param {Picture["sources"]} sources
 * @returns {CameraCondition}
 */
export function conditionOf(camera, said, sources) {
  if (!camera.agreement) return { kind: "no_agreement", word: "no_agreement", since: null };
  const isGone = (/** @type {string} */ source) => GONE.has(sources[source]?.state ?? "");
  const heard = said.filter((state) => !isGone(state.source));
  if (heard.length === 0) {
    const silent = said.map((state) => state.source).concat(`camera:${camera.group}`).find(isGone);
    if (silent === undefined) return { kind: "none", word: "unknown", since: null };
    return { kind: "none", word: "offline", since: sources[silent]?.since ?? null };
  }
  const [first] = heard.sort((a, b) => (weight(a) < weight(b) ? 1 : -1));
  const { state, since } = /** @type {CameraState} */ (first);
  if (state === "working") return { kind: "working", word: state, since };
  return { kind: state === "no_picture" ? "none" : "disturbed", word: state, since };
}

/** @param {CameraState} state */
function weight({ state, since, source }) {
  return `${state === "working" ? 0 : 1} ${since} ${source}`;
}
