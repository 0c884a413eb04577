// @ts-check
/** A note on the timeline: what was seen, of which sort, and about which inject. */

import { inOrder, titleOf } from "../conduct/injects.js";
import { TAGS } from "../conduct/tags.js";
import { fill, h } from "../dom.js";
import { common, keepingFocus } from "../panels/sheet/section.js";

/** @import { ConductLink } from "../conduct/link.js" */
/** @import { Desk } from "../desk.js" */
/** @import { NoteTag } from "../../../../types/exercises" */
/** @import { Outbox } from "./outbox.js" */

const LAST = 12; // injects to choose from, newest first
const SHOWN = 30;

export class NotePad {
  /** @param {Desk} desk @param {ConductLink} link @param {Outbox} outbox @param {() => void} changed */
  constructor(desk, link, outbox, changed) {
    this.desk = desk;
    this.link = link;
    this.outbox = outbox;
    this.changed = changed;
    /** @type {NoteTag} */
    this.tag = TAGS[0];
    this.inject = "";
    this.label = h("label", { for: "note-text" });
    this.text = h("textarea", {
      id: "note-text",
      rows: 4,
      maxlength: 2000,
      oninput: () => {
        outbox.type(this.text.value);
        this.#turn();
      },
    });
    this.text.value = outbox.draft;
    this.tags = h("div", { class: "note-tags", role: "group" });
    this.about = h("select", { id: "note-about", onchange: () => (this.inject = this.about.value) });
    this.aboutLabel = h("label", { for: "note-about" });
    this.send = h("button", { type: "submit", class: "button act note-send" });
    this.form = h(
      "form",
      {
        class: "note-pad",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.#write();
        },
      },
      this.label,
      this.text,
      this.tags,
      h("div", { class: "note-about" }, this.aboutLabel, this.about),
      this.send,
    );
    this.waiting = h("ul", { class: "notes-waiting" });
    this.title = h("h2");
    this.notes = h("ul", { class: "notes" });
    this.box = h("section", { class: "note-box" }, this.form, h("div", { role: "status" }, this.waiting), this.title, this.notes);
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { desk, link, outbox } = this;
    const parts = [link.edition, outbox.edition, this.tag, ...common(desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { words, format, access } = desk;
    this.label.textContent = words.t("observe.note");
    this.aboutLabel.textContent = words.t("observe.about");
    this.send.textContent = words.t("observe.send");
    this.tags.setAttribute("aria-label", words.t("observe.tag"));
    this.#turn();
    keepingFocus(this.tags, () =>
      fill(
        this.tags,
        TAGS.map((tag) =>
          h(
            "button",
            {
              type: "button",
              class: "button toggle",
              "data-focus": `tag-${tag}`,
              "aria-pressed": String(tag === this.tag),
              onclick: () => {
                this.tag = tag;
                this.changed();
              },
            },
            words.t(`note_tag.${tag}`),
          ),
        ),
      ),
    );
    const told = inOrder(link.view?.injects ?? []).filter((row) => row.status === "issued");
    fill(
      this.about,
      h("option", { value: "" }, words.t("observe.about_none")),
      told
        .slice(-LAST)
        .reverse()
        .map((row) => h("option", { value: row.id }, `${format.hour(row.run?.at ?? "")} ${row.id} ${titleOf(words, row)}`)),
    );
    this.about.value = told.some(({ id }) => id === this.inject) ? this.inject : "";
    this.inject = this.about.value;
    fill(
      this.waiting,
      outbox.waiting.map((note) =>
        h(
          "li",
          { class: note.refused === undefined ? "" : "refused" },
          h("span", { "aria-hidden": "true" }, note.refused === undefined ? "↻ " : "✕ "),
          h("b", {}, note.refused === undefined ? words.t("observe.waiting") : words.t("command.refused", { detail: note.refused })),
          ` ${format.clock(note.at)} · ${note.text}`,
          note.refused !== undefined &&
            h("button", { type: "button", class: "button", onclick: () => outbox.drop(note) }, words.t("observe.drop")),
        ),
      ),
    );
    const notes = [...(link.view?.notes ?? [])].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
    this.title.textContent = words.t("observe.last");
    fill(
      this.notes,
      notes.length === 0 && h("li", { class: "quiet" }, words.t("observe.no_notes")),
      notes.slice(0, SHOWN).map((note) =>
        h(
          "li",
          {},
          h(
            "p",
            { class: "quiet" },
            h("time", { datetime: note.at }, format.clock(note.at)),
            " · ",
            h("b", { class: `tag ${note.tag}` }, words.t(`note_tag.${note.tag}`)),
            ` · ${access.who(note.by)}${note.inject === null ? "" : ` · ${note.inject}`}`,
          ),
          h("p", {}, note.text),
        ),
      ),
    );
  }

  #turn() {
    this.send.disabled = this.text.value.trim() === "" || this.link.now() === null;
  }

  #write() {
    const text = this.text.value.trim();
    const now = this.link.now();
    if (text === "" || now === null) return;
    this.text.value = "";
    this.outbox.add({ tag: this.tag, text, at: new Date(now).toISOString(), ...(this.inject ? { inject: this.inject } : {}) });
    this.text.focus();
  }
}
