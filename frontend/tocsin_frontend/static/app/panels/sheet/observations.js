// @ts-check
/** What was observed: each with its source and times, why it is here, and taking it out again. */

import { byId, h } from "../../dom.js";
import { sign } from "../../symbols.js";
import { whyDetails } from "../../why.js";
import { commandButton, formButton } from "../buttons.js";
import { note } from "./act-forms.js";
import { Section } from "./section.js";
import { isUndoable, undoButton } from "./undo-button.js";

/** @import { Desk } from "../../desk.js" */
/** @import { FormSlot } from "../../forms.js" */
/** @import { Incident, Shown } from "../../../../../types/wire" */

export class ObservationsSection {
  /** @param {Desk} desk @param {FormSlot} slot */
  constructor(desk, slot) {
    this.desk = desk;
    this.slot = slot;
    this.only = false;
    this.ordinaryMode = desk.settings.realm === "live" ? "real" : "exercise";
    /** @type {Section<Shown>} */
    this.section = new Section(desk, slot, "observations", {
      key: (shown) => shown.id,
      parts: () => [this.only],
      build: (shown) => this.#card(shown),
    });
  }

  /** @param {Incident} incident */
  draw(incident) {
    const { words, store } = this.desk;
    this.only = incident.count === 1;
    const shown = incident.observations
      .map((id) => store.picture.observations[id])
      .filter((o) => o !== undefined)
      .reverse();
    this.section.show(shown, incident, incident.count);
    byId("sheet-observations-count").textContent = words.t("list.observations", { n: incident.count });
    const older = incident.count - shown.length;
    byId("sheet-older").textContent = older > 0 ? words.t("sheet.older", { n: older }) : "";
  }

  /** @param {Shown} shown */
  #card(shown) {
    const { words, names, format, store } = this.desk;
    const now = store.now();
    const undoable = shown.joined_by !== null && shown.why !== null && isUndoable(shown.why.rule);
    const marks = this.#marks(shown);
    return h(
      "li",
      { class: "card observation" },
      h(
        "div",
        { class: "observation-head" },
        h("span", { class: "source" }, shown.source),
        h("time", { class: "age", datetime: shown.recorded_at, "data-since": shown.recorded_at }),
        undoable && shown.joined_by !== null && undoButton(this.desk, shown.joined_by),
        !undoable && !this.only && this.#detach(shown),
      ),
      h("p", { class: "card-title" }, headlineOf(this.desk, shown)),
      h(
        "p",
        { class: "times" },
        h("span", {}, words.name("kind.", shown.kind)),
        shown.action !== "new" && h("span", {}, words.name("action.", shown.action)),
        shown.type_hint && h("span", {}, names.type(shown.type_hint)),
        h(
          "span",
          {},
          shown.observed_at
            ? `${words.t("observation.observed")} ${format.moment(shown.observed_at, now)}`
            : words.t("observation.no_time"),
        ),
        h("span", {}, `${words.t("observation.recorded")} ${format.moment(shown.recorded_at, now)}`),
        shown.confidence !== null &&
          h("span", {}, words.t("observation.confidence", { value: format.number(shown.confidence * 100) })),
        h("span", { class: "id" }, shown.id),
      ),
      marks.some(Boolean) && h("p", { class: "marks" }, marks),
      shown.kind === "anpr_hit" && this.#verification(shown),
      shown.why && whyDetails(this.desk, shown.id, shown.why),
    );
  }

  /** @param {Shown} shown */
  #marks(shown) {
    const { words, format } = this.desk;
    const mark = (/** @type {string} */ text) => h("span", { class: "mark" }, text);
    return [
      shown.late_s !== null &&
        h(
          "span",
          { class: "mark" },
          sign("late", 14),
          words.t("observation.late", { duration: format.duration(shown.late_s) }),
        ),
      shown.clock_suspect && mark(words.t("observation.clock_suspect")),
      shown.implausible && mark(words.t("observation.implausible")),
      shown.unreliable && mark(words.t("observation.unreliable")),
      shown.doubtful && mark(words.t("observation.doubtful")),
      shown.limited && mark(words.t("observation.limited")),
      shown.mode !== this.ordinaryMode && mark(words.name("mode.", shown.mode)),
      shown.maturity !== null &&
        shown.maturity !== "operational" &&
        mark(words.name("maturity.", shown.maturity)),
    ];
  }

  /** A hit is a question until a person compared plate and picture. @param {Shown} shown */
  #verification(shown) {
    const { desk, slot } = this;
    const { words } = desk;
    const verified = shown.facts["verified"];
    if (verified === true) return h("p", { class: "verified" }, words.t("hit.matches"));
    if (verified === false) return h("p", { class: "verified" }, words.t("hit.rejected"));
    const answer = (/** @type {string} */ outcome) => ({
      command: "verify_hit",
      observation: shown.id,
      outcome,
    });
    return h(
      "div",
      { class: "verification" },
      h("p", { class: "mark" }, words.t("hit.to_verify")),
      h(
        "div",
        { class: "acts" },
        commandButton(desk, words.t("hit.match"), answer("match"), { look: "act", focus: `match-${shown.id}` }),
        formButton(desk, slot, words.t("hit.no_match"), {
          key: `observations:${shown.id}`,
          needs: answer("no_match"),
          make: () => ({
            title: words.t("hit.no_match_title"),
            send: words.t("hit.no_match_send"),
            fields: [note(desk)],
            commands: ({ note: said }) => ({ ...answer("no_match"), note: said }),
          }),
        }),
      ),
    );
  }

  /** @param {Shown} shown */
  #detach(shown) {
    return commandButton(
      this.desk,
      this.desk.words.t("observation.detach"),
      { command: "detach_observation", observation: shown.id },
      { look: "undo", focus: `detach-${shown.id}` },
    );
  }
}

/** @param {Desk} desk @param {Shown} shown */
export function headlineOf({ names }, shown) {
  return shown.headline ?? shown.text ?? names.type(shown.type_hint);
}
