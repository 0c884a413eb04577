"""The coordinator's page: the list, its keys, calls to read, orders, and who may not see it."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.fake_room import FakeRoom
from browser.staged import REALM, at, conduct, staged
from browser.watch import Watch

CONDUCT = f"/api/exercises/{REALM}/conduct"


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    return servers.enter_context(staged())


def enter(screen: Page, room: FakeRoom, capacity: str = "coordinator") -> None:
    screen.add_init_script(f"localStorage.setItem('tocsin_capacity', '{capacity}')")
    screen.goto(f"{room.url}/control?lang=en")
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")


def line(screen: Page, inject: str) -> Locator:
    return screen.locator(f".mel-row[data-inject={inject}]")


def given(room: FakeRoom) -> list[dict[str, object]]:
    return [order for path, order in room.orders if path == f"/api/exercises/{REALM}/orders"]


def test_the_list_tells_what_came_what_comes_and_what_the_room_made_of_it(
    screen: Page, room: FakeRoom
) -> None:
    enter(screen, room)
    rows = screen.locator(".mel tbody tr")
    expect(rows).to_have_count(8)
    assert "now-line" in (rows.nth(3).get_attribute("class") or "")
    first = line(screen, "sc01-01")
    expect(first).to_contain_text("16:32:00")
    expect(first).to_contain_text("T−00:08:00")
    expect(first.locator("[data-name=Acknowledged]")).to_contain_text("+40 s")
    expect(first.locator("[data-name=Decided]")).to_have_text("–")
    expect(line(screen, "sc01-05")).to_contain_text("◆ TRAP")
    expect(line(screen, "sc01-20")).to_contain_text("by hand")
    screen.get_by_role("button", name="Traps").click()
    expect(screen.locator(".mel-row")).to_have_count(1)


def test_everything_goes_by_keyboard(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    expect(line(screen, "sc01-07")).to_have_attribute("aria-selected", "true")  # the next to come
    screen.keyboard.press("m")
    screen.keyboard.press("ArrowDown")
    expect(line(screen, "sc01-09")).to_be_focused()
    screen.keyboard.press("t")
    screen.keyboard.press("s")
    screen.keyboard.type("too late in the day")
    screen.keyboard.press("Enter")
    expect(screen.locator(".inject-form form")).to_be_hidden()
    screen.keyboard.press("n")
    screen.keyboard.type("they wait for D1")
    screen.get_by_role("button", name="Note down").click()
    expect(screen.locator(".inject-form form")).to_be_hidden()
    screen.locator("h1").click()
    with screen.expect_response("**/orders"):
        screen.keyboard.press("p")
    assert given(room) == [
        {"order": "trigger", "inject": "sc01-09"},
        {"order": "skip", "inject": "sc01-09", "reason": "too late in the day"},
        {"order": "note", "inject": "sc01-09", "text": "they wait for D1", "tag": "strength"},
        {"order": "pause"},
    ]
    assert set(room.capacities) == {"coordinator"}


def test_a_jump_goes_to_a_moment_that_is_still_to_come(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    screen.get_by_role("button", name="Jump to…").click()
    screen.get_by_label("Exercise time").fill("16:41")
    screen.keyboard.press("Enter")
    expect(screen.locator(".steering-form .field-error")).to_contain_text("Not a moment to come")
    screen.get_by_label("Exercise time").fill("T+00:12:00")
    screen.keyboard.press("Enter")
    expect(screen.locator(".steering-form form")).to_be_hidden()
    assert given(room) == [{"order": "jump", "to": "2026-01-15T15:52:00.000Z"}]


def test_a_call_stands_big_until_it_is_read(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    card = screen.locator(".call-card")
    expect(card).to_contain_text(re.compile(r"in [67]:\d\d"))
    told = conduct(now=625)
    call = next(row for row in told["injects"] if row["id"] == "sc01-07")
    call["status"] = "issued"
    call["run"] = {"inject": "sc01-07", "status": "issued", "at": at(620), "how": "clock"}
    room.answers[CONDUCT] = told
    expect(card).to_have_class(re.compile("now"))
    card.get_by_role("button", name="NL").click()
    expect(card.locator(".call-say")).to_contain_text("benzinelek")
    screen.keyboard.press("r")
    expect(card).to_contain_text("No call to read")


def test_an_inject_is_changed_by_its_fields_or_as_a_document(
    screen: Page, room: FakeRoom, watch: Watch
) -> None:
    watch.allow("400")
    enter(screen, room)
    line(screen, "sc01-12").click()
    screen.keyboard.press("e")
    editor = screen.locator(".inject-editor")
    whole = editor.get_by_label("Whole document (JSON)")
    editor.get_by_label("Time (T±)").fill("+00:30:00")
    expect(whole).to_have_value(re.compile('"at": "\\+00:30:00"'))
    whole.fill("{")
    expect(editor.locator(".field-error")).to_contain_text("no JSON")
    whole.fill('{"id": "sc01-12", "kind": "PUB", "source": "nowhere", "at": "+00:31:00"}')
    expect(editor.get_by_label("Time (T±)")).to_have_value("+00:31:00")
    room.order_answer = (400, {"detail": "no such source", "field": "source"})
    editor.get_by_role("button", name="Save").click()
    expect(editor.locator(".field-error")).to_contain_text("source: no such source")
    expect(editor.get_by_label("Source")).to_have_attribute("aria-invalid", "true")
    room.order_answer = (200, {"n": 10})
    editor.get_by_label("Source").fill("press:agency")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_be_hidden()
    document = {"id": "sc01-12", "kind": "PUB", "source": "press:agency", "at": "+00:31:00"}
    assert given(room)[-1] == {"order": "change", "inject": "sc01-12", "document": document}


def test_players_are_not_shown_what_waits_for_them(screen: Page, room: FakeRoom) -> None:
    enter(screen, room, "operator")
    expect(screen.locator(".staff-only")).to_contain_text("You act as Operator")
    expect(screen.locator(".mel-box")).to_be_hidden()
    screen.keyboard.press("p")
    screen.get_by_role("button", name="Act as Exercise coordinator").click()
    expect(screen.locator(".mel-box")).to_be_visible()
    assert room.orders == []


def test_a_role_is_looked_at_without_acting_in_it(screen: Page, room: FakeRoom) -> None:
    room.script.open(room.script.observe("cad:112-bru", "Fumée"), "HAZ-ROA", 3)
    screen.goto(f"{room.url}?as=operator&lang=en")
    expect(screen.locator("#banners .looking")).to_contain_text("Screen looked at: Operator")
    screen.locator("#incident-list [data-incident]").click()
    expect(screen.locator("#sheet-acts button").first).to_be_disabled()
    screen.keyboard.press("v")
    assert room.commands == []
    assert screen.evaluate("localStorage.getItem('tocsin_capacity')") is None


def test_when_it_is_over_nothing_is_offered_but_the_debriefing(
    screen: Page, room: FakeRoom
) -> None:
    room.answers[CONDUCT] = {**conduct(state="aborted"), "over_reason": "the lift is stuck"}
    enter(screen, room)
    expect(screen.locator(".run-state")).to_contain_text("aborted · the lift is stuck")
    screen.keyboard.press("a")
    line(screen, "sc01-07").click()
    screen.keyboard.press("t")
    offered = screen.locator(".steering-acts .button, .inject-card .button, .mel-box > header .act")
    expect(offered).to_have_text(["Debriefing", re.compile("Note")])
    expect(screen.locator(".call-card")).to_contain_text("No call to read")
    assert room.orders == []
