"""The real browser, and a page that forgives nothing: no error, no refused block, nothing foreign."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
OURS = ("http", "https", "ws", "wss")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


class Watch:
    """What a page did that it should not have done."""

    def __init__(self) -> None:
        self.troubles: list[str] = []
        self.allowed: list[Callable[[str], bool]] = []
        self.hosts: set[str] = set()

    def allow(self, sentence: str) -> None:
        """A trouble that this test means to cause."""
        self.allowed.append(lambda trouble: sentence in trouble)

    def follow(self, page: Page) -> None:
        page.on("console", lambda m: self._note(f"console {m.type}: {m.text}", m.type == "error"))
        page.on("pageerror", lambda error: self._note(f"error: {error}", True))
        page.on("request", lambda request: self._visit(page, request.url))
        page.on("websocket", lambda socket: self._visit(page, socket.url))

    def _visit(self, page: Page, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in OURS:
            return
        self.hosts.add(parts.netloc)
        if len(self.hosts) > 1:
            self._note(f"a foreign request: {address}", True)

    def _note(self, trouble: str, counts: bool) -> None:
        if counts and not any(allows(trouble) for allows in self.allowed):
            self.troubles.append(trouble)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="fr-BE", timezone_id="Europe/Brussels"
    )
    context.set_default_timeout(8000)
    yield context
    context.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """Enter servers here: they close after the page, which would otherwise miss them."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def screen(servers: ExitStack, context: BrowserContext, watch: Watch) -> Iterator[Page]:
    """A page; the test fails if it logged an error, broke its policy or asked elsewhere."""
    page = context.new_page()
    watch.follow(page)
    yield page
    page.close()
    assert watch.troubles == []
