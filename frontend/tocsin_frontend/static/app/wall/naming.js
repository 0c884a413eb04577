// @ts-check
/** Which signs have room for their number under them: no name lies on a sign, nor on a graver one's name. Pure. */

/** @import { Group } from "../layers/clustering.js" */

const SIGN = { left: 24, right: 30, up: 24, down: 26 }; // around its place, with its badge
const NAME = { half: 34, top: 24, bottom: 48 };

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */

/** @param {Group[]} groups the gravest first @returns {Set<string>} */
export function nameable(groups) {
  const signs = groups.map(({ leader: { x, y } }) => ({
    left: x - SIGN.left,
    right: x + SIGN.right,
    top: y - SIGN.up,
    bottom: y + SIGN.down,
  }));
  /** @type {Box[]} */
  const names = [];
  /** @type {Set<string>} */
  const named = new Set();
  groups.forEach(({ leader: { id, x, y } }, i) => {
    const box = { left: x - NAME.half, right: x + NAME.half, top: y + NAME.top, bottom: y + NAME.bottom };
    if (signs.some((sign, j) => j !== i && meet(sign, box)) || names.some((name) => meet(name, box))) return;
    names.push(box);
    named.add(id);
  });
  return named;
}

/** @param {Box} a @param {Box} b */
function meet(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
