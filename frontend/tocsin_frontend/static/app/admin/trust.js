// @ts-check
/** What the room thinks of its sources: an unreliable one is shown, and moves no rule. */

import { fill, h } from "../dom.js";
import { FormSlot } from "../forms.js";
import { table } from "../figures-table.js";
import { formButton } from "../panels/buttons.js";
import { common, keepingFocus } from "../panels/sheet/section.js";
import { heading, partBox } from "./part.js";

/** @import { Desk } from "../desk.js" */
/** @import { Form } from "../forms.js" */

const NAME = "trust";
const SPOT = "trust";

export class TrustPart {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.box = partBox(NAME);
    this.content = h("div", {});
    this.holder = h("div", {});
    this.status = h("p", { class: "quiet", role: "status" });
    this.box.append(this.content, this.status, this.holder);
    this.slot = new FormSlot(desk, () => this.draw());
    this.slot.hold(SPOT, this.holder);
    this.drawing = false;
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { store, commands } = this.desk;
    const said = commands.said?.text ?? "";
    if (this.status.textContent !== said) this.status.textContent = said;
    const { sources, marks } = store.picture;
    const parts = [sources, marks, store.known, this.slot.key, ...common(this.desk)];
    if (this.drawing || parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    this.drawing = true;
    try {
      keepingFocus(this.content, () => this.#table());
      this.slot.draw();
    } finally {
      this.drawing = false;
    }
  }

  #table() {
    const { desk } = this;
    const { words, store, tables, access, format } = desk;
    const { sources, marks } = store.picture;
    const all = [...new Set([...Object.keys(sources), ...Object.keys(marks)])].sort();
    fill(
      this.content,
      heading(desk, NAME, "trust.title"),
      h("p", { class: "quiet" }, words.t("trust.about")),
      table(
        words.t("trust.title"),
        ["field.source", "axis.state", "trust.trust", "trust.why", "trust.change"].map((key) => words.t(key)),
        all.map((source) => {
          const mark = marks[source];
          const trust = mark?.trust ?? "trusted";
          const state = sources[source]?.state ?? "unknown";
          return [
            source,
            words.name("source.", state),
            h("span", { class: trust === "unreliable" ? "verdict bad" : "" }, tables.word(tables.room?.trust, trust)),
            mark &&
              `${mark.reason} – ${access.who(mark.by)}, ${format.moment(mark.since, store.now())}`,
            formButton(desk, this.slot, words.t(trust === "trusted" ? "trust.doubt" : "trust.restore"), {
              key: SPOT,
              focus: `mark-${source}`,
              needs: { command: "mark_source" },
              make: () => this.#form(source, trust === "trusted" ? "unreliable" : "trusted"),
            }),
          ];
        }),
      ),
    );
  }

  /** @param {string} source @param {string} trust @returns {Form} */
  #form(source, trust) {
    const { words } = this.desk;
    return {
      title: words.t(trust === "unreliable" ? "trust.doubt_title" : "trust.restore_title", { source }),
      send: words.t("form.save"),
      fields: [{ name: "reason", kind: "text", label: words.t("field.reason"), required: true, atLeast: 3 }],
      commands: ({ reason }) => ({ command: "mark_source", source, trust, reason }),
    };
  }
}
