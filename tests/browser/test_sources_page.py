"""The register of sources on the administrator's page: state, flow, rejects, agreement, worth."""

import re
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.fake_room import FakeRoom
from browser.script import a_busy_afternoon
from tocsin.contract.times import to_text

ASKED = "/api/realms/live/sources"


def line(source: str, state: str, **more: Any) -> dict[str, Any]:
    heard = datetime.now(UTC) - timedelta(seconds=more.pop("ago", 3))
    flow = {
        "received": 1200,
        "published": 1180,
        "rejected": 20,
        "warnings": 0,
        "accepted": 1175,
        "duplicates": 5,
        "quarantined": 0,
        "rate_per_min": 12.0,
        "heard_at": to_text(heard),
        "said_at": to_text(heard),
        **more.pop("flow", {}),
    }
    value = {
        "votes": {"useful": 0, "noise": 0, "precision": None, "evidence": []},
        "part": {"incidents": 0, "of": 8, "share": 0.0, "evidence": []},
        "detection": {"first": 0, "missed": 0, "alone": 0, "lead_s": None, "evidence": []},
        **more.pop("value", {}),
    }
    plain = {"adapter": "cap", "since": to_text(heard), "trouble": None, "outbox": 0}
    none: dict[str, Any] = {"unreliable": False, "configured": None, "rejects": []}
    return {"source": source, "state": state, "flow": flow, "value": value, **plain, **none, **more}


def the_register() -> dict[str, Any]:
    sensor = line(
        "sensor:tunnel",
        "online",
        configured={
            "adapter": "cap",
            "intake": "listen",
            "maturity": "trial",
            "legal_regime": "trafic_non_surveillance",
            "controller": "Bruxelles Mobilité",
            "protocol_ref": "P-2026-7",
            "retention_days": 30,
        },
        rejects=[
            {"reason": "xml_syntax", "messages": 18, "last_at": to_text(datetime.now(UTC))},
            {"reason": "odd_thing", "messages": 2, "last_at": to_text(datetime.now(UTC))},
        ],
        value={
            "votes": {"useful": 3, "noise": 1, "precision": 0.75, "evidence": ["O-4", "O-9"]},
            "part": {"incidents": 2, "of": 8, "share": 0.25, "evidence": ["I-0002", "I-0006"]},
            "detection": {
                "first": 2,
                "missed": 0,
                "alone": 0,
                "lead_s": 95.0,
                "evidence": [{"incident": "I-0006", "observation": "O-9", "lead_s": 95.0}],
            },
        },
    )
    anpr = line("anpr:lez", "silent", ago=900, adapter="frigate", flow={"rate_per_min": 0.0})
    cad = line("cad:112", "online", flow={"received": 40, "rate_per_min": 0.7})
    return {"realm": "live", "at": None, "since": None, "sources": [anpr, cad, sensor]}


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    room = FakeRoom(a_busy_afternoon())
    room.answers = {ASKED: the_register()}
    return servers.enter_context(room)


@pytest.fixture
def sources(screen: Page, room: FakeRoom, watch: Any) -> Locator:
    watch.allow("404")  # the other parts' figures
    screen.goto(f"{room.url}/admin")
    return screen.locator("#sources")


def expect_order(sources: Locator, *names: str) -> None:
    expect(sources.locator("tbody tr > th")).to_have_text([re.compile(f"^{n}") for n in names])


def test_a_source_shows_its_state_by_word_and_shape_and_the_troubled_come_first(
    sources: Locator,
) -> None:
    silent = sources.get_by_role("row", name=re.compile("anpr:lez"))
    expect(silent).to_contain_text("muette")
    expect(silent).to_contain_text("15 min")
    expect(silent.locator("svg.sign")).to_be_visible()
    expect_order(sources, "anpr:lez", "cad:112", "sensor:tunnel")


def test_rejects_unfold_to_their_reasons(sources: Locator) -> None:
    row = sources.get_by_role("row", name=re.compile("sensor:tunnel"))
    row.get_by_text("20", exact=True).click()
    expect(row).to_contain_text(re.compile(r"18 XML incorrect .*dernier"))
    expect(row).to_contain_text("2 odd thing")


def test_maturity_agreement_and_worth_are_told_with_their_evidence(sources: Locator) -> None:
    row = sources.get_by_role("row", name=re.compile("sensor:tunnel"))
    for words in (
        "essai",
        "Trafic, sans surveillance",
        "Bruxelles Mobilité",
        "P-2026-7",
        "30 jours",
    ):
        expect(row).to_contain_text(words)
    row.get_by_text(re.compile(r"Précision 75\s%")).click()
    expect(row).to_contain_text("3 utiles, 1 bruit")
    expect(row).to_contain_text(re.compile(r"2 incidents sur 8 \(25\s%\)"))
    expect(row).to_contain_text(re.compile(r"Médiane\s: 1\smin avant les autres"))
    expect(row.get_by_role("link", name="O-9").first).to_have_attribute(
        "href", "/api/realms/live/observations/O-9"
    )


def test_the_keyboard_sorts_and_the_head_says_how(screen: Page, sources: Locator) -> None:
    head = sources.get_by_role("columnheader", name=re.compile("^Source"))
    head.get_by_role("button").focus()
    screen.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect_order(sources, "anpr:lez", "cad:112", "sensor:tunnel")
    screen.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect_order(sources, "sensor:tunnel", "cad:112", "anpr:lez")
    sources.get_by_role("button", name="Par minute").press("Space")
    expect_order(sources, "sensor:tunnel", "cad:112", "anpr:lez")
    sources.get_by_role("button", name="Flux").press("Space")
    expect_order(sources, "anpr:lez", "sensor:tunnel", "cad:112")


def test_it_follows_by_itself_and_leaves_open_what_somebody_reads(
    screen: Page, sources: Locator, room: FakeRoom
) -> None:
    row = sources.get_by_role("row", name=re.compile("sensor:tunnel"))
    row.get_by_text("20", exact=True).click()
    told = the_register()
    told["sources"][2]["state"] = "offline"
    told["sources"][2]["rejects"][0]["messages"] = 98
    room.answers[ASKED] = told
    expect(row).to_contain_text("98 XML incorrect")
    expect(row.locator("details").first).to_have_attribute("open", "")
    expect(row).to_contain_text("hors ligne")


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_word_exists_and_the_page_never_scrolls_sideways(
    screen: Page, room: FakeRoom, watch: Any, language: str
) -> None:
    watch.allow("404")
    screen.set_viewport_size({"width": 960, "height": 540})
    screen.goto(f"{room.url}/admin?lang={language}")
    expect(screen.locator("#sources tbody tr")).to_have_count(3)
    expect(screen.locator("#sources")).not_to_contain_text(re.compile(r"\[\w+\.\w+\]"))
    assert screen.evaluate("document.documentElement.scrollWidth") <= 960
