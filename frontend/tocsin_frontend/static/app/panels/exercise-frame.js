// @ts-check
/**
 * The frame of an exercise. The server writes it into the page, so it stands before any module
 * runs; here it only gets the name that the running exercise has, and is put back if it was taken out.
 */

/** @import { Desk } from "../desk.js" */

export class ExerciseFrame {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.frame = document.getElementById("exercise-frame");
    this.title = document.getElementById("exercise-title");
    const frame = this.frame;
    if (frame === null) return;
    new MutationObserver(() => {
      if (!document.body.contains(frame)) document.body.append(frame);
    }).observe(document.body, { childList: true });
  }

  draw() {
    const { store, words, settings } = this.desk;
    if (this.title === null) return;
    const title = /** @type {Record<string, string> | undefined} */ (
      store.picture.exercise?.["title"]
    );
    const name = words.of(title) || settings.exercise_title || "";
    const ended = store.picture.exercise?.["state"] === "ended";
    const said = ended ? `${name} · ${words.t("exercise.ended")}` : name;
    if (this.title.textContent !== said) this.title.textContent = said;
  }
}
