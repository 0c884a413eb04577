"""GTFS-Realtime alerts: what becomes of them, in protobuf and in JSON."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from google.transit import gtfs_realtime_pb2 as gtfs

from feeds import FIXTURES, NOW, Feed, check_sample, samples
from tocsin.contract import Observation, Translation, envelope_for
from tocsin.contract.envelope import MAX_MESSAGE_BYTES
from tocsin.taxonomy import facts_of, types
from tocsin_adapters.gtfs_rt import GtfsRtAdapter, GtfsRtSettings
from tocsin_adapters.gtfs_rt.alert import _table
from tocsin_adapters.gtfs_rt.static import network_of

SAMPLES = FIXTURES / "gtfs_rt"
SEEN = int(NOW.timestamp()) - 60


def message(*alerts: dict[str, Any], at: int = SEEN, **header: Any) -> bytes:
    entities = [
        {"id": a.pop("id", f"A{n}"), "alert": a} if "deleted" not in a else a["deleted"]
        for n, a in enumerate(map(dict, alerts))
    ]
    return orjson.dumps({"header": {"timestamp": at, **header}, "entity": entities})


def read(payload: bytes, **settings: Any) -> Translation:
    return Feed(GtfsRtAdapter(GtfsRtSettings(**settings))).read(payload)


def only(payload: bytes, **settings: Any) -> Observation:
    found = read(payload, **settings)
    assert len(found.observations) == 1, found
    return found.observations[0]


def rules(findings: Any) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("sample", samples("gtfs_rt"))
def test_a_sample_gives_what_was_expected_of_it(sample: str) -> None:
    check_sample(GtfsRtAdapter(), sample)


def test_protobuf_and_json_of_one_feed_say_the_same() -> None:
    adapter = GtfsRtAdapter()
    binary = Feed(adapter).read((SAMPLES / "bart-alerts.pb").read_bytes())
    text = Feed(adapter).read((SAMPLES / "bart-alerts.pb.json").read_bytes())
    assert binary == text


def test_trips_and_vehicles_are_passed_over_and_counted() -> None:
    found = read((SAMPLES / "nyct-2024-02-16.pb").read_bytes())
    (warning,) = found.warnings
    assert warning.rule == "passed_over"
    assert "154" in warning.message or "trip_update" in warning.message
    assert len(found.observations) == 1


def test_what_a_vendor_adds_passes() -> None:
    feed = gtfs.FeedMessage()
    feed.header.gtfs_realtime_version = "2.0"
    entity = feed.entity.add()
    entity.id = "x"
    entity.alert.header_text.translation.add().text = "Ligne coupée"
    unknown = b"\x92\x3f\x04abcd"  # field 1010, which nobody knows
    found = read(feed.SerializeToString() + unknown)
    assert [o.headline for o in found.observations] == ["Ligne coupée"]


def test_a_removed_alert_ends() -> None:
    feed = Feed(GtfsRtAdapter())
    feed.read(message({"id": "a"}, {"id": "b"}))
    (gone,) = feed.read(message({"id": "a"}, at=SEEN + 20)).observations
    assert (gone.action, gone.external_id, gone.chain) == ("end", "b|end", ["b"])
    assert feed.read(message({"id": "a"}, at=SEEN + 40)).observations == ()


def test_an_empty_feed_ends_all_and_is_no_error() -> None:
    feed = Feed(GtfsRtAdapter())
    feed.read(message({"id": "a"}))
    found = feed.read(message(at=SEEN + 20))
    assert [o.action for o in found.observations] == ["end"]
    assert found.rejections == ()


def test_a_differential_feed_ends_only_what_it_deletes() -> None:
    feed = Feed(GtfsRtAdapter())
    feed.read(message({"id": "a"}, {"id": "b"}, incrementality="DIFFERENTIAL"))
    deleted = {"deleted": {"id": "a", "isDeleted": True}}
    (gone,) = feed.read(message(deleted, at=SEEN + 20, incrementality=1)).observations
    assert (gone.action, gone.chain) == ("end", ["a"])


def test_a_changed_alert_updates_and_a_changed_timestamp_alone_does_not() -> None:
    feed = Feed(GtfsRtAdapter())
    feed.read(message({"id": "a", "effect": "DETOUR"}))
    assert feed.read(message({"id": "a", "effect": "DETOUR"}, at=SEEN + 20)).observations == ()
    (told,) = feed.read(message({"id": "a", "effect": "NO_SERVICE"}, at=SEEN + 40)).observations
    assert (told.action, told.external_id, told.chain) == ("update", "a#1", ["a"])


def test_an_alert_for_later_is_no_incident_until_it_begins() -> None:
    later = int(NOW.timestamp()) + 3600
    alert = {
        "id": "a",
        "cause": "ACCIDENT",
        "informedEntity": [{"routeType": 1, "routeId": "1"}],
        "activePeriod": [{"start": str(later), "end": str(later + 3600)}],
    }
    feed = Feed(GtfsRtAdapter())
    (told,) = feed.read(message(alert)).observations
    assert (told.type_hint, told.attributes["in_force"]) == (None, False)
    (begun,) = feed.read(message(alert, at=later), at=NOW + timedelta(seconds=3700)).observations
    assert (begun.type_hint, begun.action) == ("PTR-MET", "update")
    assert facts_of(begun.attributes).known == {"lines_disrupted": "1"}
    (over,) = feed.read(message(alert, at=later + 3600), at=NOW + timedelta(hours=3)).observations
    assert over.action == "end"


@pytest.mark.parametrize(
    ("cause", "effect", "route_type", "hint"),
    [
        ("ACCIDENT", "NO_SERVICE", 1, "PTR-MET"),
        ("ACCIDENT", "NO_SERVICE", 401, "PTR-MET"),
        ("ACCIDENT", "NO_SERVICE", 2, "RAI-ACC"),
        ("ACCIDENT", "NO_SERVICE", 109, "RAI-ACC"),
        ("ACCIDENT", "NO_SERVICE", 0, "PTR-SUR"),
        ("ACCIDENT", "NO_SERVICE", 704, "PTR-SUR"),
        ("DEMONSTRATION", "DETOUR", None, "PUB-DEM"),
        ("TECHNICAL_PROBLEM", "SIGNIFICANT_DELAYS", 2, None),
        ("UNKNOWN_CAUSE", "NO_SERVICE", 1, "PTR-MET"),
        ("UNKNOWN_CAUSE", "SIGNIFICANT_DELAYS", 1, None),
        ("TECHNICAL_PROBLEM", "NO_SERVICE", 1, "PTR-MET"),
        ("TECHNICAL_PROBLEM", "ACCESSIBILITY_ISSUE", 1, None),  # a lift
        ("MAINTENANCE", "NO_SERVICE", 1, None),
        ("STRIKE", "NO_SERVICE", 1, None),
        (9, 1, 1, None),
        ("SOMETHING_NEW", "ODD", 1, None),
    ],
)
def test_the_cause_and_what_runs_there_suggest_a_type(
    cause: Any, effect: Any, route_type: int | None, hint: str | None
) -> None:
    selector = {} if route_type is None else {"route_type": route_type}
    told = only(message({"cause": cause, "effect": effect, "informed_entity": [selector]}))
    assert told.type_hint == hint


@pytest.mark.parametrize(
    ("level", "effect", "severity"),
    [
        ("SEVERE", "NO_SERVICE", 3),
        (3, "NO_SERVICE", 2),
        ("INFO", "NO_SERVICE", 1),
        ("UNKNOWN_SEVERITY", "NO_SERVICE", 2),
        (None, "NO_SERVICE", 2),
        (None, "SIGNIFICANT_DELAYS", 1),
        (None, "DETOUR", None),
    ],
)
def test_the_severity_is_the_level_or_else_the_effect(
    level: Any, effect: str, severity: int | None
) -> None:
    alert = {"effect": effect} | ({} if level is None else {"severityLevel": level})
    assert only(message(alert)).severity == severity


def test_stops_of_the_settings_give_names_and_places() -> None:
    stops = {
        "1": {"name": "Exemple", "lat": 50.85, "lon": 4.35},
        "2": {"name": "Voorbeeld", "lat": 50.86, "lon": 4.36},
        "3": {"name": "Sans place"},
    }
    alert = {"informed_entity": [{"stop_id": s} for s in ("1", "2", "3", "4")]}
    told = only(message(alert), stops=stops)
    assert told.location_text == "Exemple, Voorbeeld, Sans place, 4"
    assert told.geometry is not None
    assert told.geometry.coordinates == [(4.35, 50.85), (4.36, 50.86)]


def test_files_of_the_static_gtfs_give_names_places_and_types(tmp_path: Path) -> None:
    stops, routes = tmp_path / "stops.txt", tmp_path / "routes.txt"
    stops.write_text(
        "\ufeffstop_id,stop_name,stop_lat,stop_lon\n1,Exemple,50.85,4.35\n2,Nulle part,0,0\n"
    )
    routes.write_text("route_id,route_short_name,route_type\nr7,7,1\n")
    alert = {"cause": "ACCIDENT", "informedEntity": [{"stopId": "1", "routeId": "r7"}]}
    told = only(message(alert), stops_file=stops, routes_file=routes)
    assert told.type_hint == "PTR-MET"
    assert told.location_text == "Exemple"
    assert told.attributes["lines_disrupted"] == "7"


@pytest.mark.parametrize("text", ["a,b\n1,2\n", None])
def test_a_file_that_is_no_stops_txt_stops_the_source_with_its_name(
    tmp_path: Path, text: str | None
) -> None:
    file = tmp_path / "stops.txt"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ValueError, match="stops_file"):
        GtfsRtAdapter(GtfsRtSettings(stops_file=file))


def test_the_network_of_the_settings_counts_where_no_type_is_named() -> None:
    assert only(message({"cause": "ACCIDENT"}), network="metro").type_hint == "PTR-MET"


def test_texts_come_in_the_languages_of_the_operator() -> None:
    texts = [{"text": "Halt", "language": "de"}, {"text": "Arrêt", "language": "FR_be"}]
    assert only(message({"headerText": {"translation": texts}})).headline == "Arrêt"
    assert only(message({"header_text": "plain"})).headline == "plain"
    assert only(message({"informed_entity": [{"route_id": "7"}]})).headline == "Avis du réseau: 7"


def test_a_late_message_ends_nothing() -> None:
    feed = Feed(GtfsRtAdapter())
    feed.read(message({"id": "a"}))
    late = feed.read(message(at=SEEN - 20))
    assert (late.observations, rules(late.warnings)) == ((), ["late_publication"])


def test_an_alert_without_an_id_is_refused_and_ends_nothing() -> None:
    feed = Feed(GtfsRtAdapter())
    feed.read(message({"id": "a"}))
    found = feed.read(message({"id": ""}, at=SEEN + 20))
    assert found.observations == ()
    assert [(f.rule, f.field) for f in found.rejections] == [("missing_field", "entity[0]/id")]


def test_odd_values_are_warned_of_and_cost_only_themselves() -> None:
    alert = {
        "activePeriod": [{"start": SEEN, "end": SEEN - 5}, 7, {"start": "soon"}],
        "informedEntity": [None, {"stopId": 12, "routeId": ["x"]}],
        "headerText": {"translation": [{"text": 5}, None, {"language": 3, "text": "Oui"}]},
    }
    found = read(message(alert))
    assert rules(found.rejections) == []
    assert rules(found.warnings) == ["ends_before_start", "bad_time"]


def crowd() -> bytes:
    feed = gtfs.FeedMessage()
    feed.header.gtfs_realtime_version = "2.0"
    for _ in range(20_001):
        feed.entity.add().id = "x"
    return bytes(feed.SerializeToString())


REFUSED = {
    "a crowd of entities": (crowd(), "too_many_entities"),
    "nothing": (b"", "empty"),
    "noise": (b"\x0b\x01\x02", "protobuf_syntax"),
    "unknown fields alone": (b"\r\x00\x00\x00\x00", "protobuf_syntax"),
    "a header without a version": (b"\n\x00", "protobuf_syntax"),
    "half a feed": ((SAMPLES / "bart-alerts.pb").read_bytes()[:100], "protobuf_syntax"),
    "other JSON": (b'{"alerts": []}', "not_gtfs_rt"),
    "no JSON": (b'{"entity": [', "json_syntax"),
    "NaN": (b'{"header": {"timestamp": NaN}}', "json_syntax"),
    "deep JSON": (b"[" * 99 + b"]" * 99, "json_depth"),
    "a crowd of values": (b'{"entity":[' + b"0," * 400_000 + b"0]}", "json_size"),
    "a crowd in JSON": (b'{"entity":[' + b"0," * 30_000 + b"0]}", "too_many_entities"),
    "five megabytes": (b" " * 5_000_000 + b"{}", "too_large"),
    "a page": (b"<html>", "protobuf_syntax"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_feed_is_refused_by_rule(what: str) -> None:
    payload, rule = REFUSED[what]
    found = read(payload)
    assert rules(found.rejections) == [rule]
    assert found.observations == ()


def test_json_after_a_line_feed_is_json() -> None:
    assert only(b"\n" + message({"id": "a"})).external_id == "a"


def test_the_largest_alert_fits_on_the_bus() -> None:
    wide = "\U0001d54f" * 5000
    texts = {"translation": [{"text": wide, "language": f"l{n}"} for n in range(9)]}
    stops = {str(n): {"name": wide, "lat": 50 + n * 1e-4, "lon": 4.123456} for n in range(2000)}
    name = wide[:100]
    names = ("header_text", "description_text", "cause_detail", "effect_detail")
    alert = {
        **dict.fromkeys(names, texts),
        "informed_entity": [
            {"stop_id": n, "route_id": f"{n}{name}", "agency_id": f"{n}{name}"} for n in stops
        ],
    }
    told = only(message(alert), stops=stops)
    assert len(envelope_for(told).model_dump_json().encode()) < MAX_MESSAGE_BYTES - 2048


def test_the_table_names_types_of_the_taxonomy() -> None:
    table = _table()
    rows = [*table["hints"].values(), table["hints_of_no_service"]]
    assert {hint for row in rows for hint in row.values()} <= set(types())
    effects = {*table["severity_by_effect"], *table["effects_of_no_incident"]}
    assert effects <= set(gtfs.Alert.Effect.keys())
    assert {*table["hints"], *table["unsaid_causes"]} <= set(gtfs.Alert.Cause.keys())
    for words in table["words"].values():
        assert words.keys() == {"fr", "nl", "en"}


def test_types_of_routes_are_sorted_by_what_runs() -> None:
    assert [network_of(n) for n in (0, 1, 2, 3, 12, 109, 300, 402, 700, 900, None)] == [
        *("surface", "metro", "rail", "surface", "metro", "rail", "rail", "metro"),
        *("surface", "surface", None),
    ]
