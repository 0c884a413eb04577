// @ts-check
/** The chosen inject: what it tells, what is expected, what came of it, and what its staff may do. */

import { conditionText, momentOf, REACTIONS, titleOf } from "../conduct/injects.js";
import { TAGS } from "../conduct/tags.js";
import { fill, h } from "../dom.js";
import { common, keepingFocus } from "../panels/sheet/section.js";
import { STATUS_SIGNS } from "./events-list.js";

/** @import { ConductLink } from "../conduct/link.js" */
/** @import { Desk } from "../desk.js" */
/** @import { EventsList } from "./events-list.js" */
/** @import { FormSlot } from "../forms.js" */
/** @import { InjectRow } from "../../../../types/exercises" */


export class InjectCard {
  /**
   * @param {Desk} desk @param {ConductLink} link @param {FormSlot} slot @param {EventsList} list
   * @param {(row: InjectRow) => void} edit
   */
  constructor(desk, link, slot, list, edit) {
    this.desk = desk;
    this.link = link;
    this.slot = slot;
    this.list = list;
    this.edit = edit;
    this.body = h("div");
    this.form = h("div", { class: "inject-form" });
    slot.hold("inject", this.form);
    this.box = h("section", { class: "inject-card", "aria-live": "off" }, this.body, this.form);
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { desk, link } = this;
    const row = this.list.current;
    const parts = [link.edition, row?.id, this.slot.key, ...common(desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.box.hidden = row === null;
    if (row === null) return;
    const { words, format, access } = desk;
    const moment = momentOf(row);
    const line = this.list.lines.get(row.id);
    const when = row.document?.["when"];
    const notes = (link.view?.notes ?? []).filter(({ inject }) => inject === row.id);
    keepingFocus(this.body, () =>
      fill(
        this.body,
        h("h2", {}, `${row.id} · ${words.t(`inject_kind.${row.kind}`)}`),
        h(
          "p",
          { class: "quiet" },
          moment !== null && `${format.clock(moment)} · `,
          row.source,
          row.incident !== null && ` · ${words.t("control.truth", { incident: row.incident })}`,
        ),
        row.trap && h("p", { class: "trap-note" }, `◆ ${words.t("control.trap_note")}`),
        h("p", { class: "inject-title" }, titleOf(words, row)),
        when && h("p", { class: "quiet condition" }, `${words.t("mel.on_condition")} · ${conditionText(when)}`),
        row.expect !== null && h("p", { class: "expected" }, `→ ${words.of(row.expect)}`),
        row.expect_of.length > 0 &&
          h("p", { class: "quiet" }, words.t("control.expected_of", { who: row.expect_of.map((one) => access.name(one)).join(", ") })),
        h(
          "p",
          { class: `mel-status ${row.status}` },
          h("span", { "aria-hidden": "true" }, `${STATUS_SIGNS[row.status]} `),
          h("b", {}, words.t(`inject_status.${row.status}`)),
          row.run !== null && ` ${format.clock(row.run.at)}`,
          row.run?.by && ` · ${access.who(row.run.by)}`,
          row.run?.reason && ` · ${row.run.reason}`,
        ),
        h(
          "dl",
          { class: "reactions" },
          REACTIONS.flatMap((name) => {
            const reaction = line?.[name] ?? null;
            return reaction === null
              ? []
              : [
                  h("dt", {}, words.t(`mel.${name}`)),
                  h(
                    "dd",
                    {},
                    h("time", { datetime: reaction.at }, format.clock(reaction.at)),
                    reaction.by && ` · ${access.who(reaction.by)}`,
                    reaction.what && ` · ${reaction.what}`,
                    reaction.n !== null && h("span", { class: "quiet" }, ` · ${words.t("conduct.entry", { n: reaction.n })}`),
                  ),
                ];
          }),
        ),
        notes.map((note) =>
          h("p", { class: "card-note" }, `${format.clock(note.at)} · ${words.t(`note_tag.${note.tag}`)} · ${note.text}`),
        ),
        h("div", { class: "acts" }, this.#acts(row)),
      ),
    );
  }

  /** @param {InjectRow} row */
  #acts(row) {
    const waits = row.status === "waiting" && this.link.isOpen;
    return [
      waits && this.#button("trigger", "T", () => this.trigger()),
      waits && this.#button("skip", "S", () => this.openSkip()),
      waits && row.document !== undefined && this.#button("edit", "E", () => this.edit(row)),
      this.#button("note", "N", () => this.openNote()),
      waits && this.#button("remove", null, () => this.link.order({ command: "remove", inject: row.id })),
    ];
  }

  /** @param {string} name @param {string | null} key @param {() => void} act */
  #button(name, key, act) {
    return h(
      "button",
      { type: "button", class: "button", "data-focus": `inject-${name}`, "aria-keyshortcuts": key, onclick: act },
      this.desk.words.t(`control.${name}`),
      key && h("kbd", { "aria-hidden": "true" }, key),
    );
  }

  /** The chosen inject, if it can still be changed. */
  get #waiting() {
    const row = this.list.current;
    return row !== null && row.status === "waiting" && this.link.isOpen ? row : null;
  }

  trigger() {
    const row = this.#waiting;
    if (row !== null) this.link.order({ command: "trigger", inject: row.id });
  }

  openEdit() {
    const row = this.#waiting;
    if (row?.document !== undefined) this.edit(row);
  }

  openSkip() {
    const row = this.#waiting;
    if (row === null) return;
    const { words } = this.desk;
    this.slot.open(
      "inject",
      () => ({
        title: words.t("control.skip_of", { inject: row.id }),
        fields: [{ name: "reason", kind: "line", label: words.t("control.reason"), required: true }],
        send: words.t("control.skip"),
        commands: ({ reason }) => ({ command: "skip", inject: row.id, reason }),
      }),
      "inject-skip",
    );
  }

  openNote() {
    const { words } = this.desk;
    const inject = this.list.chosen;
    this.slot.open(
      "inject",
      () => ({
        title: words.t("control.note_on", { inject: inject ?? "" }),
        fields: [
          { name: "text", kind: "text", label: words.t("observe.note"), required: true },
          {
            name: "tag",
            kind: "choice",
            label: words.t("observe.tag"),
            required: true,
            value: TAGS[0],
            options: TAGS.map((tag) => ({ value: tag, text: words.t(`note_tag.${tag}`) })),
          },
        ],
        send: words.t("observe.send"),
        commands: ({ text, tag }) => ({ command: "note", text, tag, ...(inject === null ? {} : { inject }) }),
      }),
      "inject-note",
    );
  }
}
