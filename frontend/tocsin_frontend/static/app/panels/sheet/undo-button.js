// @ts-check
/** Taking back an automatic act, named by the number of its entry. */

import { h } from "../../dom.js";
import { sign } from "../../symbols.js";

/** @import { Command } from "../../commands.js" */
/** @import { Desk } from "../../desk.js" */

/** An opening has no opposite: a suggestion or a merge leads out of it. @param {string} rule */
export const isUndoable = (rule) => /^R-(?!OPEN|ASIDE)/.test(rule);

/** @param {Desk} desk @param {number} entry */
export function undoButton({ words, commands, access }, entry) {
  /** @type {Command} */
  const command = { command: "undo", entry };
  if (access.mayGive(command) === "no") return null;
  return h(
    "button",
    {
      type: "button",
      class: "button icon undo",
      "data-focus": `undo-${entry}`,
      title: words.t("act.undo_entry", { n: entry }),
      "aria-label": words.t("act.undo_entry", { n: entry }),
      disabled: commands.held || commands.isPending(command),
      onclick: () => commands.give(command),
    },
    sign("undo", 18),
    h("span", {}, words.t("act.undo")),
  );
}
