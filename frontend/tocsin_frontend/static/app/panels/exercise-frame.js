// @ts-check
/**
 * The frame of an exercise. The server writes it into the page, so it stands before any module
 * runs; here it only gets the name that the running exercise has, and is kept as it is.
 */

import { ExerciseSeal } from "./exercise-seal.js";

/** @import { Desk } from "../desk.js" */

const SAID = new Set(["paused", "ended", "aborted", "called_off"]);

export class ExerciseFrame {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    const marks = document.querySelectorAll("#exercise-frame, .watermark, #realm-sign, #wall-mode");
    this.seal = desk.access.isExercise ? new ExerciseSeal([...marks], () => this.draw()) : null;
  }

  tick() {
    this.seal?.mend();
  }

  draw() {
    const { store, words, settings } = this.desk;
    const box = document.getElementById("exercise-title");
    if (this.seal === null || box === null) return;
    const { exercise } = store.picture;
    const title = /** @type {Record<string, string> | undefined} */ (exercise?.["title"]);
    const name = words.of(title) || settings.exercise_title || "";
    const state = String(exercise?.["state"]);
    const said = SAID.has(state) ? `${name} · ${words.name("exercise.", state)}` : name;
    if (box.textContent !== said) box.textContent = said;
  }
}
