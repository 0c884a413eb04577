// @ts-check
/** The library: what each scenario is about, and how one prepares or starts it. */

import { post } from "../conduct/link.js";
import { fill, h, KeyedChildren } from "../dom.js";
import { common } from "../panels/sheet/section.js";

/** @import { Desk } from "../desk.js" */
/** @import { ScenarioLine } from "../../../../types/exercises" */

const SPEEDS = [0.5, 1, 2, 5, 10, 30, 60];

export class Library {
  /** @param {Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.desk = desk;
    this.changed = changed;
    /** @type {ScenarioLine[] | null} */
    this.scenarios = null;
    this.speed = 1;
    /** What was refused, beside its scenario. @type {{scenario: string, detail: string} | null} */
    this.refused = null;
    /** The scenario that is being set up. @type {string | null} */
    this.busy = null;
    this.title = h("h2", { id: "library-title" });
    this.speedLabel = h("span");
    this.speedChoice = h("select", {
      onchange: () => {
        this.speed = Number(this.speedChoice.value);
      },
    });
    this.may = h("p", { class: "quiet" });
    this.list = h("ul", { class: "scenarios" });
    this.box = h(
      "section",
      { class: "library", "aria-labelledby": "library-title" },
      h("header", {}, this.title, h("label", { class: "speed" }, this.speedLabel, this.speedChoice)),
      this.may,
      this.list,
    );
    /** @type {unknown[]} */
    this.shown = [];
    this.cards = new KeyedChildren(this.list, {
      key: (/** @type {ScenarioLine} */ one) => one.scenario,
      parts: (one) => [one, this.busy, this.refused?.scenario === one.scenario && this.refused, ...common(this.desk)],
      build: (one) => this.#card(one),
    });
  }

  draw() {
    const { desk } = this;
    const parts = [this.scenarios, this.busy, this.refused, ...common(desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { words, format, access } = desk;
    this.title.textContent = words.t("exercises.library");
    this.speedLabel.textContent = words.t("control.speed");
    fill(
      this.speedChoice,
      SPEEDS.map((one) => h("option", { value: one, selected: one === this.speed }, `×${format.value(one)}`)),
    );
    this.may.hidden = access.may("conduct") === "yes";
    this.may.textContent = words.t("exercises.may_not", { other: access.name("coordinator") });
    this.cards.show(this.scenarios ?? []);
  }

  /** @param {ScenarioLine} one */
  #card(one) {
    const { words, format, names, access } = this.desk;
    const may = access.may("conduct") === "yes";
    const refused = this.refused?.scenario === one.scenario ? this.refused.detail : null;
    return h(
      "li",
      { class: "scenario", "data-scenario": one.scenario },
      h("h3", {}, h("span", { class: "id" }, one.scenario.toUpperCase()), " ", words.of(one.title)),
      h("p", {}, words.of(one.brief)),
      h(
        "p",
        { class: "quiet" },
        [
          one.duration_s === null ? "" : words.t("exercises.duration", { duration: format.duration(one.duration_s) }),
          words.t("exercises.injects", { n: one.injects }),
          one.own ? words.t("exercises.own") : "",
        ]
          .filter(Boolean)
          .join(" · "),
      ),
      h(
        "details",
        {},
        h("summary", {}, words.t("exercises.objectives", { n: one.objectives.length })),
        h("ul", {}, one.objectives.map(({ text, critical }) => h("li", {}, critical && h("b", {}, "★ "), words.of(text)))),
        h("p", { class: "quiet" }, words.t("exercises.measures")),
        h("ul", {}, one.measures.map((code) => h("li", {}, h("b", {}, code), ` ${names.measure(code)}`))),
        h("p", { class: "quiet" }, `${words.t("exercises.roles")} ${one.roles.map((role) => access.shortName(role)).join(", ")}`),
        h(
          "p",
          {},
          ["csv", "xlsx"].map((kind) => [
            h(
              "a",
              { href: `${this.desk.settings.api_root}/scenarios/${one.scenario}/list.${kind}?lang=${words.language}`, download: true },
              `${words.t("mel.title")} (${kind.toUpperCase()})`,
            ),
            " ",
          ]).flat(),
        ),
      ),
      refused !== null && h("p", { class: "field-error", role: "alert" }, words.t("command.refused", { detail: refused })),
      may &&
        h(
          "div",
          { class: "acts" },
          this.#button(one, "start", true),
          this.#button(one, "prepare", false),
        ),
    );
  }

  /** @param {ScenarioLine} one @param {"start" | "prepare"} name @param {boolean} start */
  #button({ scenario, title }, name, start) {
    const { words } = this.desk;
    const text = words.t(`exercises.${name}`);
    return h(
      "button",
      {
        type: "button",
        class: `button${start ? " act" : ""}`,
        "data-focus": `${name}-${scenario}`,
        "aria-label": `${text} · ${words.of(title)}`,
        disabled: this.busy !== null,
        onclick: () => this.#begin(scenario, start),
      },
      text,
    );
  }

  /** @param {string} scenario @param {boolean} start */
  async #begin(scenario, start) {
    const { desk } = this;
    this.busy = scenario;
    this.refused = null;
    this.changed();
    let realm = "";
    const refused = await post(desk, `${desk.settings.api_root}/exercises`, { scenario, speed: this.speed, start }, (told) => {
      realm = String(told.realm);
    });
    this.busy = null;
    this.refused = refused === null ? null : { scenario, detail: refused.detail };
    this.changed();
    if (refused === null) location.assign(`/realms/${realm}/control`);
  }
}
