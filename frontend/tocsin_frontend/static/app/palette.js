// @ts-check
/** The colours of the theme, for what is painted rather than styled. */

/** Emptied when the theme changes. @type {Map<string, string>} */
const known = new Map();

/** A colour of themes.css by its name without dashes: `colour("s4")`. @param {string} name */
export function colour(name) {
  let value = known.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    if (value === "") throw new Error(`themes.css has no --${name}`);
    known.set(name, value);
  }
  return value;
}

export function forgetColours() {
  known.clear();
}
