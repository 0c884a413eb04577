// @ts-check
/**
 * Keeps the marks of an exercise on its page: whatever takes one away, hides it or writes over it,
 * it is put back as the server wrote it. A page cannot look live by mistake.
 */

export const SIGN = "EXERCICE – OEFENING – EXERCISE";
const EXERCISE = "exercise";
const LIVE = "live";

export class ExerciseSeal {
  /**
   * @param {Element[]} marks as the server wrote them
   * @param {() => void} mended they are other elements inside now
   */
  constructor(marks, mended) {
    this.marks = marks.map((element) => ({
      element,
      parent: /** @type {Element} */ (element.parentElement),
      whole: /** @type {Element} */ (element.cloneNode(true)),
      signs: signsOf(element),
    }));
    this.mended = mended;
    const observer = new MutationObserver(() => this.mend());
    const whole = { attributes: true, childList: true, characterData: true, subtree: true };
    for (const { element, parent } of this.marks) {
      observer.observe(parent, { childList: true });
      observer.observe(element, whole);
    }
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    observer.observe(document.head, { childList: true, characterData: true, subtree: true });
    this.mend();
  }

  mend() {
    const { classList } = document.documentElement;
    if (!classList.contains(EXERCISE)) classList.add(EXERCISE);
    if (classList.contains(LIVE)) classList.remove(LIVE);
    if (!document.title.startsWith(SIGN)) document.title = `${SIGN} · ${document.title}`;
    for (const mark of this.marks) this.#keep(mark);
  }

  /** @param {ExerciseSeal["marks"][number]} mark */
  #keep({ element, parent, whole, signs }) {
    if (element.parentElement !== parent) parent.append(element);
    for (const { name } of [...element.attributes]) if (!whole.hasAttribute(name)) element.removeAttribute(name);
    for (const { name, value } of whole.attributes) {
      if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    }
    if (signsOf(element) === signs) return;
    element.replaceChildren(...whole.cloneNode(true).childNodes);
    this.mended();
  }
}

/** What is written in it and how, but for the name of the exercise. @param {Element} element */
function signsOf(element) {
  return [...element.querySelectorAll("*")]
    .map((part) => {
      const attributes = [...part.attributes].map(({ name, value }) => `${name}=${value}`).sort();
      const own = part.id === "exercise-title" || part.childElementCount > 0 ? "" : part.textContent;
      return `${part.tagName} ${attributes.join(" ")} ${own}`;
    })
    .join("\n");
}
