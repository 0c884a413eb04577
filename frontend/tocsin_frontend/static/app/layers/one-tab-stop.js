// @ts-check
/** Many buttons on the map, one stop of the Tab key: the arrow keys go from one to the next. */

const STEPS = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 });

/** @param {HTMLElement} box @param {string} selector */
export function oneTabStop(box, selector) {
  const all = () => /** @type {HTMLElement[]} */ ([...box.querySelectorAll(selector)]);
  const mend = () => {
    const buttons = all();
    if (!buttons.some((button) => button.tabIndex === 0)) buttons[0]?.setAttribute("tabindex", "0");
  };
  new MutationObserver(mend).observe(box, { childList: true });
  box.addEventListener("keydown", (event) => {
    const by = STEPS[event.key];
    const buttons = all();
    const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (by === undefined || at < 0) return;
    event.preventDefault();
    event.stopPropagation(); // the map would move
    const next = /** @type {HTMLElement} */ (buttons[(at + by + buttons.length) % buttons.length]);
    buttons[at]?.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus({ preventScroll: true });
  });
}
