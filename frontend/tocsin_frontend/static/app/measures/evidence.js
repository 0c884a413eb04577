// @ts-check
/** What a figure of the measure board rests on: the incident, the reason, who said so, the entries. */

import { h } from "../dom.js";
import { permalink } from "../permalink.js";
import { severityBadge } from "../symbols.js";

/** @import { Desk } from "../desk.js" */
/** @import { ExerciseShown, TieShown } from "../../../../types/figures" */

const OBSERVATION = /^O-/;

/** @param {Desk} desk @param {TieShown} tie */
export function tieLine(desk, tie) {
  const { words, names, tables, access, format, store, settings } = desk;
  const journal = `${settings.api_root}/realms/${tie.realm}/journal`;
  return h(
    "li",
    { class: "tie-line" },
    h(
      "p",
      { class: "tie-incident" },
      severityBadge(tie.severity),
      h("span", { class: "visually-hidden" }, words.name("severity.", String(tie.severity))),
      h("a", { href: permalink(tie.realm, { incident: tie.incident }) }, `${tie.incident} ${names.type(tie.type)}`),
      tie.realm !== settings.realm && h("span", { class: "chip" }, tie.realm),
      h("span", { class: "quiet" }, `${tables.state(tie.state)} · ${format.moment(tie.since, store.now())}`),
    ),
    h("p", {}, words.of(tie.reason)),
    h(
      "p",
      { class: "quiet" },
      `${words.name("relation.", tie.relation)} · ${words.name("strength.", tie.strength)} · ${words.name("tie.", tie.status)} · ${tie.rule}`,
      tie.by && ` ${words.t("why.by", { by: access.who(tie.by) })}`,
    ),
    tie.note && h("p", { class: "note" }, tie.note),
    h(
      "p",
      { class: "tie-proof" },
      tie.evidence.map((id) =>
        OBSERVATION.test(id)
          ? h("a", { href: permalink(tie.realm, { incident: tie.incident, observation: id }) }, id)
          : h("span", {}, id),
      ),
      tie.entries.map((n) => h("a", { href: `${journal}?from=${n}&limit=1` }, words.t("measures.entry", { n }))),
    ),
  );
}

/** @param {Desk} desk @param {ExerciseShown} exercise */
export function exerciseLine(desk, exercise) {
  const { words, format } = desk;
  return h(
    "li",
    { class: "exercise-line" },
    h(
      "p",
      {},
      h("a", { href: permalink(exercise.realm, {}) }, exerciseName(desk, exercise)),
      ` ${format.day(exercise.at)} ${format.hour(exercise.at)} · ${words.t("measures.ties", { n: exercise.ties })}`,
    ),
    h("ul", {}, tieLine(desk, exercise.tie)),
  );
}

/** @param {Desk} desk @param {ExerciseShown} exercise */
export const exerciseName = ({ words }, exercise) =>
  words.of(exercise.title) || exercise.scenario || exercise.realm;
