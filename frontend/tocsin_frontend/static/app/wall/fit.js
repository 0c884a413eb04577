// @ts-check
/** As many rows as fit at the legible size; the others are counted, never squeezed or cut. */

/** When the size of an element has changed; after the frame in which it did. @param {Element} element @param {() => void} act */
export function onResize(element, act) {
  new ResizeObserver(() => requestAnimationFrame(act)).observe(element);
}

/**
 * Leaves out first what is said besides (`data-tight`, see wall.css), until enough rows fit; then
 * hides rows from the end and says how many those are.
 * @param {HTMLElement} box with `overflow: hidden`
 * @param {HTMLElement[]} rows
 * @param {object} [how]
 * @param {HTMLElement} [how.more] says how many are not shown
 * @param {number} [how.unbuilt] others that have no row at all
 * @param {number[]} [how.enough] so many rows make it needless to leave out the next thing of each
 */
export function showWhatFits(box, rows, { more, unbuilt = 0, enough = [] } = {}) {
  for (let tight = 0; ; tight += 1) {
    box.dataset.tight = String(tight);
    const shown = fit(box, rows, more, unbuilt);
    if (shown >= Math.min(enough[tight] ?? 0, rows.length)) return;
  }
}

/** Shows what there is room for, the most important first. @param {HTMLElement} box @param {HTMLElement[]} items */
export function showByImportance(box, items) {
  for (const item of items) item.hidden = true;
  for (const item of items) {
    item.hidden = false;
    if (overflows(box)) item.hidden = true;
  }
}

/** @param {HTMLElement} box */
export function overflows(box) {
  return box.scrollHeight > box.clientHeight + 1;
}

/** @param {HTMLElement} box @param {HTMLElement[]} rows @param {HTMLElement | undefined} more @param {number} unbuilt */
function fit(box, rows, more, unbuilt) {
  for (const row of rows) row.hidden = false;
  let shown = rows.length;
  tell(more, unbuilt);
  while (shown > 0 && overflows(box)) {
    shown -= 1;
    /** @type {HTMLElement} */ (rows[shown]).hidden = true;
    tell(more, rows.length - shown + unbuilt);
  }
  return shown;
}

/** @param {HTMLElement | undefined} more @param {number} unseen */
function tell(more, unseen) {
  if (more === undefined) return;
  more.hidden = unseen === 0;
  more.textContent = `+ ${unseen}`;
}
