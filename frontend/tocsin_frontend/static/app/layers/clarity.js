// @ts-check
/** How clear an observation is drawn: paler as it ages, in three steps. */

const FRESH_S = [60, 600];
const OPACITY = [1, 0.7, 0.45];

/** @param {number} age_s */
export function clarity(age_s) {
  return OPACITY[FRESH_S.filter((limit) => age_s >= limit).length] ?? 1;
}
