// @ts-check
/** What an observer's note is about. */

export const TAGS = /** @type {const} */ (["strength", "improve", "decision", "communication", "coordination", "safety"]);
