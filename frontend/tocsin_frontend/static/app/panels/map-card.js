// @ts-check
/** What is chosen on the map, in words: a moving object or a place; and the moving ones by keyboard. */

import { byId, fill, h } from "../dom.js";
import { movingKind, movingSign } from "../layers/moving/shapes.js";
import { movingName } from "../layers/moving-objects-layer.js";
import { referenceSign } from "../layers/reference-signs.js";
import { communeOf } from "../places.js";
import { sign } from "../symbols.js";

/** @import { Shown } from "../../../../types/wire" */
/** @import { Place } from "../layers/reference-data.js" */
/** @import { MapPage } from "../map-page.js" */

const IN_REACH = 200;
const TOLD = ["speed_kmh", "heading_deg", "altitude_m"];

export class MapCard {
  /** @param {MapPage} page */
  constructor({ desk, map, layers, request }) {
    this.desk = desk;
    this.map = map;
    this.layers = layers;
    this.body = h("div", { "aria-live": "polite" });
    this.box = h("section", { id: "map-card", tabindex: "-1", hidden: true }, this.body);
    byId("map-area").append(this.box);
    this.mark = L.marker([0, 0], {
      icon: L.divIcon({ className: "found-mark", iconSize: [44, 44] }),
      interactive: false,
      keyboard: false,
    });
    /** @type {unknown[]} */
    this.parts = [];
    /** Asked for what moves, where nothing does. */
    this.nothing = false;
    /** The moving objects in the order of the keys, as they were when it began. @type {string[]} */
    this.order = [];
    layers.changed = request;
    this.box.addEventListener("keydown", (event) => this.#key(event));
    desk.keys.add({ key: "o", says: "keys.moving", looks: true, act: () => this.step(0) });
  }

  draw() {
    const { layers, desk } = this;
    const { picked } = layers;
    const track = picked && "moving" in picked ? desk.store.picture.tracks[picked.moving] : null;
    const parts = [picked, track, desk.words.language, desk.names.edition];
    if (parts.every((part, i) => part === this.parts[i])) return;
    const samePick = this.parts[0] === picked;
    this.parts = parts;
    const place = picked && "place" in picked ? picked.place : null;
    if (picked !== null) this.nothing = false;
    this.box.hidden = !track && place === null && !this.nothing;
    this.box.setAttribute("aria-label", desk.words.t("map_card.label"));
    this.body.setAttribute("aria-live", samePick ? "off" : "polite"); // a position told anew is not read out
    if (place === null) this.mark.remove();
    else this.mark.setLatLng([place.lat, place.lon]).addTo(this.map);
    if (track) this.#tellMoving(track);
    else if (place !== null) this.#tellPlace(place);
    else fill(this.body, h("p", {}, desk.words.t("map_card.nothing_moves")), this.#close());
  }

  /** The next one, by distance from the middle of the view; 0 begins anew. @param {number} by */
  step(by) {
    const { layers } = this;
    const { moving } = layers;
    if (by === 0 || this.order.length === 0) this.order = moving.inView(IN_REACH);
    this.order = this.order.filter((key) => moving.objects.places.has(key));
    const at = moving.chosen === null || by === 0 ? 0 : this.order.indexOf(moving.chosen) + by;
    const key = this.order[(at + this.order.length) % this.order.length];
    this.nothing = key === undefined;
    layers.pick(key === undefined ? null : { moving: key });
    this.parts = [];
    this.draw();
    if (!this.box.contains(document.activeElement)) this.box.focus();
  }

  close() {
    this.nothing = false;
    this.layers.pick(null);
    this.draw();
    byId("situation_map").focus({ preventScroll: true });
  }

  /** @param {Shown} track */
  #tellMoving(track) {
    const { words, names, format, store } = this.desk;
    const kind = movingKind(track);
    const seen = track.observed_at ?? track.recorded_at;
    const facts = TOLD.filter((name) => track.facts[name] !== undefined);
    this.#show(
      movingSign(kind, 22),
      [movingName(track)],
      words.t(`moving_kind.${kind}`),
      h(
        "dl",
        {},
        h("dt", {}, words.t("map_card.source")),
        h("dd", {}, track.source),
        h("dt", {}, words.t("map_card.seen")),
        h("dd", {}, h("time", { datetime: seen, "data-since": seen, title: format.moment(seen, store.now()) })),
        facts.map((name) => [
          h("dt", {}, names.fact(name)),
          h("dd", {}, names.factValue(format, name, track.facts[name])),
        ]).flat(),
      ),
      h(
        "div",
        { class: "map-card-acts" },
        h("button", { type: "button", class: "button", onclick: () => this.step(-1), "data-focus": "previous" }, words.t("map_card.previous")),
        h("button", { type: "button", class: "button", onclick: () => this.step(1), "data-focus": "next" }, words.t("map_card.next")),
      ),
    );
  }

  /** @param {Place} place */
  #tellPlace(place) {
    const { words } = this.desk;
    const kind = place.kind ? words.t(`place_kind.${place.kind}`) : words.t(`place_set.${place.set}`);
    const lines = place.lines ? words.t("map_card.lines", { lines: place.lines }) : null;
    const isCommune = place.set === "municipalities";
    const commune = isCommune ? null : communeOf(this.layers.communes.get(place.nis ?? "") ?? null);
    this.#show(
      referenceSign(place.set, 22),
      place.fr === place.nl ? [place.fr || kind] : [place.fr, place.nl],
      [kind, lines, commune].filter(Boolean).join(" · "),
      place.of ? h("p", { class: "quiet" }, words.t("map_card.of_year", { year: place.of })) : null,
      null,
    );
  }

  /**
   * @param {Element} symbol @param {string[]} names @param {string} kind
   * @param {Node | null} more @param {Node | null} acts
   */
  #show(symbol, names, kind, more, acts) {
    const held = document.activeElement?.closest("#map-card [data-focus]");
    const focus = held instanceof HTMLElement ? held.dataset.focus : null;
    fill(
      this.body,
      h("header", {}, symbol, h("h2", {}, names.map((name) => h("span", {}, name))), this.#close()),
      h("p", { class: "quiet" }, kind),
      more,
      acts,
    );
    const again = focus && this.body.querySelector(`[data-focus="${focus}"]`);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }

  #close() {
    return h(
      "button",
      {
        type: "button",
        class: "button icon",
        "aria-label": this.desk.words.t("map_card.close"),
        "data-focus": "close",
        onclick: () => this.close(),
      },
      sign("close"),
    );
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") this.close();
    else if (this.layers.moving.chosen !== null && event.key === "ArrowRight") this.step(1);
    else if (this.layers.moving.chosen !== null && event.key === "ArrowLeft") this.step(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
