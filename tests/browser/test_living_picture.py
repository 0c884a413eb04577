"""The pages of the real program, in the real browser: what a person sees on the first day."""

import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.hands import speak
from house import House
from publishing import message, observed, publish
from tocsin.contract import Observation

WORDS = {
    "fr": ("Ouverture automatique", "Incident en tunnel routier"),
    "nl": ("Automatisch geopend", "Incident in wegtunnel"),
    "en": ("Automatic opening", "Road-tunnel incident"),
}


@pytest.fixture
def house(servers: ExitStack, tmp_path: Path) -> House:
    return servers.enter_context(House(tmp_path / "house", demo_speed=60))


def live(screen: Page) -> None:
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")


def tunnel_fire(external_id: str, source: str = "cad:112") -> Observation:
    where = {"type": "Point", "coordinates": [4.3372, 50.8613]}
    return observed(
        external_id,
        source=source,
        type_hint="TRA-TUN",
        geometry=where,
        accuracy_m=50,
        location_codes={"tunnel": "annie-cordy"},
        headline=f"Camion en feu ({external_id})",
        attributes={"fire": True, "smoke": True, "tunnel_closed": True},
    )


def test_the_exercise_is_framed_and_explains_itself_in_three_languages(
    screen: Page, house: House
) -> None:
    screen.goto(f"{house.http}/realms/{house.exercise_realm}")
    live(screen)
    expect(screen).to_have_title(re.compile("^EXERCICE – OEFENING – EXERCISE"))
    expect(screen.locator("#realm-sign")).to_have_text("EXERCICE / OEFENING")
    expect(screen.locator(".exercise-bar.top")).to_contain_text("Annie Cordy")
    convoy = screen.get_by_role("option", name=re.compile("Annie Cordy|Basili")).first
    convoy.click(timeout=30_000)
    expect(screen.locator("#sheet .tie-card").first).to_be_visible(timeout=30_000)
    reasons = set()
    for language, (opening, _) in WORDS.items():
        speak(screen, language.upper())
        expect(screen.locator("html")).to_have_attribute("lang", language)
        expect(screen.locator("#sheet-observations")).to_contain_text(opening)
        reasons.add(screen.locator("#sheet .tie-card .reason").first.inner_text())
    assert len(reasons) == len(WORDS)


def test_a_published_observation_becomes_an_incident_and_an_undo_takes_it_apart_again(
    screen: Page, house: House
) -> None:
    screen.goto(f"{house.http}/realms/live")
    live(screen)
    expect(screen.locator("#realm-sign")).to_have_text("RÉEL / REËEL")
    publish(house.mqtt, [message(tunnel_fire("call-1"))])
    rows = screen.locator("#incident-list > li")
    expect(rows).to_have_count(1)
    rows.first.click()
    for language, (opening, name) in WORDS.items():
        speak(screen, language.upper())
        expect(screen.locator("#sheet-title")).to_have_text(name)
        expect(screen.locator(".observation")).to_contain_text(opening)
        (incident,) = house.situation()["incidents"].values()
        for tie in incident["ties"]:
            card = screen.locator(".tie-card", has_text=tie["rule"])
            expect(card.locator(".reason")).to_have_text(tie["reason"][language])

    publish(house.mqtt, [message(tunnel_fire("call-2", source="mobiris:events"))])
    joined = screen.locator(".observation", has_text="call-2")
    expect(joined).to_contain_text("Automatic join")
    joined.get_by_role("button", name=re.compile("Undo")).click()
    expect(joined).to_have_count(0)
    expect(rows).to_have_count(2)
    first, second = house.situation()["incidents"].values()
    assert (first["count"], second["count"]) == (1, 1)
