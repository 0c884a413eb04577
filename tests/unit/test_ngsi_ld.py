"""NGSI-LD and NGSI v2 entities: every spelling of one thing says the same."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds import FIXTURES, Feed, check_sample, samples
from tocsin.contract import Observation, Translation, envelope_for
from tocsin.contract.envelope import MAX_MESSAGE_BYTES
from tocsin.taxonomy import facts_of, types
from tocsin_adapters.ngsi_ld import NgsiLdAdapter, NgsiLdSettings
from tocsin_adapters.ngsi_ld.facts import _table

SAMPLES = FIXTURES / "ngsi_ld"
PLACE = {"type": "Point", "coordinates": [4.35, 50.85]}
ISSUED = "2026-01-15T15:30:00Z"


def alert(**more: Any) -> dict[str, Any]:
    return {
        "id": "urn:1",
        "type": "Alert",
        "category": "traffic",
        "subCategory": "carAccident",
        "severity": "high",
        "dateIssued": ISSUED,
        "location": PLACE,
        **more,
    }


def air(**more: Any) -> dict[str, Any]:
    return {"id": "urn:a", "type": "AirQualityObserved", "dateObserved": ISSUED, "NO2": 20, **more}


def read(document: Any, **settings: Any) -> Translation:
    payload = document if isinstance(document, bytes) else orjson.dumps(document)
    return Feed(NgsiLdAdapter(NgsiLdSettings(**settings))).read(payload)


def only(document: Any, **settings: Any) -> Observation:
    found = read(document, **settings)
    assert len(found.observations) == 1, found
    return found.observations[0]


def rules(findings: Any) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("sample", samples("ngsi_ld"))
def test_a_sample_gives_what_was_expected_of_it(sample: str) -> None:
    check_sample(NgsiLdAdapter(), sample)


def test_normalized_and_simplified_forms_say_the_same() -> None:
    """Two files of one alert; they differ by id and by the date of a change."""
    normalized, simplified = (
        only((SAMPLES / f"Alert-example{tail}").read_bytes()).model_dump()
        for tail in ("-normalized.json", ".jsonld")
    )
    for told in (normalized, simplified):
        told["external_id"] = told["attributes"]["entity"] = ""
    assert normalized == simplified


SPELLINGS: dict[str, Any] = {
    "simplified": alert(),
    "normalized": {
        **{k: v for k, v in alert().items() if k in ("id", "type")},
        "category": {"type": "Property", "value": "traffic"},
        "subCategory": {"type": "VocabProperty", "vocab": "carAccident"},
        "severity": {"type": "Property", "value": "high"},
        "dateIssued": {"type": "Property", "value": {"@type": "DateTime", "@value": ISSUED}},
        "location": {"type": "GeoProperty", "value": PLACE},
    },
    "concise": alert(severity={"value": "high"}, location={"value": PLACE}),
    "version 2": alert(
        severity={"type": "Text", "value": "high", "metadata": {}},
        dateIssued={"type": "DateTime", "value": ISSUED},
        location={"type": "geo:point", "value": "50.85, 4.35"},
    ),
    "expanded": {
        "@id": "urn:1",
        "@type": ["https://smartdatamodels.org/dataModel.Alert/Alert"],
        "https://smartdatamodels.org/dataModel.Alert/category": "traffic",
        "https://smartdatamodels.org/dataModel.Alert/subCategory": {
            "type": "Property",
            "value": "carAccident",
        },
        "https://smartdatamodels.org/dataModel.Alert/severity": {"@value": "high"},
        "https://smartdatamodels.org/dateIssued": {"@type": "DateTime", "@value": ISSUED},
        "https://uri.etsi.org/ngsi-ld/location": {"type": "GeoProperty", "value": PLACE},
    },
    "several data sets": alert(
        severity=[
            {"type": "Property", "value": "low", "datasetId": "urn:x"},
            {"type": "Property", "value": "high"},
        ]
    ),
    "a list": [alert()],
    "a notification": {"type": "Notification", "id": "n", "data": [alert()]},
    "a notification over MQTT": {
        "metadata": {},
        "body": {"type": "Notification", "data": [alert()]},
    },
    "GeoJSON": {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": "urn:1",
                "geometry": PLACE,
                "properties": {k: v for k, v in alert().items() if k not in ("id", "location")},
            }
        ],
    },
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_one_alert_says_the_same(spelling: str) -> None:
    assert only(SPELLINGS[spelling]) == only(SPELLINGS["simplified"])


def test_an_alert_told_again_is_told_once_and_a_changed_one_updates() -> None:
    feed = Feed(NgsiLdAdapter())
    feed.read(orjson.dumps(alert()))
    assert feed.read(orjson.dumps(alert())).observations == ()
    worse = orjson.dumps(alert(severity="critical", dateModified="2026-01-15T15:40:00Z"))
    (told,) = feed.read(worse).observations
    assert (told.action, told.severity) == ("update", 4)
    assert told.external_id == "urn:1@2026-01-15T15:40:00Z"
    assert told.chain == ["urn:1@2026-01-15T15:30:00Z"]


def test_other_alerts_do_not_end_those_that_are_not_told() -> None:
    feed = Feed(NgsiLdAdapter())
    feed.read(orjson.dumps(alert()))
    found = feed.read(orjson.dumps(alert(id="urn:2")))
    assert [o.action for o in found.observations] == ["new"]


def test_a_deleted_entity_ends() -> None:
    feed = Feed(NgsiLdAdapter())
    feed.read(orjson.dumps(alert()))
    gone = {"id": "urn:1", "type": "Alert", "deletedAt": "2026-01-15T15:41:00Z"}
    (told,) = feed.read(orjson.dumps(gone)).observations
    assert (told.action, told.chain) == ("end", ["urn:1@2026-01-15T15:30:00Z"])


@pytest.mark.parametrize(
    ("sub", "hint", "facts"),
    [
        ("carAccident", "TRA-ACC", {}),
        ("trafficJam", None, {}),
        ("roadClosed", None, {"road_closed": True}),
        ("buildingFire", "FIR-BLD", {"fire": True}),
        ("snow/ice", "WEA-TMP", {}),
        ("crowdRisk", "CRO-DEN", {"crowd": True}),
        ("somethingNew", None, {}),
    ],
)
def test_the_category_suggests_what_the_table_says(
    sub: str, hint: str | None, facts: dict[str, Any]
) -> None:
    told = only(alert(subCategory=sub))
    assert told.type_hint == hint
    assert facts_of(told.attributes).known == facts


def test_an_alert_that_is_over_or_ahead_is_no_incident_now() -> None:
    over = only(alert(validTo="2026-01-15T15:35:00Z"))
    assert (over.action, over.type_hint) == ("end", None)
    ahead = only(alert(validFrom="2026-01-15T18:00:00Z"))
    assert (ahead.action, ahead.type_hint, ahead.attributes["in_force"]) == ("new", None, False)


def test_each_measurement_is_an_observation_of_its_own() -> None:
    feed = Feed(NgsiLdAdapter())
    first = feed.read(orjson.dumps(air())).observations
    second = feed.read(orjson.dumps(air(NO2=25))).observations
    assert [o.kind for o in (*first, *second)] == ["sensor", "sensor"]
    assert first[0].external_id != second[0].external_id
    assert feed.memory == {}


def test_a_wind_becomes_a_fact_in_kilometres_an_hour() -> None:
    wind = {"type": "Property", "value": 10, "unitCode": "KNT"}
    told = only(air(type="WeatherObserved", windSpeed=wind, gustSpeed=20, windDirection=90))
    assert facts_of(told.attributes).known == {"wind_kmh": 18.5, "gust_kmh": 72.0, "wind_from": 90}


def test_a_measurement_without_a_date_is_dated_by_its_newest_value() -> None:
    values = {
        "dateObserved": None,
        "NO2": {"type": "Property", "value": 1, "observedAt": "2026-01-15T15:00:00Z"},
        "O3": {"type": "Property", "value": 2, "observedAt": "2026-01-15T15:10:00Z"},
    }
    told = only(air(**values))
    assert told.observed_at is not None
    assert told.observed_at.isoformat() == "2026-01-15T15:10:00+00:00"


def test_an_interval_counts_from_its_beginning() -> None:
    told = only(air(dateObserved="2026-01-15T14:00:00Z/2026-01-15T15:00:00Z"))
    assert told.observed_at is not None
    assert told.observed_at.hour == 14


def test_another_sort_of_entity_is_passed_over_and_counted() -> None:
    found = read([{"id": "p", "type": "ParkingSpot"}, air()])
    assert rules(found.warnings) == ["passed_over"]
    assert [o.kind for o in found.observations] == ["sensor"]


def test_a_person_behind_an_alert_is_not_told() -> None:
    told = only((SAMPLES / "Alert-example.jsonld").read_bytes())
    assert "users/8" not in told.model_dump_json()


def test_no_context_is_ever_followed() -> None:
    found = read(alert(**{"@context": "http://127.0.0.1:9/context.jsonld"}))
    assert found.links == ()
    assert found.rejections == ()


@pytest.mark.parametrize(
    ("place", "rule"),
    [
        ({"type": "Point", "coordinates": [0, 0]}, "no_position"),
        ({"type": "Point", "coordinates": [50.85, 4.35]}, "perhaps_swapped"),
        ({"type": "Point", "coordinates": [4.35, 95]}, "position_out_of_range"),
        ({"type": "Point", "coordinates": ["x", 5]}, "positions_unreadable"),
        ({"type": "Point", "coordinates": []}, "positions_unreadable"),
        ({"type": "Polygon", "coordinates": [4, 5]}, "positions_unreadable"),
        ({"type": "Circle", "coordinates": [4, 5]}, "positions_unreadable"),
        ("somewhere", "positions_unreadable"),
    ],
)
def test_odd_places_are_told_and_the_entity_is_kept(place: Any, rule: str) -> None:
    found = read(alert(location=place))
    assert rules(found.warnings) == [rule]
    assert len(found.observations) == 1


def test_lines_and_several_shapes_are_drawn() -> None:
    line = {"type": "LineString", "coordinates": [[4.3, 50.8], [4.4, 50.9]]}
    several = {"type": "MultiPoint", "coordinates": [[4.3, 50.8], [4.4, 50.9]]}
    for place in (line, several):
        told = only(alert(location={"type": "GeoProperty", "value": place}))
        assert told.geometry is not None
        assert told.geometry.model_dump() == {
            "type": place["type"],
            "coordinates": [(4.3, 50.8), (4.4, 50.9)],
        }


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("2026-01-15T16:30:00", "tz_assumed"),
        ("soon", "bad_time"),
        ("2026-01-15T18:30:00Z", "clock_suspect"),
    ],
)
def test_odd_times_are_told(written: str, rule: str) -> None:
    assert rules(read(air(dateObserved=written)).warnings) == [rule]


REFUSED = {
    "nothing": (b"", "empty"),
    "a number": (b"5", "not_ngsi"),
    "an empty list": (b"[]", "not_ngsi"),
    "another JSON": (b'{"entity": []}', "not_ngsi"),
    "no JSON": (b'{"id": ', "json_syntax"),
    "NaN": (b'{"id": "x", "type": "Alert", "a": NaN}', "json_syntax"),
    "deep JSON": (b"[" * 99 + b"]" * 99, "json_depth"),
    "a crowd of values": (b"[" + b"0," * 100_000 + b"0]", "json_size"),
    "two megabytes": (b"[]" + b" " * 2_000_000, "too_large"),
    "an entity without id": (b'{"type": "Alert"}', "missing_field"),
    "an entity without type": (b'{"id": "x"}', "missing_field"),
    "an entity that is none": (b'{"data": [5]}', "not_an_object"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_entity_is_refused_by_rule(what: str) -> None:
    payload, rule = REFUSED[what]
    found = read(payload)
    assert rules(found.rejections) == [rule]
    assert found.observations == ()


def test_the_largest_measurement_fits_on_the_bus() -> None:
    wide = "\U0001d54f" * 400
    values = {
        f"{n}{wide}": {"type": "Property", "value": 1.23456789e-12, "unitCode": wide}
        for n in range(90)
    }
    told = only(air(description=wide * 5, name=wide, id=wide, **values))
    assert len(envelope_for(told).model_dump_json().encode()) < MAX_MESSAGE_BYTES - 2048


def test_an_empty_notification_is_no_error() -> None:
    assert read({"type": "Notification", "id": "n", "data": []}).rejections == ()


WORDS = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | WORDS,
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "value", "@value", "coordinates", "x"]), part)
    ),
    max_leaves=8,
)
NAMES = ("severity", "location", "dateIssued", "validTo", "address", "thresholdBreach", "windSpeed")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(["Alert", "Anomaly", "AirQualityObserved"]),
    more=st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5),
)
def test_entities_of_any_shape_are_read_or_refused(kind: str, more: dict[str, Any]) -> None:
    found = read({"id": "x", "type": kind, **more})
    assert len(found.observations) + len(found.rejections) == 1


def test_the_table_names_types_of_the_taxonomy_and_facts_of_the_vocabulary() -> None:
    table = _table()
    for row in table["hints"].values():
        assert row.get("hint") is None or row["hint"] in types()
        assert facts_of(row.get("facts", {})).known == row.get("facts", {})
    names = [*table["sensors"].values(), table["other_sensor"], table["alert"], table["anomaly"]]
    assert all(name.keys() == {"fr", "nl", "en"} for name in names)
