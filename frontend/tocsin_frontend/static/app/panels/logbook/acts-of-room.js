// @ts-check
/** The acts of the room beside the written lines: read from the journal, again whenever it grew. */

import { getJson } from "../../names.js";

/** @import { Desk } from "../../desk.js" */

/** A line or an act as the journal has it. @typedef {{n: number, at: string, kind: string, body: any}} LogRow */

const AGAIN_MS = 3000;
const KEPT = 200;

export class ActsOfRoom {
  /** @param {Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.desk = desk;
    this.changed = changed;
    /** The newest first. @type {LogRow[]} */
    this.rows = [];
    this.failed = false;
    this.readAt = -1; // the number of the picture for which they were read
    this.askedAt = -Infinity;
    this.busy = false;
  }

  /** Read them, unless they were read for this picture or a moment ago. */
  async read() {
    const { settings, store } = this.desk;
    const now = performance.now();
    const { n } = store.picture;
    if (n < this.readAt) this.rows = this.rows.filter((row) => row.n <= n); // back in time
    if (this.busy || n === this.readAt || now - this.askedAt < AGAIN_MS) return;
    this.busy = true;
    this.askedAt = now;
    const query = `acts=true&limit=${KEPT}&before=${n + 1}`;
    try {
      this.rows = await getJson(`${settings.api_root}/realms/${settings.realm}/logbook/room?${query}`);
      this.readAt = n;
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.busy = false;
    this.changed();
  }
}

/** What was done, in words. @param {Desk} desk @param {LogRow} row */
export function actWords({ words, tables, access }, { kind, body }) {
  switch (kind) {
    case "decision_recorded":
      return words.t("logact.decision_recorded", body.decision);
    case "phase_recorded": {
      const { value, authority, until, ended_by: by } = body.phase;
      const ended = until !== undefined && until !== null;
      const said = { phase: tables.phase(value), authority: (ended ? by : authority) ?? "" };
      return words.t(ended ? "logact.phase_lifted" : "logact.phase_recorded", said);
    }
    case "incident_state_changed":
      return words.t("logact.incident_state_changed", { state: tables.state(body.state) });
    case "activation_changed": {
      const { level, reason } = body.activation;
      return words.t("logact.activation_changed", { level: tables.word(tables.room?.activation, level), reason });
    }
    case "source_marked": {
      const { source, trust, reason } = body.mark;
      return words.t("logact.source_marked", { source, trust: tables.word(tables.room?.trust, trust), reason });
    }
    default:
      return words.t(`logact.${kind}`);
  }
}

/** Which incident an act is about, and who did it. @param {any} body */
export function aboutAct(body) {
  const told = body.line ?? body.decision ?? body.report ?? body.activation ?? body.mark ?? body.phase ?? body;
  return { incident: body.incident ?? told.incident ?? null, by: told.by ?? body.by ?? null };
}
