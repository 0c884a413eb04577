// @ts-check
/** Where something is, in words. */

import { readable } from "./i18n.js";

/** @import { Words } from "./i18n.js" */
/** @import { Incident, Text3 } from "../../../types/wire" */

/** @typedef {Pick<Incident, "text" | "commune" | "codes">} Placed */

/** @param {Words} words @param {Placed} incident */
export function placeOf(words, incident) {
  const place = incident.text || codedPlace(words, incident);
  const { fr = "", nl = "" } = incident.commune ?? {};
  const saysCommune = place !== null && fr !== "" && (place.includes(fr) || place.includes(nl));
  const parts = [place, saysCommune ? null : communeOf(incident.commune)];
  const said = parts.filter((part) => part !== null && part !== "");
  return said.length > 0 ? said.join(" · ") : words.t("place.none");
}

/** Both names, as on the street signs; once where they are the same. @param {Text3 | null} commune */
export function communeOf(commune) {
  if (commune === null) return null;
  const { fr = "", nl = "" } = commune;
  return fr === nl ? fr : `${fr} / ${nl}`;
}

const PLACES = ["tunnel", "station", "site", "place"];

const METRES_A_DEGREE = 111_195;

/**
 * Metres between two places of one city; null where one of them is unknown.
 * @param {{lat: number | null, lon: number | null}} one
 * @param {{lat: number | null, lon: number | null}} other
 */
export function metresBetween(one, other) {
  if (one.lat === null || one.lon === null || other.lat === null || other.lon === null) return null;
  const east = (one.lon - other.lon) * Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(one.lat - other.lat, east) * METRES_A_DEGREE;
}

/** `annie-cordy` as a name: Annie Cordy. @param {string} slug */
export function spelled(slug) {
  return readable(slug).replace(/(^|\s)\p{Ll}/gu, (letter) => letter.toUpperCase());
}

/** @param {Words} words @param {Placed} incident */
function codedPlace(words, incident) {
  for (const kind of PLACES) {
    const code = incident.codes.find((c) => c.startsWith(`${kind}:`));
    if (code) return `${words.name("code.", kind)} ${spelled(code.slice(kind.length + 1))}`;
  }
  return null;
}
