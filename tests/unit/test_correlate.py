"""Which incident does an observation belong to? Every outcome can be read off its own figures."""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from deciding import HERE, NOW, Room, kinds, metres_north, the
from tocsin.correlation.score import score
from tocsin.correlation.weights import weights
from tocsin.journal.entry import Entry

Terms = dict[str, float]


def terms_of(why: dict[str, Any]) -> Terms:
    return {term["term"]: term["value"] for term in why["terms"]}


def joined(entries: list[Entry]) -> dict[str, Any]:
    body = the("observation_joined", entries)
    return {**body["why"], "into": body["incident"]}


def opened(entries: list[Entry]) -> dict[str, Any]:
    assert "observation_joined" not in kinds(entries)
    return dict(the("incident_opened", entries)["why"])


def room_with(**given: Any) -> Room:
    room = Room()
    room.observe("first", **given)
    return room


# --- the three outcomes


def test_two_calls_about_one_accident_make_one_incident() -> None:
    room = room_with()
    room.wait(60)

    why = joined(room.observe("second", at=metres_north(10)))

    assert why["into"] == "I-0001"
    assert why["score"] >= why["threshold"] == weights().join
    assert room.open_incidents == ["I-0001"]


def test_what_is_likely_but_not_sure_opens_its_own_and_is_suggested() -> None:
    room = room_with()
    room.wait(10 * 60)

    entries = room.observe("second", at=metres_north(75))

    why = the("join_suggested", entries)["why"]
    assert weights().suggest <= why["score"] < weights().join
    assert (why["rule"], why["incident"]) == ("R-SUGGEST@1", "I-0001")
    assert room.open_incidents == ["I-0001", "I-0002"]
    [suggestion] = room.incident(2).suggestions
    assert (suggestion.incident, suggestion.observation) == ("I-0001", room.shown("second").id)


def test_the_incident_opened_beside_a_suggestion_says_which_other_was_likely() -> None:
    room = room_with()
    room.wait(10 * 60)

    entries = room.observe("second", at=metres_north(75))

    best = opened(entries)["best"]
    assert best["incident"] == "I-0001"
    assert best["score"] == the("join_suggested", entries)["why"]["score"]


def test_what_is_unlikely_opens_and_still_names_the_best_other() -> None:
    room = room_with(type_hint="FIR-BLD")
    room.wait(12 * 60)

    why = opened(room.observe("second", at=metres_north(110)))

    assert why["rule"] == "R-OPEN@1"
    assert 0 < why["best"]["score"] < weights().suggest
    assert why["best"]["incident"] == "I-0001"


def test_with_nothing_near_it_opens_and_says_that_there_was_nothing() -> None:
    assert opened(Room().observe())["best"] is None


# --- the reasons


def test_every_term_stands_there_with_its_figure_and_they_add_up() -> None:
    room = room_with(codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")
    room.wait(45 * 30)

    why = joined(
        room.observe(
            "second",
            source="mobiris:events",
            type_hint="HAZ-ROA",
            codes={"tunnel": "annie-cordy"},
            at=metres_north(100),
        )
    )

    w = weights().terms
    assert terms_of(why) == {
        "distance": pytest.approx(w.distance * 0.75, abs=0.001),  # 100 of 400 m
        "time": pytest.approx(w.time * 0.5, abs=0.001),  # half of its 45 minutes
        "family": pytest.approx(w.family * 0.6, abs=0.001),  # TRA-TUN and HAZ-ROA
        "shared_id": w.shared_id,
        "other_source_class": w.other_source_class,
    }
    assert why["score"] == pytest.approx(sum(terms_of(why).values()), abs=0.0005)


def test_each_term_says_what_it_rests_on() -> None:
    room = room_with(codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")
    room.wait(30)

    why = joined(
        room.observe(
            "second",
            source="mobiris:events",
            type_hint="TRA-TUN",
            codes={"tunnel": "annie-cordy"},
            at=metres_north(100),
        )
    )

    details = {term["term"]: term["detail"] for term in why["terms"]}
    assert details == {
        "distance": {"metres": 100, "reach": 400, "blur": 0},
        "time": {"seconds": 30, "window_s": 2700},
        "family": {"observation": "TRA-TUN", "incident": "TRA-TUN"},
        "shared_id": {"code": "tunnel:annie-cordy"},
        "other_source_class": {"observation": "mobiris", "incident": "cad"},
    }


def test_a_tunnel_named_in_the_text_counts_in_either_language() -> None:
    for text in ("Appel depuis le tunnel Annie Cordy", "Oproep uit de Annie Cordytunnel"):
        room = room_with(codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")

        why = joined(
            room.observe(
                "second", at=None, type_hint="TRA-TUN", location_text=text, source="phone:d1"
            )
        )

        assert terms_of(why)["place_name"] == weights().terms.place_name
        assert "shared_id" not in terms_of(why)


def test_the_same_tunnel_as_code_and_as_text_counts_once() -> None:
    room = room_with(codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")

    why = joined(
        room.observe(
            "second",
            type_hint="TRA-TUN",
            codes={"tunnel": "annie-cordy"},
            location_text="Tunnel Annie Cordy",
        )
    )

    assert "place_name" not in terms_of(why)


def test_the_runner_up_is_told_with_its_terms() -> None:
    room = room_with(at=metres_north(0))
    room.observe("elsewhere", at=metres_north(140))
    assert room.open_incidents == ["I-0001", "I-0002"]

    why = joined(room.observe("third", at=metres_north(10)))

    assert (why["into"], why["runner_up"]["incident"]) == ("I-0001", "I-0002")
    assert why["score"] > why["runner_up"]["score"] > 0
    assert terms_of(why["runner_up"])["distance"] < terms_of(why)["distance"]


def test_where_only_one_incident_was_possible_there_is_no_runner_up() -> None:
    assert joined(room_with().observe("second"))["runner_up"] is None


# --- what keeps things apart


def test_an_accident_on_the_surface_stays_out_of_the_tunnel_below_it() -> None:
    """The trap of SC-01: near, recent and of the same family, yet another place."""
    room = room_with(codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")

    why = opened(room.observe("surface", codes={"level": "surface"}))

    assert terms_of(why["best"])["other_level"] == weights().terms.other_level
    assert room.open_incidents == ["I-0001", "I-0002"]


def test_nor_does_a_tunnel_call_join_the_accident_on_the_surface() -> None:
    room = room_with(codes={"level": "surface"})

    entries = room.observe("below", codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")

    assert terms_of(opened(entries)["best"])["other_level"] == weights().terms.other_level


def test_two_accidents_on_the_surface_are_on_one_level() -> None:
    room = room_with(codes={"level": "surface"})

    assert "other_level" not in terms_of(joined(room.observe("second", codes={"level": "surface"})))


@pytest.mark.parametrize("other", ["CYB-SVC", "WEA-STO", "PER-MIS", "CRO-EVT"])
def test_types_that_do_not_go_together_are_not_even_compared(other: str) -> None:
    room = room_with(codes={"site": "s-1", "tunnel": "annie-cordy"})

    why = opened(
        room.observe("other", type_hint=other, codes={"site": "s-1", "tunnel": "annie-cordy"})
    )

    assert why["best"] is None


def test_a_storm_warning_over_the_region_swallows_nothing_that_happens_under_it() -> None:
    room = Room()
    lat, lon = HERE
    around = [[lon - 1, lat - 1], [lon + 1, lat - 1], [lon + 1, lat + 1], [lon - 1, lat + 1]]
    room.observe(
        "warning",
        source="cap:meteoalarm-be",
        type_hint="WEA-STO",
        at=None,
        geometry={"type": "Polygon", "coordinates": [[*around, around[0]]]},
    )

    assert opened(room.observe("accident"))["best"] is None


def test_an_untyped_picture_in_the_middle_of_a_warned_area_is_no_part_of_the_warning() -> None:
    """The middle of a province is no place where the storm is."""
    room = Room()
    lat, lon = HERE
    around = [[lon - 1, lat - 1], [lon + 1, lat - 1], [lon + 1, lat + 1], [lon - 1, lat + 1]]
    room.observe(
        "warning",
        source="cap:meteoalarm-be",
        type_hint="WEA-STO",
        at=None,
        geometry={"type": "Polygon", "coordinates": [[*around, around[0]]]},
    )

    room.observe("rumour", source="press:media", kind="social", type_hint=None)

    assert room.shown("rumour").incident is None


def test_beyond_the_reach_of_both_types_nothing_is_compared() -> None:
    room = room_with()
    assert opened(room.observe("far", at=metres_north(151)))["best"] is None
    assert opened(room.observe("near", at=metres_north(-149)))["best"] is not None


def test_the_wider_reach_of_the_two_types_counts() -> None:
    room = room_with(type_hint="HAZ-ROA")

    assert opened(room.observe("second", at=metres_north(290)))["best"] is not None


def test_the_same_tunnel_is_the_same_place_whatever_the_distance() -> None:
    room = room_with(type_hint="TRA-TUN", codes={"tunnel": "annie-cordy"})

    why = joined(
        room.observe(
            "portal",
            type_hint="TRA-TUN",
            codes={"tunnel": "annie-cordy"},
            at=metres_north(2500),
        )
    )

    assert "distance" not in terms_of(why)


@pytest.mark.parametrize("kind", ["line", "level", "place", "camera"])
def test_a_code_that_is_too_wide_is_no_identity(kind: str) -> None:
    room = room_with(codes={kind: "x"})

    assert opened(room.observe("second", codes={kind: "x"}, at=metres_north(3000)))["best"] is None


# --- time


def test_after_the_window_of_the_type_a_new_report_is_another_accident() -> None:
    room = room_with()
    room.wait(20 * 60 + 1)

    assert opened(room.observe("second"))["best"] is None


def test_within_the_window_it_may_still_be_the_same_one() -> None:
    room = room_with(codes={"vehicle": "v-1"})
    room.wait(20 * 60 - 1)

    assert terms_of(joined(room.observe("second", codes={"vehicle": "v-1"})))["time"] < 0.01


def test_what_happened_counts_not_when_we_heard_of_it() -> None:
    room = room_with(observed_at=NOW)
    room.wait(3 * 3600)

    why = joined(room.observe("late", observed_at=NOW + timedelta(seconds=10)))

    assert terms_of(why)["time"] > 0.19


def test_a_late_fact_inside_the_span_of_an_incident_loses_nothing() -> None:
    room = room_with(observed_at=NOW)
    room.observe("update", chain=["first"], observed_at=NOW + timedelta(hours=2))

    why = joined(room.observe("late", observed_at=NOW + timedelta(hours=1)))

    assert terms_of(why)["time"] == weights().terms.time


def test_a_fact_from_before_an_incident_is_measured_from_its_beginning() -> None:
    room = room_with(observed_at=NOW)

    entries = room.observe("earlier", observed_at=NOW - timedelta(minutes=21))

    assert opened(entries)["best"] is None


def test_a_suspect_clock_is_not_believed() -> None:
    """A camera whose clock is a day behind still sees the fire that burns now."""
    room = room_with()

    why = joined(room.observe("second", observed_at=NOW - timedelta(days=2), clock_suspect=True))

    assert terms_of(why)["time"] == weights().terms.time


# --- how sure the places are


def test_a_blurred_place_reaches_farther_but_says_less() -> None:
    sharp, blurred = room_with(), room_with(accuracy_m=100)

    assert opened(sharp.observe("second", at=metres_north(200)))["best"] is None
    best = opened(blurred.observe("second", at=metres_north(200), accuracy_m=50))["best"]
    assert best is not None
    assert best["terms"][0]["detail"] == {"metres": 200, "reach": 150, "blur": 150}


def test_blur_wider_than_the_reach_lowers_what_nearness_says() -> None:
    room, other = room_with(), room_with()

    sharp = joined(room.observe("second", accuracy_m=20))
    blurred = the("join_suggested", other.observe("second", accuracy_m=900))["why"]

    assert terms_of(sharp)["distance"] == weights().terms.distance
    assert terms_of(blurred)["distance"] == pytest.approx(0.35 * 150 / 900, abs=0.001)


def test_an_implausible_place_is_no_place() -> None:
    """Latitude and longitude swapped: the tunnel's code still tells where it is."""
    room = room_with(codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")
    before = room.incident()

    why = joined(
        room.observe(
            "swapped",
            at=(HERE[1], HERE[0]),
            accuracy_m=5,
            codes={"tunnel": "annie-cordy"},
            type_hint="HAZ-ROA",
            source="mobiris:events",
            implausible=True,
        )
    )

    assert "distance" not in terms_of(why)
    after = room.incident()
    assert (after.lat, after.lon) == (before.lat, before.lon)


def test_a_graver_fact_with_an_implausible_place_does_not_move_the_incident() -> None:
    room = room_with(codes={"tunnel": "annie-cordy"})

    entries = room.observe(
        "swapped",
        at=(HERE[1], HERE[0]),
        codes={"tunnel": "annie-cordy"},
        type_hint="HAZ-ROA",
        source="mobiris:events",
        implausible=True,
    )

    assert the("incident_regraded", entries)["place"] is None
    assert (room.incident().lat, room.incident().lon) == HERE


def test_an_incident_opened_by_an_implausible_place_has_none() -> None:
    room = Room()
    room.observe(at=(HERE[1], HERE[0]), implausible=True)

    assert (room.incident().lat, room.incident().commune) == (None, None)
    room.observe("right", chain=["call-1"])
    assert (room.incident().lat, room.incident().lon) == HERE


# --- the sender's own word


def test_the_sender_may_say_that_a_message_belongs_to_an_earlier_one() -> None:
    room = room_with()
    room.wait(5 * 3600)

    why = joined(room.observe("update", action="update", chain=["first"], at=metres_north(9000)))

    assert why["terms"] == [
        {"term": "chain", "value": weights().terms.chain, "detail": {"message": "first"}}
    ]
    assert why["score"] == 1.0


def test_a_chain_means_nothing_across_sources() -> None:
    """`call-1` of the police is not `call-1` of the fire brigade."""
    room = room_with()

    entries = room.observe("other", source="cad:siamu", chain=["first"], at=metres_north(9000))

    assert opened(entries)["best"] is None


def test_a_chain_to_an_unknown_message_leaves_the_question_to_the_score() -> None:
    room = room_with()

    assert "chain" not in terms_of(joined(room.observe("second", chain=["never seen"])))


def test_an_ended_incident_is_joined_by_chain_only() -> None:
    room = room_with()
    room.observe("end", action="end", chain=["first"])
    assert room.incident().state == "ended"

    assert opened(room.observe("again"))["best"] is None
    assert joined(room.observe("correction", chain=["first"]))["into"] == "I-0001"


# --- order and cost


def test_equal_scores_go_to_the_older_incident() -> None:
    room = Room()
    room.observe("south", at=metres_north(-100))
    room.observe("north", at=metres_north(100))
    assert room.open_incidents == ["I-0001", "I-0002"]

    why = the("join_suggested", room.observe("between"))["why"]

    assert why["incident"] == "I-0001"
    assert why["score"] == why["runner_up"]["score"]


def test_the_older_incident_stays_the_older_one_beyond_9999() -> None:
    room = Room()
    room.situation.opened = 9_998
    room.observe("south", at=metres_north(-100))
    room.observe("north", at=metres_north(100))
    assert room.open_incidents == ["I-10000", "I-9999"]

    assert the("join_suggested", room.observe("between"))["why"]["incident"] == "I-9999"


def test_an_incident_found_by_code_and_by_place_is_one_candidate() -> None:
    room = room_with(codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")

    entries = room.observe("second", codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")

    assert joined(entries)["runner_up"] is None


def calls_made(act: Callable[[], object]) -> int:
    """How many Python functions run: a measure of work that no machine's speed changes."""
    count = 0

    def count_calls(frame: Any, event: str, arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(count_calls)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


def test_the_cost_of_a_report_does_not_grow_with_the_size_of_its_incident() -> None:
    def cost_after(reports: int) -> int:
        room = room_with()
        for number in range(reports):
            room.observe(f"report {number}")
        assert room.incident().count == reports + 1
        return calls_made(lambda: room.observe("one more"))

    cost_after(3)  # caches are filled once
    assert cost_after(400) <= 1.2 * cost_after(60)


def test_the_cost_of_a_report_does_not_grow_with_what_happens_elsewhere() -> None:
    def cost_among(incidents: int) -> int:
        room = room_with()
        for number in range(incidents):
            room.observe(f"elsewhere {number}", at=metres_north(3000 + 600 * number))
        assert len(room.open_incidents) == incidents + 1
        return calls_made(lambda: room.observe("one more"))

    cost_among(2)
    assert cost_among(300) <= 1.2 * cost_among(20)


def test_a_pair_that_can_never_be_one_has_no_score() -> None:
    room = room_with()
    storm = Room()
    storm.observe("storm", type_hint="WEA-STO")

    assert score(storm.shown("storm"), (), room.incident(), weights()) is None
