"""Sheets of paper: a function handed over with two signatures, and the board of the situation."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.crisis import Evening, ordinary_evening
from browser.fake_room import FakeRoom

PAPER = "() => getComputedStyle(document.body).backgroundColor"
BLACK = "rgb(0, 0, 0)"
POINT = {"type": "Point", "coordinates": [4.38, 50.826]}


def open_page(screen: Page, room: FakeRoom, page: str) -> None:
    screen.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1; };")
    screen.goto(f"{room.url}{page}?lang=fr")
    expect(screen.locator(".sheet h3").first).to_be_visible()


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    evening = ordinary_evening()
    assert isinstance(evening, Evening)
    zone = {"layer": "room", "kind": "zone_red", "geometry": POINT, "radius_m": 150}
    evening.act("supervisor", "draw", **zone, text="Cage d’escalier")
    return servers.enter_context(FakeRoom(evening))


def section(screen: Page, title: str) -> Locator:
    heading = screen.get_by_role("heading", name=title, exact=True)
    return screen.locator(".sheet section").filter(has=heading)


def test_a_function_is_handed_over_by_two_signatures_and_printed_in_both_languages(
    screen: Page, room: FakeRoom
) -> None:
    open_page(screen, room, "/handover")
    steps = screen.locator(".handover-steps")
    expect(steps).to_contain_text("Aucune relève n’est enregistrée (Opérateur).")
    sheet = screen.locator(".sheet")
    expect(sheet).to_contain_text("Incidents ouverts (6)")
    expect(sheet).to_contain_text("Rue Josaphat 118")
    expect(section(screen, "Zones tracées")).to_contain_text("Cage d’escalier · rayon 150 m")
    expect(sheet.locator(".sign-line")).to_have_count(2)

    steps.get_by_role("button", name="Ouvrir la relève").click()
    screen.locator("form.form").get_by_role("button", name="Ouvrir la relève").click()
    expect(steps).to_contain_text("les alarmes sonnent aux deux postes")
    steps.get_by_role("button", name="Signer comme sortant").press("Enter")
    screen.get_by_label("Remarques").fill("Reloger les 14 personnes avant minuit.")
    screen.locator("form.form").get_by_role("button", name="Signer", exact=True).click()
    expect(sheet).to_contain_text("Reloger les 14 personnes avant minuit.")
    expect(sheet.locator(".sign-line")).to_have_count(1)
    steps.get_by_role("button", name="Signer comme entrant").click()
    screen.locator("form.form").get_by_role("button", name="Signer", exact=True).click()
    expect(steps).to_contain_text("La dernière relève date d’il y a")
    assert [given["command"] for given in room.commands] == [
        "begin_handover",
        "sign_handover",
        "sign_handover",
    ]

    screen.locator(".handover-earlier button").click()
    expect(sheet.locator(".signed")).to_have_count(2)
    assert "handover=H-" in screen.url
    screen.get_by_role("button", name="Imprimer FR + NL").click()
    expect(sheet).to_have_count(2)
    assert sheet.nth(0).get_attribute("lang") == "fr"
    dutch = sheet.nth(1)
    expect(dutch).to_have_attribute("lang", "nl")
    expect(dutch).to_contain_text("Aflossing: Operator")
    expect(dutch).to_contain_text("Open incidenten (6)")
    screen.emulate_media(media="print")
    expect(screen.locator("#status-bar")).to_be_hidden()
    expect(screen.locator(".handover-desk")).to_be_hidden()
    assert screen.evaluate(PAPER) in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert screen.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    screen.evaluate("() => dispatchEvent(new Event('afterprint'))")
    expect(sheet).to_have_count(1)


def test_the_board_is_a_sheet_of_all_that_matters_now(screen: Page, room: FakeRoom) -> None:
    open_page(screen, room, "/board")
    sheet = screen.locator(".sheet")
    expect(sheet).to_contain_text("Niveau d’activation de la salle : Veille")
    incidents = section(screen, "Incidents ouverts (6)").locator("tbody tr")
    expect(incidents).to_have_count(6)
    severities = [int(row.locator("td b").first.inner_text()[1]) for row in incidents.all()]
    assert severities == sorted(severities, reverse=True)
    fire = incidents.filter(has_text="Chaussée d’Ixelles 204")
    expect(fire).to_contain_text("D1 · SIAMU/DBDMH")
    expect(fire).to_contain_text("Reloger 14 personnes pour la nuit")
    expect(section(screen, "Zones tracées")).to_contain_text("R · Zone rouge")
    made = f"entrée {len(room.script.entries)} du journal"
    expect(sheet).to_contain_text(made)

    alert = {"command": "set_activation", "level": "alert", "reason": "Deux incendies"}
    room.script.carry_out(alert, "supervisor")
    expect(sheet).to_contain_text("Niveau d’activation de la salle : Alerte")
    colour = "(sheet) => getComputedStyle(sheet).color"
    assert sheet.evaluate(colour) != BLACK  # the dark theme
    screen.emulate_media(media="print")
    expect(screen.locator("h1")).to_be_hidden()
    assert sheet.evaluate(colour) == BLACK
    pdf = screen.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 841" in pdf  # across
