// @ts-check
/** Handing over to the next shift: the log that is there already, two signatures, and the paper. */

import { byId, fill, h } from "./dom.js";
import { FormSlot } from "./forms.js";
import { functionsOf, handoversOf, isDone, steps } from "./handover/steps.js";
import { getJson } from "./names.js";
import { common, keepingFocus } from "./panels/sheet/section.js";
import { Paper } from "./paper/paper.js";
import { shiftLogSheet } from "./paper/shift-log.js";
import { rows, when } from "./paper/sheet.js";
import { place, placed } from "./permalink.js";
import { openPlainPage } from "./plain-page.js";

/** @import { Desk } from "./desk.js" */
/** @import { ShiftLog } from "../../../types/handover" */

const EVERY_MS = 30_000;
const SHIFT_HOURS = 12; // until the server has said how long one is here

class HandoverPage {
  /** @param {Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.desk = desk;
    this.changed = changed;
    this.head = h("div", { class: "handover-head" });
    this.steps = h("div", { class: "handover-steps" });
    this.earlier = h("div", { class: "handover-earlier" });
    this.form = h("div", { class: "form-slot-holder" });
    this.slot = new FormSlot(desk, () => this.draw());
    for (const key of ["begin", "sign-out", "sign-in"]) this.slot.hold(key, this.form);
    /** The function that is looked at; the own one until somebody chooses. @type {string | null} */
    this.chosen = null;
    /** @type {ShiftLog | null} */
    this.log = null;
    /** Ages are told anew each minute. */
    this.minute = 0;
    this.asked = "";
    this.askedAt = 0;
    this.trouble = false;
    /** @type {unknown[]} */
    this.shown = [];
    /** @type {unknown[]} */
    this.printed = [];
    this.paper = new Paper(desk, (inLanguage) =>
      this.log === null ? h("article", { class: "sheet" }) : shiftLogSheet(inLanguage, this.log),
    );
    const desk_ = h("section", { class: "handover-desk" }, this.steps, this.form, this.earlier);
    const sheet = h("section", { class: "handover-sheet" }, this.paper.buttons, this.paper.box);
    fill(byId("page"), this.head, h("div", { class: "handover" }, desk_, sheet));
  }

  get function() {
    const all = functionsOf(this.desk);
    return this.chosen !== null && all.includes(this.chosen) ? this.chosen : (all[0] ?? this.desk.access.capacity);
  }

  tick() {
    this.minute = Math.floor(this.desk.store.now() / 60_000);
    this.#ask(Date.now() - this.askedAt >= EVERY_MS);
    this.draw();
  }

  /** @param {boolean} again */
  async #ask(again) {
    const { settings, store } = this.desk;
    if (!store.known || this.desk.tables.roles === null) return;
    const handover = this.#read()?.id ?? null;
    const query = handover === null ? `function=${this.function}` : `handover=${handover}`;
    const asked = `${query} ${JSON.stringify(handover === null ? null : store.picture.handovers[handover])}`;
    if (asked === this.asked && !again) return;
    this.asked = asked;
    this.askedAt = Date.now();
    try {
      const log = await getJson(`${settings.api_root}/realms/${settings.realm}/handover?${query}`);
      if (asked !== this.asked) return;
      this.log = log;
      this.trouble = false;
    } catch {
      this.trouble = true;
    }
    this.changed();
  }

  /** The hand-over on the sheet: the one that was opened, or the one under way. */
  #read() {
    const { picture } = this.desk.store;
    const opened = picture.handovers[placed("handover") ?? ""];
    if (opened !== undefined) return opened;
    const [newest] = handoversOf(picture, this.function);
    return newest !== undefined && !isDone(newest) ? newest : null;
  }

  draw() {
    const { store } = this.desk;
    const parts = [
      store.picture.handovers,
      store.known,
      this.function,
      this.slot.key,
      this.trouble,
      placed("handover"),
      this.minute,
      this.log?.shift_hours,
      ...common(this.desk),
    ];
    if (!parts.every((part, i) => part === this.shown[i])) {
      this.shown = parts;
      this.#drawDesk();
      this.#ask(false);
    }
    const printed = [this.log, ...common(this.desk)];
    if (printed.every((part, i) => part === this.printed[i])) return;
    this.printed = printed;
    this.paper.draw();
  }

  #drawDesk() {
    const { words, access, store } = this.desk;
    const functions = functionsOf(this.desk);
    keepingFocus(this.head, () =>
      fill(
        this.head,
        h("h1", {}, words.t("page.handover")),
        h("p", { class: "quiet" }, words.t("handover.about")),
        this.trouble && h("p", { class: "field-error", role: "alert" }, words.t("page.no_answer")),
        functions.length > 1 &&
          h(
            "p",
            { class: "acting" },
            h("label", { for: "handover-function" }, words.t("handover.function")),
            h(
              "select",
              {
                id: "handover-function",
                "data-focus": "handover-function",
                onchange: (/** @type {Event} */ event) => {
                  this.chosen = /** @type {HTMLSelectElement} */ (event.target).value;
                  place({ handover: null });
                  this.changed();
                },
              },
              functions.map((one) => h("option", { value: one, selected: one === this.function }, access.name(one))),
            ),
          ),
      ),
    );
    const hours = this.log?.shift_hours ?? SHIFT_HOURS;
    keepingFocus(this.steps, () =>
      fill(
        this.steps,
        h("h2", {}, words.t("handover.of", { function: access.name(this.function) })),
        store.known && steps(this.desk, this.slot, this.function, hours),
      ),
    );
    keepingFocus(this.earlier, () => this.#drawEarlier());
    this.slot.draw();
  }

  #drawEarlier() {
    const { words, store, access } = this.desk;
    const now = new Date(store.now()).toISOString();
    const known = handoversOf(store.picture, this.function).filter(isDone);
    const time = (/** @type {string} */ moment) => when(this.desk, moment, now);
    const title = words.t("handover.earlier");
    fill(
      this.earlier,
      h("h2", {}, title),
      known.length === 0 && h("p", { class: "quiet" }, words.t("paper.none")),
      known.length > 0 &&
        rows(
          title,
          [words.t("page.handover"), words.t("handover.out"), words.t("handover.in")],
          known.map((handover) => [
            h(
              "button",
              {
                type: "button",
                class: "button",
                "data-focus": `read-${handover.id}`,
                "aria-pressed": String(placed("handover") === handover.id),
                onclick: () => this.#open(placed("handover") === handover.id ? null : handover.id),
              },
              `${handover.id} · ${time(handover.opened_at)}`,
            ),
            ...[handover.signed.out, handover.signed.in].map((signed) =>
              signed === null ? "–" : `${access.who(signed.by)} ${time(signed.at)}`,
            ),
          ]),
        ),
    );
  }

  /** @param {string | null} handover */
  #open(handover) {
    place({ handover });
    this.changed();
  }
}

openPlainPage((desk, changed) => [new HandoverPage(desk, changed)]);
