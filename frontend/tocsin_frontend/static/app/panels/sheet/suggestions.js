// @ts-check
/** Observations that may belong to another incident: a person says whether they do. */

import { h } from "../../dom.js";
import { whyDetails } from "../../why.js";
import { commandButton } from "../buttons.js";
import { headlineOf } from "./observations.js";
import { Section } from "./section.js";

/** @import { Desk } from "../../desk.js" */
/** @import { FormSlot } from "../../forms.js" */
/** @import { Incident, Suggestion } from "../../../../../types/wire" */

export class SuggestionsSection {
  /** @param {Desk} desk @param {FormSlot} slot */
  constructor(desk, slot) {
    this.desk = desk;
    this.incident = "";
    /** @type {Section<Suggestion>} */
    this.section = new Section(desk, slot, "suggestions", {
      key: (suggestion) => suggestion.id,
      parts: (suggestion) => [desk.store.picture.observations[suggestion.observation]],
      build: (suggestion) => this.#card(suggestion),
    });
  }

  /** @param {Incident} incident */
  draw(incident) {
    this.incident = incident.id;
    this.section.show(incident.suggestions, incident);
  }

  /** @param {Suggestion} suggestion */
  #card(suggestion) {
    const { words, store, names } = this.desk;
    const shown = store.picture.observations[suggestion.observation];
    const other = store.picture.incidents[suggestion.incident];
    const settle = (/** @type {string} */ command) => ({
      command,
      incident: this.incident,
      suggestion: suggestion.id,
    });
    return h(
      "li",
      { class: "card suggestion" },
      h(
        "p",
        { class: "card-title" },
        words.t("suggestion.ask", {
          incident: suggestion.incident,
          type: other ? names.type(other.type) : "",
        }),
      ),
      shown && h("p", { class: "card-sub" }, `${shown.source} · ${headlineOf(this.desk, shown)}`),
      whyDetails(this.desk, suggestion.id, suggestion.why),
      h(
        "div",
        { class: "acts" },
        commandButton(this.desk, words.t("suggestion.accept"), settle("accept_suggestion"), {
          look: "act",
          focus: "suggestion.accept",
        }),
        commandButton(this.desk, words.t("suggestion.dismiss"), settle("dismiss_suggestion"), {
          focus: "suggestion.dismiss",
        }),
      ),
    );
  }
}
