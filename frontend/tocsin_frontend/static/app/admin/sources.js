// @ts-check
/** The register of sources: how each is, what came of it, and what it is worth (M10.13). */

import { fill, h, KeyedChildren } from "../dom.js";
import { figure } from "../figures-table.js";
import { sign } from "../symbols.js";
import { Asked, heading, noAnswer, partBox } from "./part.js";

/** @import { Child } from "../dom.js" */
/** @import { Desk } from "../desk.js" */
/** @import { SourceLine, SourceRegister } from "../../../../types/figures" */

const NAME = "sources";
const EVERY_MS = 5000;
const URGENT = ["offline", "silent", "unknown", "catching_up", "online"];
const MATURITY = ["trial", "pilot", "operational"];

/**
 * The columns, and by what each is sorted; numbers begin with the greatest.
 * @type {Record<string, (line: SourceLine) => string | number>}
 */
const COLUMNS = {
  source: (line) => line.source,
  state: (line) => URGENT.indexOf(line.state),
  age: (line) => line.flow.heard_at ?? "",
  rate: (line) => -line.flow.rate_per_min,
  received: (line) => -(line.flow.received ?? line.flow.accepted),
  rejected: (line) => -refused(line),
  maturity: (line) => MATURITY.indexOf(line.configured?.maturity ?? ""),
  regime: (line) => line.configured?.legal_regime ?? "",
  value: (line) => -(line.value.votes.precision ?? -1),
};

export class SourcesPart {
  /** @param {Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.desk = desk;
    this.changed = changed;
    this.box = partBox(NAME);
    /** @type {Asked<SourceRegister>} */
    this.asked = new Asked(desk, changed, `/realms/${desk.settings.realm}/sources`, EVERY_MS);
    this.sorted = { by: "state", down: false };
    /** @type {Set<string>} what somebody has unfolded */
    this.open = new Set();
    /** @type {unknown[]} */
    this.shown = [];
    this.head = h("div", {});
    this.columns = h("tr", {});
    this.caption = h("caption", {});
    const body = h("tbody", {});
    this.region = h(
      "div",
      { class: "table", tabindex: "0", role: "region" },
      h("table", {}, this.caption, h("thead", {}, this.columns), body),
    );
    this.box.append(this.head);
    this.rows = new KeyedChildren(body, {
      key: (/** @type {SourceLine} */ line) => line.source,
      parts: (line) => [JSON.stringify(line), desk.words.language, desk.tables.edition],
      build: (line) => this.#row(line),
    });
  }

  draw() {
    const { words, tables } = this.desk;
    const { told, trouble } = this.asked;
    const parts = [told, trouble, words.language, tables.edition, this.sorted];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    fill(
      this.head,
      heading(this.desk, NAME, "register.title"),
      h("p", { class: "quiet" }, words.t("register.about")),
      trouble && noAnswer(this.desk),
      told !== null && told.sources.length === 0 && h("p", {}, words.t("register.none")),
    );
    if (told === null || told.sources.length === 0) {
      this.region.remove();
      return;
    }
    if (!this.region.isConnected) this.box.append(this.region);
    this.region.setAttribute("aria-label", words.t("register.title"));
    this.caption.textContent = words.t("register.caption", { n: told.sources.length });
    this.#heads();
    this.rows.show(inOrder(told.sources, this.sorted));
  }

  /** The buttons stay: one that is rebuilt under a finger or between two strokes loses the press. */
  #heads() {
    const { words } = this.desk;
    const { by, down } = this.sorted;
    if (this.columns.childElementCount === 0) {
      fill(this.columns, Object.keys(COLUMNS).map((name) => this.#head(name)));
    }
    for (const head of this.columns.children) {
      const button = /** @type {HTMLElement} */ (head.firstElementChild);
      const name = button.dataset["sort"] ?? "";
      const here = name === by;
      const mark = here ? (down ? " ▾" : " ▴") : "";
      fill(button, words.name("column.", name), h("span", { "aria-hidden": "true" }, mark));
      if (here) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  /** @param {string} name */
  #head(name) {
    const onclick = () => this.#sort(name);
    return h(
      "th",
      { scope: "col" },
      h("button", { type: "button", class: "sorter", "data-sort": name, onclick }),
    );
  }

  /** @param {string} by */
  #sort(by) {
    this.sorted = { by, down: this.sorted.by === by && !this.sorted.down };
    this.changed();
  }

  /** @param {SourceLine} line */
  #row(line) {
    const { words, format } = this.desk;
    const { flow, configured } = line;
    const known = URGENT.includes(line.state) ? line.state : "unknown";
    return h(
      "tr",
      { "data-source": line.source },
      h("th", { scope: "row" }, line.source, h("p", { class: "quiet" }, line.adapter ?? "")),
      h(
        "td",
        {},
        h(
          "div",
          { class: `source-row ${known}` },
          sign(line.state, 18),
          h("span", { class: "source-state" }, words.name("source.", line.state)),
        ),
        line.unreliable && h("p", { class: "verdict bad" }, `▲ ${words.t("register.unreliable")}`),
        line.outbox > 0 && h("p", { class: "quiet" }, words.t("sources.outbox", { n: line.outbox })),
        line.trouble && h("p", { class: "quiet" }, line.trouble),
      ),
      h(
        "td",
        {},
        flow.heard_at === null
          ? words.t("value.unknown")
          : h("time", { datetime: flow.heard_at, "data-since": flow.heard_at }),
      ),
      h("td", {}, format.number(flow.rate_per_min, Number.isInteger(flow.rate_per_min) ? 0 : 1)),
      h("td", {}, this.#counted(line)),
      h("td", {}, this.#rejects(line)),
      h("td", {}, configured?.maturity ? words.name("register.", configured.maturity) : words.t("register.unsaid")),
      h("td", {}, this.#agreement(line)),
      h("td", {}, this.#sheet(line)),
    );
  }

  /** @param {SourceLine} line @returns {Child[]} */
  #counted({ flow }) {
    const { words, format } = this.desk;
    const said = [
      ["register.received", flow.received],
      ["register.published", flow.published],
      ["register.accepted", flow.accepted],
      ["register.duplicates", flow.duplicates],
    ];
    return said.map(([key, value]) =>
      h(
        "p",
        {},
        `${words.t(String(key))} ${value === null ? words.t("value.unknown") : format.number(Number(value))}`,
      ),
    );
  }

  /** @param {SourceLine} line @returns {Child} */
  #rejects(line) {
    const { words, format, store } = this.desk;
    if (line.rejects.length === 0) return "0";
    return this.#unfold(
      `rejects ${line.source}`,
      format.number(refused(line)),
      h(
        "ul",
        {},
        line.rejects.map((reject) =>
          h(
            "li",
            {},
            h("b", {}, format.number(reject.messages)),
            ` ${words.name("reason.", reject.reason)} `,
            h("span", { class: "quiet" }, words.t("register.last", { time: format.moment(reject.last_at, store.now()) })),
          ),
        ),
      ),
    );
  }

  /** @param {SourceLine} line @returns {Child[]} */
  #agreement({ configured }) {
    const { words } = this.desk;
    if (configured === null) return [h("p", { class: "quiet" }, words.t("register.elsewhere"))];
    return [
      h("p", {}, configured.legal_regime ? words.name("regime.", configured.legal_regime) : words.t("register.unsaid")),
      configured.controller && h("p", { class: "quiet" }, configured.controller),
      configured.protocol_ref && h("p", { class: "quiet" }, configured.protocol_ref),
      configured.retention_days !== null &&
        h("p", { class: "quiet" }, words.t("register.retention", { n: configured.retention_days })),
    ];
  }

  /** @param {SourceLine} line */
  #sheet(line) {
    const { desk } = this;
    const { words } = desk;
    const { votes, part, detection } = line.value;
    const { lead_s: lead } = detection;
    return this.#unfold(
      `value ${line.source}`,
      votes.precision === null
        ? words.t("register.no_votes")
        : `${words.t("register.precision")} ${figure(desk, votes.precision, "share")}`,
      h(
        "ul",
        {},
        h("li", {}, words.t("register.votes", { useful: votes.useful, noise: votes.noise }), this.#observations(votes.evidence)),
        h(
          "li",
          {},
          words.t("register.part", { n: part.incidents, of: part.of, share: figure(desk, part.share, "share") }),
          part.evidence.length > 0 && h("p", { class: "quiet" }, part.evidence.join(" ")),
        ),
        h("li", {}, words.t("register.first", { first: detection.first, missed: detection.missed, alone: detection.alone })),
        lead !== null &&
          h(
            "li",
            {},
            words.t(lead >= 0 ? "register.ahead" : "register.behind", { duration: desk.format.duration(Math.abs(lead)) }),
            this.#observations(detection.evidence.map((one) => one.observation)),
          ),
      ),
    );
  }

  /** What a figure rests on @param {string[]} evidence @returns {Child} */
  #observations(evidence) {
    const { api_root, realm } = this.desk.settings;
    if (evidence.length === 0) return null;
    return h(
      "p",
      { class: "quiet" },
      evidence.flatMap((id) => [h("a", { href: `${api_root}/realms/${realm}/observations/${id}` }, id), " "]),
    );
  }

  /** Stays as it was left when the row is drawn anew @param {string} key @param {string} summary @param {Child} content */
  #unfold(key, summary, content) {
    const box = h(
      "details",
      { open: this.open.has(key) },
      h("summary", { "data-focus": key }, summary),
      content,
    );
    box.addEventListener("toggle", () => (box.open ? this.open.add(key) : this.open.delete(key)));
    return box;
  }
}

/** @param {SourceLine} line what its adapter and our own door refused */
function refused({ rejects }) {
  return rejects.reduce((sum, reject) => sum + reject.messages, 0);
}

/** @param {SourceLine[]} lines @param {{by: string, down: boolean}} how */
function inOrder(lines, { by, down }) {
  const key = COLUMNS[by] ?? ((/** @type {SourceLine} */ line) => line.source);
  const sorted = [...lines].sort((a, b) => compare(key(a), key(b)) || compare(a.source, b.source));
  return down ? sorted.reverse() : sorted;
}

/** @param {string | number} a @param {string | number} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
