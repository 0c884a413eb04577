// @ts-check
/** The upper edge of a panel: dragged, or moved with the arrow keys; its height is kept. */

const LEAST = 96;
const STEP = 24;
const AT_FIRST = 184;

export class PanelEdge {
  /**
   * @param {HTMLElement} element the separator
   * @param {HTMLElement} panel whose height it sets
   * @param {number | null} height as it was kept
   * @param {(height: number) => void} moved to be kept
   */
  constructor(element, panel, height, moved) {
    this.element = element;
    this.panel = panel;
    this.moved = moved;
    this.height = height ?? AT_FIRST;
    this.#apply();
    element.addEventListener("keydown", (event) => {
      const by = { ArrowUp: STEP, ArrowDown: -STEP }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      this.#change(this.height + by);
      this.moved(this.height);
    });
    element.addEventListener("pointerdown", (event) => {
      element.setPointerCapture(event.pointerId);
      const from = event.clientY + this.height;
      const follow = (/** @type {PointerEvent} */ move) => this.#change(from - move.clientY);
      element.addEventListener("pointermove", follow);
      const end = () => {
        element.removeEventListener("pointermove", follow);
        this.moved(this.height);
      };
      element.addEventListener("pointerup", end, { once: true });
      element.addEventListener("pointercancel", end, { once: true });
    });
  }

  /** @param {number} height */
  #change(height) {
    this.height = Math.round(Math.max(LEAST, Math.min(innerHeight / 2, height)));
    this.#apply();
  }

  #apply() {
    this.panel.style.height = `${this.height}px`;
    this.element.setAttribute("aria-valuenow", String(this.height));
    this.element.setAttribute("aria-valuemin", String(LEAST));
    this.element.setAttribute("aria-valuemax", String(Math.round(innerHeight / 2)));
  }
}
