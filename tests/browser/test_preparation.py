"""The page of the preparation: a dossier from its first line to its last tick."""

import re
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.hands import act_as, speak
from browser.watch import Watch
from house import House


@pytest.fixture
def house(servers: ExitStack, tmp_path: Path) -> House:
    return servers.enter_context(House(tmp_path / "house"))


def in_hours(hours: int) -> str:
    return (datetime.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")  # noqa: DTZ005 the desk's own


def test_an_event_is_prepared_ticked_and_found_in_the_calendar(
    screen: Page, house: House, watch: Watch
) -> None:
    watch.allow("422")  # an end before the beginning
    screen.goto(f"{house.http}/preparation")
    expect(screen.locator("#dossiers")).to_contain_text("Aucun événement en préparation.")
    expect(screen.locator("#page")).to_contain_text("Vous regardez.")
    expect(screen.locator("#exercised tbody tr").first).to_contain_text("jamais exercé")
    act_as(screen, "coordinator")

    screen.get_by_role("button", name="Nouveau dossier…").click()
    form = screen.get_by_role("form", name="Nouveau dossier…")
    form.get_by_label("Intitulé").fill("Réveillon au Heysel")
    form.get_by_label("Où").fill("Esplanade du Heysel")
    form.get_by_label("Début").fill(in_hours(30))
    form.get_by_label("Fin").fill(in_hours(20))
    form.get_by_label("Public attendu").fill("70000")
    form.get_by_label("Points propres à cet événement").fill("périmètre de tir")
    form.get_by_role("button", name="Conserver").click()
    expect(form.get_by_role("alert")).to_contain_text("écrivez H-12")
    form.get_by_label("Points propres à cet événement").fill("H-12 Périmètre de tir")
    form.get_by_role("button", name="Conserver").click()
    expect(form.get_by_role("alert")).to_contain_text("ends")
    form.get_by_label("Fin").fill(in_hours(36))
    form.get_by_role("button", name="Conserver").click()

    dossier = screen.get_by_role("article", name="Réveillon au Heysel")
    expect(dossier).to_contain_text(re.compile("70.000"))
    expect(dossier).to_contain_text("4 points en retard")
    dossier.get_by_label("H-72Périmètre").check()
    expect(dossier).to_contain_text("3 points en retard")
    expect(dossier).to_contain_text("Liste de contrôle : 1 sur 12")
    expect(screen.locator("#calendar li")).to_contain_text(["Événement"])

    act_as(screen, "operator")
    expect(dossier.get_by_label("H-12Périmètre de tir")).to_be_disabled()
    speak(screen, "NL")
    expect(dossier).to_contain_text("Checklist: 1 van 12")
