// @ts-check
/** Taking back the latest drawing of one's own capacity, as long as that is possible. */

import { commandButton } from "../panels/buttons.js";
import { sign } from "../symbols.js";

/** @import { Desk } from "../desk.js" */
/** @import { Undoable } from "../../../../types/wire" */

const COMMANDS = ["draw", "redraw", "erase_drawing"];

/** @param {Desk} desk @returns {HTMLElement | null} */
export function undoButton(desk) {
  const { words, store } = desk;
  const act = latestOwn(desk);
  if (act === null) return null;
  const left = Math.max(1, Math.ceil((Date.parse(act.until) - store.now()) / 60_000));
  const what = words.name("did.", act.command);
  return commandButton(desk, words.t("act.undo_own", { what, n: left }), { command: "undo", entry: act.n }, {
    focus: "drawing-undo",
    look: "undo",
    sign: sign("undo", 18),
  });
}

/** @param {Desk} desk @returns {Undoable | null} */
function latestOwn({ access, store }) {
  const own = Object.values(store.picture.undoable).filter(
    (act) => COMMANDS.includes(act.command) && access.isOwn(act.by) && Date.parse(act.until) > store.now(),
  );
  return own.sort((a, b) => b.n - a.n)[0] ?? null;
}
