"""The evaluators' page, on a phone: notes that outlive a broken link, scores with reasons."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from browser.fake_room import FakeRoom
from browser.staged import REALM, staged
from browser.watch import Watch

ORDERS = f"/api/exercises/{REALM}/orders"
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    return servers.enter_context(staged())


def enter(screen: Page, room: FakeRoom) -> None:
    screen.set_viewport_size(PHONE)
    screen.add_init_script("localStorage.setItem('tocsin_capacity', 'evaluator')")
    screen.goto(f"{room.url}/observe?lang=en")
    expect(screen.locator(".observe-top")).to_contain_text("T+00:03:2")


def test_a_note_is_two_thumbs_away(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    for name in ("#note-text", ".note-tags button >> nth=1", ".note-send"):
        box = screen.locator(name).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= PHONE["height"]
    screen.locator("#note-text").fill("D1 and the room speak of two tunnels")
    screen.get_by_role("button", name="Communication").click()
    screen.get_by_label("About").select_option("sc01-05")
    screen.get_by_role("button", name="Note down").click()
    expect(screen.locator("#note-text")).to_have_value("")
    expect(screen.locator(".notes-waiting li")).to_have_count(0)
    [(path, order)] = room.orders
    moment = str(order.pop("at"))
    assert path == ORDERS
    assert moment.startswith("2026-01-15T15:43:2")  # on the exercise's clock
    assert order == {
        "order": "note",
        "tag": "communication",
        "text": "D1 and the room speak of two tunnels",
        "inject": "sc01-05",
    }


def test_what_is_written_while_the_server_is_away_is_sent_later(
    screen: Page, room: FakeRoom, watch: Watch
) -> None:
    watch.allow("net::ERR")
    enter(screen, room)
    screen.route("**/api/exercises/**", lambda route: route.abort())
    screen.locator("#note-text").fill("Nobody answers the radio")
    screen.get_by_role("button", name="Note down").click()
    waiting = screen.locator(".notes-waiting")
    expect(waiting).to_contain_text("Not sent yet")
    screen.locator("#note-text").fill("half a sen")
    screen.reload()
    expect(screen.locator("#note-text")).to_have_value("half a sen")
    expect(waiting).to_contain_text("Nobody answers the radio")
    assert room.orders == []
    screen.unroute("**/api/exercises/**")
    expect(waiting.locator("li")).to_have_count(0)
    assert [order["text"] for _, order in room.orders] == ["Nobody answers the radio"]


def test_a_score_says_why(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    objective = screen.locator("[data-objective=one-incident]")
    expect(objective).to_contain_text("★ critical")
    expect(objective).to_contain_text("Measured: 3")
    objective.get_by_role("button", name="2 partial").click()
    objective.get_by_role("button", name="Save the score").click()
    expect(objective.locator(".field-error")).to_contain_text("Say why")
    objective.get_by_label("Reason for the score").fill("merged by hand, late")
    objective.get_by_role("button", name="Save the score").click()
    expect(objective.locator("textarea")).to_be_hidden()
    told = {"objective": "one-incident", "score": 2, "reason": "merged by hand, late"}
    assert room.orders == [(ORDERS, {"order": "score", **told})]
