// @ts-check
/** Setting up a wall: how far it is looked at from, how large its pixels are, and what then fits. */

import { byId, fill, h } from "../dom.js";
import { openPlainPage } from "../plain-page.js";
import { corrected, roomFor } from "./legibility.js";
import { addressOf, between, BOTH, DEFAULTS, LIMITS } from "./options.js";
import { PRESETS } from "./presets.js";
import { CARD, chart, ruler, severities } from "./test-chart.js";
import { wallPreview } from "./preview.js";

/** @import { Desk } from "../desk.js" */
/** @import { Layout } from "./options.js" */

const TILES = [16, 10, 1];
const LAYOUTS = /** @type {Layout[]} */ (["a", "b"]);

/** @param {string} key */
const said = (key) => ({ "data-text": key });

class WallSetup {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.options = { ...DEFAULTS };
    this.size = { width: Math.round(screen.width * devicePixelRatio), height: Math.round(screen.height * devicePixelRatio) };
    this.preset = h(
      "select",
      { id: "preset", onchange: () => this.#take() },
      h("option", { value: "", ...said("wall_setup.own") }),
      PRESETS.map(({ name }) => h("option", { value: name, ...said(name) })),
    );
    this.distance = this.#input("distance", this.options.metres);
    this.pitch = this.#input("pitch", this.options.pitchMm);
    this.across = this.#input("across", this.size.width);
    this.down = this.#input("down", this.size.height);
    this.language = h(
      "select",
      { id: "wall-language", onchange: () => this.#changed() },
      [BOTH, ...desk.settings.languages].map((value) => h("option", { value, ...said(`wall_language.${value}`) })),
    );
    this.measured = this.#input("measured", CARD.width, () => {});
    this.ruler = h("div", { class: "wall-scroll", role: "group", tabindex: "0", "data-label": "wall_setup.ruler" });
    this.lines = h("ul", { class: "wall-scroll", id: "test-lines", tabindex: "0", "data-label": "wall_setup.chart" });
    this.colours = h("ul", { id: "test-colours", class: "wall-scroll", tabindex: "0", "data-label": "wall_setup.colours" });
    this.fits = h("p", { id: "wall-fits", role: "status" });
    this.preview = h("div", { id: "wall-preview", "aria-hidden": "true" });
    this.addresses = h("div", { id: "wall-addresses" });
    this.news = h("p", { role: "status", class: "quiet" });
    this.#build();
    this.shown = "";
  }

  /** @param {string} id @param {number} value @param {() => void} [changed] */
  #input(id, value, changed = () => this.#changed()) {
    return h("input", { id, value: String(value), inputmode: "decimal", autocomplete: "off", oninput: changed });
  }

  #build() {
    /** @param {string} key @param {HTMLElement} control */
    const field = (key, control) => h("p", { class: "wall-field" }, h("label", { for: control.id, ...said(key) }), control);
    /** @param {string} key @param {string} how @param {...Node} content */
    const section = (key, how, ...content) =>
      h("section", {}, h("h2", said(key)), h("p", said(how)), ...content);
    byId("page").append(
      h("h1", said("page.wall_setup")),
      h("p", said("wall_setup.intro")),
      h(
        "div",
        { class: "wall-fields" },
        field("wall_setup.preset", this.preset),
        field("wall_setup.distance", this.distance),
        field("wall_setup.pitch", this.pitch),
        field("wall_setup.across", this.across),
        field("wall_setup.down", this.down),
        field("wall_setup.language", this.language),
      ),
      section(
        "wall_setup.ruler",
        "wall_setup.ruler_how",
        this.ruler,
        h(
          "p",
          { class: "wall-field" },
          h("label", { for: "measured", ...said("wall_setup.measured") }),
          this.measured,
          h("button", { type: "button", class: "button", onclick: () => this.#correct(), ...said("wall_setup.correct") }),
        ),
      ),
      section("wall_setup.chart", "wall_setup.chart_how", this.lines),
      section("wall_setup.fits", "wall_setup.fits_how", this.fits, this.preview),
      section("wall_setup.colours", "wall_setup.colours_how", this.colours),
      section("wall_setup.addresses", "wall_setup.addresses_how", this.addresses, this.news),
    );
  }

  #take() {
    const preset = PRESETS.find(({ name }) => name === this.preset.value);
    if (preset === undefined) return;
    this.pitch.value = String(preset.pitchMm);
    this.across.value = String(preset.width);
    this.down.value = String(preset.height);
    this.#changed();
  }

  /** The card on the screen was measured: its true width tells the true size of a pixel. */
  #correct() {
    const measured = between(this.measured.value, [1, 1000]);
    if (measured === null) return;
    this.pitch.value = corrected(this.options.pitchMm, CARD.width, measured).toFixed(4);
    this.preset.value = "";
    this.#changed();
    this.measured.value = String(CARD.width);
  }

  #changed() {
    /** @param {HTMLInputElement} input @param {number[]} limits @param {number} before */
    const read = (input, limits, before) => {
      const value = between(input.value, limits);
      input.setAttribute("aria-invalid", String(value === null));
      return value ?? before;
    };
    this.options.metres = read(this.distance, /** @type {number[]} */ (LIMITS.metres), this.options.metres);
    this.options.pitchMm = read(this.pitch, /** @type {number[]} */ (LIMITS.pitchMm), this.options.pitchMm);
    this.size.width = read(this.across, [320, 40_000], this.size.width);
    this.size.height = read(this.down, [240, 40_000], this.size.height);
    this.options.language = this.language.value;
    this.draw();
  }

  draw() {
    const { words, names } = this.desk;
    const shown = JSON.stringify([this.options, this.size, words.language, names.edition]);
    if (shown === this.shown) return;
    this.shown = shown;
    const { metres, pitchMm } = this.options;
    const onThisScreen = pitchMm * devicePixelRatio;
    fill(this.ruler, ruler(onThisScreen));
    fill(this.lines, chart(metres, onThisScreen, words));
    const room = roomFor({ ...this.options, ratio: 1, ...this.size });
    severities(this.colours, room.text / devicePixelRatio, words);
    this.fits.textContent = `${words.t("wall_setup.fit", { lines: room.lines, letters: room.letters })} ${words.t(`wall_space.${room.space}`)}`;
    fill(this.preview, wallPreview(room, this.size));
    this.#list();
  }

  #list() {
    const { settings, words } = this.desk;
    const wall = new URL(`/realms/${settings.realm}/wall`, location.href).href;
    fill(
      this.addresses,
      TILES.map((tiles) =>
        h(
          "section",
          {},
          h("h3", {}, words.t(`wall_grid.${tiles}`)),
          LAYOUTS.map((layout) => this.#address(layout, tiles, addressOf(wall, { ...this.options, layout, tiles }))),
        ),
      ),
    );
  }

  /** @param {Layout} layout @param {number} tiles @param {string} address */
  #address(layout, tiles, address) {
    const { words } = this.desk;
    const name = words.t(`wall_layout.${layout}`);
    const id = `address-${layout}-${tiles}`;
    const field = h("input", { id, class: "wall-address", readonly: true, value: address, onfocus: () => field.select() });
    const copy = () => {
      field.select();
      document.execCommand("copy"); // works without https too, unlike its successor
      this.news.textContent = words.t("wall_setup.copied", { name });
    };
    return h(
      "p",
      { class: "wall-field" },
      h("label", { for: id }, name),
      field,
      h("button", { type: "button", class: "button", onclick: copy, "aria-label": `${words.t("wall_setup.copy")} ${name} ${tiles}` }, words.t("wall_setup.copy")),
      h("a", { class: "button", href: address, target: "_blank", rel: "noopener" }, words.t("wall_setup.open")),
    );
  }
}

openPlainPage((desk) => [new WallSetup(desk)]);
