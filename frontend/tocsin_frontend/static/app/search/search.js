// @ts-check
/** Search from anywhere (`/`): a combobox over incidents, cameras, what moves, streets and places. */

import { byId, fill, h } from "../dom.js";
import { movingKind, movingSign } from "../layers/moving/shapes.js";
import { movingName } from "../layers/moving-objects-layer.js";
import { referenceSign } from "../layers/reference-signs.js";
import { communeOf, placeOf } from "../places.js";
import { cameraSymbol, incidentSign } from "../symbols.js";
import { found } from "./finding.js";
import { PlacesIndex } from "./places-index.js";

/** @import { MapPage } from "../map-page.js" */
/** @import { Found } from "./finding.js" */

const CLOSE_ZOOM = 16;
const MUNICIPALITY_ZOOM = 13.6;
const SHEET_BESIDE_PX = 900; // narrower screens stack their panels

export class Search {
  /** @param {MapPage} page */
  constructor({ desk, map, layers }) {
    this.desk = desk;
    this.map = map;
    this.layers = layers;
    this.places = new PlacesIndex(layers.communes, layers.municipalities);
    /** @type {Found[]} */
    this.shown = [];
    this.active = -1;
    this.trouble = false;
    /** @type {string | null} */
    this.said = null;
    this.input = h("input", {
      id: "search-input",
      type: "search",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-expanded": "false",
      "aria-controls": "search-list",
      "aria-autocomplete": "list",
      "aria-keyshortcuts": "/",
    });
    this.list = h("ul", { id: "search-list", role: "listbox", class: "popover", hidden: true });
    this.news = h("p", { class: "visually-hidden", role: "status" });
    fill(byId("search"), this.input, h("kbd", { "aria-hidden": "true" }, "/"), this.list, this.news);
    this.input.addEventListener("focus", () => this.#load());
    this.input.addEventListener("input", () => this.#ask());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => this.#close());
    // Before the input loses the focus, and with it the list.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      if (option) this.#take([...this.list.children].indexOf(option));
    });
    desk.keys.add({ key: "/", says: "keys.search", looks: true, act: () => this.input.select() });
  }

  draw() {
    const { words } = this.desk;
    if (this.said === words.language) return;
    this.said = words.language;
    this.input.setAttribute("aria-label", words.t("search.label"));
    this.input.placeholder = words.t("search.short");
    this.input.title = words.t("search.label");
    this.list.setAttribute("aria-label", words.t("search.short"));
  }

  async #load() {
    try {
      await this.places.load();
      this.trouble = false;
    } catch {
      this.trouble = true;
    }
    if (this.input.value !== "") this.#ask();
  }

  #ask() {
    const { words } = this.desk;
    const asked = this.input.value;
    this.shown = found(this.desk, this.layers, this.places, asked);
    const none = this.trouble ? words.t("search.failed") : words.t("search.none", { what: asked.trim() });
    const waits = this.places.entries.length === 0 && !this.trouble;
    if (asked.trim() === "" || (this.shown.length === 0 && waits)) return this.#close();
    fill(
      this.list,
      this.shown.map((what, i) => this.#option(what, i)),
      this.shown.length === 0 && h("li", { class: "quiet", role: "presentation" }, none),
    );
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", String(this.shown.length > 0));
    this.news.textContent = this.shown.length > 0 ? words.t("search.count", { n: this.shown.length }) : none;
    this.#point(this.shown.length > 0 ? 0 : -1);
  }

  #close() {
    this.list.hidden = true;
    this.shown = [];
    this.news.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.#point(-1);
  }

  /** @param {number} at */
  #point(at) {
    this.active = at;
    [...this.list.children].forEach((option, i) => {
      if (option.role === "option") option.setAttribute("aria-selected", String(i === at));
    });
    const option = at < 0 ? null : this.list.children[at];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 });
    const by = steps[event.key];
    const { length } = this.shown;
    if (by !== undefined && length > 0) this.#point((this.active + by + length) % length);
    else if (event.key === "Enter" && this.active >= 0) this.#take(this.active);
    else if (event.key === "Escape" && !this.list.hidden) this.#close();
    else if (event.key === "Escape") {
      this.input.value = "";
      this.input.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} at */
  #take(at) {
    const what = this.shown[at];
    if (what === undefined) return;
    this.#close();
    this.input.value = "";
    this.input.blur();
    const { desk, layers } = this;
    if ("incident" in what) return desk.choose(what.incident.id);
    if ("camera" in what) return desk.showCamera(what.camera.id, []);
    layers.pick(what);
    if ("place" in what) {
      const close = what.place.set === "municipalities" ? MUNICIPALITY_ZOOM : CLOSE_ZOOM;
      this.#go(L.latLng(what.place.lat, what.place.lon), close);
    } else {
      const place = layers.moving.placeOf(what.moving);
      if (place) this.#go(place, Math.max(this.map.getZoom(), MUNICIPALITY_ZOOM));
    }
  }

  /** To a place, in the middle of what the sheet leaves of the map. @param {L.LatLng} at @param {number} zoom */
  #go(at, zoom) {
    const sheet = document.getElementById("sheet");
    const covered = sheet && !sheet.hidden && innerWidth > SHEET_BESIDE_PX ? sheet.offsetWidth : 0;
    const middle = this.map.unproject(this.map.project(at, zoom).add([covered / 2, 0]), zoom);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.setView(middle, zoom, { animate: !still });
  }

  /** @param {Found} what @param {number} i */
  #option(what, i) {
    const { symbol, names, kind } = this.#told(what);
    return h(
      "li",
      { role: "option", id: `search-${i}`, "aria-selected": "false" },
      symbol,
      h("div", {}, names.map((name) => h("span", { class: "found-name" }, name)), h("small", { class: "quiet" }, kind)),
    );
  }

  /** @param {Found} what @returns {{symbol: Element, names: string[], kind: string}} */
  #told(what) {
    const { desk, layers } = this;
    const { words, names } = desk;
    if ("incident" in what) {
      const { incident } = what;
      const title = `${incident.id} · ${names.type(incident.type)}`;
      return { symbol: incidentSign(desk, incident, { size: 28 }), names: [title, placeOf(words, incident)], kind: words.t("search.group.incident") };
    }
    if ("camera" in what) {
      const { camera } = what;
      const both = [...new Set([camera.name["fr"] ?? camera.id, camera.name["nl"] ?? camera.id])];
      const { kind } = desk.cameras.condition(camera.id);
      return { symbol: cameraSymbol(kind, 24), names: both, kind: words.t("search.group.camera") };
    }
    if ("moving" in what) {
      const track = desk.store.picture.tracks[what.moving];
      const kind = track ? movingKind(track) : "vehicle";
      return { symbol: movingSign(kind, 24), names: [track ? movingName(track) : what.moving], kind: `${words.t(`moving_kind.${kind}`)} · ${track?.source ?? ""}` };
    }
    const { place } = what;
    const commune = place.set === "municipalities" ? null : communeOf(layers.communes.get(place.nis ?? "") ?? null);
    const kind = place.kind ? words.t(`place_kind.${place.kind}`) : words.t(`place_set.${place.set}`);
    return {
      symbol: referenceSign(place.set, 22),
      names: [...new Set([place.fr, place.nl])],
      kind: [kind, commune].filter(Boolean).join(" · "),
    };
  }
}
