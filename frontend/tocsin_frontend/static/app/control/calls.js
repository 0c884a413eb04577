// @ts-check
/** Calls that staff read aloud: big, one at a time, with the time left until the next one. */

import { countdown, inOrder } from "../conduct/injects.js";
import { fill, h } from "../dom.js";
import { keep, kept } from "../habits.js";
import { common, keepingFocus } from "../panels/sheet/section.js";

/** @import { ConductLink } from "../conduct/link.js" */
/** @import { Desk } from "../desk.js" */
/** @import { InjectRow } from "../../../../types/exercises" */

const KEPT_AS = "calls_read";
const OLD_MS = 10 * 60_000; // of exercise time: nobody reads it any more

export class Calls {
  /** @param {Desk} desk @param {ConductLink} link @param {() => void} changed */
  constructor(desk, link, changed) {
    this.desk = desk;
    this.link = link;
    this.changed = changed;
    const { realm } = desk.settings;
    const before = kept(KEPT_AS);
    /** What this reader has read; the times of the conduct are those of the clock. @type {Set<string>} */
    this.read = new Set(before?.realm === realm ? before.injects : []);
    /** The language of the call; that of the page until one chooses. @type {string | null} */
    this.language = null;
    this.due = h("b", { class: "call-due" });
    this.card = h("div", { class: "call-card" });
    /** Says once that a call has come; the countdown is for eyes only. */
    this.status = h("p", { class: "visually-hidden", role: "status" });
    this.title = h("h2", { id: "calls-title" });
    this.box = h("section", { class: "calls", "aria-labelledby": "calls-title" }, this.title, this.status, this.card);
    /** @type {unknown[]} */
    this.shown = [];
  }

  /** Those that have come and nobody here has read, oldest first; else the next one. @returns {InjectRow | null} */
  get current() {
    if (!this.link.isOpen) return null;
    const calls = inOrder(this.link.view?.injects ?? []).filter((row) => row.say !== null);
    const since = (this.link.now() ?? 0) - OLD_MS;
    const told = calls.find(
      (row) => row.status === "issued" && !this.read.has(row.id) && Date.parse(row.run?.at ?? "") >= since,
    );
    return told ?? calls.find((row) => row.status === "waiting" && row.due !== null) ?? null;
  }

  /** Read aloud. */
  done() {
    const row = this.current;
    if (row === null || row.status !== "issued") return;
    this.read.add(row.id);
    keep(KEPT_AS, { realm: this.desk.settings.realm, injects: [...this.read] });
    this.changed();
  }

  tick() {
    const row = this.current;
    const now = this.link.now();
    if (row === null || now === null) return;
    const { words } = this.desk;
    const told =
      row.status === "issued"
        ? words.t("calls.now")
        : words.t("calls.in", { left: countdown(Date.parse(row.due ?? "") - now) });
    if (this.due.textContent !== told) this.due.textContent = told;
  }

  draw() {
    const { desk, link } = this;
    const row = this.current;
    const parts = [link.edition, row?.id, row?.status, this.read.size, this.language, ...common(desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { words, settings } = desk;
    this.box.hidden = link.view === null;
    this.title.textContent = words.t("calls.title");
    this.card.className = `call-card${row?.status === "issued" ? " now" : ""}`;
    const said = row?.status === "issued" ? `${words.t("calls.title")} · ${row.id}` : "";
    if (this.status.textContent !== said) this.status.textContent = said;
    if (row === null || row.say === null) {
      fill(this.card, h("p", { class: "quiet" }, words.t("calls.none")));
      return;
    }
    const language = this.language ?? words.language;
    const say = row.say[language] ?? words.of(row.say);
    keepingFocus(this.card, () =>
      fill(
        this.card,
        h("p", { class: "call-head" }, this.due, h("span", { class: "id" }, ` ${row.id} · ${row.source}`)),
        h("p", { class: "call-say", lang: language }, say),
        h(
          "div",
          { class: "acts" },
          h(
            "div",
            { class: "call-languages", role: "group", "aria-label": words.t("languages.label") },
            settings.languages.map((one) =>
              h(
                "button",
                {
                  type: "button",
                  class: "button toggle",
                  lang: one,
                  "data-focus": `call-${one}`,
                  "aria-pressed": String(one === language),
                  onclick: () => {
                    this.language = one;
                    this.changed();
                  },
                },
                one.toUpperCase(),
              ),
            ),
          ),
          row.status === "issued"
            ? h(
                "button",
                { type: "button", class: "button act", "data-focus": "call-done", "aria-keyshortcuts": "R", onclick: () => this.done() },
                words.t("calls.done"),
                h("kbd", { "aria-hidden": "true" }, "R"),
              )
            : h(
                "button",
                {
                  type: "button",
                  class: "button",
                  "data-focus": "call-done",
                  onclick: () => link.order({ command: "trigger", inject: row.id }),
                },
                words.t("calls.earlier"),
              ),
        ),
      ),
    );
    this.tick();
  }
}
