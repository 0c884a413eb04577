// @ts-check
/** One incident in full: what it is, what may be done, and everything known, each with its why. */

import { byId, fill, h } from "../dom.js";
import { isOpen } from "../evolve.js";
import { FormSlot } from "../forms.js";
import { placeOf } from "../places.js";
import { isConfirmed, severitySymbol, sign } from "../symbols.js";
import { Acts } from "./sheet/acts.js";
import { AdviceSection } from "./sheet/advice.js";
import { Axes } from "./sheet/axes.js";
import { CamerasSection, EvidenceSection } from "./sheet/cameras.js";
import { DecisionsSection } from "./sheet/decisions.js";
import { FactsSection } from "./sheet/facts.js";
import { CountsSection, ReportsSection } from "./sheet/figures.js";
import { LogbookSection } from "./sheet/logbook.js";
import { ObservationsSection } from "./sheet/observations.js";
import { RelationsSection } from "./sheet/relations.js";
import { common, keepingFocus } from "./sheet/section.js";
import { SuggestionsSection } from "./sheet/suggestions.js";
import { TasksSection } from "./sheet/tasks.js";
import { TiesSection } from "./sheet/tie-cards.js";

/** @import { Desk } from "../desk.js" */
/** @import { Incident } from "../../../../types/wire" */

export class IncidentSheet {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("sheet");
    this.head = byId("sheet-head");
    this.status = byId("sheet-status");
    this.nav = byId("sheet-nav");
    this.body = byId("sheet-body");
    /** @type {unknown[]} */
    this.headParts = [];
    /** @type {unknown[]} */
    this.navParts = [];
    /** @type {string | null} */
    this.incident = null;
    this.drawing = false;
    this.slot = new FormSlot(desk, () => this.draw());
    this.acts = new Acts(desk, this.slot);
    this.axes = new Axes(desk);
    this.facts = new FactsSection(desk);
    this.cameras = new CamerasSection(desk);
    this.sections = [
      new AdviceSection(desk, this.slot),
      new SuggestionsSection(desk, this.slot),
      this.cameras,
      new RelationsSection(desk, this.slot),
      new TiesSection(desk, this.slot),
      new TasksSection(desk, this.slot),
      new DecisionsSection(desk, this.slot),
      new ReportsSection(desk, this.slot),
      new CountsSection(desk, this.slot),
      new EvidenceSection(desk),
      new LogbookSection(desk, this.slot),
      new ObservationsSection(desk, this.slot),
    ];
    byId("sheet-close").append(sign("close", 20));
    byId("sheet-close").addEventListener("click", () => {
      desk.choose(null);
      byId("incident-list").focus();
    });
  }

  focus() {
    if (!this.box.hidden) byId("sheet-title").focus();
  }

  /** Press one of the acts. @param {string} focus */
  press(focus) {
    if (!this.box.hidden) this.acts.press(focus);
  }

  draw() {
    if (this.drawing) return; // closing a form draws
    this.drawing = true;
    try {
      this.#draw();
    } finally {
      this.drawing = false;
    }
  }

  #draw() {
    const { store, commands } = this.desk;
    const incident = store.selectedIncident();
    if (this.incident !== store.selected) {
      this.incident = store.selected;
      this.slot.close(false);
      commands.quiet();
      this.body.scrollTop = 0;
    }
    const focused = this.box.contains(document.activeElement);
    this.box.hidden = incident === null;
    document.body.classList.toggle("with-sheet", incident !== null);
    if (incident === null) {
      this.cameras.draw(null);
      return;
    }
    this.#say();
    const parts = [incident, ...common(this.desk)];
    if (!parts.every((part, i) => part === this.headParts[i])) {
      this.headParts = parts;
      this.#head(incident);
    }
    this.acts.draw(incident);
    this.axes.draw(incident);
    this.facts.draw(incident);
    for (const section of this.sections) section.draw(incident);
    this.slot.draw();
    this.#navigation();
    // What had the keyboard may be gone or moved: its reader stays in the sheet.
    if (focused && !this.box.contains(document.activeElement)) {
      byId("sheet-title").focus({ preventScroll: true });
    }
  }

  #say() {
    const said = this.desk.commands.said;
    if (this.status.textContent !== (said?.text ?? "")) this.status.textContent = said?.text ?? "";
    this.status.classList.toggle("trouble", said?.trouble ?? false);
  }

  /** @param {Incident} incident */
  #head(incident) {
    const { words, names, tables } = this.desk;
    const ended = !isOpen(incident);
    keepingFocus(this.head, () =>
      fill(
        this.head,
        severitySymbol(incident.severity, { confirmed: isConfirmed(incident), ended, size: 52 }),
        h(
          "div",
          {},
          h("h2", { id: "sheet-title", tabindex: "-1", "data-focus": "title" }, names.type(incident.type)),
          h(
            "p",
            { class: "sheet-sub" },
            h("span", { class: "id" }, incident.id),
            h("span", {}, words.name("severity.", String(incident.severity))),
            h("span", { class: "state" }, tables.state(incident.state)),
            incident.phase !== null && h("span", { class: "phase-badge" }, tables.phase(incident.phase.value)),
          ),
          h("p", { class: "sheet-place" }, placeOf(words, incident)),
          incident.headline && h("p", { class: "sheet-headline" }, incident.headline),
        ),
      ),
    );
  }

  /** What there is further down, in numbers; a click goes there. */
  #navigation() {
    const { words } = this.desk;
    const there = this.sections.map(({ section }) => [section.name, section.count, section.box.hidden]);
    const parts = [words.language, JSON.stringify(there)];
    if (parts.every((part, i) => part === this.navParts[i])) return;
    this.navParts = parts;
    const links = this.sections
      .filter(({ section }) => !section.box.hidden)
      .map(({ section }) =>
        h(
          "button",
          {
            type: "button",
            class: section.count > 0 ? "" : "none",
            "data-focus": `nav-${section.name}`,
            onclick: () => this.#goTo(section.box),
          },
          words.name("nav.", section.name),
          section.count > 0 && h("b", {}, ` ${section.count}`),
        ),
      );
    keepingFocus(this.nav, () => fill(this.nav, links));
  }

  /** @param {HTMLElement} box */
  #goTo(box) {
    this.body.scrollTop = box.offsetTop;
    const heading = box.querySelector("h3");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }
}
