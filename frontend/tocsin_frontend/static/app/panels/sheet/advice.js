// @ts-check
/** What the rules, or somebody who may only propose, advise a person to do. Never done by itself. */

import { h } from "../../dom.js";
import { ruleName, whyFold } from "../../why.js";
import { commandButton, formButton } from "../buttons.js";
import { note, phase, regrade } from "./act-forms.js";
import { Section } from "./section.js";

/** @import { Desk } from "../../desk.js" */
/** @import { Form, FormSlot } from "../../forms.js" */
/** @import { Advice, Incident } from "../../../../../types/wire" */

const SETTLED_SHOWN = 3;
const MOMENT = /^\d{4}-\d\d-\d\dT/;

export class AdviceSection {
  /** @param {Desk} desk @param {FormSlot} slot */
  constructor(desk, slot) {
    this.desk = desk;
    this.slot = slot;
    /** @type {Incident | null} */
    this.incident = null;
    /** @type {Section<Advice>} */
    this.section = new Section(desk, slot, "advice", {
      key: (advice) => advice.id,
      build: (advice) => adviceCard(desk, slot, "advice", advice, this.incident),
    });
  }

  /** @param {Incident} incident */
  draw(incident) {
    this.incident = incident;
    const all = Object.values(this.desk.store.picture.advice).filter((a) => a.incident === incident.id);
    const open = all.filter((a) => a.status === "open");
    const settled = all.filter((a) => a.status !== "open").slice(-SETTLED_SHOWN);
    this.section.show([...open.reverse(), ...settled.reverse()], incident, open.length);
  }
}

/**
 * @param {Desk} desk
 * @param {FormSlot} slot
 * @param {string} place where its form opens: `<place>:<id>`
 * @param {Advice} advice
 * @param {Incident | null} incident
 */
export function adviceCard(desk, slot, place, advice, incident) {
  const { words, access } = desk;
  const key = `${place}:${advice.id}`;
  const what = advice.kind === "proposal" ? proposed(desk, advice) : null;
  return h(
    "li",
    { class: `card advice-card ${advice.status}` },
    h(
      "p",
      { class: "card-title" },
      h("span", { class: "badge" }, words.name("advice_kind.", advice.kind)),
      ` ${words.of(advice.criterion)}`,
    ),
    what && h("p", { class: "reason" }, what),
    h(
      "p",
      { class: "tie-meta" },
      advice.status !== "open" && h("span", { class: "tie-status" }, words.name("advice_status.", advice.status)),
      advice.by && h("span", {}, words.t("why.by", { by: access.who(advice.by) })),
    ),
    whyFold(desk, advice.id, words.t("why.title"), [
      h("p", { class: "rule" }, `${ruleName(desk, advice.rule)} · ${advice.id}`),
      advice.evidence.length > 0 &&
        h("p", { class: "evidence" }, `${words.t("tie.evidence")} ${advice.evidence.join(", ")}`),
    ]),
    advice.note && h("p", { class: "note" }, advice.note),
    advice.status === "open" &&
      h(
        "div",
        { class: "acts" },
        accepting(desk, slot, key, advice, incident),
        formButton(desk, slot, words.t("advice.dismiss"), {
          key,
          needs: { command: "dismiss_advice" },
          make: () => dismissal(desk, advice),
        }),
      ),
  );
}

/**
 * A phase is never accepted, it is recorded with the authority that declared it; a graver severity
 * is given with a reason; the rest is carried out as it stands.
 * @param {Desk} desk @param {FormSlot} slot @param {string} key @param {Advice} advice @param {Incident | null} incident
 */
function accepting(desk, slot, key, advice, incident) {
  const { words, access } = desk;
  if (advice.kind === "phase" && incident !== null) {
    return formButton(desk, slot, words.t("act.phase"), {
      key,
      needs: { command: "record_phase" },
      look: "act",
      make: () => phase(desk, incident),
    });
  }
  const carried = advice.command;
  if (carried !== null && access.mayGive(/** @type {any} */ (carried)) !== "yes") return null;
  if (carried === null && advice.kind === "severity" && incident !== null) {
    return formButton(desk, slot, words.t("act.regrade"), {
      key,
      needs: { command: "regrade_incident" },
      look: "act",
      make: () => regrade(desk, incident, advice.id),
    });
  }
  const text = words.t(advice.kind === "proposal" ? "advice.accept_proposal" : "advice.accept");
  return commandButton(desk, text, { command: "accept_advice", advice: advice.id }, {
    look: "act",
    focus: `accept-${advice.id}`,
  });
}

/** @param {Desk} desk @param {Advice} advice @returns {Form} */
function dismissal(desk, advice) {
  const { words } = desk;
  return {
    title: words.t("advice.dismiss"),
    send: words.t("advice.dismiss_send"),
    fields: [note(desk)],
    commands: ({ note: said }) => ({ command: "dismiss_advice", advice: advice.id, note: said }),
  };
}

/** What a proposal would do, in words: the act and what it says. @param {Desk} desk @param {Advice} advice */
function proposed({ words, tables, names, format, store }, advice) {
  const { command, incident, language, ...told } = advice.command ?? {};
  const said = Object.entries(told)
    .filter(([, value]) => value !== null && value !== false && typeof value !== "object")
    .map(([name, value]) => {
      if (name === "to") return tables.state(String(value));
      if (name === "type") return names.type(String(value));
      if (name === "severity") return `S${value}`;
      if (name === "value") return tables.phase(String(value));
      if (name === "level") return tables.word(tables.room?.activation, String(value));
      if (name === "trust") return tables.word(tables.room?.trust, String(value));
      if (MOMENT.test(String(value))) return format.moment(String(value), store.now());
      return String(value);
    });
  return [words.name("did.", String(command)), ...said].join(" · ");
}
