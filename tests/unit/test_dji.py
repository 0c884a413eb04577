"""DJI: every message as expected, properties put together, tokens left out, and harm."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter_samples import (
    ANYTHING,
    FIXTURES,
    RECEIVED_AT,
    compare,
    expectations,
    plain,
    receipt,
    sample,
)
from tocsin.contract import Translation
from tocsin_adapters.dji import DjiAdapter, DjiSettings

FOLDER = "dji"
EXPECTED = expectations(FOLDER)
NOW = int(RECEIVED_AT.timestamp() * 1000)
DRONE, DOCK = "1581EXE0001", "DOCKEXE1"
OSD = f"thing/product/{DRONE}/osd"


def read(document: Any, topic: str = OSD, **more: Any) -> Translation:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return DjiAdapter().translate(raw, receipt(FOLDER, topic=topic, **more))


def osd(at: int = NOW, **data: Any) -> dict[str, Any]:
    return {"tid": "t", "timestamp": at, "gateway": DOCK, "data": data}


def remembered(*found: Translation) -> dict[str, str]:
    memory: dict[str, str] = {}
    for one in found:
        for key, value in one.remember.items():
            if value is None:
                memory.pop(key, None)
            else:
                memory[key] = value
    return memory


def test_every_sample_has_its_expectation() -> None:
    files = {p.name for p in (FIXTURES / FOLDER).glob("*.json")}
    assert files == {e["file"] for e in EXPECTED.values() if "file" in e}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_message_gives_what_was_expected_of_it(name: str) -> None:
    expected = EXPECTED[name]
    arrived = receipt(FOLDER, topic=expected.get("topic", ""))
    found = DjiAdapter().translate(sample(FOLDER, expected), arrived)
    compare(found, expected)
    said = "".join(o.model_dump_json() for o in found.observations) + str(found.remember)
    assert not any(word in said for word in ("s3cret", "n0nce", "credentials", "BATT1"))


def test_the_properties_of_one_drone_are_put_together_from_several_messages() -> None:
    first = read(osd(latitude=50.85, longitude=4.35, height=100))
    second = read(
        osd(NOW + 500, battery={"capacity_percent": 40}, mode_code=9), memory=remembered(first)
    )
    (told,) = second.observations
    assert told.geometry == first.observations[0].geometry
    assert told.attributes == {
        **first.observations[0].attributes,
        "battery_percent": 40.0,
        "mode": "returning",
        "flying": True,
    }


def test_a_message_without_a_place_and_without_news_tells_nothing_again() -> None:
    first = read(osd(latitude=50.85, longitude=4.35, mode_code=5))
    again = read(osd(NOW + 500, mode_code=5, height=101), memory=remembered(first))
    assert again.observations == ()
    assert json.loads(again.remember[f"osd:{DRONE}"].partition(" ")[2])["hae_m"] == 101  # type: ignore[union-attr]


def test_properties_that_come_late_change_nothing() -> None:
    first = read(osd(latitude=50.85, longitude=4.35))
    late = read(osd(NOW - 5000, latitude=50.0, longitude=4.0), memory=remembered(first))
    assert (late.observations, late.remember) == ((), {})
    assert [f.rule for f in late.warnings] == ["older_fix"]


def test_a_clock_that_runs_ahead_does_not_silence_its_drone() -> None:
    assert read(osd(NOW + 86_400_000, latitude=50.85, longitude=4.35)).remember == {}


def test_a_drone_that_goes_offline_is_told_by_its_gateway() -> None:
    topic = f"sys/product/{DOCK}/status"

    def status(at: int, *serials: str) -> dict[str, Any]:
        listed = [{"sn": serial} for serial in serials]
        return {"method": "update_topo", "timestamp": at, "data": {"sub_devices": listed}}

    online = read(status(NOW, DRONE), topic)
    offline = read(status(NOW + 1000), topic, memory=remembered(online))
    assert [o.attributes["channel_state"] for o in offline.observations] == ["down"]
    again = read(status(NOW + 2000), topic, memory=remembered(online, offline))
    assert again.observations == ()


def test_a_drone_flown_by_hand_is_found_by_its_gateway() -> None:
    status = {"method": "update_topo", "timestamp": NOW, "data": {"sub_devices": [{"sn": DRONE}]}}
    online = read(status, f"sys/product/{DOCK}/status")
    push = {
        "method": "osd_info_push",
        "timestamp": NOW + 10,
        "data": {"latitude": 50.85, "longitude": 4.35, "speed_x": 3, "speed_y": 4},
    }
    found = read(push, f"thing/product/{DOCK}/drc/up", memory=remembered(online))
    assert found.observations[0].location_codes["track"] == DRONE
    assert found.observations[0].attributes["speed_kmh"] == 18.0


def test_an_encounter_is_one_event_with_updates_until_it_is_over() -> None:
    topic = f"thing/product/{DOCK}/events"

    def warning(at: int, level: int) -> dict[str, Any]:
        told = {"icao": "EXE1", "warning_level": level, "latitude": 50.8, "longitude": 4.3}
        return {"method": "airsense_warning", "timestamp": at, "data": told}

    first = read(warning(NOW, 2), topic)
    nearer = read(warning(NOW + 2000, 4), topic, memory=remembered(first))
    gone = read(warning(NOW + 9000, 0), topic, memory=remembered(first))
    other = read(warning(NOW + 3_600_000, 2), topic, memory=remembered(first))
    opened = first.observations[0].external_id
    assert [(o.action, o.chain, o.severity) for o in nearer.observations] == [
        ("update", [opened], 3)
    ]
    assert [o.action for o in gone.observations] == ["heartbeat"]
    assert [(o.action, o.chain) for o in other.observations] == [("new", [])]


def test_the_room_calls_a_drone_by_its_own_name() -> None:
    adapter = DjiAdapter(DjiSettings(names={DRONE: "Drone 1"}))
    payload = json.dumps(osd(latitude=50.85, longitude=4.35)).encode()
    found = adapter.translate(payload, receipt(FOLDER, topic=OSD))
    assert found.observations[0].headline == "Drone 1"


def test_the_same_message_gives_the_same_observation() -> None:
    message = osd(latitude=50.85, longitude=4.35)
    first = read(message)
    again = read(message, memory=remembered(first))
    assert [plain(o) for o in again.observations] == [plain(o) for o in first.observations]


HOSTILE: dict[str, tuple[Any, str, str]] = {
    "no bytes": (b"", OSD, "empty"),
    "no JSON": (b"\x00\x01", OSD, "json_syntax"),
    "a list": ([], OSD, "not_an_object"),
    "no data": ({"timestamp": NOW}, OSD, "missing_field"),
    "nobody's message": ({"timestamp": NOW, "data": {}}, "", "missing_field"),
    "data that is a text": ({"timestamp": NOW, "data": "x"}, OSD, "not_an_object"),
    "a strange channel": (osd(), f"thing/product/{DRONE}/secrets", "unknown_topic"),
    "a push without its host": (
        {"biz_code": "device_osd", "timestamp": NOW, "data": {"sn": DRONE}},
        "",
        "missing_field",
    ),
    "alarms without a list": (
        {"method": "hms", "timestamp": NOW, "data": {}},
        f"thing/product/{DOCK}/events",
        "missing_field",
    ),
    "a warning without a level": (
        {"method": "airsense_warning", "timestamp": NOW, "data": [{"icao": "x"}]},
        f"thing/product/{DOCK}/events",
        "missing_field",
    ),
    "deep nesting": (b"[" * 90 + b"]" * 90, OSD, "json_depth"),
    "too many bytes": (b'{"a":"' + b"x" * 300_000 + b'"}', OSD, "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_harm_is_refused_by_its_rule(name: str) -> None:
    payload, topic, rule = HOSTILE[name]
    found = read(payload, topic)
    assert found.observations == ()
    assert [f.rule for f in found.rejections] == [rule]


NAMES = (
    "latitude longitude height elevation attitude_head horizontal_speed battery mode_code host sn "
    "list sub_devices icao warning_level cover_state drone_charge_state wind_speed"
)
TOPICS = [
    OSD,
    f"thing/product/{DOCK}/osd",
    f"thing/product/{DOCK}/events",
    f"sys/product/{DOCK}/status",
    "",
]


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES.split()), ANYTHING, max_size=6) | ANYTHING,
    st.sampled_from(["", "hms", "airsense_warning", "update_topo", "osd_info_push"]),
    st.sampled_from(TOPICS),
    ANYTHING,
)
def test_whatever_stands_in_a_message_no_exception_leaves(
    data: Any, method: str, topic: str, stamp: Any
) -> None:
    for pushed in (None, "device_osd"):
        message = {"timestamp": stamp, "method": method, "data": data, "biz_code": pushed}
        read(json.dumps(message).encode("utf-8", "replace"), topic)
