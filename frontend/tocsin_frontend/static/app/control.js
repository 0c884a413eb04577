// @ts-check
/** The page of who conducts an exercise: its clock, its list of events, its calls, and notes. */

import { ConductLink } from "./conduct/link.js";
import { StaffOnly } from "./conduct/staff-only.js";
import { Calls } from "./control/calls.js";
import { EventsList } from "./control/events-list.js";
import { InjectCard } from "./control/inject-card.js";
import { InjectEditor } from "./control/inject-editor.js";
import { RoleScreens } from "./control/roles.js";
import { Steering } from "./control/steering.js";
import { byId, h } from "./dom.js";
import { FormSlot } from "./forms.js";
import { KeysHelp } from "./panels/keys-help.js";
import { openPlainPage } from "./plain-page.js";

/** @import { Desk } from "./desk.js" */

/** Title, brief, and the way to all keys. */
class Head {
  /** @param {Desk} desk @param {ConductLink} link */
  constructor(desk, link) {
    this.desk = desk;
    this.link = link;
    this.title = h("h1");
    this.brief = h("p", { class: "quiet" });
    this.summary = h("summary");
    const keys = h(
      "button",
      { type: "button", id: "keys-open", "aria-keyshortcuts": "?", "data-label": "keys.help", "aria-label": desk.words.t("keys.help") },
      h("kbd", { "aria-hidden": "true" }, "?"),
    );
    this.details = h("details", { class: "control-brief" }, this.summary, this.brief);
    this.box = h("header", { class: "control-top" }, this.title, this.details, keys);
  }

  draw() {
    const { words } = this.desk;
    const { view } = this.link;
    this.title.textContent = words.t("page.control");
    this.details.hidden = view === null;
    if (view === null) return;
    this.summary.textContent = words.of(view.scenario.title);
    this.brief.textContent = words.of(view.scenario.brief);
  }
}

openPlainPage((desk, changed) => {
  const link = new ConductLink(desk, changed);
  const slot = new FormSlot({ words: desk.words, format: desk.format, commands: link }, changed);
  const head = new Head(desk, link);
  const staff = new StaffOnly(desk, link, "coordinator", "conduct");
  const steering = new Steering(desk, link, slot);
  const editor = new InjectEditor(desk, link);
  const list = new EventsList(desk, link, changed);
  const card = new InjectCard(desk, link, slot, list, (row) => editor.change(row));
  const calls = new Calls(desk, link, changed);
  const roles = new RoleScreens(desk, link);
  list.add.addEventListener("click", () => editor.add());
  byId("page").append(
    head.box,
    staff.box,
    steering.box,
    editor.box,
    h("div", { class: "control" }, list.box, h("div", { class: "control-side" }, calls.box, card.box, roles.box)),
  );
  desk.keys.held = () => byId("page").inert || staff.isKept;
  desk.keys.add(
    { key: "t", says: "keys.trigger", act: () => card.trigger() },
    { key: "s", says: "keys.skip", act: () => card.openSkip() },
    { key: "e", says: "keys.edit", act: () => card.openEdit() },
    { key: "n", says: "keys.note", act: () => card.openNote() },
    { key: "a", says: "keys.add", act: () => editor.add() },
    { key: "r", says: "keys.read_aloud", act: () => calls.done() },
    { key: "p", says: "keys.pause", act: () => steering.toggle() },
    { key: "m", says: "keys.to_list", act: () => list.focus(), looks: true },
  );
  const help = new KeysHelp(desk, [{ keys: ["↑", "↓"], says: "keys.mel" }]);
  const forms = { draw: () => slot.draw() };
  return [help, link, head, staff, steering, list, calls, card, editor, roles, forms];
});
