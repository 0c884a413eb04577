// @ts-check
/** The shift log on paper: what one function hands over to the next shift, and both signatures. */

import { h } from "../dom.js";
import { dueMark, incidentLine, incidentRows } from "./followed.js";
import { alarmSection, meansSection, zoneSection } from "./means.js";
import { fullMoment, listed, rows, section, sheet, when } from "./sheet.js";

/** @import { Desk } from "../desk.js" */
/** @import { ShiftLog } from "../../../../types/handover" */

/** @param {Desk} desk @param {ShiftLog} log */
export function shiftLogSheet(desk, log) {
  const { words, access, tables } = desk;
  const made = log.until;
  const level = tables.word(tables.room?.activation, log.activation?.level ?? "watch");
  const calls = Object.entries(log.calls).map(([priority, n]) => `${priority} ${n}`);
  const title = words.t("handover.of", { function: access.name(log.function) });
  const incidents = words.t("paper.incidents", { n: log.incidents.length });
  return sheet(
    desk,
    { title, kind: "shift-log", made, n: log.n },
    h(
      "p",
      {},
      words.t("handover.period", { from: fullMoment(desk, log.since), until: fullMoment(desk, log.until) }),
      ` ${words.t("room.title", { level })}.`,
    ),
    h(
      "p",
      {},
      words.t("handover.figures", { opened: log.opened, ended: log.ended.length }),
      calls.length > 0 && ` ${words.t("handover.calls", { calls: calls.join(", ") })}`,
    ),
    section(desk, incidents, log.incidents.length > 0 && incidentRows(desk, incidents, log.incidents, made)),
    listed(desk, words.t("handover.ended"), log.ended.map((incident) => incidentLine(desk, incident))),
    alarmSection(desk, words.t("paper.unacknowledged"), log.unacknowledged, made),
    alarmSection(desk, words.t("paper.shelved"), log.shelved, made),
    alarmSection(desk, words.t("paper.to_review"), log.to_review, made),
    decisions(desk, log),
    late(desk, log),
    meansSection(desk, log, made),
    listed(
      desk,
      words.t("handover.hits"),
      log.hits.map(({ observation, observed_at, incident }) =>
        [observation, when(desk, observed_at, made), incident].filter((part) => part !== null).join(" · "),
      ),
    ),
    zoneSection(desk, log.zones, made),
    listed(desk, words.t("handover.reviews"), log.reviews.map((incident) => incidentLine(desk, incident))),
    listed(
      desk,
      words.t("handover.functions"),
      log.functions.map(({ capacity, acts, last_at }) =>
        words.t("handover.acts", { function: access.name(capacity), n: acts, time: when(desk, last_at, made) }),
      ),
    ),
    h("p", { class: "by-hand" }, words.t("handover.present")),
    h("div", { class: "signatures" }, side(desk, log, "out"), side(desk, log, "in")),
  );
}

/** @param {Desk} desk @param {ShiftLog} log */
function decisions(desk, log) {
  const { words, access } = desk;
  const title = words.t("handover.decisions");
  const unseen = words.t("handover.unseen", { function: access.name(log.function) });
  return section(
    desk,
    title,
    log.decisions.length > 0 &&
      rows(
        title,
        ["paper.decided", "paper.decision", "paper.incident", "paper.deadline"].map((key) => words.t(key)),
        log.decisions.map((decision) => [
          `${when(desk, decision.decided_at, log.until)} ${decision.function}`,
          h(
            "div",
            { class: "lines" },
            h("span", { lang: decision.language }, decision.text),
            decision.basis && h("span", { class: "quiet" }, words.t("decision.basis", { basis: decision.basis })),
            log.unseen.includes(decision.id) && h("b", {}, unseen),
          ),
          decision.incident ?? "–",
          decision.due_at === null ? "–" : when(desk, decision.due_at, log.until),
        ]),
        "decisions",
      ),
  );
}

/** @param {Desk} desk @param {ShiftLog} log */
function late(desk, log) {
  const { words } = desk;
  const lines = [
    ...log.late_decisions.map((d) => ({ due: d.due_at, id: d.id, text: d.text, incident: d.incident, owner: d.owner })),
    ...log.late_tasks.map((t) => ({ due: t.due_at, id: t.id, text: words.of(t.title), incident: t.incident, owner: t.owner })),
  ];
  return listed(
    desk,
    words.t("handover.late"),
    lines.map(({ due, id, text, incident, owner }) =>
      h(
        "span",
        {},
        due !== null && dueMark(desk, due, log.until),
        ` ${[id, text, incident, owner].filter((part) => part !== null).join(" · ")}`,
      ),
    ),
  );
}

/** Signed in Tocsin, or a line to sign on. @param {Desk} desk @param {ShiftLog} log @param {"out" | "in"} side */
function side(desk, { handover }, side) {
  const { words, access } = desk;
  const signed = handover?.signed[side] ?? null;
  const remarks = handover?.remarks[side] ?? null;
  return h(
    "div",
    { class: "signature" },
    h("h3", {}, words.t(`handover.${side}`)),
    h("p", { class: "remarks" }, h("b", {}, words.t("handover.remarks")), ` ${remarks ?? words.t("paper.none")}`),
    h(
      "p",
      { class: signed === null ? "sign-line" : "signed" },
      signed === null
        ? words.t("handover.sign_here")
        : words.t("handover.signed", { by: access.who(signed.by), time: fullMoment(desk, signed.at) }),
    ),
  );
}
