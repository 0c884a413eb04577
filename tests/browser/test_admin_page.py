"""The administrator's page: each figure beside what it should be."""

import re
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.fake_room import FakeRoom
from browser.hands import act_as
from browser.script import a_busy_afternoon
from tocsin.alarms.load import LOAD_KINDS, alarm_load
from tocsin.alarms.types import shipped_alarm_types
from tocsin.measures.board import measure_board
from tocsin.measures.health import rule_health

CALL = ("Nouvel incident critique", "Nieuw kritiek incident", "New critical incident")


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    """An afternoon with one alarm, reckoned by the real figures."""
    script = a_busy_afternoon()
    script.alarm("incident_s4", CALL, priority=1, incident="I-0008", ago=600, due_s=60)
    entries = script.entries
    counted = [entry for entry in entries if entry.kind in LOAD_KINDS]
    first, last = entries[0].at, entries[-1].at
    load = alarm_load(counted, min(first, last), max(first, last), shipped_alarm_types())
    room = FakeRoom(script)
    room.answers = {
        "/api/realms/live/alarms/load": load.model_dump(mode="json"),
        "/api/realms/live/sources": {"realm": "live", "at": None, "since": None, "sources": []},
        "/api/measures/health": asdict(rule_health(entries)),
        "/api/measures/board": asdict(measure_board([("live", None, entries)], None, None)),
    }
    return servers.enter_context(room)


def test_the_load_stands_beside_its_benchmark_with_a_word(screen: Page, room: FakeRoom) -> None:
    screen.goto(f"{room.url}/admin")
    load = screen.locator("#load")
    expect(load.get_by_role("heading", name="Opérateur")).to_be_visible()
    share = load.get_by_role("row", name=re.compile("Part des alarmes P1"))
    expect(share).to_contain_text(re.compile(r"100\s%.*≤ 5\s%.*EEMUA 191.*▲ au-dessus"))
    calm = load.get_by_role("row", name=re.compile("Alarmes par minute"))
    expect(calm).to_contain_text(re.compile(r"≤ 2.*✓ en ordre"))


def test_each_alarm_type_says_why_it_exists(screen: Page, room: FakeRoom) -> None:
    screen.goto(f"{room.url}/admin?lang=nl")
    types = screen.locator("#types")
    expect(types.locator("tbody tr")).to_have_count(len(shipped_alarm_types().types))
    expect(types).to_contain_text("Storing van het kanaal, de voeding of de operator")
    expect(types).to_contain_text("Een alarm per kanaal".replace("Een", "Eén"))


def test_it_says_which_rules_are_in_force(screen: Page, room: FakeRoom) -> None:
    screen.goto(f"{room.url}/admin")
    rules = screen.locator("#rules")
    expect(rules).to_contain_text("Les règles livrées avec Tocsin sont en service.")
    armed: dict[str, Any] = {
        "version": "2026-03-07",
        "by": "supervisor on this machine",
        "tables": {"weights": "version: 3"},
    }
    n = room.script.write("rules_armed", {"rulebook": armed})
    expect(rules).to_contain_text("Règles 2026-03-07")
    expect(rules).to_contain_text(f"par Superviseur (chef de salle) (entrée {n})")
    expect(rules).to_contain_text(re.compile(r"livrées\s: weights"))


def test_a_source_is_marked_unreliable_with_a_reason(screen: Page, room: FakeRoom) -> None:
    screen.goto(f"{room.url}/admin")
    act_as(screen, "supervisor")
    row = screen.locator("#trust").get_by_role("row", name=re.compile("anpr:lez"))
    row.get_by_role("button", name="Déclarer non fiable…").click()
    form = screen.locator("#trust .form")
    form.get_by_role("button", name="Enregistrer").click()
    expect(form.get_by_role("alert")).to_have_text("À remplir.")
    form.get_by_label("Motif").fill("Horloge décalée d’une heure")
    form.get_by_role("button", name="Enregistrer").click()
    expect(row).to_contain_text("non fiable")
    expect(row).to_contain_text("Horloge décalée d’une heure – Superviseur (chef de salle)")
    expect(row.get_by_role("button", name="Déclarer fiable…")).to_be_visible()
    assert room.commands[-1]["trust"] == "unreliable"


def test_the_page_freezes_like_every_other_screen(screen: Page, room: FakeRoom) -> None:
    screen.goto(f"{room.url}/admin")
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")
    room.silent = True
    expect(screen.locator("#frozen")).to_contain_text("FIGÉ depuis")
    assert screen.evaluate("document.getElementById('page').inert")
    room.silent = False
    expect(screen.locator("#frozen")).to_be_hidden()


def test_a_server_without_an_answer_is_told(screen: Page, room: FakeRoom, watch: Any) -> None:
    watch.allow("404")
    del room.answers["/api/measures/health"]
    screen.goto(f"{room.url}/admin")
    expect(screen.locator("#rules").get_by_role("alert")).to_contain_text("n’a pas répondu")


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_word_exists_and_nothing_is_cut_at_twice_the_size(
    screen: Page, room: FakeRoom, language: str
) -> None:
    screen.set_viewport_size({"width": 960, "height": 540})  # 1920 × 1080 at 200 %
    screen.goto(f"{room.url}/admin?lang={language}")
    expect(screen.locator("table").first).to_be_visible()
    expect(screen.locator("body")).not_to_contain_text(re.compile(r"\[\w+\.\w+\]"))
    width = screen.evaluate("document.documentElement.scrollWidth")
    assert width <= 960  # tables scroll in their own boxes, the page never sideways


def test_pages_lead_to_one_another(screen: Page, room: FakeRoom) -> None:
    screen.goto(f"{room.url}/admin")
    screen.locator("#menu > summary").click()
    pages = screen.get_by_role("navigation", name="Pages")
    expect(pages.locator("[aria-current=page]")).to_have_text("Administration")
    pages.get_by_role("link", name="Mesures").click()
    expect(screen.get_by_role("heading", name="Mesures", exact=True)).to_be_visible()
    screen.locator("#menu > summary").click()
    pages.get_by_role("link", name="Salle").click()
    expect(screen.locator("#incident-list > li").first).to_be_visible()
