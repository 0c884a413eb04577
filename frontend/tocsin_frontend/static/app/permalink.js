// @ts-check
/**
 * What this page shows, in its address: a colleague who opens it sees the same, with his own rights.
 * `incident`, `observation`, `alarm`, `decision`, `camera`: what is open; `at`: a moment of the past;
 * `view`: latitude, longitude, zoom; `layers`: what the map shows;
 * `handover`: the one that is read; `measure`, `axis`, `only`: of the measure board;
 * `as`: whose screen is looked at, without acting.
 */

/** @typedef {"incident" | "observation" | "alarm" | "decision" | "camera" | "at" | "view" | "layers" | "measure" | "axis" | "only" | "handover" | "as"} PlaceName */

/** @param {PlaceName} name */
export function placed(name) {
  return new URL(location.href).searchParams.get(name);
}

/** @param {Partial<Record<PlaceName, string | null>>} changes null takes a name out */
export function place(changes) {
  const here = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) here.searchParams.delete(name);
    else here.searchParams.set(name, value);
  }
  if (here.href !== location.href) history.replaceState(null, "", here);
}

/** The address of something in the room of this realm. @param {string} realm @param {Partial<Record<PlaceName, string>>} what */
export function permalink(realm, what) {
  const there = new URL(`/realms/${realm}`, location.href);
  for (const [name, value] of Object.entries(what)) there.searchParams.set(name, value);
  return there.href;
}
