// @ts-check
/** The exercise clock and what steers it: start, pause, speed, jump, end, abort. */

import { countdown, fromStart, inOrder, nextDue, titleOf } from "../conduct/injects.js";
import { fill, h } from "../dom.js";
import { common, keepingFocus } from "../panels/sheet/section.js";

/** @import { ConductLink } from "../conduct/link.js" */
/** @import { Desk } from "../desk.js" */
/** @import { FormSlot } from "../forms.js" */

const SPEEDS = [0.25, 0.5, 1, 2, 5, 10, 30, 60];
const SIGNS = { prepared: "○", running: "▶", paused: "❚❚", ended: "■", aborted: "■", called_off: "■" };

export class Steering {
  /** @param {Desk} desk @param {ConductLink} link @param {FormSlot} slot */
  constructor(desk, link, slot) {
    this.desk = desk;
    this.link = link;
    this.slot = slot;
    this.state = h("p", { class: "run-state", role: "status" });
    this.clock = h("b", { class: "exercise-clock" });
    this.offset = h("span", { class: "exercise-offset" });
    this.next = h("p", { class: "exercise-next" });
    this.acts = h("div", { class: "acts steering-acts" });
    this.refused = h("p", { class: "field-error", role: "alert", hidden: true });
    this.form = h("div", { class: "steering-form" });
    slot.hold("steer", this.form);
    const time = h("p", { class: "exercise-time", role: "timer" }, this.clock, this.offset);
    this.box = h("section", { class: "steering-head" }, this.state, time, this.next, this.acts, this.refused, this.form);
    /** @type {unknown[]} */
    this.shown = [];
  }

  tick() {
    const now = this.link.now();
    const { view } = this.link;
    if (now === null || view === null) return;
    const { format, words } = this.desk;
    this.clock.textContent = format.clock(now);
    this.offset.textContent = fromStart(view, now);
    const next = nextDue(inOrder(view.injects));
    this.next.hidden = !this.link.isOpen;
    this.next.textContent =
      next === null || next.due === null
        ? words.t("control.no_next")
        : words.t("control.next", {
            left: countdown(Date.parse(next.due) - now),
            inject: next.id,
            what: titleOf(words, next),
          });
  }

  draw() {
    const { link, desk } = this;
    const parts = [link.edition, this.slot.key, ...common(desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { view } = link;
    this.box.hidden = view === null;
    if (view === null) return;
    const { words, format, access } = desk;
    this.state.className = `run-state ${view.state}`;
    const speed = `×${format.value(view.speed)}`;
    fill(
      this.state,
      h("span", { "aria-hidden": "true" }, `${SIGNS[view.state]} `),
      h("b", {}, words.t(`run_state.${view.state}`)),
      view.state === "running" && ` ${speed}`,
      view.over_by && h("span", { class: "quiet" }, ` ${access.who(view.over_by)}`),
      view.over_reason && h("span", { class: "quiet" }, ` · ${view.over_reason}`),
    );
    this.refused.hidden = link.refused === null;
    this.refused.textContent = link.refused === null ? "" : words.t("command.refused", { detail: link.refused });
    keepingFocus(this.acts, () => fill(this.acts, this.#acts(view.state, view.speed)));
    this.tick();
  }

  /** What the big key does now; null when nothing is to be started or paused. */
  get turn() {
    switch (this.link.view?.state) {
      case "prepared":
        return "start";
      case "running":
        return "pause";
      case "paused":
      case "called_off":
        return "resume";
      default:
        return null;
    }
  }

  toggle() {
    if (this.turn !== null) this.link.order({ command: this.turn });
  }

  /** @param {string} state @param {number} speed */
  #acts(state, speed) {
    const { words } = this.desk;
    const { turn } = this;
    const live = this.link.isOpen;
    return [
      turn !== null &&
        this.#button(`control.${turn}`, "turn", () => this.toggle(), { look: "act", key: "P" }),
      live &&
        h(
          "label",
          { class: "speed" },
          h("span", {}, words.t("control.speed")),
          h(
            "select",
            {
              "data-focus": "speed",
              onchange: (/** @type {Event} */ event) =>
                this.link.order({ command: "speed", speed: Number(/** @type {HTMLSelectElement} */ (event.target).value) }),
            },
            [...new Set([...SPEEDS, speed])]
              .sort((a, b) => a - b)
              .map((one) => h("option", { value: one, selected: one === speed }, `×${this.desk.format.value(one)}`)),
          ),
        ),
      live && state !== "prepared" && this.#button("control.to_next", "to-next", () => this.toNext()),
      live && state !== "prepared" && this.#button("control.jump", "jump", () => this.#openJump()),
      (state === "running" || state === "paused") && this.#button("control.end", "end", () => this.#askForEnd()),
      live && this.#button("control.abort", "abort", () => this.#openAbort()),
      h(
        "a",
        { class: "button", href: `/realms/${this.desk.settings.realm}/debriefing`, "data-focus": "debriefing" },
        words.t("page.debriefing"),
      ),
    ];
  }

  /** @param {string} text @param {string} focus @param {() => void} act @param {{look?: string, key?: string}} [how] */
  #button(text, focus, act, { look = "", key } = {}) {
    return h(
      "button",
      { type: "button", class: `button ${look}`, "data-focus": focus, "aria-keyshortcuts": key, onclick: act },
      this.desk.words.t(text),
      key && h("kbd", { "aria-hidden": "true" }, key),
    );
  }

  /** Forward to where the clock brings something. */
  toNext() {
    const next = this.link.view === null ? null : nextDue(inOrder(this.link.view.injects));
    if (next !== null) this.link.order({ command: "jump", inject: next.id });
  }

  #openJump() {
    const { words } = this.desk;
    this.slot.open(
      "steer",
      () => ({
        title: words.t("control.jump"),
        fields: [
          { name: "to", kind: "line", label: words.t("control.jump_to"), hint: words.t("control.jump_hint"), required: true },
        ],
        send: words.t("control.jump"),
        wrong: ({ to }) => (this.#moment(to) === null ? { field: "to", detail: words.t("control.jump_wrong") } : null),
        commands: ({ to }) => ({ command: "jump", to: this.#moment(to) }),
      }),
      "jump",
    );
  }

  /** `16:52`, `16:52:30` on the exercise's day, or `T+00:12:00`; null where it is no moment to come. @param {string} said */
  #moment(said) {
    const { view } = this.link;
    const now = this.link.now();
    if (view === null || now === null) return null;
    const offset = /^t\s*([+\-−])?\s*(\d{1,2}):(\d\d)(?::(\d\d))?$/i.exec(said);
    const time = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(said);
    let at = NaN;
    if (offset !== null) {
      const [, sign, h_, m, s] = offset;
      const length = (Number(h_) * 3600 + Number(m) * 60 + Number(s ?? 0)) * 1000;
      at = Date.parse(view.scenario.starts) + (sign === "-" || sign === "−" ? -length : length);
    } else if (time !== null) {
      const [, h_, m, s] = time;
      const day = this.desk.format.field(now).slice(0, 10);
      const minute = this.desk.format.fromField(`${day}T${String(h_).padStart(2, "0")}:${m}`);
      at = minute === null ? NaN : Date.parse(minute) + Number(s ?? 0) * 1000;
    }
    return Number.isNaN(at) || at <= now ? null : new Date(at).toISOString();
  }

  #askForEnd() {
    const { words } = this.desk;
    this.slot.open(
      "steer",
      () => ({
        title: words.t("control.end"),
        note: words.t("control.end_note"),
        fields: [],
        send: words.t("control.end"),
        commands: () => ({ command: "end" }),
      }),
      "end",
    );
  }

  #openAbort() {
    const { words } = this.desk;
    this.slot.open(
      "steer",
      () => ({
        title: words.t("control.abort"),
        note: words.t("control.abort_note"),
        fields: [{ name: "reason", kind: "line", label: words.t("control.reason"), required: true }],
        send: words.t("control.abort"),
        commands: ({ reason }) => ({ command: "abort", reason }),
      }),
      "abort",
    );
  }
}
