// @ts-check
/** A part of the supervisor's page: heading, count, and what it shows, drawn only when that changed. */

import { h } from "../dom.js";
import { FormSlot } from "../forms.js";
import { common } from "../panels/sheet/section.js";
import { permalink } from "../permalink.js";
import { placeOf } from "../places.js";
import { incidentSign } from "../symbols.js";

/** @import { Desk } from "../desk.js" */
/** @import { Incident } from "../../../../types/wire" */

export class Panel {
  /** @param {Desk} desk @param {string} name its id, which links lead to @param {string} title a key of the locales */
  constructor(desk, name, title) {
    this.desk = desk;
    this.name = name;
    this.title = title;
    this.count = h("span", { class: "count quiet" });
    this.none = h("p", { class: "quiet none", hidden: true });
    this.slot = new FormSlot(desk, () => this.draw());
    this.box = h(
      "section",
      { id: name, class: "steer", tabindex: "-1", "aria-labelledby": `${name}-title` },
      h(
        "header",
        {},
        h("h2", { id: `${name}-title` }, h("span", { "data-text": title }, desk.words.t(title)), this.count),
      ),
      this.none,
    );
    /** How many things stand here that ask for something. */
    this.waiting = 0;
    this.drawing = false;
    /** @type {unknown[]} */
    this.shown = [];
  }

  /** What it hangs on. @returns {unknown[]} */
  parts() {
    return [];
  }

  paint() {}

  draw() {
    if (this.drawing) return;
    const parts = [...this.parts(), this.slot.key, this.desk.store.known, ...common(this.desk)];
    if (parts.length === this.shown.length && parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.drawing = true;
    try {
      this.paint();
      this.slot.draw();
    } finally {
      this.drawing = false;
    }
  }

  /** Time alone may change what stands here. */
  tick() {
    this.shown = [];
    this.draw();
  }

  /** How much waits, and the sentence for when nothing does. @param {number} n @param {string} nothing */
  tell(n, nothing) {
    this.waiting = n;
    this.count.textContent = n > 0 ? String(n) : "";
    this.none.hidden = n > 0 || !this.desk.store.known;
    this.none.textContent = nothing;
  }
}

/** The first few of a list, and a button for the others. */
export class FirstFew {
  /** @param {Panel} panel whose end it stands at @param {number} first */
  constructor(panel, first) {
    this.panel = panel;
    this.first = first;
    this.all = false;
    this.more = h("button", {
      type: "button",
      class: "link-button",
      hidden: true,
      onclick: () => {
        this.all = !this.all;
        panel.tick();
      },
    });
    panel.box.append(this.more);
  }

  /** @template T @param {T[]} items @param {(item: T) => boolean} [kept] shown in any case @returns {T[]} */
  of(items, kept = () => false) {
    const others = items.length - this.first;
    this.more.hidden = others <= 0;
    this.more.textContent = this.panel.desk.words.t(this.all ? "steer.fewer" : "steer.more", { n: others });
    return this.all ? items : items.filter((item, i) => i < this.first || kept(item));
  }
}

/**
 * An incident as one line, and the way to it in the room.
 * @param {Desk} desk @param {Incident} incident @param {string} from whose line it is, to find the keyboard again
 */
export function incidentLine(desk, incident, from) {
  const { settings, names, words } = desk;
  return h(
    "a",
    {
      class: "incident-line",
      href: permalink(settings.realm, { incident: incident.id }),
      "data-focus": `to-${from}`,
    },
    incidentSign({ names }, incident, { size: 34 }),
    h(
      "span",
      {},
      h("span", { class: "visually-hidden" }, `${words.name("severity.", String(incident.severity))} `),
      h("b", {}, names.type(incident.type)),
      " ",
      h("span", { class: "quiet" }, `${incident.id} · ${placeOf(words, incident)}`),
    ),
  );
}
