// @ts-check
/** Putting observations into incidents and taking them out; twin of situation/attaching.py. */

/** @import { CameraSaid, Entry, Incident, Shown } from "../../../../types/wire" */
/** @import { Draft } from "./draft.js" */

export const ATTACHED_KEPT = 50;
export const SPOKEN_KEPT = 200;
const LOOSE_KEPT = 200;
const CAMERAS_KEPT = 2000;

/**
 * Put an observation into an incident: its place, facts and codes become the incident's.
 * @param {Draft} draft
 * @param {Incident} before
 * @param {string} id
 * @param {Entry} entry
 */
export function attach(draft, before, id, entry) {
  /** @type {Shown} */
  const shown = {
    ...draft.observation(id),
    incident: before.id,
    joined_by: entry.n,
    why: entry.body.why,
  };
  const table = draft.table("observations");
  table[id] = shown;
  dropLoose(draft, id);
  const observed = observedOrRecorded(shown);
  /** @type {Incident} */
  const after = {
    ...before,
    last_at: entry.at,
    observed_first: observed < before.observed_first ? observed : before.observed_first,
    observed_last: observed > before.observed_last ? observed : before.observed_last,
    count: before.count + 1,
    observations: [...before.observations, id],
    source_classes: merged(before.source_classes, [classOf(shown)]),
    codes: merged(before.codes, codesOf(shown)),
    named: merged(before.named, shown.named),
    headline: before.headline || shown.headline,
    text: before.text || shown.text,
  };
  const facts = Object.entries(shown.facts);
  if (facts.length > 0) {
    const told = facts.map(([name, value]) => [name, { value, observation: id }]);
    after.facts = { ...before.facts, ...Object.fromEntries(told) };
  }
  moveToBetterPlace(after, shown);
  if (after.observations.length > ATTACHED_KEPT) {
    loseSight(draft, after, /** @type {string} */ (after.observations[0]));
    after.observations = after.observations.slice(1);
  }
  draft.put(after);
}

/**
 * An observation leaves the picture; later messages may still answer it by its key.
 * @param {Draft} draft
 * @param {Incident} incident
 * @param {string} id
 */
export function loseSight(draft, incident, id) {
  const { source, external_id } = draft.observation(id);
  delete draft.table("observations")[id];
  incident.spoken = [...incident.spoken, `${source}|${external_id}`].slice(-SPOKEN_KEPT);
}

/** @param {Incident} incident @param {Shown} shown */
export function moveToBetterPlace(incident, shown) {
  if (!isBetterPlace(shown, incident)) return;
  incident.lat = shown.lat;
  incident.lon = shown.lon;
  incident.accuracy_m = shown.accuracy_m;
  incident.outline = shown.outline ?? incident.outline;
}

/**
 * Codes, classes, words and place that rested on the detached observation alone go with it.
 * @param {Incident} incident
 * @param {Shown} gone
 * @param {Shown[]} left
 */
export function takeBack(incident, gone, left) {
  incident.codes = left.reduce((codes, shown) => merged(codes, codesOf(shown)), /** @type {string[]} */ ([]));
  incident.named = left.reduce((named, shown) => merged(named, shown.named), /** @type {string[]} */ ([]));
  incident.source_classes = left.reduce(
    (classes, shown) => merged(classes, [classOf(shown)]),
    /** @type {string[]} */ ([]),
  );
  if (incident.headline === gone.headline) {
    incident.headline = left.find((shown) => shown.headline)?.headline ?? null;
  }
  if (incident.text === gone.text) incident.text = left.find((shown) => shown.text)?.text ?? null;
  if (incident.lat === gone.lat && incident.lon === gone.lon) {
    incident.lat = incident.lon = incident.accuracy_m = incident.outline = null;
    for (const shown of left) moveToBetterPlace(incident, shown);
  }
}

/** @param {Shown} shown */
export function classOf(shown) {
  return shown.source.split(":", 1)[0] ?? "";
}

/** @param {Shown} shown */
export function codesOf(shown) {
  return Object.entries(shown.codes).map(([kind, code]) => `${kind}:${code}`);
}

/**
 * What only the detached observation said goes; what others had said before counts again.
 * @param {Draft} draft
 * @param {Incident} incident
 * @param {string} gone
 * @param {string[]} left
 */
export function factsWithout(draft, incident, gone, left) {
  const told = Object.entries(incident.facts);
  const facts = Object.fromEntries(told.filter(([, fact]) => fact.observation !== gone));
  const lost = new Set(told.filter(([name]) => !(name in facts)).map(([name]) => name));
  for (const observation of left) {
    for (const [name, value] of Object.entries(draft.observation(observation).facts)) {
      if (lost.has(name)) facts[name] = { value, observation };
    }
  }
  return facts;
}

/**
 * When it happened, as far as one can tell: a suspect clock tells nothing.
 * @param {Shown} shown
 */
export function observedOrRecorded(shown) {
  if (shown.observed_at === null || shown.clock_suspect) return shown.recorded_at;
  return shown.observed_at;
}

/**
 * The first place counts until a more accurate one comes.
 * @param {{lat: number | null, accuracy_m: number | null, implausible?: boolean}} found
 * @param {Incident} incident
 */
export function isBetterPlace(found, incident) {
  // a place far outside the region is a mistake of the sender
  if (found.lat === null || found.implausible) return false;
  if (incident.lat === null) return true;
  return (
    found.accuracy_m !== null &&
    (incident.accuracy_m === null || found.accuracy_m < incident.accuracy_m)
  );
}

/**
 * Codes and source classes are ASCII by contract, so the order of `sort` is Python's.
 * @param {string[]} before
 * @param {string[]} more
 */
export function merged(before, more) {
  if (more.every((item) => before.includes(item))) return before;
  return [...new Set([...before, ...more])].sort();
}

/**
 * What a source says of a camera takes the place of what it said before, unless that is newer. Its
 * last word stands with the camera, not among the loose ones: cameras speak often.
 * @param {Draft} draft
 * @param {Shown} shown
 * @param {CameraSaid} told
 */
export function holdCamera(draft, shown, told) {
  const cameras = draft.table("cameras");
  const key = `${shown.source}|${told.camera}`;
  const observed = observedOrRecorded(shown);
  const before = cameras[key];
  if (before === undefined && Object.keys(cameras).length >= CAMERAS_KEPT) return;
  if (before !== undefined && before.observed_at > observed) return;
  cameras[key] = {
    camera: told.camera,
    source: shown.source,
    state: told.state,
    since: told.since ?? (before?.state === told.state ? before.since : observed),
    observed_at: observed,
    observation: shown.id,
    figure: told.figure ?? null,
    limit: told.limit ?? null,
    motion: told.motion ?? null,
  };
  if (before === undefined) return;
  if (draft.picture.observations[before.observation]?.incident === null) {
    dropLoose(draft, before.observation);
    delete draft.table("observations")[before.observation];
  }
}

/** Whether a camera holds this observation as the last that its source said of it. @param {Draft} draft @param {string} id */
function isLastWord(draft, id) {
  const { camera, source } = draft.observation(id);
  return camera !== null && draft.picture.cameras[`${source}|${camera.camera}`]?.observation === id;
}

/** @param {Draft} draft @param {string} id */
export function keepLoose(draft, id) {
  if (isLastWord(draft, id)) return;
  const loose = draft.list("loose");
  loose.push(id);
  if (loose.length > LOOSE_KEPT) {
    delete draft.table("observations")[/** @type {string} */ (loose.shift())];
  }
}

/** @param {Draft} draft @param {string} id */
export function dropLoose(draft, id) {
  const loose = draft.list("loose");
  const at = loose.lastIndexOf(id);
  if (at >= 0) loose.splice(at, 1);
}
