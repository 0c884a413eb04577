// @ts-check
/** What one asks first of an incident: what, how grave, where, since when, who has seen it, what is late. */

import { byId, fill, h } from "../../dom.js";
import { placeOf } from "../../places.js";
import { seenBy, standings } from "../../queue.js";
import { incidentSign, sign } from "../../symbols.js";
import { common, keepingFocus } from "./section.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Standing } from "../../queue.js" */
/** @import { Incident } from "../../../../../types/wire" */

const LATE = /** @type {const} */ (["tasks", "decisions", "alarms"]);

export class Glance {
  /** @param {Desk} desk @param {(part: string) => void} goTo */
  constructor(desk, goTo) {
    this.desk = desk;
    this.goTo = goTo;
    this.box = byId("sheet-head");
    /** @type {unknown[]} */
    this.shown = [];
    this.next = Infinity;
  }

  /** Whether something has become late since it was drawn. */
  get isOld() {
    return this.desk.store.now() >= this.next;
  }

  /** @param {Incident} incident */
  draw(incident) {
    const { tasks, decisions, alarms } = this.desk.store.picture;
    const parts = [incident, tasks, decisions, alarms, ...common(this.desk)];
    if (!this.isOld && parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { next, of } = standings(this.desk.store.picture, this.desk.store.now());
    this.next = next;
    keepingFocus(this.box, () => 
      fill(this.box, this.#head(incident), this.#where(incident), this.#answers(incident, of(incident.id))),
    );
  }

  /** @param {Incident} incident */
  #head(incident) {
    const { words, names, tables } = this.desk;
    return h(
      "div",
      { class: "glance-what" },
      incidentSign(this.desk, incident, { size: 56 }),
      h(
        "div",
        {},
        h("h2", { id: "sheet-title", tabindex: "-1", "data-focus": "title" }, names.type(incident.type)),
        h(
          "p",
          { class: "sheet-sub" },
          h("span", { class: "id" }, incident.id),
          h("b", {}, `S${incident.severity} ${words.name("severity.", String(incident.severity))}`),
          h("span", { class: "state" }, tables.state(incident.state)),
          incident.phase !== null && h("span", { class: "phase-badge" }, tables.phase(incident.phase.value)),
        ),
      ),
    );
  }

  /** @param {Incident} incident */
  #where(incident) {
    return [
      h("p", { class: "sheet-place" }, placeOf(this.desk.words, incident)),
      incident.headline && h("p", { class: "sheet-headline" }, incident.headline),
    ];
  }

  /** @param {Incident} incident @param {Standing} standing */
  #answers(incident, standing) {
    const { words, format, store, access } = this.desk;
    const seen = seenBy(this.desk, incident, standing);
    const late = LATE.filter((name) => standing[name].length > 0);
    return h(
      "dl",
      { class: "glance" },
      answer(words.t("glance.late"), late.length > 0 ? "wide late" : "wide", [
        late.length === 0
          ? words.t("glance.nothing_late")
          : h(
              "button",
              {
                type: "button",
                class: "link-button",
                "data-focus": "glance-late",
                onclick: () => this.goTo("faire_face"),
              },
              sign("late", 16),
              late.map((name) => words.t(`glance.${name}`, { n: standing[name].length })).join(", "),
            ),
      ]),
      answer(words.t("glance.seen"), "wide", [
        seen.length === 0
          ? h("b", { class: "unseen" }, words.t("value.nobody"))
          : seen.map(([capacity, at]) => `${access.shortName(capacity)} ${format.hour(at)}`).join(" · "),
      ]),
      answer(words.t("glance.lead"), "", [incident.lead ?? words.t("axis.no_lead")]),
      answer(words.t("glance.opened"), "", [
        h("time", {
          datetime: incident.opened_at,
          "data-since": incident.opened_at,
          title: format.moment(incident.opened_at, store.now()),
        }),
      ]),
    );
  }
}

/** @param {string} name @param {string} look @param {(Node | string)[]} value */
const answer = (name, look, value) => h("div", { class: look }, h("dt", {}, name), h("dd", {}, value));
