// @ts-check
/** What an exercise has shown, at once: the debriefing as it stands, to keep, and its lessons. */

import { ConductLink } from "./conduct/link.js";
import { StaffOnly } from "./conduct/staff-only.js";
import { drawn, sectionId } from "./debriefing/blocks.js";
import { Lessons } from "./debriefing/lessons.js";
import { byId, fill, h } from "./dom.js";
import { openPlainPage } from "./plain-page.js";

/** @import { Desk } from "./desk.js" */
/** @import { Block, DebriefingDocument } from "../../../types/debriefing" */

const EVERY_MS = 15_000;
const LESSONS = "lessons";

class DebriefingView {
  /** @param {Desk} desk @param {ConductLink} link @param {() => void} changed */
  constructor(desk, link, changed) {
    this.desk = desk;
    this.link = link;
    this.changed = changed;
    this.lessons = new Lessons(desk, changed, () => this.load());
    /** @type {DebriefingDocument | null} */
    this.told = null;
    this.known = "";
    this.askedFor = "";
    this.askedAt = -Infinity;
    /** @type {unknown[]} */
    this.shown = [];
    this.title = h("h1");
    this.subtitle = h("p", { class: "quiet" });
    this.keep = h("nav", { class: "debriefing-keep" });
    this.sections = h("nav", { class: "debriefing-sections" });
    this.content = h("div", { class: "debriefing" });
    this.box = h("div", {}, h("header", {}, this.title, this.subtitle, this.keep), this.sections, this.content);
  }

  tick() {
    if (document.hidden) return;
    const moves = this.link.view === null || ["prepared", "running", "paused"].includes(this.link.view.state);
    if (moves && performance.now() - this.askedAt >= EVERY_MS) this.load();
  }

  async load() {
    const { settings, words, access, tables } = this.desk;
    if (tables.roles === null || access.may("observe") !== "yes") return;
    const language = words.language;
    this.askedAt = performance.now();
    this.askedFor = this.#asked();
    try {
      const answer = await fetch(`${settings.api_root}/exercises/${settings.realm}/debriefing?lang=${language}`, {
        headers: { accept: "application/json", "x-tocsin-capacity": access.capacity },
      });
      const text = answer.ok ? await answer.text() : "";
      if (language !== words.language || text === this.known) return;
      this.known = text;
      this.told = text === "" ? null : JSON.parse(text);
      if (this.told !== null) this.lessons.load();
      this.changed();
    } catch {
      this.askedAt = performance.now() - EVERY_MS / 2; // again, a little later
    }
  }

  /** What an answer hangs on besides time. */
  #asked() {
    const { words, access } = this.desk;
    return [words.language, access.capacity, this.link.view?.state, this.link.view?.notes.length].join(" ");
  }

  draw() {
    if (this.askedFor !== this.#asked()) this.load();
    const { words, access } = this.desk;
    const mayRead = access.may("observe") === "yes";
    const parts = [this.known, words.language, access.capacity, mayRead];
    if (parts.some((part, i) => part !== this.shown[i])) {
      this.shown = parts;
      this.title.textContent = this.told?.title ?? words.t("page.debriefing");
      this.subtitle.textContent = this.told?.subtitle ?? "";
      this.box.hidden = this.told === null || !mayRead;
      this.#keeping();
      this.#show(this.told?.blocks ?? []);
    }
    this.lessons.draw();
  }

  /** The document in every language, as a page and on paper. */
  #keeping() {
    const { words, settings, access } = this.desk;
    this.keep.setAttribute("aria-label", words.t("debriefing.keep"));
    const address = (/** @type {string} */ ending, /** @type {string} */ language) =>
      `${settings.api_root}/exercises/${settings.realm}/debriefing.${ending}?lang=${language}&capacity=${access.capacity}`;
    fill(
      this.keep,
      h("span", {}, words.t("debriefing.keep")),
      settings.languages.map((language) => [
        h("a", { class: "button", href: address("html", language), target: "_blank", hreflang: language }, `${language.toUpperCase()} – HTML`),
        h("a", { class: "button", href: address("pdf", language), hreflang: language }, `${language.toUpperCase()} – PDF`),
      ]).flat(),
    );
  }

  /** Section by section; the lessons can be written here, so they are no table. @param {Block[]} blocks */
  #show(blocks) {
    const { words } = this.desk;
    const headings = blocks.filter((block) => block.kind === "heading");
    this.sections.setAttribute("aria-label", words.t("debriefing.sections"));
    fill(
      this.sections,
      h("ul", {}, headings.map(({ name, text }) => h("li", {}, h("a", { href: `#${sectionId(name)}` }, text)))),
    );
    let name = "";
    /** @type {HTMLElement[]} */
    const shown = [];
    for (const block of blocks) {
      if (block.kind === "heading") name = block.name;
      if (name !== LESSONS) shown.push(drawn(block));
      else if (block.kind === "heading") shown.push(drawn(block), this.lessons.box);
    }
    fill(this.content, shown);
  }
}

openPlainPage((desk, changed) => {
  const link = new ConductLink(desk, changed, { score: false });
  const staff = new StaffOnly(desk, link, "evaluator", "observe");
  const view = new DebriefingView(desk, link, changed);
  byId("page").append(staff.box, view.box);
  return [link, staff, view];
});
