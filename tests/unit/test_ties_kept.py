"""Ties over the life of an incident: given, withdrawn, kept, settled, added, carried over."""

from typing import Any

import pytest

from deciding import HERE, OPERATOR, Room, kinds, metres_north, the
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.ties import inherit_ties, review_ties, ties_due, view_of
from tocsin.journal.entry import Entry, EntryKind
from tocsin.measures import shipped_rules, wall_ties
from tocsin.situation.evolve import evolve
from tocsin.situation.picture import Tie


def tie(room: Room, wanted: str, number: int = 1) -> Tie:
    found = [one for one in room.incident(number).ties if one.id == wanted]
    assert len(found) == 1, [one.id for one in room.incident(number).ties]
    return found[0]


def tied(room: Room, number: int = 1) -> set[str]:
    standing = ("proposed", "confirmed")
    return {one.id for one in room.incident(number).ties if one.status in standing}


def write(room: Room, kind: EntryKind, **body: Any) -> None:
    """An entry as another part of the room would write it."""
    n = room.situation.n + 1
    room.situation = evolve(room.situation, Entry(n, room.at, kind, n, body))


def review(room: Room, incident: str = "I-0001") -> list[str]:
    """Review the ties of one incident as it stands now."""
    d = Deliberation(room.situation.draft())
    d.begin(room.at)
    d.enter("clock_ticked", {"silent": []})
    review_ties(d, incident)
    room.situation = d.draft.settled()
    room.entries += d.entries
    return kinds(d.entries[1:])


# --- evidence comes and goes


def test_a_tie_goes_with_the_fact_it_rested_on() -> None:
    room = Room()
    room.observe("a", facts={"public_message": True})
    room.observe("b", facts={"public_message": False})
    assert tie(room, "M10.6:mobilise").status == "withdrawn"


def test_a_tie_comes_back_with_its_evidence() -> None:
    room = Room()
    for number, out in enumerate((True, False, True)):
        room.observe(f"m-{number}", facts={"public_message": out})
    assert tie(room, "M10.6:mobilise").status == "proposed"


def test_a_tie_stays_as_it_is_when_somebody_only_repeats_what_it_rests_on() -> None:
    room = Room()
    room.observe("first", type_hint="TRA-TUN", facts={"dangerous_goods": True})
    room.observe("again", type_hint="TRA-TUN", facts={"dangerous_goods": True})
    before = room.incident(1).ties

    assert review(room) == []
    assert room.incident(1).ties == before


def test_what_people_confirmed_is_not_withdrawn() -> None:
    room = Room()
    room.observe("a", facts={"public_message": True})
    room.command("confirm_tie", incident="I-0001", tie="M10.6:mobilise")
    room.observe("b", facts={"public_message": False})
    assert tie(room, "M10.6:mobilise").status == "confirmed"


def test_what_people_rejected_is_not_proposed_again() -> None:
    room = Room()
    room.observe("a", facts={"public_message": True})
    room.command("reject_tie", incident="I-0001", tie="M10.6:mobilise", note="not ours")
    room.observe("b", facts={"public_message": True, "protective_action": "avoid"})
    assert tie(room, "M10.6:mobilise").status == "rejected"


def test_a_gap_stays_one_when_it_is_closed_later() -> None:
    room = Room()
    room.observe("a", type_hint="TRA-TUN", facts={"camera_state": "no_image"})
    room.observe("b", type_hint="TRA-TUN", facts={"camera_state": "ok"})
    assert tie(room, "M10.1:revele").status == "proposed"


def test_a_gap_goes_when_the_observation_it_rests_on_turns_out_to_be_about_something_else() -> None:
    room = Room()
    room.observe("a", type_hint="TRA-TUN")
    room.observe("b", type_hint="TRA-TUN", facts={"camera_state": "no_image"})
    joined_by = room.shown("b").joined_by
    room.command("undo", entry=joined_by)
    assert tie(room, "M10.1:revele").status == "withdrawn"


def test_a_false_alarm_keeps_only_what_people_confirmed() -> None:
    room = Room()
    room.observe("a", facts={"public_message": True, "volunteers": 3})
    room.command("confirm_tie", incident="I-0001", tie="M10.7:mobilise")
    write(room, "incident_state_changed", incident="I-0001", state="false_alarm", by=None,
          reason=None, why={})  # fmt: skip
    assert set(review(room)) == {"tie_withdrawn"}
    assert tied(room) == {"M10.7:mobilise"}


# --- the passing of time


def test_silence_towards_the_public_is_told_when_its_time_has_come_and_only_then() -> None:
    room = Room()
    room.observe("a", type_hint="FIR-LRG")
    room.wait(29 * 60)
    assert "tie_proposed" not in kinds(room.tick())
    room.wait(61)
    told = the("tie_proposed", room.tick())["tie"]
    assert (told["id"], told["rule"]) == ("M10.6:revele", "R-M10.6-c@1")
    room.wait(600)
    assert "tie_proposed" not in kinds(room.tick())


def test_a_late_message_does_not_hide_that_it_was_late() -> None:
    room = Room()
    room.observe("a", type_hint="FIR-LRG")
    room.wait(31 * 60)
    room.tick()
    room.observe("b", type_hint="FIR-LRG", facts={"public_message": True})
    assert {"M10.6:revele", "M10.6:mobilise"} <= tied(room)


def test_a_message_in_time_reveals_nothing() -> None:
    room = Room()
    room.observe("a", type_hint="FIR-LRG")
    room.wait(20 * 60)
    room.observe("b", type_hint="FIR-LRG", facts={"public_message": True})
    room.wait(20 * 60)
    room.tick()
    assert "M10.6:revele" not in tied(room)


def test_repeating_a_fact_does_not_set_its_clock_back() -> None:
    room = Room()
    room.observe("a", type_hint="UTL-PWR", facts={"channels_left": 1})
    for number in range(6):
        room.wait(60)
        room.observe(f"m-{number}", type_hint="UTL-PWR", facts={"channels_left": 1})
        room.tick()
    assert tie(room, "M10.9:revele").rule == "R-M10.9-d@1"


def test_only_open_incidents_wait_for_time() -> None:
    room = Room()
    room.observe("a", type_hint="FIR-LRG")
    write(room, "incident_state_changed", incident="I-0001", state="closed", by=None, reason=None,
          why={})  # fmt: skip
    room.wait(3600)
    assert ties_due(room.situation, room.at, shipped_rules()) == []


def test_what_was_rejected_is_not_due_again() -> None:
    room = Room()
    room.observe("a", type_hint="FIR-LRG")
    room.wait(31 * 60)
    room.tick()
    room.command("reject_tie", incident="I-0001", tie="M10.6:revele", note="rural, nobody near")
    assert ties_due(room.situation, room.at, shipped_rules()) == []


# --- what people record


def test_a_recorded_phase_ties_the_framework_method_and_names_its_entry() -> None:
    room = Room()
    room.observe("a")
    n = room.situation.n + 1
    phase = {"value": "communale", "authority": "bourgmestre", "declared_at": room.at,
             "informed_at": room.at, "document": None, "by": OPERATOR, "n": n}  # fmt: skip
    write(room, "phase_recorded", incident="I-0001", phase=phase)
    review(room)
    found = tie(room, "M10.2:mobilise")
    assert f"E-{n}" in found.evidence
    assert found.reason["nl"] == "Fase (gemeentelijke) afgekondigd door: bourgmestre"


def test_counts_are_read_like_facts_and_the_latest_of_a_category_counts() -> None:
    room = Room()
    room.observe("a", facts={"casualties_red": 1})
    for number, value in enumerate((4, 12)):
        count = {"id": f"C-{number + 90}", "incident": "I-0001", "category": "involved",
                 "value": value, "certainty": "estimated", "source": "d2:reports",
                 "counted_at": room.at, "recorded_at": room.at}  # fmt: skip
        write(room, "count_reported", count=count)
    review(room)
    found = tie(room, "M10.10:mobilise")
    assert found.strength == "auto"
    assert "C-91" in found.evidence
    assert "C-90" not in found.evidence


def test_the_room_s_activation_counts_for_grave_incidents_only() -> None:
    room = Room()
    room.observe("a")
    room.observe("b", type_hint="FIR-LRG", at=metres_north(3000))
    activation = {"level": "alert", "since": room.at, "by": OPERATOR, "reason": "storm"}
    write(room, "activation_changed", activation=activation)
    review(room, "I-0001")
    review(room, "I-0002")
    assert "M10.1:mobilise" not in tied(room, 1)
    assert "M10.1:mobilise" in tied(room, 2)


def test_open_advice_for_the_medical_plan_ties_psychosocial_care() -> None:
    room = Room()
    room.observe("a")
    advice = {"id": "V-50", "incident": "I-0001", "kind": "medical_plan", "rule": "R-PIM@1",
              "criterion": {"fr": "c", "nl": "c", "en": "c"}, "evidence": [],
              "given_by": 50}  # fmt: skip
    write(room, "advice_given", advice=advice)
    review(room)
    assert tie(room, "M10.12:mobilise").evidence == ("V-50",)


def test_a_series_ties_both_sites_and_ends_when_it_is_rejected() -> None:
    room = Room()
    room.observe("a", type_hint="CBR-SUS")
    room.observe("b", type_hint="CBR-SUS", at=metres_north(6000))
    relation = {"id": "L-70", "kind": "series", "origin": "I-0001", "target": "I-0002",
                "rule": "R-SERIES@1", "reason": {"fr": "r", "nl": "r", "en": "r"},
                "proposed_by": 70}  # fmt: skip
    write(room, "relation_proposed", relation=relation)
    for incident in ("I-0001", "I-0002"):
        review(room, incident)
    assert {"M10.3:alimente", "M10.14:alimente"} <= tied(room, 1) & tied(room, 2)
    assert "I-0002" in tie(room, "M10.14:alimente").reason["en"]
    for known in list(room.situation.relations):
        changes = {"status": "rejected", "by": OPERATOR, "note": "flour"}
        write(room, "relation_settled", relation=known, changes=changes)
    review(room)
    assert "M10.14:alimente" not in tied(room)


def test_a_site_counts_only_where_the_place_is_known_well_enough() -> None:
    courthouse = (50.8365, 4.3517)
    room = Room()
    room.observe("a", type_hint="FIR-BLD", at=courthouse, accuracy_m=30)
    room.observe("b", type_hint="FIR-BLD", at=(50.8370, 4.3900), accuracy_m=300)
    assert "M10.3:mobilise" in tied(room, 1)
    assert "Palais de Justice" in tie(room, "M10.3:mobilise").reason["fr"]
    vague = view_of(room.situation, room.incident(2), shipped_rules(), room.at)
    assert vague.sites == ()


def test_the_leading_discipline_that_people_set_is_compared_but_is_no_observation() -> None:
    room = Room()
    room.observe("a", facts={"camera_owner": "STIB"})
    assert "M10.1:mobilise" not in tied(room)
    write(room, "incident_amended", incident="I-0001", changes={"lead": "D1"}, by=OPERATOR)
    review(room)
    assert tie(room, "M10.1:mobilise").evidence == (room.shown("a").id,)


# --- what people say


def test_a_tie_added_by_hand_stands_with_its_note_in_three_languages() -> None:
    room = Room()
    room.observe("a")
    room.command("add_tie", incident="I-0001", measure="M10.14", relation="alimente",
                 note="masks tried out")  # fmt: skip
    found = tie(room, "M10.14:alimente")
    assert (found.strength, found.status, found.rule) == ("manual", "confirmed", "operator")
    assert (found.by, found.note) == (OPERATOR, "masks tried out")
    assert found.reason == {
        "fr": "Ajouté à la main : masks tried out",
        "nl": "Met de hand toegevoegd: masks tried out",
        "en": "Added by hand: masks tried out",
    }
    room.observe("b", facts={"smoke": True})
    assert "M10.14:alimente" in tied(room)


def test_adding_a_tie_can_be_undone() -> None:
    room = Room()
    room.observe("a")
    entries = room.command("add_tie", incident="I-0001", measure="M10.14", relation="alimente",
                           note="masks tried out")  # fmt: skip
    room.command("undo", entry=entries[0].n)
    assert room.incident().ties == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"measure": "M99.1"}, "measure"),
        ({"relation": "causes"}, "relation"),
        ({"note": " "}, "note"),
        ({"incident": "I-0009"}, "incident"),
        ({"measure": "M10.6", "relation": "mobilise"}, "measure"),
    ],
)
def test_a_tie_that_cannot_be_added_says_why(changes: dict[str, str], field: str) -> None:
    room = Room()
    room.observe("a", facts={"public_message": True})
    document = {"command": "add_tie", "incident": "I-0001", "measure": "M10.14",
                "relation": "alimente", "note": "masks tried out"}  # fmt: skip
    assert room.refusal(document | changes).field == field


def test_a_rejected_tie_may_be_added_by_hand_after_all() -> None:
    room = Room()
    room.observe("a", facts={"public_message": True})
    room.command("reject_tie", incident="I-0001", tie="M10.6:mobilise", note="not ours")
    room.command("add_tie", incident="I-0001", measure="M10.6", relation="mobilise", note="it was")
    assert tie(room, "M10.6:mobilise").strength == "manual"


def test_a_vote_on_a_trial_source_feeds_the_technology_watch() -> None:
    room = Room()
    room.observe("t", source="crowd:zone-c", maturity="trial", type_hint="CRO-DEN")
    room.wait(120)
    room.observe("c", type_hint="CRO-DEN")
    assert "M10.13:alimente" not in tied(room)
    room.command("vote_observation", observation=room.shown("t").id, vote="useful")
    found = tie(room, "M10.13:alimente")
    assert found.evidence == (room.shown("t").id,)
    assert found.reason["en"] == "Trial source crowd:zone-c: first detection 2 min ahead of others"


def test_a_vote_on_an_operational_source_ties_nothing() -> None:
    room = Room()
    room.observe("c", type_hint="CRO-DEN", at=HERE)
    room.command("vote_observation", observation=room.shown("c").id, vote="noise")
    assert room.shown("c").vote == "noise"
    assert "M10.13:alimente" not in tied(room)


def test_the_same_vote_twice_is_refused_and_another_replaces_it() -> None:
    room = Room()
    room.observe("c")
    observation = room.shown("c").id
    room.command("vote_observation", observation=observation, vote="noise")
    again = {"command": "vote_observation", "observation": observation, "vote": "noise"}
    assert room.refusal(again).field == "vote"
    room.command("vote_observation", observation=observation, vote="useful")
    assert room.shown("c").vote == "useful"
    gone = {"command": "vote_observation", "observation": "O-999", "vote": "noise"}
    assert room.refusal(gone).field == "observation"


def test_what_people_said_is_carried_over_to_the_incident_it_became() -> None:
    room = Room()
    room.observe("a", facts={"public_message": True, "volunteers": 2, "bystander_aid": True})
    room.observe("b", at=metres_north(4000))
    room.command("confirm_tie", incident="I-0001", tie="M10.7:mobilise")
    room.command("reject_tie", incident="I-0001", tie="M10.6:mobilise", note="not ours")
    d = Deliberation(room.situation.draft())
    d.begin(room.at)
    d.enter("clock_ticked", {"silent": []})
    inherit_ties(d, "I-0001", "I-0002")
    carried = {one.id: one.status for one in d.draft.incidents["I-0002"].ties}
    assert carried == {"M10.7:mobilise": "confirmed", "M10.6:mobilise": "rejected"}


# --- the wall


def some_tie(code: str, relation: str = "mobilise", **given: Any) -> Tie:
    told: dict[str, Any] = {"strength": "auto", "status": "proposed", **given}
    return Tie(f"{code}:{relation}", {"code": code}, relation, rule="R", evidence=(), reason={},
               proposed_by=1, **told)  # fmt: skip


def test_a_wall_shows_four_ties_the_surest_first_then_by_axis() -> None:
    ties = [
        some_tie("M6.4"),
        some_tie("M10.15", "alimente"),
        some_tie("M10.9", strength="suggested"),
        some_tie("M10.2"),
        some_tie("M10.10"),
        some_tie("M10.14", strength="manual", status="confirmed"),
    ]
    assert [t.measure["code"] for t in wall_ties(ties)] == ["M10.14", "M10.10", "M10.2", "M10.15"]


def test_a_confirmed_suggestion_is_as_sure_as_an_automatic_tie() -> None:
    ties = [some_tie("M10.2"), some_tie("M10.9", strength="suggested", status="confirmed")]
    assert [t.measure["code"] for t in wall_ties(ties)] == ["M10.9", "M10.2"]


def test_a_wall_never_shows_what_was_rejected_or_withdrawn() -> None:
    ties = [some_tie("M10.2", status="rejected"), some_tie("M10.9", status="withdrawn")]
    assert wall_ties(ties) == []


def test_of_one_measure_the_relations_come_in_the_catalogue_s_order() -> None:
    ties = [some_tie("M10.9", "revele"), some_tie("M10.9", "mobilise"), some_tie("M10.8")]
    assert [t.id for t in wall_ties(ties)] == ["M10.8:mobilise", "M10.9:mobilise", "M10.9:revele"]
