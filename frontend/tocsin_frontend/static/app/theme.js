// @ts-check
/** Dark for the room, light for daylight; per person, and the server draws the page in it at once. */

import { forgetColours } from "./palette.js";

/** @typedef {"dark" | "light"} ThemeName */

const COOKIE = "tocsin_theme";

export class Theme {
  constructor() {
    this.root = document.documentElement;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
  }

  /** @returns {ThemeName} */
  get name() {
    return this.root.dataset.theme === "light" ? "light" : "dark";
  }

  /** @param {ThemeName} name */
  choose(name) {
    if (name === this.name) return;
    this.root.dataset.theme = name;
    document.querySelector('meta[name="color-scheme"]')?.setAttribute("content", name);
    document.cookie = `${COOKIE}=${name}; path=/; max-age=31536000; samesite=lax`;
    forgetColours();
    for (const listener of this.listeners) listener();
  }

  change() {
    this.choose(this.name === "dark" ? "light" : "dark");
  }

  /** What is painted with colours of the theme paints again. @param {() => void} listener */
  subscribe(listener) {
    this.listeners.add(listener);
  }
}
