// @ts-check
/** What the police drew, and the quick ways to draw a perimeter around the chosen incident. */

import { byId, fill, h } from "../dom.js";
import { kindSign } from "../drawing/kinds.js";
import { DrawingList } from "../drawing/list.js";
import { teamsOf } from "../drawing/rights.js";
import { common, keepingFocus } from "../panels/sheet/section.js";
import { TEAM } from "./police.js";

/** @import { Desk } from "../desk.js" */
/** @import { DrawingPanel } from "../drawing/panel.js" */
/** @import { Kind } from "../drawing/kinds.js" */

/** @type {Kind[]} */
const QUICK = ["zone_red", "zone_orange", "zone_yellow", "wedge"];

export class Perimeters {
  /** @param {Desk} desk @param {DrawingPanel} panel */
  constructor(desk, panel) {
    this.desk = desk;
    this.panel = panel;
    this.quick = byId("perimeters-new");
    this.list = new DrawingList(desk, byId("perimeters-list"), {
      look: (drawing) => panel.sketch.lookAt(drawing, panel.box),
      change: (drawing) => panel.change(drawing),
    });
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { desk, panel } = this;
    const { words, access, store } = desk;
    const { drawings } = store.picture;
    const parts = [drawings, ...common(desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const may = teamsOf(access).includes(TEAM);
    keepingFocus(this.quick, () =>
      fill(
        this.quick,
        may
          ? QUICK.map((kind) =>
              h(
                "button",
                { type: "button", class: "button tool", "data-focus": `quick-${kind}`, onclick: () => panel.start(kind) },
                kindSign(kind),
                h("span", {}, words.name("drawing_kind.", kind)),
              ),
            )
          : h("p", { class: "quiet" }, words.t("drawing.may_not", { capacity: access.name(access.capacity) })),
      ),
    );
    this.list.show(Object.values(drawings).filter((drawing) => drawing.layer === TEAM));
  }
}
