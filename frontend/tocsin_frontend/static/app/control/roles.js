// @ts-check
/** The screens of those who play, to look at without acting: read-only, and marked as such. */

import { fill, h } from "../dom.js";
import { common } from "../panels/sheet/section.js";

/** @import { ConductLink } from "../conduct/link.js" */
/** @import { Desk } from "../desk.js" */

const PAGES = /** @type {Record<string, string>} */ ({ police: "/liaison", supervisor: "/supervisor" });
const STAFF = new Set(["coordinator", "evaluator"]);

export class RoleScreens {
  /** @param {Desk} desk @param {ConductLink} link */
  constructor(desk, link) {
    this.desk = desk;
    this.link = link;
    this.box = h("section", { class: "role-screens" });
    /** @type {unknown[]} */
    this.shown = [];
  }

  draw() {
    const { desk, link } = this;
    const roles = (link.view?.scenario.roles ?? []).filter((role) => !STAFF.has(role));
    const parts = [roles.join(), ...common(desk)];
    if (parts.every((part, i) => part === this.shown[i])) return;
    this.shown = parts;
    const { words, access, settings } = desk;
    const home = `/realms/${settings.realm}`;
    const link_ = (/** @type {string} */ href, /** @type {string} */ text) =>
      h("li", {}, h("a", { href, target: "_blank", rel: "noopener" }, text));
    this.box.hidden = roles.length === 0;
    fill(
      this.box,
      h("h2", {}, words.t("control.screens")),
      h("p", { class: "quiet" }, words.t("control.screens_note")),
      h(
        "ul",
        {},
        roles.map((role) => link_(`${home}${PAGES[role] ?? ""}?as=${role}`, access.name(role))),
        link_(`${home}/wall?as=wall`, access.name("wall")),
      ),
    );
  }
}
