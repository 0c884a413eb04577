"""Merging, splitting and moving, and taking it back: as if it had never been done."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deciding import Room, arrivals, commands_for, kinds, metres_north, the
from tocsin.engine.inputs import CommandGiven, CommandRefused
from tocsin.situation.picture import Situation, is_open, picture
from tocsin.situation.restore import restore

FAR = metres_north(2_000)


def two_incidents() -> Room:
    room = Room()
    room.observe("first", headline="Accident")
    room.observe("second", at=FAR, type_hint="HAZ-ROA", facts={"dangerous_goods": True})
    assert room.open_incidents == ["I-0001", "I-0002"]
    return room


def act_of(entries: list[Any]) -> int:
    """The number by which an act is taken back."""
    return int(entries[0].n)


def told(situation: Situation) -> bytes:
    """The picture without what a journal only counts up: its length, its clock, its acts."""
    return picture(
        replace(situation, n=0, at=None, opened=0, undoable={}, alarms={}, annunciations=())
    )


def test_a_merged_incident_stays_as_an_alias_of_the_one_it_became() -> None:
    room = two_incidents()
    room.command("merge_incidents", incident="I-0002", into="I-0001")
    master, alias = room.incident(1), room.incident(2)
    assert (alias.state, alias.alias_of, alias.count) == ("duplicate", "I-0001", 0)
    assert (master.count, len(master.observations)) == (2, 2)
    assert {room.shown(name).incident for name in ("first", "second")} == {"I-0001"}


def test_a_merge_makes_the_incident_as_grave_as_the_graver_one() -> None:
    room = two_incidents()
    room.command("merge_incidents", incident="I-0002", into="I-0001")
    assert (room.incident(1).type, room.incident(1).severity) == ("HAZ-ROA", 3)
    assert "dangerous_goods" in room.incident(1).facts


def test_later_messages_of_the_merged_incident_reach_its_master() -> None:
    room = two_incidents()
    room.command("merge_incidents", incident="I-0002", into="I-0001")
    room.observe("update", at=FAR, type_hint="HAZ-ROA", action="update", chain=["second"])
    assert room.shown("update").incident == "I-0001"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"command": "merge_incidents", "incident": "I-0001", "into": "I-0001"}, "into"),
        ({"command": "merge_incidents", "incident": "I-0001", "into": "I-0009"}, "into"),
        ({"command": "merge_incidents", "incident": "I-0009", "into": "I-0001"}, "incident"),
        (
            {"command": "split_incident", "incident": "I-0001", "observations": ["O-1"]},
            "observations",
        ),
        (
            {"command": "split_incident", "incident": "I-0001", "observations": ["O-99"]},
            "observations",
        ),
        ({"command": "move_observation", "observation": "O-1", "to": "I-0001"}, "to"),
        ({"command": "detach_observation", "observation": "O-1"}, "observation"),
        ({"command": "undo", "entry": 9999}, "entry"),
    ],
)
def test_what_makes_no_sense_is_refused_by_the_field_that_is_wrong(
    document: dict[str, Any], field: str
) -> None:
    assert two_incidents().refusal(document).field == field


def test_a_merged_incident_cannot_be_merged_again() -> None:
    room = two_incidents()
    room.command("merge_incidents", incident="I-0002", into="I-0001")
    again = {"command": "merge_incidents", "incident": "I-0002", "into": "I-0001"}
    assert "merged into I-0001" in room.refusal(again).detail


def test_a_split_gives_the_chosen_observations_an_incident_of_their_own() -> None:
    room = Room()
    for name in ("one", "two", "three"):
        room.observe(name)
    assert room.incident().count == 3
    chosen = [room.shown("two").id, room.shown("three").id]
    room.command("split_incident", incident="I-0001", observations=chosen)
    assert (room.incident(1).count, room.incident(2).count) == (1, 2)
    assert set(room.incident(2).observations) == set(chosen)


def test_an_incident_that_loses_its_last_observation_becomes_an_alias() -> None:
    room = two_incidents()
    room.command("move_observation", observation=room.shown("second").id, to="I-0001")
    assert room.incident(2).alias_of == "I-0001"
    assert room.incident(1).count == 2


def test_undo_of_a_merge_gives_both_incidents_back_as_they_were() -> None:
    room = two_incidents()
    before = told(room.situation)
    entries = room.command("merge_incidents", incident="I-0002", into="I-0001")
    undone = room.command("undo", entry=act_of(entries))
    assert kinds(undone)[:2] == ["command_received", "act_undone"]
    assert told(room.situation) == before


def test_undo_of_a_split_takes_the_new_incident_away() -> None:
    room = Room()
    room.observe("one")
    room.observe("two")
    before = told(room.situation)
    entries = room.command("split_incident", incident="I-0001", observations=[room.shown("two").id])
    room.command("undo", entry=act_of(entries))
    assert told(room.situation) == before
    room.observe("elsewhere", at=FAR)
    assert "I-0003" in room.situation.incidents  # its number is not given twice


def test_what_joined_since_a_merge_stays_joined_when_the_merge_is_undone() -> None:
    room = two_incidents()
    entries = room.command("merge_incidents", incident="I-0002", into="I-0001")
    room.observe("later")
    assert room.shown("later").incident == "I-0001"
    room.command("undo", entry=act_of(entries))
    assert room.shown("later").incident == "I-0001"
    assert (room.incident(1).count, room.incident(2).count) == (2, 1)


def test_what_joined_an_incident_that_the_undo_takes_away_goes_where_it_came_from() -> None:
    room = Room()
    room.observe("one")
    room.observe("two", codes={"convoy": "P-EXO-7"})
    entries = room.command("split_incident", incident="I-0001", observations=[room.shown("two").id])
    room.observe("three", codes={"convoy": "P-EXO-7"})
    assert room.shown("three").incident == "I-0002"
    room.command("undo", entry=act_of(entries))
    assert room.shown("three").incident == "I-0001"


def test_acts_are_taken_back_in_the_opposite_order() -> None:
    room = two_incidents()
    merged = room.command("merge_incidents", incident="I-0002", into="I-0001")
    moved = room.command("detach_observation", observation=room.shown("first").id)
    refused = room.refusal({"command": "undo", "entry": act_of(merged)})
    assert str(act_of(moved)) in refused.detail
    room.command("undo", entry=act_of(moved))
    room.command("undo", entry=act_of(merged))
    assert room.open_incidents == ["I-0001", "I-0002"]


def test_after_ten_minutes_an_act_stands() -> None:
    room = two_incidents()
    entries = room.command("merge_incidents", incident="I-0002", into="I-0001")
    room.wait(601)
    assert "until" in room.refusal({"command": "undo", "entry": act_of(entries)}).detail
    room.tick()
    assert not room.situation.undoable


def test_an_act_can_be_taken_back_after_a_restart() -> None:
    room = two_incidents()
    before = told(room.situation)
    entries = room.command("merge_incidents", incident="I-0002", into="I-0001")
    room.situation = restore(picture(room.situation))
    room.command("undo", entry=act_of(entries))
    assert told(room.situation) == before


def test_who_may_only_propose_leaves_the_act_to_an_operator() -> None:
    room = two_incidents()
    document = {"command": "merge_incidents", "incident": "I-0002", "into": "I-0001"}
    entries = room.decide(CommandGiven(room.at, "police on this machine", document, "police"))
    advice = the("advice_given", entries)["advice"]
    assert (advice["kind"], advice["command"]) == ("proposal", document)
    assert room.open_incidents == ["I-0001", "I-0002"]
    room.command("accept_advice", advice=advice["id"])
    assert room.open_incidents == ["I-0001"]


def test_who_has_no_right_is_told_so() -> None:
    room = two_incidents()
    document = {"command": "merge_incidents", "incident": "I-0002", "into": "I-0001"}
    with pytest.raises(CommandRefused) as refused:
        room.decide(CommandGiven(room.at, "auditor on this machine", document, "auditor"))
    assert refused.value.field == "capacity"


def structural(situation: Situation) -> list[dict[str, Any]]:
    incidents = [i for i in situation.incidents.values() if is_open(i)]
    ids = [i.id for i in incidents]
    choices: list[dict[str, Any]] = [
        {"command": "merge_incidents", "incident": one, "into": other}
        for one in ids
        for other in ids
        if one != other
    ]
    choices += [
        {"command": "split_incident", "incident": i.id, "observations": list(i.observations[1:])}
        for i in incidents
        if len(i.observations) > 1
    ]
    choices += [
        {"command": "move_observation", "observation": o, "to": other}
        for i in incidents
        for o in i.observations
        for other in ids
        if other != i.id
    ]
    choices += [
        {"command": "detach_observation", "observation": o}
        for i in incidents
        for o in i.observations
    ]
    return choices


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(arrivals(), min_size=2, max_size=12), st.data())
def test_undo_restores_the_exact_state_before_any_act(inputs: list[Any], data: Any) -> None:
    room = Room()
    for arrival in inputs:
        room.decide(arrival)
    if not any(is_open(i) for i in room.situation.incidents.values()):
        return
    room.wait(91 * 60)  # past every arrival; what time alone brings about has come
    room.tick()
    states: list[tuple[int, bytes]] = []
    for _ in range(data.draw(st.integers(1, 4))):
        choices = structural(room.situation)
        if not choices:
            break
        document = data.draw(st.sampled_from(choices) | commands_for(room.situation))
        if document["command"] == "undo":
            continue
        before = told(room.situation)
        try:
            entries = room.decide(CommandGiven(room.at, "operator", document))
        except CommandRefused:
            continue
        states.append((act_of(entries), before))
    for act, before in reversed(states):
        room.command("undo", entry=act)
        assert told(room.situation) == before
