"""The signs of the room: their grammar, clusters, and the legend."""

import random
import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from browser.fake_room import FakeRoom
from browser.script import Script
from browser.test_evolve_twin import served
from tocsin.lifecycle.states import states_for_api
from tocsin.taxonomy import families, types
from tocsin_frontend.page import LANGUAGES

REACH = 48
spots = st.lists(
    st.fixed_dictionaries(
        {
            "x": st.integers(-150, 150),
            "y": st.integers(-150, 150),
            "severity": st.integers(0, 4),
            "alone": st.booleans(),
            "over": st.booleans(),
        }
    ),
    max_size=40,
).map(lambda found: [{"id": f"I-{i:04}", **spot} for i, spot in enumerate(found)])

GROUP = """
async ([spots, reach]) => {
  const { grouped } = await import("/app/layers/clustering.js");
  return grouped(spots, reach).map((group) => group.members.map((spot) => spot.id));
}
"""


@pytest.fixture
def modules(servers: ExitStack, screen: Page) -> Page:
    screen.goto(servers.enter_context(served()) + "/locales/")
    return screen


@pytest.fixture
def crowded(servers: ExitStack) -> Callable[[int], FakeRoom]:
    return lambda count: servers.enter_context(FakeRoom(a_crowded_region(count)))


def a_crowded_region(count: int) -> Script:
    """So many incidents of every type, half of them in the middle of the town; a few are S4."""
    chance = random.Random(7)
    script = Script("exercise-many", "Test")
    for i in range(count):
        middle = i % 2 == 0
        lat = chance.gauss(50.85, 0.01) if middle else chance.uniform(50.79, 50.9)
        lon = chance.gauss(4.355, 0.015) if middle else chance.uniform(4.28, 4.44)
        ago = 4000 - i
        seen = script.observe("cad:112-bru", "Appel", ago=ago, lat=lat, lon=lon, accuracy_m=30.0)
        script.open(seen, chance.choice(list(types())), 4 if i % 40 == 0 else i % 4, ago=ago)
    return script


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(found=spots, seed=st.integers(0, 99))
def test_a_cluster_has_the_worst_of_its_incidents_and_hides_nothing_that_must_be_seen(
    modules: Page, found: list[dict[str, Any]], seed: int
) -> None:
    by_id = {spot["id"]: spot for spot in found}
    groups = modules.evaluate(GROUP, [found, REACH])
    assert sorted(i for group in groups for i in group) == sorted(by_id)
    for leader, *others in ([by_id[i] for i in group] for group in groups):
        for other in others:
            assert not other["alone"]
            assert other["over"] == leader["over"]
            assert other["severity"] <= leader["severity"]
            assert apart(leader, other) <= REACH
    leaders = [by_id[group[0]] for group in groups]
    for i, leader in enumerate(leaders):
        for graver in leaders[:i]:
            same = graver["over"] == leader["over"]
            assert leader["alone"] or not same or apart(graver, leader) > REACH
    shuffled = random.Random(seed).sample(found, len(found))
    assert modules.evaluate(GROUP, [shuffled, REACH]) == groups


def apart(a: dict[str, Any], b: dict[str, Any]) -> float:
    return float(((a["x"] - b["x"]) ** 2 + (a["y"] - b["y"]) ** 2) ** 0.5)


def test_every_family_has_a_glyph_and_every_state_a_fill(modules: Page) -> None:
    glyphs = modules.evaluate("import('/app/symbols/glyphs.js').then((m) => m.GLYPHS)")
    assert list(glyphs) == list(families())
    assert len({glyph["d"] for glyph in glyphs.values()}) == len(glyphs)
    assert {row.family for row in types().values()} <= set(glyphs)
    states = states_for_api()["states"]
    looks = modules.evaluate(
        "(states) => import('/app/symbols.js').then((m) => states.map(m.lookOf))", list(states)
    )
    for (state, row), look in zip(states.items(), looks, strict=True):
        assert (look == "over") == (row["group"] != "open"), state
    assert set(looks) == {"new", "taken", "stable", "over"}


def test_clusters_open_by_key_and_the_gravest_and_the_chosen_are_always_seen(
    screen: Page, crowded: Callable[[int], FakeRoom]
) -> None:
    room = crowded(240)
    screen.goto(room.url)
    clusters = screen.locator("button.cluster:not(.behind)")
    expect(clusters.first).to_have_accessible_name(
        re.compile(r"^\d+ incidents ici, le plus grave\s: .+\. Aller plus près\.$")
    )
    assert clusters.count() > 10
    expect(screen.locator(".pin .symbol.s4")).to_have_count(6)
    signs = screen.locator(".pin, button.cluster:not(.behind)")
    assert signs.count() < 130

    def told() -> int:
        more = screen.locator("button.cluster").evaluate_all(
            "(found) => found.map((button) => Number(button.dataset.count))"
        )
        return int(sum(more)) + screen.locator(".pin").count()

    screen.evaluate("situation_map.fitBounds([[50.72, 4.2], [50.97, 4.52]], {animate: false})")
    assert told() == 240

    stop = screen.locator("button.cluster[tabindex='0']")
    expect(stop).to_have_count(1)
    stop.focus()
    screen.keyboard.press("ArrowRight")
    expect(stop).to_have_count(1)
    expect(stop).to_be_focused()
    zoom = screen.evaluate("situation_map.getZoom()")
    screen.keyboard.press("Enter")
    expect(screen.locator(".folium-map")).to_be_focused()
    screen.wait_for_function("(before) => situation_map.getZoom() > before + 0.2", arg=zoom)

    screen.evaluate("situation_map.fitBounds([[50.72, 4.2], [50.97, 4.52]], {animate: false})")
    screen.locator("#incident-list").focus()
    screen.keyboard.press("End")
    chosen = screen.locator("#incident-list [aria-selected='true']").get_attribute("data-incident")
    expect(screen.locator(f".pin.chosen[data-incident='{chosen}']")).to_be_visible()


def test_the_legend_is_one_key_away_and_shows_every_sign(
    screen: Page, crowded: Callable[[int], FakeRoom]
) -> None:
    screen.goto(crowded(3).url)
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")
    panel = screen.locator("#legend-panel")
    expect(panel).to_be_hidden()
    screen.keyboard.press("l")
    expect(panel.get_by_role("heading", name="Légende", exact=True)).to_be_focused()
    signs = {f"glyph-{family}" for family in families()}
    signs |= {f"s{level}" for level in range(5)}
    signs |= {"zone_red", "zone_orange", "zone_yellow"}
    signs |= {f"camera-{kind}" for kind in ("working", "disturbed", "none", "no_agreement")}
    for sign in signs:
        expect(panel.locator(f"[data-sign='{sign}'] svg").first).to_be_visible()
    expect(panel.locator(".of-areas")).to_contain_text("J/G")
    screen.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    button = screen.get_by_role("button", name="Légende (L)")
    expect(button).to_be_focused()
    button.click()
    expect(panel).to_be_visible()


def test_the_legend_prints_on_one_sheet_in_each_language(
    screen: Page, crowded: Callable[[int], FakeRoom]
) -> None:
    room = crowded(1)
    screen.goto(f"{room.url}/legend?lang=nl")
    sheets = screen.locator(".legend-sheet")
    expect(sheets.first.locator("[data-sign='glyph-fire']")).to_have_text("Brand")
    expect(sheets).to_have_count(len(LANGUAGES))
    expect(screen.locator(".legend-sheet:visible")).to_have_count(1)
    assert pages(screen) == 1
    screen.locator("#page").evaluate("(page) => page.classList.add('print-all')")
    assert pages(screen) == len(LANGUAGES)


def pages(screen: Page) -> int:
    paper = screen.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", paper))
