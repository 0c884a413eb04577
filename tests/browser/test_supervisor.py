"""The page of the chief of the room: what is late first, and answering it from there."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.crisis import crisis_cameras, empty_room
from browser.fake_room import FakeRoom
from browser.supervision import a_room_behind

BE_SUPERVISOR = "localStorage.setItem('tocsin_capacity', 'supervisor')"
GEOMETRY = """
async (root) => {
  const {boxOf, groundOf, viewOf, sameView} = await import(root + "/app/supervisor/wall-views.js");
  const ring = [[4.3, 50.8], [4.4, 50.8], [4.4, 50.9], [4.3, 50.9], [4.3, 50.8]];
  const box = boxOf({type: "Polygon", coordinates: [ring]});
  const view = viewOf(box);
  const seen = groundOf(view);
  const near = groundOf([view[0], view[1], view[2] + 0.4]);
  const holds = (b) => b.south <= 50.8 && b.north >= 50.9 && b.west <= 4.3 && b.east >= 4.4;
  return [view, holds(seen), holds(near), sameView(view, [...view]), sameView(view, null)];
}
"""
LATE = """
async ([root, at]) => {
  const {emptyPicture} = await import(root + "/app/evolve.js");
  const {lateThings} = await import(root + "/app/supervisor/late.js");
  const now = Date.parse(at);
  const ago = (s) => new Date(now - s * 1000).toISOString();
  const alarm = (id, priority, due, more) => ({
    id, priority, kind: "alarm", role: "operator", type: "incident_s3", incident: "I-1",
    raised_at: ago(900), due_at: ago(due), rearmed_at: null, cleared_at: null, shelved: null,
    acknowledged: {}, escalated_at: null, review_due: false, ...more,
  });
  const picture = emptyPicture("live");
  for (const one of [
    alarm("A-1", 2, 60, {}),
    alarm("A-2", 1, 30, {}),
    alarm("A-3", 1, -30, {incident: "I-2"}),
    alarm("A-4", 1, 60, {incident: "I-3", acknowledged: {operator: {}}}),
    alarm("A-5", 1, 60, {incident: "I-4", escalated_at: ago(30), acknowledged: {supervisor: {}}}),
    alarm("A-6", 1, 60, {incident: "I-5", shelved: {}}),
    alarm("A-7", 3, 60, {incident: "I-6", type: "task_overdue"}),
    alarm("A-8", 3, 900, {incident: "I-7", role: "police"}),
  ]) picture.alarms[one.id] = one;
  const decision = {seen_by: {}, due_at: null, incident: null};
  picture.decisions["D-1"] = {...decision, id: "D-1", recorded_at: ago(301)};
  picture.decisions["D-2"] = {...decision, id: "D-2", recorded_at: ago(10), due_at: ago(5)};
  picture.decisions["D-3"] = {...decision, id: "D-3", recorded_at: ago(10), due_at: ago(9)};
  const task = {state: "open", due_at: null, incident: null, decision: null};
  picture.tasks["K-1"] = {...task, id: "K-1", due_at: ago(1)};
  picture.tasks["K-2"] = {...task, id: "K-2", state: "done", due_at: ago(1), decision: "D-3"};
  const incident = {state: "responding", severity: 3, review: null, last_at: ago(20_000)};
  picture.incidents["I-8"] = {...incident, id: "I-8"};
  picture.incidents["I-9"] = {...incident, id: "I-9", severity: 1};
  picture.incidents["I-10"] = {
    ...incident, id: "I-10", state: "closed", review: "required", state_since: ago(60),
  };
  return lateThings(picture, now, {unseen: 300, stale: 14_400})
    .map(({kind, alarms, record}) => `${kind} ${record?.id ?? alarms.map((a) => a.id).join("+")}`);
}
"""


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    return servers.enter_context(FakeRoom(a_room_behind(), cameras=crisis_cameras("live")))


def enter(screen: Page, room: FakeRoom, language: str = "fr", capacity: str = "supervisor") -> None:
    screen.add_init_script(BE_SUPERVISOR.replace("'supervisor'", f"'{capacity}'"))
    screen.goto(f"{room.url}/supervisor?lang={language}")
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")


def part(screen: Page, name: str) -> Locator:
    return screen.locator(f"#page #{name}")


def test_what_is_late_stands_first_and_is_answered_there(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    late = part(screen, "late")
    lines = late.locator("li")
    first = lines.first
    expect(first).to_contain_text(re.compile("P1.*critique.*Alarme non accusée.*dépassé de"))
    expect(first).to_contain_text("Opérateur")
    link = first.get_by_role("link", name=re.compile("I-0002"))
    expect(link).to_have_attribute("href", re.compile(r"/realms/live\?incident=I-0002$"))
    needs = screen.locator(".needs")
    expect(needs.get_by_role("link", name=re.compile("en retard"))).to_have_attribute(
        "href", "#late"
    )
    first.get_by_role("button", name="Accuser").click()
    expect(late.get_by_role("link", name=re.compile("I-0002"))).to_have_count(0)
    assert room.commands[-1]["command"] == "acknowledge_alarm"

    late.get_by_role("button", name=re.compile("de plus")).click()
    expect(late).to_contain_text("Faire rouvrir la porte Sud aux ambulances")
    expect(late).to_contain_text("Décision échue, sans suite")
    expect(late).to_contain_text("Décision que personne n’a vue")
    late.locator("[data-late=task]").get_by_role("button", name="Fait").click()
    expect(late.locator("[data-late=task]")).to_have_count(0)


def test_ties_are_gone_through_by_keyboard_with_why_beside(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    ties = part(screen, "ties")
    marked = ties.locator("[aria-current]")
    expect(marked).to_have_count(1)
    before = marked.get_attribute("data-tie") or ""
    expect(marked.locator(".reason")).not_to_be_empty()
    expect(marked.locator(".rule")).to_contain_text("R-M")
    screen.keyboard.press("j")
    expect(marked).not_to_have_attribute("data-tie", before)
    expect(marked).to_be_focused()
    second = marked.get_attribute("data-tie") or ""
    screen.keyboard.press("c")
    expect(ties.locator(f'[data-tie="{second}"]')).to_have_count(0)
    assert room.commands[-1] == {
        "command": "confirm_tie",
        "incident": second.split(" ")[0],
        "tie": second.split(" ")[1],
    }
    expect(marked).to_be_focused()  # the next one, without a hand on the mouse
    third = marked.get_attribute("data-tie") or ""
    screen.keyboard.press("x")
    screen.keyboard.type("Autre lieu, autre mesure")
    ties.get_by_role("button", name="Rejeter le lien").click()
    expect(ties.locator(f'[data-tie="{third}"]')).to_have_count(0)
    assert room.commands[-1]["command"] == "reject_tie"

    screen.keyboard.press("?")
    expect(screen.get_by_role("dialog")).to_contain_text(re.compile("C.*Confirmer le lien"))
    screen.keyboard.press("Escape")
    undo = part(screen, "undo")
    expect(undo.locator("li").first).to_contain_text("mesure rejetée")
    undo.locator("li").first.get_by_role("button").click()
    expect(ties.locator(f'[data-tie="{third}"]')).to_have_count(1)


def test_load_stands_beside_its_budget_and_shelved_alarms_come_back(
    screen: Page, room: FakeRoom
) -> None:
    enter(screen, room)
    operator = part(screen, "positions").locator("[data-position=operator]")
    expect(operator).to_contain_text(re.compile(r"▲ 2\d sur 10 en 10.min"))
    expect(operator).to_contain_text(re.compile("Afflux depuis .* regroupées"))
    expect(operator).to_contain_text(re.compile(r"\d+ incidents en main"))
    police = part(screen, "positions").locator("[data-position=police]")
    expect(police).to_contain_text(re.compile("haute.*1.*hors délai"))
    expect(part(screen, "positions")).to_contain_text("Sans charge")
    expect(part(screen, "positions")).to_contain_text("que personne n’a pris en compte")

    shelved = part(screen, "shelved")
    expect(shelved.locator("li")).to_have_count(2)
    expect(shelved).to_contain_text(re.compile("Opérateur.*Technicien en route, retour attendu"))
    shelved.get_by_role("button", name="Reprendre maintenant").first.click()
    expect(shelved.locator("li")).to_have_count(1)


def test_a_wall_is_directed_previewed_and_let_go(screen: Page, room: FakeRoom) -> None:
    enter(screen, room)
    walls = part(screen, "walls")
    a, b = walls.locator("[data-wall=a]"), walls.locator("[data-wall=b]")
    expect(a).to_contain_text(re.compile("Dirigé par Superviseur.*Point de situation à 15 h"))
    expect(b).to_contain_text("Le mur choisit lui-même.")
    expect(b.get_by_role("link", name="Ouvrir le mur")).to_have_attribute(
        "href", re.compile(r"/realms/live/wall\?layout=b$")
    )
    frame = a.locator(".mini-frame")
    was = frame.get_attribute("x")
    a.get_by_role("button", name="Diriger…").click()
    a.get_by_label("Cadrage").select_option("nis:21001")
    expect(frame).not_to_have_attribute("x", str(was))  # seen before it is sent
    a.get_by_role("button", name="Montrer").click()
    expect(a.locator(".wall-words")).to_contain_text("Cadrage\u00a0: Anderlecht")
    lat, lon, zoom = room.commands[-1]["view"]
    assert (round(lat, 1), round(lon, 1)) == (50.8, 4.3)
    assert 10.4 <= zoom <= 16
    a.get_by_role("button", name="Laisser choisir le mur").click()
    expect(a).to_contain_text("Le mur choisit lui-même.")

    b.get_by_role("button", name="Diriger…").click()
    b.get_by_role("button", name="Montrer").click()
    expect(b.get_by_role("alert")).to_have_text("Choisissez au moins une chose à montrer.")
    for tile in (1, 2):
        b.get_by_label(f"Case {tile}").select_option(index=tile)
    b.get_by_role("button", name="Montrer").click()
    expect(b.locator(".wall-cameras li")).to_have_count(2)
    assert len(room.commands[-1]["cameras"]) == 2


def test_phases_decisions_and_proposals_use_the_rooms_own_forms(
    screen: Page, room: FakeRoom
) -> None:
    enter(screen, room)
    phases = part(screen, "phases")
    worst = phases.locator("li").first
    expect(worst).to_contain_text(re.compile("Afflux de victimes.*Phase provinciale"))
    expect(worst).to_contain_text("Fermer la station Heysel")
    other = phases.locator("li").nth(1)
    other.get_by_role("button", name="Enregistrer…").click()
    other.get_by_role("button", name="Enregistrer une décision…").click()
    other.get_by_label(re.compile("Décision")).first.fill("Renforts demandés")
    other.get_by_label(re.compile("Décidée par")).fill("Superviseur")
    other.get_by_label(re.compile("Base")).fill("Deux sources concordantes")
    other.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(other).to_contain_text("Renforts demandés")
    assert room.commands[-1]["incident"] == other.get_attribute("data-incident")

    proposals = part(screen, "proposals")
    asked = proposals.locator("li").filter(has_text="Liaison police")
    asked.get_by_role("button", name="Accepter et faire").click()
    expect(asked).to_have_count(0)


def test_a_calm_room_says_that_nothing_waits(screen: Page, servers: ExitStack) -> None:
    calm = servers.enter_context(FakeRoom(empty_room()))
    enter(screen, calm, "en")
    expect(screen.locator(".needs")).to_contain_text("Nothing is late, nothing waits")
    for name, said in (
        ("late", "Nothing is late."),
        ("ties", "No tie to confirm."),
        ("shelved", "No alarm is shelved."),
        ("phases", "No open incident."),
    ):
        expect(part(screen, name)).to_contain_text(said)
    at = "2026-11-22T12:00:00.000Z"
    root = calm.static_url
    assert screen.evaluate(LATE, [root, at]) == [
        "alarms A-2+A-1",
        "alarms A-8",
        "task K-1",
        "decision D-2",
        "unseen D-1",
        "stale_incident I-8",
        "review I-10",
    ]
    view, holds, nearer_holds, same, differs = screen.evaluate(GEOMETRY, root)
    assert (view[0], view[1]) == (50.85, 4.35)
    assert (holds, nearer_holds, same, differs) == (True, False, True, False)


def test_who_may_not_record_is_told_and_proposes(screen: Page, room: FakeRoom) -> None:
    enter(screen, room, "nl", "operator")
    expect(screen.locator(".steer-top")).to_contain_text("U handelt als Operator")
    phases = part(screen, "phases")
    phases.locator("li").get_by_role("button", name="Registreren…").first.click()
    expect(
        phases.locator("li").get_by_role("button", name=re.compile("^Voorstellen")).first
    ).to_be_visible()
    expect(part(screen, "walls").get_by_role("button", name="Sturen…")).to_have_count(0)
