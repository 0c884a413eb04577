// @ts-check
/** What is late, the most urgent first: who owes it, since when, and the way to it. */

import { reasonNow } from "../alarms.js";
import { h, KeyedChildren } from "../dom.js";
import { priority } from "../panels/alarm-card.js";
import { commandButton } from "../panels/buttons.js";
import { acknowledging } from "../panels/sheet/act-forms.js";
import { ownWords } from "../panels/sheet/tasks.js";
import { common } from "../panels/sheet/section.js";
import { sign } from "../symbols.js";
import { lateThings } from "./late.js";
import { FirstFew, incidentLine, Panel } from "./panel.js";

/** @import { Desk } from "../desk.js" */
/** @import { Alarm, Decision, Incident, Task } from "../../../../types/wire" */
/** @import { Late } from "./late.js" */

const AT_FIRST = 8;
const USUAL = { unseen: 300, stale: 14_400 }; // until the table of alarm types is there

export class LatePanel extends Panel {
  /** @param {Desk} desk */
  constructor(desk) {
    super(desk, "late", "late.title");
    this.list = h("ul", { class: "steer-lines" });
    this.box.append(this.list);
    this.few = new FirstFew(this, AT_FIRST);
    this.lines = new KeyedChildren(this.list, {
      key: (/** @type {Late} */ late) => late.key,
      parts: (late) => [
        late.at,
        late.record,
        late.alarms.map((alarm) => alarm.id).join(),
        late.alarms[0],
        desk.store.picture.incidents[late.incident ?? ""],
        ...common(desk),
      ],
      build: (late) => this.#line(late),
    });
  }

  /** @override */
  parts() {
    const { alarms, tasks, decisions, incidents } = this.desk.store.picture;
    return [alarms, tasks, decisions, incidents];
  }

  /** @override */
  paint() {
    const { store, tables, words } = this.desk;
    const types = tables.alarms?.types;
    const late = lateThings(store.picture, store.now(), {
      unseen: types?.["decision_unseen"]?.after_s ?? USUAL.unseen,
      stale: types?.["incident_stale"]?.after_s ?? USUAL.stale,
    });
    this.tell(late.length, words.t("late.none"));
    this.lines.show(this.few.of(late));
  }

  /** @param {Late} late */
  #line(late) {
    const { desk } = this;
    const incident = desk.store.picture.incidents[late.incident ?? ""];
    const grave = late.kind === "alarms" && late.urgency <= 2;
    return h(
      "li",
      { class: `late-line${grave ? ` p${late.urgency}` : ""}`, "data-late": late.kind },
      h(
        "div",
        { class: "steer-head" },
        late.kind === "alarms" ? priority(desk, /** @type {Alarm} */ (late.alarms[0])) : sign("late", 20),
        h("strong", {}, desk.words.t(`late.${late.kind}`, { n: late.alarms.length })),
        this.#since(late),
      ),
      this.#what(late),
      h(
        "div",
        { class: "steer-foot" },
        incident && incidentLine(desk, incident, late.key),
        h("span", { class: "acts" }, this.#acts(late)),
      ),
    );
  }

  /** What is owed is told as overdue, what rests as an age. @param {Late} late */
  #since(late) {
    const due = late.kind === "alarms" || late.kind === "task" || late.kind === "decision" || late.kind === "unseen";
    return due
      ? h("time", { class: "countdown late", datetime: late.at, "data-due": late.at })
      : h("time", { class: "age", datetime: late.at, "data-since": late.at });
  }

  /** @param {Late} late */
  #what({ kind, alarms, record }) {
    const { words, access, tables } = this.desk;
    const [worst] = alarms;
    if (worst !== undefined) {
      const type = tables.alarms?.types[worst.type];
      return h(
        "p",
        { class: "reason" },
        h("b", {}, access.name(worst.role)),
        ` ${type ? words.of(type.name) : words.t("alarm.unnamed")} · ${words.of(reasonNow(worst))}`,
      );
    }
    if (kind === "task") {
      const task = /** @type {Task} */ (record);
      const owner = task.owner ?? task.discipline;
      return h(
        "p",
        { class: "reason" },
        owner && h("b", {}, `${owner} `),
        h("span", ownWords(this.desk, task.title), words.of(task.title)),
      );
    }
    if (kind === "decision" || kind === "unseen") {
      const decision = /** @type {Decision} */ (record);
      return h(
        "p",
        { class: "reason" },
        h("b", {}, `${decision.function} `),
        h("span", { lang: decision.language }, decision.text),
      );
    }
    return h("p", { class: "reason" }, tables.state(/** @type {Incident} */ (record).state));
  }

  /** @param {Late} late */
  #acts({ key, kind, alarms, record, incident }) {
    const { desk } = this;
    const { words, access } = desk;
    if (kind === "alarms") {
      const mine = alarms.filter(
        (alarm) => !(access.capacity in alarm.acknowledged) && (alarm.role === access.capacity || alarm.escalated_at),
      );
      const [only] = mine;
      if (only === undefined) return [];
      const together = mine.length > 1 && incident !== null;
      return [
        commandButton(
          desk,
          together ? words.t("act.acknowledge", { n: mine.length }) : words.t("alarm.acknowledge"),
          together ? acknowledging(incident) : { command: "acknowledge_alarm", alarm: only.id },
          { look: "act", focus: `acknowledge-${key}` },
        ),
      ];
    }
    if (record === null) return [];
    if (kind === "unseen" && /** @type {Decision} */ (record).capacity !== access.capacity) {
      return [
        commandButton(desk, words.t("decision.see"), { command: "see_decision", decision: record.id }, {
          focus: `see-${key}`,
        }),
      ];
    }
    if (kind === "task") {
      return [
        commandButton(desk, words.t("task.done"), { command: "change_task", task: record.id, state: "done" }, {
          focus: `done-${key}`,
        }),
      ];
    }
    return [];
  }
}
