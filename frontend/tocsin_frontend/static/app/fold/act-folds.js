// @ts-check
/** Folds of people's acts on the structure of the picture; twin of situation/act_folds.py. */

/** @import { Incident, Shown } from "../../../../types/wire" */
/** @import { Draft, Fold, TableName } from "./draft.js" */
import {
  ATTACHED_KEPT,
  SPOKEN_KEPT,
  dropLoose,
  isBetterPlace,
  keepLoose,
  loseSight,
  merged,
} from "./attaching.js";
import { known } from "./draft.js";

/** @type {Record<string, Fold>} */
export const ACT_FOLDS = {
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
          restoreObservation(draft, key, /** @type {Shown | null} */ (record));
        } else if (record === null) delete table[key];
        else table[key] = record;
      }
    }
  },
};

/** @param {Draft} draft @param {string} key @param {Shown | null} record null: it was made by the act */
function restoreObservation(draft, key, record) {
  dropLoose(draft, key);
  if (record === null) {
    delete draft.table("observations")[key];
    return;
  }
  draft.table("observations")[key] = record;
  if (record.incident === null) keepLoose(draft, key);
}
