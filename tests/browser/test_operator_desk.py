"""The operator's desk in a major crisis: queue, sheet, why, logbook, keys, addresses."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from browser.crisis import crisis_cameras, major_crisis
from browser.fake_room import FakeRoom
from browser.script import Script

CRUSH = "I-0004"


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    script = major_crisis()
    return servers.enter_context(FakeRoom(script, cameras=crisis_cameras(script.realm)))


def live(screen: Page, url: str) -> None:
    screen.goto(url)
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")


def test_a_newcomer_reads_from_the_queue_and_the_sheet_what_is_going_on(
    screen: Page, room: FakeRoom
) -> None:
    live(screen, room.url)
    rows = screen.locator("#incident-list > li")
    expect(rows).to_have_count(24)
    expect(rows.first).to_have_attribute("aria-setsize", "24")
    expect(rows.first).to_contain_text("vu par personne")  # what waits for somebody comes first
    expect(rows.first).to_contain_text("en retard")
    screen.keyboard.press("g")
    crush = screen.locator(f"#row-{CRUSH}")
    expect(crush).to_have_attribute("aria-selected", "true")
    expect(crush).to_be_in_viewport()
    expect(crush).to_contain_text("Opérateur, Superviseur")
    head = screen.locator("#sheet-head")
    for said in ("S4 Critique", "Phase communale", "D2 · Dir-Med", "porte C", "1 décision"):
        expect(head).to_contain_text(said)

    screen.keyboard.press("3")
    expect(screen.locator("#part-faire_face-title")).to_be_focused()
    screen.keyboard.press("w")
    why = screen.locator("#sheet details.why-details > summary:focus")
    expect(why).to_have_count(1)
    expect(screen.locator("#part-anticiper .tie-card").first).to_be_attached()
    expect(screen.locator("#part-seen .observation")).to_have_count(5)

    screen.locator("[data-focus=queue-grave]").click()
    expect(screen.locator("#queue-hidden")).to_contain_text("ne sont pas montrés")
    expect(screen.locator("#incident-list")).not_to_contain_text("Accident de roulage")
    screen.get_by_role("button", name="Tout montrer").click()
    expect(rows).to_have_count(24)


def test_lines_are_written_and_keys_are_told_and_switched_off(screen: Page, room: FakeRoom) -> None:
    live(screen, room.url)
    screen.keyboard.press("n")
    line = screen.locator("#logbook-form textarea")
    expect(line).to_be_focused()
    line.fill("Palais 12 ouvert aux familles.")
    screen.get_by_role("button", name="Inscrire").click()
    lines = screen.locator("#logbook-lines li")
    expect(lines.filter(has_text="Palais 12 ouvert")).to_contain_text("Opérateur")
    expect(lines.filter(has_text="Décision (Dir-PC-Ops)")).to_have_count(1)
    assert room.commands[-1]["incident"] is None

    screen.locator("#incident-list").focus()
    screen.keyboard.press("?")
    keys = screen.locator("#keys-help")
    expect(keys).to_contain_text("Écrire dans la main courante")
    expect(keys.locator("dt", has_text="Échap")).to_be_visible()
    keys.get_by_role("checkbox").uncheck()
    screen.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    screen.keyboard.press("g")
    expect(screen.locator("#sheet")).to_be_hidden()
    screen.keyboard.press("ArrowDown")
    expect(screen.locator("#sheet")).to_be_visible()


def test_an_address_opens_what_it_names_and_says_what_is_gone(screen: Page, room: FakeRoom) -> None:
    decision = min(room.script.situation().decisions, key=lambda d: int(d.split("-")[1]))
    live(screen, f"{room.url}?decision={decision}&alarm=A-999999&view=50.899,4.338,15")
    expect(screen.locator("#sheet-head")).to_contain_text(CRUSH)
    expect(screen.locator(f"[data-card={decision}]")).to_be_in_viewport()
    expect(screen.locator("#link-note")).to_contain_text("A-999999")
    assert screen.evaluate("situation_map.getZoom()") == 15
    screen.keyboard.press("j")
    expect(screen.locator("#sheet-head")).not_to_contain_text(CRUSH)
    chosen = screen.locator("#incident-list [aria-selected=true]").get_attribute("data-incident")
    expect(screen).to_have_url(re.compile(f"incident={chosen}"))
    screen.locator("#sheet-link").click()
    expect(screen.locator("#sheet-status")).to_contain_text("Lien")


def test_two_thousand_incidents_are_stepped_through_without_drawing_them_all(
    screen: Page, servers: ExitStack
) -> None:
    s = Script()
    for i in range(2000):
        lat, lon = 50.80 + (i % 50) * 0.002, 4.30 + (i // 50) * 0.003
        seen = s.observe(
            "cad:112-bru", f"Appel {i}", ago=3000, type_hint="TRA-ACC", lat=lat, lon=lon
        )
        s.open(seen, "TRA-ACC", i % 4, ago=3000 - i)
    room = servers.enter_context(FakeRoom(s))
    live(screen, room.url)
    rows = screen.locator("#incident-list > li")
    expect(rows.first).to_have_attribute("aria-setsize", "2000")
    expect(rows).to_have_count(90)
    screen.locator("#incident-list").focus()
    screen.keyboard.press("End")
    last = screen.locator("#incident-list [aria-selected=true]")
    expect(last).to_have_attribute("aria-posinset", "2000")
    expect(last).to_be_in_viewport()
    took = screen.evaluate(
        """() => {
          const begin = performance.now();
          for (let i = 0; i < 20; i += 1) {
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "k" }));
          }
          return (performance.now() - begin) / 20;
        }"""
    )
    print(f"one step in a queue of 2000: {took:.1f} ms")
    assert took < 200
