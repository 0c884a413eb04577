// @ts-check
/** How far the room is awake, the phase and the last decision of each incident, and recording them. */

import { h, fill, KeyedChildren } from "../dom.js";
import { formButton } from "../panels/buttons.js";
import { activationForm, AT_REST } from "../panels/room-panel.js";
import { liftPhase, phase } from "../panels/sheet/act-forms.js";
import { decisionForm } from "../panels/sheet/decisions.js";
import { common, keepingFocus } from "../panels/sheet/section.js";
import { FirstFew, incidentLine, Panel } from "./panel.js";
import { incidentsByWeight } from "./waiting.js";

/** @import { Desk } from "../desk.js" */
/** @import { Decision, Incident } from "../../../../types/wire" */

const GRAVE = 3; // from here on, or with a phase, an incident has its line at once
const AT_FIRST = 8;
const ROOM = "phases";

export class PhasesPanel extends Panel {
  /** @param {Desk} desk */
  constructor(desk) {
    super(desk, ROOM, "phases.title");
    this.room = h("div", { class: "room-line" });
    this.form = h("div");
    this.slot.hold(ROOM, this.form);
    this.list = h("ul", { class: "steer-lines" });
    this.box.append(this.room, this.form, this.list);
    this.few = new FirstFew(this, AT_FIRST);
    /** Whose acts are shown. @type {string | null} */
    this.opened = null;
    /** @type {Map<string | null, Decision>} */
    this.latest = new Map();
    /** @type {unknown[]} */
    this.roomShown = [];
    this.lines = new KeyedChildren(this.list, {
      key: (/** @type {Incident} */ incident) => incident.id,
      parts: (incident) => [
        incident,
        this.latest.get(incident.id),
        this.slot.key === slotKey(incident.id),
        this.opened === incident.id,
        ...common(desk),
      ],
      build: (incident) => this.#line(incident),
    });
  }

  /** @override */
  parts() {
    const { incidents, decisions, activation } = this.desk.store.picture;
    return [incidents, decisions, activation, this.opened];
  }

  /** @override */
  paint() {
    const { store, words } = this.desk;
    const { picture } = store;
    this.latest = new Map();
    for (const decision of Object.values(picture.decisions)) {
      const before = this.latest.get(decision.incident);
      if (before === undefined || before.decided_at < decision.decided_at) {
        this.latest.set(decision.incident, decision);
      }
    }
    this.#room();
    const incidents = incidentsByWeight(picture);
    this.tell(incidents.length, words.t("phases.none"));
    this.waiting = 0;
    const weighty = incidents.filter(({ phase: stands, severity }) => stands !== null || severity >= GRAVE);
    this.few.first = Math.min(AT_FIRST, weighty.length);
    const form = this.slot.key; // one that is being filled in stays
    this.lines.show(this.few.of(incidents, (incident) => form === slotKey(incident.id)));
  }

  #room() {
    const { desk, slot } = this;
    const { store, words, tables, access, format } = desk;
    const { activation } = store.picture;
    const decision = this.latest.get(null);
    const parts = [activation, decision, ...common(desk)];
    if (parts.every((part, i) => part === this.roomShown[i])) return;
    this.roomShown = parts;
    const level = activation?.level ?? AT_REST;
    keepingFocus(this.room, () =>
      fill(
        this.room,
        h(
          "div",
          { class: "steer-head" },
          h("strong", { class: `room-level ${level}` }, words.t("room.title", { level: tables.word(tables.room?.activation, level) })),
          activation &&
            h(
              "span",
              { class: "quiet" },
              `${words.t("axis.since", { time: format.moment(activation.since, store.now()) })} ${words.t("why.by", { by: access.who(activation.by) })}`,
            ),
        ),
        activation?.reason && h("p", { class: "note" }, activation.reason),
        decision && this.#decision(decision),
        h(
          "div",
          { class: "acts" },
          formButton(desk, slot, words.t("room.change"), {
            key: ROOM,
            needs: { command: "set_activation" },
            focus: "room-change",
            make: () => activationForm(desk, level),
          }),
          formButton(desk, slot, words.t("decision.add"), {
            key: ROOM,
            needs: { command: "record_decision" },
            focus: "room-decision",
            make: () => decisionForm(desk, null),
          }),
        ),
      ),
    );
  }

  /** @param {Incident} incident */
  #line(incident) {
    const { desk, slot } = this;
    const { words, tables, format, store } = desk;
    const key = slotKey(incident.id);
    const decision = this.latest.get(incident.id);
    const line = h(
      "li",
      { "data-incident": incident.id },
      h(
        "div",
        { class: "steer-head" },
        incidentLine(desk, incident, `phase-${incident.id}`),
        this.#toggle(incident.id),
      ),
      h(
        "p",
        { class: "tie-meta" },
        incident.phase === null
          ? h("span", {}, words.t("phases.no_phase"))
          : h("span", { class: "phase-badge" }, tables.phase(incident.phase.value)),
        h("span", {}, tables.state(incident.state)),
        incident.phase &&
          h(
            "span",
            {},
            `${incident.phase.authority} · ${words.t("axis.since", { time: format.moment(incident.phase.declared_at, store.now()) })}`,
          ),
        h("span", {}, words.t("phases.lead", { lead: incident.lead ?? words.t("axis.no_lead") })),
        incident.disciplines.length > 0 && h("span", {}, incident.disciplines.join(" ")),
      ),
      decision && this.#decision(decision),
      h(
        "div",
        { class: "acts", id: `acts-${incident.id}`, hidden: this.opened !== incident.id },
        formButton(desk, slot, words.t("act.phase"), {
          key,
          needs: { command: "record_phase" },
          focus: `phase-${incident.id}`,
          make: () => phase(desk, incident),
        }),
        incident.phase !== null &&
          formButton(desk, slot, words.t("act.lift_phase"), {
            key,
            needs: { command: "lift_phase" },
            focus: `lift-${incident.id}`,
            make: () => liftPhase(desk, incident),
          }),
        formButton(desk, slot, words.t("decision.add"), {
          key,
          needs: { command: "record_decision" },
          focus: `decision-${incident.id}`,
          make: () => decisionForm(desk, incident.id),
        }),
      ),
    );
    const form = slot.at(key);
    if (form !== null) line.append(form);
    return line;
  }

  /** @param {string} incident */
  #toggle(incident) {
    const { access, words } = this.desk;
    if (access.mayGive({ command: "record_decision" }) === "no") return null;
    const open = this.opened === incident;
    return h(
      "button",
      {
        type: "button",
        class: "button",
        "data-focus": `acts-of-${incident}`,
        "aria-expanded": String(open),
        "aria-controls": `acts-${incident}`,
        onclick: () => {
          this.opened = open ? null : incident;
          this.draw();
        },
      },
      words.t("phases.record"),
    );
  }

  /** The latest one: what, who, when, and who has seen it. @param {Decision} decision */
  #decision(decision) {
    const { words, access, format, store } = this.desk;
    const seen = Object.keys(decision.seen_by);
    return h(
      "p",
      { class: "note" },
      h("span", { lang: decision.language }, decision.text),
      h(
        "span",
        { class: "quiet" },
        ` ${words.t("decision.by", { function: decision.function })} · ${format.moment(decision.decided_at, store.now())} · `,
        seen.length === 0
          ? words.t("phases.unseen")
          : words.t("phases.seen_by", { capacities: seen.map((capacity) => access.name(capacity)).join(", ") }),
      ),
    );
  }
}

/** @param {string} incident */
const slotKey = (incident) => `${ROOM}:${incident}`;
