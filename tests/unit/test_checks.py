"""Bad messages get a reason that names the field; good ones pass; plates never get in."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.contract import topics
from tocsin.engine.inputs import MessageRefused, ObservationArrived, SourceReported
from tocsin.ingest.checks import duplicate_key, examine

NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
TOPIC = topics.observations("live", "cad:112")
A_PLATE = "1-" + "ABC" + "-234"  # put together here, so that no plate stands in the code


def message(**changes) -> dict:
    data = {
        "source": "cad:112",
        "external_id": "call-1",
        "kind": "event",
        "type_hint": "TRA-ACC",
        "observed_at": "2026-01-15T16:41:00+01:00",
        "geometry": {"type": "Point", "coordinates": [4.3478, 50.8597]},
    }
    data.update(changes)
    return {
        "specversion": "1.0",
        "id": "call-1",
        "source": data["source"],
        "type": "brussels.tocsin.observation.v1",
        "data": {k: v for k, v in data.items() if v is not ...},
    }


def seen(document, topic=TOPIC, realm="live"):
    payload = document if isinstance(document, bytes) else json.dumps(document).encode()
    return examine(topic, payload, realm, NOW)


def refusal(document, topic=TOPIC, realm="live") -> MessageRefused:
    examined = seen(document, topic, realm)
    assert isinstance(examined.given, MessageRefused)
    assert examined.quarantined is not None
    assert examined.quarantined.reason == examined.given.reason
    return examined.given


def test_a_good_observation_passes_with_its_duplicate_key():
    examined = seen(message())

    assert isinstance(examined.given, ObservationArrived)
    assert duplicate_key("cad:112", "call-1") == examined.key
    assert examined.quarantined is None
    assert (examined.given.clock_suspect, examined.given.implausible) == (False, False)


MALFORMED = {
    "empty": (b"", "empty", ""),
    "no JSON": (b"{not json", "not_json", ""),
    "bytes": (b"\xff\xfe\x00\x01", "not_json", ""),
    "no envelope": (message()["data"], "envelope", "specversion"),
    "old envelope": (message() | {"specversion": "0.3"}, "envelope", "specversion"),
    "no kind": (message(kind=...), "kind", "data.kind"),
    "unknown kind": (message(kind="rumour"), "kind", "data.kind"),
    "unknown field": (message(colour="red"), "schema", "data.colour"),
    "latitude 95": (
        message(geometry={"type": "Point", "coordinates": [4.3, 95]}),
        "geometry",
        "data.geometry.Point.coordinates.1",
    ),
    "no geometry": (
        message(geometry={"type": "Circle", "coordinates": [4.3, 50]}),
        "geometry",
        "data.geometry",
    ),
    "time without offset": (
        message(observed_at="2026-01-15T16:41:00"),
        "time",
        "data.observed_at",
    ),
    "a number as time": (message(observed_at=1768491660), "time", "data.observed_at"),
    "clock of 1970": (message(observed_at="1970-01-01T00:00:00Z"), "clock", "data.observed_at"),
    "clock of next week": (
        message(observed_at="2026-01-22T00:00:00Z"),
        "clock",
        "data.observed_at",
    ),
    "unknown type": (message(type_hint="ABC-DEF"), "unknown_type", "data.type_hint"),
    "exercise in the live realm": (message(mode="exercise"), "wrong_realm", "data.mode"),
    "camera without regime": (message(kind="camera_status"), "legal_regime", "data.legal_regime"),
    "too large": (message(headline="x" * 70_000), "too_large", ""),
    "someone else's source": (message(source="cad:113"), "wrong_source", "source"),
    "confidence 7": (message(confidence=7), "schema", "data.confidence"),
    "valid backwards": (
        message(valid_from="2026-01-15T16:00:00Z", valid_to="2026-01-15T15:00:00Z"),
        "time",
        "data.valid_to",
    ),
}


@pytest.mark.parametrize(("document", "reason", "field"), MALFORMED.values(), ids=MALFORMED)
def test_a_bad_message_is_refused_with_its_reason_and_field(document, reason, field):
    refused = refusal(document)

    assert (reason, field) == (refused.reason, refused.field)
    assert len(refused.detail) > 5


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(number):
    text = json.dumps(message()).replace("50.8597", number).encode()

    assert refusal(text).reason in ("geometry", "not_json")


def test_a_geometry_with_too_many_positions_says_how_many():
    ring = [[4.3 + i / 1e6, 50.8] for i in range(600)]
    refused = refusal(message(geometry={"type": "LineString", "coordinates": ring}))

    assert "600 positions, at most 500" in refused.detail


def test_a_topic_that_is_none_is_refused():
    assert refusal(message(), topic="tocsin/v1/live/nonsense").reason == "topic"


def test_a_realm_that_is_not_open_is_refused_where_it_lands():
    """The receiver hands it to the live engine, which must not take it as its own."""
    topic = topics.observations("exercise-unknown", "cad:112")

    assert refusal(message(mode="exercise"), topic=topic).reason == "unknown_realm"


def test_real_facts_stay_out_of_an_exercise():
    topic = topics.observations("exercise-a", "cad:112")

    assert refusal(message(), topic=topic, realm="exercise-a").reason == "wrong_realm"
    examined = seen(message(mode="exercise"), topic, "exercise-a")
    assert isinstance(examined.given, ObservationArrived)


@pytest.mark.parametrize(
    ("observed", "suspect"),
    [
        (NOW + timedelta(minutes=4), False),
        (NOW + timedelta(minutes=6), True),
        (NOW - timedelta(hours=23), False),
        (NOW - timedelta(days=2), True),
    ],
)
def test_a_clock_that_is_off_is_marked(observed, suspect):
    assert suspect == seen(message(observed_at=observed.isoformat())).given.clock_suspect


def test_a_place_far_away_is_kept_and_marked():
    """Swapped latitude and longitude is the usual cause."""
    swapped = {"type": "Point", "coordinates": [50.8597, 4.3478]}

    assert seen(message(geometry=swapped)).given.implausible


def test_a_plate_is_masked_before_anything_else_sees_it():
    """No plate in a topic, log, journal, wall or URL."""
    plain = seen(message(headline=f"voiture {A_PLATE} en fuite", attributes={"note": A_PLATE}))
    broken = seen(json.dumps(message(kind="x", headline=A_PLATE)).encode())

    assert plain.given.observation.headline == "voiture [plate] en fuite"
    assert A_PLATE not in plain.given.observation.model_dump_json()
    assert A_PLATE.encode() not in broken.quarantined.raw


def test_an_exercise_plate_is_left_alone():
    assert "X-EXE-101" in seen(message(headline="X-EXE-101")).given.observation.headline


def test_a_source_tells_its_status():
    topic = topics.source_status("live", "cap:x")
    examined = seen({"source": "cap:x", "state": "online"}, topic)

    assert isinstance(examined.given, SourceReported)
    assert refusal({"source": "cap:y", "state": "online"}, topic).reason == "wrong_source"
    assert refusal({"source": "cap:x", "state": "asleep"}, topic).reason == "envelope"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_checks(payload):
    assert isinstance(seen(payload).given, MessageRefused)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=8,
    )
)
def test_no_data_break_the_checks(data):
    document = message() | {"data": data}
    assert isinstance(seen(json.dumps(document).encode()).given, MessageRefused)
