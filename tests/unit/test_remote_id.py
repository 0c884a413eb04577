"""Remote ID: every sample as expected, guarded places, ends of tracks, pilots left out, harm."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter_samples import ANYTHING, FIXTURES, RECEIVED_AT, compare, expectations, receipt, sample
from tocsin.contract import Translation
from tocsin_adapters.remote_id import RemoteIdAdapter, RemoteIdSettings
from tocsin_adapters.remote_id.settings import Guarded

FOLDER = "remote_id"
EXPECTED = expectations(FOLDER)
NOW = RECEIVED_AT.timestamp()
STADIUM = Guarded(name="Stadium", lat=50.8957, lon=4.3341, radius_m=2000)


def read(
    document: Any, topic: str = "", options: RemoteIdSettings | None = None, **more: Any
) -> Translation:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return RemoteIdAdapter(options).translate(raw, receipt(FOLDER, topic=topic, **more))


def drone(**fields: Any) -> dict[str, Any]:
    return {"id": "drone-EXE1", "lat": 50.8957, "lon": 4.3341, "observed_at": NOW, **fields}


def remembered(found: Translation) -> dict[str, str]:
    return {key: value for key, value in found.remember.items() if value is not None}


def test_every_sample_has_its_expectation() -> None:
    files = {p.name for p in (FIXTURES / FOLDER).glob("*.json")}
    assert files == {e["file"] for e in EXPECTED.values() if "file" in e}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_gives_what_was_expected_of_it(name: str) -> None:
    expected = EXPECTED[name]
    arrived = receipt(FOLDER, topic=expected.get("topic", ""))
    compare(RemoteIdAdapter().translate(sample(FOLDER, expected), arrived), expected)


def test_nothing_about_the_person_who_flies_is_passed_on() -> None:
    person = {
        "operator_id": "BEL-OP-1",
        "caa_id": "CAA-77",
        "mac": "aa:bb:cc:dd:ee:ff",
        "pilot_lat": 50.1234,
        "pilot_lon": 4.9876,
        "home_lat": 50.1234,
        "home_lon": 4.9876,
    }
    found = read(drone(**person))
    said = "".join(o.model_dump_json() for o in found.observations) + str(found.remember)
    assert not any(str(value) in said for value in person.values())


def test_a_strange_drone_over_a_guarded_place_is_a_fact_once_in_a_while() -> None:
    options = RemoteIdSettings(guarded=(STADIUM,))
    first = read(drone(), options=options)
    assert [(o.type_hint, o.action) for o in first.observations] == [
        (None, "update"),
        ("SEC-UAV", "new"),
    ]
    second = read(drone(observed_at=NOW + 5), options=options, memory=remembered(first))
    assert [o.type_hint for o in second.observations] == [None]
    later = read(drone(observed_at=NOW + 1300), options=options, memory=remembered(first))
    assert [o.type_hint for o in later.observations] == [None, "SEC-UAV"]


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        pytest.param(RemoteIdSettings(), {}, id="nothing is guarded"),
        pytest.param(RemoteIdSettings(guarded=(STADIUM,)), {"lat": 50.93}, id="far away"),
        pytest.param(
            RemoteIdSettings(guarded=(STADIUM,), own=frozenset({"EXE1"})), {}, id="our own"
        ),
        pytest.param(
            RemoteIdSettings(guarded=(STADIUM,)), {"lat": 0, "lon": 0}, id="nobody knows where"
        ),
    ],
)
def test_other_drones_are_only_shown(options: RemoteIdSettings, fields: dict[str, Any]) -> None:
    found = read(drone(**fields), options=options)
    assert [o.type_hint for o in found.observations] == [None]


def test_our_own_drone_is_told_from_the_others() -> None:
    found = read(drone(), options=RemoteIdSettings(own=frozenset({"EXE1"}))).observations[0]
    assert (found.attributes["own"], found.confidence) == (True, None)


def test_a_drone_that_is_heard_no_more_ends_where_it_was() -> None:
    topic = "wardragon/drone/drone-EXE1/availability"
    lost = read(b"offline", topic, memory=remembered(read(drone())))
    (ended,) = lost.observations
    assert (ended.action, ended.valid_to) == ("end", RECEIVED_AT)
    assert ended.geometry is not None
    assert ended.geometry.coordinates == (4.3341, 50.8957)
    assert lost.remember == {"track:drone-EXE1": None}


def test_a_place_that_comes_late_does_not_move_the_drone_back() -> None:
    late = read(drone(observed_at=NOW - 30), memory=remembered(read(drone())))
    assert late.observations == ()
    assert [f.rule for f in late.warnings] == ["older_fix"]


def test_a_list_of_drones_is_read_and_a_broken_one_costs_no_other() -> None:
    found = read([drone(id="a"), 7, drone(id=None), drone(id="b")])
    assert [o.headline for o in found.observations] == ["a", "b"]
    assert [(f.rule, f.field) for f in found.rejections] == [
        ("not_an_object", "[1]"),
        ("missing_field", "[2].id"),
    ]


HOSTILE: dict[str, tuple[Any, str, str]] = {
    "no bytes": (b"", "wardragon/drones", "empty"),
    "no JSON": (b"drone", "wardragon/drones", "json_syntax"),
    "not a number": (b'{"id":"x","lat":NaN}', "wardragon/drones", "json_syntax"),
    "nothing known": ({}, "wardragon/drones", "unknown_type"),
    "a text": ("online", "wardragon/drones", "not_an_object"),
    "no icao": ({"icao": None}, "wardragon/aircraft", "missing_field"),
    "no uid": ({"signal_type": "fpv"}, "wardragon/signals", "missing_field"),
    "neither on nor off": (b"perhaps", "wardragon/system/availability", "bad_value"),
    "deep nesting": (b"[" * 90 + b"]" * 90, "wardragon/drones", "json_depth"),
    "too many bytes": (b'{"a":"' + b"x" * 600_000 + b'"}', "wardragon/drones", "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_harm_is_refused_by_its_rule(name: str) -> None:
    payload, topic, rule = HOSTILE[name]
    found = read(payload, topic)
    assert found.observations == ()
    assert [f.rule for f in found.rejections] == [rule]


NAMES = (
    "id lat lon latitude longitude alt height speed vspeed direction observed_at radius_m squawk "
    "gps_accuracy horizontal_accuracy last_update_time center_hz updated seen_by description"
)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES.split()), ANYTHING),
    st.sampled_from(["id", "icao", "uid"]),
    st.text(min_size=1, max_size=20),
)
def test_whatever_stands_in_a_message_no_exception_leaves(
    fields: dict[str, Any], kind: str, name: str
) -> None:
    message = {**fields, kind: name, **({"signal_type": "x"} if kind == "uid" else {})}
    options = RemoteIdSettings(guarded=(STADIUM,))
    found = read(json.dumps(message).encode("utf-8", "replace"), options=options)
    assert found.observations or found.rejections
