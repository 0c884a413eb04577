// @ts-check
/** The foot of a wall: time, mode, activation of the room, sources, age of the data, the beat. */

import { byId, fill, h } from "../dom.js";
import { sign } from "../symbols.js";
import { onResize, overflows, showByImportance } from "./fit.js";
import { dayOf } from "./wall-words.js";

/** @import { Desk } from "../desk.js" */
/** @import { Guard } from "./guard.js" */

const BEATS = 8; // places that the mark goes through
const NAMED = 3; // troubled sources told by name

export class WallFoot {
  /** @param {Desk} desk @param {Guard} guard */
  constructor(desk, guard) {
    this.desk = desk;
    this.guard = guard;
    this.box = byId("wall-foot");
    this.clock = h("b", { id: "wall-clock" });
    this.beats = h("span", { id: "wall-beat", "aria-hidden": "true" });
    for (let i = 0; i < BEATS; i += 1) this.beats.append(h("i"));
    this.mode = byId("wall-mode");
    this.activation = h("span", { id: "wall-activation" });
    this.sources = h("span", { id: "wall-sources" });
    this.names = h("b", { id: "wall-names" });
    this.age = h("span", { id: "wall-age" });
    this.utc = h("span", { id: "wall-utc" });
    this.day = h("span", { id: "wall-day" });
    this.errors = h("span", { id: "wall-errors" });
    this.box.prepend(this.clock, this.beats);
    this.box.append(this.errors, this.activation, this.sources, this.names, this.age, this.utc, this.day);
    this.beat = 0;
    /** @type {unknown} */
    this.health = null;
    /** @type {unknown[]} */
    this.parts = [];
    onResize(this.box, () => this.#fit());
  }

  /** What there is no room for at the legible size goes, the least important first. */
  #fit() {
    showByImportance(this.box, [this.sources, this.activation, this.names, this.age, this.utc, this.day]);
  }

  tick() {
    const { store, words, format, settings } = this.desk;
    const now = store.now();
    text(this.clock, format.clock(now));
    const live = settings.realm === "live"; // elsewhere the room's clock is the exercise's
    text(this.utc, live ? format.utc(now) : "");
    text(this.day, live ? dayOf(words, now) : `${words.t("clock.exercise")} ${dayOf(words, now)}`);
    const { at } = store.picture;
    text(this.age, at === null ? "" : `${words.t("wall.last_data")} ${format.age(at, now)}`);
    fill(this.errors, this.guard.errors > 0 && sign("warning", 24), this.guard.errors > 0 && this.guard.errors);
    this.errors.title = this.guard.last;
    if (overflows(this.box)) this.#fit();
  }

  draw() {
    const { store, words, tables } = this.desk;
    this.#move(store.health);
    const { sources, activation } = store.picture;
    const parts = [sources, activation, words.language, tables.edition, store.known];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    const level = activation?.level ?? "watch";
    this.activation.dataset.level = level;
    text(this.activation, store.known ? tables.word(tables.room?.activation, level) : "");
    const all = Object.values(sources);
    const troubled = all.filter((s) => s.state !== "online" || s.trouble !== null).map((s) => s.source);
    const named = troubled.slice(0, NAMED).join(", ");
    const others = troubled.length > NAMED ? ` + ${troubled.length - NAMED}` : "";
    this.sources.classList.toggle("calm", troubled.length === 0);
    fill(
      this.sources,
      troubled.length > 0 && sign("warning", 24),
      h("span", { class: "wall-label" }, `${words.t("wall.sources")} `),
      `${all.length - troubled.length}/${all.length}`,
    );
    text(this.names, troubled.length > 0 ? `${named}${others}` : "");
    this.#fit();
  }

  /** One place further with each beat of the server: a mark that stands still says that nothing comes. @param {unknown} health */
  #move(health) {
    if (health === this.health) return;
    this.health = health;
    this.beats.children[this.beat]?.classList.remove("now");
    this.beat = (this.beat + 1) % BEATS;
    this.beats.children[this.beat]?.classList.add("now");
  }
}

/** @param {Element} element @param {string} said */
function text(element, said) {
  if (element.textContent !== said) element.textContent = said;
}
