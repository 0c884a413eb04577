// @ts-check
/**
 * evolveAll(picture, entries) -> picture: the fold of the journal, twin of
 * `backend/tocsin/situation/evolve.py`. Tests replay one journal in both.
 *
 * A picture is plain JSON. The one given is never changed: tables are copied when first written
 * to, records are replaced. Entries with the same bounds lead to the same picture everywhere.
 */

/** @import { Entry, Incident, Picture, Shown, SourceView, Tie } from "../../../types/wire" */

import { ACT_FOLDS } from "./fold/act-folds.js";
import {
  attach,
  factsWithout,
  holdCamera,
  keepLoose,
  observedOrRecorded,
  takeBack,
} from "./fold/attaching.js";
import { Draft, isOpen } from "./fold/draft.js";
import { RECORD_FOLDS } from "./fold/record-folds.js";

export { isOpen };

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
  unreliable: false,
  doubtful: false,
  limited: false,
  codes: {},
  facts: {},
  named: [],
  vote: null,
  track: null,
  camera: null,
  incident: null,
  joined_by: null,
  why: null,
});

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
    cameras: {},
    advice: {},
    alarms: {},
    floods: {},
    annunciations: [],
    decisions: {},
    tasks: {},
    reports: {},
    counts: {},
    relations: {},
    evidence: {},
    log: [],
    marks: {},
    walls: {},
    drawings: {},
    handovers: {},
    undoable: {},
    activation: null,
    rulebook: null,
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

/** @type {Record<string, import("./fold/draft.js").Fold>} */
const FOLDS = {
  observation_recorded(draft, { body }) {
    /** @type {Shown} */
    const shown = { ...shownDefaults(), ...body.shown };
    if (shown.track !== null) {
      draft.table("tracks")[shown.track] = shown;
      return;
    }
    draft.table("observations")[shown.id] = shown;
    if (shown.camera !== null) holdCamera(draft, shown, shown.camera);
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
      state: "reported",
      state_since: entry.at,
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
      named: [],
      facts: {},
      spoken: [],
      suggestions: [],
      ties: [],
      alias_of: null,
      state_by: null,
      state_reason: null,
      segment: 1,
      lead: null,
      disciplines: [],
      phase: null,
      phases: [],
      review: null,
      cap: body.cap ?? null,
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
      cap: body.cap ?? null,
      ...moved,
    });
  },

  incident_aliased(draft, entry) {
    const before = draft.incident(entry.body.incident);
    const after = { ...before, alias_of: entry.body.alias_of, suggestions: [] };
    enterState(draft, before, after, "duplicate", entry);
  },

  // journals from before 0.3 know no other states than open and ended
  incident_ended(draft, entry) {
    const before = draft.incident(entry.body.incident);
    enterState(draft, before, { ...before }, "closed", entry);
  },

  incident_state_changed(draft, entry) {
    const before = draft.incident(entry.body.incident);
    enterState(draft, before, { ...before }, entry.body.state, entry);
  },

  incident_amended(draft, { body }) {
    draft.put({ ...draft.incident(body.incident), ...body.changes });
  },

  // the phase before stays in the history, with its end; `none` lifts
  phase_recorded(draft, { n, body }) {
    const before = draft.incident(body.incident);
    const after = { ...before, phase: body.phase.value === "none" ? null : { ...body.phase, n } };
    if (before.phase !== null) {
      const ended = { until: body.phase.declared_at, ended_by: body.phase.authority };
      after.phases = [...before.phases, { ...before.phase, ...ended }];
    }
    draft.put(after);
  },

  observation_set_aside(draft, { body }) {
    const shown = draft.observation(body.observation);
    draft.table("observations")[shown.id] = { ...shown, why: body.why };
  },

  observation_voted(draft, { body }) {
    const shown = draft.observation(body.observation);
    draft.table("observations")[shown.id] = { ...shown, vote: body.vote };
  },

  // a person compared plate and picture: their word is a fact like any other
  hit_verified(draft, { body }) {
    const shown = draft.observation(body.observation);
    const facts = { ...shown.facts, verified: body.verified };
    draft.table("observations")[shown.id] = { ...shown, facts };
    if (shown.incident === null) return;
    const before = draft.incident(shown.incident);
    const fact = { value: body.verified, observation: shown.id };
    draft.put({ ...before, facts: { ...before.facts, verified: fact } });
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

  ...RECORD_FOLDS,
  ...ACT_FOLDS,
};

/**
 * @param {Draft} draft
 * @param {Incident} before
 * @param {Incident} after
 * @param {string} state
 * @param {Entry} entry
 */
function enterState(draft, before, after, state, entry) {
  after.state = state;
  after.state_since = entry.at;
  after.state_by = entry.body.by ?? null;
  after.state_reason = entry.body.reason ?? null;
  if (isOpen(after) && !isOpen(before)) {
    after.segment = before.segment + 1;
    after.alias_of = null;
  }
  draft.put(after);
}

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
