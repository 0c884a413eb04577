// @ts-check
/** What the list and the sheet share about ties. */

import { h } from "../dom.js";

/** @import { Desk } from "../desk.js" */
/** @import { Incident, Tie } from "../../../../types/wire" */

const GONE = ["rejected", "withdrawn"];
const STRENGTH = ["manual", "auto", "suggested"];
const RELATION = ["mobilise", "eprouve", "revele", "alimente"];

/**
 * The surest first, as a wall shows them (twin of `measures.wall_ties`); what no longer stands last.
 * @param {Desk} desk @param {Incident} incident
 */
export function orderedTies({ names }, incident) {
  return [...incident.ties].sort(
    (a, b) =>
      GONE.indexOf(a.status) - GONE.indexOf(b.status) ||
      strength(a) - strength(b) ||
      names.axisRank(a.measure.code) - names.axisRank(b.measure.code) ||
      a.measure.code.localeCompare(b.measure.code, "en", { numeric: true }) ||
      RELATION.indexOf(a.relation) - RELATION.indexOf(b.relation),
  );
}

/** A confirmed suggestion is as sure as what a rule ties by itself. @param {Tie} tie */
function strength(tie) {
  const sure = tie.strength === "suggested" && tie.status === "confirmed";
  return STRENGTH.indexOf(sure ? "auto" : tie.strength);
}

/** Those that still stand. @param {Desk} desk @param {Incident} incident */
export function liveTies(desk, incident) {
  return orderedTies(desk, incident).filter(
    (tie) => tie.status === "confirmed" || tie.status === "proposed",
  );
}

/** @param {Tie} tie */
export function tieBadge(tie) {
  return h("span", { class: `badge tie ${tie.status} ${tie.strength}` }, tie.measure.code);
}
