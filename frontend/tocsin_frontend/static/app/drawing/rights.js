// @ts-check
/** On whose layer a capacity may draw. */

import { TEAMS } from "./kinds.js";

/** @import { Access } from "../access.js" */
/** @import { Team } from "./kinds.js" */

/** Its own one first. @param {Access} access @returns {Team[]} */
export function teamsOf(access) {
  if (access.may("draw") === "no") return [];
  const own = TEAMS.find((team) => team === (access.book ?? access.capacity).toLowerCase());
  return own === undefined ? TEAMS : [own];
}
