"""Relations: what concerns one another without being one. Rules propose, people settle."""

from typing import Any

import pytest

from deciding import HERE, Room, kinds, metres_north, the
from tocsin.correlation.relations import read_relations, relations_for, shipped_relations
from tocsin.journal.entry import Entry
from tocsin.situation.evolve import evolve
from tocsin.tables import TableError, package_text

DAY = 24 * 3600


def envelope(room: Room, external_id: str, metres: float, **given: Any) -> list[Entry]:
    fields: dict[str, Any] = {"type_hint": "CBR-SUS", "facts": {"public_building": True}}
    return room.observe(external_id, at=metres_north(metres), **(fields | given))


def proposed(entries: list[Entry]) -> dict[str, Any]:
    return dict(the("relation_proposed", entries)["relation"])


def close(room: Room, incident: str) -> None:
    body: dict[str, Any] = {"incident": incident, "state": "closed", "reason": "over", "by": None}
    entry = Entry(room.situation.n + 1, room.at, "incident_state_changed", 1, body | {"why": {}})
    room.situation = evolve(room.situation, entry)


# --- series


def test_a_second_public_building_within_72_hours_is_a_series_not_a_merge() -> None:
    room = Room()
    envelope(room, "first", 0)
    room.wait(71 * 3600)

    relation = proposed(envelope(room, "second", 2500))

    assert (relation["kind"], relation["origin"], relation["target"]) == (
        "series",
        "I-0001",
        "I-0002",
    )
    assert relation["rule"] == "R-REL-SERIES-CBRN@2"
    assert "71 h 00" in relation["reason"]["fr"]
    assert set(relation["reason"]) == {"fr", "nl", "en"}
    assert len(room.open_incidents) == 2


def test_after_72_hours_it_is_no_series() -> None:
    room = Room()
    envelope(room, "first", 0)
    room.wait(73 * 3600)

    assert "relation_proposed" not in kinds(envelope(room, "second", 2500))


@pytest.mark.parametrize(("place", "is_series"), [("Musée Horta", True), ("Park van Laken", False)])
def test_a_toy_drone_in_a_park_is_no_second_target(place: str, is_series: bool) -> None:
    room = Room()
    room.observe("summit", at=HERE, type_hint="SEC-UAV", codes={"site": "europa"})
    room.wait(480)

    entries = room.observe(
        "toy", at=metres_north(6000), type_hint="SEC-UAV", accuracy_m=5000, location_text=place
    )

    assert ("relation_proposed" in kinds(entries)) == is_series


def test_what_was_closed_meanwhile_still_counts_for_a_series() -> None:
    room = Room()
    envelope(room, "first", 0)
    close(room, "I-0001")
    room.wait(2 * DAY)
    room.tick()

    assert proposed(envelope(room, "second", 2500))["origin"] == "I-0001"


def test_a_bakery_is_no_public_building() -> None:
    room = Room()
    envelope(room, "first", 0)

    assert "relation_proposed" not in kinds(envelope(room, "flour", 2500, facts={}))


def test_a_third_one_is_told_of_the_one_before_it_only() -> None:
    room = Room()
    envelope(room, "first", 0)
    room.wait(600)
    envelope(room, "second", 2500)
    room.wait(600)

    assert proposed(envelope(room, "third", 5000))["origin"] == "I-0002"


# --- cause and impact


def test_pollution_beside_an_accident_with_dangerous_goods_comes_of_it() -> None:
    room = Room()
    room.observe("crash", type_hint="HAZ-ROA")
    room.wait(1800)

    relation = proposed(room.observe("film", type_hint="ENV-POL", at=metres_north(300)))

    assert (relation["kind"], relation["origin"]) == ("cause", "I-0001")
    assert "300 m" in relation["reason"]["en"]
    assert "30 min" in relation["reason"]["en"]


def test_the_cause_may_be_told_after_what_came_of_it() -> None:
    room = Room()
    room.observe("film", type_hint="ENV-POL")
    room.wait(600)

    relation = proposed(room.observe("crash", type_hint="HAZ-ROA", at=metres_north(300)))

    assert (relation["origin"], relation["target"]) == ("I-0002", "I-0001")


def test_pollution_far_from_the_accident_is_not_related() -> None:
    room = Room()
    room.observe("crash", type_hint="HAZ-ROA")

    entries = room.observe("smell", type_hint="ENV-POL", at=metres_north(900))

    assert "relation_proposed" not in kinds(entries)


def test_a_storm_is_the_cause_of_what_speaks_of_wind_inside_its_area_only() -> None:
    room = Room()
    lat, lon = HERE
    ring = [[lon - 0.1, lat - 0.1], [lon + 0.1, lat - 0.1], [lon + 0.1, lat + 0.1]]
    area = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    room.observe("warning", type_hint="WEA-STO", at=None, geometry=area)

    tree = room.observe("tree", headline="Boom op auto", at=(lat - 0.02, lon + 0.05))
    scratch = room.observe("scratch", headline="Accrochage", at=(lat - 0.04, lon + 0.06))
    outside = room.observe("outside", headline="Boom op auto", at=(lat + 0.05, lon - 0.05))

    assert proposed(tree)["rule"] == "R-REL-STORM@2"
    assert "relation_proposed" not in kinds(scratch)
    assert "relation_proposed" not in kinds(outside)


# --- the pure part


def test_the_order_of_the_others_does_not_matter() -> None:
    room = Room()
    for number in range(4):
        envelope(room, f"e-{number}", 2500 * number)
        room.wait(60)
    incidents = list(room.situation.incidents.values())
    table = shipped_relations()

    for incident in incidents:
        there = relations_for(incident, incidents, table)
        assert there == relations_for(incident, list(reversed(incidents)), table)


def test_every_rule_has_its_reason_in_three_languages_with_figures_that_exist() -> None:
    for rule in shipped_relations().rules:
        for text in rule.reason.plain().values():
            text.format(time="1 min", distance="1 m")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("types: [UTL-TEL]", "types: [UTL-TOL]", "there is no type UTL-TOL"),
        ("facts: [severe_weather]", "facts: [bad_weather]", "there is no fact bad_weather"),
        ("kind: series", "kind: sequence", "rules[0].kind"),
        ("R-REL-SERIES-DRONE", "R-REL-SERIES-THREAT", "comes a second time"),
    ],
)
def test_a_table_that_does_not_hold_is_refused(before: str, after: str, told: str) -> None:
    text = package_text("tocsin.correlation", "relations.yaml")
    assert before in text

    with pytest.raises(TableError, match=told.replace("[", r"\[")):
        read_relations(text.replace(before, after, 1))


# --- people


def series() -> tuple[Room, str]:
    room = Room()
    envelope(room, "first", 0)
    return room, proposed(envelope(room, "second", 2500))["id"]


def test_a_person_confirms_a_relation() -> None:
    room, relation = series()
    room.command("confirm_relation", relation=relation)

    found = room.situation.relations[relation]
    assert (found.status, found.by) == ("confirmed", "operator on this machine")


def test_a_rejection_needs_a_note_and_is_not_proposed_again() -> None:
    room, relation = series()
    refused = room.refusal({"command": "reject_relation", "relation": relation})
    assert refused.field == "note"

    room.command("reject_relation", relation=relation, note="farine, testé par D1")
    entries = room.observe("update", chain=["second"], type_hint="CBR-RAD", at=metres_north(2500))

    assert room.situation.relations[relation].status == "rejected"
    assert "relation_proposed" not in kinds(entries)


def test_what_a_person_settled_can_be_undone() -> None:
    room, relation = series()
    n = room.command("reject_relation", relation=relation, note="farine")[0].n

    room.command("undo", entry=n)

    assert room.situation.relations[relation].status == "proposed"


def test_a_person_relates_two_incidents_in_words_of_their_own() -> None:
    room = Room()
    room.observe("one")
    room.observe("two", type_hint="PER-MIS", at=metres_north(4000))

    entries = room.command(
        "relate", kind="cause", origin="I-0001", target="I-0002", note="même famille"
    )

    relation = room.situation.relations[proposed(entries)["id"]]
    assert (relation.status, relation.rule) == ("confirmed", "operator")
    assert relation.reason["nl"] == "même famille"
    again = {"command": "relate", "kind": "cause", "origin": "I-0001", "target": "I-0002"}
    assert "says so already" in room.refusal(again).detail


def test_no_incident_is_related_to_itself_or_to_nothing() -> None:
    room = Room()
    room.observe("one")
    itself = {"command": "relate", "kind": "cause", "origin": "I-0001", "target": "I-0001"}

    assert room.refusal(itself).field == "target"
    assert room.refusal(itself | {"target": "I-0009"}).field == "target"
    assert room.refusal({"command": "confirm_relation", "relation": "L-1"}).field == "relation"
