"""Drawing on the shared map: by keyboard and by pointer, seen by others, on one's own layer."""

import re
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from browser.fake_room import FakeRoom
from browser.script import a_busy_afternoon
from browser.watch import Watch

TUNNEL = "I-0006"
CENTRE = "50.8467, 4.3525"
PATH = "50.8467, 4.3525\n50.8490, 4.3600"
CORNERS = "50,8467; 4,3525\n50.8490 4.3600\n50.8440, 4.3610"


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    script = a_busy_afternoon()
    wind = {"wind_from": 240, "wind_kmh": 22}
    script.observe("weather:rmi", "Vent du sud-ouest", ago=300, kind="sensor", facts=wind)
    return servers.enter_context(FakeRoom(script))


def opened(screen: Page, room: FakeRoom, capacity: str = "operator", path: str = "") -> Locator:
    """The page with its drawing panel open, in a capacity."""
    screen.add_init_script(f"localStorage.setItem('tocsin_capacity', '{capacity}')")
    screen.goto(room.url + path)
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")
    screen.keyboard.press("d")
    panel = screen.locator("#drawing")
    expect(panel.locator("#drawing-tools button").first).to_be_focused()
    return panel


def send(panel: Locator) -> None:
    """Give what stands in the form, and see what came of it."""
    rows = panel.locator("#drawing-list > li")
    before = rows.count()
    panel.get_by_role("button", name="Dessiner pour tous").press("Enter")
    expect(rows).to_have_count(before + 1)


def drawings(room: FakeRoom) -> list[dict[str, Any]]:
    return sorted(room.picture()["drawings"].values(), key=lambda drawing: drawing["n"])


def test_every_kind_is_drawn_with_the_keyboard_alone_and_seen_on_another_screen(
    screen: Page, room: FakeRoom, context: BrowserContext, watch: Watch
) -> None:
    other = context.new_page()
    watch.follow(other)
    other.goto(room.url + "/liaison")
    panel = opened(screen, room)
    keys = screen.keyboard
    for kind in ("1", "2", "3"):
        keys.press(kind)
        expect(panel.get_by_label("Centre")).to_be_focused()
        keys.type(CENTRE)
        keys.press("Tab")
        keys.type("50")
        keys.press("Enter")
        expect(panel.locator("#drawing-list > li")).to_have_count(int(kind))
    keys.press("4")
    keys.type(TUNNEL)
    expect(panel.get_by_label("Vent de")).to_have_value("240")  # as the newest fact says
    expect(panel.locator("#drawing-figure")).to_contain_text("vent de 240°")
    send(panel)
    for kind, text in (("5", PATH), ("7", PATH), ("8", CORNERS)):
        keys.press(kind)
        keys.type(text)
        send(panel)
    keys.press("6")
    keys.type("rue de la loi")
    keys.press("Tab")
    keys.type("PC-Ops / CP-Ops")
    expect(panel.locator("#drawing-figure")).to_contain_text("Wetstraat")
    send(panel)
    told = drawings(room)
    kinds = ["zone_red", "zone_orange", "zone_yellow", "wedge", "line", "distance", "area", "text"]
    assert [drawing["kind"] for drawing in told] == kinds
    assert {drawing["layer"] for drawing in told} == {"room"}
    assert told[0]["geometry"] == {"type": "Point", "coordinates": [4.3525, 50.8467]}
    assert [told[0]["radius_m"], told[3]["wind_from_deg"]] == [50, 240]
    assert len(told[6]["geometry"]["coordinates"][0]) == 4
    row = panel.locator("#drawing-list > li", has_text="Distance")
    expect(row).to_contain_text(re.compile(r"5\d\d.m"))
    expect(row).to_contain_text("Opérateur")
    expect(other.locator(".leaflet-drawings-pane .zone")).to_have_count(3)
    expect(other.locator(".drawn-label", has_text="PC-Ops / CP-Ops")).to_be_attached()
    expect(other.locator(".drawn-label .zone-letter")).to_have_text(["R", "O", "J/G"])
    other.locator("#layers summary").click()
    other.get_by_label("Dessins : salle").uncheck()
    expect(other.locator(".leaflet-drawings-pane .zone")).to_have_count(0)
    other.close()


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_drawn(
    screen: Page, room: FakeRoom
) -> None:
    panel = opened(screen, room)
    screen.keyboard.press("1")
    panel.get_by_label("Centre").fill("nulle part au monde")
    panel.get_by_role("button", name="Dessiner pour tous").click()
    expect(panel.locator("[data-field=centre] [role=alert]")).to_contain_text("Lieu introuvable")
    panel.get_by_label("Centre").fill(CENTRE)
    panel.get_by_label("Rayon").fill("90000")
    panel.get_by_label("Rayon").press("Enter")
    expect(panel.locator("[data-field=radius_m] [role=alert]")).to_contain_text("de 1 à 20")
    screen.keyboard.press("Escape")
    expect(panel.get_by_role("button", name=re.compile("Zone rouge"))).to_be_focused()
    screen.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(screen.locator("#draw-open")).to_be_focused()
    assert room.commands == []


def test_the_pointer_traces_and_moves_what_the_form_tells(screen: Page, room: FakeRoom) -> None:
    panel = opened(screen, room)
    panel.get_by_role("button", name=re.compile("Zone orange")).click()
    expect(screen.locator("#situation_map")).to_have_class(re.compile("tracing"))
    screen.mouse.click(820, 420)
    screen.mouse.move(850, 430)
    screen.mouse.click(880, 420)
    expect(panel.get_by_label("Centre")).to_have_value(re.compile(r"^50\.\d+, 4\.\d+$"))
    radius = int(panel.get_by_label("Rayon").input_value())
    assert radius > 200
    expect(panel.get_by_role("button", name="Dessiner pour tous")).to_be_focused()
    screen.mouse.move(880, 420)  # its rim
    screen.mouse.down()
    screen.mouse.move(900, 420, steps=4)
    screen.mouse.up()
    assert int(panel.get_by_label("Rayon").input_value()) > radius
    send(panel)
    panel.get_by_role("button", name=re.compile("Surface")).click()
    expect(screen.locator("#situation_map")).to_have_class(re.compile("tracing"))
    for x, y in ((800, 300), (900, 320), (880, 400), (880, 400)):
        screen.mouse.move(x - 9, y)
        screen.mouse.click(x, y)
    expect(panel.get_by_label("Points")).to_have_value(re.compile(r"^(50.*\n){2}50.*$"))
    send(panel)
    zone, area = drawings(room)
    assert zone["radius_m"] > radius
    assert area["geometry"]["type"] == "Polygon"


def test_a_drawing_is_changed_erased_and_brought_back(screen: Page, room: FakeRoom) -> None:
    shape = {"type": "Point", "coordinates": [4.3525, 50.8467]}
    room.script.command("draw", layer="room", kind="zone_red", geometry=shape, radius_m=100)
    panel = opened(screen, room)
    panel.get_by_role("button", name="Modifier – Zone rouge").click()
    panel.get_by_label("Rayon").fill("180")
    panel.get_by_label("Texte").fill("Façade")
    panel.get_by_role("button", name="Enregistrer").click()
    row = panel.locator("#drawing-list > li")
    expect(row).to_contain_text("rayon 180")
    expect(screen.locator(".drawn-label")).to_contain_text("Façade")
    row.get_by_role("button", name="Effacer").press("Enter")
    expect(row).to_have_count(0)
    undo = panel.get_by_role("button", name=re.compile("^Annuler : dessin effacé"))
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(row).to_contain_text("Façade")
    assert [c["command"] for c in room.commands] == ["redraw", "erase_drawing", "undo"]
    row.get_by_role("button", name=re.compile("^Voir")).click()
    expect(screen.locator(".drawn-label .said")).to_be_visible()


def test_a_liaison_draws_on_its_own_layer_only(screen: Page, room: FakeRoom, watch: Watch) -> None:
    shape = {"type": "Point", "coordinates": [4.3525, 50.8467]}
    room.script.command("draw", layer="room", kind="text", geometry=shape, text="Salle")
    panel = opened(screen, room, "police", "/liaison")
    row = panel.locator("#drawing-list > li")
    expect(row.get_by_role("button")).to_have_text(["Voir"])
    screen.keyboard.press("1")
    expect(panel.get_by_label("Couche")).to_have_count(0)
    panel.get_by_label("Centre").fill(CENTRE)
    send(panel)
    assert [drawing["layer"] for drawing in drawings(room)] == ["room", "d3"]
    expect(screen.locator("#perimeters-list > li")).to_contain_text("Zone rouge")
    watch.allow("409")
    refused = screen.evaluate(
        """(geometry) => fetch("/api/realms/live/commands", {
            method: "POST",
            headers: {"x-tocsin": "1", "x-tocsin-capacity": "police"},
            body: JSON.stringify({
                command: "draw", layer: "room", kind: "text", text: "x", geometry,
            }),
        }).then((answer) => answer.json())""",
        shape,
    )
    assert refused["field"] == "layer"
    screen.locator("#person summary").click()
    screen.locator("#capacity").select_option("evaluator")
    expect(panel.locator("#drawing-held")).to_contain_text("ne peut pas dessiner")
    expect(panel.locator("#drawing-tools")).to_be_hidden()


def test_in_the_past_nobody_is_offered_a_pencil(screen: Page, room: FakeRoom) -> None:
    panel = opened(screen, room)
    screen.locator("#time-open").click()
    screen.keyboard.press(",")
    expect(panel.locator("#drawing-held")).to_have_text(re.compile("^Image du passé"))
    expect(panel.locator("#drawing-tools")).to_be_hidden()
    screen.keyboard.press("0")
    expect(panel.locator("#drawing-tools")).to_be_visible()
    expect(panel.locator("#drawing-held")).to_be_hidden()
