// @ts-check
/** One incident in full: facts, suggestions, ties, observations; the why and the undo of each act. */

import { byId, fill, h, KeyedChildren } from "../dom.js";
import { placeOf } from "../places.js";
import { isConfirmed, severitySymbol, sign } from "../symbols.js";
import { ruleName, whyBlock } from "../why.js";
import { orderedTies, tieBadge } from "./ties.js";

/** @import { Command } from "../commands.js" */
/** @import { Desk } from "../desk.js" */
/** @import { Incident, Shown, Suggestion, Tie } from "../../../../types/wire" */

const AUTOMATIC = /^R-(?!OPEN)/; // an opening has no opposite: a suggestion leads out of it

export class IncidentSheet {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = byId("sheet");
    this.head = byId("sheet-head");
    this.status = byId("sheet-status");
    this.facts = byId("sheet-facts");
    this.yesNo = byId("sheet-yes-no");
    this.ordinaryMode = desk.settings.realm === "live" ? "real" : "exercise";
    /** @type {unknown[]} */
    this.headParts = [];
    /** @type {string | null} */
    this.incident = null;
    /** The tie whose rejection is being written. @type {string | null} */
    this.rejecting = null;
    const { words, names, commands, store } = desk;
    const common = () => [words.language, names.edition];
    this.suggestions = new KeyedChildren(byId("sheet-suggestions"), {
      key: (/** @type {Suggestion} */ s) => s.id,
      parts: (s) => [
        s,
        store.picture.observations[s.observation],
        ...common(),
        commands.isPending(this.#settle("accept_suggestion", s)),
        commands.isPending(this.#settle("dismiss_suggestion", s)),
      ],
      build: (s) => this.#suggestion(s),
    });
    this.ties = new KeyedChildren(byId("sheet-ties"), {
      key: (/** @type {Tie} */ t) => t.id,
      parts: (t) => [
        t,
        this.rejecting === t.id,
        ...common(),
        commands.isPending(this.#confirm(t)),
        commands.isPending({ command: "undo", entry: t.proposed_by }),
      ],
      build: (t) => this.#tie(t),
    });
    this.observations = new KeyedChildren(byId("sheet-observations"), {
      key: (/** @type {Shown} */ o) => o.id,
      parts: (o) => [
        o,
        ...common(),
        o.joined_by !== null && commands.isPending({ command: "undo", entry: o.joined_by }),
      ],
      build: (o) => this.#observation(o),
    });
    byId("sheet-close").append(sign("close", 20));
    byId("sheet-close").addEventListener("click", () => {
      desk.choose(null);
      byId("incident-list").focus();
    });
  }

  focus() {
    if (!this.box.hidden) byId("sheet-title").focus();
  }

  draw() {
    const { store, words, names, commands } = this.desk;
    const incident = store.selectedIncident();
    if (this.incident !== store.selected) {
      this.incident = store.selected;
      this.rejecting = null;
      commands.quiet();
      byId("sheet-body").scrollTop = 0;
    }
    const focused = this.box.contains(document.activeElement);
    this.box.hidden = incident === null;
    document.body.classList.toggle("with-sheet", incident !== null);
    if (incident === null) return;
    this.#say();
    const gradePending = commands.isPending({ command: "undo", entry: incident.graded_by });
    const parts = [incident, words.language, names.edition, gradePending];
    if (!parts.every((part, i) => part === this.headParts[i])) {
      this.headParts = parts;
      this.#headAndFacts(incident);
    }
    this.suggestions.show(incident.suggestions);
    const ties = orderedTies(this.desk, incident);
    this.ties.show(ties);
    const shown = incident.observations
      .map((id) => store.picture.observations[id])
      .filter((o) => o !== undefined)
      .reverse();
    this.observations.show(shown);
    section("suggestions", incident.suggestions.length > 0);
    section("ties", ties.length > 0);
    byId("sheet-observations-count").textContent = words.t("list.observations", {
      n: incident.count,
    });
    const older = incident.count - shown.length;
    byId("sheet-older").textContent = older > 0 ? words.t("sheet.older", { n: older }) : "";
    // What had the keyboard may be gone or moved: its reader stays in the sheet.
    if (focused && !this.box.contains(document.activeElement)) {
      byId("sheet-title").focus({ preventScroll: true });
    }
  }

  #say() {
    const said = this.desk.commands.said;
    if (this.status.textContent !== (said?.text ?? "")) this.status.textContent = said?.text ?? "";
    this.status.classList.toggle("trouble", said?.trouble ?? false);
  }

  /** @param {Incident} incident */
  #headAndFacts(incident) {
    const { words, names, format, store } = this.desk;
    const ended = incident.state === "ended";
    fill(
      this.head,
      severitySymbol(incident.severity, { confirmed: isConfirmed(incident), ended, size: 52 }),
      h(
        "div",
        {},
        h("h2", { id: "sheet-title", tabindex: "-1", "data-focus": "title" }, names.type(incident.type)),
        h(
          "p",
          { class: "sheet-sub" },
          h("span", { class: "id" }, incident.id),
          h("span", {}, words.name("severity.", String(incident.severity))),
          ended && h("span", { class: "state" }, words.t("state.ended")),
        ),
        h("p", { class: "sheet-place" }, placeOf(words, incident)),
        incident.headline && h("p", { class: "sheet-headline" }, incident.headline),
      ),
    );
    const now = store.now();
    const zone =
      incident.lat === null || incident.lon === null
        ? null
        : this.desk.policeZoneAt(incident.lat, incident.lon);
    /** @type {[string, (Node | string)[]][]} */
    const facts = [
      [words.t("fact_row.observed"), [this.#span(incident.observed_first, incident.observed_last, now)]],
      [
        words.t("fact_row.changed"),
        [
          format.moment(incident.last_at, now),
          " · ",
          h("time", { class: "age", datetime: incident.last_at, "data-since": incident.last_at }),
        ],
      ],
      [
        words.t("fact_row.sources"),
        [
          incident.source_classes.join(", "),
          isConfirmed(incident) ? "" : ` · ${words.t("sheet.unconfirmed")}`,
        ],
      ],
    ];
    if (incident.accuracy_m) {
      facts.push([words.t("fact_row.accuracy"), [`± ${format.distance(incident.accuracy_m)}`]]);
    }
    if (zone) {
      const name = zone.name_fr === zone.name_nl ? zone.name_fr : `${zone.name_fr} / ${zone.name_nl}`;
      facts.push([words.t("fact_row.police_zone"), [`${zone.zone} ${name}`]]);
    }
    /** @type {Node[]} */
    const yesNo = [];
    for (const [name, { value }] of names.inOrder(incident.facts)) {
      if (value === true) yesNo.push(h("li", {}, names.fact(name)));
      else if (value === false) {
        yesNo.push(h("li", { class: "no" }, `${names.fact(name)} : ${words.t("value.no")}`));
      } else facts.push([names.fact(name), [names.factValue(format, name, value)]]);
    }
    fill(this.yesNo, yesNo);
    fill(
      this.facts,
      facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
    );
    if (incident.grade_why?.from) {
      const { from, rule } = incident.grade_why;
      const text = words.t("why.regraded", {
        from: `${names.type(from.type)} (${from.severity})`,
        to: `${names.type(incident.type)} (${incident.severity})`,
      });
      this.facts.append(
        h("dt", {}, words.t("fact_row.grading")),
        h(
          "dd",
          { class: "with-undo" },
          h("span", {}, text, h("small", { class: "rule" }, ` ${ruleName(this.desk, rule)}`)),
          AUTOMATIC.test(rule) && this.#undo(incident.graded_by),
        ),
      );
    }
  }

  /** @param {string} first @param {string} last @param {number} now */
  #span(first, last, now) {
    const { format } = this.desk;
    const from = format.moment(first, now);
    const to = format.moment(last, now);
    return from === to ? from : `${from} – ${to}`;
  }

  /** @param {Suggestion} suggestion */
  #suggestion(suggestion) {
    const { words, store, names } = this.desk;
    const shown = store.picture.observations[suggestion.observation];
    const other = store.picture.incidents[suggestion.incident];
    const accept = this.#settle("accept_suggestion", suggestion);
    const dismiss = this.#settle("dismiss_suggestion", suggestion);
    return h(
      "li",
      { class: "card suggestion" },
      h(
        "p",
        { class: "card-title" },
        words.t("suggestion.ask", {
          incident: suggestion.incident,
          type: other ? names.type(other.type) : "",
        }),
      ),
      shown && h("p", { class: "card-sub" }, `${shown.source} · ${this.#headline(shown)}`),
      whyBlock(this.desk, suggestion.why),
      h(
        "div",
        { class: "acts" },
        this.#button("suggestion.accept", accept, "act"),
        this.#button("suggestion.dismiss", dismiss),
      ),
    );
  }

  /** @param {Tie} tie */
  #tie(tie) {
    const { words, names, commands } = this.desk;
    const open = tie.status === "proposed";
    const item = h(
      "li",
      { class: `card tie-card ${tie.status}` },
      h(
        "div",
        { class: "tie-head" },
        tieBadge(tie),
        h("strong", {}, names.measure(tie.measure.code)),
      ),
      h(
        "p",
        { class: "tie-meta" },
        h("span", { class: "chip" }, words.name("relation.", tie.relation)),
        h("span", {}, words.name("strength.", tie.strength)),
        h("span", { class: "tie-status" }, words.name("tie.", tie.status)),
        h("small", { class: "rule" }, tie.rule),
      ),
      h("p", { class: "reason" }, words.of(tie.reason)),
      tie.evidence.length > 0 &&
        h("p", { class: "evidence" }, `${words.t("tie.evidence")} ${tie.evidence.join(", ")}`),
      tie.note && h("p", { class: "note" }, tie.note),
      h(
        "details",
        { class: "wording" },
        h("summary", { "data-focus": "wording" }, words.t("tie.wording")),
        h("p", {}, names.wording(tie.measure)),
      ),
    );
    if (open && this.rejecting === tie.id) item.append(this.#rejection(tie));
    else if (open) {
      item.append(
        h(
          "div",
          { class: "acts" },
          this.#button("tie.confirm", this.#confirm(tie), "act"),
          h(
            "button",
            {
              type: "button",
              class: "button",
              "data-focus": "reject",
              disabled: commands.isPending(this.#confirm(tie)),
              onclick: () => this.#startRejecting(tie.id),
            },
            words.t("tie.reject"),
          ),
          tie.strength === "auto" && this.#undo(tie.proposed_by),
        ),
      );
    }
    return item;
  }

  /** A rejection needs a reason: it trains the rule. @param {Tie} tie */
  #rejection(tie) {
    const { words, commands } = this.desk;
    const id = `note-${tie.id}`;
    const hint = h("p", { class: "field-error", role: "alert" });
    const note = h("textarea", {
      id,
      rows: 2,
      maxlength: 500,
      required: true,
      "data-focus": "note",
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Escape") this.#startRejecting(null);
      },
    });
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      const said = note.value.trim();
      if (said.length < 3) {
        hint.textContent = words.t("tie.note_needed");
        note.setAttribute("aria-invalid", "true");
        note.focus();
        return;
      }
      this.rejecting = null;
      commands.give({
        command: "reject_tie",
        incident: this.incident,
        tie: tie.id,
        note: said,
      });
    };
    return h(
      "form",
      { class: "rejection", novalidate: true, onsubmit: submit },
      h("label", { for: id }, words.t("tie.note")),
      note,
      hint,
      h(
        "div",
        { class: "acts" },
        h("button", { type: "submit", class: "button act" }, words.t("tie.reject_send")),
        h(
          "button",
          { type: "button", class: "button", onclick: () => this.#startRejecting(null) },
          words.t("act.cancel"),
        ),
      ),
    );
  }

  /** @param {string | null} tie */
  #startRejecting(tie) {
    const before = this.rejecting;
    this.rejecting = tie;
    this.draw();
    const opened = tie === null ? null : document.getElementById(`note-${tie}`);
    if (opened) opened.focus();
    else if (before !== null) byId("sheet-title").focus();
  }

  /** @param {Shown} shown */
  #observation(shown) {
    const { words, names, format, store } = this.desk;
    const now = store.now();
    const undoable =
      shown.joined_by !== null && shown.why !== null && AUTOMATIC.test(shown.why.rule);
    const marks = [
      shown.late_s !== null &&
        h(
          "span",
          { class: "mark" },
          sign("late", 14),
          words.t("observation.late", { duration: format.duration(shown.late_s) }),
        ),
      shown.clock_suspect && h("span", { class: "mark" }, words.t("observation.clock_suspect")),
      shown.implausible && h("span", { class: "mark" }, words.t("observation.implausible")),
      shown.mode !== this.ordinaryMode && h("span", { class: "mark" }, words.name("mode.", shown.mode)),
      shown.maturity !== null &&
        shown.maturity !== "operational" &&
        h("span", { class: "mark" }, words.name("maturity.", shown.maturity)),
    ];
    return h(
      "li",
      { class: "card observation" },
      h(
        "div",
        { class: "observation-head" },
        h("span", { class: "source" }, shown.source),
        h("time", { class: "age", datetime: shown.recorded_at, "data-since": shown.recorded_at }),
        undoable && shown.joined_by !== null && this.#undo(shown.joined_by),
      ),
      h("p", { class: "card-title" }, this.#headline(shown)),
      h(
        "p",
        { class: "times" },
        h("span", {}, words.name("kind.", shown.kind)),
        shown.action !== "new" && h("span", {}, words.name("action.", shown.action)),
        shown.type_hint && h("span", {}, names.type(shown.type_hint)),
        h(
          "span",
          {},
          shown.observed_at
            ? `${words.t("observation.observed")} ${format.moment(shown.observed_at, now)}`
            : words.t("observation.no_time"),
        ),
        h("span", {}, `${words.t("observation.recorded")} ${format.moment(shown.recorded_at, now)}`),
        shown.confidence !== null &&
          h("span", {}, words.t("observation.confidence", { value: format.number(shown.confidence * 100) })),
        h("span", { class: "id" }, shown.id),
      ),
      marks.some(Boolean) && h("p", { class: "marks" }, marks),
      shown.why && whyBlock(this.desk, shown.why),
    );
  }

  /** @param {Shown} shown */
  #headline(shown) {
    return shown.headline ?? shown.text ?? this.desk.names.type(shown.type_hint);
  }

  /** @param {string} command @param {Suggestion} suggestion @returns {Command} */
  #settle(command, suggestion) {
    return { command, incident: this.desk.store.selected, suggestion: suggestion.id };
  }

  /** @param {Tie} tie @returns {Command} */
  #confirm(tie) {
    return { command: "confirm_tie", incident: this.desk.store.selected, tie: tie.id };
  }

  /** @param {number} entry */
  #undo(entry) {
    const { words, commands } = this.desk;
    /** @type {Command} */
    const command = { command: "undo", entry };
    return h(
      "button",
      {
        type: "button",
        class: "button icon undo",
        "data-focus": `undo-${entry}`,
        title: words.t("act.undo_entry", { n: entry }),
        "aria-label": words.t("act.undo_entry", { n: entry }),
        disabled: commands.isPending(command),
        onclick: () => commands.give(command),
      },
      sign("undo", 18),
      h("span", {}, words.t("act.undo")),
    );
  }

  /** @param {string} key @param {Command} command @param {string} [look] */
  #button(key, command, look = "") {
    const { words, commands } = this.desk;
    return h(
      "button",
      {
        type: "button",
        class: `button ${look}`,
        "data-focus": key,
        disabled: commands.isPending(command),
        onclick: () => commands.give(command),
      },
      words.t(key),
    );
  }
}

/** @param {string} name @param {boolean} shown */
function section(name, shown) {
  byId(`sheet-${name}-section`).hidden = !shown;
}
