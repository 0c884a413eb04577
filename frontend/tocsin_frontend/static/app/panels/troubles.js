// @ts-check
/** What is wrong behind the screen: the journal, the broker. Pure. */

/** @import { Health } from "../../../../types/wire" */

/** @typedef {{what: "journal" | "broker", since: string | null, cause: string | null}} Trouble */

/** @param {Health} health @returns {Trouble[]} */
export function troubles({ broker, journal }) {
  /** @type {Trouble[]} */
  const found = [];
  if (journal && journal.state !== "ok") {
    found.push({ what: "journal", since: journal.since ?? null, cause: journal.trouble ?? null });
  }
  if (broker?.state === "lost") {
    found.push({ what: "broker", since: broker.since, cause: broker.trouble ?? null });
  }
  return found;
}
