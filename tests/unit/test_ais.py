"""AIS: the sample as expected; fragments, times, ships, calls; and harm."""

from datetime import UTC, datetime
from functools import reduce
from operator import xor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyais import encode_dict

from adapter_samples import compare, expectations, receipt, sample
from tocsin.contract import Observation, Translation
from tocsin_adapters.ais import AisAdapter

FOLDER = "ais"
EXPECTED = expectations(FOLDER)
MMSI = 205000001


def read(*lines: str | bytes, memory: dict[str, str] | None = None) -> Translation:
    raw = b"\r\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    return AisAdapter().translate(raw, receipt(FOLDER, memory=memory or {}))


def one_by_one(*lines: str) -> list[Observation]:
    """As a stream hands them over: a line a message, with the memory in between."""
    memory: dict[str, str] = {}
    observations: list[Observation] = []
    for line in lines:
        found = read(line, memory=dict(memory))
        assert found.rejections == ()
        observations.extend(found.observations)
        memory |= {key: value for key, value in found.remember.items() if value is not None}
        for key in [key for key, value in found.remember.items() if value is None]:
            memory.pop(key, None)
    return observations


def sentences(**fields: Any) -> list[str]:
    told = {"mmsi": MMSI, "lat": 50.8790, "lon": 4.3640, **fields}
    return encode_dict(told, talker_id="AI", radio_channel="A")


def place(**fields: Any) -> str:
    return sentences(**{"type": 1, "speed": 5.0, "course": 35.5, "heading": 36, **fields})[0]


def summed(body: str) -> str:
    return f"{body}*{reduce(xor, body.encode()):02X}"


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_gives_what_was_expected_of_it(name: str) -> None:
    expected = EXPECTED[name]
    compare(AisAdapter().translate(sample(FOLDER, expected), receipt(FOLDER)), expected)


def test_a_place_of_a_ship_on_the_canal() -> None:
    (told,) = read(place(status=0)).observations
    assert told.geometry is not None
    assert told.geometry.coordinates == (4.364, 50.879)
    assert told.attributes == {
        "thing": "ship",
        "speed_kmh": 9.3,
        "course_deg": 35.5,
        "heading_deg": 36.0,
        "status": "under_way",
    }


SHIP = {"shipname": "ZENNE", "callsign": "OTEXE", "imo": 1234567, "ship_type": 82}
HULL = {"to_bow": 60, "to_stern": 25, "draught": 3.2, "destination": "BRUXELLES"}


@pytest.mark.parametrize("turned", [False, True])
def test_a_ship_in_two_fragments_gives_its_places_a_name_and_a_danger(turned: bool) -> None:
    ship = sentences(type=5, **SHIP, **HULL)
    assert len(ship) == 2
    (told,) = one_by_one(*(reversed(ship) if turned else ship), place())
    assert told.headline == "ZENNE"
    assert told.attributes["ship_type"] == "tanker"
    assert told.attributes["hazard_category"] == "B"
    assert told.attributes["dangerous_goods"] is True
    assert told.attributes["length_m"] == 85.0
    assert told.attributes["destination"] == "BRUXELLES"
    assert not any(secret in told.model_dump_json() for secret in ("OTEXE", "1234567"))


def test_an_inland_ship_tells_its_blue_cones() -> None:
    inland = sentences(
        type=8, dac=200, fid=10, vin="06000001", length=85.0, hazard=2, loaded=1, shiptype=8020
    )
    (told,) = one_by_one(*inland, place())
    assert told.attributes["blue_cones"] == 2
    assert told.attributes["dangerous_goods"] is True
    assert told.attributes["loaded"] is True
    assert "06000001" not in told.model_dump_json()


def test_cones_that_are_not_known_say_nothing_about_danger() -> None:
    inland = sentences(type=8, dac=200, fid=10, hazard=5)
    (told,) = one_by_one(*inland, place())
    assert "dangerous_goods" not in told.attributes


def test_a_fragment_that_never_gets_its_other_half_is_forgotten() -> None:
    ship = sentences(type=5, shipname="ZENNE")
    first = read(ship[0])
    memory = {key: value for key, value in first.remember.items() if value is not None}
    aged = {
        key: f"{float(v.split(' ')[0]) - 60} {v.partition(' ')[2]}" for key, v in memory.items()
    }
    late = read(ship[1], memory=aged)
    assert late.observations == ()
    assert not any(key.startswith("ship:") for key in late.remember)


@pytest.mark.parametrize(
    ("line", "at"),
    [
        pytest.param("\\s:rx,c:1768491660*{sum}\\{place}", 1768491660.0, id="a tag block"),
        pytest.param("\\c:1768491660250*{sum}\\{place}", 1768491660.25, id="in milliseconds"),
        pytest.param("{place},rROTT,1768491660", 1768491660.0, id="a coast guard's receiver"),
    ],
)
def test_the_receiver_says_when_it_heard_a_sentence(line: str, at: float) -> None:
    found = read(line.format(sum="00", place=place()))
    assert found.rejections == ()
    assert found.observations[0].observed_at == datetime.fromtimestamp(at, UTC)


def test_a_time_sentence_holds_for_the_one_sentence_behind_it() -> None:
    time = summed("PGHP,1,2026,1,15,15,41,0,250,338,2,,1,48")
    first, second = one_by_one(f"${time}", place(), place(second=3))
    assert first.observed_at == datetime(2026, 1, 15, 15, 41, 0, 250_000, UTC)
    assert second.observed_at is None


def test_a_time_before_the_first_fragment_holds_for_the_whole_message() -> None:
    time = summed("PGHP,1,2008,5,9,0,0,0,10,338,2,,1,09")
    text = sentences(
        type=14, text="BRIDGE CLOSED UNTIL NOON AND SOME MORE WORDS SO THAT IT IS LONG ENOUGH"
    )
    assert len(text) == 2
    (told,) = one_by_one(f"${time}", *text)
    assert told.observed_at == datetime(2008, 5, 9, 0, 0, 0, 10_000, UTC)


def test_a_place_that_comes_late_does_not_move_the_ship_back() -> None:
    now, before = (f"{place()},r1,{at}" for at in (1768491660, 1768491600))
    found = read(now, before)
    assert len(found.observations) == 1
    assert [f.rule for f in found.warnings] == ["older_fix"]


def test_what_a_ship_does_not_know_is_not_told() -> None:
    (told,) = read(
        sentences(type=18, lat=91, lon=181, speed=102.3, course=360, heading=511)[0]
    ).observations
    assert told.geometry is None
    assert told.attributes == {"thing": "ship"}


@pytest.mark.parametrize(
    ("status", "severity", "distress"), [(14, 4, True), (6, 2, None), (0, None, None)]
)
def test_a_distress_transmitter_and_a_ship_aground_are_facts(
    status: int, severity: int | None, distress: bool | None
) -> None:
    line = place(status=status)
    found = read(line, line).observations
    calls = [o for o in found if o.kind == "event"]
    assert [o.severity for o in calls] == ([severity] if severity is not None else [])
    assert [o.attributes.get("distress") for o in calls] == ([distress] if calls else [])


def test_a_safety_text_is_a_report() -> None:
    (told,) = read(*sentences(type=14, text="BRIDGE CLOSED")).observations
    assert (told.kind, told.headline) == ("report", f"MMSI {MMSI}: BRIDGE CLOSED")


def test_other_sentences_and_messages_are_told_and_left() -> None:
    position = summed("GPGGA,154107,5052.7,N,00421.8,E,1,8,0.9,40.0,M,,M,,")
    found = read("# comment", "", f"${position}", *sentences(type=4))
    assert (found.observations, found.rejections) == ((), ())
    assert [f.rule for f in found.warnings] == ["not_ais", "dropped_message"]


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "a greeting": ("hello", "not_nmea"),
    "a flipped bit": (place().replace("AIVDM", "AIVDO").replace("AIVDO", "AIVDN"), "bad_checksum"),
    "bytes": (b"!AIVDM,1,1,,A,\xff\xfe,0*00", "not_nmea"),
    "a line without an end": ("!AIVDM," + "0" * 2000, "line_too_long"),
    "too few fields": ("!" + summed("AIVDM,1,1"), "not_nmea"),
    "a fragment beyond its message": ("!" + summed("AIVDM,1,2,,A,00,0"), "bad_fragment"),
    "more fragments than there can be": ("!" + summed("AIVDM,99,1,,A,00,0"), "bad_fragment"),
    "an empty message": ("!" + summed("AIVDM,1,1,,A,,0"), "bad_message"),
    "an unknown message": ("!" + summed("AIVDM,1,1,,A,w00000000000,0"), "bad_message"),
    "half a message": ("!" + summed("AIVDM,1,1,,A,1,0"), "missing_field"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_harm_is_refused_by_its_rule(name: str) -> None:
    line, rule = HOSTILE[name]
    found = read(place(), line, place(second=9))
    assert [(f.rule, f.offset) for f in found.rejections] == [(rule, 2)]
    assert len(found.observations) == 2


def test_too_many_bytes_are_refused_unread() -> None:
    assert [f.rule for f in read("x" * 300_000).rejections] == ["too_large"]


@settings(deadline=None)
@given(
    st.text("0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw", max_size=90),
    st.integers(0, 5),
    st.sampled_from(["AIVDM", "BSVDO", "PGHP"]),
)
def test_whatever_stands_in_a_sentence_no_exception_leaves(text: str, fill: int, tag: str) -> None:
    read("!" + summed(f"{tag},1,1,,A,{text},{fill}"))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_an_exception(payload: bytes) -> None:
    read(payload, b"!AIVDM," + payload, b"\\" + payload)
