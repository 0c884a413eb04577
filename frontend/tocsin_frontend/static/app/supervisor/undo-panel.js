// @ts-check
/** What people did in the last ten minutes and can still be taken back. */

import { h, KeyedChildren } from "../dom.js";
import { undoButton } from "../panels/sheet/undo-button.js";
import { common } from "../panels/sheet/section.js";
import { FirstFew, incidentLine, Panel } from "./panel.js";
import { incidentsOf, undoableActs } from "./waiting.js";

/** @import { Desk } from "../desk.js" */
/** @import { Undoable } from "../../../../types/wire" */

const AT_FIRST = 5;

export class UndoPanel extends Panel {
  /** @param {Desk} desk */
  constructor(desk) {
    super(desk, "undo", "undo.title");
    this.list = h("ul", { class: "steer-lines" });
    this.box.append(this.list);
    this.few = new FirstFew(this, AT_FIRST);
    this.lines = new KeyedChildren(this.list, {
      key: (/** @type {Undoable} */ act) => String(act.n),
      parts: (act) => [act, ...common(desk)],
      build: (act) => this.#line(act),
    });
  }

  /** @override */
  parts() {
    return [this.desk.store.picture.undoable];
  }

  /** @override */
  paint() {
    const { store, words } = this.desk;
    const acts = undoableActs(store.picture, store.now());
    this.tell(acts.length, words.t("undo.none"));
    this.lines.show(this.few.of(acts));
  }

  /** @param {Undoable} act */
  #line(act) {
    const { desk } = this;
    const { words, access, format, store } = desk;
    const { picture } = store;
    const [first, ...others] = incidentsOf(picture, act);
    const incident = picture.incidents[first ?? ""];
    return h(
      "li",
      { "data-act": String(act.n) },
      h(
        "div",
        { class: "steer-head" },
        h("strong", {}, words.name("did.", act.command)),
        h("span", { class: "quiet" }, `${access.who(act.by)} · ${format.clock(act.at)}`),
        h("time", { class: "countdown", datetime: act.until, "data-due": act.until }),
      ),
      h(
        "div",
        { class: "steer-foot" },
        incident && incidentLine(desk, incident, `act-${act.n}`),
        others.length > 0 && h("span", { class: "quiet" }, others.join(", ")),
        h("span", { class: "acts" }, undoButton(desk, act.n)),
      ),
    );
  }
}
