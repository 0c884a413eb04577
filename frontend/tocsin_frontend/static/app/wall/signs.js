// @ts-check
/** Short names as a wall uses them. */

/** @import { Desk } from "../desk.js" */

/** `D3`, or the function without what stands in brackets. @param {Desk} desk @param {string} capacity */
export function capacityOnWall({ tables, access }, capacity) {
  const discipline = tables.roles?.capacities[capacity]?.discipline;
  return discipline ?? access.shortName(capacity);
}
