"""An exercise looks and sounds like one whatever happens to the page, and one key ends it."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from browser.fake_room import FakeRoom
from browser.hands import act_as, speak
from browser.script import Script, a_busy_afternoon
from browser.test_alarm_screen import EARS, S4
from browser.watch import Watch

REALM = "exercise-sc-01-run-1"
SIGN = "EXERCICE – OEFENING – EXERCISE"
VICTIMS = "I-0006"
RUNNING = {"realm": REALM, "scenario": "sc-01", "state": "running"}
TAKE_AWAY = {
    "frame": "document.getElementById('exercise-frame').remove()",
    "hidden": "document.getElementById('exercise-frame').hidden = true",
    "style": "document.getElementById('exercise-frame').style.display = 'none'",
    "bar": "document.querySelector('.exercise-bar').remove()",
    "words": "document.querySelector('.exercise-bar b span').textContent = 'RÉEL'",
    "class": "document.documentElement.className = 'live'",
    "title": "document.title = 'Tocsin'",
    "sign": "document.getElementById('realm-sign').remove()",
    "watermark": "document.querySelector('.watermark').remove()",
}


def exercise(state: str) -> dict[str, object]:
    titles = dict.fromkeys(("fr", "nl", "en"), "SC-01")
    return {"exercise": {"title": titles, "state": state}}


@pytest.fixture
def script() -> Script:
    return a_busy_afternoon(REALM, "SC-01")


@pytest.fixture
def room(servers: ExitStack, script: Script) -> FakeRoom:
    return servers.enter_context(FakeRoom(script))


def enter(screen: Page, room: FakeRoom, page: str = "", language: str = "fr") -> None:
    screen.goto(f"{room.url}{page}?lang={language}")
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")


def expect_marked(screen: Page) -> None:
    expect(screen).to_have_title(re.compile(f"^{SIGN}"))
    expect(screen.locator("html")).to_have_class(re.compile(r"\bexercise\b"))
    expect(screen.locator("html")).not_to_have_class(re.compile(r"\blive\b"))
    expect(screen.locator("#exercise-frame")).to_be_visible()
    expect(screen.locator(".exercise-bar.top")).to_contain_text(SIGN)
    expect(screen.locator(".exercise-bar.top")).to_contain_text("SC-01")
    expect(screen.locator("#realm-sign")).to_contain_text("EXERCICE / OEFENING")
    expect(screen.locator(".watermark")).to_be_attached()


def test_no_mark_of_an_exercise_can_be_taken_away(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    expect_marked(screen)
    for taken in TAKE_AWAY.values():
        screen.evaluate(taken)
        expect_marked(screen)
    screen.evaluate("; ".join(reversed(TAKE_AWAY.values())))
    expect_marked(screen)
    screen.emulate_media(media="print")
    expect(screen.locator("#exercise-frame")).to_be_visible()


def test_the_live_room_has_none_of_it(screen: Page, servers: ExitStack) -> None:
    room = servers.enter_context(FakeRoom(a_busy_afternoon()))
    enter(screen, room)
    expect(screen).to_have_title("Tocsin")
    expect(
        screen.locator("#exercise-frame, .watermark, .exercise-mark, #called-off")
    ).to_have_count(0)
    expect(screen.locator("#call-off")).to_be_hidden()
    screen.keyboard.press("f")
    assert room.called_off == []


def test_alarms_of_an_exercise_say_so_and_sound_otherwise(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    screen.add_init_script(EARS)
    enter(screen, room)
    script.alarm("incident_s4", S4, priority=1, incident=VICTIMS)
    expect(screen.locator("#alarm-line")).to_contain_text("EXERCICE")
    expect(screen.locator("#alarm-news-urgent")).to_have_text(re.compile("^EXERCICE – Alarme P1"))
    screen.locator("#alarm-sound").click()
    expect(screen.locator("#alarm-sound")).to_have_text("Son actif")
    heard = set(screen.evaluate("heard"))
    assert heard == {620, 680, 780}
    assert not heard & {1400, 1000, 880}  # those of the live room
    screen.locator("#alarm-toggle").click()
    expect(screen.locator("#alarm-panel .alarm-card .exercise-mark")).to_have_text("EXERCICE")
    speak(screen, "NL")
    expect(screen.locator("#alarm-line .exercise-mark")).to_have_text("OEFENING")


@pytest.mark.parametrize("page", ["", "/supervisor", "/wall"])
def test_the_end_covers_every_screen_is_heard_and_goes_when_the_exercise_is_resumed(
    screen: Page, room: FakeRoom, script: Script, page: str
) -> None:
    screen.add_init_script(EARS)
    enter(screen, room, page)
    over = screen.locator("#called-off")
    expect(over).to_have_count(0)
    screen.mouse.click(4, 300)  # a browser is silent until somebody touched the page
    script.write("exercise_changed", exercise("called_off"))
    expect(over).to_be_visible()
    for words in ("FIN D’EXERCICE", "EINDE OEFENING", "END OF EXERCISE"):
        expect(over).to_contain_text(words)
    assert screen.evaluate("heard") == [1300, 1000, 700]
    if page != "/wall":
        expect(screen.locator("[data-acts]:not([inert])")).to_have_count(0)
        expect(over.get_by_role("link")).to_have_attribute("href", "/realms/live")
    screen.evaluate("document.getElementById('called-off').remove()")
    expect(over).to_be_visible()
    script.write("exercise_changed", exercise("running"))
    expect(over).to_have_count(0)
    expect(screen.locator("[data-acts][inert]")).to_have_count(0)
    assert screen.evaluate("heard.length") == 3


def test_f_ends_the_exercise_at_once_and_asks_why_afterwards(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    room.answers["/api/exercises"] = [dict(RUNNING)]
    enter(screen, room)
    expect(screen.locator("#call-off")).to_be_visible()
    screen.keyboard.press("f")
    asked = screen.locator("#call-off-done")
    expect(asked).to_contain_text("1 exercice est arrêté.")
    assert room.called_off == [{"reason": ""}]
    script.write("exercise_changed", exercise("called_off"))
    expect(screen.locator("#called-off")).to_be_visible()
    asked.get_by_label("Pourquoi").fill("Incendie réel à Schaerbeek")
    screen.keyboard.press("Enter")
    expect(asked).to_be_hidden()
    assert room.called_off[1:] == [{"reason": "Incendie réel à Schaerbeek", "realms": [REALM]}]
    expect(screen.locator("#call-off")).to_be_hidden()


def test_the_live_room_offers_f_only_while_an_exercise_runs(
    screen: Page, servers: ExitStack
) -> None:
    room = servers.enter_context(FakeRoom(a_busy_afternoon()))
    room.answers["/api/exercises"] = [dict(RUNNING)]
    enter(screen, room, language="en")
    button = screen.get_by_role("button", name="End of exercise")
    expect(button).to_be_visible()
    act_as(screen, "wall")
    expect(button).to_be_hidden()  # it has no hands
    act_as(screen, "operator")
    screen.keyboard.press("f")
    expect(screen.locator("#call-off-done")).to_contain_text("1 exercise is stopped.")
    expect(screen.locator("#call-off")).to_be_hidden()
    screen.get_by_role("button", name="Later").click()
    assert room.called_off == [{"reason": ""}]


def test_who_leads_it_sees_the_end_and_may_still_act(
    screen: Page, room: FakeRoom, script: Script, watch: Watch
) -> None:
    """Who opens a screen of an exercise that was called off sees it at once, and hears nothing."""
    screen.add_init_script(EARS)
    script.write("exercise_changed", exercise("called_off"))
    watch.allow("404")  # nobody conducts it here
    enter(screen, room, "/control", "nl")
    band = screen.locator("#called-off.band")
    expect(band).to_contain_text("EINDE OEFENING")
    expect(screen.locator("main[inert]")).to_have_count(0)  # who leads it must still act
    assert screen.evaluate("heard") == []
