// @ts-check
/** A section of the sheet: a list of cards, with what can be added to it. */

import { byId, fill, h, KeyedChildren } from "../../dom.js";

/** @import { Desk } from "../../desk.js" */
/** @import { FormSlot } from "../../forms.js" */
/** @import { Incident } from "../../../../../types/wire" */

/**
 * @template T
 */
export class Section {
  /**
   * @param {Desk} desk
   * @param {FormSlot} slot
   * @param {string} name as in the page: `sheet-<name>-section`
   * @param {object} how
   * @param {(item: T) => string} how.key
   * @param {(item: T) => unknown[]} [how.parts] what is shown besides the item
   * @param {(item: T) => HTMLElement} how.build
   * @param {(incident: Incident) => (Node | null | false)[]} [how.acts] buttons beside the heading
   */
  constructor(desk, slot, name, { key, parts, build, acts }) {
    this.desk = desk;
    this.slot = slot;
    this.name = name;
    this.acts = acts;
    this.box = byId(`sheet-${name}-section`);
    this.buttons = h("div", { class: "section-acts" });
    this.box.querySelector("header")?.append(this.buttons);
    this.holder = h("div", { class: "section-form" });
    byId(`sheet-${name}`).before(this.holder);
    slot.hold(name, this.holder);
    this.count = 0;
    /** @type {unknown[]} */
    this.shown = [];
    this.cards = new KeyedChildren(byId(`sheet-${name}`), {
      key,
      parts: (/** @type {T} */ item) => [
        item,
        ...common(desk),
        slot.key === `${name}:${key(item)}`,
        ...(parts?.(item) ?? []),
      ],
      build: (item) => {
        const card = build(item);
        card.dataset["card"] = key(item);
        const form = slot.at(`${name}:${key(item)}`);
        if (form !== null) card.append(form);
        return card;
      },
    });
  }

  /** @param {T[]} items @param {Incident} incident @param {number} [counted] */
  show(items, incident, counted = items.length) {
    this.cards.show(items);
    this.count = counted;
    const parts = [incident, ...common(this.desk)];
    if (!parts.every((part, i) => part === this.shown[i])) {
      this.shown = parts;
      keepingFocus(this.buttons, () => fill(this.buttons, this.acts?.(incident) ?? []));
    }
    this.box.hidden =
      items.length === 0 && this.buttons.childElementCount === 0 && this.slot.key !== this.name;
  }
}

/** What nearly everything shown hangs on besides its own data. @param {Desk} desk @returns {unknown[]} */
export function common({ words, names, tables, access, commands }) {
  return [words.language, names.edition, tables.edition, access.capacity, commands.edition];
}

/** Rebuild what is in there; whoever had the keyboard keeps it. @param {Element} box @param {() => void} rebuild */
export function keepingFocus(box, rebuild) {
  const active = document.activeElement;
  const had = active instanceof HTMLElement && box.contains(active) ? active.dataset.focus : undefined;
  rebuild();
  if (had === undefined) return;
  const again = box.querySelector(`[data-focus="${had}"]`);
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}
