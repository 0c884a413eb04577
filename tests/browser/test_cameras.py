"""Cameras on the screen: the map's signs, the strip, the wall, the large view, live video."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute, expect

from browser.fake_room import FakeRoom
from browser.hands import act_as
from browser.script import Script
from browser.watch import Watch
from camera_register import camera, frame
from tocsin.contract.camera import Camera
from tocsin.contract.times import to_text
from tocsin.contract.topics import camera_frame
from unit.test_cameras_live_video import clip

HERE = (50.8622, 4.3372)
STREET = "loi_cameras_lieu_ouvert"


def cameras(**more: str) -> list[Camera]:
    lat, lon = HERE
    named = {"fr": "Place Sainctelette", "nl": "Saincteletteplein"}
    return [
        camera("cam-1", lat=lat, lon=lon, name=named, heading_deg=90, **more),
        camera("cam-2", lat=lat + 0.001, lon=lon, group="tunnels"),
        camera("cam-3", lat=lat + 0.002, lon=lon, agreement=False),
        camera("cam-4", lat=lat + 0.003, lon=lon, legal_regime=STREET),
    ]


def a_fire() -> Script:
    script = Script()
    for group in ("cameras", "tunnels"):
        script.source(f"camera:{group}", "online", ago=600)
    lat, lon = HERE
    seen = script.observe("cad:112-bru", "Feu", type_hint="FIR-BLD", lat=lat, lon=lon)
    script.open(seen, "FIR-BLD", 3)
    return script


def say(script: Script, name: str, state: str, **figures: float) -> None:
    at = to_text(datetime.now(UTC))
    script.observe(
        "camera:cameras",
        f"{name} {state}",
        kind="camera_status",
        observed_at=at,
        codes={"camera": name},
        camera={"camera": name, "state": state, **figures},
    )


@contextmanager
def sending(room: FakeRoom, *names: str, ago: float = 0.0) -> Iterator[None]:
    """Pictures of these cameras, ten a second, each a little lighter."""
    stop = threading.Event()

    def send() -> None:
        n = 0
        while not stop.wait(0.1):
            n += 1
            for name in names:
                at = datetime.now(UTC) - timedelta(seconds=ago)
                picture = frame(name, n=n, at=at, shade=40 + n % 200)
                room.desk.relay.take(camera_frame("live", name), picture)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def room(servers: ExitStack, tmp_path: Path) -> FakeRoom:
    script = a_fire()
    for name in ("cam-1", "cam-2", "cam-4"):
        say(script, name, "working")
    return servers.enter_context(FakeRoom(script, cameras=cameras(), data=tmp_path))


def tile(screen: Page, name: str, within: str = "body") -> Locator:
    return screen.locator(f"{within} .camera-tile[data-camera={name}]")


def open_incident(screen: Page, room: FakeRoom, **query: str) -> None:
    asked = "&".join(f"{k}={v}" for k, v in query.items())
    screen.goto(f"{room.url}?{asked}")
    screen.locator("#incident-list [data-incident=I-0001]").click()


def test_the_map_shows_each_state_in_its_own_shape(screen: Page, room: FakeRoom) -> None:
    say(room.script, "cam-2", "covered", figure=0.8, limit=0.5)
    screen.goto(room.url)
    pins = screen.locator("#map-area .camera-pin")
    expect(pins).to_have_count(4)
    kinds = {"cam-1": "working", "cam-2": "disturbed", "cam-3": "no_agreement", "cam-4": "working"}
    for name, kind in kinds.items():
        expect(screen.locator(f".camera-pin.{kind}[data-camera={name}]")).to_have_count(1)
    marks = {
        kind: screen.locator(f".camera-pin.{kind} .mark").first.get_attribute("d")
        for kind in set(kinds.values())
    }
    assert len(set(marks.values())) == 3  # never colour alone
    say(room.script, "cam-4", "no_picture")
    expect(screen.locator(".camera-pin.none[data-camera=cam-4]")).to_have_count(1)
    room.script.source("camera:cameras", "silent")
    expect(screen.locator(".camera-pin.none")).to_have_count(3)  # all that this group spoke of
    expect(screen.locator(".camera-pin.none[data-camera=cam-1]")).to_have_count(1)
    screen.locator("#layers summary").click()
    screen.get_by_role("checkbox", name="Caméras").uncheck()
    expect(pins).to_have_count(0)


def test_the_strip_shows_the_best_cameras_with_why_and_age(screen: Page, room: FakeRoom) -> None:
    with sending(room, "cam-1", "cam-2", "cam-4"):
        open_incident(screen, room)
        strip = screen.locator("#sheet-cameras .camera-tile")
        expect(strip).to_have_count(3)
        first = strip.first
        expect(first).to_contain_text("Place Sainctelette")
        expect(first).to_contain_text("en service")
        expect(first.locator("img")).to_be_visible()
        expect(first.locator("img")).to_have_attribute("alt", re.compile("Place Sainctelette"))
        expect(first.locator(".tile-age")).to_have_text(re.compile(r"^[0-2]\ss$"))
        expect(screen.locator("#sheet-cameras-closed")).to_contain_text("Sans accord de partage")
        expect(screen.locator("#sheet-cameras-closed")).to_contain_text("cam-3")
        street = tile(screen, "cam-4", "#sheet-cameras")
        expect(street).to_contain_text("en présence de la police")
        say(room.script, "cam-1", "frozen")
        expect(tile(screen, "cam-1", "#sheet-cameras")).to_contain_text("image figée")
        expect(tile(screen, "cam-1", "#sheet-cameras")).to_have_attribute("data-kind", "disturbed")


def test_pictures_follow_one_another(screen: Page, room: FakeRoom) -> None:
    with sending(room, "cam-1"):
        open_incident(screen, room)
        shown = tile(screen, "cam-1", "#sheet-cameras")
        expect(shown).to_have_attribute("data-sequence", re.compile(r"\d+"))
        first = int(shown.get_attribute("data-sequence") or 0)
        expect(shown).not_to_have_attribute("data-sequence", str(first))
        assert room.desk.relay.demand()["live", "cam-1"] == 2


def test_only_what_is_seen_is_asked_for(screen: Page, room: FakeRoom) -> None:
    open_incident(screen, room)
    expect(screen.locator("#sheet-cameras .camera-tile")).to_have_count(3)
    wait(screen, lambda: ("live", "cam-1") in room.desk.relay.demand())
    tile(screen, "cam-2", "#sheet-cameras").scroll_into_view_if_needed()
    wait(screen, lambda: ("live", "cam-2") in room.desk.relay.demand())
    screen.get_by_role("button", name="Fermer la fiche").click()
    wait(screen, lambda: not room.desk.relay.demand())


def wait(screen: Page, holds: Callable[[], object]) -> None:
    for _ in range(100):
        if holds():
            return
        screen.wait_for_timeout(50)
    raise AssertionError("not within 5 s")


def test_a_tile_greys_and_says_since_when(screen: Page, room: FakeRoom) -> None:
    with sending(room, "cam-1"):
        open_incident(screen, room)
        shown = tile(screen, "cam-1", "#sheet-cameras")
        expect(shown.locator("img")).to_be_visible()
        expect(shown).not_to_have_class(re.compile("late"))
    expect(shown).to_have_class(re.compile("late"))
    said = shown.locator(".tile-message")
    expect(said).to_have_text(re.compile(r"Pas de nouvelle image depuis \d\d:\d\d:\d\d"))
    with sending(room, "cam-1"):
        expect(shown).not_to_have_class(re.compile("late"))


def test_a_picture_that_comes_old_is_shown_as_old(screen: Page, room: FakeRoom) -> None:
    with sending(room, "cam-1", ago=40):
        open_incident(screen, room)
        shown = tile(screen, "cam-1", "#sheet-cameras")
        expect(shown).to_have_class(re.compile("late"))
        expect(shown.locator(".tile-age")).to_have_text(re.compile(r"4\d\ss"))


def test_without_a_camera_near_the_strip_says_so(
    screen: Page, servers: ExitStack, tmp_path: Path
) -> None:
    far = camera("cam-9", lat=50.80, lon=4.30)
    room = servers.enter_context(FakeRoom(a_fire(), cameras=[far], data=tmp_path))
    open_incident(screen, room, lang="nl")
    none = screen.locator("#sheet-cameras-none")
    expect(none).to_contain_text("Geen camera in de buurt.")
    expect(none).to_contain_text(re.compile(r"De dichtstbijzijnde staat op 7,\d\skm"))


def test_another_capacity_sees_other_cameras(screen: Page, room: FakeRoom) -> None:
    with sending(room, "cam-1", "cam-4"):
        open_incident(screen, room)
        street = tile(screen, "cam-4", "#sheet-cameras")
        street.scroll_into_view_if_needed()
        expect(street.locator("img")).to_be_visible()
        act_as(screen, "d1")
        expect(street).to_contain_text("Images à demander à la liaison police")
        expect(street.locator("img")).to_be_hidden()
        wait(screen, lambda: ("live", "cam-4") not in room.desk.relay.demand())


def test_a_picture_is_kept_to_the_incident_from_the_large_view(
    screen: Page, room: FakeRoom
) -> None:
    with sending(room, "cam-1"):
        open_incident(screen, room)
        tile(screen, "cam-1", "#sheet-cameras").get_by_role("button").click()
        dialog = screen.get_by_role("dialog", name="Place Sainctelette")
        expect(dialog.locator("img")).to_be_visible()
        expect(dialog).to_contain_text("pas de vidéo en direct pour cette caméra")
        wait(screen, lambda: room.desk.relay.demand()["live", "cam-1"] == 10)
        dialog.get_by_role("button", name="Conserver cette image (I-0001)").click()
        expect(dialog).to_contain_text("Image conservée à l’appui de I-0001")
        screen.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
    kept = screen.locator("#sheet-evidence .kept-picture")
    expect(kept).to_have_count(1)
    expect(kept).to_contain_text("par Opérateur")
    kept.scroll_into_view_if_needed()
    expect(kept.locator("img")).to_have_js_property("naturalWidth", 64)


def test_a_kept_picture_whose_bytes_are_gone_says_so(
    screen: Page, room: FakeRoom, watch: Watch, tmp_path: Path
) -> None:
    watch.allow("404")
    evidence = {
        "id": "E-1",
        "incident": "I-0001",
        "camera": "cam-1",
        "sha256": "0" * 64,
        "size": 12_000,
        "captured_at": to_text(datetime.now(UTC)),
        "kept_at": to_text(datetime.now(UTC)),
        "by": "operator on this machine",
    }
    room.script.write("evidence_kept", {"evidence": evidence})
    open_incident(screen, room, lang="en")
    kept = screen.locator("#sheet-evidence .kept-picture")
    kept.scroll_into_view_if_needed()
    expect(kept).to_contain_text("The picture itself is no longer there or was altered.")


def test_arrow_keys_go_through_the_strip(screen: Page, room: FakeRoom) -> None:
    open_incident(screen, room)
    expect(screen.locator("#sheet-cameras .camera-tile")).to_have_count(3)
    screen.locator("#sheet-cameras .tile-screen").first.focus()
    screen.keyboard.press("Enter")
    expect(screen.get_by_role("dialog", name="Place Sainctelette")).to_be_visible()
    screen.keyboard.press("ArrowRight")
    expect(screen.get_by_role("dialog", name="Caméra cam-2")).to_be_visible()
    screen.keyboard.press("ArrowLeft")
    screen.keyboard.press("ArrowLeft")
    expect(screen.get_by_role("dialog", name="Caméra cam-4")).to_be_visible()
    screen.keyboard.press("Escape")
    expect(screen.locator("dialog.camera-focus")).to_be_hidden()
    wait(screen, lambda: 10 not in room.desk.relay.demand().values())


# --- the wall


def test_the_wall_shows_every_camera_and_asks_for_what_may_be_seen(
    screen: Page, room: FakeRoom
) -> None:
    with sending(room, "cam-1", "cam-2", "cam-4"):
        screen.goto(f"{room.url}/video")
        expect(screen.locator("#video-wall .camera-tile")).to_have_count(4)
        expect(screen.locator("#video-count")).to_have_text("4 caméras")
        for name in ("cam-1", "cam-2", "cam-4"):
            expect(tile(screen, name).locator("img")).to_be_visible()
        expect(tile(screen, "cam-3")).to_contain_text("Pas d’accord de partage")
        screen.get_by_label("Groupe").select_option("tunnels")
        expect(screen.locator("#video-wall .camera-tile")).to_have_count(1)
        wait(screen, lambda: set(room.desk.relay.demand()) == {("live", "cam-2")})
        expect(screen).to_have_url(re.compile("group=tunnels"))


def test_the_wall_asks_only_for_tiles_in_sight(
    screen: Page, servers: ExitStack, tmp_path: Path
) -> None:
    many = [camera(f"cam-{n:02}", lat=50.84, lon=4.35) for n in range(40)]
    room = servers.enter_context(FakeRoom(a_fire(), cameras=many, data=tmp_path))
    screen.goto(f"{room.url}/video")
    expect(screen.locator(".camera-tile")).to_have_count(40)
    wait(screen, lambda: 4 <= len(room.desk.relay.demand()) <= 24)
    assert ("live", "cam-39") not in room.desk.relay.demand()
    tile(screen, "cam-39").scroll_into_view_if_needed()
    wait(screen, lambda: ("live", "cam-39") in room.desk.relay.demand())
    assert ("live", "cam-00") not in room.desk.relay.demand()


def test_a_hidden_page_asks_for_nothing(screen: Page, room: FakeRoom) -> None:
    screen.goto(f"{room.url}/video")
    wait(screen, lambda: len(room.desk.relay.demand()) == 3)
    hidden = "Object.defineProperty(document, 'visibilityState', {value: '%s', configurable: true})"
    screen.evaluate(hidden % "hidden" + "; document.dispatchEvent(new Event('visibilitychange'))")
    wait(screen, lambda: not room.desk.relay.demand())
    screen.evaluate(hidden % "visible" + "; document.dispatchEvent(new Event('visibilitychange'))")
    wait(screen, lambda: len(room.desk.relay.demand()) == 3)


def test_the_link_comes_back_by_itself(screen: Page, room: FakeRoom) -> None:
    links: list[WebSocketRoute] = []

    def through(link: WebSocketRoute) -> None:
        link.connect_to_server()
        links.append(link)

    screen.route_web_socket(re.compile("cameras/socket"), through)
    with sending(room, "cam-1"):
        screen.goto(f"{room.url}/video")
        shown = tile(screen, "cam-1")
        expect(shown.locator("img")).to_be_visible()
        links[0].close()
        wait(screen, lambda: len(links) == 2)
        before = shown.get_attribute("data-sequence") or ""
        expect(shown).not_to_have_attribute("data-sequence", before)


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_word_about_cameras_exists(screen: Page, room: FakeRoom, language: str) -> None:
    """A missing word is an error on the console, and the fixture counts those."""
    for state in ("no_picture", "frozen", "black", "blurred", "moved", "covered", "glare"):
        say(room.script, "cam-1", state)
    say(room.script, "cam-2", "clock_stuck")
    room.script.source("camera:tunnels", "offline")
    open_incident(screen, room, lang=language)
    expect(screen.locator("#sheet-cameras .camera-tile")).to_have_count(3)
    screen.goto(f"{room.url}/video?lang={language}")
    expect(screen.locator(".camera-tile")).to_have_count(4)
    screen.locator(".tile-screen").first.click()
    expect(screen.get_by_role("dialog")).to_be_visible()
    expect(screen.locator("body")).not_to_contain_text(re.compile(r"\[\w+\.\w+\]"))


def test_tiles_can_be_reached_and_named_by_keyboard_and_reader(
    screen: Page, room: FakeRoom
) -> None:
    screen.goto(f"{room.url}/video")
    expect(screen.locator(".camera-tile")).to_have_count(4)
    for button in screen.locator(".tile-screen").all():
        assert (button.get_attribute("aria-label") or "").startswith("Agrandir")
    assert screen.locator("img:not([alt])").count() == 0
    assert screen.locator("main h1").count() == 1
    assert screen.evaluate(TWICE) == []
    assert screen.locator("button:visible, select:visible").evaluate_all(UNNAMED) == 0
    screen.locator(".tile-screen").first.focus()
    screen.keyboard.press("Enter")
    dialog = screen.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("heading")).to_be_focused()
    screen.keyboard.press("Escape")
    expect(screen.locator(".tile-screen").first).to_be_focused()


TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  return ids.filter((id, i) => ids.indexOf(id) !== i);
}"""
UNNAMED = """(all) => {
  const named = (e) => e.innerText || e.getAttribute("aria-label") || e.labels?.length;
  return all.filter((e) => !named(e)).length;
}"""


# --- live video


@pytest.fixture
def filmed(servers: ExitStack, tmp_path: Path) -> FakeRoom:
    film = clip(tmp_path / "street.mp4", seconds=20)
    script = a_fire()
    say(script, "cam-1", "working")
    given = cameras(url=f"file:{film}")
    return servers.enter_context(FakeRoom(script, cameras=given, data=tmp_path))


def test_live_video_plays_in_the_large_view_and_previews_stop(
    screen: Page, filmed: FakeRoom
) -> None:
    with sending(filmed, "cam-1"):
        open_incident(screen, filmed)
        tile(screen, "cam-1", "#sheet-cameras").get_by_role("button").click()
        dialog = screen.get_by_role("dialog", name="Place Sainctelette")
        expect(dialog.locator(".focus-status")).to_have_text("Vidéo en direct")
        video = dialog.locator("video")
        expect(video).to_be_visible()
        expect(video).to_have_js_property("videoWidth", 640)
        first = video.evaluate("(v) => v.currentTime")
        wait(screen, lambda: video.evaluate("(v) => v.currentTime") > first + 1)
        behind = "(v) => v.buffered.end(v.buffered.length - 1) - v.currentTime"
        assert video.evaluate(behind) < 4
        drawn = video.evaluate(PIXELS)
        assert drawn > 40  # a street, not one colour
        wait(screen, lambda: filmed.desk.relay.demand().get(("live", "cam-1")) == 2)
        assert filmed.desk.live.sessions == 1
        screen.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


PIXELS = """(video) => {
  const canvas = document.createElement("canvas");
  canvas.width = 64;
  canvas.height = 36;
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0, 64, 36);
  return new Set(context.getImageData(0, 0, 64, 36).data).size;
}"""


def test_one_session_serves_two_screens(
    screen: Page, context: BrowserContext, filmed: FakeRoom
) -> None:
    other = context.new_page()
    for page in (screen, other):
        open_incident(page, filmed)
        tile(page, "cam-1", "#sheet-cameras").get_by_role("button").click()
        status = page.locator(".focus-status")
        expect(status).to_have_text("Vidéo en direct")
    assert filmed.desk.live.sessions == 1
    other.close()


def test_where_the_camera_gives_no_h264_previews_go_on(
    screen: Page, servers: ExitStack, tmp_path: Path
) -> None:
    film = clip(tmp_path / "street.mp4", codec="mpeg4")
    given = cameras(url=f"file:{film}")
    room = servers.enter_context(FakeRoom(a_fire(), cameras=given, data=tmp_path))
    with sending(room, "cam-1"):
        open_incident(screen, room)
        tile(screen, "cam-1", "#sheet-cameras").get_by_role("button").click()
        status = screen.locator(".focus-status")
        expect(status).to_contain_text("la caméra n’envoie pas de H.264")
        expect(screen.locator(".focus-stage img")).to_be_visible()
        expect(screen.locator(".focus-stage video")).to_be_hidden()
