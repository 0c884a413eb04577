"""Walls: legible from afar, in both languages, without personal data, without hands."""

import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.crisis import crisis_cameras, major_crisis
from browser.fake_room import HEALTHY, FakeRoom
from browser.freezing import expect_frozen_in_time, watch_silence
from browser.script import Script, a_busy_afternoon
from browser.watch import Watch

FULL_HD = {"width": 1920, "height": 1080}
TABLE = [  # metres, pitch, then the font sizes for 16, 20 and 30 minutes of arc
    (3, 0.634, [31, 38, 57]),
    (5, 0.634, [51, 64, 96]),
    (8, 0.634, [82, 102, 153]),
    (3, 0.317, [61, 76, 115]),
    (5, 0.317, [102, 127, 191]),
    (8, 0.317, [163, 204, 306]),
    (0.7, 0.233, [19, 24, 36]),
]
HEIGHTS = [
    (0.7, [3.3, 4.1, 4.5, 6.1]),
    (5, [23.3, 29.1, 32.0, 43.6]),
    (10, [46.5, 58.2, 64.0, 87.3]),
]
# What stands beyond the screen or is cut by its own box; a text may end after its third line.
PARTS = "#wall-rail *, #wall-foot *, #wall-hour *, .banner *"
CUT = f"""() => [...document.querySelectorAll("{PARTS}, #wall-cameras *")]
  .filter((e) => !e.closest("[hidden], svg") && e.offsetWidth > 0)
  .filter((e) => {{
    const box = e.getBoundingClientRect();
    const clipped = getComputedStyle(e).overflow === "hidden" && !e.matches(".wall-said")
      && (e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2);
    const beyond = box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
    return clipped || beyond || box.left < 0 || box.top < 0;
  }})
  .map((e) => `${{e.tagName}}#${{e.id}}.${{e.className}}`)"""
SMALLEST = f"""() => Math.min(...[...document.querySelectorAll("{PARTS}")]
  .filter((e) => e.offsetWidth > 0)
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    return servers.enter_context(FakeRoom(a_busy_afternoon()))


def open_wall(screen: Page, room: FakeRoom, query: str = "", size: Any = FULL_HD) -> None:
    screen.set_viewport_size(size)
    screen.goto(f"{room.url}/wall?{query}")
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")


def module(room: FakeRoom, name: str) -> str:
    return f"{room.static_url}/app/wall/{name}.js"


def test_letters_are_as_large_as_the_distance_asks(screen: Page, room: FakeRoom) -> None:
    screen.goto(f"{room.url}/wall/setup")
    sizes = screen.evaluate(
        "async ([url, rows]) => { const { fontPx } = await import(url);"
        " return rows.map(([m, p]) => [16, 20, 30].map((a) => Math.round(fontPx(m, a, p)))) }",
        [module(room, "legibility"), TABLE],
    )
    assert sizes == [wanted for _, _, wanted in TABLE]
    heights = screen.evaluate(
        "async ([url, rows]) => { const { capHeightMm } = await import(url);"
        " return rows.map(([m]) => [16, 20, 22, 30].map((a) => capHeightMm(m, a))) }",
        [module(room, "legibility"), HEIGHTS],
    )
    for found, (_, wanted) in zip(heights, HEIGHTS, strict=True):
        assert found == pytest.approx(wanted, abs=0.06)


def test_the_set_up_page_corrects_the_pitch_by_a_card_and_gives_the_addresses(
    screen: Page, room: FakeRoom
) -> None:
    screen.goto(f"{room.url}/wall/setup?lang=fr")
    screen.get_by_label("Écran").select_option(label="55 pouces Full HD")
    screen.get_by_label("Distance de la place").fill("8")
    expect(screen.locator("#wall-fits")).to_contain_text("8 lignes")
    screen.get_by_label("Largeur mesurée").fill("171,2")
    screen.get_by_role("button", name="Corriger").click()
    expect(screen.get_by_label("Taille d’un pixel")).to_have_value("1.2680")
    expect(screen.locator("#address-b-16")).to_have_value(
        f"{room.url}/wall?layout=b&distance=8&pitch=1.268&tiles=16&lang=both"
    )
    screen.get_by_label("Distance de la place").fill("trois")
    expect(screen.get_by_label("Distance de la place")).to_have_attribute("aria-invalid", "true")
    expect(screen.locator("#test-lines .test-e")).to_have_count(15)


def test_wall_a_tells_both_languages_and_nothing_a_caller_said(
    screen: Page, room: FakeRoom
) -> None:
    call = room.script.alarm("incident_opened", ("x", "x", "x"), incident="I-0008")
    open_wall(screen, room, "layout=a&distance=3&pitch=0.634")
    rows = screen.locator(".wall-incident:visible")
    expect(rows.first).to_have_attribute("data-incident", "I-0008")
    expect(rows.first.locator(".wall-title")).to_have_text(
        ["Afflux de victimes (PIM)", "Toestroom van slachtoffers (MIP)"]
    )
    expect(rows.first).to_contain_text("pas encore vu / nog niet gezien")
    room.script.change_alarm(
        "alarm_acknowledged", call, acknowledged={"police": {"at": _now(room), "by": "x"}}
    )
    expect(rows.first.locator(".wall-unseen")).to_have_count(0)
    assert "D3" in (rows.first.locator(".wall-seen").text_content() or "")
    expect(screen.locator("#wall-mode")).to_have_text("RÉEL / REËEL")
    expect(screen.locator("#wall-sources")).to_contain_text("Sources / Bronnen 5/8")
    # moderate and graver only, and no word of an observation
    assert screen.locator("#map-area .pin[data-incident]").count() <= 4
    text = screen.locator("body").inner_text()
    for said in ("Ixelles 204", "METHANE", "Citerne", "appels", "cuisine", "I-0001"):
        assert said not in text
    assert screen.evaluate(SMALLEST) >= 30.5  # 16 minutes of arc at three metres
    assert screen.evaluate(CUT) == []
    assert screen.evaluate("getComputedStyle(document.body).cursor") == "none"
    expect(screen.locator("button:not(.cluster), input, select")).to_have_count(0)
    before = screen.locator("#wall-beat i.now").evaluate(
        "(i) => [...i.parentNode.children].indexOf(i)"
    )
    expect(screen.locator(f"#wall-beat i:nth-child({before + 1}).now")).to_have_count(0)


def _now(room: FakeRoom) -> str:
    return room.script.entries[-1].at


@pytest.mark.parametrize("layout", ["a", "b"])
def test_in_a_major_crisis_nothing_is_cut_at_any_distance(
    screen: Page, servers: ExitStack, tmp_path: Path, layout: str
) -> None:
    script = major_crisis()
    room = servers.enter_context(
        FakeRoom(script, cameras=crisis_cameras(script.realm), data=tmp_path)
    )
    open_wall(screen, room, f"layout={layout}&distance=5&pitch=0.634")
    shown = ".wall-incident:visible" if layout == "a" else ".wall-list li:visible"
    for metres in (5, 8, 3):
        # As much room, in letters, as one screen of full HD has from so far away.
        size = {"width": 1920 * 5 // metres, "height": 1080 * 5 // metres}
        screen.set_viewport_size(size)  # type: ignore[arg-type]
        screen.wait_for_function("(width) => innerWidth === width", arg=size["width"])
        screen.wait_for_function(f"() => ({CUT})().length === 0")
        expect(screen.locator(shown).first).to_be_visible()
        assert screen.evaluate(SMALLEST) >= 50.5
    rest = screen.locator("#wall-more, .wall-rest").first
    expect(rest).to_have_text(re.compile(r"\+ \d+"))  # what does not fit is counted


def test_the_supervisor_points_and_lets_go(screen: Page, room: FakeRoom) -> None:
    open_wall(screen, room, "layout=a&distance=3&pitch=0.634&lang=nl")
    first = screen.locator(".wall-incident").first
    expect(first).to_have_attribute("data-incident", "I-0008")
    room.script.command(
        "direct_wall", "supervisor", layout="a", incident="I-0005", note="Persmoment 15.00 u"
    )
    expect(first).to_have_attribute("data-incident", "I-0005")
    expect(screen.locator("#wall-note")).to_have_text("Persmoment 15.00 u")
    centre = screen.evaluate("situation_map.getCenter()")
    assert centre["lat"] == pytest.approx(50.8455, abs=0.01)
    room.script.command("release_wall", "supervisor", layout="a")
    expect(first).to_have_attribute("data-incident", "I-0008")
    expect(screen.locator("#wall-note")).to_be_hidden()


def test_a_wall_says_by_itself_what_is_wrong_and_when_it_is_right_again(
    screen: Page, room: FakeRoom
) -> None:
    open_wall(screen, room, "layout=b&distance=5&pitch=0.634")
    lost = {"state": "lost", "since": _now(room), "trouble": "unreachable"}
    stuck = {"state": "stuck", "since": _now(room), "trouble": "gone"}
    room.health = {**HEALTHY, "broker": lost, "journal": stuck}
    for trouble in ("broker", "journal"):
        expect(screen.locator(f"[data-trouble={trouble}]")).to_be_visible(timeout=3000)
    room.health = HEALTHY
    expect(screen.locator(".banner")).to_have_count(0, timeout=3000)
    watch_silence(screen)
    room.silent = True
    expect_frozen_in_time(screen)
    expect(screen.locator("#frozen")).to_contain_text("FIGÉ")
    expect(screen.locator("#frozen")).to_contain_text("BEVROREN")
    assert (
        screen.locator("#frozen .frozen-since").first.evaluate(
            "(e) => parseFloat(getComputedStyle(e).fontSize)"
        )
        > 64
    )
    room.silent = False
    expect(screen.locator("#frozen")).to_be_hidden(timeout=3000)


def test_a_wall_takes_a_new_program_by_itself_and_starts_anew_after_errors(
    screen: Page, servers: ExitStack, watch: Watch
) -> None:
    watch.allow("a part failed")
    room = servers.enter_context(FakeRoom(Script()))
    open_wall(screen, room, "layout=b&distance=5&pitch=0.634")
    screen.evaluate("globalThis.old = true")
    room.version = room.page_version = "2.0"
    room.cut()
    screen.wait_for_function("() => globalThis.old === undefined")
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")

    fail = "globalThis.old = true; reportError(new Error('a part failed'));"
    screen.evaluate(f"() => {{ sessionStorage.clear(); {fail} }}")
    expect(screen.locator("#wall-errors")).to_have_text("1")
    screen.evaluate(f"() => {{ {fail * 2} }}")
    screen.wait_for_function("() => globalThis.old === undefined")
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")
    screen.evaluate(f"() => {{ {fail * 3} }}")
    expect(screen.locator("#wall-errors")).to_have_text("3")  # told; anew only after five minutes
    assert screen.evaluate("globalThis.old")


def test_wall_b_shows_the_cameras_it_may_and_says_whose_they_are(
    screen: Page, servers: ExitStack, tmp_path: Path
) -> None:
    script = major_crisis()
    cameras = crisis_cameras(script.realm)
    room = servers.enter_context(FakeRoom(script, cameras=cameras, data=tmp_path))
    open_wall(screen, room, "layout=b&distance=3&pitch=0.634")
    tiles = screen.locator("#wall-cameras .camera-tile")
    expect(tiles.first).to_be_visible()
    shown = {tile.get_attribute("data-camera") for tile in tiles.all()}
    closed = {camera.id for camera in cameras if not camera.agreement}
    assert shown
    assert not shown & closed
    expect(tiles.first).to_contain_text("Trafic, sans surveillance / Verkeer, geen bewaking")
    expect(screen.locator("#wall-decisions li").first).to_be_visible()
    expect(screen.locator("#wall-hour li svg").first).to_be_visible()
    asked = [camera.id for camera in cameras if camera.agreement][-1:]
    script.command("direct_wall", "coordinator", layout="b", cameras=asked)
    expect(tiles).to_have_count(1)
    expect(tiles).to_have_attribute("data-camera", asked[0])


def test_signs_stand_apart_and_the_map_moves_at_most_every_half_minute(
    screen: Page, room: FakeRoom
) -> None:
    screen.goto(f"{room.url}/wall/setup")
    found = screen.evaluate(
        """async ([naming, view, hour]) => {
          const { nameable } = await import(naming);
          const { mayMove, viewFor } = await import(view);
          const { slotCount } = await import(hour);
          const at = (id, x, y) => ({ leader: { id, x, y }, members: [] });
          return {
            named: [...nameable(
              [at("a", 0, 0), at("b", 0, 40), at("c", 200, 0), at("d", 230, 10)])],
            moves: [mayMove("x", "y", false, 29_000), mayMove("x", "y", false, 30_000),
              mayMove("x", "y", true, 0), mayMove("x", "x", true, 90_000)],
            empty: viewFor(undefined, []).kind,
            slots: [100, 40, 20].map(slotCount),
          };
        }""",
        [module(room, name) for name in ("naming", "view", "last-hour")],
    )
    assert found["named"] == ["b", "d"]  # below a and c there is a sign
    assert found["moves"] == [False, True, True, False]
    assert found["empty"] == "region"
    assert found["slots"] == [30, 12, 6]
