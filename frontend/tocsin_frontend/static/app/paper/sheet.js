// @ts-check
/** The parts that every sheet of paper has: its head, its sections, its tables and its times. */

import { h } from "../dom.js";

/** @import { Child } from "../dom.js" */
/** @import { Desk } from "../desk.js" */

/**
 * Paper says in which world it was made, when, and from which entry of the journal.
 * @param {Desk} desk
 * @param {object} about
 * @param {string} about.title
 * @param {string} about.kind of sheet, as a class
 * @param {string} about.made
 * @param {number} about.n
 * @param {...(Child | Child[])} body
 */
export function sheet(desk, { title, kind, made, n }, ...body) {
  const { words, settings, access, format, store } = desk;
  return h(
    "article",
    { class: `sheet ${kind}`, "aria-label": title },
    h(
      "header",
      { class: "sheet-head" },
      h(
        "p",
        { class: access.isExercise ? "sheet-realm exercise" : "sheet-realm" },
        words.t(access.isExercise ? "paper.exercise" : "paper.live"),
        access.isExercise && ` · ${settings.exercise_title ?? settings.realm}`,
      ),
      h("h2", {}, title),
      store.past !== null && h("p", { class: "sheet-past" }, words.t("paper.past")),
      h(
        "p",
        { class: "quiet" },
        words.t(store.past === null ? "paper.made" : "paper.state_at", { time: fullMoment(desk, made), utc: format.utc(made), n }),
      ),
    ),
    ...body,
  );
}

/** @param {Desk} desk @param {string} title @param {...(Child | Child[])} body */
export function section(desk, title, ...body) {
  const content = body.flat().filter((part) => part !== null && part !== undefined && part !== false);
  const none = h("p", { class: "quiet" }, desk.words.t("paper.none"));
  return h("section", {}, h("h3", {}, title), content.length > 0 ? content : none);
}

/** @param {Desk} desk @param {string} title @param {Child[]} lines */
export function listed(desk, title, lines) {
  return section(desk, title, lines.length > 0 && h("ul", {}, lines.map((line) => h("li", {}, line))));
}

/** @param {string} label @param {string[]} heads @param {Child[][]} rows the first cell names the row @param {string} [look] */
export function rows(label, heads, rows, look = "") {
  return h(
    "div",
    { class: `table ${look}`, tabindex: "0", role: "region", "aria-label": label },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h(
        "tbody",
        {},
        rows.map(([name, ...cells]) =>
          h("tr", {}, h("th", { scope: "row" }, name), cells.map((cell) => h("td", {}, cell))),
        ),
      ),
    ),
  );
}

/** `sam. 15 janv. 16:41` @param {Desk} desk @param {string} moment */
export function fullMoment({ format }, moment) {
  return `${format.day(moment)} ${format.hour(moment)}`.replaceAll(" ", "\u00a0");
}

/** The hour; with the day where it is another one than the day of the sheet. @param {Desk} desk @param {string} moment @param {string} made */
export function when(desk, moment, made) {
  const { format } = desk;
  return format.day(moment) === format.day(made) ? format.hour(moment) : fullMoment(desk, moment);
}
