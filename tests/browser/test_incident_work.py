"""What people do on the sheet: every act is sent, checked by the real engine, and comes back."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.fake_room import FakeRoom
from browser.hands import act_as, show_closed
from browser.script import Script, a_busy_afternoon
from browser.watch import Watch

TUNNEL, CRASH, VICTIMS, CLOSED = "I-0006", "I-0007", "I-0008", "I-0004"


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    return servers.enter_context(FakeRoom(a_busy_afternoon()))


def open_sheet(screen: Page, room: FakeRoom, incident: str, capacity: str = "operator") -> Locator:
    screen.goto(room.url)
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")
    if capacity != "operator":
        act_as(screen, capacity)
    if incident == CLOSED:
        show_closed(screen)
    screen.locator(f"#incident-list [data-incident={incident}]").click()
    expect(screen.locator("#sheet-head")).to_contain_text(incident)
    return screen.locator("#sheet")


def more(sheet: Locator, name: str) -> None:
    sheet.get_by_role("button", name="Autres actes").click()
    sheet.get_by_role("button", name=re.compile(name)).click()


def test_an_incident_is_taken_qualified_and_brought_on_by_keyboard(
    screen: Page, room: FakeRoom
) -> None:
    sheet = open_sheet(screen, room, CRASH)
    expect(sheet.locator("#sheet-axes")).to_contain_text("Signalé")
    screen.keyboard.press("t")
    expect(sheet.locator("#sheet-axes")).to_contain_text(
        re.compile(r"Pris en compte depuis .* par Opérateur")
    )
    screen.keyboard.press("q")
    severity = sheet.get_by_label("Gravité")
    expect(sheet.get_by_label("Type", exact=False).first).to_be_focused()
    severity.select_option("2")
    severity.press("Enter")
    sheet.get_by_role("button", name="Qualifier", exact=True).click()
    expect(sheet.locator("#sheet-head .state")).to_have_text("Qualifié")
    expect(sheet.locator("#sheet-axes")).to_contain_text("S2 Modéré")
    assert [c["command"] for c in room.commands] == ["take", "qualify"]
    assert set(room.capacities) == {"operator"}


def test_an_incident_that_only_a_person_heard_of_is_opened_in_a_minute_by_keyboard(
    screen: Page, room: FakeRoom
) -> None:
    screen.goto(room.url)
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")
    screen.keyboard.press("i")
    form = screen.get_by_role("form", name="Nouvel incident")
    expect(form.get_by_label("Type")).to_be_focused()
    form.get_by_label("Type").select_option("FIR-BLD")
    form.get_by_label("Ce qui se passe").fill("Feu d’appartement, fumée dans la cage d’escalier")
    form.get_by_label("Ce qui se passe").press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("À remplir")
    form.get_by_label("Où").fill("Avenue de Tervueren, Woluwe-Saint-Pierre")
    form.get_by_label("Où").press("Enter")
    row = screen.locator("#incident-list [role=option]", has_text="Avenue de Tervueren")
    expect(row).to_contain_text("Incendie de bâtiment")
    expect(form).to_have_count(0)
    assert [c["command"] for c in room.commands] == ["open_incident"]


def test_only_what_the_state_allows_is_offered(screen: Page, room: FakeRoom) -> None:
    sheet = open_sheet(screen, room, CLOSED)
    expect(sheet.get_by_role("button", name="Prendre en compte")).to_have_count(0)
    expect(sheet.get_by_role("button", name=re.compile("^Rouvrir"))).to_be_visible()
    expect(sheet.locator("#sheet-axes")).to_contain_text("y a mis fin")
    sheet.get_by_role("button", name=re.compile("^Rouvrir")).click()
    sheet.get_by_role("button", name="Rouvrir", exact=True).click()
    expect(sheet.get_by_role("alert")).to_contain_text("À remplir")
    assert room.commands == []


def test_a_change_of_state_asks_for_its_reason_and_tells_a_refusal_beside_the_field(
    screen: Page, room: FakeRoom, watch: Watch
) -> None:
    watch.allow("409")
    sheet = open_sheet(screen, room, CRASH)
    sheet.get_by_role("button", name=re.compile("Changer d’état")).click()
    sheet.get_by_label(re.compile("^Clôturé")).check()
    sheet.get_by_role("button", name="Changer l’état").click()
    reason = sheet.locator("[data-field=reason]")
    expect(reason.get_by_role("alert")).to_have_text("À remplir.")
    room.refusal, room.refused_field = "something else is wanted", "to"
    reason.get_by_label("Motif").fill("Rien sur place")
    sheet.get_by_role("button", name="Changer l’état").click()
    told = sheet.locator("[data-field=to]").get_by_role("alert")
    expect(told).to_contain_text("something else is wanted")
    expect(reason.get_by_label("Motif")).to_have_value("Rien sur place")
    room.refusal = None
    sheet.get_by_role("button", name="Changer l’état").click()
    expect(sheet.locator("#sheet-head .state")).to_have_text("Clôturé")
    expect(sheet.locator("#sheet-axes")).to_contain_text("Rien sur place")


def test_who_may_only_propose_leaves_a_proposal_that_an_operator_accepts(
    screen: Page, room: FakeRoom
) -> None:
    sheet = open_sheet(screen, room, CRASH, "police")
    sheet.get_by_role("button", name="Proposer : Prendre en compte").click()
    card = sheet.locator(".advice-card", has_text="Proposition")
    expect(card).to_contain_text("Liaison police (D3)")
    expect(card.get_by_role("button", name="Accepter et faire")).to_have_count(0)
    assert room.capacities == ["police"]
    act_as(screen, "operator")
    card.get_by_role("button", name="Accepter et faire").click()
    expect(sheet.locator("#sheet-head .state")).to_have_text("Pris en compte")
    expect(card).to_contain_text("suivi")


def test_the_capacity_is_kept_in_this_browser_and_says_that_nobody_signed_in(
    screen: Page, room: FakeRoom
) -> None:
    open_sheet(screen, room, CRASH, "auditor")
    expect(screen.locator("#capacity-note")).to_have_text("pas encore d’identification")
    expect(screen.locator("#sheet-acts button")).to_have_count(0)
    screen.reload()
    expect(screen.locator("#capacity")).to_have_value("auditor")


def test_the_latest_own_act_is_taken_back_while_there_is_time(screen: Page, room: FakeRoom) -> None:
    sheet = open_sheet(screen, room, CRASH)
    sheet.get_by_role("button", name="Prendre en compte").click()
    undo = sheet.get_by_role("button", name="Annuler : prise en compte (encore 10 min)")
    undo.click()
    expect(sheet.locator("#sheet-axes")).to_contain_text("Signalé")
    expect(undo).to_have_count(0)


def test_disciplines_and_phase_stand_in_the_head(screen: Page, room: FakeRoom) -> None:
    sheet = open_sheet(screen, room, TUNNEL, "supervisor")
    d1 = sheet.get_by_role("button", name="D1 – secours")
    d1.click()
    expect(d1).to_have_attribute("aria-pressed", "true")
    more(sheet, "Enregistrer une phase")
    sheet.get_by_label("Phase – autorité compétente").select_option("pc_ops")
    sheet.get_by_label("Déclarée par").fill("directeur PC-Ops")
    sheet.get_by_role("button", name="Enregistrer la phase").click()
    expect(sheet.locator("#sheet-head .phase-badge")).to_have_text("PC-Ops")
    expect(sheet.locator("#sheet-axes")).to_contain_text("directeur PC-Ops : déclarée")
    assert room.commands[-1]["declared_at"].endswith("Z")


def test_merging_offers_the_nearest_first_and_leads_on_to_the_other(
    screen: Page, room: FakeRoom
) -> None:
    sheet = open_sheet(screen, room, CRASH)
    screen.keyboard.press("m")
    options = sheet.locator(".form-option")
    expect(options.first).to_contain_text(VICTIMS)
    expect(options.first).to_contain_text(re.compile(r"\d+\sm"))
    sheet.get_by_label(re.compile(TUNNEL)).check()
    sheet.get_by_role("button", name="Fusionner", exact=True).click()
    expect(sheet.locator("#sheet-head")).to_contain_text(TUNNEL)
    expect(screen.locator(f"#incident-list [data-incident={CRASH}]")).to_have_count(0)
    undo = sheet.get_by_role("button", name=re.compile("Annuler : fusion"))
    undo.click()
    expect(screen.locator(f"#incident-list [data-incident={CRASH}]")).to_have_count(1)


def test_chosen_observations_become_an_incident_of_their_own(screen: Page, room: FakeRoom) -> None:
    sheet = open_sheet(screen, room, TUNNEL)
    before = screen.locator("#incident-list > li").count()
    more(sheet, "Scinder")
    sheet.get_by_label(re.compile("Citerne")).check()
    sheet.get_by_role("button", name="Scinder ou déplacer", exact=True).click()
    expect(screen.locator("#incident-list > li")).to_have_count(before + 1)
    expect(sheet.locator("#sheet-observations")).not_to_contain_text("Citerne")


def test_a_reflex_card_becomes_tasks_that_are_ticked_off(screen: Page, room: FakeRoom) -> None:
    sheet = open_sheet(screen, room, TUNNEL)
    sheet.get_by_role("button", name="Fiche réflexe…").click()
    sheet.get_by_role("button", name="Employer la fiche").click()
    tasks = sheet.locator(".task-card")
    expect(tasks.first).to_contain_text("Mobiris")
    expect(tasks.first.locator(".countdown")).to_contain_text("encore")
    tasks.first.get_by_role("button", name="Fait").click()
    expect(sheet.locator(".task-card.done")).to_have_count(1)
    expect(sheet.locator("#sheet-nav")).to_contain_text(re.compile(r"Faire face \d"))


def test_a_decision_is_recorded_and_seen_by_another(screen: Page, room: FakeRoom) -> None:
    sheet = open_sheet(screen, room, TUNNEL, "supervisor")
    sheet.get_by_role("button", name="Enregistrer une décision…").click()
    form = sheet.locator(".form")
    form.get_by_label("Décision *").fill("Fermer le tunnel")
    form.get_by_label("Décidée par (fonction)").fill("directeur PC-Ops")
    form.get_by_label("Base : ce que l’on savait").fill("Fumée et citerne")
    form.get_by_role("button", name="Enregistrer", exact=True).click()
    card = sheet.locator(".decision-card")
    expect(card).to_contain_text("Personne n’en a encore pris connaissance.")
    expect(card.get_by_role("button")).to_have_count(0)  # it is the supervisor's own
    act_as(screen, "d1")
    card.get_by_role("button", name="J’en ai pris connaissance").click()
    expect(card).to_contain_text(re.compile(r"vu par Liaison D1 \(secours\) \d\d:\d\d"))


def test_a_report_keeps_what_is_unknown_and_figures_stand_side_by_side(
    screen: Page, room: FakeRoom
) -> None:
    sheet = open_sheet(screen, room, TUNNEL)
    sheet.get_by_role("button", name="METHANE…").click()
    form = sheet.locator(".form")
    form.get_by_label("T1 (urgence absolue)").fill("2")
    form.get_by_label("fumées").check()
    form.get_by_role("button", name="Enregistrer le compte rendu").click()
    report = sheet.locator(".report-card")
    expect(report.locator(".unknown").first).to_have_text("inconnu")
    expect(report).to_contain_text("T1 (urgence absolue) 2")
    expect(report).to_contain_text(re.compile(r"inconnu\s: T2"))
    assert room.commands[-1]["major_incident"] is None
    assert room.commands[-1]["access"] is None
    sheet.get_by_role("button", name="Ajouter un chiffre…").click()
    form.get_by_label("Catégorie").select_option("t1")
    form.get_by_label("Source").fill("CS112")
    form.get_by_role("button", name="Enregistrer", exact=True).click()
    lines = sheet.locator(".count-line")
    expect(lines).to_have_count(2)
    expect(lines.filter(has_text="CS112")).to_contain_text("inconnu")


def test_a_line_is_written_in_the_own_logbook(screen: Page, room: FakeRoom) -> None:
    sheet = open_sheet(screen, room, TUNNEL, "d1")
    sheet.get_by_role("button", name="Écrire une ligne…").click()
    expect(sheet.get_by_label("Main courante *").locator("option")).to_have_count(1)
    sheet.get_by_label("Texte *").fill("Colonne engagée côté Basilique")
    sheet.get_by_role("button", name="Inscrire").click()
    expect(sheet.locator(".log-line")).to_contain_text("Colonne engagée côté Basilique")
    expect(sheet.locator(".log-line .badge")).to_have_text("D1")


def test_a_relation_leads_to_the_other_incident(screen: Page, room: FakeRoom) -> None:
    sheet = open_sheet(screen, room, TUNNEL)
    more(sheet, "^Relier")
    sheet.get_by_label(re.compile("^Relation de")).select_option("cause")
    sheet.get_by_label(re.compile(VICTIMS)).check()
    sheet.get_by_label("Remarque").fill("Les victimes sortent du tunnel")
    sheet.get_by_role("button", name="Relier", exact=True).click()
    card = sheet.locator(".relation-card")
    expect(card).to_contain_text("A causé")
    card.get_by_role("button", name=re.compile(VICTIMS)).click()
    expect(sheet.locator("#sheet-head")).to_contain_text(VICTIMS)
    expect(card).to_contain_text("Causé par")


def test_a_hit_is_a_question_until_a_person_compared_plate_and_picture(
    screen: Page, servers: ExitStack
) -> None:
    script = Script()
    hit = script.observe(
        "anpr:pz-5339", "Correspondance", kind="anpr_hit", type_hint="SEC-VEH", lat=50.85, lon=4.36
    )
    incident = script.open(hit, "SEC-VEH", 2)
    room = servers.enter_context(FakeRoom(script))
    sheet = open_sheet(screen, room, incident, "police")
    expect(sheet.locator(".observation")).to_contain_text("correspondance à vérifier")
    sheet.get_by_role("button", name="Correspond", exact=True).click()
    expect(sheet.locator(".verified")).to_have_text("Vérifiée : correspond")
    assert room.commands == [{"command": "verify_hit", "observation": hit, "outcome": "match"}]


def test_a_cap_on_the_severity_is_told_with_its_rule(screen: Page, servers: ExitStack) -> None:
    script = Script()
    hit = script.observe("anpr:pz-5339", "Correspondance", type_hint="SEC-VEH", lat=50.85, lon=4.36)
    n = len(script.entries) + 1
    script.open(hit, "SEC-VEH", 2)
    script.entries[n - 1].body["cap"] = {
        "rule": "R-CAP-HIT@1",
        "at_most": 2,
        "from": 3,
        "why": {"fr": "correspondance non vérifiée", "nl": "niet geverifieerd", "en": "unverified"},
    }
    room = servers.enter_context(FakeRoom(script))
    sheet = open_sheet(screen, room, "I-0001")
    expect(sheet.locator(".cap")).to_contain_text(
        re.compile(r"plafonnée à S2 \(le type vaut S3\)\s: correspondance non vérifiée")
    )


def test_what_was_set_aside_stays_in_sight_with_its_reason_and_can_be_placed(
    screen: Page, room: FakeRoom
) -> None:
    old = room.script.observe("social:watch", "Photo", kind="social", lat=50.86, lon=4.34)
    best = {"incident": TUNNEL, "score": 0.52, "terms": []}
    why = {"rule": "R-ASIDE@2", "reason": "stale", "stale_s": 4000, "after_s": 1800, "best": best}
    room.script.write("observation_set_aside", {"observation": old, "why": why})
    screen.goto(room.url)
    screen.get_by_text("Mis de côté par les règles").click()
    aside = screen.locator("#aside")
    expect(aside).to_contain_text(
        re.compile(r"Image vieille de 1\sh\s06\s: elle montre ce qui était")
    )
    expect(aside).to_contain_text(f"Le plus proche : {TUNNEL} (0,52)")
    aside.get_by_role("button", name="Rattacher à un incident…").click()
    aside.get_by_label(re.compile(TUNNEL)).check()
    aside.get_by_role("button", name="Rattacher", exact=True).click()
    expect(screen.locator("#aside-section")).to_be_hidden()


def test_the_room_is_brought_to_another_level_by_whoever_may(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    act_as(screen, "supervisor")
    toggle = screen.locator("#room-toggle")
    expect(toggle).to_have_text("Salle : Veille")
    toggle.click()
    panel = screen.locator("#room-panel")
    panel.get_by_role("button", name="Changer de niveau…").click()
    panel.get_by_label("Pré-alerte").check()
    panel.get_by_label("Motif").fill("Incident ADR en tunnel")
    panel.get_by_role("button", name="Enregistrer").click()
    expect(toggle).to_have_text("Salle : Pré-alerte")
    panel.press("Escape")
    expect(panel).to_be_hidden()


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_word_of_a_worked_incident_exists(
    screen: Page, room: FakeRoom, language: str
) -> None:
    """A missing word is an error on the console, and the fixture counts those."""
    script = room.script
    script.command("take", incident=TUNNEL)
    script.command("engage_discipline", incident=TUNNEL, discipline="D1")
    script.command("use_reflex_card", incident=TUNNEL, card="tunnel")
    script.command("file_report", incident=TUNNEL, major_incident=True, casualties={"t1": 2})
    script.command("write_log", incident=TUNNEL, book="room", text="x", language="fr")
    script.command("take", "police", incident=VICTIMS)
    screen.goto(f"{room.url}?lang={language}")
    screen.locator(f"#incident-list [data-incident={TUNNEL}]").click()
    screen.locator("[data-focus=act-more]").click()
    for form in ("act-regrade", "act-merge", "act-split", "act-relate", "act-phase", "act-lead"):
        screen.locator(f"[data-focus={form}]").click()
        expect(screen.locator("#sheet .form")).to_have_count(1)
    for section in ("tasks-open_task", "decisions-record_decision", "reports-file_report"):
        screen.locator(f"[data-focus={section}]").click()
    screen.locator(f"#incident-list [data-incident={VICTIMS}]").click()
    expect(screen.locator(".advice-card").first).to_be_visible()
    expect(screen.locator("body")).not_to_contain_text(re.compile(r"\[\w+\.\w+\]"))
