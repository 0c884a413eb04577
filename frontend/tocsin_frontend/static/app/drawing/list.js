// @ts-check
/** Everything drawn, newest first: what, by whom, when; each within reach of the keyboard. */

import { h, KeyedChildren } from "../dom.js";
import { figureOf } from "../layers/drawing-layer.js";
import { commandButton } from "../panels/buttons.js";
import { common } from "../panels/sheet/section.js";
import { kindSign } from "./kinds.js";
import { teamsOf } from "./rights.js";

/** @import { Desk } from "../desk.js" */
/** @import { Drawing } from "../../../../types/wire" */

export class DrawingList {
  /**
   * @param {Desk} desk
   * @param {HTMLElement} box
   * @param {{ look: (drawing: Drawing) => void, change: (drawing: Drawing) => void }} acts
   */
  constructor(desk, box, acts) {
    this.desk = desk;
    this.acts = acts;
    this.rows = new KeyedChildren(box, {
      key: (/** @type {Drawing} */ drawing) => drawing.id,
      parts: (drawing) => [drawing, ...common(desk)],
      build: (drawing) => this.#row(drawing),
    });
  }

  /** @param {Drawing[]} drawings */
  show(drawings) {
    this.rows.show([...drawings].sort((a, b) => b.n - a.n));
  }

  /** @param {Drawing} drawing */
  #row(drawing) {
    const { desk } = this;
    const { words, format, store, access } = desk;
    const own = teamsOf(access).includes(drawing.layer);
    const figure = figureOf(desk, drawing);
    const name = words.name("drawing_kind.", drawing.kind);
    const called = drawing.text === null ? name : `${name} : ${drawing.text}`;
    /** @param {string} key @param {() => void} act @param {boolean} [disabled] */
    const button = (key, act, disabled = false) =>
      h(
        "button",
        {
          type: "button",
          class: "button",
          "data-focus": `${key}-${drawing.id}`,
          "aria-label": `${words.t(key)} – ${called}`,
          disabled,
          onclick: act,
        },
        words.t(key),
      );
    return h(
      "li",
      { class: "drawing-row", "data-drawing": drawing.id },
      kindSign(drawing.kind, 26),
      h(
        "div",
        {},
        h("p", { class: "card-title" }, name, figure && h("span", { class: "figure" }, ` · ${figure}`)),
        drawing.text && h("p", {}, drawing.text),
        h(
          "p",
          { class: "tie-meta" },
          h("span", { class: "badge" }, words.name("drawing_layer.", drawing.layer)),
          drawing.incident && h("span", { class: "id" }, drawing.incident),
          h("span", {}, `${access.who(drawing.by)}, ${format.moment(drawing.changed_at, store.now())}`),
        ),
        h(
          "div",
          { class: "acts" },
          button("drawing.look", () => this.acts.look(drawing)),
          own && button("drawing.change", () => this.acts.change(drawing), desk.commands.held),
          own &&
            commandButton(desk, words.t("drawing.erase"), { command: "erase_drawing", drawing: drawing.id }, {
              focus: `erase-${drawing.id}`,
              says: `${words.t("drawing.erase")} – ${called}`,
            }),
        ),
      ),
    );
  }
}
