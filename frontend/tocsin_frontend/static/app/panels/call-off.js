// @ts-check
/**
 * One key ends all exercises when something real happens: F acts at once, and asks why afterwards.
 * In the live room it is there only while an exercise runs.
 */

import { fill, h } from "../dom.js";

/** @import { Desk } from "../desk.js" */

const KEY = "f";
const RUNS = new Set(["running", "paused"]);
const ASK_MS = 10_000;

export class CallOff {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.button = h("button", { type: "button", id: "call-off", class: "button", hidden: true, onclick: () => this.act() });
    document.getElementById("realm-sign")?.after(this.button);
    this.title = h("h2", { id: "call-off-title" });
    this.said = h("p", { role: "status" });
    this.reason = h("input", { type: "text", id: "call-off-reason", maxlength: "300", autocomplete: "off" });
    this.label = h("label", { for: "call-off-reason" });
    this.send = h("button", { type: "submit", class: "button act" });
    this.later = h("button", { type: "button", class: "button", onclick: () => this.dialog.close() });
    this.form = h(
      "form",
      { onsubmit: (/** @type {Event} */ event) => this.#note(event) },
      this.label,
      this.reason,
      h("div", { class: "acts" }, this.send, this.later),
    );
    this.dialog = h("dialog", { id: "call-off-done", "aria-labelledby": "call-off-title" }, this.title, this.said, this.form);
    document.body.append(this.dialog);
    /** Exercises that this room's screens do not show, but may end. */
    this.others = false;
    this.offered = false;
    this.busy = false;
    /** Those that were ended here, for whose end a reason may follow. @type {string[]} */
    this.ended = [];
    this.language = "";
    if (!desk.access.isExercise) this.#watch();
  }

  draw() {
    const { store, access, words, keys } = this.desk;
    const runs = access.isExercise ? RUNS.has(String(store.live.exercise?.["state"])) : this.others;
    const offered = runs && access.may("call_off") === "yes";
    if (offered !== this.offered) {
      this.offered = offered;
      if (offered) keys.add({ key: KEY, says: "keys.call_off", looks: true, act: () => this.act() });
      else keys.table.delete(KEY);
      this.button.hidden = !offered;
    }
    if (words.language === this.language) return;
    this.language = words.language;
    fill(
      this.button,
      h("span", { class: "in-full" }, words.t("call_off.button")),
      h("span", { class: "in-short" }, words.t("call_off.short")),
      h("kbd", {}, KEY.toUpperCase()),
    );
    this.button.setAttribute("aria-label", words.t("call_off.button"));
    this.title.textContent = words.t("call_off.title");
    this.label.textContent = words.t("call_off.why");
    this.send.textContent = words.t("call_off.send");
    this.later.textContent = words.t("call_off.later");
  }

  /** End them now. */
  async act() {
    const { words } = this.desk;
    if (this.busy) return;
    this.busy = true;
    const answer = await this.#post({ reason: "" });
    this.busy = false;
    this.ended = answer.realms ?? [];
    this.said.textContent =
      answer.detail !== undefined
        ? words.t("call_off.refused", { detail: answer.detail })
        : this.ended.length === 0
          ? words.t("call_off.none")
          : words.t("call_off.done", { n: this.ended.length });
    this.form.hidden = answer.detail !== undefined || this.ended.length === 0;
    this.reason.value = "";
    if (!this.dialog.open) this.dialog.show();
    (this.form.hidden ? this.dialog : this.reason).focus();
    if (!this.desk.access.isExercise) await this.#ask();
  }

  /** @param {Event} event */
  async #note(event) {
    event.preventDefault();
    const reason = this.reason.value.trim();
    if (reason === "") return;
    const answer = await this.#post({ reason, realms: this.ended });
    if (answer.detail === undefined) this.dialog.close();
    else this.said.textContent = this.desk.words.t("call_off.refused", { detail: answer.detail });
  }

  /** @param {{reason: string, realms?: string[]}} told @returns {Promise<{realms?: string[], detail?: string}>} */
  async #post(told) {
    const { settings, posting } = this.desk;
    const answer = await posting.post(`${settings.api_root}/exercises/call-off`, JSON.stringify(told));
    return "told" in answer ? answer.told : { detail: answer.detail };
  }

  #watch() {
    this.#ask();
    setInterval(() => document.visibilityState === "visible" && this.#ask(), ASK_MS);
  }

  async #ask() {
    try {
      const answer = await fetch(`${this.desk.settings.api_root}/exercises`);
      const told = answer.ok ? await answer.json() : [];
      this.others = told.some((/** @type {{state: string}} */ { state }) => RUNS.has(state));
      this.draw();
    } catch {
      // the link says by itself that it is gone
    }
  }
}
