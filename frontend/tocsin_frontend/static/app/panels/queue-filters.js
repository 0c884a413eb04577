// @ts-check
/** What of the queue is shown: few choices, kept for this person, and never in silence. */

import { byId, fill, h } from "../dom.js";
import { kept, keep } from "../habits.js";
import { NO_FILTER } from "../queue.js";

/** @import { Desk } from "../desk.js" */
/** @import { Filter } from "../queue.js" */

const KEPT_AS = "queue";
const SWITCHES = /** @type {const} */ (["mine", "grave", "ended"]);

export class QueueFilters {
  /** @param {Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.desk = desk;
    this.changed = changed;
    this.box = byId("queue-filters");
    /** @type {Filter} */
    this.filter = { ...NO_FILTER, ...kept(KEPT_AS) };
    /** @type {unknown[]} */
    this.shown = [];
  }

  focus() {
    this.box.querySelector("button")?.focus();
  }

  clear() {
    this.#set({ ...NO_FILTER, ended: this.filter.ended });
  }

  draw() {
    const { words, names } = this.desk;
    const parts = [this.filter, words.language, names.edition];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const focus = document.activeElement?.getAttribute("data-focus");
    const select = h(
      "select",
      {
        "data-focus": "queue-family",
        "aria-label": words.t("queue.family"),
        onchange: () => this.#set({ ...this.filter, family: select.value }),
      },
      h("option", { value: "" }, words.t("queue.families")),
      names.familyChoices().map(({ value, text }) => h("option", { value }, text)),
    );
    select.value = this.filter.family;
    fill(
      this.box,
      SWITCHES.map((name) =>
        h(
          "button",
          {
            type: "button",
            "data-focus": `queue-${name}`,
            "aria-pressed": String(this.filter[name]),
            title: words.t(`queue.${name}_title`),
            onclick: () => this.#set({ ...this.filter, [name]: !this.filter[name] }),
          },
          words.t(`queue.${name}`),
        ),
      ),
      select,
    );
    const again = focus ? this.box.querySelector(`[data-focus="${focus}"]`) : null;
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {Filter} filter */
  #set(filter) {
    this.filter = filter;
    keep(KEPT_AS, filter);
    this.changed();
  }
}
