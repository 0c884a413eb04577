"""The screen by itself, before a server that only speaks the protocol."""

import re
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, Route, expect

from browser.fake_room import HEALTHY, FakeRoom
from browser.freezing import expect_frozen_in_time, watch_silence
from browser.hands import show_closed, speak
from browser.script import TUNNEL_TERMS, Script, a_busy_afternoon
from browser.watch import Watch


@pytest.fixture
def room(servers: ExitStack) -> FakeRoom:
    return servers.enter_context(FakeRoom(a_busy_afternoon()))


def live(screen: Page) -> None:
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")


def at(screen: Page, n: int) -> None:
    expect(screen.locator("html")).to_have_attribute("data-live-n", str(n))


def soon(holds: Callable[[], bool], within_s: float = 5.0) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_incidents_are_listed_gravest_first_and_drawn_on_the_map(
    screen: Page, room: FakeRoom
) -> None:
    screen.goto(room.url)
    live(screen)
    rows = screen.locator("#incident-list > li")
    expect(rows).to_have_count(7)
    expect(rows.first).to_contain_text("Afflux de victimes (PIM)")
    expect(rows.first).to_contain_text("Molenbeek-Saint-Jean / Sint-Jans-Molenbeek")
    show_closed(screen)
    expect(rows).to_have_count(8)
    expect(rows.last).to_contain_text("Clôturé")
    expect(screen.locator(".pin")).to_have_count(7)  # the two that stand together share one sign
    expect(screen.locator(".leaflet-tile-loaded").first).to_be_visible()
    expect(screen.get_by_text("© OpenStreetMap contributors (ODbL)")).to_be_visible()


def test_a_frame_brings_a_new_incident_without_reload(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    live(screen)
    fire = room.script.observe(
        "cad:112-bru", "Feu", type_hint="FIR-BLD", lat=50.85, lon=4.36, text="Rue Neuve 1"
    )
    room.script.open(fire, "FIR-BLD", 2)
    expect(screen.locator("#incident-list > li")).to_have_count(8)
    at(screen, len(room.script.entries))
    expect(screen.locator(".pin.fresh")).to_have_count(1)


def test_the_screen_holds_exactly_the_picture_of_the_server(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    live(screen)
    room.script.observe("cad:112-bru", "Appel", lat=50.85, lon=4.35)
    at(screen, len(room.script.entries))
    assert screen.evaluate("tocsin.picture()") == room.picture()


def test_the_language_changes_in_place_and_is_remembered(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    live(screen)
    speak(screen, "NL")
    expect(screen.locator("html")).to_have_attribute("lang", "nl")
    expect(screen.locator("#incident-list > li").first).to_contain_text(
        "Toestroom van slachtoffers"
    )
    expect(screen.get_by_role("heading", name="Incidenten")).to_be_visible()
    screen.goto(room.url)
    live(screen)
    expect(screen.get_by_role("heading", name="Incidenten")).to_be_visible()
    assert room.asked == [None, None]


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_word_of_a_busy_screen_exists(screen: Page, room: FakeRoom, language: str) -> None:
    """A missing word is an error on the console, and the fixture counts those."""
    room.health = HEALTHY | {
        "broker": {"state": "lost", "since": room.script.entries[-1].at},
        "journal": {"state": "stuck", "since": None, "trouble": "full"},
    }
    room.quarantine_rows = [
        {"at": room.script.entries[0].at, "source": "x", "reason": "odd", "detail": "why"}
    ]
    screen.goto(f"{room.url}?lang={language}")
    live(screen)
    expect(screen.locator(".banner")).to_have_count(2)
    screen.locator("#quarantine summary").click()
    expect(screen.locator("#quarantine-rows")).to_contain_text("odd")
    for incident in ("I-0006", "I-0007", "I-0005", "I-0008"):
        screen.locator(f"#incident-list [data-incident={incident}]").click()
        expect(screen.locator("#sheet-head")).to_contain_text(incident)
    expect(screen.locator("body")).not_to_contain_text(re.compile(r"\[\w+\.\w+\]"))


def test_a_silent_server_freezes_the_screen_and_its_return_thaws_it(
    screen: Page, room: FakeRoom
) -> None:
    screen.goto(room.url)
    live(screen)
    watch_silence(screen)
    room.silent = True
    frozen = screen.locator("#frozen")
    expect_frozen_in_time(screen)
    expect(frozen).to_contain_text(re.compile(r"FIGÉ depuis \d\d:\d\d:\d\d"))
    expect(frozen).to_contain_text(re.compile(r"BEVROREN sinds \d\d:\d\d:\d\d"))
    expect(screen.locator("html")).to_have_attribute("data-live-state", "frozen")
    screen.keyboard.press("Tab")
    expect(screen.locator("#desk :focus")).to_have_count(0)  # nobody acts on a stopped picture
    room.silent = False
    expect(frozen).to_be_hidden()
    live(screen)


def test_a_cut_socket_resumes_from_the_last_number(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    live(screen)
    n = len(room.script.entries)
    at(screen, n)
    room.cut()
    room.script.observe("cad:112-bru", "Pendant la coupure", lat=50.85, lon=4.35)
    at(screen, n + 1)
    live(screen)
    assert room.asked == [None, str(n)]
    assert screen.evaluate("tocsin.picture()") == room.picture()


def test_a_gap_in_the_numbers_is_resumed_not_folded(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    live(screen)
    n = len(room.script.entries)
    room.skip = 1
    room.script.observe("cad:112-bru", "Perdue en route", lat=50.85, lon=4.35)
    room.script.observe("cad:112-bru", "Arrivée", lat=50.85, lon=4.35)
    at(screen, n + 2)
    soon(lambda: room.asked == [None, str(n)])
    assert screen.evaluate("tocsin.picture()") == room.picture()


def test_a_frame_that_does_not_fit_leads_to_a_whole_new_picture(
    screen: Page, room: FakeRoom
) -> None:
    screen.goto(room.url)
    live(screen)
    room.forged = [
        {"n": 0, "at": "", "kind": "observation_joined", "cause": 0, "body": {"incident": "I-9999"}}
    ]
    soon(lambda: room.asked == [None, None])
    live(screen)
    at(screen, len(room.script.entries))


def test_a_server_of_another_realm_is_refused(screen: Page, room: FakeRoom) -> None:
    """Live and exercise never mix, whatever a proxy or a wrong address does."""
    room.hello_realm = "exercise-other"
    screen.goto(room.url)
    expect(screen.locator("#frozen")).to_contain_text("écran bloqué")
    expect(screen.locator("#incident-list > li")).to_have_count(0)


def test_the_whole_way_goes_by_keyboard(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    live(screen)
    screen.keyboard.press("Tab")
    expect(screen.locator(".skip")).to_be_focused()
    screen.locator("#incident-list").focus()
    screen.keyboard.press("ArrowDown")
    expect(screen.locator("#incident-list [data-incident=I-0008]")).to_have_attribute(
        "aria-selected", "true"
    )
    screen.keyboard.press("j")
    expect(screen.locator("#incident-list [data-incident=I-0005]")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(screen.locator("#incident-list")).to_have_attribute(
        "aria-activedescendant", "row-I-0005"
    )
    screen.keyboard.press("Enter")
    expect(screen.locator("#sheet-title")).to_be_focused()
    screen.keyboard.press("Escape")
    expect(screen.locator("#sheet")).to_be_hidden()
    expect(screen.locator("#incident-list")).to_be_focused()


def test_the_sheet_explains_each_join(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    live(screen)
    screen.locator("#incident-list [data-incident=I-0006]").click()
    joined = screen.locator(".observation", has_text="Deux appels")
    expect(joined).to_contain_text("1,04 (seuil 0,75)")
    expect(joined).to_contain_text("+0,45 même tunnel (Annie Cordy)")
    expect(joined).to_contain_text("+0,21 à 410 m")
    expect(joined).to_contain_text("Deuxième choix, non retenu : I-0005 (0,41)")
    expect(screen.locator(".observation", has_text="Citerne")).to_contain_text("en retard de 58 s")
    expect(screen.locator("#sheet-facts")).to_contain_text("Numéro ONU")
    screen.locator("#incident-list [data-incident=I-0005]").click()
    expect(screen.locator("#sheet-observations")).to_contain_text("+0,05 smoke both")


def test_undo_is_sent_and_its_effect_comes_back_over_the_socket(
    screen: Page, room: FakeRoom
) -> None:
    screen.goto(room.url)
    live(screen)
    screen.locator("#incident-list [data-incident=I-0006]").click()
    joined = screen.locator(".observation", has_text="Deux appels")
    joined.get_by_role("button", name=re.compile("Annuler cet acte")).click()
    expect(joined).to_have_count(0)
    expect(screen.locator("#sheet-status")).to_contain_text("Fait (entrée")
    entry = next(
        e.n
        for e in room.script.entries
        if e.kind == "observation_joined" and e.body["incident"] == "I-0006"
    )
    assert room.commands == [{"command": "undo", "entry": entry}]


def test_what_opened_an_incident_offers_no_undo(screen: Page, room: FakeRoom) -> None:
    """An opening has no opposite; a suggestion is the way out, and the server says so too."""
    screen.goto(room.url)
    live(screen)
    screen.locator("#incident-list [data-incident=I-0008]").click()
    opening = screen.locator(".observation").first
    expect(opening).to_contain_text("Ouverture automatique (R-OPEN@1)")
    expect(opening.get_by_role("button")).to_have_count(0)


def test_rejecting_a_tie_asks_for_a_note_in_place(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    live(screen)
    screen.locator("#incident-list [data-incident=I-0006]").click()
    tie = screen.locator(".tie-card", has_text="M10.8")
    tie.get_by_role("button", name="Rejeter…").click()
    note = tie.get_by_label("Pourquoi ce lien est-il faux ?")
    expect(note).to_be_focused()
    tie.get_by_role("button", name="Rejeter le lien").click()
    expect(tie.get_by_role("alert")).to_contain_text("trois caractères")
    assert room.commands == []
    room.script.observe("cad:112-bru", "Pendant la saisie", lat=50.85, lon=4.35)
    note.fill("Vent trop fort")
    tie.get_by_role("button", name="Rejeter le lien").click()
    expect(tie).to_contain_text("rejeté")
    expect(tie).to_contain_text("Vent trop fort")
    assert room.commands[0] == {
        "command": "reject_tie",
        "incident": "I-0006",
        "tie": "I-0006/M10.8/mobilise",
        "note": "Vent trop fort",
    }


@pytest.mark.parametrize(
    ("language", "refusal", "said"),
    [
        ("fr", "the tie M10.8 is already confirmed", "le lien M10.8 est déjà confirmé"),
        ("nl", "the tie M10.8 is already confirmed", "de koppeling M10.8 is al bevestigd"),
        ("en", "the tie M10.8 is already confirmed", "the tie M10.8 is already confirmed"),
        ("fr", "I-1 is closed: reopen it first", "I-1 est à l’état « Clôturé » : rouvrez-le"),
        ("nl", "the lifting of the phase is recorded first", "eerst moet de opheffing van de fase"),
        ("nl", "there is no capacity 'mayor'", "er is geen hoedanigheid mayor"),
        ("fr", "what nobody put into French", "what nobody put into French"),
    ],
)
def test_a_refused_command_says_why_in_the_language_of_the_screen(
    screen: Page, room: FakeRoom, watch: Watch, language: str, refusal: str, said: str
) -> None:
    watch.allow("409")
    room.refusal = refusal
    screen.goto(room.url)
    live(screen)
    screen.locator("#incident-list [data-incident=I-0005]").click()
    speak(screen, language)
    confirm = screen.get_by_role("button", name=re.compile("^(Confirmer|Bevestigen|Confirm)$"))
    confirm.click()
    expect(screen.locator("#sheet-status")).to_contain_text(said)
    expect(confirm).to_be_enabled()


def test_nothing_is_lost_that_the_room_says_before_the_page_is_made(
    screen: Page, room: FakeRoom
) -> None:
    sockets: list[str] = []
    screen.on("websocket", lambda socket: sockets.append(socket.url))

    def late(route: Route) -> None:
        soon(lambda: len(room.asked) == 1)
        time.sleep(0.3)  # the room says hello, and tells the picture
        route.continue_()

    screen.route("**/layers/region.geojson", late)
    screen.goto(room.url)
    live(screen)
    at(screen, len(room.script.entries))
    assert room.asked == [None]
    assert len([url for url in sockets if "cameras" not in url]) == 1


def test_a_suggestion_is_settled_from_the_sheet(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    live(screen)
    screen.locator("#incident-list [data-incident=I-0007]").click()
    ask = screen.locator(".suggestion")
    expect(ask).to_contain_text("−0,40 autre niveau")
    ask.get_by_role("button", name="Écarter").click()
    expect(ask).to_have_count(0)
    assert room.commands[0]["command"] == "dismiss_suggestion"


def test_sources_show_what_is_wrong_and_since_when(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    live(screen)
    first = screen.locator(".source-row").first
    expect(first).to_contain_text("sensor:hydria")
    expect(first).to_contain_text(re.compile(r"hors ligne depuis .*\d\d:\d\d:\d\d"))
    expect(first).to_contain_text("503")
    expect(screen.locator(".source-row.catching_up")).to_contain_text("318 observations en attente")
    expect(screen.locator("#source-summary")).to_have_text("3 sur 8 à surveiller")
    expect(screen.locator("#source-list .source-row")).to_have_count(3)
    expect(screen.locator("#source-calm")).to_contain_text("5 en ordre")
    expect(screen.locator("#quarantine-count")).to_have_text("17 messages")


def test_an_exercise_is_framed_from_the_first_byte_and_cannot_be_unframed(
    screen: Page, servers: ExitStack
) -> None:
    script = a_busy_afternoon("exercise-sc-01", "SC-01 <b>Convoi</b>")
    room = servers.enter_context(FakeRoom(script))
    screen.goto(room.url)
    live(screen)
    expect(screen).to_have_title(re.compile("^EXERCICE – OEFENING – EXERCISE"))
    expect(screen.locator("#realm-sign")).to_have_text("EXERCICE / OEFENING")
    expect(screen.locator(".exercise-bar.top")).to_contain_text("SC-01 <b>Convoi</b>")
    expect(screen.locator(".watermark")).to_be_visible()
    screen.evaluate("document.getElementById('exercise-frame').remove()")
    expect(screen.locator(".exercise-bar.top")).to_be_visible()


def test_an_exercise_that_is_over_says_so(screen: Page, servers: ExitStack) -> None:
    script = a_busy_afternoon("exercise-sc-01", "SC-01")
    titles = dict.fromkeys(("fr", "nl", "en"), "SC-01")
    script.write("exercise_changed", {"exercise": {"title": titles, "state": "ended"}})
    room = servers.enter_context(FakeRoom(script))
    screen.goto(f"{room.url}?lang=nl")
    expect(screen.locator("#exercise-title")).to_have_text("SC-01 · beëindigd")


def test_the_live_realm_says_so_in_both_languages(screen: Page, room: FakeRoom) -> None:
    screen.goto(room.url)
    expect(screen.locator("#realm-sign")).to_have_text("RÉEL / REËEL")
    expect(screen.locator("#exercise-frame")).to_have_count(0)


def test_texts_of_sources_never_become_markup(screen: Page, servers: ExitStack) -> None:
    script = Script()
    shown = script.observe(
        "cad:112-bru", "<img src=x onerror=alert(1)>", lat=50.85, lon=4.35, text="<b>Ici</b>"
    )
    script.open(shown, "FIR-BLD", 2)
    room = servers.enter_context(FakeRoom(script))
    screen.goto(room.url)
    live(screen)
    screen.locator("#incident-list > li").click()
    expect(screen.locator(".card-title")).to_have_text("<img src=x onerror=alert(1)>")
    expect(screen.locator("#incident-list > li")).to_contain_text("<b>Ici</b>")


def test_a_flood_of_facts_leaves_the_page_responsive(screen: Page, room: FakeRoom) -> None:
    """300 observations in one go, joined to one incident: no task longer than 200 ms."""
    screen.goto(room.url)
    live(screen)
    screen.locator("#incident-list [data-incident=I-0006]").click()
    screen.evaluate(
        "() => { globalThis.longest = 0; new PerformanceObserver((list) => {"
        " for (const e of list.getEntries()) globalThis.longest = Math.max(longest, e.duration);"
        " }).observe({entryTypes: ['longtask']}); }"
    )
    for k in range(3):
        for i in range(100):
            shown = room.script.observe("cad:112-bru", f"Appel {k}-{i}", lat=50.86, lon=4.34)
            room.script.join("I-0006", shown, 0.8, TUNNEL_TERMS)
        at(screen, len(room.script.entries))
    expect(screen.locator("#sheet-observations > li")).to_have_count(50)
    assert screen.evaluate("longest") <= 200
