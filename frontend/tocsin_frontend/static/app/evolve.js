// @ts-check
/**
 * evolveAll(picture, entries) -> picture: the fold of the journal, twin of
 * `backend/tocsin/situation/evolve.py`. Tests replay one journal in both.
 *
 * A picture is plain JSON. The one given is never changed: tables are copied when first written
 * to, records are replaced. Entries with the same bounds lead to the same picture everywhere.
 */

/** @import { Entry, Incident, Picture, Shown, SourceView, Tie } from "../../../types/wire" */

const ATTACHED_KEPT = 50;
const LOOSE_KEPT = 200;

/** @returns {Omit<Shown, "id"|"source"|"external_id"|"kind"|"action"|"mode"|"recorded_at">} */
const shownDefaults = () => ({
  observed_at: null,
  late_s: null,
  type_hint: null,
  severity: null,
  confidence: null,
  maturity: null,
  headline: null,
  text: null,
  lat: null,
  lon: null,
  accuracy_m: null,
  outline: null,
  implausible: false,
  clock_suspect: false,
  codes: {},
  facts: {},
  track: null,
  incident: null,
  joined_by: null,
  why: null,
});

/**
 * @typedef {"incidents"|"observations"|"tracks"|"sources"|"quarantine"} TableName
 */

/** A picture being written: remembers which parts are already its own. */
class Draft {
  /** @param {Picture} picture */
  constructor(picture) {
    /** @type {Picture} */
    this.picture = { ...picture };
    /** @type {Set<string>} */
    this.own = new Set();
  }

  /**
   * @template {TableName} T
   * @param {T} name
   * @returns {Picture[T]}
   */
  table(name) {
    if (!this.own.has(name)) {
      this.picture[name] = /** @type {any} */ ({ ...this.picture[name] });
      this.own.add(name);
    }
    return this.picture[name];
  }

  /** @returns {string[]} */
  loose() {
    if (!this.own.has("loose")) {
      this.picture.loose = [...this.picture.loose];
      this.own.add("loose");
    }
    return this.picture.loose;
  }

  /** @param {string} id @returns {Incident} */
  incident(id) {
    return known(this.picture.incidents[id], id);
  }

  /** @param {string} id @returns {Shown} */
  observation(id) {
    return known(this.picture.observations[id], id);
  }

  /** @param {Incident} incident */
  put(incident) {
    this.table("incidents")[incident.id] = incident;
  }
}

/**
 * @template T
 * @param {T | undefined} record
 * @param {string} id
 * @returns {T}
 */
function known(record, id) {
  if (record === undefined) throw new Error(`the picture knows no ${id}`);
  return record;
}

/** @param {string} realm @returns {Picture} */
export function emptyPicture(realm) {
  return {
    realm,
    n: 0,
    at: null,
    exercise: null,
    opened: 0,
    incidents: {},
    observations: {},
    loose: [],
    tracks: {},
    sources: {},
    quarantined: 0,
    quarantine: {},
  };
}

/**
 * The picture after more entries; the one given stays as it was.
 * @param {Picture} picture
 * @param {Iterable<Entry>} entries
 * @returns {Picture}
 */
export function evolveAll(picture, entries) {
  const draft = new Draft(picture);
  for (const entry of entries) {
    const fold = FOLDS[entry.kind];
    if (fold === undefined) throw new Error(`entry ${entry.n} is of an unknown kind: ${entry.kind}`);
    fold(draft, entry);
    draft.picture.n = entry.n;
    draft.picture.at = entry.at;
  }
  return draft.picture;
}

/** @type {Record<string, (draft: Draft, entry: Entry) => void>} */
const FOLDS = {
  observation_recorded(draft, { body }) {
    /** @type {Shown} */
    const shown = { ...shownDefaults(), ...body.shown };
    if (shown.track !== null) {
      draft.table("tracks")[shown.track] = shown;
      return;
    }
    draft.table("observations")[shown.id] = shown;
    keepLoose(draft, shown.id);
  },

  incident_opened(draft, entry) {
    const { body } = entry;
    const observed = observedOrRecorded(draft.observation(body.observation));
    draft.picture.opened += 1;
    /** @type {Incident} */
    const incident = {
      id: body.incident,
      type: body.type,
      severity: body.severity,
      state: "open",
      opened_at: entry.at,
      last_at: entry.at,
      observed_first: observed,
      observed_last: observed,
      graded_by: entry.n,
      lat: null,
      lon: null,
      accuracy_m: null,
      outline: null,
      commune: body.commune,
      text: null,
      headline: null,
      why: body.why,
      grade_why: null,
      count: 0,
      observations: [],
      source_classes: [],
      codes: [],
      facts: {},
      suggestions: [],
      ties: [],
      alias_of: null,
    };
    attach(draft, incident, body.observation, entry);
  },

  observation_joined(draft, entry) {
    attach(draft, draft.incident(entry.body.incident), entry.body.observation, entry);
  },

  join_suggested(draft, { body }) {
    const before = draft.incident(body.from);
    const suggestion = {
      id: body.suggestion,
      incident: body.incident,
      observation: body.observation,
      why: body.why,
    };
    draft.put({ ...before, suggestions: [...before.suggestions, suggestion] });
  },

  suggestion_settled(draft, { body }) {
    const before = draft.incident(body.from);
    const suggestions = before.suggestions.filter((s) => s.id !== body.suggestion);
    draft.put({ ...before, suggestions });
  },

  observation_detached(draft, { body }) {
    const shown = draft.observation(body.observation);
    const before = draft.incident(body.incident);
    const left = before.observations.filter((o) => o !== shown.id);
    const facts = factsWithout(draft, before, shown.id, left);
    const after = { ...before, observations: left, count: before.count - 1, facts };
    if (before.count === before.observations.length) {
      takeBack(after, shown, left.map((o) => draft.observation(o)));
    }
    draft.put(after);
    draft.table("observations")[shown.id] = {
      ...shown,
      incident: null,
      joined_by: null,
      why: null,
    };
    keepLoose(draft, shown.id);
  },

  incident_regraded(draft, entry) {
    const { body } = entry;
    const before = draft.incident(body.incident);
    const { place } = body;
    const moved =
      place === null
        ? {}
        : {
            lat: place.lat,
            lon: place.lon,
            accuracy_m: place.accuracy_m,
            text: place.text || before.text,
          };
    draft.put({
      ...before,
      type: body.type,
      severity: body.severity,
      graded_by: entry.n,
      grade_why: body.why,
      ...moved,
    });
  },

  incident_aliased(draft, { body }) {
    draft.put({
      ...draft.incident(body.incident),
      state: "alias",
      alias_of: body.alias_of,
      suggestions: [],
    });
  },

  incident_ended(draft, { body }) {
    draft.put({ ...draft.incident(body.incident), state: "ended" });
  },

  incident_archived(draft, { body }) {
    const incident = draft.incident(body.incident);
    const observations = draft.table("observations");
    for (const observation of incident.observations) delete observations[observation];
    delete draft.table("incidents")[incident.id];
  },

  tie_proposed(draft, entry) {
    const before = draft.incident(entry.body.incident);
    /** @type {Tie} */
    const tie = { by: null, note: null, ...entry.body.tie, proposed_by: entry.n };
    draft.put({ ...before, ties: [...before.ties.filter((t) => t.id !== tie.id), tie] });
  },

  tie_settled(draft, { body }) {
    changeTie(draft, body, { status: body.status, by: body.by, note: body.note });
  },

  tie_withdrawn(draft, { body }) {
    changeTie(draft, body, { status: "withdrawn", by: null, note: null });
  },

  source_changed(draft, { body }) {
    /** @type {SourceView} */
    const view = {
      adapter: null,
      outbox: 0,
      outbox_since: null,
      trouble: null,
      ...body.source,
    };
    draft.table("sources")[view.source] = view;
  },

  message_quarantined(draft, { at, body }) {
    const quarantine = draft.table("quarantine");
    const before = quarantine[body.reason];
    draft.picture.quarantined += body.count;
    quarantine[body.reason] = {
      count: (before ? before.count : 0) + body.count,
      last_at: at,
      source: body.source,
      detail: body.detail,
    };
  },

  tracks_dropped(draft, { body }) {
    const tracks = draft.table("tracks");
    for (const key of body.tracks) delete tracks[key];
  },

  exercise_changed(draft, { body }) {
    draft.picture.exercise = body.exercise;
  },

  command_received() {},
  clock_ticked() {},
};

/** The kinds of entry this fold knows; compared with the journal's own list in a test. */
export const ENTRY_KINDS = Object.keys(FOLDS);

/**
 * @param {Draft} draft
 * @param {{incident: string, tie: string}} body
 * @param {Partial<Tie>} changes
 */
function changeTie(draft, body, changes) {
  const before = draft.incident(body.incident);
  const ties = before.ties.map((t) => (t.id === body.tie ? { ...t, ...changes } : t));
  draft.put({ ...before, ties });
}

/**
 * Put an observation into an incident: its place, facts and codes become the incident's.
 * @param {Draft} draft
 * @param {Incident} before
 * @param {string} id
 * @param {Entry} entry
 */
function attach(draft, before, id, entry) {
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
    delete table[/** @type {string} */ (after.observations[0])];
    after.observations = after.observations.slice(1);
  }
  draft.put(after);
}

/** @param {Incident} incident @param {Shown} shown */
function moveToBetterPlace(incident, shown) {
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
function takeBack(incident, gone, left) {
  incident.codes = left.reduce((codes, shown) => merged(codes, codesOf(shown)), /** @type {string[]} */ ([]));
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
function classOf(shown) {
  return shown.source.split(":", 1)[0] ?? "";
}

/** @param {Shown} shown */
function codesOf(shown) {
  return Object.entries(shown.codes).map(([kind, code]) => `${kind}:${code}`);
}

/**
 * What only the detached observation said goes; what others had said before counts again.
 * @param {Draft} draft
 * @param {Incident} incident
 * @param {string} gone
 * @param {string[]} left
 */
function factsWithout(draft, incident, gone, left) {
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
function observedOrRecorded(shown) {
  if (shown.observed_at === null || shown.clock_suspect) return shown.recorded_at;
  return shown.observed_at;
}

/**
 * The first place counts until a more accurate one comes.
 * @param {Shown} shown
 * @param {Incident} incident
 */
function isBetterPlace(shown, incident) {
  // a place far outside the region is a mistake of the sender
  if (shown.lat === null || shown.implausible) return false;
  if (incident.lat === null) return true;
  return (
    shown.accuracy_m !== null &&
    (incident.accuracy_m === null || shown.accuracy_m < incident.accuracy_m)
  );
}

/**
 * Codes and source classes are ASCII by contract, so the order of `sort` is Python's.
 * @param {string[]} before
 * @param {string[]} more
 */
function merged(before, more) {
  if (more.every((item) => before.includes(item))) return before;
  return [...new Set([...before, ...more])].sort();
}

/** @param {Draft} draft @param {string} id */
function keepLoose(draft, id) {
  const loose = draft.loose();
  loose.push(id);
  if (loose.length > LOOSE_KEPT) {
    delete draft.table("observations")[/** @type {string} */ (loose.shift())];
  }
}

/** @param {Draft} draft @param {string} id */
function dropLoose(draft, id) {
  const loose = draft.loose();
  const at = loose.lastIndexOf(id);
  if (at >= 0) loose.splice(at, 1);
}
