// @ts-check
/** The word before everything that calls people in an exercise. */

import { h } from "../dom.js";

/** @import { Desk } from "../desk.js" */

/** Nothing in the live room. @param {Desk} desk */
export function exerciseMark({ access, words }) {
  return access.isExercise && h("span", { class: "exercise-mark" }, words.t("exercise.mark"));
}

/** The same for what is read out. @param {Desk} desk */
export function exercisePrefix({ access, words }) {
  return access.isExercise ? `${words.t("exercise.mark")} – ` : "";
}
