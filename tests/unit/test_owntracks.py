"""OwnTracks: every sample as expected, places that come late, secrets, and harm."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.secret import SecretBox
from pydantic import ValidationError

from adapter_samples import ANYTHING, FIXTURES, RECEIVED_AT, compare, expectations, receipt, sample
from tocsin.contract import Translation
from tocsin_adapters.owntracks import OwntracksAdapter, OwntracksSettings

FOLDER = "owntracks"
EXPECTED = expectations(FOLDER)
TOPIC = "owntracks/exe/phone"
NOW = int(RECEIVED_AT.timestamp())


def read(
    payload: bytes | dict[str, Any] | list[Any], topic: str = TOPIC, **more: Any
) -> Translation:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return OwntracksAdapter().translate(raw, receipt(FOLDER, topic=topic, **more))


def location(**fields: Any) -> dict[str, Any]:
    return {"_type": "location", "lat": 50.85, "lon": 4.35, "tst": NOW, **fields}


def test_every_sample_has_its_expectation() -> None:
    files = {p.name for p in (FIXTURES / FOLDER).glob("*.json")} - {"message.schema.json"}
    assert files == {e["file"] for e in EXPECTED.values() if "file" in e}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_gives_what_was_expected_of_it(name: str) -> None:
    expected = EXPECTED[name]
    arrived = receipt(FOLDER, topic=expected.get("topic", ""))
    compare(OwntracksAdapter().translate(sample(FOLDER, expected), arrived), expected)


def test_a_place_that_comes_late_does_not_move_its_unit_back() -> None:
    first = read(location())
    late = read(location(tst=NOW - 600), memory=dict(first.remember))
    assert late.observations == ()
    assert [f.rule for f in late.warnings] == ["older_fix"]
    assert late.remember == {}
    again = read(location(tst=NOW + 5), memory=dict(first.remember))
    assert len(again.observations) == 1


def test_a_list_is_read_in_the_order_of_its_fixes() -> None:
    found = read([location(), location(tst=NOW - 60), location(tst=NOW + 60)])
    assert [o.external_id[-10:] for o in found.observations] == [str(NOW), str(NOW + 60)]


def test_a_clock_that_runs_ahead_does_not_silence_its_unit() -> None:
    ahead = read(location(tst=NOW + 86_400))
    assert len(ahead.observations) == 1
    assert ahead.remember == {}


def test_two_units_whose_names_look_alike_stay_two() -> None:
    codes = {
        read(location(), f"owntracks/{user}/phone").observations[0].location_codes["track"]
        for user in ("a b", "a-b", "a+b", "équipe", "队")
    }
    assert len(codes) == 5


@pytest.mark.parametrize(
    ("topic", "unit"),
    [
        ("owntracks/exe/phone", "exe/phone"),
        ("owntracks/exe/phone/event", "exe/phone"),
        ("owntracks/exe/event", "exe/event"),
        ("region/owntracks/exe/phone", "exe/phone"),
        ("/owntracks/exe/phone", "exe/phone"),
    ],
)
def test_the_topic_says_whose_place_it_is(topic: str, unit: str) -> None:
    assert read(location(), topic).observations[0].external_id == f"{unit}@{NOW}"


def test_the_topic_of_the_broker_counts_and_not_the_one_in_the_message() -> None:
    found = read(location(topic="owntracks/somebody/else"))
    assert found.observations[0].external_id.startswith("exe/phone@")


def sealed(secret: bytes, message: dict[str, Any]) -> dict[str, Any]:
    box = SecretBox(secret.ljust(32, b"\0"))
    data = box.encrypt(json.dumps(message).encode(), b"\1" * 24)
    return {"_type": "encrypted", "data": base64.b64encode(data).decode()}


@pytest.fixture
def adapter(tmp_path: Path) -> OwntracksAdapter:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    return OwntracksAdapter(OwntracksSettings(secret_file=secret))


def test_an_encrypted_place_is_read_with_the_secret(adapter: OwntracksAdapter) -> None:
    payload = json.dumps(sealed(b"s3cret", location(tid="X1"))).encode()
    found = adapter.translate(payload, receipt(FOLDER, topic=TOPIC))
    assert found.rejections == ()
    assert found.observations[0].headline == "X1"


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        pytest.param(sealed(b"other", location()), "wrong_secret", id="another secret"),
        pytest.param({"_type": "encrypted", "data": "%%"}, "wrong_secret", id="no base64"),
        pytest.param({"_type": "encrypted"}, "wrong_secret", id="nothing"),
        pytest.param(
            sealed(b"s3cret", sealed(b"s3cret", location())), "encrypted", id="wrapped twice"
        ),
        pytest.param(sealed(b"s3cret", {"_type": "x"}), "unknown_type", id="nonsense inside"),
    ],
)
def test_what_the_secret_does_not_open_is_refused(
    adapter: OwntracksAdapter, message: dict[str, Any], rule: str
) -> None:
    found = adapter.translate(json.dumps(message).encode(), receipt(FOLDER, topic=TOPIC))
    assert [f.rule for f in found.rejections] == [rule]
    assert found.observations == ()


def test_a_secret_that_cannot_be_used_is_refused_at_the_start(tmp_path: Path) -> None:
    long = tmp_path / "long"
    long.write_text("x" * 33)
    for path in (long, tmp_path / "gone"):
        with pytest.raises(ValidationError):
            OwntracksSettings(secret_file=path)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "no bytes": (b"", "empty"),
    "no JSON": (b"lat=50.8&lon=4.3", "json_syntax"),
    "not a number": (b'{"_type":"location","lat":NaN,"lon":4,"tst":1}', "json_syntax"),
    "a text": (b'"location"', "not_an_object"),
    "a list in a list": (b"[[]]", "not_an_object"),
    "deep nesting": (b"[" * 90 + b"]" * 90, "json_depth"),
    "a crowd": (b"[" + b"0," * 60_500 + b"0]", "json_size"),
    "too many bytes": (b'{"_type":"' + b"x" * 600_000 + b'"}', "too_large"),
    "no type": (b'{"lat":50.8,"lon":4.3,"tst":1768491667}', "missing_field"),
    "an unknown type": (b'{"_type":"teleport"}', "unknown_type"),
    "no time": (b'{"_type":"location","lat":50.8,"lon":4.3}', "missing_field"),
    "a time that is none": (b'{"_type":"location","lat":50.8,"lon":4.3,"tst":"now"}', "bad_time"),
    "neither in nor out": (
        b'{"_type":"transition","lat":50,"lon":4,"tst":1768491667,"event":"through"}',
        "bad_value",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_harm_is_refused_by_its_rule(name: str) -> None:
    payload, rule = HOSTILE[name]
    found = read(payload)
    assert found.observations == ()
    assert rule in [f.rule for f in found.rejections]


def test_one_broken_message_does_not_cost_its_neighbours() -> None:
    found = read([location(lat=None), location(), 7, location(tst=NOW + 1)])
    assert len(found.observations) == 2
    assert [(f.rule, f.field) for f in found.rejections] == [
        ("missing_field", "[0].lat"),
        ("not_an_object", "[2]"),
    ]


NAMES = "lat lon tst acc vel cog batt tid desc event rid rad topic waypoints inregions t data"
TYPES = {
    *("location", "transition", "waypoint", "waypoints", "lwt"),
    *("status", "encrypted", "card", "iOS", "android"),
}


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES.split()), ANYTHING, max_size=10),
    st.sampled_from(sorted(TYPES)),
    st.booleans(),
)
def test_whatever_stands_in_a_message_no_exception_leaves(
    fields: dict[str, Any], kind: str, sure: bool
) -> None:
    message = {**fields, "_type": kind, **({"lat": 50.8, "lon": 4.3, "tst": NOW} if sure else {})}
    found = OwntracksAdapter().translate(
        json.dumps(message).encode("utf-8", "replace"), receipt(FOLDER, topic=TOPIC)
    )
    assert found.observations or found.rejections or found.warnings or kind == "waypoints"


def test_a_place_that_is_none_leaves_the_message_without_a_place() -> None:
    found = read(location(lat=95))
    assert [o.geometry for o in found.observations] == [None]
    assert [f.rule for f in found.warnings] == ["position_out_of_range"]
