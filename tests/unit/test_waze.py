"""Waze for Cities: reports, jams and irregularities, and what is no longer in the feed."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds import FIXTURES, NOW, Feed, check_sample, samples
from tocsin.contract import Observation, Translation
from tocsin.taxonomy import facts_of, types
from tocsin_adapters.waze import WazeAdapter, WazeSettings
from tocsin_adapters.waze.reports import _table

UNTIL = int(NOW.timestamp() * 1000) - 60_000
HERE = {"x": 4.35, "y": 50.85}


def alert(uuid: Any = "a", kind: str = "ACCIDENT", **more: Any) -> dict[str, Any]:
    return {"uuid": uuid, "type": kind, "location": HERE, "pubMillis": UNTIL - 1000, **more}


def jam(uuid: Any = 7, **more: Any) -> dict[str, Any]:
    line = [HERE, {"x": 4.36, "y": 50.86}]
    return {"uuid": uuid, "level": 3, "delay": 60, "line": line, **more}


def message(*alerts: Any, at: int = UNTIL, **lists: Any) -> bytes:
    return orjson.dumps({"endTimeMillis": at, "alerts": list(alerts), **lists})


def read(payload: bytes, **settings: Any) -> Translation:
    return Feed(WazeAdapter(WazeSettings(**settings))).read(payload)


def only(payload: bytes, **settings: Any) -> Observation:
    found = read(payload, **settings)
    assert len(found.observations) == 1, found
    return found.observations[0]


def rules(findings: Any) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("sample", samples("waze"))
def test_a_sample_gives_what_was_expected_of_it(sample: str) -> None:
    check_sample(WazeAdapter(), sample)


def test_what_a_reporter_says_of_himself_never_leaves() -> None:
    written = read((FIXTURES / "waze" / "own-traps.json").read_bytes())
    told = "".join(o.model_dump_json() for o in written.observations)
    assert "somebody" not in told
    assert "EXE" not in told


def test_a_removed_report_ends() -> None:
    feed = Feed(WazeAdapter())
    feed.read(message(alert("a"), alert("b")))
    (gone,) = feed.read(message(alert("a"), at=UNTIL + 60_000)).observations
    assert (gone.action, gone.chain) == ("end", ["b"])


def test_a_feed_without_the_key_of_its_alerts_has_none() -> None:
    feed = Feed(WazeAdapter())
    feed.read(message(alert("a")))
    (gone,) = feed.read(orjson.dumps({"endTimeMillis": UNTIL + 60_000})).observations
    assert gone.action == "end"


def test_thumbs_and_a_creeping_jam_are_no_news() -> None:
    feed = Feed(WazeAdapter())
    feed.read(message(alert(nThumbsUp=1), jams=[jam()]))
    moved = jam(delay=70, length=900, line=[HERE, {"x": 4.37, "y": 50.87}], pubMillis=UNTIL)
    again = feed.read(message(alert(nThumbsUp=2), at=UNTIL + 60_000, jams=[moved]))
    assert again.observations == ()
    worse = feed.read(message(alert(), at=UNTIL + 120_000, jams=[jam(level=5)]))
    assert [(o.action, o.external_id) for o in worse.observations] == [("update", "jam:7#1")]


def test_a_blocked_road_belongs_to_the_report_that_blocks_it() -> None:
    feed = Feed(WazeAdapter())
    blocked = jam(delay=-1, blockingAlertUuid="a")
    _, told = feed.read(message(alert("a"), jams=[blocked])).observations
    assert told.chain == ["a"]
    assert told.attributes["blocked"] is True
    (cleared,) = feed.read(message(alert("a"), at=UNTIL + 60_000)).observations
    assert (cleared.action, cleared.attributes["part_ended"]) == ("update", True)


@pytest.mark.parametrize(
    ("reliability", "confidence", "told"),
    [(5, 0, 0.5), (10, 3, 0.6), (0, 10, 0.6), (0, 0, 0.0), (None, None, None), ("7", 99, 0.6)],
)
def test_passers_by_are_never_certain(
    reliability: Any, confidence: Any, told: float | None
) -> None:
    assert only(message(alert(reliability=reliability, confidence=confidence))).confidence == told


@pytest.mark.parametrize(
    ("kind", "subtype", "hint", "facts"),
    [
        ("ACCIDENT", "", "TRA-ACC", {}),
        ("WEATHERHAZARD", "HAZARD_WEATHER_FLOOD", "FLD-URB", {}),
        ("HAZARD", "HAZARD_ON_ROAD_OIL", None, {"leak": True}),
        ("ROAD_CLOSED", "ROAD_CLOSED_EVENT", None, {"road_closed": True}),
        ("SOMETHING_NEW", "ODD", None, {}),
        ("accident", "", "TRA-ACC", {}),
    ],
)
def test_types_and_subtypes_suggest_what_the_table_says(
    kind: str, subtype: str, hint: str | None, facts: dict[str, Any]
) -> None:
    told = only(message(alert(kind=kind, subtype=subtype)))
    assert told.type_hint == hint
    assert facts_of(told.attributes).known == facts


def test_where_the_police_stand_is_not_told() -> None:
    found = read(message(alert(kind="POLICE")))
    assert (found.observations, rules(found.warnings)) == ((), ["passed_over"])


def test_slight_jams_are_passed_over_when_the_operator_says_so() -> None:
    found = read(message(jams=[jam(level=2), jam(8, level=4)]), min_jam_level=3)
    assert [o.external_id for o in found.observations] == ["jam:8"]
    assert rules(found.warnings) == ["passed_over"]
    assert read(message(irregularities=[{"id": 1}]), irregularities=False).observations == ()


def test_a_late_window_ends_nothing() -> None:
    feed = Feed(WazeAdapter())
    feed.read(message(alert()))
    late = feed.read(message(at=UNTIL - 60_000))
    assert (late.observations, rules(late.warnings)) == ((), ["late_publication"])


def test_a_report_without_an_id_or_a_type_is_refused_and_ends_nothing() -> None:
    feed = Feed(WazeAdapter())
    feed.read(message(alert("a")))
    nameless = message(alert(None), {"uuid": "c"}, 5, at=UNTIL + 60_000)
    found = feed.read(nameless)
    assert found.observations == ()
    assert [(f.rule, f.field) for f in found.rejections] == [
        ("missing_field", "alerts[0]/uuid"),
        ("missing_field", "alerts[1]/type"),
        ("not_an_object", "alerts[2]"),
    ]


@pytest.mark.parametrize(
    ("place", "rule"),
    [
        ({"x": 0, "y": 0}, "no_position"),
        ({"x": 50.85, "y": 4.35}, "perhaps_swapped"),
        ({"x": 4.35, "y": 95}, "position_out_of_range"),
        ({"x": "east", "y": None}, "positions_unreadable"),
        ({"x": 4.35}, "positions_unreadable"),
    ],
)
def test_odd_places_are_told_and_the_report_is_kept(place: Any, rule: str) -> None:
    found = read(message(alert(location=place)))
    assert rules(found.warnings) == [rule]
    assert len(found.observations) == 1


def test_a_time_ahead_of_our_clock_is_unknown() -> None:
    found = read(message(alert(pubMillis=UNTIL + 3_600_000)))
    assert rules(found.warnings) == ["clock_suspect"]
    assert found.observations[0].observed_at is None


def test_more_things_than_are_read_end_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin_adapters.waze.adapter.MAX_THINGS", 2)
    feed = Feed(WazeAdapter())
    feed.read(message(alert("z")))
    found = feed.read(message(5, alert("a"), alert("b"), at=UNTIL + 60_000))
    assert [o.external_id for o in found.observations] == ["a"]
    assert rules(found.warnings) == ["too_many_reports"]


REFUSED = {
    "nothing": (b" ", "empty"),
    "a list": (b"[]", "not_an_object"),
    "other JSON": (b'{"entity": []}', "not_waze"),
    "no JSON": (b'{"alerts": [', "json_syntax"),
    "NaN": (b'{"alerts": [{"uuid": NaN}]}', "json_syntax"),
    "deep JSON": (b'{"alerts":' + b"[" * 99 + b"]" * 99 + b"}", "json_depth"),
    "a crowd of values": (b'{"alerts":[' + b"0," * 500_000 + b"0]}", "json_size"),
    "five megabytes": (b'{"alerts":[]}' + b" " * 5_000_000, "too_large"),
    "alerts that are no list": (b'{"alerts": 5}', "not_a_list"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_feed_is_refused_by_rule(what: str) -> None:
    payload, rule = REFUSED[what]
    found = read(payload)
    assert rules(found.rejections) == [rule]
    assert found.observations == ()


WORDS = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | WORDS,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(WORDS, part, max_size=3),
    max_leaves=8,
)
NAMES = ("uuid", "id", "type", "subtype", "location", "line", "pubMillis", "level", "delay")
THINGS = st.lists(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6), max_size=4)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(alerts=THINGS, jams=THINGS, irregularities=THINGS)
def test_things_of_any_shape_are_read_or_refused(
    alerts: Any, jams: Any, irregularities: Any
) -> None:
    feed = {"alerts": alerts, "jams": jams, "irregularities": irregularities}
    found = read(orjson.dumps(feed, option=orjson.OPT_NON_STR_KEYS))
    for finding in (*found.warnings, *found.rejections):
        assert finding.rule
        assert finding.message


def test_the_table_names_types_of_the_taxonomy_and_facts_of_the_vocabulary() -> None:
    table = _table()
    for row in (*table["types"].values(), *table["subtypes"].values()):
        assert row.get("hint") is None or row["hint"] in types()
        assert facts_of(row.get("facts", {})).known == row.get("facts", {})
        assert "as" in row or "passed_over" in row or {"fr", "nl", "en"} <= row.keys()
