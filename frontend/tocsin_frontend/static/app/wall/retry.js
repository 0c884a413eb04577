// @ts-check
/**
 * Before all else: a wall whose program did not start, because the server went away between the page
 * and its modules, is opened anew as soon as the server gives the page. Imports nothing, so that
 * nothing can keep it from running.
 */

const START_WITHIN_MS = 20_000;
const TRY_EVERY_MS = 3000;

setTimeout(again, START_WITHIN_MS);

async function again() {
  if (document.documentElement.dataset.wall === "runs") return;
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
  else setTimeout(again, TRY_EVERY_MS);
}

export {};
