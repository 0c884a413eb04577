// @ts-check
/** What one sees of the time conductor: its button in the head, and the bar below it. */

import { byId, fill, h } from "../dom.js";
import { SPEEDS } from "./player.js";
import { timeSign } from "./signs.js";
import { Span } from "./span.js";

/** @import { Desk } from "../desk.js" */
/** @import { Past } from "../situation-store.js" */
/** @import { Landmark } from "./history.js" */
/** @import { TimeSign } from "./signs.js" */

const MINUTE_CHARS = 16; // of `2026-01-15T15:41`

/**
 * @typedef {object} Acts what the buttons do
 * @property {() => void} open
 * @property {(way: 1 | -1) => void} step
 * @property {() => void} playOrPause
 * @property {(speed: number) => void} setSpeed
 * @property {(at: number) => void} go
 * @property {() => void} live
 */

/** @param {string} id @param {() => void} act @param {string} [key] */
const button = (id, act, key) =>
  h("button", { type: "button", class: "button icon", id: `time-${id}`, "aria-keyshortcuts": key, onclick: act });

export class TimeBar {
  /** @param {Desk} desk @param {HTMLElement} slot in the head @param {Acts} acts */
  constructor(desk, slot, acts) {
    this.desk = desk;
    this.opener = h("button", { type: "button", class: "button time-opener", id: "time-open", "aria-controls": "time-bar", onclick: acts.open });
    slot.append(this.opener);
    this.previous = button("previous", () => acts.step(-1), ",");
    this.playing = button("play", acts.playOrPause, "p");
    this.next = button("next", () => acts.step(1), ".");
    this.speed = h("select", { id: "time-speed" });
    this.speed.addEventListener("change", () => acts.setSpeed(Number(this.speed.value)));
    this.span = new Span(acts.go);
    this.field = h("input", { type: "datetime-local", id: "time-field", step: "1", required: true });
    this.goes = h("button", { type: "submit", class: "button", id: "time-go" });
    const form = h("form", { class: "time-moment" }, this.field, this.goes);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const at = this.#asked();
      if (at !== null) acts.go(at);
    });
    this.back = h("button", { type: "button", class: "button", id: "time-back", "aria-keyshortcuts": "0", onclick: acts.live });
    this.sign = h("p", { class: "past-sign", id: "past-sign" });
    this.calls = h("p", { class: "past-calls", id: "past-calls", role: "alert" });
    this.note = h("p", { class: "time-note", id: "time-note", role: "status" });
    this.told = h("p", { class: "visually-hidden", id: "time-told", role: "status" });
    this.head = h("div", { class: "past-head" }, this.sign, this.calls, this.back);
    const controls = [this.previous, this.playing, this.next, this.speed, this.span.element, form];
    this.element = h("section", { id: "time-bar" }, this.head, h("div", { class: "time-controls" }, controls), this.note);
    this.element.hidden = true;
    byId("status-bar").after(this.element, this.told);
    this.language = "";
  }

  /** The moment that the field says, in milliseconds. */
  #asked() {
    const said = this.field.value;
    const minute = this.desk.format.fromField(said.slice(0, MINUTE_CHARS));
    return minute === null ? null : Date.parse(minute) + Number(said.slice(MINUTE_CHARS + 1) || 0) * 1000;
  }

  /** @param {string} said read out by screen readers */
  tell(said) {
    if (this.told.textContent !== said) this.told.textContent = said;
  }

  /**
   * @param {object} what
   * @param {Past | null} what.past
   * @param {string} what.moment the one that is shown
   * @param {number} what.speed
   * @param {number} what.calling
   * @param {string} what.note
   */
  show({ past, moment, speed, calling, note }) {
    const { words, format, store } = this.desk;
    const brief = past === null ? "" : format.moment(new Date(past.at).toISOString(), store.liveNow());
    this.#words(speed);
    this.head.hidden = past === null;
    fill(this.opener, timeSign(past === null ? "live" : "past"), h("span", {}, past === null ? words.t("time.live") : brief));
    this.opener.setAttribute("aria-expanded", String(!this.element.hidden));
    this.opener.setAttribute("aria-label", past === null ? words.t("time.open") : words.t("time.shown", { moment }));
    this.#name(this.playing, past?.playing ? "pause" : "play", past?.playing ? "time.pause" : "time.play", "P");
    this.playing.disabled = this.next.disabled = past === null;
    const languages = [...new Set(["fr", "nl", words.language])]; // the room reads both, always
    fill(
      this.sign,
      h("b", {}, languages.flatMap((language, i) => [i > 0 && " / ", h("span", { lang: language }, words.in(language, "time.replay"))])),
      h("time", {}, moment),
      h("span", { class: "past-held" }, words.t("time.held")),
    );
    const called = calling === 0 ? "" : words.t("time.calls", { n: calling });
    if (this.calls.textContent !== called) this.calls.textContent = called;
    this.calls.hidden = calling === 0;
    if (this.note.textContent !== note) this.note.textContent = note;
    this.note.hidden = note === "";
  }

  /** @param {number} first @param {number} last @param {number} at @param {string} moment @param {Landmark[]} landmarks */
  showSpan(first, last, at, moment, landmarks) {
    this.span.show(first, last, at, moment);
    this.span.paint(landmarks, this.desk.theme.name);
    if (document.activeElement === this.field) return;
    const seconds = String(new Date(at).getUTCSeconds()).padStart(2, "0");
    const value = `${this.desk.format.field(at)}:${seconds}`;
    if (this.field.value !== value) this.field.value = value;
  }

  /** What changes with the language only: an open list of speeds stays open. @param {number} speed */
  #words(speed) {
    const { words, format } = this.desk;
    if (this.language === words.language) return;
    this.language = words.language;
    this.element.setAttribute("aria-label", words.t("time.label"));
    this.#name(this.previous, "previous", "time.previous", ",");
    this.#name(this.next, "next", "time.next", ".");
    this.speed.setAttribute("aria-label", words.t("time.speed"));
    const said = (/** @type {number} */ x) => `×${format.number(x, x === 0.25 ? 2 : x < 1 ? 1 : 0)}`;
    fill(this.speed, SPEEDS.map((x) => h("option", { value: x, selected: x === speed }, said(x))));
    this.span.input.setAttribute("aria-label", words.t("time.span"));
    this.field.setAttribute("aria-label", words.t("time.field"));
    fill(this.goes, words.t("time.go"));
    fill(this.back, timeSign("live"), h("span", {}, words.t("time.back")), h("kbd", { "aria-hidden": "true" }, "0"));
  }

  /** @param {Element} element @param {TimeSign} name @param {string} says @param {string} key */
  #name(element, name, says, key) {
    const said = this.desk.words.t(says);
    if (element.getAttribute("aria-label") === said) return;
    element.setAttribute("aria-label", said);
    element.setAttribute("title", `${said} (${key})`);
    fill(element, timeSign(name));
  }
}
