// @ts-check
/**
 * Which incidents stand together under one sign. The gravest of a cluster leads it and gives it its
 * place; the rest join the nearest leader in reach. What must always be seen joins nobody, so it
 * leads or is alone; what is over never counts among what is open. The order in which incidents
 * come does not matter.
 */

/**
 * @typedef {object} Spot
 * @property {string} id
 * @property {number} x in pixels
 * @property {number} y
 * @property {number} severity
 * @property {boolean} alone joins no cluster: its own sign is always seen
 * @property {boolean} over
 */

/** @typedef {{leader: Spot, members: Spot[]}} Group its leader is its first member, and its worst */

const DENSE_FROM = 60; // with fewer, only signs that would cover each other stand together
const DENSE_PX = 48;
const SPARSE_PX = 15;

/** How near is together, among so many. @param {number} count */
export function reachFor(count) {
  return count >= DENSE_FROM ? DENSE_PX : SPARSE_PX;
}

/** @param {Spot[]} spots @param {number} reach in pixels @returns {Group[]} the gravest first */
export function grouped(spots, reach) {
  const sorted = [...spots].sort((a, b) => b.severity - a.severity || (a.id < b.id ? -1 : 1));
  /** @type {Group[]} */
  const groups = [];
  /** Leaders by the cell they lie in. @type {Map<string, Group[]>} */
  const cells = new Map();
  for (const spot of sorted) {
    const leader = spot.alone ? null : nearest(cells, spot, reach);
    if (leader !== null) {
      leader.members.push(spot);
      continue;
    }
    const group = { leader: spot, members: [spot] };
    groups.push(group);
    const cell = cellOf(Math.floor(spot.x / reach), Math.floor(spot.y / reach));
    const others = cells.get(cell);
    if (others === undefined) cells.set(cell, [group]);
    else others.push(group);
  }
  return groups;
}

/** @param {Map<string, Group[]>} cells @param {Spot} spot @param {number} reach */
function nearest(cells, spot, reach) {
  const column = Math.floor(spot.x / reach);
  const row = Math.floor(spot.y / reach);
  /** @type {Group | null} */
  let best = null;
  let least = reach;
  for (let x = column - 1; x <= column + 1; x += 1) {
    for (let y = row - 1; y <= row + 1; y += 1) {
      for (const group of cells.get(cellOf(x, y)) ?? []) {
        const distance = Math.hypot(group.leader.x - spot.x, group.leader.y - spot.y);
        if (group.leader.over !== spot.over || distance > least || (best && distance === least)) continue;
        best = group;
        least = distance;
      }
    }
  }
  return best;
}

/** @param {number} x @param {number} y */
const cellOf = (x, y) => `${x} ${y}`;
