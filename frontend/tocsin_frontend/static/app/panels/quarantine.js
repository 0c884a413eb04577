// @ts-check
/** What could not be used: counted, with its reason, and readable line by line when opened. */

import { byId, fill, h } from "../dom.js";
import { getJson } from "../names.js";

/** @import { Desk } from "../desk.js" */

export class QuarantinePanel {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = /** @type {HTMLDetailsElement} */ (byId("quarantine"));
    this.count = byId("quarantine-count");
    this.reasons = byId("quarantine-reasons");
    this.rows = byId("quarantine-rows");
    /** @type {unknown[]} */
    this.parts = [];
    /** @type {number | undefined} */
    this.refresh = undefined;
    this.box.addEventListener("toggle", () => this.#load());
  }

  draw() {
    const { store, words } = this.desk;
    const { quarantine, quarantined } = store.picture;
    const parts = [quarantine, words.language, store.past !== null];
    if (parts.every((part, i) => part === this.parts[i])) return;
    const grown = this.parts[0] !== quarantine;
    this.parts = parts;
    this.box.classList.toggle("calm", quarantined === 0);
    this.count.textContent = words.t("quarantine.total", { n: quarantined });
    fill(
      this.reasons,
      Object.entries(quarantine)
        .sort(([, a], [, b]) => b.count - a.count)
        .map(([reason, view]) =>
          h(
            "li",
            {},
            h("b", { class: "count" }, this.desk.format.number(view.count)),
            h("span", {}, words.name("reason.", reason)),
            h("time", { class: "age", datetime: view.last_at, "data-since": view.last_at }),
            h("p", {}, `${view.source} : ${view.detail}`),
          ),
        ),
    );
    if (grown && this.box.open && this.refresh === undefined) {
      // At most once in two seconds: a faulty source may fill the quarantine fast.
      this.refresh = window.setTimeout(() => this.#load(), 2000);
    }
  }

  async #load() {
    clearTimeout(this.refresh);
    this.refresh = undefined;
    if (!this.box.open) return;
    const { settings, words, format, store } = this.desk;
    if (store.past !== null) {
      fill(this.rows, h("li", { class: "quiet" }, words.t("time.live_only")));
      return;
    }
    try {
      const rows = await getJson(`${settings.api_root}/realms/${settings.realm}/quarantine?limit=100`);
      const list = Array.isArray(rows) ? rows : [];
      fill(
        this.rows,
        list.map((row) =>
          h(
            "li",
            {},
            h("time", {}, row.at ? format.moment(row.at, store.now()) : ""),
            h("span", { class: "source" }, row.source ?? ""),
            h("span", {}, words.name("reason.", String(row.reason ?? "unknown"))),
            h("p", {}, [row.field, row.detail].filter(Boolean).join(" : ")),
          ),
        ),
      );
    } catch {
      fill(this.rows, h("li", { class: "trouble" }, words.t("quarantine.unavailable")));
    }
  }
}
