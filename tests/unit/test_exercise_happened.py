"""What happened, folded from the journal, and the conditions of a scenario that look at it."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deciding import NOW, Room, commands_for, small_world
from desk import Desk
from tocsin.contract.times import to_text
from tocsin.engine.inputs import CommandRefused, ExerciseReported
from tocsin.exercises.conduct import Conduct, InjectRun
from tocsin.exercises.happened import Happened, Moment, first_held, fold, happened, holds
from tocsin.exercises.scenario.models import Condition, Scenario

WORDS = {"fr": "Essai", "nl": "Proef", "en": "Trial"}
START = NOW.isoformat()


def script(*injects: dict[str, Any], **more: Any) -> Scenario:
    told = [
        {
            "kind": "EVT",
            "source": "cad:112",
            "expect": WORDS,
            "observation": {"kind": "event"},
            "incident": "fire",
            **inject,
        }
        for inject in injects or ({"id": "call-1", "at": "00:00:00"},)
    ]
    return Scenario.model_validate(
        {"scenario": "x", "title": WORDS, "brief": WORDS, "starts": START, "injects": told, **more}
    )


def issued(*injects: str, at: str | None = None) -> Conduct:
    moment = at or to_text(NOW)
    runs = {i: InjectRun(i, "issued", moment, "clock", messages=(i,)) for i in injects}
    return replace(Conduct(), runs=runs)


def since_when(
    room: Room, condition: dict[str, Any], conduct: Conduct | None = None, **more: Any
) -> Moment | None:
    return holds(
        Condition.model_validate(condition),
        happened(room.entries),
        conduct or issued("call-1"),
        script(**more),
        room.at,
    )


@st.composite
def eventful(draw: Any) -> Room:
    """A small world with people in it who join, merge, move and take back."""
    room = Room("exercise-one")
    for _ in range(draw(st.integers(6, 18))):
        room.wait(draw(st.sampled_from((0, 5, 60))))
        if draw(st.integers(0, 2)) or not room.situation.incidents:
            room.observe(**{**draw(small_world()), "observed_at": None, "mode": "exercise"})
            continue
        document = draw(st.one_of(commands_for(room.situation), structural(room)))
        try:
            room.command(**document)
        except CommandRefused:
            continue
    return room


def structural(room: Room) -> st.SearchStrategy[dict[str, Any]]:
    incidents = sorted(room.situation.incidents)
    seen = sorted(room.situation.observations) or ["O-1"]
    undoable = [int(n) for n in room.situation.undoable.keys()] or [1]  # noqa: SIM118 # a Map
    pairs = [(a, b) for a in incidents for b in incidents if a != b] or [(incidents[0],) * 2]
    return st.one_of(
        st.sampled_from(pairs).map(
            lambda two: {"command": "merge_incidents", "incident": two[0], "into": two[1]}
        ),
        st.sampled_from(seen).map(lambda o: {"command": "detach_observation", "observation": o}),
        st.builds(
            lambda o, to: {"command": "move_observation", "observation": o, "to": to},
            st.sampled_from(seen),
            st.sampled_from(incidents),
        ),
        st.sampled_from(undoable).map(lambda n: {"command": "undo", "entry": n}),
        st.sampled_from(incidents).map(lambda i: {"command": "take", "incident": i}),
    )


@given(room=eventful(), cut=st.integers(0, 400))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_folding_entry_by_entry_is_folding_all_and_agrees_with_the_picture(
    room: Room, cut: int
) -> None:
    folded = Happened()
    for entry in room.entries[:cut]:
        fold(folded, entry)
    before = asdict(folded)
    assert asdict(happened(room.entries[:cut])) == before
    for entry in room.entries[cut:]:
        fold(folded, entry)
    assert folded == happened(room.entries)

    assert set(folded.incidents) == set(room.situation.incidents)
    for incident in room.situation.incidents.values():
        life = folded.incidents[incident.id]
        assert life.states[-1].value == incident.state
        assert (life.grades[-1].value.type, life.grades[-1].value.severity) == (
            incident.type,
            incident.severity,
        )
        ties = {t: course[-1].value.status for t, course in life.ties.items()}
        assert ties == {tie.id: tie.status for tie in incident.ties}
        alias = life.alias[-1].value if life.alias else None
        assert alias == incident.alias_of
    for shown in room.situation.observations.values():
        course = folded.holding.get(shown.id)
        assert (course[-1].value if course else None) == shown.incident
    for table in ("alarms", "advice"):
        assert folded.now(table).keys() == set(getattr(room.situation, table).keys())


def test_an_act_that_was_undone_leaves_no_step() -> None:
    room = Room("exercise-one")
    room.observe("call-1")
    untouched = happened(room.entries)
    room.wait(60)
    n = room.command("take", incident="I-0001")[0].n
    assert since_when(room, {"done": "take"}) == Moment(room.at, n)
    assert since_when(room, {"state": "acknowledged", "incident": "fire"}) is not None
    room.wait(60)
    room.command("undo", entry=n)
    seen = happened(room.entries)
    assert seen.incidents == untouched.incidents
    assert since_when(room, {"done": "take"}) is None
    assert since_when(room, {"missing": "take"}) is not None
    assert since_when(room, {"state": "acknowledged", "incident": "fire"}) is None


def test_a_merge_taken_back_gives_every_message_its_own_incident_again() -> None:
    room = Room("exercise-one")
    room.observe("call-1")
    room.observe("flood-1", type_hint="WEA-STO", at=(50.80, 4.30))
    n = room.command("merge_incidents", incident="I-0002", into="I-0001")[0].n
    assert happened(room.entries).holder("flood-1") == "I-0001"
    room.command("undo", entry=n)
    seen = happened(room.entries)
    assert (seen.holder("call-1"), seen.holder("flood-1")) == ("I-0001", "I-0002")
    assert seen.master("I-0002") == "I-0002"


def test_a_drawing_that_was_undone_was_never_drawn() -> None:
    room = Room("exercise-one")
    room.observe("call-1")
    zone: dict[str, Any] = {
        "layer": "room",
        "kind": "zone_red",
        "geometry": {"type": "Point", "coordinates": [4.35, 50.85]},
        "radius_m": 100,
        "incident": "I-0001",
    }
    n = room.command("draw", **zone)[0].n
    wanted = {"done": "draw", "having": {"kind": "zone_red"}, "incident": "fire"}
    assert since_when(room, wanted) == Moment(room.at, n)
    assert since_when(room, wanted | {"having": {"kind": "zone_yellow"}}) is None
    room.command("undo", entry=n)
    assert since_when(room, wanted) is None
    assert happened(room.entries).now("drawings") == {}


def test_a_proposal_is_done_when_it_is_accepted() -> None:
    desk = Desk("exercise-one")
    desk.observe("call-1")
    desk.act("take", capacity="police", incident="I-0001")
    assert since_when(desk, {"done": "take"}) is None
    advice = next(iter(happened(desk.entries).now("advice").values()))
    desk.wait(30)
    n = desk.act("accept_advice", capacity="supervisor", advice=advice["id"])[0].n
    assert since_when(desk, {"done": "take", "incident": "fire"}) == Moment(desk.at, n)


def test_a_condition_follows_the_incident_that_holds_most_of_its_label() -> None:
    room = Room("exercise-one")
    room.observe("call-1")
    room.observe("call-2", type_hint="WEA-STO", at=(50.80, 4.30))
    room.observe("call-3", type_hint="WEA-STO", at=(50.80, 4.30))
    assert happened(room.entries).holder("call-3") == "I-0002"
    calls = tuple({"id": f"call-{k}", "at": "00:00:00"} for k in (1, 2, 3))
    acted = room.command("take", incident="I-0002")[0]
    looked = holds(
        Condition.model_validate({"state": "acknowledged", "incident": "fire"}),
        happened(room.entries),
        issued("call-1"),
        script(*calls),
        room.at,
    )
    assert looked is not None
    assert looked.n > acted.n


def test_missing_for_a_time_counts_from_the_inject_and_ends_with_the_act() -> None:
    room = Room("exercise-one")
    room.observe("call-1")
    absent = {"missing": "take", "since": "call-1", "lasting": "00:10:00"}
    room.wait(599)
    assert since_when(room, absent) is None
    room.wait(1)
    assert since_when(room, absent) == Moment(to_text(NOW + timedelta(minutes=10)), 1)
    room.wait(1)
    room.command("take", incident="I-0001")
    assert since_when(room, absent) is None
    remembered = first_held(
        Condition.model_validate(absent),
        happened(room.entries),
        issued("call-1"),
        script(),
        room.at,
    )
    assert remembered is not None


def test_nothing_counts_since_an_inject_that_has_not_been_issued() -> None:
    room = Room("exercise-one")
    room.observe("call-1")
    room.command("take", incident="I-0001")
    for look in ({"done": "take"}, {"missing": "qualify"}, {"past": "00:00:00"}):
        assert since_when(room, look) is not None
        assert since_when(room, look | {"since": "later"}) is None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"all": [{"fired": "call-1"}, {"past": "00:05:00"}]}, None),
        ({"any": [{"fired": "call-1"}, {"past": "00:05:00"}]}, 0),
        ({"none": [{"past": "00:05:00"}]}, 0),
        ({"none": [{"fired": "call-1"}]}, None),
        ({"all": [{"fired": "call-1"}, {"none": [{"done": "take"}]}], "lasting": "00:02:00"}, 2),
        ({"past": "00:03:00"}, 3),
        ({"severity_at_least": 4, "incident": "fire"}, None),
        ({"severity_at_least": 1, "incident": "fire"}, 0),
        ({"severity_at_least": 1, "incident": "fire", "lasting": "00:03:30"}, 3.5),
        ({"tied": "M10.99", "incident": "fire"}, None),
    ],
)
def test_conditions_are_put_together_by_their_stretches(
    condition: dict[str, Any], expected: float | None
) -> None:
    room = Room("exercise-one")
    room.observe("call-1")
    room.wait(240)
    found = since_when(room, condition)
    moment = None if expected is None else to_text(NOW + timedelta(minutes=expected))
    assert (found.at if found else None) == moment


def test_a_severity_that_fell_holds_no_longer_but_did_once() -> None:
    room = Room("exercise-one")
    room.observe("call-1")
    grave = {"severity_at_least": 4, "incident": "fire"}
    room.wait(10)
    room.command("regrade_incident", incident="I-0001", severity=4, reason="as they say")
    assert since_when(room, grave) is not None
    raised = room.at
    room.wait(10)
    room.command("regrade_incident", incident="I-0001", severity=2, reason="it was nothing")
    assert since_when(room, grave) is None
    once = first_held(
        Condition.model_validate(grave), happened(room.entries), issued("call-1"), script(), room.at
    )
    assert once is not None
    assert once.at == raised


def test_what_comes_after_the_end_counts_only_if_the_exercise_goes_on() -> None:
    room = Room("exercise-one")
    room.observe("call-1")
    for state in ("called_off", "running"):
        room.wait(60)
        room.decide(ExerciseReported(room.at, {"scenario": "x", "state": state}))
        if state == "called_off":
            over = happened(room.entries)
            room.wait(60)
            room.command("take", incident="I-0001")
            assert since_when(room, {"done": "take"}) is None
            late = happened(room.entries)
            assert (late.incidents, late.at) == (over.incidents, over.at)
    assert since_when(room, {"done": "take"}) is not None
    assert happened(room.entries).afterwards == []
