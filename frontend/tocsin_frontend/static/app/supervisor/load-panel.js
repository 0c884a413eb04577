// @ts-check
/** Load per position, beside what one person can answer (EEMUA 191); who is calm is only named. */

import { h, KeyedChildren } from "../dom.js";
import { priority } from "../panels/alarm-card.js";
import { common } from "../panels/sheet/section.js";
import { isBusy, positionLoads, untaken, WINDOW_MIN } from "./load.js";
import { incidentLine, Panel } from "./panel.js";

/** @import { Desk } from "../desk.js" */
/** @import { Alarm } from "../../../../types/wire" */
/** @import { Load } from "./load.js" */

const ALWAYS = new Set(["operator", "supervisor"]);
const BUDGET = 10; // calls in the window, where the table is not there yet

export class LoadPanel extends Panel {
  /** @param {Desk} desk */
  constructor(desk) {
    super(desk, "positions", "positions.title");
    this.list = h("ul", { class: "positions" });
    this.calm = h("p", { class: "quiet" });
    this.untaken = h("div", { class: "steer-foot" });
    this.box.append(this.untaken, this.list, this.calm);
    this.lines = new KeyedChildren(this.list, {
      key: (/** @type {Load} */ load) => load.role,
      parts: (load) => [
        load.calling.map((alarm) => alarm.id).join(),
        load.late.length,
        load.oldest,
        load.recent,
        load.flood,
        load.taken,
        ...common(desk),
      ],
      build: (load) => this.#line(load),
    });
    /** @type {unknown[]} */
    this.firstShown = [];
  }

  /** @override */
  parts() {
    const { alarms, annunciations, floods, incidents } = this.desk.store.picture;
    return [alarms, annunciations, floods, incidents];
  }

  /** @override */
  paint() {
    const { store, access, words } = this.desk;
    const loads = positionLoads(store.picture, store.now(), access.capacities(), (by) => access.capacityOf(by));
    const shown = loads.filter((load) => isBusy(load) || ALWAYS.has(load.role));
    const weight = (/** @type {Load} */ load) => (load.flood ? 1000 : 0) + load.late.length * 100 + load.recent;
    this.lines.show(shown.sort((a, b) => weight(b) - weight(a)));
    const calm = loads.filter((load) => !shown.includes(load) && this.#mayBeCalled(load.role));
    this.calm.hidden = calm.length === 0;
    this.calm.textContent = words.t("positions.calm", { positions: calm.map(({ role }) => access.name(role)).join(", ") });
    this.#untaken();
  }

  /** Alarms are for those who may answer them. @param {string} role */
  #mayBeCalled(role) {
    return this.desk.tables.roles?.rights["acknowledge"]?.who[role] !== undefined;
  }

  #untaken() {
    const { store, words, names, access } = this.desk;
    const found = untaken(store.picture);
    const [oldest] = found;
    this.untaken.hidden = oldest === undefined;
    const parts = [oldest, found.length, words.language, names.edition, access.capacity];
    if (parts.every((part, i) => part === this.firstShown[i])) return;
    this.firstShown = parts;
    this.untaken.replaceChildren();
    if (oldest === undefined) return;
    this.untaken.append(
      h("strong", {}, words.t("positions.untaken", { n: found.length })),
      h(
        "span",
        { class: "quiet" },
        `${words.t("positions.first")} `,
        h("time", { datetime: oldest.opened_at, "data-since": oldest.opened_at }),
      ),
      incidentLine(this.desk, oldest, "untaken"),
    );
  }

  /** @param {Load} load */
  #line(load) {
    const { words, access, format } = this.desk;
    return h(
      "li",
      { class: `position${load.flood ? " flood" : ""}`, "data-position": load.role },
      h("strong", {}, access.name(load.role)),
      h(
        "p",
        { class: "position-calls" },
        load.calling.length === 0
          ? h("span", { class: "quiet" }, words.t("positions.answered"))
          : [
              ...byPriority(load.calling).map((alarms) =>
                h(
                  "span",
                  { class: "alarm-count" },
                  priority(this.desk, /** @type {Alarm} */ (alarms[0])),
                  h("b", {}, alarms.length),
                ),
              ),
              h(
                "span",
                { class: load.late.length > 0 ? "countdown late" : "quiet" },
                `${words.t("positions.oldest")} `,
                h("time", { datetime: load.oldest, "data-since": load.oldest }),
                load.late.length > 0 && ` · ${words.t("positions.late", { n: load.late.length })}`,
              ),
            ],
      ),
      this.#rate(load),
      load.taken > 0 &&
        h("span", { class: "position-taken quiet" }, words.t("positions.taken", { n: load.taken })),
      load.flood &&
        h(
          "p",
          { class: "position-flood" },
          words.t("positions.flood", { time: format.hour(load.flood.since), n: load.flood.folded }),
        ),
    );
  }

  /** Calls in ten minutes, against ten. @param {Load} load */
  #rate({ recent }) {
    const { words, tables } = this.desk;
    const budget = Number(tables.alarms?.benchmarks["per_10_min_max"]?.["at_most"] ?? BUDGET);
    const above = recent > budget;
    return h(
      "span",
      { class: `rate${above ? " above" : ""}`, title: "EEMUA 191" },
      h(
        "span",
        { class: "rate-bar", "aria-hidden": "true" },
        h("i", { style: { width: `${Math.min(1, recent / budget) * 100}%` } }),
      ),
      h(
        "span",
        {},
        `${above ? "▲ " : ""}${words.t("positions.rate", { n: recent, budget, minutes: WINDOW_MIN })}`,
      ),
    );
  }
}

/** @param {Alarm[]} alarms */
function byPriority(alarms) {
  return [1, 2, 3].map((p) => alarms.filter((alarm) => alarm.priority === p)).filter((those) => those.length > 0);
}
