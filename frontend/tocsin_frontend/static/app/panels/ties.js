// @ts-check
/** What the list and the sheet share about ties. */

import { h } from "../dom.js";

/** @import { Desk } from "../desk.js" */
/** @import { Incident, Tie } from "../../../../types/wire" */

const STATUS = ["confirmed", "proposed", "rejected", "withdrawn"];
const STRENGTH = ["manual", "auto", "suggested"];

/** @param {Desk} desk @param {Incident} incident */
export function orderedTies({ names }, incident) {
  return [...incident.ties].sort(
    (a, b) =>
      STATUS.indexOf(a.status) - STATUS.indexOf(b.status) ||
      STRENGTH.indexOf(a.strength) - STRENGTH.indexOf(b.strength) ||
      names.axisRank(a.measure.code) - names.axisRank(b.measure.code) ||
      a.measure.code.localeCompare(b.measure.code, "en", { numeric: true }),
  );
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
