// @ts-check
/** One part that fails does not take the others with it. */

/** @import { Part } from "../page-loop.js" */

/** @param {Part[]} parts @returns {Part[]} */
export function shielded(parts) {
  return parts.map((part) => ({
    draw: () => attempt(() => part.draw()),
    tick: () => attempt(() => part.tick?.()),
  }));
}

/** @param {() => void} act */
function attempt(act) {
  try {
    act();
  } catch (error) {
    reportError(error); // to the console and to the guard's count
  }
}
