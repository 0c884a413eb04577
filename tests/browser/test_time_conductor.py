"""The time conductor: any moment of the past on every panel, and never by mistake."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from browser.fake_room import FakeRoom
from browser.script import Script
from browser.test_evolve_twin import served
from browser.watch import Watch
from camera_register import camera
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation, picture

HERE = (50.8622, 4.3372)
MINUTES = 60.0


def an_hour() -> Script:
    """Four incidents; the last is a minute after the third."""
    script = Script()
    for number, (type_code, severity, ago) in enumerate(
        [
            ("FIR-BLD", 3, 50 * MINUTES),
            ("TRA-ACC", 2, 30 * MINUTES),
            ("TRA-ACC", 2, 10 * MINUTES),
            ("FIR-BLD", 2, 9 * MINUTES),
        ]
    ):
        lat, lon = HERE
        at = {"lat": lat + number / 100, "lon": lon}
        seen = script.observe("cad:112-bru", f"Appel {number}", ago=ago + 5, **at)
        script.open(seen, type_code, severity, ago=ago)
    script.source("cad:112-bru", "online", ago=MINUTES)
    return script


@pytest.fixture
def script() -> Script:
    return an_hour()


@pytest.fixture
def room(servers: ExitStack, script: Script) -> FakeRoom:
    lat, lon = HERE
    return servers.enter_context(FakeRoom(script, cameras=[camera("cam-1", lat=lat, lon=lon)]))


def rows(screen: Page) -> Locator:
    return screen.locator("#incident-list [role=option]")


def live(screen: Page) -> None:
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")


def is_past(screen: Page, past: bool = True) -> None:
    pattern = re.compile(r"\bpast\b")
    root = expect(screen.locator("html"))
    (root.to_have_class if past else root.not_to_have_class)(pattern)


def shown(screen: Page) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(screen.evaluate("JSON.stringify(tocsin.picture())"))
    return told


def then(script: Script, n: int) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        picture(evolve_all(Situation(script.realm), script.entries[:n]))
    )
    return told


def playing_until(screen: Page, done: Callable[[], bool]) -> None:
    """The page's clock goes on by fifths of seconds; what it asks for comes in between."""
    for _ in range(100):
        if done():
            return
        screen.clock.run_for(200)
        screen.evaluate("fetch('/api/states').then(() => 0)")  # a way there and back
    raise AssertionError("it never came")


def test_back_and_forth_in_time(screen: Page, room: FakeRoom, script: Script) -> None:
    screen.clock.install()
    screen.goto(room.url)
    live(screen)
    expect(rows(screen)).to_have_count(4)
    bar = screen.locator("#time-bar")
    expect(bar).to_be_hidden()
    screen.locator("#time-open").click()
    expect(bar).to_be_visible()
    is_past(screen, False)
    expect(screen.locator("#past-sign")).to_be_hidden()

    # the incident before, and the one before that: chosen, and nothing later is there
    screen.keyboard.press(",")
    expect(rows(screen)).to_have_count(4)
    is_past(screen)
    screen.keyboard.press(",")
    expect(rows(screen)).to_have_count(3)
    expect(screen.locator("#past-sign")).to_contain_text("REJEU / HERHALING")
    expect(screen.locator("#sheet-head")).to_contain_text("I-0003")
    n = shown(screen)["n"]
    assert shown(screen) == then(script, n)
    assert f"at={script.entries[n - 1].at.replace(':', '%3A')}" in screen.url
    # ages are those of then
    expect(screen.locator("#sources")).not_to_contain_text("cad:112-bru")

    # nobody acts, and no camera shows what is now
    expect(screen.locator("[data-focus=act-take]")).to_be_disabled()
    screen.keyboard.press("t")
    assert room.commands == []
    screen.keyboard.press(",")
    screen.keyboard.press(",")
    expect(rows(screen)).to_have_count(1)
    expect(screen.locator("#sheet-cameras .tile-message")).to_have_text(re.compile("dans le passé"))
    screen.keyboard.press(",")
    expect(screen.locator("#time-told")).to_have_text("Aucun incident avant ce moment.")

    # live goes on underneath, and what is grave there is told
    fresh = script.observe("cad:112-bru", "Explosion", lat=50.85, lon=4.36)
    grave = script.open(fresh, "FIR-BLD", 4)
    script.alarm("opened_grave", ("Incendie", "Brand", "Fire"), priority=1, incident=grave)
    expect(screen.locator("#past-calls")).to_have_text("En direct : 1 nouvel appel grave")
    expect(rows(screen)).to_have_count(1)

    # the third and the fourth are a minute apart: a second of watching
    screen.keyboard.press(".")
    expect(rows(screen)).to_have_count(2)
    screen.keyboard.press(".")
    expect(rows(screen)).to_have_count(3)
    screen.locator("#time-speed").select_option("60")
    screen.locator("#time-play").click()
    playing_until(screen, lambda: rows(screen).count() == 4)
    screen.locator("#time-play").click()
    n = shown(screen)["n"]
    assert n >= 8
    assert shown(screen) == then(script, n)

    screen.keyboard.press("0")
    is_past(screen, False)
    expect(rows(screen)).to_have_count(5)
    expect(bar).to_be_hidden()
    assert "at=" not in screen.url
    expect(screen.locator("#time-told")).to_have_text("De nouveau en direct.")
    assert shown(screen) == then(script, len(script.entries))


def test_playing_reaches_the_present_and_is_live_again(
    screen: Page, room: FakeRoom, script: Script
) -> None:
    screen.clock.install()
    screen.goto(f"{room.url}?at={script.entries[7].at}")
    is_past(screen)
    live(screen)
    expect(rows(screen)).to_have_count(4)
    assert shown(screen)["n"] < len(script.entries)
    screen.locator("#time-speed").select_option("60")
    screen.locator("#time-play").click()
    playing_until(screen, lambda: screen.locator("#time-bar").is_hidden())
    is_past(screen, False)
    assert shown(screen) == then(script, len(script.entries))


def test_a_colleague_who_opens_the_address_sees_the_same_moment(
    screen: Page, context: BrowserContext, watch: Watch, room: FakeRoom, script: Script
) -> None:
    screen.goto(room.url)
    live(screen)
    screen.locator("#time-open").click()
    minute = 25 * MINUTES * 1000
    field = screen.locator("#time-field")
    moment = screen.evaluate(
        "(ago) => new Date(Date.now() - ago + 3600e3).toISOString().slice(0, 19)", minute
    )
    field.fill(moment)
    screen.locator("#time-go").click()
    is_past(screen)
    expect(rows(screen)).to_have_count(2)
    told = screen.locator("#past-sign time").inner_text()
    page = context.new_page()
    watch.follow(page)
    page.goto(screen.url)
    expect(page.locator("#past-sign time")).to_have_text(told)
    expect(rows(page)).to_have_count(2)
    assert shown(page) == shown(screen)
    page.goto(screen.url.replace("/realms/live", "/realms/live/supervisor"))
    expect(page.locator("#past-sign time")).to_have_text(told)
    page.close()


def test_a_server_that_goes_and_comes_leaves_the_moment_that_is_shown(
    screen: Page, room: FakeRoom, script: Script, watch: Watch
) -> None:
    watch.allow("WebSocket connection to")
    screen.goto(f"{room.url}?at={script.entries[3].at}")
    expect(rows(screen)).to_have_count(2)
    live(screen)
    told = screen.locator("#past-sign time").inner_text()
    room.reachable = False
    room.cut()
    expect(screen.locator("#frozen")).to_be_visible()
    script.open(script.observe("cad:112-bru", "Plus tard"), "TRA-ACC", 2)
    room.reachable = True
    live(screen)
    expect(screen.locator("html")).to_have_attribute("data-live-n", str(len(script.entries)))
    expect(screen.locator("#frozen")).to_be_hidden()
    expect(screen.locator("#past-sign time")).to_have_text(told)
    expect(rows(screen)).to_have_count(2)
    screen.keyboard.press("0")
    expect(rows(screen)).to_have_count(5)


# --- judgement


@contextmanager
def modules(screen: Page) -> Iterator[Page]:
    with served() as address:
        screen.goto(address + "/locales/")
        yield screen


def test_neighbours_in_time_and_what_calls_meanwhile(screen: Page) -> None:
    with modules(screen):
        told = screen.evaluate(
            """async () => {
              const { nearestOpening } = await import("/app/time/history.js");
              const { callsOf, newCalls } = await import("/app/time/calls.js");
              const one = (n, kind) => ({ n, kind });
              const landmarks = [one(3, "opened"), one(5, "state"), one(8, "opened")];
              const near = (n, way) => nearestOpening(landmarks, n, way)?.n ?? null;
              const incident = (id, severity, state = "reported") => ({ id, severity, state });
              const alarm = (id, incident, more = {}) => ({
                id, incident, kind: "alarm", priority: 1, cleared_at: null, shelved: null,
                raised_at: "1", rearmed_at: null, ...more,
              });
              const live = (incidents, alarms) => ({ incidents, alarms });
              const before = callsOf(live({ a: incident("a", 4) }, { x: alarm("x", "a") }));
              const count = (incidents, alarms) => newCalls(before, live(incidents, alarms));
              return [
                [near(3, 1), near(3, -1), near(8, 1), near(8, -1), near(Infinity, -1), near(0, 1)],
                [
                  count({ a: incident("a", 4) }, { x: alarm("x", "a") }),
                  count({ b: incident("b", 3) }, { y: alarm("y", "b") }),
                  count({ b: incident("b", 2), c: incident("c", 4, "closed") }, {}),
                  count({}, { x: alarm("x", "a", { rearmed_at: "2" }) }),
                  count({}, { z: alarm("z", null, { priority: 2 }) }),
                  count({}, { w: alarm("w", null, { cleared_at: "3" }) }),
                ],
              ];
            }"""
        )
    assert told == [[8, None, None, 3, 8, 3], [0, 1, 0, 1, 0, 0]]
