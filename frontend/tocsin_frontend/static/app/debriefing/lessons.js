// @ts-check
/** The lessons of an exercise: finding, recommendation, owner, deadline, and what became of each. */

import { post } from "../conduct/link.js";
import { fill, h } from "../dom.js";
import { FormSlot } from "../forms.js";
import { getJson } from "../names.js";
import { common, keepingFocus } from "../panels/sheet/section.js";

/** @import { Command } from "../commands.js" */
/** @import { Desk } from "../desk.js" */
/** @import { Form, Values } from "../forms.js" */
/** @import { Recommendation, RunNamed } from "../../../../types/debriefing" */

export class Lessons {
  /** @param {Desk} desk @param {() => void} changed @param {() => void} written one was written or followed up */
  constructor(desk, changed, written) {
    this.desk = desk;
    this.written = written;
    this.address = `${desk.settings.api_root}/recommendations`;
    /** @type {Recommendation[]} */
    this.known = [];
    /** @type {RunNamed[]} */
    this.runs = [];
    this.edition = 0;
    /** @type {unknown[]} */
    this.shown = [];
    this.list = h("ul", { class: "lesson-cards" });
    this.add = h("button", { type: "button", class: "button act", "data-focus": "lesson-add" });
    this.add.addEventListener("click", () => this.slot.open("new", () => this.#newForm(), "lesson-add"));
    const holder = h("div");
    this.box = h("div", { class: "lessons" }, this.list, this.add, holder);
    const give = (/** @type {Command} */ command) => this.#give(command);
    this.slot = new FormSlot({ words: desk.words, format: desk.format, commands: { give } }, () => {
      this.edition += 1;
      changed();
    });
    this.slot.hold("new", holder);
    this.changed = changed;
  }

  async load() {
    const { realm, api_root } = this.desk.settings;
    try {
      const [known, runs] = await Promise.all([
        getJson(this.address),
        getJson(`${api_root}/exercises`),
      ]);
      const scenario = runs.find((/** @type {RunNamed} */ run) => run.realm === realm)?.scenario;
      this.runs = runs;
      this.known = known.filter((/** @type {Recommendation} */ one) => concerns(one, realm, scenario));
      this.edition += 1;
      this.changed();
    } catch {
      setTimeout(() => this.load(), 5000);
    }
  }

  get #mayWrite() {
    const { access } = this.desk;
    return !this.desk.commands.looksOnly && [access.may("observe"), access.may("prepare")].includes("yes");
  }

  draw() {
    const { words } = this.desk;
    const parts = [this.edition, this.slot.key, ...common(this.desk)];
    if (parts.some((part, i) => part !== this.shown[i])) {
      this.shown = parts;
      this.add.textContent = words.t("lesson.add");
      this.add.hidden = !this.#mayWrite;
      keepingFocus(this.list, () => fill(this.list, this.known.map((one) => this.#card(one))));
    }
    this.slot.draw();
  }

  /** @param {Recommendation} one */
  #card(one) {
    const { words, settings } = this.desk;
    const sign = { open: "○", done: "●", verified: "✓", dropped: "–" }[one.state];
    const said = (/** @type {string} */ key, /** @type {string | null} */ value) =>
      value === null ? null : h("div", {}, h("dt", {}, words.t(key)), h("dd", {}, value));
    const state = words.t(`lesson_state.${one.state}`);
    return h(
      "li",
      { class: `lesson ${one.state}`, lang: one.language === words.language ? null : one.language },
      h("h3", {}, `${one.id} · ${one.finding}`),
      h(
        "dl",
        { lang: words.language },
        said("lesson.text", one.text),
        said("lesson.action", one.action),
        said("lesson.owner", one.owner),
        said("lesson.due", one.due),
        said("lesson.measure", one.measure),
        said("lesson.state", `${sign} ${state}${one.verified_in === null ? "" : ` (${one.verified_in})`}`),
        said("lesson.note", one.note),
        said("lesson.from", one.realm === settings.realm ? null : one.realm),
      ),
      this.#mayWrite &&
        h(
          "div",
          { class: "acts", lang: words.language },
          h(
            "button",
            {
              type: "button",
              class: "button",
              "data-focus": `lesson-${one.id}`,
              "aria-label": `${words.t("lesson.follow_up")}: ${one.id}`,
              onclick: () => this.slot.open(one.id, () => this.#changeForm(one), `lesson-${one.id}`),
            },
            words.t("lesson.follow_up"),
          ),
        ),
      this.slot.at(one.id),
    );
  }

  /** @returns {Form} */
  #newForm() {
    const { words, names, settings } = this.desk;
    const measures = [...names.measures.keys()].filter((code) => code.startsWith("M10."));
    return {
      title: words.t("lesson.add"),
      fields: [
        { name: "finding", kind: "text", label: words.t("lesson.finding"), required: true },
        { name: "text", kind: "text", label: words.t("lesson.text"), required: true },
        { name: "action", kind: "text", label: words.t("lesson.action") },
        { name: "owner", kind: "line", label: words.t("lesson.owner"), required: true, hint: words.t("lesson.owner_hint") },
        { name: "due", kind: "day", label: words.t("lesson.due") },
        {
          name: "measure",
          kind: "choice",
          label: words.t("lesson.measure"),
          options: [
            { value: "", text: "–" },
            ...measures.map((code) => ({ value: code, text: `${code} ${names.measure(code)}` })),
          ],
        },
      ],
      send: words.t("lesson.write"),
      commands: (values) => ({ command: "new", language: words.language, realm: settings.realm, ...filled(values) }),
    };
  }

  /** @param {Recommendation} one @returns {Form} */
  #changeForm(one) {
    const { words } = this.desk;
    const states = /** @type {const} */ (["open", "done", "verified", "dropped"]);
    return {
      title: `${words.t("lesson.follow_up")}: ${one.id}`,
      fields: [
        {
          name: "state",
          kind: "radio",
          label: words.t("lesson.state"),
          value: one.state,
          options: states.map((state) => ({ value: state, text: words.t(`lesson_state.${state}`) })),
        },
        {
          name: "verified_in",
          kind: "choice",
          label: words.t("lesson.verified_in"),
          value: one.verified_in ?? "",
          options: [
            { value: "", text: "–" },
            ...this.runs
              .filter(({ realm }) => realm !== one.realm) // no exercise verifies its own lesson
              .map(({ realm, title }) => ({ value: realm, text: `${words.of(title)} (${realm})` })),
          ],
        },
        { name: "owner", kind: "line", label: words.t("lesson.owner"), value: one.owner },
        { name: "due", kind: "day", label: words.t("lesson.due"), value: one.due ?? "" },
        { name: "note", kind: "text", label: words.t("lesson.note"), value: one.note ?? "" },
      ],
      send: words.t("lesson.keep"),
      missing: (values) => (values["state"] === "verified" ? "verified_in" : null),
      commands: (values) => ({ command: one.id, ...filled(values) }),
    };
  }

  /** @param {Command} command */
  async #give({ command, ...said }) {
    const address = command === "new" ? this.address : `${this.address}/${command}`;
    const refused = await post(this.desk, address, said);
    if (refused === null) {
      await this.load();
      this.written();
    }
    return refused && { ...refused, field: refused.field.replace(/^body\./, "") };
  }
}

/** Of this exercise, verified in it, or still to be verified in one of this scenario. @param {Recommendation} one @param {string} realm @param {string | undefined} scenario */
const concerns = (one, realm, scenario) =>
  [one.realm, one.verified_in].includes(realm) ||
  (one.scenario !== null && one.scenario === scenario && ["open", "done"].includes(one.state));

/** What was said. @param {Values} values */
const filled = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
