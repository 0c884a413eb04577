"""The measure board: what is in use, what lacks, what nobody exercised, and what each rests on."""

import re
from contextlib import ExitStack
from dataclasses import asdict

import pytest
from playwright.sync_api import Page, expect

from browser.fake_room import FakeRoom
from browser.script import a_busy_afternoon
from tocsin.measures.board import measure_board

TANKER = {"fr": "Convoi ADR", "nl": "ADR-vrachtwagen", "en": "Tanker"}


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    """An afternoon of the room and the same as an exercise, reckoned by the real figures."""
    script = a_busy_afternoon()
    exercise = a_busy_afternoon("exercise-sc-01", "SC-01").entries
    about = {"title": TANKER, "scenario": "sc-01"}
    realms = [("live", None, script.entries), ("exercise-sc-01", about, exercise[1:])]
    room = FakeRoom(script)
    room.answers = {"/api/measures/board": asdict(measure_board(realms))}
    return servers.enter_context(room)


def test_every_figure_opens_what_it_was_counted_from(screen: Page, room: FakeRoom) -> None:
    screen.goto(f"{room.url}/measures?lang=fr")
    cards = screen.locator("#page .measure-card[data-measure^='M10.']")
    expect(cards).to_have_count(15)
    convoy = screen.locator("#measure-M10\\.4")
    expect(convoy).to_contain_text("en usage sur 1 incident")
    use = convoy.locator("[data-part=in_use]")
    use.locator("summary").click()
    expect(use).to_contain_text("Convoi de produits dangereux hors de son itinéraire.")
    incident = use.get_by_role("link", name="I-0006 Accident ADR (route)")
    expect(incident).to_have_attribute("href", re.compile(r"/realms/live\?incident=I-0006$"))
    proof = use.get_by_role("link", name=re.compile(r"^O-\d+$"))
    expect(proof).to_have_attribute("href", re.compile(r"\?incident=I-0006&observation=O-\d+$"))
    entry = use.get_by_role("link", name=re.compile(r"entrée \d+")).first
    expect(entry).to_have_attribute(
        "href", re.compile(r"/api/realms/live/journal\?from=\d+&limit=1")
    )
    exercised = convoy.locator("[data-part=exercised]")
    expect(exercised.locator("summary")).to_contain_text("Convoi ADR · 1 exercice")
    exercised.locator("summary").click()
    expect(exercised.get_by_role("link", name="Convoi ADR")).to_have_attribute(
        "href", re.compile("/realms/exercise-sc-01$")
    )
    gap = screen.locator("#measure-M10\\.1 [data-part=gaps]")
    gap.locator("summary").click()
    expect(gap).to_contain_text("La caméra CAM-TUN-114 ne donne plus d’image.")
    expect(screen.locator("#measure-M10\\.13")).to_contain_text("jamais exercée")


def test_a_filter_and_a_measure_are_in_the_address(screen: Page, room: FakeRoom) -> None:
    screen.goto(f"{room.url}/measures?lang=en&measure=M10.4")
    chosen = screen.locator(".measure-card.chosen")
    expect(chosen).to_have_attribute("data-measure", "M10.4")
    expect(chosen).to_be_in_viewport()
    expect(chosen.locator("h3")).to_be_focused()
    cards = screen.locator("#page .measure-card[data-measure^='M10.']")
    screen.get_by_role("button", name="In use").click()
    expect(cards).to_have_count(4)
    expect(screen).to_have_url(re.compile(r"only=in_use"))
    screen.get_by_role("button", name="With a gap").click()
    expect(cards).to_have_count(1)
    expect(screen.get_by_role("status").filter(has_text="measure")).to_have_text("1 measure of 15")
    screen.reload()
    expect(cards).to_have_count(1)
    expect(screen.get_by_role("button", name="With a gap")).to_have_attribute(
        "aria-pressed", "true"
    )
    tile = screen.get_by_role("navigation", name="All measures").get_by_role("link")
    tile.filter(has_text="M10.12").click()  # hidden by the filter: shown again
    expect(chosen).to_have_attribute("data-measure", "M10.12")
    expect(cards).to_have_count(15)
    screen.get_by_role("button", name="Response").click()
    expect(cards).to_have_count(5)


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_word_exists_and_nothing_is_cut_at_twice_the_size(
    screen: Page, room: FakeRoom, language: str
) -> None:
    screen.set_viewport_size({"width": 960, "height": 540})  # 1920 × 1080 at 200 %
    screen.goto(f"{room.url}/measures?lang={language}")
    expect(screen.locator(".measure-card").first).to_be_visible()
    for part in screen.locator("#measure-M10\\.1 summary").all():
        part.click()
    expect(screen.locator("body")).not_to_contain_text(re.compile(r"\[\w+\.\w+\]"))
    assert screen.evaluate("document.documentElement.scrollWidth") <= 960
