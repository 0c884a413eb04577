"""Marks from 0 to 4, and that later is never better."""

import random
from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operating import Act, Operation
from tocsin.exercises.scenario.models import Scenario
from tocsin.exercises.scoring import Score, clock_table, score
from tocsin.exercises.scoring.marks import low_mark, mark, share_mark
from tocsin.journal.entry import Entry

WORDS = {"fr": "Essai", "nl": "Proef", "en": "Trial"}
FIRE: dict[str, Any] = {
    "kind": "event",
    "type_hint": "HAZ-ROA",
    "severity": 3,
    "headline": "Camion en feu",
    "attributes": {"fire": True, "protective_action": "evacuate"},
}


@pytest.mark.parametrize(
    ("value", "points"),
    [(0, 4), (30, 4), (60, 4), (90, 3.5), (120, 3), (180, 2), (240, 1), (900, 1)],
)
def test_half_the_target_is_4_the_target_3_and_the_double_1(value: float, points: float) -> None:
    assert low_mark(value, 120) == points


@pytest.mark.parametrize(("value", "points"), [(0, 0), (0.4, 1.5), (0.8, 3), (0.9, 3.5), (1, 4)])
def test_of_a_share_the_target_is_3_and_all_of_it_4(value: float, points: float) -> None:
    assert share_mark(value, 0.8) == pytest.approx(points)


@given(
    clock=st.sampled_from(sorted(clock_table())),
    one=st.floats(0, 10_000),
    other=st.floats(0, 10_000),
    target=st.floats(0, 5_000),
)
def test_a_mark_lies_between_0_and_4_and_more_is_never_better(
    clock: Any, one: float, other: float, target: float
) -> None:
    unit = clock_table()[clock].unit
    if unit == "share":
        one, other, target = one / 10_000, other / 10_000, target / 5_000
    better, worse = sorted((one, other), reverse=unit == "share")
    assert 0 <= mark(unit, worse, target) <= mark(unit, better, target) <= 4
    assert mark(unit, None, target) == 0
    assert unit == "share" or mark(unit, worse, target) >= 1


def script() -> Scenario:
    calls = [
        {
            "id": f"call-{k}",
            "at": f"00:00:{10 * k:02}",
            "kind": "EVT",
            "source": "cad:112",
            "incident": "fire",
            "expect": WORDS,
            "place": {"of": "street:place-sainctelette"},
            "observation": FIRE,
        }
        for k in range(3)
    ]
    lost = {
        "id": "lost",
        "at": "00:01:00",
        "kind": "CHN",
        "source": "channel:112",
        "expect": WORDS,
        "repeat": {"times": 2, "every": "00:00:30"},
        "observation": {
            "kind": "channel_status",
            "attributes": {"channel": "112", "channel_state": "down"},
        },
    }
    camera = {
        "id": "frame",
        "at": "00:00:40",
        "kind": "CAM",
        "source": "camera:cam-1",
        "incident": "fire",
        "expect": WORDS,
        "place": {"of": "street:place-sainctelette"},
        "observation": {
            "kind": "camera_frame",
            "legal_regime": "trafic_non_surveillance",
            "attributes": {"fire": True},
        },
    }
    return Scenario.model_validate(
        {
            "scenario": "fire",
            "title": WORDS,
            "brief": WORDS,
            "starts": "2026-01-15T16:40:00+01:00",
            "ends": "00:08:00",
            "injects": [*calls, camera, lost],
            # short enough for minutes to count
            "clocks": [
                {"clock": name, "target": 90}
                for name in ("TTA", "TTQ", "TTR", "TTV", "TTZ", "TTN", "TTI", "TTB", "TTF")
            ],
        }
    )


# The act that ends each clock.
ENDING: dict[str, tuple[str, dict[str, Any]]] = {
    "TTA": ("operator", {"command": "acknowledge_incident_alarms"}),
    "TTQ": ("operator", {"command": "qualify", "type": "HAZ-ROA", "severity": 3}),
    "TTR": ("operator", {"command": "file_report", "hazards": ["fire"]}),
    "TTV": ("supervisor", {"command": "direct_wall", "layout": "b"}),
    "TTZ": (
        "operator",
        {
            "command": "draw",
            "layer": "room",
            "kind": "zone_red",
            "geometry": {"type": "Point", "coordinates": [4.3456, 50.8587]},
            "radius_m": 100,
        },
    ),
    "TTN": (
        "supervisor",
        {
            "command": "record_phase",
            "value": "communale",
            "authority": "Bourgmestre",
            "declared_at": "2026-01-15T15:40:00Z",
            "informed_at": "2026-01-15T15:40:00Z",
        },
    ),
    "TTI": ("d5", {"command": "write_log", "book": "D5", "language": "nl", "text": "Blijf weg"}),
    "TTF": ("operator", {"command": "use_reflex_card", "card": "tunnel"}),
}
FRENCH = Act(
    "00:00:50",
    "d5",
    lambda run: {
        "command": "write_log",
        "book": "D5",
        "language": "fr",
        "text": "Restez loin",
        "incident": run.holder("call-0"),
    },
)


def act(name: str, seconds: int) -> Act:
    capacity, document = ENDING[name]
    at = f"00:{seconds // 60:02}:{seconds % 60:02}"
    return Act(at, capacity, lambda run: {**document, "incident": run.holder("call-0")})


@cache
def played(times: tuple[tuple[str, int], ...]) -> tuple[Operation, Score]:
    run = Operation(script(), [FRENCH, *(act(name, seconds) for name, seconds in times)])
    return run, score(run.entries, run.over())


def marks(outcome: Score) -> dict[str, float | None]:
    return {clock.clock: clock.score for clock in outcome.clocks}


@settings(max_examples=12, deadline=None)
@given(
    times=st.fixed_dictionaries({name: st.integers(61, 240) for name in ENDING}),
    name=st.sampled_from(sorted(ENDING)),
    delay=st.integers(1, 200),
)
def test_an_act_that_comes_later_never_scores_better(
    times: dict[str, int], name: str, delay: int
) -> None:
    run, soon = played(tuple(times.items()))
    _, late = played(tuple((times | {name: times[name] + delay}).items()))
    ended = (name, "TTB") if name == "TTI" else (name,)
    for clock in ended:
        before, after = marks(soon)[clock], marks(late)[clock]
        assert before is not None
        assert after is not None
        assert after <= before
    given_marks = [mark for mark in marks(soon).values() if mark is not None]
    assert all(0 <= mark <= 4 for mark in given_marks)
    assert len(given_marks) >= len(ENDING)
    assert score(map(shuffled, run.entries), run.over()) == soon


def shuffled(entry: Entry) -> Entry:
    """The same entry, its keys in another order."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            pairs = [(key, turned(part)) for key, part in value.items()]
            random.Random(entry.n).shuffle(pairs)
            return dict(pairs)
        return [turned(part) for part in value] if isinstance(value, list) else value

    return Entry(
        entry.n, entry.at, entry.kind, entry.cause, turned(orjson.loads(orjson.dumps(entry.body)))
    )


def test_a_lost_channel_is_timed_to_its_alarm_and_to_the_card() -> None:
    _, outcome = played((("TTF", 150),))
    banner, card = next(clock for clock in outcome.clocks if clock.clock == "TTF").samples
    assert (banner.inject, banner.value, banner.target) == ("lost", 0.0, 10)
    assert (card.value, card.target, card.score) == (90.0, 90, 3.0)


def test_a_lost_source_is_timed_from_the_inject_that_took_it_away() -> None:
    document = script().model_dump(mode="json", exclude_none=True)
    for at, state in (("00:01:00", "offline"), ("00:02:00", "online")):
        told = {"id": state, "at": at, "kind": "CHN", "source": "cad:112", "expect": WORDS}
        document["injects"].append({**told, "tells_of_source": {"state": state}})
    document["injects"] = [inject for inject in document["injects"] if inject["id"] != "lost"]
    run = Operation(Scenario.model_validate(document), [])
    outcome = score(run.entries, run.over())
    (lost,) = next(clock for clock in outcome.clocks if clock.clock == "TTF").samples
    assert (lost.value, lost.target, lost.score) == (0.0, 10, 4.0)
    entry = run.entries[(lost.to_n or 0) - 1]
    assert (entry.kind, entry.body["source"]["state"]) == ("source_changed", "offline")


def test_what_belongs_together_and_lies_apart_costs_a_point_a_piece() -> None:
    def detached(run: Operation) -> dict[str, Any]:
        return {"command": "detach_observation", "observation": run.shown("call-2")}

    run = Operation(script(), [Act("00:02:00", "operator", detached)])
    outcome = score(run.entries, run.over())
    (missed,) = outcome.joins.missed_links
    assert (missed.label, len(missed.incidents), outcome.joins.points) == ("fire", 2, -1)
    kinds = {entry.n: entry.kind for entry in run.entries}
    assert [kinds[n] for n in missed.entries] == ["incident_opened"]
    assert marks(outcome)["COR"] == 3.0
    apart = next(c for c in outcome.clocks if c.clock == "TTC").samples
    assert [sample.value for sample in apart if sample.inject == "call-2"] == [None]
