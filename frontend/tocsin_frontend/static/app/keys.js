// @ts-check
/** The keys of the room. A key does what the button that names it does; typing is left alone. */

/**
 * @param {Record<string, () => void>} acts by key, lower case
 */
export function listenForKeys(acts) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) return;
    const act = acts[event.key.toLowerCase()];
    if (act === undefined || document.getElementById("desk")?.inert) return;
    event.preventDefault();
    act();
  });
}

/** @param {EventTarget | null} target */
export function isTyping(target) {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}
