"""Traccar: every sample as expected, calls for help, places that come late, and harm."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter_samples import ANYTHING, FIXTURES, compare, expectations, receipt, sample
from tocsin.contract import Translation
from tocsin_adapters.traccar import TraccarAdapter

FOLDER = "traccar"
EXPECTED = expectations(FOLDER)


def read(document: Any, **more: Any) -> Translation:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return TraccarAdapter().translate(raw, receipt(FOLDER, **more))


def forwarded(minute: int = 40, alarm: str | None = None, **fields: Any) -> dict[str, Any]:
    return {
        "position": {
            "fixTime": f"2026-01-15T15:{minute:02}:00Z",
            "latitude": 50.85,
            "longitude": 4.35,
            "speed": 0,
            "attributes": {"alarm": alarm} if alarm else {},
            **fields,
        },
        "device": {"uniqueId": "t-1", "name": "Unit 1"},
    }


def test_every_sample_has_its_expectation() -> None:
    files = {p.name for p in (FIXTURES / FOLDER).glob("*.json")}
    assert files == {e["file"] for e in EXPECTED.values() if "file" in e}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_gives_what_was_expected_of_it(name: str) -> None:
    expected = EXPECTED[name]
    compare(TraccarAdapter().translate(sample(FOLDER, expected), receipt(FOLDER)), expected)


def test_a_call_that_is_repeated_updates_the_first_and_a_later_one_is_new() -> None:
    first = read(forwarded(0, "sos"))
    memory = {k: v for k, v in first.remember.items() if v is not None}
    again = read(forwarded(1, "sos"), memory=memory)
    call = again.observations[1]
    assert (call.action, call.chain) == ("update", [first.observations[1].external_id])
    later = read(forwarded(59, "sos"), memory=memory)
    assert (later.observations[1].action, later.observations[1].chain) == ("new", [])


def test_a_call_for_help_is_heard_even_when_its_place_came_late() -> None:
    memory = {k: v for k, v in read(forwarded(40)).remember.items() if v is not None}
    late = read(forwarded(20, "sos"), memory=memory)
    assert [o.kind for o in late.observations] == ["event"]
    assert [f.rule for f in late.warnings] == ["older_fix"]


def test_a_border_crossed_names_its_region() -> None:
    crossed = {"event": {"type": "geofenceEnter"}, "geofence": {"name": "Grand-Place"}}
    (told,) = read(forwarded() | crossed).observations
    assert told.attributes["event"] == "geofenceEnter"
    assert told.attributes["region"] == "Grand-Place"


def test_names_and_numbers_of_people_are_not_passed_on() -> None:
    message = forwarded(40, driverUniqueId="Jan", address="Rue du Test 1")
    message["position"]["attributes"] = {"vin": "WVWZZZ1JZXW000001", "phone": "0470000000"}
    message["device"] |= {"phone": "+32470000000", "contact": "Jan", "model": "x"}
    said = "".join(o.model_dump_json() for o in read(message).observations)
    assert not any(secret in said for secret in ("Jan", "Rue du Test", "WVWZZ", "0470", "3247"))


HOSTILE: dict[str, tuple[Any, str]] = {
    "no bytes": (b"", "empty"),
    "form data": (b"id=1&lat=50", "json_syntax"),
    "not a number": (b'{"position":{"latitude":NaN}}', "json_syntax"),
    "a number": (b"7", "not_an_object"),
    "nothing in it": ({}, "missing_field"),
    "no tracker": ({"position": {"latitude": 50, "longitude": 4}}, "missing_field"),
    "deep nesting": (b"[" * 90 + b"]" * 90, "json_depth"),
    "too many bytes": (b'{"a":"' + b"x" * 600_000 + b'"}', "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_harm_is_refused_by_its_rule(name: str) -> None:
    payload, rule = HOSTILE[name]
    found = read(payload)
    assert found.observations == ()
    assert [f.rule for f in found.rejections] == [rule]


def test_a_wrong_time_is_told_and_not_replaced_by_the_servers() -> None:
    found = read(forwarded(fixTime="yesterday", serverTime="2026-01-15T15:40:00Z"))
    assert found.observations[0].observed_at is None
    assert [f.rule for f in found.warnings] == ["bad_time"]


NAMES = "fixTime deviceTime serverTime valid speed course altitude accuracy attributes protocol"


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES.split()), ANYTHING),
    st.dictionaries(st.sampled_from(["uniqueId", "name", "status"]), ANYTHING),
    ANYTHING,
)
def test_whatever_stands_in_a_message_no_exception_leaves(
    position: dict[str, Any], device: dict[str, Any], event: Any
) -> None:
    place = {"latitude": 50.8, "longitude": 4.3, "deviceId": 1}
    message = {"position": place | position, "device": device, "event": event}
    found = read(json.dumps(message).encode("utf-8", "replace"))
    assert found.observations or found.rejections


@pytest.mark.parametrize(
    ("lat", "rule"), [(None, "no_position"), (91, "position_out_of_range"), (0, "no_position")]
)
def test_a_call_for_help_without_a_place_is_still_a_call(lat: float | None, rule: str) -> None:
    lon = 0 if lat == 0 else 4.35
    found = read(forwarded(40, "sos", latitude=lat, longitude=lon))
    assert [o.kind for o in found.observations] == ["resource_status", "event"]
    assert {o.geometry for o in found.observations} == {None}
    assert rule in [f.rule for f in found.warnings]
