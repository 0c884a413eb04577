"""The real browser, and a page that forgives nothing (see watch.py)."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from browser.watch import Watch

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
DEADLINE_MS = 20_000  # for what happens at once here and later on a busy machine
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


expect.set_options(timeout=DEADLINE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="fr-BE", timezone_id="Europe/Brussels"
    )
    context.set_default_timeout(DEADLINE_MS)
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
