"""How long a screen had heard nothing when it said so, told by the page's own clock."""

from playwright.sync_api import Page, expect

FROZEN_AFTER_MS = 3000
FROZEN_WITHIN_MS = 3500


def watch_silence(screen: Page) -> None:
    """Call before the silence begins. A poll from outside would add its own delays."""
    screen.evaluate(
        """() => new MutationObserver(() => {
            const { liveState } = document.documentElement.dataset;
            if (liveState !== "frozen" || globalThis.silence) return;
            globalThis.silence = performance.now() - tocsin.connection.heardAt;
        }).observe(document.documentElement, { attributes: true })"""
    )


def expect_frozen_in_time(screen: Page) -> None:
    expect(screen.locator("#frozen")).to_be_visible(timeout=10_000)
    assert FROZEN_AFTER_MS < screen.evaluate("silence") < FROZEN_WITHIN_MS
