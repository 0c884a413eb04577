// @ts-check
/**
 * The page of who observes an exercise, made for a phone in one hand. It has no overlay that holds
 * everything when the server is away: what one writes then is kept, and sent later.
 */

import { fromStart } from "./conduct/injects.js";
import { ConductLink } from "./conduct/link.js";
import { StaffOnly } from "./conduct/staff-only.js";
import { byId, h } from "./dom.js";
import { NotePad } from "./observe/note-pad.js";
import { Objectives } from "./observe/objectives.js";
import { Outbox } from "./observe/outbox.js";
import { openPlainPage } from "./plain-page.js";

/** @import { Desk } from "./desk.js" */

class Head {
  /** @param {Desk} desk @param {ConductLink} link */
  constructor(desk, link) {
    this.desk = desk;
    this.link = link;
    this.title = h("h1");
    this.time = h("p", { class: "exercise-time", role: "timer" });
    this.box = h("header", { class: "observe-top" }, this.title, this.time);
  }

  tick() {
    this.draw();
  }

  draw() {
    const { words, format } = this.desk;
    const { view } = this.link;
    const now = this.link.now();
    const title = words.t("page.observe");
    if (this.title.textContent !== title) this.title.textContent = title;
    if (view === null || now === null) return;
    const said = `${format.clock(now)} · ${fromStart(view, now)} · ${words.t(`run_state.${view.state}`)}`;
    if (this.time.textContent !== said) this.time.textContent = said;
  }
}

openPlainPage(
  (desk, changed) => {
    const link = new ConductLink(desk, changed);
    const outbox = new Outbox(link, desk.settings.realm, changed);
    const staff = new StaffOnly(desk, link, "evaluator", "observe");
    const head = new Head(desk, link);
    const pad = new NotePad(desk, link, outbox, changed);
    const objectives = new Objectives(desk, link, changed);
    byId("page").append(head.box, staff.box, h("div", { class: "observe" }, pad.box, objectives.box));
    return [link, outbox, head, staff, pad, objectives];
  },
  { holds: false },
);
