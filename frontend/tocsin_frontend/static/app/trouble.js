// @ts-check
/** The page of a server that is away asks for it, and goes back to what was wanted as soon as it answers. */

const AGAIN_MS = 1500;

async function ask() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    if (answer.ok) {
      location.reload();
      return;
    }
  } catch {
    // still away
  }
  setTimeout(ask, AGAIN_MS);
}

if (document.documentElement.dataset.trouble === "gone") setTimeout(ask, AGAIN_MS);
