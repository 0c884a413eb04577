// @ts-check
/** How somebody likes this browser to be: kept here, and forgotten where a browser keeps nothing. */

const PREFIX = "tocsin_";

/** @param {string} name @returns {any} null where nothing was kept */
export function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} name @param {unknown} value */
export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // next time it is as at first
  }
}
