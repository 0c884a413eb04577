"""What moves, what one switches on, and what one finds: on the map, and by keyboard."""

from contextlib import ExitStack

from playwright.sync_api import BrowserContext, Page, expect

from browser.fake_room import FakeRoom
from browser.script import Script, a_busy_afternoon

MANY = 600
COUNT_PAINTING = """
  // As with a graphics card: nothing tells of software. Each painting is one draw call; count them.
  const extension = WebGL2RenderingContext.prototype.getExtension;
  WebGL2RenderingContext.prototype.getExtension = function (name) {
    return name === "WEBGL_debug_renderer_info" ? null : extension.call(this, name);
  };
  const draw = WebGL2RenderingContext.prototype.drawArrays;
  WebGL2RenderingContext.prototype.drawArrays = function (kind, first, count) {
    draw.call(this, kind, first, count);
    const [wide, high] = [this.drawingBufferWidth, this.drawingBufferHeight];
    const pixels = new Uint8Array(wide * high * 4);
    this.readPixels(0, 0, wide, high, this.RGBA, this.UNSIGNED_BYTE, pixels);
    const root = document.documentElement;
    root.dataset.points = count;
    root.dataset.painted = pixels.some((value, i) => i % 4 === 3 && value === 255);
  };
"""
WITHOUT_WEBGL = """
  const context = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, options) {
    return kind === "webgl2" ? null : context.call(this, kind, options);
  };
"""
SURFACE = ".leaflet-moving-pane canvas"
SOMETHING_DRAWN = """
  (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    .data.some((value, i) => i % 4 === 3 && value === 255)
"""


def moving(number: int) -> Script:
    script = Script()
    for i in range(number):
        tell(script, i)
    return script


def tell(script: Script, i: int, ago: float = 2) -> None:
    script.observe(
        "drone:dca-1",
        f"Drone {i}",
        ago=ago,
        kind="drone_track",
        lat=50.85 + 0.001 * (i % 25) + 0.0001 * (i == 0),
        lon=4.36 + 0.001 * (i // 25),
        track=f"drone:dca-1|{i}",
        facts={"heading_deg": 90, "speed_kmh": 36},
    )


def shown(screen: Page, room: FakeRoom, query: str = "") -> None:
    screen.goto(room.url + query)
    expect(screen.locator("html[data-live-state=live]")).to_be_attached()


def test_what_moves_is_one_draw_call_and_no_element(screen: Page, servers: ExitStack) -> None:
    screen.add_init_script(COUNT_PAINTING)
    room = servers.enter_context(FakeRoom(moving(3)))
    shown(screen, room, "?view=50.853,4.361,15")
    expect(screen.locator("html[data-points='3'][data-painted=true]")).to_be_attached()
    before = screen.evaluate("document.getElementsByTagName('*').length")
    for i in range(MANY):
        tell(room.script, i)
    expect(screen.locator(f"html[data-points='{MANY}'][data-painted=true]")).to_be_attached()
    after = screen.evaluate("document.getElementsByTagName('*').length")
    assert after - before < 20

    screen.locator("#layers summary").click()
    note = screen.locator(".layer-note")
    expect(note).to_have_text("")
    screen.evaluate(
        "(at) => document.querySelector(at).getContext('webgl2')"
        ".getExtension('WEBGL_lose_context').loseContext()",
        SURFACE,
    )
    expect(note).to_contain_text("Sans carte graphique")
    assert screen.locator(SURFACE).evaluate(SOMETHING_DRAWN)


def test_what_moves_is_drawn_without_webgl_and_chosen_by_keyboard_or_by_click(
    screen: Page, servers: ExitStack
) -> None:
    screen.add_init_script(WITHOUT_WEBGL)
    room = servers.enter_context(FakeRoom(moving(2)))
    shown(screen, room, "?view=50.85,4.36,15")
    card = screen.locator("#map-card")
    screen.keyboard.press("o")
    expect(card).to_be_focused()
    expect(card).to_contain_text("Drone 0")
    expect(card).to_contain_text("36 km/h")
    assert screen.locator(SURFACE).evaluate(SOMETHING_DRAWN)
    screen.keyboard.press("ArrowRight")
    expect(card).to_contain_text("Drone 1")
    expect(screen.locator(".moving-mark.chosen")).to_have_count(1)
    screen.keyboard.press("Escape")
    expect(card).to_be_hidden()
    box = screen.locator("#map-area").bounding_box()
    assert box is not None
    screen.mouse.click(box["x"] + box["width"] / 2 + 8, box["y"] + box["height"] / 2)
    expect(card).to_contain_text("Drone 0")


def test_layers_are_kept_for_the_person_and_told_in_the_address(
    screen: Page, context: BrowserContext, servers: ExitStack
) -> None:
    room = servers.enter_context(FakeRoom(Script()))
    shown(screen, room)
    screen.locator("#layers summary").click()
    assert screen.locator(".leaflet-reference-pane canvas").count() == 0
    with screen.expect_response("**/reference/hospitals.geojson"):
        screen.get_by_label("Hôpitaux").check()
    expect(screen.locator(".leaflet-reference-pane canvas")).to_have_count(1)
    assert "hospitals" in screen.url
    shown(screen, room)
    expect(screen.get_by_label("Hôpitaux")).to_be_checked()
    shown(screen, room, "?layers=parks")
    expect(screen.get_by_label("Parcs et bois")).to_be_checked()
    expect(screen.get_by_label("Hôpitaux")).not_to_be_checked()


def test_a_street_a_place_and_an_incident_are_found_in_either_language(
    screen: Page, servers: ExitStack
) -> None:
    room = servers.enter_context(FakeRoom(a_busy_afternoon()))
    shown(screen, room)
    asked = screen.get_by_role("combobox", name="Rechercher une rue")
    options = screen.locator("#search-list [role=option]")
    for said, names in (
        ("av louise", ("Avenue Louise", "Louizalaan")),
        ("Leopold II ln", ("Boulevard Léopold II", "Leopold II-laan")),
        ("chee d'Ixelles", ("Chaussée d'Ixelles", "Elsense Steenweg")),
        ("elsensestwg", ("Chaussée d'Ixelles", "Elsense Steenweg")),
        ("sint gillis", ("Saint-Gilles", "Sint-Gillis")),
        ("brussel zuid", ("Bruxelles-Midi", "Brussel-Zuid")),
        ("rue neuve 12", ("Rue Neuve", "Nieuwstraat")),
    ):
        screen.keyboard.press("/")
        asked.fill(said)
        expect(options.filter(has_text=names[0]).filter(has_text=names[1]).first).to_be_visible()
        asked.press("Escape")
    asked.fill("av louise")
    expect(asked).to_have_attribute("aria-activedescendant", "search-0")
    asked.press("Enter")
    expect(screen.locator("#map-card h2")).to_contain_text("Louizalaan")
    expect(screen.locator(".found-mark")).to_have_count(1)
    screen.keyboard.press("/")
    screen.keyboard.type("I-0001")
    expect(options.first).to_contain_text("I-0001")
    screen.keyboard.press("Enter")
    expect(screen.locator("#sheet")).to_be_visible()


def test_the_whole_region_is_in_view_until_somebody_moves_the_map(
    screen: Page, servers: ExitStack
) -> None:
    room = servers.enter_context(FakeRoom(a_busy_afternoon()))
    whole = "situation_map.getBounds().contains([[50.7637, 4.2448], [50.9136, 4.4824]])"
    seen = f"() => {whole}"
    logbook = screen.locator("#logbook-toggle")
    shown(screen, room)
    for width, height in ((1920, 1080), (1280, 800)):
        screen.set_viewport_size({"width": width, "height": height})
        for _ in range(2):
            screen.wait_for_function(seen)
            logbook.click()
    screen.locator("#situation_map").press("+")
    screen.wait_for_function(f"() => !{whole}")
    zoom = screen.evaluate("situation_map.getZoom()")
    logbook.click()
    screen.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert screen.evaluate("situation_map.getZoom()") == zoom
