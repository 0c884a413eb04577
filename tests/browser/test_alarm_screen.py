"""Alarms as people meet them: who is called, how it sounds, and how they answer."""

import re
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.fake_room import FakeRoom
from browser.hands import act_as
from browser.script import Script, a_busy_afternoon

VICTIMS, METRO, CRASH = "I-0008", "I-0005", "I-0007"
S4 = ("Nouvel incident critique", "Nieuw kritiek incident", "New critical incident")
DOWN = ("Canal indisponible", "Kanaal onbeschikbaar", "Channel down")
LOST = ("Source hors ligne", "Bron offline", "Source offline")

# Hears what would sound: the tones that were started, in Hz.
EARS = """
globalThis.heard = [];
globalThis.AudioContext = class {
  state = "suspended";
  currentTime = 0;
  destination = {};
  async resume() { this.state = "running"; }
  createOscillator() {
    const tone = {frequency: {value: 0}, connect: (next) => next, stop() {}};
    tone.start = () => globalThis.heard.push(tone.frequency.value);
    return tone;
  }
  createGain() {
    const gain = {setValueAtTime() {}, exponentialRampToValueAtTime() {}};
    return {gain, connect: (next) => next};
  }
};
"""


@pytest.fixture
def script() -> Script:
    return a_busy_afternoon()


@pytest.fixture
def room(servers: ExitStack, script: Script) -> FakeRoom:
    return servers.enter_context(FakeRoom(script))


def enter(screen: Page, room: FakeRoom, language: str = "fr") -> Locator:
    screen.goto(f"{room.url}?lang={language}")
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")
    return screen.locator("#alarms")


def panel(screen: Page) -> Locator:
    screen.locator("#alarm-toggle").click()
    return screen.locator("#alarm-panel")


def test_a_calm_room_says_so_in_one_line(screen: Page, room: FakeRoom) -> None:
    alarms = enter(screen, room)
    expect(alarms.locator("#alarm-line")).to_have_text("Aucune alarme à accuser pour vous.")
    expect(alarms.locator("#alarm-flood")).to_be_hidden()


def test_what_calls_most_urgently_stands_in_the_strip_with_shape_number_and_words(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    script.alarm("channel_down", DOWN, priority=2, subject="channel:x", ago=300)
    script.alarm("incident_s4", S4, priority=1, incident=VICTIMS, due_s=60)
    line = enter(screen, room).locator("#alarm-line")
    expect(line.locator(".priority.p1 .priority-name")).to_have_text("P1")
    expect(line).to_contain_text(re.compile("critique.*1.*haute.*1"))
    expect(line).to_contain_text("Nouvel incident critique")
    expect(line.locator(".countdown")).to_contain_text("encore")
    line.get_by_role("button", name=re.compile(VICTIMS)).click()
    expect(screen.locator("#sheet-head")).to_contain_text(VICTIMS)


def test_acknowledging_by_key_is_for_this_capacity_only_and_is_shown(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    alarm = script.alarm("channel_down", DOWN, subject="channel:x")
    alarms = enter(screen, room)
    expect(alarms.locator("#alarm-line")).to_contain_text("Canal indisponible")
    screen.keyboard.press("a")
    expect(alarms.locator("#alarm-line")).to_have_text("Aucune alarme à accuser pour vous.")
    assert room.commands == [{"command": "acknowledge_alarm", "alarm": alarm}]
    answered = panel(screen).locator("#alarms-answered")
    expect(answered).to_contain_text(re.compile(r"vu par Opérateur \d\d:\d\d"))
    act_as(screen, "supervisor")
    expect(screen.locator("#alarms-others")).to_contain_text("Canal indisponible")


def test_the_alarms_of_the_chosen_incident_are_acknowledged_together(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    script.alarm("incident_s4", S4, priority=1, incident=VICTIMS)
    script.alarm("incident_graver", S4, priority=2, incident=VICTIMS)
    enter(screen, room)
    screen.locator(f"#incident-list [data-incident={VICTIMS}]").click()
    button = screen.locator("#sheet-acts").get_by_role("button", name="Accuser 2 alarmes")
    expect(button).to_be_visible()
    screen.keyboard.press("a")
    expect(button).to_have_count(0)
    assert room.commands == [{"command": "acknowledge_incident_alarms", "incident": VICTIMS}]


def test_another_positions_alarm_calls_nobody_here(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    script.alarm("hit_to_verify", S4, priority=2, role="police", incident=VICTIMS)
    alarms = enter(screen, room)
    expect(alarms.locator("#alarm-line")).to_contain_text("Aucune alarme")
    expect(panel(screen).locator("#alarms-others-section")).to_contain_text("Liaison police")
    act_as(screen, "police")
    expect(alarms.locator("#alarm-line")).to_contain_text("Nouvel incident critique")


def test_the_supervisor_hears_what_was_left_unanswered(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    alarm = script.alarm("incident_s4", S4, priority=1, incident=VICTIMS, ago=90, due_s=60)
    script.change_alarm("alarm_escalated", alarm, escalated_at=script.entries[-1].at)
    alarms = enter(screen, room)
    act_as(screen, "supervisor")
    expect(alarms.locator("#alarm-line")).to_contain_text("Nouvel incident critique")
    expect(alarms.locator("#alarm-line .countdown")).to_contain_text("dépassé de")
    expect(panel(screen)).to_contain_text("transmise au superviseur")


def test_shelving_asks_for_minutes_and_reason_and_the_most_urgent_are_never_shelved(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    script.alarm("incident_s4", S4, priority=1, incident=VICTIMS)
    alarm = script.alarm("channel_down", DOWN, subject="channel:x")
    enter(screen, room)
    calling = panel(screen).locator("#alarms-calling")
    shelve = calling.get_by_role("button", name="Mettre en attente…")
    expect(shelve).to_have_count(1)
    shelve.click()
    form = calling.locator(".form")
    form.get_by_role("button", name="Mettre en attente").click()
    expect(form.get_by_role("alert")).to_have_text("À remplir.")
    form.get_by_label("Motif").fill("Technicien en route")
    form.get_by_role("button", name="Mettre en attente").click()
    shelved = screen.locator("#alarms-shelved")
    expect(shelved).to_contain_text(re.compile(r"En attente jusqu’à .* Technicien en route"))
    shelved.get_by_role("button", name="Reprendre maintenant").click()
    expect(calling).to_contain_text("Canal indisponible")
    assert [c["command"] for c in room.commands] == ["shelve_alarm", "unshelve_alarm"]
    assert room.commands[0] == {
        "command": "shelve_alarm",
        "alarm": alarm,
        "minutes": 10,
        "reason": "Technicien en route",
    }


def test_a_refused_shelving_is_told_beside_the_minutes(
    screen: Page, room: FakeRoom, script: Script, watch: Any
) -> None:
    watch.allow("409")
    script.alarm("channel_down", DOWN, subject="channel:x")
    enter(screen, room)
    calling = panel(screen).locator("#alarms-calling")
    calling.get_by_role("button", name="Mettre en attente…").click()
    calling.get_by_label("Minutes").fill("90")
    calling.get_by_label("Motif").fill("Technicien en route")
    calling.locator(".form").get_by_role("button", name="Mettre en attente").click()
    expect(calling.locator("[data-field=minutes]").get_by_role("alert")).to_contain_text("30")


def test_a_flood_folds_by_incident_says_so_and_loses_none(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    for i in range(5):
        incident = METRO if i % 2 else CRASH
        script.alarm("incident_s3", S4, priority=2, incident=incident, folded=True)
    flood = {"since": script.entries[-1].at, "folded": 5}
    script.write("flood_changed", {"role": "operator", "flood": flood})
    alarms = enter(screen, room)
    expect(alarms.locator("#alarm-flood")).to_contain_text(
        re.compile(r"Afflux d’alarmes depuis .*\s: 5 regroupées par incident \(2\)")
    )
    folds = panel(screen).locator("#alarm-folded > li")
    expect(folds).to_have_count(2)
    folds.first.get_by_role("button", name="Accuser 3 alarmes").click()
    expect(folds).to_have_count(1)
    expect(screen.locator("#alarm-toggle")).to_have_text("Toutes les alarmes (5)")
    script.write("flood_changed", {"role": "operator", "flood": None})
    expect(alarms.locator("#alarm-flood")).to_be_hidden()


def test_a_re_alarm_says_what_got_worse(screen: Page, room: FakeRoom, script: Script) -> None:
    alarm = script.alarm("incident_s3", S4, priority=2, incident=VICTIMS, ago=400)
    worse = {"fr": "Gravité S4", "nl": "Ernst S4", "en": "Severity S4"}
    script.change_alarm(
        "alarm_rearmed",
        alarm,
        rearmed_at=script.entries[-1].at,
        rearm_reason=worse,
        priority=1,
        acknowledged={},
    )
    strip = enter(screen, room).locator("#alarm-line")
    expect(strip).to_contain_text("Gravité S4")
    expect(strip).not_to_contain_text("Nouvel incident critique")
    expect(panel(screen).locator("#alarms-calling")).to_contain_text(
        re.compile(r"Rappelée\s: Gravité S4")
    )


def test_a_notice_is_listed_and_never_counted_as_a_call(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    script.alarm("source_lost", LOST, kind="notice", priority=3, subject="x", due_s=None)
    alarms = enter(screen, room)
    expect(alarms.locator("#alarm-line")).to_contain_text("Aucune alarme")
    notices = panel(screen).locator("#alarms-notices")
    expect(notices).to_contain_text("Source hors ligne")
    expect(notices.get_by_role("button", name="Accuser")).to_have_count(0)


def test_new_alarms_are_read_out_the_most_urgent_at_once(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    script.alarm("channel_down", DOWN, subject="channel:old")
    enter(screen, room)
    expect(screen.locator("#alarm-line")).to_contain_text("Canal indisponible")
    expect(screen.locator("#alarm-news")).to_have_text("")  # what was there is no news
    script.alarm("incident_s4", S4, priority=1, incident=VICTIMS)
    expect(screen.locator("#alarm-news-urgent")).to_contain_text(
        re.compile(r"Alarme P1\s: Nouvel incident critique")
    )
    script.alarm("channel_down", DOWN, subject="channel:new")
    expect(screen.locator("#alarm-news")).to_contain_text("Canal indisponible")


def test_sound_is_blocked_until_it_was_tested_and_stops_when_answered(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    screen.add_init_script(EARS)
    script.alarm("incident_s4", S4, priority=1, incident=VICTIMS)
    alarms = enter(screen, room)
    button = alarms.locator("#alarm-sound")
    expect(button).to_have_text("Tester le son")
    expect(button.locator(".sign.speaker_off")).to_be_visible()
    expect(screen.locator("#alarm-line")).to_contain_text("Nouvel incident critique")
    assert screen.evaluate("heard") == []
    button.click()
    expect(button).to_have_text("Son actif")
    heard = screen.evaluate("heard")
    assert set(heard) == {1400, 1000, 880}
    assert all(600 <= hz <= 2000 for hz in heard)
    screen.wait_for_timeout(1200)  # the next second of the screen's own clock
    after_call = screen.evaluate("heard.length")
    assert after_call == len(heard) + 4  # the two tones of P1, twice
    screen.keyboard.press("a")
    expect(alarms.locator("#alarm-line")).to_contain_text("Aucune alarme")
    screen.wait_for_timeout(1200)
    assert screen.evaluate("heard.length") == after_call


def test_a_wall_is_silent(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    act_as(screen, "wall")
    expect(screen.locator("#alarm-sound")).to_be_hidden()


def test_reduced_motion_stills_the_pulse(screen: Page, room: FakeRoom, script: Script) -> None:
    screen.emulate_media(reduced_motion="reduce")
    script.alarm("incident_s4", S4, priority=1, incident=VICTIMS)
    enter(screen, room)
    card = panel(screen).locator(".alarm-card.pulse")
    expect(card).to_have_css("animation-name", "none")


def test_the_panel_goes_by_keyboard(screen: Page, room: FakeRoom, script: Script) -> None:
    alarm = script.alarm("channel_down", DOWN, subject="channel:x")
    enter(screen, room)
    screen.locator("#alarm-toggle").focus()
    screen.keyboard.press("Enter")
    expect(screen.locator("#alarm-panel h2")).to_be_focused()
    screen.keyboard.press("Tab")
    expect(screen.locator(f"[data-alarm={alarm}] summary")).to_be_focused()
    screen.keyboard.press("Tab")
    screen.keyboard.press("Enter")
    expect(screen.locator("#alarms-answered")).to_contain_text("vu par Opérateur")
    screen.keyboard.press("Escape")
    expect(screen.locator("#alarm-panel")).to_be_hidden()
    expect(screen.locator("#alarm-toggle")).to_be_focused()


@pytest.mark.parametrize(("language", "told"), [("nl", "Te bevestigen"), ("en", "To acknowledge")])
def test_every_word_of_the_alarms_exists(
    screen: Page, room: FakeRoom, script: Script, language: str, told: str
) -> None:
    script.alarm("incident_s4", S4, priority=1, incident=VICTIMS, count=3, review_due=True)
    script.alarm("channel_down", DOWN, subject="channel:x")
    script.alarm("incident_s3", S4, priority=2, incident=METRO, folded=True)
    script.alarm("source_lost", LOST, kind="notice", priority=3, subject="x", due_s=None)
    enter(screen, room, language)
    expect(panel(screen)).to_contain_text(told)
    screen.locator("#alarm-panel .form, [data-focus^=A-]").first.click()
    expect(screen.locator("body")).not_to_contain_text(re.compile(r"\[\w+\.\w+\]"))
