// @ts-check
/** One alarm in full: how urgent, why, since when, until when, who has seen it, and answering it. */

import { h } from "../dom.js";
import { placeOf } from "../places.js";
import { prioritySymbol } from "../symbols.js";
import { ruleName } from "../why.js";
import { commandButton, formButton } from "./buttons.js";
import { exerciseMark } from "./exercise-mark.js";

/** @import { Desk } from "../desk.js" */
/** @import { Form, FormSlot } from "../forms.js" */
/** @import { Alarm } from "../../../../types/wire" */

const MINUTES = 10; // what the form for shelving begins with

/**
 * @param {Desk} desk
 * @param {FormSlot} slot
 * @param {Alarm} alarm
 */
export function alarmCard(desk, slot, alarm) {
  const { words, tables, access, format, store } = desk;
  const type = tables.alarms?.types[alarm.type];
  const seen = access.capacity in alarm.acknowledged;
  const pulse = alarm.priority === 1 && alarm.kind === "alarm" && !seen && alarm.shelved === null;
  const now = store.now();
  return h(
    "li",
    {
      class: `alarm-card ${alarm.kind} p${alarm.priority}${seen ? " seen" : ""}${pulse ? " pulse" : ""}`,
      "data-alarm": alarm.id,
      tabindex: "-1",
    },
    h(
      "div",
      { class: "alarm-head" },
      alarm.kind === "alarm" && priority(desk, alarm),
      exerciseMark(desk),
      h("strong", {}, type ? words.of(type.name) : words.t("alarm.unnamed")),
      h("time", { class: "age", datetime: alarm.raised_at, "data-since": alarm.raised_at }),
    ),
    h("p", { class: "reason" }, words.of(alarm.reason)),
    alarm.rearm_reason && h("p", { class: "note" }, words.t("alarm.rearmed"), ` ${words.of(alarm.rearm_reason)}`),
    h(
      "p",
      { class: "tie-meta" },
      alarm.kind === "alarm" &&
        !seen &&
        alarm.due_at &&
        h(
          "span",
          { class: "due" },
          `${words.t("alarm.due")} `,
          h("time", { class: "countdown", "data-due": alarm.due_at, datetime: alarm.due_at }),
        ),
      h("span", {}, access.name(alarm.role)),
      alarm.count > 1 && h("span", {}, words.t("alarm.times", { n: alarm.count })),
      alarm.escalated_at && h("span", {}, words.t("alarm.escalated", { time: format.clock(alarm.escalated_at) })),
      alarm.cleared_at && h("span", {}, words.t("alarm.cleared", { time: format.moment(alarm.cleared_at, now) })),
      alarm.review_due && h("span", { class: "mark" }, words.t("alarm.review_due")),
      Object.entries(alarm.acknowledged).map(([capacity, { at }]) =>
        h("span", { class: "seen-by" }, words.t("seen.by", { capacity: access.name(capacity), time: format.hour(at) })),
      ),
      h("small", { class: "rule" }, `${alarm.id} · ${ruleName(desk, alarm.rule)}`),
    ),
    alarm.shelved &&
      h(
        "p",
        { class: "note" },
        words.t("alarm.shelved_until", {
          time: format.clock(alarm.shelved.until),
          by: access.who(alarm.shelved.by),
        }),
        ` ${alarm.shelved.reason}`,
      ),
    type &&
      h(
        "details",
        { class: "wording why-details" },
        h("summary", { "data-focus": `about-${alarm.id}` }, words.t("alarm.why")),
        h("p", {}, words.of(type.action)),
        h("p", {}, words.t("alarm.cause"), ` ${words.of(type.cause)}`),
        h("p", {}, words.t("alarm.consequence"), ` ${words.of(type.consequence)}`),
        alarm.evidence.length > 0 &&
          h("p", { class: "evidence" }, `${words.t("tie.evidence")} ${alarm.evidence.join(", ")}`),
      ),
    h(
      "div",
      { class: "acts" },
      acknowledgeButton(desk, alarm),
      alarm.incident !== null && incidentButton(desk, alarm.incident, alarm.id),
      ...shelving(desk, slot, alarm),
    ),
  );
}

/** @param {Desk} desk @param {Alarm} alarm */
export function priority({ tables }, alarm) {
  const name = tables.word(tables.alarms?.priorities, String(alarm.priority));
  return h("span", { class: "alarm-priority" }, prioritySymbol(alarm.priority), h("span", {}, name));
}

/** @param {Desk} desk @param {Alarm} alarm @param {string} [key] on the keyboard */
export function acknowledgeButton(desk, alarm, key) {
  if (desk.access.capacity in alarm.acknowledged || alarm.kind !== "alarm") return null;
  return commandButton(desk, desk.words.t("alarm.acknowledge"), { command: "acknowledge_alarm", alarm: alarm.id }, {
    look: "act",
    focus: `acknowledge-${alarm.id}`,
    key,
  });
}

/** @param {Desk} desk @param {string} incident @param {string} from @param {boolean} [short] */
export function incidentButton(desk, incident, from, short = false) {
  const { store, names, words } = desk;
  const known = store.picture.incidents[incident];
  if (known === undefined) return null;
  return h(
    "button",
    {
      type: "button",
      class: "link-button",
      "data-focus": `incident-of-${from}`,
      title: `${names.type(known.type)} · ${placeOf(words, known)}`,
      onclick: () => desk.choose(incident),
    },
    short ? incident : `${incident} ${names.type(known.type)}`,
  );
}

/** @param {Desk} desk @param {FormSlot} slot @param {Alarm} alarm */
function shelving(desk, slot, alarm) {
  const { words, tables, store } = desk;
  if (alarm.shelved !== null) {
    const unshelve = { command: "unshelve_alarm", alarm: alarm.id };
    return [commandButton(desk, words.t("alarm.unshelve"), unshelve, { focus: `unshelve-${alarm.id}` })];
  }
  const rules = tables.alarms?.shelving;
  const severity = alarm.incident === null ? 0 : (store.picture.incidents[alarm.incident]?.severity ?? 0);
  const never =
    rules === undefined ||
    alarm.kind !== "alarm" ||
    alarm.cleared_at !== null ||
    alarm.priority <= rules.never_priority ||
    severity >= rules.never_severity;
  if (never) return [];
  return [
    formButton(desk, slot, words.t("alarm.shelve"), {
      key: alarm.id,
      needs: { command: "shelve_alarm" },
      make: () => shelvingForm(desk, alarm, rules.longest_min),
    }),
  ];
}

/** @param {Desk} desk @param {Alarm} alarm @param {number} longest @returns {Form} */
function shelvingForm({ words }, alarm, longest) {
  return {
    title: words.t("alarm.shelve_title"),
    note: words.t("alarm.shelve_note", { n: longest }),
    send: words.t("alarm.shelve_send"),
    fields: [
      { name: "minutes", kind: "number", label: words.t("field.minutes"), required: true, value: String(MINUTES) },
      { name: "reason", kind: "text", label: words.t("field.reason"), required: true, atLeast: 3 },
    ],
    commands: ({ minutes, reason }) => ({ command: "shelve_alarm", alarm: alarm.id, minutes, reason }),
  };
}
