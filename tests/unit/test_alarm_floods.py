"""More alarms than a role can answer: folded, counted, shown, and nothing lost."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alarming import Watch, far, is_call
from deciding import the
from tocsin.contract.times import from_text
from tocsin.engine.replay import replay
from tocsin.journal.entry import Entry
from tocsin.situation.picture import Situation

SMOKE: dict[str, Any] = {"type_hint": "FIR-BLD"}  # S2
PLANT: dict[str, Any] = {"type_hint": "HAZ-FIX"}  # S4
ROLES = ("operator", "police", "supervisor")
thorough = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def flooded(number: int = 14) -> Watch:
    room = Watch()
    for i in range(number):
        room.observe(f"m-{i}", **SMOKE, at=far(i))
        room.wait(5)
    return room


def test_the_eleventh_alarm_in_ten_minutes_begins_a_flood_and_is_folded() -> None:
    room = flooded(10)
    assert not room.situation.floods
    told = room.observe("m-10", **SMOKE, at=far(10))
    assert the("flood_changed", told)["flood"] == {"since": room.at, "folded": 1}
    assert [a.folded for a in room.alarms] == [False] * 10 + [True]


def test_folded_alarms_are_there_to_be_seen_and_counted() -> None:
    room = flooded(14)
    assert room.situation.floods["operator"].folded == 4
    assert [len(room.of(incident)) > 0 for incident in room.situation.incidents] == [True] * 14
    assert len(room.calls()) == 10


def test_a_critical_alarm_sounds_in_a_flood() -> None:
    room = flooded(14)
    room.observe("plant", **PLANT, at=far(14))
    assert room.alarms[-1].priority == 1
    assert not room.alarms[-1].folded
    assert len(room.calls()) == 11


def test_a_flood_ends_when_it_is_calm_and_not_a_moment_earlier() -> None:
    room = flooded(14)  # one in five seconds
    room.wait(600 - 35)  # six of them are still within ten minutes
    room.tick()
    assert "operator" in room.situation.floods
    room.wait(5)
    room.tick()
    assert not room.situation.floods
    assert any(a.folded for a in room.alarms)  # they stay what they were


def test_a_flood_of_one_role_folds_nothing_of_another() -> None:
    room = flooded(14)
    room.observe(
        "hit",
        source="anpr:1",
        kind="anpr_hit",
        legal_regime="LFP_police",
        type_hint=None,
        codes={"vehicle": "tok-1"},
        at=far(14),
    )
    assert (room.alarms[-1].role, room.alarms[-1].folded) == ("police", False)


def test_all_alarms_of_an_incident_are_acknowledged_at_once_folded_ones_too() -> None:
    room = flooded(14)
    last = room.alarms[-1].incident
    assert last is not None
    room.act("operator", "acknowledge_incident_alarms", incident=last)
    assert all("operator" in alarm.acknowledged for alarm in room.of(last))


def test_sixty_calls_in_ten_minutes_are_at_most_ten_alarms() -> None:
    """SC-04: the thunderstorm over the Senne."""
    room = Watch()
    for i in range(60):
        room.observe(f"call-{i}", type_hint="FLD-URB", at=far(i % 25))
        room.wait(10)
        room.tick()
    assert len(room.calls()) <= 10


# --- the law: nothing is lost in folding


@st.composite
def bursts(draw: Any) -> list[dict[str, Any]]:
    """Facts from everywhere: incidents, hits on a few vehicles, lost channels; some bring time."""
    steps = []
    for number in range(draw(st.integers(5, 60))):
        place = far(draw(st.integers(0, 24)))
        kind = draw(st.sampled_from(("event", "event", "event", "hit", "channel")))
        given: dict[str, Any] = {"external_id": f"m-{number}"}
        if kind == "event":
            types = st.sampled_from(("FIR-BLD", "FIR-LRG", "HAZ-FIX", "UTL-WAT", "TRA-ACC"))
            given |= {"type_hint": draw(types), "at": place}
        elif kind == "hit":
            token = draw(st.integers(1, 4))
            given |= {"source": f"anpr:{draw(st.integers(1, 9))}", "kind": "anpr_hit"}
            given |= {"legal_regime": "LFP_police", "type_hint": None, "at": place}
            given |= {"codes": {"vehicle": f"tok-{token}"}}
        else:
            state = draw(st.sampled_from(("up", "down")))
            channel = draw(st.sampled_from(("sirens", "signs")))
            given |= {"kind": "channel_status", "type_hint": None, "at": None}
            given |= {"facts": {"channel": channel, "channel_state": state}}
        steps.append({"wait": draw(st.sampled_from((0, 1, 5, 30, 200))), "given": given})
    return steps


@thorough
@given(bursts())
def test_no_incident_and_no_vehicle_is_lost_in_a_flood(steps: list[dict[str, Any]]) -> None:
    room = Watch()
    floods: dict[str, int] = {}
    for step in steps:
        room.wait(step["wait"])
        for entry in [*room.observe(**step["given"]), *room.tick()]:
            count_folds(floods, entry)
    for incident in room.situation.incidents.values():
        if incident.severity >= 2 and incident.alias_of is None:
            assert room.of(incident.id), f"nobody was told of {incident.id}"
    hits = [s for s in room.situation.observations.values() if s.kind == "anpr_hit"]
    told = {alarm.subject for alarm in room.records}
    assert {f"vehicle:{s.codes['vehicle']}" for s in hits if s.incident is not None} <= told
    for role in ROLES:
        flood = room.situation.floods.get(role)
        assert (flood.folded if flood is not None else 0) == floods.get(role, 0)
        assert_never_more_than_ten(room, role)
    assert replay(Situation("live"), room.entries) is None


def count_folds(floods: dict[str, int], entry: Entry) -> None:
    """How many calls were folded since the flood of each role began, by the calls themselves."""
    body = entry.body
    if entry.kind == "flood_changed" and body["flood"] is None:
        floods[body["role"]] = 0
    if entry.kind in ("alarm_raised", "alarm_rearmed") and told_by(entry)["folded"]:
        role = told_by(entry)["role"]
        floods[role] = floods.get(role, 0) + 1


def told_by(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = entry.body.get("changes") or entry.body["alarm"]
    return told


def assert_never_more_than_ten(room: Watch, role: str) -> None:
    """In no ten minutes does a role hear more than ten calls that are not critical."""
    heard = [
        from_text(entry.at)
        for entry in room.entries
        if is_call(entry, role)
        and (entry.body.get("changes") or entry.body["alarm"])["priority"] > 1
    ]
    for i, at in enumerate(heard):
        assert sum(at <= other < at + timedelta(minutes=10) for other in heard[i:]) <= 10
