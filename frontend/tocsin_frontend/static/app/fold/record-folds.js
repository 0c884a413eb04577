// @ts-check
/**
 * Folds of the records kept beside incidents: each is put whole, then changed field by field.
 * Twin of situation/record_folds.py.
 */

/** @import { Fold, TableName } from "./draft.js" */
import { known } from "./draft.js";

const LOG_KEPT = 200;
const ANNUNCIATIONS_KEPT = 200;
const COUNTS_KEPT = 3;
const HANDOVERS_KEPT = 10;

/** @param {string} id of a record: a letter, a hyphen and the number of its entry */
const numberOf = (id) => Number(id.split("-", 2)[1]);

/** @type {Record<string, Fold>} */
export const RECORD_FOLDS = {
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

  // of one source and category the newest few are shown; the journal has all
  count_reported(draft, { body }) {
    const counts = draft.table("counts");
    const count = { evidence: null, ...body.count };
    counts[count.id] = count;
    const alike = Object.values(counts)
      .filter((c) => c.incident === count.incident && c.category === count.category)
      .filter((c) => c.source === count.source)
      .sort((a, b) => numberOf(a.id) - numberOf(b.id));
    for (const superseded of alike.slice(0, -COUNTS_KEPT)) delete counts[superseded.id];
  },

  relation_proposed: putRecord("relations", "relation", () => ({
    status: "proposed",
    by: null,
    note: null,
  })),
  relation_settled: changeRecord("relations", "relation"),

  evidence_kept: putRecord("evidence", "evidence", () => ({ note: null })),

  log_written(draft, { body }) {
    const lines = draft.list("log");
    lines.push({ incident: null, ...body.line });
    if (lines.length > LOG_KEPT) lines.shift();
  },

  source_marked(draft, { body }) {
    draft.table("marks")[body.mark.source] = body.mark;
  },

  wall_directed(draft, { body }) {
    draft.table("walls")[body.wall.layout] = body.wall;
  },

  wall_released(draft, { body }) {
    delete draft.table("walls")[body.layout];
  },

  drawing_put: putRecord("drawings", "drawing", () => ({})),

  drawing_erased(draft, { body }) {
    delete draft.table("drawings")[body.drawing];
  },

  handover_begun(draft, { body }) {
    const handovers = draft.table("handovers");
    handovers[body.handover.id] = body.handover;
    const alike = Object.values(handovers)
      .filter((h) => h.function === body.handover.function)
      .sort((a, b) => numberOf(a.id) - numberOf(b.id));
    for (const old of alike.slice(0, -HANDOVERS_KEPT)) delete handovers[old.id];
  },
  handover_signed: changeRecord("handovers", "handover"),

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
};

/**
 * A fold that puts a whole record into its table.
 * @param {TableName} table
 * @param {string} name
 * @param {() => object} defaults
 * @returns {Fold}
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
 * @returns {Fold}
 */
function changeRecord(table, name) {
  return (draft, { body }) => {
    const records = /** @type {Record<string, any>} */ (draft.table(table));
    records[body[name]] = { ...known(records[body[name]], body[name]), ...body.changes };
  };
}

/**
 * A call on a role's attention: it counts for its load, folded or not.
 * @param {Fold} fold
 * @returns {Fold}
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
