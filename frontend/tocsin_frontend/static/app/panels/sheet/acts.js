// @ts-check
/** What may be done with the chosen incident: only what its state and the capacity allow. */

import { byId, fill, h } from "../../dom.js";
import { isOpen } from "../../evolve.js";
import { commandButton, formButton } from "../buttons.js";
import { sign } from "../../symbols.js";
import { unanswered } from "../../alarms.js";
import { common, keepingFocus } from "./section.js";
import * as forms from "./act-forms.js";

/** @import { Command } from "../../commands.js" */
/** @import { Desk } from "../../desk.js" */
/** @import { Form, FormSlot } from "../../forms.js" */
/** @import { Incident, Undoable } from "../../../../../types/wire" */

const SPOT = "acts"; // where these forms open
const FOLLOWED = ["reported", "acknowledged", "qualified"]; // still to be qualified

export class Acts {
  /** @param {Desk} desk @param {FormSlot} slot */
  constructor(desk, slot) {
    this.desk = desk;
    this.slot = slot;
    this.box = byId("sheet-acts");
    slot.hold(SPOT, byId("sheet-form"));
    /** @type {unknown[]} */
    this.shown = [];
    this.more = false;
  }

  /** @param {Incident} incident */
  draw(incident) {
    const { store } = this.desk;
    const undoable = this.#latestOwn(incident);
    const left = undoable === null ? 0 : minutesLeft(undoable, store.now());
    const calls = unanswered(this.desk, incident.id).length;
    const parts = [incident, undoable, left, calls, this.more, ...common(this.desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    keepingFocus(this.box, () => fill(this.box, this.#buttons(incident, undoable, left, calls)));
  }

  /** Open a form by its key on the keyboard, if its button is there. @param {string} focus */
  press(focus) {
    const button = this.box.querySelector(`[data-focus="${focus}"]`);
    if (!(button instanceof HTMLButtonElement) || button.disabled) return;
    if (button.closest("[hidden]") !== null) this.#toggle(); // where the keyboard comes back to
    button.click();
  }

  #toggle() {
    this.more = !this.more;
    const incident = this.desk.store.selectedIncident();
    if (incident !== null) this.draw(incident);
  }

  /** @param {Incident} incident @param {Undoable | null} undoable @param {number} left @param {number} calls */
  #buttons(incident, undoable, left, calls) {
    const { desk } = this;
    const { words } = desk;
    const id = incident.id;
    const open = isOpen(incident);
    const first = [
      calls > 0 &&
        commandButton(desk, words.t("act.acknowledge", { n: calls }), forms.acknowledging(id), {
          key: "A",
          focus: "act-acknowledge",
          look: "call",
          sign: sign("bell", 18),
        }),
      incident.state === "reported" &&
        commandButton(desk, words.t("act.take"), { command: "take", incident: id }, {
          key: "T",
          focus: "act-take",
          look: "act",
        }),
      open &&
        FOLLOWED.includes(incident.state) &&
        this.#form("act.qualify", { command: "qualify" }, () => forms.qualify(desk, incident), "Q"),
      forms.ways(desk, incident).length > 0 &&
        this.#form("act.state", forms.ways(desk, incident)[0], () => forms.state(desk, incident)),
      !open &&
        incident.alias_of === null &&
        this.#form("act.reopen", { command: "reopen" }, () => forms.reopen(desk, incident)),
    ];
    const more = [
      ...(open ? this.#whileOpen(incident) : []),
      ["closed", "review"].includes(incident.state) &&
        this.#form("act.review", { command: "settle_review" }, () => forms.review(desk, incident)),
      "single_contact" in incident.facts &&
        !("single_contact_until" in incident.facts) &&
        this.#form("act.end_contact", { command: "end_contact" }, () => forms.endContact(desk, incident)),
    ].filter((button) => button);
    return [
      ...first,
      more.length > 0 &&
        h(
          "button",
          {
            type: "button",
            class: "button",
            "data-focus": "act-more",
            "aria-expanded": String(this.more),
            "aria-controls": "sheet-more",
            onclick: () => this.#toggle(),
          },
          words.t(this.more ? "act.less" : "act.more"),
        ),
      undoable !== null && this.#undo(undoable, left),
      h("div", { id: "sheet-more", class: "more-acts", hidden: !this.more }, more),
    ];
  }

  /** @param {Incident} incident */
  #whileOpen(incident) {
    const { desk } = this;
    return [
      this.#form("act.regrade", { command: "regrade_incident" }, () => forms.regrade(desk, incident)),
      this.#form("act.merge", { command: "merge_incidents" }, () => forms.merge(desk, incident), "M"),
      incident.count > 1 &&
        this.#form("act.split", { command: "split_incident" }, () => forms.split(desk, incident)),
      this.#form("act.relate", { command: "relate" }, () => forms.relate(desk, incident)),
      this.#form("act.phase", { command: "record_phase" }, () => forms.phase(desk, incident)),
      incident.phase !== null &&
        this.#form("act.lift_phase", { command: "lift_phase" }, () => forms.liftPhase(desk, incident)),
      this.#form("act.lead", { command: "set_lead" }, () => forms.lead(desk, incident)),
    ];
  }

  /** @param {string} key @param {Command | undefined} needs @param {() => Form} make @param {string} [shortcut] */
  #form(key, needs, make, shortcut) {
    if (needs === undefined) return null;
    const { desk, slot } = this;
    const focus = key.replace(".", "-");
    return formButton(desk, slot, desk.words.t(key), { key: SPOT, make, needs, focus, shortcut });
  }

  /** @param {Undoable} act @param {number} left minutes */
  #undo(act, left) {
    const { words } = this.desk;
    const what = words.name("did.", act.command);
    return commandButton(this.desk, words.t("act.undo_own", { what, n: left }), { command: "undo", entry: act.n }, {
      focus: "act-undo",
      look: "undo",
      sign: sign("undo", 18),
    });
  }

  /** The latest act in this capacity that changed this incident and can still be taken back. @param {Incident} incident */
  #latestOwn(incident) {
    const { access, store } = this.desk;
    const { undoable } = store.picture;
    const own = Object.values(undoable).filter(
      (act) => access.isOwn(act.by) && isAbout(act, incident.id, store.picture),
    );
    const latest = own.reduce(
      (/** @type {Undoable | null} */ best, act) => (best === null || act.n > best.n ? act : best),
      null,
    );
    return latest === null || Date.parse(latest.until) <= store.now() ? null : latest;
  }
}

/** @param {Undoable} act @param {number} now */
function minutesLeft(act, now) {
  return Math.max(1, Math.ceil((Date.parse(act.until) - now) / 60_000));
}

/** @param {Undoable} act @param {string} incident @param {Record<string, any>} picture */
function isAbout(act, incident, picture) {
  return Object.entries(act.before).some(([table, records]) =>
    Object.keys(records).some((id) =>
      table === "incidents" ? id === incident : picture[table]?.[id]?.incident === incident,
    ),
  );
}
