"""The exercises of the house: the library, what runs, what is over."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from browser.fake_room import FakeRoom
from browser.script import Script
from browser.staged import REALM, answers


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    room = FakeRoom(Script("live"))
    room.answers |= answers()
    return servers.enter_context(room)


def enter(screen: Page, room: FakeRoom, capacity: str) -> None:
    screen.add_init_script(f"localStorage.setItem('tocsin_capacity', '{capacity}')")
    screen.goto(f"{room.url}/exercises?lang=en")
    expect(screen.locator(".scenario")).to_be_visible()


def test_a_scenario_says_what_it_is_and_starts_at_the_speed_one_chose(
    screen: Page, room: FakeRoom
) -> None:
    enter(screen, room, "coordinator")
    card = screen.locator("[data-scenario=sc-01]")
    expect(card).to_contain_text("Lasts 1 h 58 · 50 injects")
    card.locator("summary").click()
    expect(card).to_contain_text("★ One incident from the two calls")
    expect(card).to_contain_text("M10.4")
    screen.get_by_label("Speed").select_option("10")
    room.order_answer = (200, {"realm": REALM})
    card.get_by_role("button", name="Prepare").click()
    screen.wait_for_url(f"**/realms/{REALM}/control")
    order = {"scenario": "sc-01", "speed": 10, "start": False}
    assert room.orders == [("/api/exercises", order)]


def test_who_does_not_lead_sees_the_exercises_and_starts_none(screen: Page, room: FakeRoom) -> None:
    enter(screen, room, "supervisor")
    expect(screen.locator(".scenario .acts")).to_have_count(0)
    running = screen.locator(f"[data-run={REALM}]")
    expect(running).to_contain_text("running ×2")
    assert [a.get_attribute("href") for a in running.locator("a").all()] == [f"/realms/{REALM}"]
    past = screen.locator("[data-run=exercise-sc-01-run-0]")
    expect(past.get_by_role("link", name="Debriefing")).to_have_attribute(
        "href", "/realms/exercise-sc-01-run-0/debriefing"
    )
