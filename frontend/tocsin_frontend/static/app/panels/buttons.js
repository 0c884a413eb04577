// @ts-check
/** Buttons that give a command or open a form; only where the capacity may, or may propose. */

import { h } from "../dom.js";

/** @import { Command } from "../commands.js" */
/** @import { Desk } from "../desk.js" */
/** @import { Form, FormSlot } from "../forms.js" */

/**
 * @param {Desk} desk
 * @param {string} text
 * @param {Command} command
 * @param {{look?: string, focus?: string, key?: string, title?: string, says?: string, sign?: Node}} [how]
 *   `says`: its whole name, where the text alone would not tell it from others
 */
export function commandButton(desk, text, command, how = {}) {
  const may = desk.access.mayGive(command);
  if (may === "no") return null;
  return h(
    "button",
    {
      type: "button",
      class: `button ${how.look ?? ""}`,
      "data-focus": how.focus ?? command.command,
      "aria-keyshortcuts": how.key,
      title: desk.commands.held ? desk.words.t(desk.commands.heldBecause) : how.title,
      "aria-label": how.says,
      disabled: desk.commands.held || desk.commands.isPending(command),
      onclick: () => desk.commands.give(command),
    },
    how.sign,
    label(desk, text, may),
    how.key && h("kbd", { "aria-hidden": "true" }, how.key),
  );
}

/**
 * @param {Desk} desk
 * @param {FormSlot} slot
 * @param {string} text
 * @param {{key: string, make: () => Form, needs: Command, look?: string, focus?: string, shortcut?: string}} how
 *   `needs`: a command of the kind that the form gives, to ask for the right
 */
export function formButton(desk, slot, text, { key, make, needs, look, focus, shortcut }) {
  const may = desk.access.mayGive(needs);
  if (may === "no") return null;
  const name = focus ?? `${key}-${needs.command}`;
  return h(
    "button",
    {
      type: "button",
      class: `button ${look ?? ""}`,
      "data-focus": name,
      "aria-keyshortcuts": shortcut,
      title: desk.commands.held ? desk.words.t(desk.commands.heldBecause) : null,
      disabled: desk.commands.held,
      onclick: () => slot.open(key, make, name),
    },
    label(desk, text, may),
    shortcut && h("kbd", { "aria-hidden": "true" }, shortcut),
  );
}

/** @param {Desk} desk @param {string} text @param {import("../access.js").May} may */
function label({ words }, text, may) {
  return h("span", {}, may === "propose" ? words.t("act.propose", { act: text }) : text);
}
