// @ts-check
/** The four axes of an incident (state, severity, phase, and who leads and works on it). */

import { byId, fill, h } from "../../dom.js";
import { isOpen } from "../../evolve.js";
import { ruleName } from "../../why.js";
import { DISCIPLINES } from "./act-forms.js";
import { common, keepingFocus } from "./section.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Incident, Phase } from "../../../../../types/wire" */

export class Axes {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("sheet-axes");
    /** @type {unknown[]} */
    this.shown = [];
  }

  /** @param {Incident} incident */
  draw(incident) {
    const parts = [incident, ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    keepingFocus(this.box, () => fill(this.box, this.#rows(incident)));
  }

  /** @param {Incident} incident */
  #rows(incident) {
    const { words } = this.desk;
    return [
      row(words.t("axis.state"), this.#state(incident)),
      row(words.t("axis.severity"), this.#severity(incident)),
      row(words.t("axis.phase"), this.#phase(incident)),
      row(words.t("axis.lead"), incident.lead ?? words.t("axis.no_lead")),
      row(words.t("axis.disciplines"), this.#disciplines(incident)),
      incident.review && row(words.t("axis.review"), words.t(`review.${incident.review}`)),
    ].flat();
  }

  /** @param {Incident} incident */
  #state(incident) {
    const { words, tables, access, format, store } = this.desk;
    const since = words.t("axis.since", { time: format.moment(incident.state_since, store.now()) });
    const by = incident.state_by === null ? null : words.t("why.by", { by: access.who(incident.state_by) });
    return [
      h("b", {}, tables.state(incident.state)),
      h("span", { class: "quiet" }, ` ${[since, by].filter(Boolean).join(" ")}`),
      incident.segment > 1 && h("span", { class: "quiet" }, ` · ${words.t("axis.segment", { n: incident.segment - 1 })}`),
      incident.alias_of !== null && h("span", {}, ` → ${incident.alias_of}`),
      incident.state_reason && h("p", { class: "note" }, stateReason(this.desk, incident.state_reason)),
    ];
  }

  /** @param {Incident} incident */
  #severity(incident) {
    const { words } = this.desk;
    return [
      h("b", {}, `S${incident.severity} ${words.name("severity.", String(incident.severity))}`),
      incident.cap !== null &&
        h(
          "p",
          { class: "cap" },
          words.t("axis.cap", { at_most: incident.cap.at_most, from: incident.cap.from }),
          ` ${words.of(incident.cap.why)} `,
          h("small", { class: "rule" }, ruleName(this.desk, incident.cap.rule)),
        ),
    ];
  }

  /** @param {Incident} incident */
  #phase(incident) {
    const { words, tables } = this.desk;
    const past = incident.phases.filter((phase) => phase.n !== incident.phase?.n);
    return [
      incident.phase === null
        ? h("span", {}, words.t("axis.no_phase"))
        : h("b", { class: "phase-badge" }, tables.phase(incident.phase.value)),
      incident.phase !== null && this.#declared(incident.phase),
      past.length > 0 &&
        h(
          "details",
          { class: "wording" },
          h("summary", { "data-focus": "phases" }, words.t("axis.phases", { n: past.length })),
          h(
            "ul",
            { class: "phases" },
            past.map((phase) => h("li", {}, h("b", {}, tables.phase(phase.value)), this.#declared(phase))),
          ),
        ),
    ];
  }

  /** @param {Phase} phase */
  #declared(phase) {
    const { words, format, store } = this.desk;
    const now = store.now();
    return h(
      "span",
      { class: "quiet" },
      ` ${words.t("axis.declared", {
        authority: phase.authority,
        declared: format.moment(phase.declared_at, now),
        informed: format.moment(phase.informed_at, now),
      })}`,
      phase.until && ` · ${words.t("axis.lifted", { time: format.moment(phase.until, now), authority: phase.ended_by ?? "" })}`,
      phase.document && ` · ${phase.document}`,
    );
  }

  /** @param {Incident} incident */
  #disciplines(incident) {
    const { words, access, commands } = this.desk;
    return h(
      "div",
      { class: "disciplines", role: "group", "aria-label": words.t("axis.disciplines") },
      DISCIPLINES.map((discipline) => {
        const engaged = incident.disciplines.includes(discipline);
        const command = {
          command: engaged ? "stand_down_discipline" : "engage_discipline",
          incident: incident.id,
          discipline,
        };
        const may = isOpen(incident) || engaged ? access.mayGive(command) : "no";
        return h(
          "button",
          {
            type: "button",
            class: "discipline",
            "data-focus": `discipline-${discipline}`,
            "aria-pressed": String(engaged),
            title: words.name("discipline.", discipline),
            "aria-label": words.name("discipline.", discipline),
            disabled: may === "no" || commands.held || commands.isPending(command),
            onclick: () => commands.give(command),
          },
          discipline,
        );
      }),
    );
  }
}

/** @param {string} name @param {any} value */
const row = (name, value) => [h("dt", {}, name), h("dd", {}, value)];

/**
 * Why it is in its state: what a person wrote, or a sentence of the table.
 * @param {Desk} desk @param {string} reason
 */
export function stateReason({ tables, words }, reason) {
  const told = tables.states?.automatic[reason];
  if (told === undefined) return reason;
  return words.of(told.reason).replace("{hours}", String(tables.states?.hours.quiet ?? ""));
}
