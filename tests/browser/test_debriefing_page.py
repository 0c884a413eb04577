"""The debriefing on screen, at once: every figure with its entry, and lessons written beside it."""

import json
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from browser.fake_room import FakeRoom
from browser.staged import REALM, staged
from debriefings import HOSTILE, LESSON, debriefed
from tocsin.exercises.debriefing import compose, plain

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
ADDRESS = f"/api/exercises/{REALM}/debriefing"


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    room = staged()
    room.answers[ADDRESS] = json.loads(json.dumps(plain(compose(debriefed(), "en"))))
    lesson = asdict(LESSON) | {"realm": REALM, "scenario": "sc-01"}
    room.answers["/api/recommendations"] = [lesson]
    return servers.enter_context(room)


@pytest.fixture
def sent(screen: Page) -> list[tuple[str, dict[str, Any]]]:
    """What the page posts about lessons."""
    posted: list[tuple[str, dict[str, Any]]] = []

    def take(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        posted.append((route.request.url.partition("/api")[2], route.request.post_data_json))
        route.fulfill(json={"id": "R-1"})

    screen.route("**/api/recommendations**", take)
    return posted


def enter(screen: Page, room: FakeRoom, width: int = 1280) -> None:
    screen.set_viewport_size({"width": width, "height": 800})
    screen.add_init_script("localStorage.setItem('tocsin_capacity', 'evaluator')")
    screen.goto(f"{room.url}/debriefing?lang=en")
    expect(screen.get_by_role("heading", level=1)).to_contain_text("Debriefing · Tanker")


def test_figures_lead_to_their_entries_and_words_stay_words(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    clock = screen.get_by_role("row", name="TTA").first
    expect(clock).to_contain_text("1\u00a0min\u00a035\u00a0s")
    expect(clock).to_contain_text("✗")  # not by colour alone
    entry = clock.get_by_role("link", name="n 5")
    assert "?at=2026-01-15T15:4" in (entry.get_attribute("href") or "")
    expect(screen.get_by_text(HOSTILE).first).to_be_visible()
    drawings = screen.get_by_role("img")
    expect(drawings).to_have_count(5)  # the way of the injects, the load, three maps
    paper = screen.get_by_role("link", name="NL – PDF")
    address = f"/api/exercises/{REALM}/debriefing.pdf?lang=nl&capacity=evaluator"
    assert (paper.get_attribute("href") or "").endswith(address)


def test_it_keeps_the_guidelines_in_both_themes(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    screen.get_by_role("button", name="Write a recommendation").click()
    for theme in ("dark", "light"):
        screen.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        found = Axe().run(screen, options=RULES).response["violations"]
        assert [f"{r['id']}: {n['target']}" for r in found for n in r["nodes"]] == []


def test_it_reflows_on_a_phone(screen: Page, room: FakeRoom) -> None:
    enter(screen, room, width=320)
    assert screen.evaluate("document.documentElement.scrollWidth") == 320
    boxes = [link.bounding_box() for link in screen.locator(".debriefing-keep a").all()]
    assert [box for box in boxes if box is None or box["height"] < 40] == []


def test_a_lesson_is_written_and_followed_up_by_keyboard(
    screen: Page, room: FakeRoom, sent: list[tuple[str, dict[str, Any]]]
) -> None:
    enter(screen, room)
    screen.get_by_role("button", name="Write a recommendation").press("Enter")
    expect(screen.get_by_label("Finding")).to_be_focused()
    screen.get_by_role("button", name="Record").press("Enter")
    expect(screen.locator("[data-field=finding] .field-error")).to_be_visible()
    screen.get_by_label("Finding").fill("Two texts, ten minutes apart")
    screen.get_by_label("Recommendation", exact=False).last.fill("Write both together")
    screen.get_by_label("Owner").fill("D5")
    screen.get_by_label("Deadline").fill("2027-03-01")
    screen.get_by_role("button", name="Record").press("Enter")
    expect(screen.get_by_label("Finding")).to_have_count(0)
    assert sent == [
        (
            "/recommendations",
            {
                "language": "en",
                "realm": REALM,
                "finding": "Two texts, ten minutes apart",
                "text": "Write both together",
                "owner": "D5",
                "due": "2027-03-01",
            },
        )
    ]
    screen.get_by_role("button", name="Follow-up: R-1").press("Enter")
    screen.get_by_label("verified in an exercise").check()
    screen.get_by_role("button", name="Record the follow-up").press("Enter")
    expect(screen.locator("[data-field=verified_in] .field-error")).to_be_visible()


def test_players_are_told_that_it_is_not_for_them(screen: Page, room: FakeRoom) -> None:
    screen.goto(f"{room.url}/debriefing?lang=en")
    expect(screen.locator(".staff-only")).to_contain_text("Operator")
    expect(screen.locator(".debriefing")).to_be_hidden()
