// @ts-check
/** One key to the why of what has the keyboard, else of what is chosen; again: to the next why. */

const WHYS = "details.why-details";

/**
 * @param {HTMLElement} sheet
 * @returns {boolean} whether there was one
 */
export function openWhy(sheet) {
  const active = document.activeElement;
  const own = active?.closest(".card, .alarm-card")?.querySelector(WHYS);
  if (own instanceof HTMLDetailsElement && active !== own.querySelector("summary")) return show(own);
  const panel = active?.closest("#alarm-panel") ?? (sheet.hidden ? null : sheet);
  if (panel === null) return false;
  const all = [...panel.querySelectorAll(WHYS)].filter((why) => why.getClientRects().length > 0);
  const at = all.findIndex((why) => why === active?.parentElement);
  const next = all[(at + 1) % all.length];
  return next instanceof HTMLDetailsElement && show(next);
}

/** @param {HTMLDetailsElement} why */
function show(why) {
  why.open = true;
  why.querySelector("summary")?.focus({ preventScroll: true });
  (why.closest(".card, .alarm-card") ?? why).scrollIntoView({ block: "nearest" });
  return true;
}
