// @ts-check
/** Drawing on the map: what to draw, the form of it, what is drawn already, and undo beside it. */

import { fill, h } from "../dom.js";
import { FormSlot } from "../forms.js";
import { figureOf } from "../layers/drawing-layer.js";
import { common, keepingFocus } from "../panels/sheet/section.js";
import { sign } from "../symbols.js";
import { geometryOf, shapeOf, told } from "./draft.js";
import { drawingForm, figureSoFar, sketchOf } from "./form.js";
import { KINDS, kindSign, SHAPES } from "./kinds.js";
import { DrawingList } from "./list.js";
import { PlaceFinder } from "./place-finder.js";
import { teamsOf } from "./rights.js";
import { Sketch } from "./sketch.js";
import { undoButton } from "./undo.js";

/** @import { MapPage } from "../map-page.js" */
/** @import { Drawing } from "../../../../types/wire" */
/** @import { Subject } from "./form.js" */
/** @import { Traced } from "./geoman.js" */
/** @import { Kind, Shape, Team } from "./kinds.js" */
/** @import { Place } from "./shapes.js" */

const SPOT = "drawing"; // where the form opens

export class DrawingPanel {
  /** @param {MapPage} page @param {HTMLElement} opener the button that opens it @param {Team} [team] whose layer comes first */
  constructor({ map, desk, layers }, opener, team) {
    this.team = team;
    this.map = map;
    this.desk = desk;
    this.layer = layers.drawings;
    this.opener = opener;
    this.title = h("h2", { id: "drawing-title", tabindex: "-1" });
    this.closer = h("button", { type: "button", class: "button icon", onclick: () => this.close() }, sign("close", 20));
    this.tools = h("div", { id: "drawing-tools", role: "group" });
    this.held = h("p", { id: "drawing-held", class: "quiet" });
    this.shapes = h("div", { id: "drawing-shapes", role: "group" });
    const holder = h("div", { id: "drawing-form" });
    this.figure = h("p", { id: "drawing-figure" });
    this.undo = h("div", { id: "drawing-undo", class: "acts" });
    this.said = h("p", { id: "drawing-said", role: "status" });
    this.listTitle = h("h3", {});
    const rows = h("ul", { id: "drawing-list" });
    this.drawn = h("div", {}, this.listTitle, rows);
    this.box = h(
      "section",
      { id: "drawing", "aria-labelledby": "drawing-title", hidden: true },
      h("header", {}, h("div", {}, this.title, this.figure), this.closer),
      this.tools,
      this.held,
      this.shapes,
      holder,
      this.undo,
      this.said,
      this.drawn,
    );
    map.getContainer().parentElement?.append(this.box);
    this.slot = new FormSlot(desk, () => this.draw());
    this.slot.hold(SPOT, holder);
    this.finder = new PlaceFinder(layers);
    this.whereIs = (/** @type {string} */ said) => this.finder.find(said, desk.store.picture.incidents);
    layers.held = () => this.subject !== null;
    this.sketch = new Sketch(map, this.layer, desk.settings.static_url);
    this.list = new DrawingList(desk, rows, {
      look: (drawing) => this.sketch.lookAt(drawing, this.box),
      change: (drawing) => this.change(drawing),
    });
    /** @type {Subject | null} */
    this.subject = null;
    /** @type {unknown[]} */
    this.shown = [];
    this.drawing = false;
    opener.addEventListener("click", () => this.toggle());
    holder.addEventListener("input", () => this.#preview());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("keydown", (event) => this.#escape(event), true);
    desk.keys.add({ key: "d", says: "keys.draw", act: () => this.toggle(), looks: true });
  }

  toggle() {
    if (this.box.hidden) this.open();
    else this.close();
  }

  open() {
    this.finder.load().then(() => this.#preview());
    this.box.hidden = false;
    this.draw();
    const first = this.tools.hidden ? null : this.tools.querySelector("button");
    (first ?? this.title).focus();
  }

  /** Straight to one kind. @param {Kind} kind */
  start(kind) {
    this.open();
    this.#choose(kind);
  }

  /** @param {Drawing} drawing */
  change(drawing) {
    this.open();
    this.#begin({ kind: drawing.kind, shape: shapeOf(drawing), before: drawing }, `drawing.change-${drawing.id}`);
  }

  /** Those it may draw for. @returns {Team[]} */
  #teams() {
    const teams = teamsOf(this.desk.access);
    return [...teams].sort((a, b) => Number(b === this.team) - Number(a === this.team));
  }

  close() {
    this.slot.close(false);
    this.box.hidden = true;
    this.draw();
    this.opener.focus();
  }

  draw() {
    if (this.drawing) return; // closing a form draws
    this.drawing = true;
    this.#draw();
    this.drawing = false;
  }

  #draw() {
    const { desk, slot, subject } = this;
    const { drawings, undoable } = desk.store.picture;
    if (subject !== null && (slot.key === null || this.#isGone(subject))) {
      slot.close();
      this.#end();
    }
    document.body.classList.toggle("with-drawing", !this.box.hidden);
    this.opener.setAttribute("aria-expanded", String(!this.box.hidden));
    const parts = [this.box.hidden, drawings, undoable, this.subject, ...common(desk)];
    if (!parts.every((part, i) => part === this.shown[i])) {
      this.shown = parts;
      this.#words();
      if (!this.box.hidden) this.#fill();
    }
    slot.draw();
  }

  /** Somebody erased what is being changed. @param {Subject} subject */
  #isGone({ before }) {
    return before !== null && this.desk.store.picture.drawings[before.id] === undefined;
  }

  #words() {
    const { words } = this.desk;
    fill(this.opener, sign("draw", 20), h("span", {}, words.t("drawing.open")), h("kbd", { "aria-hidden": "true" }, "D"));
    this.opener.setAttribute("aria-keyshortcuts", "D");
    this.title.textContent = words.t("drawing.title");
    this.closer.setAttribute("aria-label", words.t("drawing.close"));
    this.tools.setAttribute("aria-label", words.t("drawing.tools"));
    this.shapes.setAttribute("aria-label", words.t("drawing.shape"));
  }

  #fill() {
    const { desk, subject } = this;
    const { words, access, commands, store } = desk;
    const allowed = teamsOf(access).length > 0;
    const may = allowed && !commands.held;
    this.tools.hidden = !may || subject !== null; // the form takes their room
    this.held.hidden = may;
    this.held.textContent = may ? "" : allowed ? words.t(commands.heldBecause) : this.#mayNot();
    keepingFocus(this.tools, () => fill(this.tools, KINDS.map((kind, i) => this.#tool(kind, i + 1))));
    if (document.activeElement === this.title && !this.tools.hidden) this.tools.querySelector("button")?.focus();
    const choices = subject !== null && subject.before === null ? SHAPES[subject.kind] : [];
    this.shapes.hidden = choices.length < 2;
    keepingFocus(this.shapes, () => fill(this.shapes, choices.map((shape) => this.#shape(shape))));
    keepingFocus(this.undo, () => fill(this.undo, undoButton(desk)));
    this.said.textContent = commands.said?.text ?? "";
    this.said.classList.toggle("trouble", commands.said?.trouble ?? false);
    const drawn = Object.values(store.picture.drawings);
    this.drawn.hidden = subject !== null;
    this.listTitle.textContent = words.t("drawing.drawn", { n: drawn.length });
    const had = this.box.contains(document.activeElement);
    this.list.show(drawn);
    if (had && !this.box.contains(document.activeElement)) (this.undo.querySelector("button") ?? this.title).focus();
  }

  #mayNot() {
    const { words, access } = this.desk;
    return words.t("drawing.may_not", { capacity: access.name(access.capacity) });
  }

  /** @param {Kind} kind @param {number} number */
  #tool(kind, number) {
    const { words } = this.desk;
    return h(
      "button",
      {
        type: "button",
        class: "button tool",
        "data-focus": `draw-${kind}`,
        "aria-pressed": String(this.subject?.kind === kind && this.subject.before === null),
        "aria-keyshortcuts": String(number),
        onclick: () => this.#choose(kind),
      },
      kindSign(kind),
      h("span", {}, words.name("drawing_kind.", kind)),
      h("kbd", { "aria-hidden": "true" }, number),
    );
  }

  /** @param {Shape} shape */
  #shape(shape) {
    return h(
      "button",
      {
        type: "button",
        class: "button",
        "data-focus": `shape-${shape}`,
        "aria-pressed": String(this.subject?.shape === shape),
        onclick: () => this.subject && this.#choose(this.subject.kind, shape),
      },
      this.desk.words.name("drawing_shape.", shape),
    );
  }

  /** @param {Kind} kind @param {Shape} [shape] */
  #choose(kind, shape = /** @type {Shape} */ (SHAPES[kind][0])) {
    this.#begin({ kind, shape, before: null }, `draw-${kind}`);
  }

  /** @param {Subject} subject @param {string} opener */
  #begin(subject, opener) {
    const { desk } = this;
    this.#end();
    this.subject = subject;
    this.layer.hidden = subject.before?.id ?? null;
    this.slot.open(SPOT, () => drawingForm(desk, subject, this.#teams(), this.whereIs), opener);
    this.layer.draw();
    const how = {
      shape: subject.shape,
      traced: (/** @type {Traced} */ traced) => this.#traced(traced),
      growing: (/** @type {Place[]} */ places) => {
        this.figure.textContent = figureSoFar(desk, subject.shape, places);
      },
    };
    this.sketch.start(how, subject.before);
    const drawn = subject.before ?? this.#sketched(subject);
    if (drawn !== null) this.sketch.lookAt(drawn, this.box);
    if (subject.before === null) this.#preview();
  }

  #end() {
    if (this.subject === null) return;
    this.subject = null;
    this.sketch.stop();
    this.figure.textContent = "";
    this.layer.hidden = null;
    this.layer.draw();
  }

  /** @param {Subject} subject */
  #sketched(subject) {
    return sketchOf(subject, this.slot.values(), this.whereIs);
  }

  #preview() {
    const { subject, sketch, slot } = this;
    if (subject === null) return;
    const drawn = this.#sketched(subject);
    if (drawn !== null || sketch.shown !== null) sketch.show(drawn);
    const named = this.whereIs(slot.values()["centre"] ?? "")?.name;
    const told = drawn === null ? null : figureOf(this.desk, drawn);
    this.figure.textContent = [named, told].filter(Boolean).join(" · ");
  }

  /** The pointer says what could have been typed. @param {Traced} traced */
  #traced(traced) {
    const { slot, subject } = this;
    if (subject === null || traced.places.length === 0) return;
    const geometry = geometryOf(subject.shape, traced.places);
    const fields = told({ geometry, radius_m: traced.radius_m, wind_from_deg: null });
    for (const [name, said] of Object.entries(fields)) if (said !== "") slot.say(name, said);
    const wasThere = this.sketch.shown !== null;
    this.#preview();
    const next = wasThere ? null : this.box.querySelector('[data-focus="form-send"]');
    if (next instanceof HTMLElement) next.focus(); // Enter is all that is left
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const typing = event.target instanceof Element && event.target.matches("input, textarea, select");
    const kind = KINDS[Number(event.key) - 1];
    if (event.key === "Escape") this.close();
    else if (!typing && kind !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey && !this.tools.hidden) this.#choose(kind);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** With the pointer on the map, Escape lets go of what is being drawn, not of the incident. @param {KeyboardEvent} event */
  #escape(event) {
    if (event.key !== "Escape" || this.subject === null || this.box.contains(document.activeElement)) return;
    event.stopPropagation();
    this.slot.close();
  }
}
