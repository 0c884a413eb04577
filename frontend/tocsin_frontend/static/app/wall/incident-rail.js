// @ts-check
/** The gravest incidents in a few words each: code, type, place, age, phase, who has seen it. */

import { tellTimes } from "../desk.js";
import { byId, fill, h, KeyedChildren } from "../dom.js";
import { incidentSign, sign } from "../symbols.js";
import { onResize, overflows, showWhatFits } from "./fit.js";
import { directed, placeOnWall, seenBy, wallIncidents } from "./on-show.js";
import { capacityOnWall } from "./signs.js";
import { linesOf } from "./wall-words.js";

/** @import { Desk } from "../desk.js" */
/** @import { Incident } from "../../../../types/wire" */

const SHOWN = 6;
const ENOUGH = [3, 3, 1]; // three of them are worth more than every word about one, one more than its place

export class IncidentRail {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("wall-rail");
    this.note = h("p", { id: "wall-note" });
    this.list = h("ul", { id: "wall-incidents" });
    this.more = h("p", { id: "wall-more" });
    this.calm = h("p", { id: "wall-calm" });
    this.box.append(this.note, this.list, this.calm, this.more);
    this.all = 0;
    /** @type {unknown[]} */
    this.parts = [];
    this.rows = new KeyedChildren(this.list, {
      key: (/** @type {Incident} */ incident) => incident.id,
      parts: (incident) => [incident, JSON.stringify(this.#seen(incident)), ...this.#words()],
      build: (incident) => this.#row(incident),
    });
    onResize(this.box, () => this.#fit());
    document.fonts.addEventListener("loadingdone", () => this.#fit());
  }

  draw() {
    const { store, words } = this.desk;
    const { incidents, alarms, walls } = store.picture;
    const parts = [incidents, alarms, walls, store.known, ...this.#words()];
    if (parts.every((part, i) => part === this.parts[i])) return;
    this.parts = parts;
    const wall = directed(store.picture, "a");
    const all = wallIncidents(incidents, wall?.incident ?? null);
    this.all = all.length;
    this.rows.show(all.slice(0, SHOWN));
    fill(this.note, wall?.note && [sign("aside", 24), wall.note]);
    this.note.hidden = !wall?.note;
    fill(this.calm, words.t(store.known ? "wall.calm" : "wall.waiting"));
    this.calm.hidden = store.known && all.length > 0;
    this.#fit();
  }

  tick() {
    if (overflows(this.box)) this.#fit();
  }

  #fit() {
    tellTimes(this.desk); // ages take room too
    const rows = [...this.list.children].filter((row) => row instanceof HTMLElement);
    showWhatFits(this.box, rows, {
      more: this.more,
      unbuilt: this.all - rows.length,
      enough: ENOUGH,
    });
  }

  #words() {
    const { words, names, tables } = this.desk;
    return [words.language, names.edition, tables.edition];
  }

  /** @param {Incident} incident */
  #seen(incident) {
    const { store, access } = this.desk;
    const seen = seenBy(store.picture.alarms, incident.id);
    const capacity = incident.state_by === null ? null : access.capacityOf(incident.state_by);
    return seen === null && capacity !== null ? { capacity, at: incident.state_since } : seen;
  }

  /** @param {{capacity: string, at: string}} seen */
  #seenWords({ capacity, at }) {
    const { words, format } = this.desk;
    return `${words.t("wall.seen_by")} ${capacityOnWall(this.desk, capacity)} ${format.hour(at)}`;
  }

  /** @param {Incident} incident */
  #row(incident) {
    const { words, names, tables } = this.desk;
    const title = names.types[incident.type];
    const seen = this.#seen(incident);
    const { spot, commune } = placeOnWall(words, incident);
    return h(
      "li",
      { class: `wall-incident s${incident.severity}`, "data-incident": incident.id },
      incidentSign(this.desk, incident),
      h(
        "div",
        { class: "wall-titles" },
        (title === undefined ? [{ line: incident.type, language: null }] : linesOf(words, title)).map(
          ({ line, language }) => h("p", { class: "wall-title", lang: language }, line),
        ),
      ),
      h("p", { class: "wall-place" }, spot !== null && h("span", { class: commune ? "wall-spot" : "" }, spot), commune),
      h(
        "p",
        { class: "wall-facts" },
        h("b", {}, incident.id),
        h("time", { "data-since": incident.opened_at }),
        h("span", { class: "wall-state" }, incident.phase ? tables.phase(incident.phase.value) : tables.state(incident.state)),
        seen === "called" && h("span", { class: "wall-unseen" }, words.t("wall.not_seen")),
        seen !== null && seen !== "called" && h("span", { class: "wall-seen" }, this.#seenWords(seen)),
      ),
    );
  }
}
