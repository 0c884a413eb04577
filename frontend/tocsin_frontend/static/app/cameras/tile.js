// @ts-check
/**
 * One camera as a tile: its newest picture, how old that is, and how the camera is. A tile that
 * gets nothing new greys and says since when. It asks for pictures only while it can be seen.
 */

import { fill, h } from "../dom.js";
import { cameraSymbol } from "../symbols.js";

/** @import { Desk } from "../desk.js" */
/** @import { Picture } from "./link.js" */

const LATE_MS = 5000;
const AHEAD_MS = 5000; // a camera's clock may be a little ahead of ours
const WALL_FPS = 2;

/** @type {WeakMap<Element, CameraTile>} */
const tiles = new WeakMap();
const eyes = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) tiles.get(target)?.see(isIntersecting);
});

export class CameraTile {
  /**
   * @param {Desk} desk
   * @param {string} camera
   * @param {object} [how]
   * @param {number} [how.fps]
   * @param {() => void} [how.open] makes the tile a button
   * @param {() => (Node | string)[]} [how.note] what else stands under it
   */
  constructor(desk, camera, { fps = WALL_FPS, open, note } = {}) {
    this.desk = desk;
    this.camera = camera;
    this.fps = fps;
    this.open = open;
    this.note = note;
    this.image = h("img", { class: "tile-image", alt: "", draggable: "false" });
    this.image.hidden = true;
    this.message = h("p", { class: "tile-message" });
    this.age = h("span", { class: "tile-age" });
    this.caption = h("div", { class: "tile-caption" });
    this.screen = open
      ? h("button", { type: "button", class: "tile-screen", onclick: open, "data-focus": `tile-${camera}` })
      : h("div", { class: "tile-screen" });
    this.screen.append(this.image, this.message, this.age);
    this.element = h("figure", { class: "camera-tile", "data-camera": camera }, this.screen, this.caption);
    /** @type {Picture | null} */
    this.picture = null;
    /** One that came while the last was still being decoded. @type {Picture | null} */
    this.next = null;
    this.decoding = false;
    /** @type {(() => void) | null} */
    this.release = null;
    /** @type {unknown[]} */
    this.shown = [];
    this.image.addEventListener("load", () => this.#decoded());
    this.image.addEventListener("error", () => this.#decoded());
    tiles.set(this.element, this);
    eyes.observe(this.element);
    this.draw();
    this.tick();
  }

  /** No more pictures; the element may be thrown away. */
  close() {
    eyes.unobserve(this.element);
    this.see(false);
    this.#forget();
  }

  /** @param {boolean} seen */
  see(seen) {
    if (!seen) {
      this.release?.();
      this.release = null;
    } else if (this.release === null && this.#may()) {
      this.release = this.desk.cameraLink.look(this.camera, this.fps, (picture) => this.#take(picture));
    }
  }

  /** What hangs on words, register and state. */
  draw() {
    const { words, cameras, tables, store } = this.desk;
    const camera = cameras.get(this.camera);
    const condition = cameras.condition(this.camera);
    const note = this.note?.() ?? [];
    const past = store.past !== null;
    const parts = [
      words.language,
      past,
      cameras.edition,
      tables.edition,
      condition.kind,
      condition.word,
      condition.since,
      JSON.stringify(note.map(String)),
    ];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const name = camera === undefined ? this.camera : words.of(camera.name);
    this.element.dataset.kind = condition.kind;
    this.image.alt = words.t("camera.picture_of", { camera: name });
    this.screen.setAttribute("aria-label", this.open ? words.t("camera.open", { camera: name }) : name);
    if (!this.open) this.screen.setAttribute("role", "group");
    fill(
      this.caption,
      cameraSymbol(condition.kind, 20),
      h("span", { class: "tile-name" }, name),
      h("span", { class: "tile-state" }, words.name("camera_state.", condition.word)),
      camera?.condition && h("span", { class: "tile-note" }, words.of(camera.condition)),
      note,
    );
    if (!this.#may()) {
      this.see(false);
      this.#forget();
    } else if (this.release === null) {
      eyes.unobserve(this.element); // asked again: it may be in sight already
      eyes.observe(this.element);
    }
    this.tick();
  }

  /** Once a second: the age, and what there is to say instead of a picture. */
  tick() {
    const { words, format, cameraLink, cameras, store } = this.desk;
    const camera = cameras.get(this.camera);
    const refused = camera?.reason ?? cameraLink.refused.get(this.camera);
    if (refused) {
      this.#say(words.name("camera_refused.", refused), "", false);
      return;
    }
    if (store.past !== null) {
      this.#say(words.t("time.no_pictures"), "", false);
      return;
    }
    if (this.picture === null) {
      this.#say(words.t("camera.waiting"), "", false);
      return;
    }
    const { capturedAt, receivedAt } = this.picture;
    const ahead = capturedAt - receivedAt > AHEAD_MS;
    const since = ahead ? receivedAt : Math.min(capturedAt, receivedAt);
    const age = Math.max(0, cameraLink.now() - since);
    const late = age > LATE_MS * Math.max(1, this.#speed);
    const told = format.duration(age / 1000);
    this.#say(
      late ? words.t("camera.late_since", { time: format.clock(since) }) : "",
      ahead ? `${told} · ${words.t("camera.clock_ahead")}` : told,
      late,
    );
  }

  /** @param {string} message @param {string} age @param {boolean} late */
  #say(message, age, late) {
    if (this.message.textContent !== message) this.message.textContent = message;
    this.message.hidden = message === "";
    if (this.age.textContent !== age) this.age.textContent = age;
    this.element.classList.toggle("late", late);
  }

  /** How much faster than life the exercise runs: its pictures grow old so much faster. */
  get #speed() {
    return Number(this.desk.store.picture.exercise?.["speed"] ?? 1);
  }

  #may() {
    const { cameras, store } = this.desk;
    return store.past === null && cameras.get(this.camera)?.may === "yes";
  }

  /** @param {Picture} picture */
  #take(picture) {
    if (this.decoding) this.next = picture;
    else this.#show(picture);
  }

  /** @param {Picture} picture */
  #show(picture) {
    this.decoding = true;
    this.picture = picture;
    URL.revokeObjectURL(this.image.src);
    this.image.src = URL.createObjectURL(picture.blob);
    this.image.hidden = false;
    this.element.dataset.sequence = String(picture.sequence);
    this.tick();
  }

  #decoded() {
    this.decoding = false;
    const next = this.next;
    this.next = null;
    if (next !== null) this.#show(next);
  }

  #forget() {
    this.picture = null;
    this.next = null;
    this.decoding = false;
    URL.revokeObjectURL(this.image.src);
    this.image.removeAttribute("src");
    this.image.hidden = true;
  }
}
