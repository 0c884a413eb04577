"""The police liaison's desk: hits are verified with a reason, what is asked is answered."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from browser.crisis import crisis_cameras
from browser.fake_room import FakeRoom
from browser.script import Script, a_busy_afternoon

TUNNEL = "I-0006"
VEHICLE = "V-07, camionnette blanche"


def a_hit(script: Script, ago: float, **more: object) -> str:
    return script.observe(
        "anpr:boulevard",
        VEHICLE,
        ago=ago,
        kind="anpr_hit",
        type_hint="SEC-VEH",
        accuracy_m=15.0,
        confidence=0.93,
        codes={"vehicle": "V-07"},
        **more,
    )


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    script = a_busy_afternoon()
    a_hit(script, 700, lat=50.8665, lon=4.3200, text="Avenue Charles-Quint")
    facts = {"heading_deg": 70, "vehicle_class": "van"}
    a_hit(script, 60, lat=50.8990, lon=4.3390, text="Boulevard du Centenaire", facts=facts)
    at = script.entries[-1].at
    for title, discipline in (("Fermer les accès", "D3"), ("Baliser", "D1")):
        told = {"title": title, "discipline": discipline, "incident": TUNNEL, "language": "fr"}
        script.command("open_task", "supervisor", **told)
    script.command(
        "record_decision",
        "supervisor",
        text="Fermer le tunnel",
        function="Chef de salle",
        basis="Fumée",
        incident=TUNNEL,
        language="fr",
        decided_at=at,
    )
    return servers.enter_context(FakeRoom(script, cameras=crisis_cameras("live")))


def test_the_page_proposes_police_and_acts_only_as_chosen(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url + "/liaison")
    waiting = screen.locator("#hits-waiting > li")
    expect(waiting).to_have_count(2)
    expect(screen.locator("#as-police")).to_contain_text("Vous agissez comme")
    waiting.first.get_by_role("button").click()
    viewer = screen.locator("#hit")
    expect(viewer.get_by_role("heading", name=VEHICLE)).to_be_focused()
    expect(viewer.get_by_role("button", name="Proposer : Correspond…")).to_be_visible()
    screen.locator("#person summary").click()
    screen.locator("#capacity").select_option("mobiris")
    held = viewer.get_by_role("button", name="Correspond…", exact=True)
    expect(held).to_have_attribute("aria-disabled", "true")
    expect(held).to_have_accessible_description(re.compile("Mobiris.*ne peut pas vérifier"))
    screen.locator("#act-as-police").click()
    expect(screen.locator("#as-police")).to_be_hidden()

    # where, when, which way, what the list says; no plate, there is none
    expect(viewer.locator("dl")).to_contain_text("Boulevard du Centenaire")
    expect(viewer.locator("dl")).to_contain_text(re.compile(r"Cap.*70.°"))
    expect(viewer.locator("dl")).to_contain_text("93")
    expect(viewer.locator(".course li")).to_have_count(2)
    expect(screen.locator(".hit-mark .course-arrow")).to_have_count(1)
    expect(viewer.locator(".camera-tile")).to_have_count(4)
    expect(viewer.locator(".camera-tile").first).to_contain_text("Porte C, barrières")

    viewer.get_by_role("button", name="Ne correspond pas…").click()
    viewer.get_by_role("button", name="Rejeter la correspondance").click()
    expect(viewer.locator("[role=alert]")).to_contain_text("À remplir")
    viewer.get_by_label("Motif et référence").fill("Autre pays, dossier 12")
    viewer.get_by_role("button", name="Rejeter la correspondance").click()
    expect(viewer.locator(".verified")).to_have_text("Vérifiée : ne correspond pas")
    expect(waiting).to_have_count(1)
    expect(screen.locator("#hits-past-count")).to_have_text("1")
    assert room.commands[-1]["note"] == "Autre pays, dossier 12"
    assert room.capacities == ["police"]
    waiting.first.get_by_role("button").click()
    viewer.get_by_role("button", name="Correspond…", exact=True).click()
    viewer.get_by_label("Motif et référence").fill("Comparée, dossier 12")
    viewer.get_by_role("button", name="Confirmer la correspondance").click()
    expect(screen.locator("#hits-none")).to_be_visible()
    screen.keyboard.press("Escape")
    expect(viewer).to_be_hidden()


def test_what_is_asked_is_answered_and_the_book_is_kept(screen: Page, room: FakeRoom) -> None:
    screen.add_init_script("localStorage.setItem('tocsin_capacity', 'police')")
    screen.goto(room.url + "/liaison")
    asked = screen.locator("#asked")
    expect(asked.locator(".task-card")).to_have_text(re.compile("Fermer les accès"))
    asked.get_by_role("button", name="J’en ai pris connaissance").click()
    expect(asked.locator(".decision-card")).to_have_count(0)
    asked.get_by_role("button", name="Fait").click()
    expect(asked.locator("#asked-none")).to_be_visible()
    screen.locator("#engaged-list").get_by_role("button", name=re.compile(TUNNEL)).click()
    screen.get_by_role("button", name="Écrire une ligne…").click()
    book = screen.locator("#book")
    expect(book).to_contain_text(f"À propos de {TUNNEL}")
    book.get_by_role("textbox").fill("Deux équipes au portail ouest")
    book.get_by_role("button", name="Inscrire").click()
    expect(book.locator(".log-line")).to_contain_text("Deux équipes au portail ouest")
    told = room.commands[-1]
    assert [told["book"], told["incident"]] == ["D3", TUNNEL]
    screen.get_by_role("button", name="Zone jaune (dissuasion)").first.click()
    panel = screen.locator("#drawing")
    expect(panel.get_by_label("Centre")).to_have_value(re.compile(r"^50\.\d+, 4\.\d+$"))
    expect(panel.get_by_label("Incident")).to_have_value(TUNNEL)
    panel.get_by_label("Rayon").press("Enter")
    expect(screen.locator("#perimeters-list > li")).to_contain_text(TUNNEL)
