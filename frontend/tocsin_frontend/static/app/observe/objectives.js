// @ts-check
/** The objectives of the exercise, each with its score from 0 to 4 and the reason for it. */

import { GONE } from "../conduct/link.js";
import { fill, h, KeyedChildren } from "../dom.js";
import { common } from "../panels/sheet/section.js";

/** @import { ConductLink } from "../conduct/link.js" */
/** @import { Desk } from "../desk.js" */
/** @import { ObjectiveRow } from "../../../../types/exercises" */

const SCORES = [0, 1, 2, 3, 4];

export class Objectives {
  /** @param {Desk} desk @param {ConductLink} link @param {() => void} changed */
  constructor(desk, link, changed) {
    this.desk = desk;
    this.link = link;
    this.changed = changed;
    this.title = h("h2");
    this.scale = h("p", { class: "quiet" });
    this.list = h("ul", { class: "objectives" });
    this.box = h("section", { class: "objective-box" }, this.title, this.scale, this.list);
    /** What is chosen and typed and not yet saved. @type {Map<string, {score: number | null, reason: string, trouble: string}>} */
    this.drafts = new Map();
    this.edition = 0;
    /** @type {unknown[]} */
    this.shown = [];
    this.cards = new KeyedChildren(this.list, {
      key: (/** @type {ObjectiveRow} */ objective) => objective.id,
      parts: ({ id }) => {
        const draft = this.drafts.get(id);
        const given = JSON.stringify(this.link.view?.scores[id] ?? null);
        const measured = JSON.stringify(this.link.score?.objectives.find((one) => one.id === id) ?? null);
        return [given, measured, draft?.score, draft?.trouble, ...common(this.desk)];
      },
      build: (objective) => this.#card(objective),
    });
  }

  draw() {
    const { desk, link } = this;
    const parts = [link.edition, this.edition, ...common(desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { words } = desk;
    this.box.hidden = link.view === null;
    this.title.textContent = words.t("observe.objectives");
    this.scale.textContent = SCORES.map((score) => `${score} ${words.t(`objective_score.${score}`)}`).join(" · ");
    this.cards.show(link.view?.scenario.objectives ?? []);
  }

  /** @param {ObjectiveRow} objective */
  #card({ id, text, critical }) {
    const { words, format, access } = this.desk;
    const given = this.link.view?.scores[id] ?? null;
    const measured = this.link.score?.objectives.find((one) => one.id === id) ?? null;
    const draft = this.drafts.get(id);
    const chosen = draft?.score ?? given?.score ?? null;
    const reason = h("textarea", {
      rows: 2,
      maxlength: 2000,
      "aria-label": words.t("observe.reason"),
      placeholder: words.t("observe.reason"),
      "data-focus": `reason-${id}`,
      oninput: () => this.drafts.set(id, { score: chosen, trouble: "", reason: reason.value }),
    });
    reason.value = draft?.reason ?? "";
    return h(
      "li",
      { class: "objective", "data-objective": id },
      h("p", { class: "objective-text", id: `objective-${id}` }, critical && h("b", {}, `★ ${words.t("observe.critical")} · `), words.of(text)),
      measured?.how === "measured" &&
        measured.score !== null &&
        h("p", { class: "quiet" }, words.t("observe.measured", { score: format.value(measured.score) })),
      given !== null &&
        h(
          "p",
          { class: "given" },
          h("b", {}, words.t("observe.given", { score: given.score })),
          ` · ${access.who(given.by)} · ${format.clock(given.at)}${given.reason ? ` · ${given.reason}` : ""}`,
        ),
      h(
        "div",
        { class: "scores", role: "group", "aria-labelledby": `objective-${id}` },
        SCORES.map((score) =>
          h(
            "button",
            {
              type: "button",
              class: "button toggle",
              "data-focus": `score-${id}-${score}`,
              "aria-pressed": String(score === chosen),
              title: words.t(`objective_score.${score}`),
              "aria-label": `${score} ${words.t(`objective_score.${score}`)}`,
              onclick: () => this.#put(id, { score, trouble: "", reason: reason.value }),
            },
            score,
          ),
        ),
      ),
      draft !== undefined && draft.score !== null && h(
        "div",
        { class: "objective-save" },
        reason,
        draft.trouble !== "" && h("p", { class: "field-error", role: "alert" }, draft.trouble),
        h("button", { type: "button", class: "button act", "data-focus": `save-${id}`, onclick: () => this.#save(id) }, words.t("observe.save")),
      ),
    );
  }

  /** @param {string} id @param {{score: number | null, reason: string, trouble: string}} draft */
  #put(id, draft) {
    this.drafts.set(id, draft);
    this.edition += 1;
    this.changed();
  }

  /** @param {string} id */
  async #save(id) {
    const draft = this.drafts.get(id);
    if (draft === undefined || draft.score === null) return;
    const { words } = this.desk;
    const reason = draft.reason.trim();
    if (reason === "") return this.#put(id, { ...draft, trouble: words.t("observe.reason_needed") });
    const refused = await this.link.give({ command: "score", objective: id, score: draft.score, reason });
    if (refused === null) {
      this.drafts.delete(id);
      this.edition += 1;
      this.changed();
    } else {
      const trouble = refused.field === GONE ? words.t("observe.score_later") : words.t("command.refused", { detail: refused.detail });
      this.#put(id, { ...draft, trouble });
    }
  }
}
