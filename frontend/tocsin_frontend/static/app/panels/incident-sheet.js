// @ts-check
/** One incident in full: what it is, what may be done, and everything known, each with its why. */

import { byId, fill, h } from "../dom.js";
import { FormSlot } from "../forms.js";
import { permalink } from "../permalink.js";
import { sign } from "../symbols.js";
import { Acts } from "./sheet/acts.js";
import { AdviceSection } from "./sheet/advice.js";
import { Axes } from "./sheet/axes.js";
import { CamerasSection, EvidenceSection } from "./sheet/cameras.js";
import { DecisionsSection } from "./sheet/decisions.js";
import { FactsSection } from "./sheet/facts.js";
import { Glance } from "./sheet/glance.js";
import { CountsSection, ReportsSection } from "./sheet/figures.js";
import { LogbookSection } from "./sheet/logbook.js";
import { ObservationsSection } from "./sheet/observations.js";
import { RelationsSection } from "./sheet/relations.js";
import { keepingFocus } from "./sheet/section.js";
import { SuggestionsSection } from "./sheet/suggestions.js";
import { TasksSection } from "./sheet/tasks.js";
import { TiesSection } from "./sheet/tie-cards.js";

/** @import { Desk } from "../desk.js" */

/** The spine of the plan, with what everything rests on at the end; each by its number on the keyboard. */
const PARTS = ["anticiper", "reduire", "faire_face", "se_relever", "seen"];

export class IncidentSheet {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("sheet");
    this.status = byId("sheet-status");
    this.nav = byId("sheet-nav");
    this.body = byId("sheet-body");
    this.glance = new Glance(desk, (part) => this.goTo(part));
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
      ...PARTS.slice(0, 4).map((spine) => new TiesSection(desk, this.slot, spine)),
      new TasksSection(desk, this.slot),
      new DecisionsSection(desk, this.slot),
      new ReportsSection(desk, this.slot),
      new CountsSection(desk, this.slot),
      new EvidenceSection(desk),
      new LogbookSection(desk, this.slot),
      new ObservationsSection(desk, this.slot),
    ];
    this.copied = "";
    const link = byId("sheet-link");
    link.append(sign("tie", 20));
    link.addEventListener("click", () => this.#copyLink());
    for (const [i, part] of PARTS.entries()) {
      const says = `spine.${part}`;
      desk.keys.add({ key: String(i + 1), says, act: () => this.goTo(part), looks: true });
    }
    byId("sheet-close").append(sign("close", 20));
    byId("sheet-close").addEventListener("click", () => {
      desk.choose(null);
      byId("incident-list").focus();
    });
  }

  tick() {
    this.cameras.tick();
    if (!this.box.hidden && this.glance.isOld) this.draw();
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
      this.copied = "";
      commands.quiet();
      this.body.scrollTop = 0;
      this.box.scrollTop = 0;
    }
    const focused = this.box.contains(document.activeElement);
    this.box.hidden = incident === null;
    document.body.classList.toggle("with-sheet", incident !== null);
    if (incident === null) {
      this.cameras.draw(null);
      return;
    }
    this.#say();
    this.glance.draw(incident);
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
    const text = said?.text ?? this.copied;
    if (this.status.textContent !== text) this.status.textContent = text;
    this.status.classList.toggle("trouble", said?.trouble ?? false);
  }

  /** Where there is no clipboard, the link itself is shown. */
  async #copyLink() {
    const { settings, store, words, commands } = this.desk;
    const link = permalink(settings.realm, { incident: store.selected ?? "" });
    commands.quiet();
    try {
      await navigator.clipboard.writeText(link);
      this.copied = words.t("sheet.link_copied");
    } catch {
      this.copied = words.t("sheet.link_here", { link });
    }
    this.#say();
  }

  /** The spine, with what there is in each part; a click or its number goes there. */
  #navigation() {
    const { words } = this.desk;
    const found = PARTS.map((part) => {
      const box = byId(`part-${part}`);
      const inside = this.sections.filter(({ section }) => box.contains(section.box));
      const shown = inside.filter(({ section }) => !section.box.hidden);
      const none = box.querySelector(".part-none");
      if (none instanceof HTMLElement) none.hidden = shown.length > 0;
      return { part, n: inside.reduce((sum, { section }) => sum + section.count, 0) };
    });
    const parts = [words.language, JSON.stringify(found)];
    if (parts.every((part, i) => part === this.navParts[i])) return;
    this.navParts = parts;
    const links = found.map(({ part, n }, i) =>
      h(
        "button",
        {
          type: "button",
          class: n > 0 ? "" : "none",
          "data-focus": `nav-${part}`,
          "aria-keyshortcuts": String(i + 1),
          onclick: () => this.goTo(part),
        },
        h("kbd", { "aria-hidden": "true" }, i + 1),
        ` ${words.t(part === "seen" ? "nav.seen" : `spine.${part}`)}`,
        n > 0 && h("b", {}, ` ${n}`),
      ),
    );
    keepingFocus(this.nav, () => fill(this.nav, links));
  }

  /** @param {string} part of the spine */
  goTo(part) {
    if (this.box.hidden) return;
    const box = byId(`part-${part}`);
    box.scrollIntoView({ block: "start" });
    box.querySelector("h3")?.focus({ preventScroll: true });
  }

  /** Bring one card into sight. @param {string} id of what it tells */
  showCard(id) {
    const card = this.body.querySelector(`[data-card="${CSS.escape(id)}"]`);
    if (!(card instanceof HTMLElement)) return;
    card.tabIndex = -1;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "start" });
  }
}
