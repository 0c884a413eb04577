// @ts-check
/**
 * The address and the desk, kept in step: what is chosen is written into the address, and what an
 * address names is opened as soon as it is known here. Rights stay those of whoever opens it.
 */

import { byId, fill, h } from "../dom.js";
import { place, placed } from "../permalink.js";
import { sign } from "../symbols.js";

/** @import { MapPage } from "../map-page.js" */
/** @import { PlaceName } from "../permalink.js" */

/**
 * @typedef {object} Openers
 * @property {(card: string) => void} card bring a card of the sheet into sight
 * @property {(alarm: string) => void} alarm show it among the alarms
 */

const SETTLED_MS = 600;
const THINGS = /** @type {const} */ (["incident", "observation", "decision", "alarm", "camera"]);

export class LinkKeeper {
  /** @param {MapPage} page @param {Openers} openers */
  constructor({ desk, map }, openers) {
    this.desk = desk;
    this.map = map;
    this.openers = openers;
    this.note = byId("link-note");
    /** What the address asked for and is not open yet. @type {Map<PlaceName, string>} */
    this.wanted = new Map();
    for (const name of THINGS) {
      const id = placed(name);
      if (id !== null) this.wanted.set(name, id);
    }
    /** What could not be opened. @type {string[]} */
    this.gone = [];
    /** @type {string | null} */
    this.incident = null;
    this.language = "";
    this.showView(placed("view"));
    let settling = 0;
    let moved = false; // by a person: how the page arranges itself is nobody's choice
    for (const event of ["pointerdown", "wheel", "keydown"]) {
      map.getContainer().addEventListener(event, () => (moved = true), { passive: true });
    }
    map.on("moveend", () => {
      clearTimeout(settling);
      if (!moved) return;
      settling = window.setTimeout(() => this.#keepView(), SETTLED_MS);
    });
    const { showCamera } = desk;
    desk.showCamera = (camera, others) => {
      showCamera(camera, others);
      place({ camera });
    };
    document.querySelector("dialog.camera-focus")?.addEventListener("close", () => place({ camera: null }));
  }

  draw() {
    const { store, words } = this.desk;
    if (store.known) for (const [name, id] of this.wanted) this.#open(name, id);
    if (store.selected !== this.incident) {
      this.incident = store.selected;
      if (!this.wanted.has("incident")) place({ incident: store.selected, observation: null, decision: null, alarm: null });
    }
    if (words.language !== this.language) this.#tell();
  }

  /** @param {PlaceName} name @param {string} id */
  #open(name, id) {
    const { store, cameras, desk } = { ...this.desk, desk: this.desk };
    const { incidents, observations, decisions, alarms } = store.picture;
    if (name === "camera") {
      if (!cameras.known) return;
      this.#settle(name, id, cameras.get(id) !== undefined, () => desk.showCamera(id, []));
    } else if (name === "incident") {
      this.#settle(name, id, incidents[id] !== undefined, () => desk.choose(id));
    } else if (name === "alarm") {
      this.#settle(name, id, alarms[id] !== undefined, () => this.openers.alarm(id));
    } else {
      const about = (name === "observation" ? observations : decisions)[id]?.incident ?? null;
      this.#settle(name, id, about !== null, () => {
        desk.choose(about);
        requestAnimationFrame(() => this.openers.card(id));
      });
    }
  }

  /** @param {PlaceName} name @param {string} id @param {boolean} isThere @param {() => void} open */
  #settle(name, id, isThere, open) {
    this.wanted.delete(name);
    if (isThere) {
      open();
      return;
    }
    this.gone.push(id);
    place({ [name]: null });
    this.#tell();
  }

  #tell() {
    const { words } = this.desk;
    this.language = words.language;
    this.note.hidden = this.gone.length === 0;
    if (this.gone.length === 0) return;
    fill(
      this.note,
      h("span", {}, words.t("link.gone", { what: this.gone.join(", ") })),
      h(
        "button",
        {
          type: "button",
          class: "button icon",
          "aria-label": words.t("link.close"),
          onclick: () => {
            this.gone = [];
            this.#tell();
          },
        },
        sign("close", 18),
      ),
    );
  }

  /** @param {string | null} view */
  showView(view) {
    const [lat, lon, zoom] = (view ?? "").split(",").map(Number);
    if (lat === undefined || lon === undefined || zoom === undefined) return;
    if (![lat, lon, zoom].every(Number.isFinite)) return;
    this.map.setView([lat, lon], zoom, { animate: false });
  }

  #keepView() {
    const { lat, lng } = this.map.getCenter();
    place({ view: [lat.toFixed(5), lng.toFixed(5), this.map.getZoom().toFixed(1)].join(",") });
  }
}
