// @ts-check
/** Building and keeping elements. Data reach the page as text nodes only, never as HTML. */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [props] `class`, `text`, `data-*`, `aria-*`, `on*`, attributes
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") {
      for (const [key, v] of Object.entries(value)) element.style.setProperty(key, String(v));
    } else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

/** @param {Element} element @param {(Child | Child[])[]} children */
export function append(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** @param {Element} element @param {...(Child | Child[])} children */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string | number | null>} [attributes]
 * @param {...Node} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * The children of an element, kept in step with a list of items. An item's element stays as long
 * as what it shows (`parts`) stays; a rebuilt one keeps the keyboard focus of its predecessor.
 * @template T
 */
export class KeyedChildren {
  /**
   * @param {Element} parent
   * @param {object} how
   * @param {(item: T) => string} how.key
   * @param {(item: T) => unknown[]} how.parts compared one by one with Object.is
   * @param {(item: T) => HTMLElement} how.build
   */
  constructor(parent, { key, parts, build }) {
    this.parent = parent;
    this.key = key;
    this.parts = parts;
    this.build = build;
    /** @type {Map<string, {element: HTMLElement, parts: unknown[]}>} */
    this.kept = new Map();
  }

  /** @param {T[]} items */
  show(items) {
    /** @type {Map<string, {element: HTMLElement, parts: unknown[]}>} */
    const next = new Map();
    let place = this.parent.firstElementChild;
    for (const item of items) {
      const key = this.key(item);
      const parts = this.parts(item);
      let held = this.kept.get(key);
      if (held === undefined || !same(held.parts, parts)) {
        const focus = held === undefined ? null : focusKey(held.element); // before a part moves on
        const element = this.build(item);
        if (held !== undefined) {
          if (held.element === place) place = element;
          held.element.replaceWith(element);
          refocus(element, focus);
        }
        held = { element, parts };
      }
      if (held.element === place) place = place.nextElementSibling;
      else this.parent.insertBefore(held.element, place);
      next.set(key, held);
    }
    for (const [key, { element }] of this.kept) {
      if (!next.has(key)) element.remove();
    }
    this.kept = next;
  }

  clear() {
    for (const { element } of this.kept.values()) element.remove();
    this.kept = new Map();
  }
}

/** @param {unknown[]} a @param {unknown[]} b */
function same(a, b) {
  return a.length === b.length && a.every((part, i) => Object.is(part, b[i]));
}

/** @param {HTMLElement} element @returns {string | null} */
function focusKey(element) {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !element.contains(active)) return null;
  return active.dataset.focus ?? null;
}

/** @param {HTMLElement} element @param {string | null} key */
function refocus(element, key) {
  if (key === null) return;
  for (const candidate of element.querySelectorAll("[data-focus]")) {
    if (candidate instanceof HTMLElement && candidate.dataset.focus === key) {
      candidate.focus({ preventScroll: true });
    }
  }
}
