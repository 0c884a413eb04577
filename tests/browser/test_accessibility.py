"""WCAG 2.2 AA on every page, by axe and by what axe cannot see: reflow, zoom, themes."""

from contextlib import ExitStack

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from browser.crisis import crisis_cameras, major_crisis
from browser.fake_room import FakeRoom
from browser.staged import answers
from browser.watch import Watch
from tocsin_frontend.page import PAGES, PageKind

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
FOR_PEOPLE = [kind for kind in PAGES if kind.name != "wall"]  # a wall is not interacted with
STAFF = {"control": "coordinator", "exercises": "coordinator", "observe": "evaluator"}
NARROW = {"width": 320, "height": 800}  # 1280 px at 400 %


@pytest.fixture(scope="module")
def crisis() -> FakeRoom:
    room = FakeRoom(major_crisis(), cameras=crisis_cameras())
    room.answers |= answers(room.script.realm)
    return room


@pytest.fixture(scope="module")
def address(crisis: FakeRoom) -> str:
    with ExitStack() as stack:
        room = stack.enter_context(crisis)
        yield room.url


def opened(screen: Page, address: str, kind: PageKind, watch: Watch) -> None:
    watch.allow("404")  # a scripted room has no journal for the administrator's figures
    if kind.name in STAFF:
        screen.add_init_script(f"localStorage.setItem('tocsin_capacity', '{STAFF[kind.name]}')")
    screen.goto(address + kind.path)
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")


def violations(screen: Page) -> list[str]:
    """What is wrong, where: one line for each element."""
    found = Axe().run(screen, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)
def test_a_page_keeps_the_guidelines_in_both_themes(
    screen: Page, address: str, watch: Watch, kind: PageKind
) -> None:
    opened(screen, address, kind, watch)
    assert violations(screen) == []
    screen.evaluate("document.documentElement.dataset.theme = 'light'")
    assert violations(screen) == []


@pytest.mark.parametrize("kind", FOR_PEOPLE, ids=lambda kind: kind.name)
def test_a_page_flows_anew_at_400_percent(
    screen: Page, address: str, watch: Watch, kind: PageKind
) -> None:
    screen.set_viewport_size(NARROW)
    opened(screen, address, kind, watch)
    assert screen.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
