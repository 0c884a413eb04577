// @ts-check
/** The cameras of the incident: the best six, why each, and plainly when there is none. */

import { CameraTile } from "../../cameras/tile.js";
import { byId, fill, h } from "../../dom.js";
import { getJson } from "../../names.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Incident, Strip, StripSeat } from "../../../../../types/wire" */

const EVERY_MS = 10_000;

export class CamerasSection {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("sheet-cameras-section");
    this.list = byId("sheet-cameras");
    this.none = h("p", { class: "quiet", id: "sheet-cameras-none" });
    this.closed = h("p", { class: "quiet", id: "sheet-cameras-closed" });
    this.list.after(this.none, this.closed);
    /** @type {string | null} */
    this.incident = null;
    /** @type {Strip | null} */
    this.strip = null;
    /** @type {Map<string, {tile: CameraTile, seat: StripSeat}>} */
    this.tiles = new Map();
    /** What the strip was chosen by. @type {unknown[]} */
    this.chosenBy = [];
    this.asked = 0;
    setInterval(() => this.#ask(), EVERY_MS);
  }

  /** For the sheet's table of contents. */
  get section() {
    return { name: "cameras", count: this.tiles.size, box: this.box };
  }

  /** @param {Incident | null} incident */
  draw(incident) {
    const { cameras } = this.desk;
    const chosenBy = [incident?.id, incident?.lat, incident?.lon, incident?.codes, cameras.edition];
    if (incident?.id !== this.incident) {
      this.incident = incident?.id ?? null;
      this.strip = null;
    }
    if (!chosenBy.every((part, i) => part === this.chosenBy[i])) {
      this.chosenBy = chosenBy;
      this.#ask();
    }
    this.#show();
    for (const { tile } of this.tiles.values()) tile.draw();
  }

  tick() {
    for (const { tile } of this.tiles.values()) tile.tick();
  }

  async #ask() {
    const { settings, cameras } = this.desk;
    const { incident } = this;
    const asked = (this.asked += 1);
    if (incident === null || cameras.cameras.size === 0 || document.visibilityState === "hidden") return;
    try {
      const address = `${settings.api_root}/realms/${settings.realm}/incidents/${incident}/cameras`;
      const strip = await getJson(address);
      if (asked !== this.asked) return;
      this.strip = strip;
      this.#show();
    } catch {
      // the strip that stands here stays; its tiles say how old they are
    }
  }

  #show() {
    const { words, format, cameras } = this.desk;
    const { strip } = this;
    this.box.hidden = strip === null;
    const seats = strip?.cameras.filter((seat) => cameras.get(seat.camera) !== undefined) ?? [];
    const wanted = new Set(seats.map((seat) => seat.camera));
    for (const [id, { tile }] of this.tiles) {
      if (wanted.has(id)) continue;
      tile.close();
      tile.element.parentElement?.remove();
      this.tiles.delete(id);
    }
    seats.forEach((seat, i) => this.#seat(seat, i));
    const nearest = strip?.nearest_m ?? null;
    const empty = strip !== null && seats.length === 0;
    this.none.hidden = !empty;
    this.none.textContent = !empty
      ? ""
      : nearest === null
        ? words.t("camera.none_near")
        : `${words.t("camera.none_near")} ${words.t("camera.nearest", { distance: format.distance(nearest) })}`;
    const closed = strip?.without_agreement ?? [];
    this.closed.hidden = closed.length === 0;
    const names = closed.map(({ camera }) => words.of(cameras.get(camera)?.name) || camera);
    this.closed.textContent =
      closed.length === 0 ? "" : words.t("camera.closed_near", { cameras: names.join(", ") });
  }

  /** @param {StripSeat} seat @param {number} place */
  #seat(seat, place) {
    let held = this.tiles.get(seat.camera);
    if (held === undefined) {
      const open = () => this.desk.showCamera(seat.camera, [...this.tiles.keys()]);
      const note = () => this.#why(seat.camera);
      held = { tile: new CameraTile(this.desk, seat.camera, { open, note }), seat };
      this.tiles.set(seat.camera, held);
      h("li", {}, held.tile.element);
    }
    held.seat = seat;
    const row = /** @type {HTMLElement} */ (held.tile.element.parentElement);
    if (this.list.children[place] !== row) this.list.insertBefore(row, this.list.children[place] ?? null);
    held.tile.draw();
  }

  /** What speaks for and against it, in a few words. @param {string} camera */
  #why(camera) {
    const { words, format } = this.desk;
    const seat = this.tiles.get(camera)?.seat ?? this.strip?.cameras.find((s) => s.camera === camera);
    if (seat === undefined) return [];
    const told = seat.terms.filter(({ term }) => term !== "distance");
    const parts = told.map(({ term }) => words.name("camera_term.", term));
    if (seat.metres !== null) parts.unshift(format.distance(seat.metres));
    return [h("span", { class: "tile-note" }, parts.join(" · "))];
  }
}

/** Pictures kept to the incident, with who kept them and when. */
export class EvidenceSection {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("sheet-evidence-section");
    this.list = byId("sheet-evidence");
    this.count = 0;
    /** @type {unknown[]} */
    this.shown = [];
  }

  get section() {
    return { name: "evidence", count: this.count, box: this.box };
  }

  /** @param {Incident} incident */
  draw(incident) {
    const { store, words, cameras, access, tables, commands } = this.desk;
    const { evidence } = store.picture;
    const parts = [evidence, incident.id, words.language, cameras.edition, access.capacity, tables.edition, commands.edition];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const kept = Object.values(evidence).filter((one) => one.incident === incident.id);
    this.count = kept.length;
    this.box.hidden = kept.length === 0;
    fill(this.list, kept.map((one) => this.#card(one)));
  }

  /** @param {import("../../../../../types/wire").Evidence} kept */
  #card(kept) {
    const { words, format, store, cameras, access, settings } = this.desk;
    const camera = cameras.get(kept.camera);
    const name = camera === undefined ? kept.camera : words.of(camera.name);
    const path = `${settings.api_root}/realms/${settings.realm}/evidence/${kept.sha256}`;
    const address = `${path}?capacity=${encodeURIComponent(access.capacity)}`;
    const may = camera?.may === "yes";
    return h(
      "li",
      { class: "card kept-picture" },
      may && this.#picture(address, words.t("camera.picture_of", { camera: name })),
      h("p", {}, h("b", {}, name), ` · ${format.moment(kept.captured_at, store.now())}`),
      h("p", { class: "quiet" }, words.t("why.by", { by: access.who(kept.by) }), ` · ${kept.id}`),
      kept.note && h("p", { class: "note" }, kept.note),
      h("p", { class: "quiet hash" }, `SHA-256 ${kept.sha256.slice(0, 16)}…`),
    );
  }

  /** Bytes may be gone after their time, or altered: then that stands in their place. @param {string} address @param {string} alt */
  #picture(address, alt) {
    const { words } = this.desk;
    const link = h("a", { href: address, target: "_blank", rel: "noopener" });
    const gone = () => link.replaceWith(h("p", { class: "field-error" }, words.t("camera.bytes_gone")));
    link.append(h("img", { src: address, alt, loading: "lazy", onerror: gone }));
    return link;
  }
}
