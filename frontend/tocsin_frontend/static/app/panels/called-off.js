// @ts-check
/**
 * The end of an exercise that a real incident calls off: on every screen of it, in all languages,
 * and heard once. It goes when the exercise is resumed.
 */

import { h } from "../dom.js";
import { Sounds } from "../sounds.js";

/** @import { Desk } from "../desk.js" */

const STAFF = new Set(["control", "observe", "debriefing"]); // who must still act, and see to it

export class CalledOff {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.sounds = new Sounds(true);
    this.covers = !STAFF.has(document.documentElement.dataset.page ?? "");
    /** @type {HTMLElement | null} */
    this.box = null;
    /** Unknown before the first picture: who opens the page later hears nothing. @type {boolean | null} */
    this.before = null;
    if (!desk.access.isExercise) return;
    for (const touch of ["pointerdown", "keydown"]) {
      document.addEventListener(touch, () => this.sounds.wake(), { once: true });
    }
  }

  tick() {
    if (this.before) this.#put();
  }

  draw() {
    const { store, access } = this.desk;
    if (!access.isExercise || !store.liveKnown) return;
    const over = store.live.exercise?.["state"] === "called_off";
    if (over && this.before === false) this.sounds.play("end");
    if (over) this.#put();
    else if (this.before) this.#take();
    this.before = over;
  }

  #put() {
    this.box ??= this.#card();
    if (this.box.parentElement !== document.body) document.body.append(this.box);
    if (!this.covers) return;
    for (const part of document.querySelectorAll("[data-acts]:not([inert])")) part.toggleAttribute("inert", true);
  }

  #take() {
    this.box?.remove();
    this.box = null;
    if (!this.covers || this.desk.connection.state === "frozen") return;
    for (const part of document.querySelectorAll("[data-acts][inert]")) part.toggleAttribute("inert", false);
  }

  #card() {
    const { words, settings } = this.desk;
    const languages = settings.languages;
    return h(
      "div",
      { id: "called-off", role: "alert", class: this.covers ? "covers" : "band" },
      h(
        "div",
        { class: "called-off-card" },
        languages.map((lang) => h("p", { class: "called-off-banner", lang }, words.in(lang, "called_off.banner"))),
        languages.map((lang) => h("p", { class: "called-off-why", lang }, words.in(lang, "called_off.why"))),
        h("a", { class: "button act", href: "/realms/live" }, words.t("called_off.live")),
      ),
    );
  }
}
