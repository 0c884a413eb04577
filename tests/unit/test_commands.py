"""What people may do: every automatic act can be taken back, and a refusal leaves no trace."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deciding import (
    OPERATOR,
    Room,
    arrivals,
    commands_for,
    kinds,
    metres_north,
    other_inputs,
    the,
)
from tocsin.engine.inputs import CommandGiven, CommandRefused, Input
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import ATTACHED_KEPT, Situation, Tie, picture
from tocsin.situation.restore import restore

CONVOY = {"convoy": "P-EXO-7"}
DANGEROUS = {"dangerous_goods": True, "kemler": "33", "un_number": "1203"}


def joined_room() -> Room:
    """One incident of two observations; the second brought the dangerous goods."""
    room = Room()
    room.observe("first", type_hint="HAZ-ROA", facts={"smoke": True})
    room.observe("second", type_hint="HAZ-ROA", source="mobiris:events", facts=DANGEROUS)
    assert room.incident().count == 2
    return room


def suggested_room() -> Room:
    """I-0002 was opened beside I-0001, to which its one observation might belong."""
    room = Room()
    room.observe("first")
    room.wait(600)
    room.observe("second", at=metres_north(75))
    assert len(room.incident(2).suggestions) == 1
    return room


def ties_of(room: Room, number: int = 1, *status: str) -> list[Tie]:
    wanted = status or ("proposed",)
    return [tie for tie in room.incident(number).ties if tie.status in wanted]


# --- undo of a join


def test_an_undone_join_opens_the_observations_own_incident() -> None:
    room = joined_room()
    n = room.shown("second").joined_by
    assert n is not None

    entries = room.command("undo", entry=n)

    assert kinds(entries)[:3] == ["command_received", "act_undoable", "observation_detached"]
    assert the("observation_detached", entries)["undoes"] == n
    opened = the("incident_opened", entries)
    assert (opened["incident"], opened["observation"]) == ("I-0002", room.shown("second").id)
    assert opened["why"] == {"rule": "operator", "by": OPERATOR, "undoes": n}
    assert room.shown("second").incident == "I-0002"
    assert (room.incident(1).count, room.incident(2).count) == (1, 1)


def test_ties_whose_evidence_went_are_withdrawn() -> None:
    room = Room()
    room.observe("first", type_hint="TRA-ACC", codes={"vehicle": "v-1"})
    before = {tie.id for tie in ties_of(room)}
    room.observe(
        "second", source="mobiris:events", codes={"vehicle": "v-1"}, facts={"image_shared": True}
    )
    gained = {tie.id for tie in ties_of(room)} - before
    assert gained

    room.command("undo", entry=room.shown("second").joined_by)

    assert {tie.id for tie in ties_of(room, 1, "withdrawn")} == gained
    assert {tie.id for tie in ties_of(room)} == before


def test_what_others_had_said_before_counts_again() -> None:
    """Two saw the fire; taking back the second one does not put it out."""
    room = Room()
    room.observe("first", type_hint="HAZ-ROA", facts={"fire": True, "involved": 3})
    room.observe("second", type_hint="HAZ-ROA", facts={"fire": True, "involved": 5, "leak": True})
    assert room.incident().facts["fire"]["observation"] == room.shown("second").id

    room.command("undo", entry=room.shown("second").joined_by)

    first = room.shown("first").id
    assert room.incident().facts == {
        "fire": {"value": True, "observation": first},
        "involved": {"value": 3, "observation": first},
    }


def test_an_undone_join_takes_its_grade_back_with_it() -> None:
    room = Room()
    room.observe("first", type_hint="TRA-CNV", codes=CONVOY)
    room.observe("crash", type_hint="HAZ-ROA", codes=CONVOY)
    assert room.incident().type == "HAZ-ROA"

    room.command("undo", entry=room.shown("crash").joined_by)

    assert (room.incident(1).type, room.incident(1).severity) == ("TRA-CNV", 1)
    assert room.incident(2).type == "HAZ-ROA"


def test_an_untyped_observation_whose_join_is_undone_stands_alone() -> None:
    room = Room()
    room.observe("first")
    room.observe("picture", type_hint=None, kind="social", source="press:media")

    entries = room.command("undo", entry=room.shown("picture").joined_by)

    assert "incident_opened" not in kinds(entries)
    assert room.shown("picture").incident is None
    assert room.situation.loose == (room.shown("picture").id,)


def test_a_join_is_undone_once() -> None:
    room = joined_room()
    n = room.shown("second").joined_by
    room.command("undo", entry=n)

    assert room.refusal({"command": "undo", "entry": n}).field == "entry"


def test_the_opening_of_an_incident_is_no_join() -> None:
    refused = joined_room().refusal({"command": "undo", "entry": 2})

    assert refused.field == "entry"
    assert "opened an incident" in refused.detail


def test_no_undo_leaves_an_incident_that_rests_on_nothing() -> None:
    room = joined_room()
    room.command("undo", entry=room.shown("second").joined_by)

    again = room.shown("second").joined_by
    refused = room.refusal({"command": "undo", "entry": again})

    assert "I-0002" in refused.detail


# --- undo of a grade and of a tie


def test_an_operators_own_grade_is_not_undone_again() -> None:
    room = Room()
    room.observe("first", type_hint="TRA-CNV", codes=CONVOY)
    room.observe("crash", type_hint="HAZ-ROA", codes=CONVOY)
    room.command("undo", entry=room.incident().graded_by)

    refused = room.refusal({"command": "undo", "entry": room.incident().graded_by})
    assert "person's own act" in refused.detail


def test_undoing_a_grade_reviews_the_ties() -> None:
    room = Room()
    room.observe("first", type_hint="TRA-ACC", codes=CONVOY)
    before = {tie.id for tie in ties_of(room)}
    room.observe("crash", type_hint="HAZ-ROA", codes=CONVOY, source="cad:112")
    assert {tie.id for tie in ties_of(room)} > before

    room.command("undo", entry=room.incident().graded_by)

    assert room.incident().type == "TRA-ACC"
    assert room.incident().count == 2
    assert ties_of(room, 1, "withdrawn")


def test_an_undone_tie_is_rejected_and_does_not_come_back() -> None:
    room = joined_room()
    tie = ties_of(room)[0]

    entries = room.command("undo", entry=tie.proposed_by)

    assert the("tie_settled", entries) == {
        "incident": "I-0001",
        "tie": tie.id,
        "status": "rejected",
        "by": OPERATOR,
        "note": f"undone: entry {tie.proposed_by}",
    }
    room.observe("third", type_hint="HAZ-ROA", source="phone:d1", facts=DANGEROUS)
    assert tie.id in {t.id for t in ties_of(room, 1, "rejected")}


@pytest.mark.parametrize("entry", [1, 999])
def test_what_is_no_automatic_act_cannot_be_undone(entry: int) -> None:
    assert joined_room().refusal({"command": "undo", "entry": entry}).field == "entry"


# --- suggestions


def test_an_accepted_suggestion_moves_the_observation_and_leaves_an_alias() -> None:
    room = suggested_room()
    [suggestion] = room.incident(2).suggestions

    entries = room.command("accept_suggestion", incident="I-0002", suggestion=suggestion.id)

    assert the("suggestion_settled", entries)["outcome"] == "accepted"
    joined = the("observation_joined", entries)
    assert joined["why"]["rule"] == "operator"
    assert joined["why"]["terms"] == suggestion.why["terms"]
    assert room.shown("second").incident == "I-0001"
    assert room.incident(1).count == 2
    alias = room.incident(2)
    assert (alias.state, alias.alias_of, alias.count, alias.suggestions) == (
        "duplicate",
        "I-0001",
        0,
        (),
    )


def test_an_incident_that_others_joined_stays_when_its_first_observation_moves() -> None:
    room = suggested_room()
    room.observe("third", at=metres_north(76), source="mobiris:events")
    assert room.incident(2).count == 2
    [suggestion] = room.incident(2).suggestions

    room.command("accept_suggestion", incident="I-0002", suggestion=suggestion.id)

    assert (room.incident(2).state, room.incident(2).count) == ("reported", 1)


def test_an_accepted_suggestion_can_be_undone() -> None:
    room = suggested_room()
    [suggestion] = room.incident(2).suggestions
    room.command("accept_suggestion", incident="I-0002", suggestion=suggestion.id)

    room.command("undo", entry=room.shown("second").joined_by)

    assert room.shown("second").incident == "I-0003"
    assert room.incident(1).count == 1


def test_a_dismissed_suggestion_moves_nothing_and_is_gone() -> None:
    room = suggested_room()
    [suggestion] = room.incident(2).suggestions

    entries = room.command("dismiss_suggestion", incident="I-0002", suggestion=suggestion.id)

    assert kinds(entries) == ["command_received", "act_undoable", "suggestion_settled"]
    assert room.incident(2).suggestions == ()
    assert room.shown("second").incident == "I-0002"


def test_what_was_suggested_to_join_an_incident_that_is_gone_is_refused() -> None:
    room = Room()
    room.observe("first")
    room.wait(600)
    room.observe("second", at=metres_north(75))
    room.wait(24 * 3600 - 10)
    room.observe("third", chain=["second"])
    room.tick()
    assert room.incident(1).state == "closed"
    [suggestion] = room.incident(2).suggestions

    refused = room.refusal(
        {"command": "accept_suggestion", "incident": "I-0002", "suggestion": suggestion.id}
    )

    assert refused.field == "suggestion"


def test_an_observation_that_left_the_list_of_its_incident_cannot_be_moved() -> None:
    room = suggested_room()
    [suggestion] = room.incident(2).suggestions
    for number in range(ATTACHED_KEPT):
        room.observe(f"more {number}", at=metres_north(75), chain=["second"])
    assert suggestion.observation not in room.incident(2).observations

    refused = room.refusal(
        {"command": "accept_suggestion", "incident": "I-0002", "suggestion": suggestion.id}
    )

    assert refused.field == "suggestion"


# --- ties


def test_a_tie_is_confirmed_with_or_without_a_note() -> None:
    room = joined_room()
    first, second = ties_of(room)[:2]

    entries = room.command("confirm_tie", incident="I-0001", tie=first.id)
    room.command("confirm_tie", incident="I-0001", tie=second.id, note="  seen on camera ")

    assert the("tie_settled", entries)["status"] == "confirmed"
    settled = {tie.id: tie for tie in ties_of(room, 1, "confirmed")}
    assert settled[first.id].by == OPERATOR
    assert (settled[first.id].note, settled[second.id].note) == (None, "seen on camera")


def test_a_confirmed_tie_outlives_its_evidence() -> None:
    room = Room()
    room.observe("first", codes={"vehicle": "v-1"})
    room.observe(
        "second", source="mobiris:events", codes={"vehicle": "v-1"}, facts={"image_shared": True}
    )
    [tie] = [t for t in ties_of(room) if room.shown("second").id in t.evidence]
    room.command("confirm_tie", incident="I-0001", tie=tie.id)

    room.command("undo", entry=room.shown("second").joined_by)

    assert tie.id in {t.id for t in ties_of(room, 1, "confirmed")}


def test_a_rejection_needs_a_note() -> None:
    room = joined_room()
    tie = ties_of(room)[0].id

    without = {"command": "reject_tie", "incident": "I-0001", "tie": tie}
    for document in (without, without | {"note": "  "}, without | {"note": "no"}):
        assert room.refusal(document).field == "note"

    room.command("reject_tie", incident="I-0001", tie=tie, note="an exercise vehicle")
    assert tie in {t.id for t in ties_of(room, 1, "rejected")}


def test_people_may_change_their_mind_about_a_tie() -> None:
    room = joined_room()
    tie = ties_of(room)[0].id
    room.command("reject_tie", incident="I-0001", tie=tie, note="not ours")

    room.command("confirm_tie", incident="I-0001", tie=tie)

    assert tie in {t.id for t in ties_of(room, 1, "confirmed")}
    assert room.refusal({"command": "confirm_tie", "incident": "I-0001", "tie": tie}).field == "tie"


# --- refusals

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "command"),
    ({"command": "declare_phase", "phase": "provinciale"}, "command"),
    ({"command": 3}, "command"),
    ({"command": "undo"}, "entry"),
    ({"command": "undo", "entry": 0}, "entry"),
    ({"command": "undo", "entry": "x"}, "entry"),
    ({"command": "undo", "entry": 10**30}, "entry"),
    ({"command": "undo", "entry": 1, "force": True}, "force"),
    ({"command": "accept_suggestion", "incident": "I-0002"}, "suggestion"),
    ({"command": "accept_suggestion", "incident": "I-9999", "suggestion": "S-1"}, "incident"),
    ({"command": "accept_suggestion", "incident": "I-0002", "suggestion": "S-1"}, "suggestion"),
    ({"command": "dismiss_suggestion", "incident": "I-0001", "suggestion": "S-1"}, "suggestion"),
    ({"command": "confirm_tie", "incident": "I-9999", "tie": "x"}, "incident"),
    ({"command": "confirm_tie", "incident": "I-0001", "tie": "x"}, "tie"),
    ({"command": "confirm_tie", "incident": "I-0001", "tie": ["x"]}, "tie"),
    ({"command": "reject_tie", "incident": "I-0001", "tie": "x", "note": "n" * 501}, "note"),
]


@pytest.mark.parametrize(("document", "field"), REFUSED, ids=[str(d)[:60] for d, _ in REFUSED])
def test_a_refusal_names_the_field_and_leaves_no_entry(
    document: dict[str, Any], field: str
) -> None:
    refused = suggested_room().refusal(document)

    assert refused.field == field
    assert refused.detail


# --- whatever happens, the picture holds together


def check(situation: Situation) -> None:
    """Every record that points at another finds it; derived look-ups are what they would be."""
    incidents, observations = situation.incidents, situation.observations
    for shown in observations.values():
        if shown.incident is None:
            assert shown.id in situation.loose
        else:
            assert shown.id in incidents[shown.incident].observations
    for incident in incidents.values():
        for observation in incident.observations:
            assert observations[observation].incident == incident.id
        assert incident.count >= len(incident.observations)
        if incident.state == "duplicate":
            assert (incident.count, incident.observations) == (0, ())
            assert incident.alias_of != incident.id
        else:
            assert incident.count > 0, f"{incident.id} rests on nothing"
        ids = [tie.id for tie in incident.ties]
        assert len(ids) == len(set(ids))
        if incident.count == len(incident.observations):
            assert all(f["observation"] in incident.observations for f in incident.facts.values())
    rebuilt = restore(picture(situation))
    assert rebuilt.index.by_cell == situation.index.by_cell
    assert rebuilt.index.by_code == situation.index.by_code
    messages = {(s.source, s.external_id) for s in observations.values()}
    if len(messages) == len(observations):  # as the journal's keys see to
        assert rebuilt.index.by_message == situation.index.by_message
    assert picture(rebuilt) == picture(situation)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_after_anything_the_picture_holds_together(data: st.DataObject) -> None:
    room = Room()
    inputs: st.SearchStrategy[Input] = st.one_of(arrivals(), arrivals(), other_inputs())
    for _ in range(data.draw(st.integers(1, 25))):
        if data.draw(st.integers(0, 3)) == 0:
            document = data.draw(commands_for(room.situation))
            try:
                room.decide(CommandGiven(room.situation.at or room.at, OPERATOR, document))
            except CommandRefused:
                continue
        else:
            room.decide(data.draw(inputs))
        check(room.situation)
    assert picture(evolve_all(Situation("live"), room.entries)) == picture(room.situation)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"command": "merge_incidents", "incident": "I-0001", "into": "I-0002"}, "note"),
        ({"command": "write_log", "book": "room", "language": "fr"}, "text"),
        ({"command": "reject_tie", "incident": "I-0001", "tie": "x"}, "note"),
        ({"command": "regrade_incident", "incident": "I-0001", "severity": 2}, "reason"),
    ],
)
def test_what_people_write_holds_no_number_plate(document: dict[str, Any], field: str) -> None:
    plate = "-".join(("1", "ABC", "234"))  # in one piece it would be a plate in our own files
    refused = joined_room().refusal({**document, field: f"the car {plate}"})
    assert refused.field == field
    assert "number plate" in refused.detail
