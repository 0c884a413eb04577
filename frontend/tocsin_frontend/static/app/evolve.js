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
const SPOKEN_KEPT = 200;
const LOOSE_KEPT = 200;
const LOG_KEPT = 200;
const ANNUNCIATIONS_KEPT = 200;

/** States in which an incident is still being followed. */
const OPEN_STATES = new Set([
  "reported",
  "acknowledged",
  "qualified",
  "responding",
  "coordinating",
  "stabilised",
  "recovery",
]);

/** @param {{state: string}} incident */
export const isOpen = (incident) => OPEN_STATES.has(incident.state);

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
  limited: false,
  codes: {},
  facts: {},
  named: [],
  vote: null,
  track: null,
  incident: null,
  joined_by: null,
  why: null,
});

/**
 * @typedef {"incidents"|"observations"|"tracks"|"sources"|"quarantine"|"undoable"
 *   |"advice"|"alarms"|"floods"|"decisions"|"tasks"|"reports"|"counts"|"relations"|"marks"
 * } TableName
 * @typedef {"loose"|"annunciations"|"log"} ListName
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

  /**
   * @template {ListName} L
   * @param {L} name
   * @returns {Picture[L]}
   */
  list(name) {
    if (!this.own.has(name)) {
      this.picture[name] = /** @type {any} */ ([...this.picture[name]]);
      this.own.add(name);
    }
    return this.picture[name];
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
    advice: {},
    alarms: {},
    floods: {},
    annunciations: [],
    decisions: {},
    tasks: {},
    reports: {},
    counts: {},
    relations: {},
    log: [],
    marks: {},
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

  // all that `incident` rests on moves into `into`; its own id stays as an alias
  incidents_merged(draft, entry) {
    const { body } = entry;
    const gone = draft.incident(body.incident);
    const before = draft.incident(body.into);
    const table = draft.table("observations");
    for (const id of gone.observations) {
      table[id] = { ...draft.observation(id), incident: before.id };
    }
    const byJoining = [...before.observations, ...gone.observations].sort((a, b) => {
      const one = draft.observation(a);
      const other = draft.observation(b);
      return (one.joined_by ?? 0) - (other.joined_by ?? 0) || (a < b ? -1 : 1);
    });
    const [older, newer] = before.last_at <= gone.last_at ? [before, gone] : [gone, before];
    /** @type {Incident} */
    const after = {
      ...before,
      last_at: newer.last_at,
      observed_first:
        before.observed_first < gone.observed_first ? before.observed_first : gone.observed_first,
      observed_last:
        before.observed_last > gone.observed_last ? before.observed_last : gone.observed_last,
      count: before.count + gone.count,
      observations: byJoining.slice(-ATTACHED_KEPT),
      source_classes: merged(before.source_classes, gone.source_classes),
      codes: merged(before.codes, gone.codes),
      named: merged(before.named, gone.named),
      spoken: [...older.spoken, ...newer.spoken].slice(-SPOKEN_KEPT),
      facts: { ...older.facts, ...newer.facts },
      headline: before.headline || gone.headline,
      text: before.text || gone.text,
      commune: before.commune ?? gone.commune,
      disciplines: merged(before.disciplines, gone.disciplines),
      suggestions: [...before.suggestions, ...gone.suggestions].filter(
        (s) => s.incident !== before.id && s.incident !== gone.id,
      ),
      phase: before.phase ?? gone.phase,
      phases: [...before.phases, ...gone.phases],
    };
    if (isBetterPlace(gone, before)) {
      after.lat = gone.lat;
      after.lon = gone.lon;
      after.accuracy_m = gone.accuracy_m;
      after.outline = gone.outline ?? before.outline;
    }
    for (const id of byJoining.slice(0, -ATTACHED_KEPT)) loseSight(draft, after, id);
    draft.put({
      ...gone,
      state: "duplicate",
      state_since: entry.at,
      state_by: body.by,
      state_reason: null,
      alias_of: before.id,
      observations: [],
      count: 0,
      spoken: [],
      suggestions: [],
    });
    draft.put(after);
  },

  // keep the records that the act is about to change, as they are now
  act_undoable(draft, entry) {
    const { body } = entry;
    /** @type {Record<string, Record<string, unknown>>} */
    const before = {};
    for (const [table, keys] of Object.entries(body.tables)) {
      const records = /** @type {Record<string, unknown>} */ (
        draft.picture[/** @type {TableName} */ (table)]
      );
      before[table] = Object.fromEntries(
        /** @type {string[]} */ (keys).map((key) => [key, records[key] ?? null]),
      );
    }
    draft.table("undoable")[String(body.act)] = {
      n: body.act,
      at: entry.at,
      until: body.until,
      command: body.command,
      by: body.by,
      before,
      home: body.home,
    };
  },

  act_undone(draft, { body }) {
    const acts = draft.table("undoable");
    const act = known(acts[String(body.undoes)], String(body.undoes));
    delete acts[String(body.undoes)];
    for (const [name, records] of Object.entries(act.before)) {
      const table = /** @type {Record<string, any>} */ (
        draft.table(/** @type {TableName} */ (name))
      );
      for (const [key, record] of Object.entries(records)) {
        if (name === "observations") {
          if (record !== null) restoreObservation(draft, key, /** @type {Shown} */ (record));
        } else if (record === null) delete table[key];
        else table[key] = record;
      }
    }
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

  advice_given: putRecord("advice", "advice", adviceDefaults),
  advice_settled: changeRecord("advice", "advice"),
  alarm_raised: announcing(putRecord("alarms", "alarm", alarmDefaults)),
  alarm_repeated: changeRecord("alarms", "alarm"),
  alarm_rearmed: announcing(changeRecord("alarms", "alarm")),
  alarm_acknowledged: changeRecord("alarms", "alarm"),
  alarm_escalated: changeRecord("alarms", "alarm"),
  alarm_shelved: changeRecord("alarms", "alarm"),
  alarm_unshelved: changeRecord("alarms", "alarm"),
  alarm_cleared: changeRecord("alarms", "alarm"),
  alarm_stale: changeRecord("alarms", "alarm"),

  flood_changed(draft, { body }) {
    const floods = draft.table("floods");
    if (body.flood === null) delete floods[body.role];
    else floods[body.role] = { role: body.role, folded: 0, ...body.flood };
  },

  decision_recorded: putRecord("decisions", "decision", decisionDefaults),
  decision_seen: changeRecord("decisions", "decision"),
  task_opened: putRecord("tasks", "task", taskDefaults),
  task_changed: changeRecord("tasks", "task"),

  // what a report says becomes a fact of its incident, with the report as evidence
  report_filed(draft, { body }) {
    const { report } = body;
    draft.table("reports")[report.id] = { source: null, ...report };
    const told = Object.entries(body.facts);
    if (told.length === 0) return;
    const before = draft.incident(report.incident);
    const facts = told.map(([name, value]) => [name, { value, observation: report.id }]);
    draft.put({ ...before, facts: { ...before.facts, ...Object.fromEntries(facts) } });
  },

  count_reported: putRecord("counts", "count", () => ({ evidence: null })),
  relation_proposed: putRecord("relations", "relation", () => ({
    status: "proposed",
    by: null,
    note: null,
  })),
  relation_settled: changeRecord("relations", "relation"),

  log_written(draft, { body }) {
    const lines = draft.list("log");
    lines.push({ incident: null, ...body.line });
    if (lines.length > LOG_KEPT) lines.shift();
  },

  source_marked(draft, { body }) {
    draft.table("marks")[body.mark.source] = body.mark;
  },

  activation_changed(draft, { body }) {
    draft.picture.activation = body.activation;
  },

  rules_armed(draft, entry) {
    draft.picture.rulebook = {
      tables: {},
      note: null,
      ...entry.body.rulebook,
      armed_by: entry.n,
      at: entry.at,
    };
  },

  records_dropped(draft, { body }) {
    for (const [name, keys] of Object.entries(body.tables)) {
      const table = /** @type {Record<string, any>} */ (
        draft.table(/** @type {TableName} */ (name))
      );
      for (const key of /** @type {string[]} */ (keys)) delete table[key];
    }
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

/** @param {Draft} draft @param {string} key @param {Shown} record */
function restoreObservation(draft, key, record) {
  dropLoose(draft, key);
  draft.table("observations")[key] = record;
  if (record.incident === null) keepLoose(draft, key);
}

/**
 * A fold that puts a whole record into its table.
 * @param {TableName} table
 * @param {string} name
 * @param {() => object} defaults
 * @returns {(draft: Draft, entry: Entry) => void}
 */
function putRecord(table, name, defaults) {
  return (draft, { body }) => {
    const records = /** @type {Record<string, any>} */ (draft.table(table));
    records[body[name].id] = { ...defaults(), ...body[name] };
  };
}

/**
 * A fold that changes some fields of a record.
 * @param {TableName} table
 * @param {string} name
 * @returns {(draft: Draft, entry: Entry) => void}
 */
function changeRecord(table, name) {
  return (draft, { body }) => {
    const records = /** @type {Record<string, any>} */ (draft.table(table));
    records[body[name]] = { ...known(records[body[name]], body[name]), ...body.changes };
  };
}

/**
 * A call on a role's attention: it counts for its load, folded or not.
 * @param {(draft: Draft, entry: Entry) => void} fold
 * @returns {(draft: Draft, entry: Entry) => void}
 */
function announcing(fold) {
  return (draft, entry) => {
    fold(draft, entry);
    const told = entry.body.alarm;
    const id = typeof told === "string" ? told : told.id;
    const alarm = known(draft.picture.alarms[id], id);
    if (alarm.kind !== "alarm") return;
    const made = draft.list("annunciations");
    const { role, priority, incident } = alarm;
    made.push({ at: entry.at, role, alarm: id, priority, incident });
    if (made.length > ANNUNCIATIONS_KEPT) made.shift();
  };
}

function adviceDefaults() {
  return { command: null, status: "open", by: null, note: null };
}

function alarmDefaults() {
  return {
    due_at: null,
    incident: null,
    subject: null,
    evidence: [],
    count: 1,
    rearmed_at: null,
    rearm_reason: null,
    acknowledged: {},
    escalated_at: null,
    shelved: null,
    cleared_at: null,
    folded: false,
    review_due: false,
  };
}

function decisionDefaults() {
  return { basis: null, incident: null, owner: null, due_at: null, seen_by: {} };
}

function taskDefaults() {
  return {
    incident: null,
    card: null,
    discipline: null,
    owner: null,
    due_at: null,
    state: "open",
    decision: null,
    note: null,
  };
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
function loseSight(draft, incident, id) {
  const { source, external_id } = draft.observation(id);
  delete draft.table("observations")[id];
  incident.spoken = [...incident.spoken, `${source}|${external_id}`].slice(-SPOKEN_KEPT);
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
 * @param {{lat: number | null, accuracy_m: number | null, implausible?: boolean}} found
 * @param {Incident} incident
 */
function isBetterPlace(found, incident) {
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
function merged(before, more) {
  if (more.every((item) => before.includes(item))) return before;
  return [...new Set([...before, ...more])].sort();
}

/** @param {Draft} draft @param {string} id */
function keepLoose(draft, id) {
  const loose = draft.list("loose");
  loose.push(id);
  if (loose.length > LOOSE_KEPT) {
    delete draft.table("observations")[/** @type {string} */ (loose.shift())];
  }
}

/** @param {Draft} draft @param {string} id */
function dropLoose(draft, id) {
  const loose = draft.list("loose");
  const at = loose.lastIndexOf(id);
  if (at >= 0) loose.splice(at, 1);
}
