"""Simulated partners: scripts that are checked, and words that the real adapters understand."""

import json
import threading
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from services import Clock, free_port, wait_until
from tocsin.cli import main
from tocsin.contract import CloudEvent, Observation, Receipt, Translation
from tocsin.contract.broker_address import BrokerAddress
from tocsin.partners import (
    Company,
    CompanySettings,
    cad,
    channels,
    load_script,
    mobiris,
    settings_for,
    stib,
    units,
    weather,
)
from tocsin.partners.counter import Counter
from tocsin.partners.pages import ALERTS, ATOM, DATEX, GTFS_RT, page_at
from tocsin.partners.play import Play, Standing
from tocsin.partners.script import PartnerScript, read_script, vocabulary
from tocsin.partners.speech import Mode, Speech
from tocsin.sources import SourceConfig
from tocsin.tables import TableError
from tocsin.taxonomy import types
from tocsin_adapters.cap import CapAdapter
from tocsin_adapters.datex import DatexAdapter
from tocsin_adapters.edxl import EdxlAdapter
from tocsin_adapters.gtfs_rt import GtfsRtAdapter, GtfsRtSettings
from tocsin_adapters.owntracks import OwntracksAdapter

FOLDER = Path(__file__).parents[2] / "scenarios" / "partners"
CAP_SCHEMA = Path(__file__).parents[1] / "fixtures" / "outward" / "CAP-v1.2.xsd"
SCRIPTS = sorted(FOLDER.glob("*.yaml"))
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EXERCISE = Speech("exercise", "run-1")
WORDS = "words: {fr: Essai, nl: Proef, en: Trial}"


def script(*facts: str) -> str:
    head = "partners: pa\ntitle: {fr: Un, nl: Een, en: One}\nfacts:\n"
    return head + "".join(f"  - {{{fact}}}\n" for fact in facts)


def read(*facts: str) -> PartnerScript:
    return read_script(script(*facts), "pa.yaml")


def refused(*facts: str) -> str:
    with pytest.raises(TableError) as refusal:
        read(*facts)
    return str(refusal.value)


def begun(partner: str, what: str, more: str = "", at: str = "+00:00:00") -> str:
    place = "place: Tunnel Annie Cordy"
    return f'at: "{at}", partner: {partner}, thing: one, what: {what}, {place}, {WORDS}{more}'


def later(partner: str, more: str, at: str = "+00:10:00") -> str:
    return f'at: "{at}", partner: {partner}, thing: one, {more}'


# --- scripts


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_that_is_shipped_can_be_played(path: Path) -> None:
    assert load_script(path).facts


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        ([begun("mobiris", "volcano")], "mobiris tells of tunnel_closed"),
        ([begun("mobiris", "accident").replace("Annie Cordy", "Nulle Part")], "no place named"),
        ([later("mobiris", "severity: 2")], "the first fact of one says what"),
        ([begun("cad", "flood"), later("cad", "ends: true")], "cad has no word for it"),
        (
            [
                begun("mobiris", "queue"),
                later("mobiris", "ends: true"),
                later("mobiris", "ends: true"),
            ],
            "one is over",
        ),
        (
            [begun("mobiris", "queue", at="+01:00:00"), begun("cad", "flood")],
            "before the line above",
        ),
        ([begun("units", "unit", ", to: Place Rogier")], "give both"),
        ([begun("channels", "channel")], "says state"),
        ([begun("cad", "flood", at="10 minutes")], "cannot read the time"),
    ],
)
def test_what_cannot_be_played_is_told_with_its_line(facts: list[str], complaint: str) -> None:
    told = refused(*facts)
    assert complaint in told
    assert told.startswith("pa.yaml:")


def test_a_script_holds_no_plate_that_could_be_somebodys() -> None:
    plate = "1-" + "ABC" + "-234"
    assert "X-EXE-101" in refused(begun("cad", "flood").replace("Essai", plate))


# --- playing


def played(*facts: str, speed: float = 1.0) -> Play:
    return Play(read(*facts), NOW, speed)


def test_speed_shortens_the_waiting_and_leaves_the_time_of_day() -> None:
    play = played(begun("mobiris", "queue"), later("mobiris", "severity: 3"), speed=10)
    [one] = play.standing("mobiris", NOW + timedelta(seconds=59))
    assert (one.version, one.severity) == (1, None)
    [one] = play.standing("mobiris", NOW + timedelta(seconds=60))
    assert (one.version, one.severity, one.changed) == (2, 3, NOW + timedelta(seconds=60))
    assert one.what == "queue"


def test_a_unit_drives_the_straight_way_and_stays_there() -> None:
    play = played(begun("units", "unit"), later("units", "to: Place Rogier, minutes: 10"))
    [unit] = play.standing("units", NOW + timedelta(minutes=10))
    start, end = unit.position(NOW + timedelta(minutes=10)), unit.position(NOW + timedelta(hours=1))
    half = unit.position(NOW + timedelta(minutes=15))
    assert half == pytest.approx(((start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    assert start != end


# --- what they say is what the adapters understand


def receipt(now: datetime = NOW, topic: str = "") -> Receipt:
    return Receipt("partner:one", "exercise-pa", now, topic=topic)


def one_of(translation: Translation) -> Observation:
    assert not translation.rejections, translation.rejections
    assert not translation.warnings, translation.warnings
    [observation] = translation.observations
    return observation


def stands(partner: Any, what: str, more: str = "") -> Standing:
    [one] = played(begun(partner, what, more)).standing(partner, NOW)
    return one


SPOKEN: dict[str, Callable[[Standing, Speech], Translation]] = {
    "cad": lambda one, speech: EdxlAdapter().translate(cad.message(one, speech), receipt()),
    "mobiris": lambda one, speech: DatexAdapter().translate(
        mobiris.publication([one], NOW, speech), receipt()
    ),
    "stib": lambda one, speech: GtfsRtAdapter(
        GtfsRtSettings.model_validate({"stops": {"annie-cordy": {"name": "Annie Cordy"}}})
    ).translate(stib.feed([one], NOW, speech), receipt()),
    "weather": lambda one, speech: CapAdapter().translate(weather.alert(one, speech), receipt()),
}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_everything_that_a_shipped_script_tells_is_understood(path: Path) -> None:
    play = Play(load_script(path), NOW)
    for partner in play.script.speakers:
        told = list(play.told(partner))
        assert told
        for _, one in told:
            if partner in SPOKEN and not one.over:
                one_of(SPOKEN[partner](one, EXERCISE))


NO_INCIDENT = {("mobiris", "lanes_closed"), ("mobiris", "queue")} | {
    ("stib", "delays"),
    ("stib", "bus_diverted"),
}


@pytest.mark.parametrize(
    ("partner", "what"),
    [(partner, what) for partner in SPOKEN for what in vocabulary()[partner]],  # type: ignore[index]
)
def test_every_word_is_understood(partner: str, what: str) -> None:
    one = one_of(SPOKEN[partner](stands(partner, what), EXERCISE))
    if (partner, what) in NO_INCIDENT:
        assert one.type_hint is None
    else:
        assert one.type_hint in types()
    assert one.observed_at == NOW
    assert one.action == "new"


@pytest.mark.parametrize("mode", ["exercise", "test"])
@pytest.mark.parametrize(
    ("partner", "what"), [("cad", "flood"), ("mobiris", "accident"), ("weather", "rain")]
)
def test_what_is_an_exercise_or_a_test_says_so_itself(partner: str, what: str, mode: Mode) -> None:
    assert one_of(SPOKEN[partner](stands(partner, what), Speech(mode, "run-1"))).mode == mode


def test_a_case_that_is_told_again_is_an_update_of_the_first() -> None:
    play = played(begun("cad", "flood"), later("cad", "victims: PLUSIEURS"))
    first, second = (cad.message(one, EXERCISE) for _, one in play.told("cad"))
    read_first = EdxlAdapter().translate(first, receipt())
    memory = {key: value for key, value in read_first.remember.items() if value is not None}
    later_on = receipt(NOW + timedelta(minutes=10))
    again = EdxlAdapter().translate(
        second, Receipt(later_on.source, later_on.realm, later_on.received_at, memory=memory)
    )
    update = one_of(again)
    assert update.action == "update"
    assert read_first.observations[0].external_id in update.chain
    assert update.attributes["victims"] is True


def test_what_is_over_leaves_the_snapshot_and_ends() -> None:
    play = played(begun("mobiris", "tunnel_closed"), later("mobiris", "ends: true"))
    first = DatexAdapter().translate(
        mobiris.publication(play.standing("mobiris", NOW), NOW, EXERCISE), receipt()
    )
    assert one_of(first).attributes["tunnel_closed"] is True
    memory = {key: value for key, value in first.remember.items() if value is not None}
    after = NOW + timedelta(minutes=10)
    gone = mobiris.publication(play.standing("mobiris", after), after, EXERCISE)
    again = DatexAdapter().translate(
        gone, Receipt("partner:one", "exercise-pa", after, memory=memory)
    )
    assert one_of(again).action == "end"


def test_a_warning_that_is_over_is_cancelled_by_its_reference() -> None:
    play = played(begun("weather", "wind"), later("weather", "ends: true"))
    first, last = (
        CapAdapter().translate(weather.alert(one, EXERCISE), receipt())
        for _, one in play.told("weather")
    )
    cancelled = one_of(last)
    assert cancelled.action == "cancel"
    assert first.observations[0].external_id in cancelled.chain


def test_warnings_are_what_the_schema_of_cap_asks_for() -> None:
    schema = etree.XMLSchema(etree.parse(CAP_SCHEMA))
    play = played(begun("weather", "wind"), later("weather", "ends: true"))
    for _, one in play.told("weather"):
        schema.assertValid(etree.fromstring(weather.alert(one, EXERCISE)))


def test_the_words_of_a_warning_are_there_in_three_languages() -> None:
    told = one_of(SPOKEN["weather"](stands("weather", "wind"), EXERCISE))
    texts = told.attributes["texts"]
    assert isinstance(texts, dict)
    assert set(texts) == {"fr-BE", "nl-BE", "en-GB"}


def test_a_unit_tells_where_it_is() -> None:
    unit = stands("units", "unit")
    said = OwntracksAdapter().translate(
        units.location(unit, NOW), receipt(topic=units.topic(unit, "pa"))
    )
    one = one_of(said)
    assert one.location_codes["track"] == "pa.one"
    assert one.geometry is not None


def test_a_channel_speaks_the_contract_itself() -> None:
    channel = stands("channels", "channel", ", state: down")
    event = CloudEvent.model_validate_json(channels.observation(channel, "channels:r", EXERCISE))
    assert (event.data.kind, event.data.mode) == ("channel_status", "exercise")
    assert event.data.attributes["channel_state"] == "down"


# --- where they say it


@pytest.mark.parametrize("path", [DATEX, GTFS_RT, ATOM])
def test_a_page_keeps_its_etag_until_something_changes(path: str) -> None:
    pairs = ("mobiris", "queue"), ("stib", "delays"), ("weather", "wind")
    facts = [begun(partner, what) for partner, what in pairs]
    play = played(*facts, *(later(partner, "severity: 3") for partner, _ in pairs))
    etags = []
    for minutes in (0, 9, 11):
        page = page_at(path, play, NOW + timedelta(minutes=minutes), EXERCISE, "http://here")
        assert page is not None
        etags.append(page.etag)
    assert etags[0] == etags[1] != etags[2]


def test_every_alert_of_the_index_lies_where_it_says() -> None:
    play = played(begun("weather", "wind"), later("weather", "ends: true"))
    now = NOW + timedelta(minutes=20)
    index = page_at(ATOM, play, now, EXERCISE, "http://here")
    assert index is not None
    [link] = CapAdapter().translate(index.body, receipt(now)).links
    page = page_at(link.removeprefix("http://here"), play, now, EXERCISE, "http://here")
    assert page is not None
    assert one_of(CapAdapter().translate(page.body, receipt(now))).action == "cancel"
    assert page_at(f"{ALERTS}nothing.xml", play, now, EXERCISE, "http://here") is None


@pytest.fixture
def counter() -> Iterator[Counter]:
    play = played(begun("mobiris", "queue"))
    here = Counter("127.0.0.1", 0, lambda path: page_at(path, play, NOW, EXERCISE, ""))
    here.start()
    yield here
    here.stop()


def asked(url: str, **headers: str) -> Any:
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5)


def test_who_has_the_page_already_is_told_so(counter: Counter) -> None:
    with asked(counter.root + DATEX) as first:
        etag, body = first.headers["ETag"], first.read()
    assert b"situationRecord" in body
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        asked(counter.root + DATEX, **{"If-None-Match": etag})
    with unchanged.value as answer:
        assert answer.code == 304
    with pytest.raises(urllib.error.HTTPError) as nothing:
        asked(f"{counter.root}/etc/passwd")
    with nothing.value as answer:
        assert answer.code == 404


class Desk112(HTTPServer):
    """Takes cases; refuses the first, as a Tocsin that is just starting."""

    def __init__(self, port: int) -> None:
        self.taken: list[dict[str, Any]] = []
        self.refusals = 1
        super().__init__(("127.0.0.1", port), _Taking)


class _Taking(BaseHTTPRequestHandler):
    server: Desk112

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refusals:
            self.server.refusals -= 1
            self.send_response(503)
        else:
            self.server.taken.append(json.loads(body))
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to tell."""


@contextmanager
def company(text: PartnerScript, **more: Any) -> Iterator[Company]:
    """Not started; without a broker."""
    nobody = BrokerAddress("127.0.0.1", free_port())
    settings = CompanySettings("exercise-pa", nobody, **more)
    partners = Company(text, settings, Clock(NOW).now)
    try:
        yield partners
    finally:
        partners.stop()


def test_a_case_is_pushed_until_it_is_taken() -> None:
    desk = Desk112(free_port())
    threading.Thread(target=desk.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{desk.server_port}"
    with company(read(begun("cad", "flood")), cad=address) as partners:
        partners.start()
        wait_until(lambda: desk.taken, 10, "the case is taken")
    desk.shutdown()
    desk.server_close()
    [case] = desk.taken
    assert case["edxl"]["distributionStatus"] == "Exercise"


# --- the settings that they print


def test_the_printed_settings_can_be_used_as_they_are() -> None:
    with company(load_script(SCRIPTS[0])) as partners:
        told = tomllib.loads(settings_for(partners, "exercise-pa", "127.0.0.1:9112"))
    sources = [SourceConfig.read(source) for source in told["sources"]]
    assert {source.adapter for source in sources} == set(told["adapters"])
    assert {source.realm for source in sources} == {"exercise-pa"}
    [stib_source] = [source for source in sources if source.adapter == "gtfs_rt"]
    assert GtfsRtSettings.model_validate(stib_source.options).stops


def test_in_a_test_partners_whose_format_cannot_say_so_stay_silent() -> None:
    with company(load_script(SCRIPTS[0]), mode="test") as partners:
        assert set(partners.speakers) == {"weather", "cad", "mobiris", "channels"}
        told = tomllib.loads(settings_for(partners, "live", "127.0.0.1:9112"))
    assert set(told["adapters"]) == {"cap", "edxl", "datex"}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["nowhere.yaml"], "nowhere.yaml: No such file"),
        ([str(SCRIPTS[0]), "--realm", "live"], "--realm live: an exercise realm in an exercise"),
        ([str(SCRIPTS[0]), "--mode", "test", "--realm", "exercise-x"], "--realm exercise-x"),
        ([str(SCRIPTS[0]), "--speed", "0"], "--speed 0"),
        ([str(SCRIPTS[0]), "--cad", "here"], "'here' is no address"),
    ],
)
def test_a_command_that_cannot_be_carried_out_is_told_in_a_sentence(
    options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["partners", *options]) == 2
    assert complaint in capsys.readouterr().err
