"""Which incident does an observation belong to? Every outcome can be read off its own figures."""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deciding import HERE, NOW, Room, kinds, metres_north, observation, the
from tocsin.correlation.score import look_at, score
from tocsin.correlation.weights import read_weights, shipped_weights
from tocsin.engine.inputs import ObservationArrived
from tocsin.journal.entry import Entry
from tocsin.situation.evolve import evolve
from tocsin.situation.picture import ATTACHED_KEPT
from tocsin.tables import TableError, package_text

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
    assert why["score"] >= why["threshold"] == shipped_weights().join
    assert room.open_incidents == ["I-0001"]


def test_what_is_likely_but_not_sure_opens_its_own_and_is_suggested() -> None:
    room = room_with()
    room.wait(10 * 60)

    entries = room.observe("second", at=metres_north(75))

    why = the("join_suggested", entries)["why"]
    assert shipped_weights().suggest <= why["score"] < shipped_weights().join
    assert (why["rule"], why["incident"]) == ("R-SUGGEST@2", "I-0001")
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

    assert why["rule"] == "R-OPEN@2"
    assert 0 < why["best"]["score"] < shipped_weights().suggest
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

    table = shipped_weights()
    w = table.terms
    beyond = (100 / 300 - table.full_within.distance) / (1 - table.full_within.distance)
    assert terms_of(why) == {
        # 100 of the 300 m that the narrower of two families reaches
        "distance": pytest.approx(w.distance * (1 - beyond * (1 - table.apart)), abs=0.001),
        "time": pytest.approx(w.time * 0.5 / (1 - table.full_within.time), abs=0.001),
        "family": pytest.approx(w.family * 0.6, abs=0.001),  # TRA-TUN and HAZ-ROA
        "shared_id": table.shared_ids["tunnel"],
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
        "same_moment": {"seconds": 30},
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

        assert terms_of(why)["place_name"] == shipped_weights().place_names["tunnel"]
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

    assert terms_of(why["best"])["other_level"] == shipped_weights().terms.other_level
    assert room.open_incidents == ["I-0001", "I-0002"]


def test_nor_does_a_tunnel_call_join_the_accident_on_the_surface() -> None:
    room = room_with(codes={"level": "surface"})

    entries = room.observe("below", codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")

    assert terms_of(opened(entries)["best"])["other_level"] == shipped_weights().terms.other_level


def test_two_accidents_on_the_surface_are_on_one_level() -> None:
    room = room_with(codes={"level": "surface"})

    assert "other_level" not in terms_of(joined(room.observe("second", codes={"level": "surface"})))


@pytest.mark.parametrize("other", ["CYB-SVC", "WEA-TMP", "PER-MIS", "CRO-EVT"])
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


def test_of_one_family_the_wider_reach_counts() -> None:
    room = room_with(type_hint="TRA-TUN")

    assert opened(room.observe("second", at=metres_north(290)))["best"] is not None


def test_what_is_of_two_families_must_be_nearer() -> None:
    """An accident with dangerous goods reaches 300 m, one without 150: 200 m apart they are two."""
    room = room_with(type_hint="HAZ-ROA")

    assert opened(room.observe("second", at=metres_north(200)))["best"] is None


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

    assert terms_of(why)["time"] == shipped_weights().terms.time


def test_a_fact_from_before_an_incident_is_measured_from_its_beginning() -> None:
    room = room_with(observed_at=NOW)

    entries = room.observe("earlier", observed_at=NOW - timedelta(minutes=21))

    assert opened(entries)["best"] is None


def test_a_suspect_clock_is_not_believed() -> None:
    """A camera whose clock is a day behind still sees the fire that burns now."""
    room = room_with()

    why = joined(room.observe("second", observed_at=NOW - timedelta(days=2), clock_suspect=True))

    assert terms_of(why)["time"] == shipped_weights().terms.time


# --- how sure the places are


def test_a_blurred_place_reaches_farther() -> None:
    sharp, blurred = room_with(), room_with(accuracy_m=100)
    told: list[dict[str, Any]] = []
    for room, accuracy in ((sharp, None), (blurred, 50)):
        entries = room.observe("second", at=metres_north(260), accuracy_m=accuracy)
        told.append(opened(entries)["best"])

    assert told[0] is None
    assert told[1]["terms"][0]["detail"] == {"metres": 260, "reach": 150, "blur": 150}


def test_an_incident_whose_own_place_is_blurred_is_found_from_afar() -> None:
    """A call of which only the cell tower is known, then one that stands 700 m from there."""
    room = room_with(accuracy_m=900)

    best = opened(room.observe("sharp", at=metres_north(900), accuracy_m=10))["best"]

    assert best["terms"][0]["detail"] == {"metres": 900, "reach": 150, "blur": 910}


def test_blur_wider_than_the_reach_says_less_and_asks_for_a_name() -> None:
    """A telephone's cell holds whatever else happens in it."""
    room, other = room_with(), room_with()

    sharp = joined(room.observe("second", accuracy_m=20))
    blurred = the("join_suggested", other.observe("second", accuracy_m=900))["why"]

    w, share = shipped_weights().terms, (150 / 900) ** 0.5
    assert terms_of(sharp)["distance"] == w.distance
    assert terms_of(blurred)["distance"] == pytest.approx(w.distance * share, abs=0.001)
    assert terms_of(blurred)["only_blur"] == w.only_blur


def test_who_says_where_he_stands_tells_of_what_is_beside_him() -> None:
    """Two telephones, exact to 5 m, on either side of one fire; two places put on a map."""
    by_hand, phones = room_with(), room_with(accuracy_m=5)

    put = the("join_suggested", by_hand.observe("second", at=metres_north(110)))["why"]
    told = joined(phones.observe("second", at=metres_north(110), accuracy_m=5))

    assert terms_of(told)["distance"] > terms_of(put)["distance"]


def test_two_sharp_places_as_far_apart_as_they_may_be_speak_against_it() -> None:
    room = room_with()

    best = opened(room.observe("second", at=metres_north(149)))["best"]

    assert terms_of(best)["distance"] < 0


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
        {"term": "chain", "value": shipped_weights().terms.chain, "detail": {"message": "first"}}
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


def close(room: Room, incident: str = "I-0001") -> None:
    closed = {"incident": incident, "state": "closed", "reason": "over", "by": None}
    entry = Entry(room.situation.n + 1, room.at, "incident_state_changed", 1, closed | {"why": {}})
    room.situation = evolve(room.situation, entry)


def test_a_closed_incident_is_joined_by_chain_only() -> None:
    room = room_with()
    close(room)

    assert opened(room.observe("again"))["best"] is None
    assert joined(room.observe("correction", chain=["first"]))["into"] == "I-0001"


def test_a_chain_reaches_what_is_out_of_sight() -> None:
    room = room_with()
    for number in range(ATTACHED_KEPT + 10):
        room.observe(f"report {number}")
    assert "first" not in {s.external_id for s in room.situation.observations.values()}

    why = joined(room.observe("update", chain=["first"], at=metres_north(9000)))

    assert terms_of(why) == {"chain": shipped_weights().terms.chain}


def test_a_chain_to_an_incident_that_was_merged_leads_to_its_master() -> None:
    room = room_with()
    room.observe("far", at=metres_north(600))
    room.command("merge_incidents", incident="I-0002", into="I-0001")

    assert joined(room.observe("update", chain=["far"], at=metres_north(9000)))["into"] == "I-0001"


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
    storm.observe("storm", type_hint="WEA-TMP")

    w = shipped_weights()
    assert score(look_at(storm.shown("storm"), (), w), room.incident(), w) is None


# --- tracks and physics


def hit(room: Room, external_id: str, metres: float, **given: Any) -> list[Entry]:
    fields: dict[str, Any] = {
        "source": f"anpr:{external_id}",
        "kind": "anpr_hit",
        "legal_regime": "LFP_police",
        "type_hint": None,
        "accuracy_m": 15,
        "at": metres_north(metres),
        "codes": {"vehicle": "v-303"},
    }
    return room.observe(external_id, **(fields | given))


def test_one_vehicle_is_one_incident_however_far_it_drives() -> None:
    room = Room()
    hit(room, "reyers", 0)
    for turn in range(1, 5):
        room.wait(200)
        assert joined(hit(room, f"gantry-{turn}", 2500 * turn))["into"] == "I-0001"


def test_a_plate_seen_where_the_vehicle_cannot_be_by_now_is_another_one() -> None:
    """The trap of SC-03: X-EXE-3O3 with the letter O, 3 km away, 40 s later."""
    room = Room()
    hit(room, "diamant", 0)
    room.wait(40)

    best = opened(hit(room, "meiser", 3000))["best"]

    assert terms_of(best)["too_fast"] == shipped_weights().terms.too_fast
    [told] = [t["detail"] for t in best["terms"] if t["term"] == "too_fast"]
    assert (told["seconds"], told["max_kmh"]) == (42, 130)
    assert told["kmh"] > 240


def test_the_true_vehicle_goes_on_after_a_misread_one() -> None:
    room = Room()
    hit(room, "diamant", 0)
    room.wait(40)
    hit(room, "misread", 3000)
    room.wait(100)

    why = joined(hit(room, "next", 1200))

    assert why["into"] == "I-0001"
    assert terms_of(why)["on_track"] > terms_of(why["runner_up"]).get("on_track", -1)


def test_a_late_point_is_checked_against_the_points_before_and_after_it() -> None:
    room = Room()
    hit(room, "one", 0, observed_at=NOW)
    room.wait(300)
    hit(room, "three", 3000, observed_at=NOW + timedelta(seconds=300))

    fits = hit(room, "two", 1500, observed_at=NOW + timedelta(seconds=150))
    cannot = hit(room, "two-b", 3000, observed_at=NOW + timedelta(seconds=10))

    assert joined(fits)["into"] == "I-0001"
    assert "too_fast" in terms_of(opened(cannot)["best"])


def test_two_vehicles_at_one_gantry_are_two_incidents() -> None:
    room = Room()
    hit(room, "first", 0)

    best = opened(hit(room, "second", 0, codes={"vehicle": "v-404"}))["best"]

    assert "other_track" in terms_of(best)


def test_a_vehicle_that_passes_an_accident_has_nothing_to_do_with_it() -> None:
    assert opened(hit(room_with(), "passing", 0))["best"] is None


def test_a_car_of_another_class_is_told_apart() -> None:
    room = Room()
    hit(room, "first", 0, facts={"vehicle_class": "van"})
    room.wait(100)

    best = joined(hit(room, "second", 500, facts={"vehicle_class": "lorry"}))

    assert terms_of(best)["other_vehicle"] < 0


# --- names of places


def smoke(room: Room, external_id: str, text: str, **given: Any) -> list[Entry]:
    fields = {"type_hint": "PTR-MET", "at": None, "location_text": text, "source": "cic:112"}
    return room.observe(external_id, **(fields | given))


def test_two_calls_that_name_one_station_in_two_languages_are_one() -> None:
    room = Room()
    smoke(room, "fr", "Station Arts-Loi")

    why = joined(smoke(room, "nl", "Station Kunst-Wet"))

    assert terms_of(why)["place_name"] == shipped_weights().place_names["station"]


@pytest.mark.parametrize("text", ["Station Madou", "station Troon", "Metro Maelbeek"])
def test_callers_name_the_next_station(text: str) -> None:
    room = Room()
    smoke(room, "first", "Station Arts-Loi", codes={"station": "arts-loi"}, source="stib:events")
    room.wait(60)

    why = joined(smoke(room, "second", text))

    assert terms_of(why)["neighbour_station"] == shipped_weights().terms.neighbour_station


def test_a_station_three_stops_away_is_another_place() -> None:
    """The trap of SC-02: the current is cut at Mérode too."""
    room = Room()
    smoke(room, "first", "Station Arts-Loi", codes={"station": "arts-loi"}, at=(50.8455, 4.3688))

    entries = smoke(room, "works", "Station Mérode", at=(50.8387, 4.3979))

    assert opened(entries)["best"] is None


def test_a_street_alone_joins_nothing() -> None:
    room = Room()
    street = "Chaussée de Wavre, Etterbeek"
    room.observe("first", at=None, location_text=street)

    entries = room.observe("second", at=(50.8363, 4.3868), location_text=street)

    assert "place_name" in terms_of(the("join_suggested", entries)["why"])


def test_who_speaks_of_a_tunnel_and_stands_at_its_portal_means_that_tunnel() -> None:
    room = room_with(type_hint="TRA-TUN", codes={"tunnel": "annie-cordy"}, at=(50.86126, 4.33721))

    entries = room.observe(
        "portal", type_hint="TRA-TUN", at=(50.866518, 4.315364), headline="Fumée, on est bloqués"
    )

    assert room.shown("portal").named == ["tunnel:annie-cordy"]
    assert "place_name" in terms_of(joined(entries))


def test_words_far_from_the_position_put_it_in_doubt() -> None:
    room = room_with()

    why = joined(room.observe("odd", location_text="Station Stockel"))

    assert terms_of(why)["doubt"] == shipped_weights().terms.doubt


# --- out of the rules


@pytest.mark.parametrize("kind", ["camera_frame", "social"])
def test_an_old_picture_is_no_news(kind: str) -> None:
    """The trap of SC-04: water in Uccle, on a thumbnail of three hours ago."""
    room = room_with(type_hint="FLD-URB")
    regime: dict[str, Any] = {}
    if kind == "camera_frame":
        regime["legal_regime"] = "loi_cameras_lieu_ouvert"

    entries = room.observe(
        "old", kind=kind, type_hint=None, observed_at=NOW - timedelta(hours=3), **regime
    )

    why = the("observation_set_aside", entries)["why"]
    assert (why["reason"], why["stale_s"]) == ("stale", 3 * 3600)
    assert room.shown("old").incident is None


def test_an_old_picture_of_what_went_on_then_is_evidence() -> None:
    room = room_with(observed_at=NOW - timedelta(hours=2))
    room.observe("still", chain=["first"], observed_at=NOW)

    entries = room.observe(
        "late",
        source="camera:cam-1",
        kind="camera_frame",
        type_hint=None,
        legal_regime="loi_cameras_lieu_ouvert",
        observed_at=NOW - timedelta(hours=1),
    )

    assert joined(entries)["into"] == "I-0001"


def test_what_comes_over_the_rate_of_its_source_is_shown_and_moves_nothing() -> None:
    room = room_with()

    fact = observation("flood")
    entries = room.decide(ObservationArrived(room.at, fact, limited=True))

    assert the("observation_set_aside", entries)["why"]["reason"] == "limited"
    assert not {"observation_joined", "incident_opened"} & set(kinds(entries))


def test_a_suspect_clock_is_given_more_time_and_told() -> None:
    room = room_with()
    room.wait(25 * 60)

    best = joined(
        room.observe(
            "second",
            source="camera:cam-1",
            observed_at=NOW - timedelta(days=1),
            clock_suspect=True,
        )
    )

    assert terms_of(best)["clock_suspect"] == shipped_weights().terms.clock_suspect


# --- areas


def square(half_degrees: float) -> dict[str, Any]:
    lat, lon = HERE
    d = half_degrees
    ring = [[lon - d, lat - d], [lon + d, lat - d], [lon + d, lat + d], [lon - d, lat + d]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_a_warning_of_floods_is_no_flood() -> None:
    room = Room()
    room.observe("warning", type_hint="FLD-URB", at=None, geometry=square(0.2))

    assert opened(room.observe("cellar", type_hint="FLD-URB"))["best"] is None


def test_two_trees_under_one_storm_are_two_incidents() -> None:
    room = Room()
    room.observe("warning", type_hint="WEA-STO", at=None, geometry=square(0.2))
    room.observe("tree", type_hint="WEA-STO", at=metres_north(300))

    assert (
        opened(room.observe("other tree", type_hint="WEA-STO", at=metres_north(900)))["best"]
        is None
    )
    assert len(room.open_incidents) == 3


def test_a_fire_in_a_district_without_current_is_its_own_incident() -> None:
    room = Room()
    room.observe("outage", type_hint="UTL-PWR", source="sibelga:grid")

    assert opened(room.observe("fire", type_hint="FIR-BLD"))["best"] is None


# --- two incidents that may be one


def test_an_observation_that_fits_two_incidents_asks_whether_they_are_one() -> None:
    room = room_with(at=metres_north(0))
    room.observe("second", at=metres_north(149))
    assert len(room.open_incidents) == 2

    entries = room.observe("between", at=metres_north(70))

    assert joined(entries)["runner_up"] is not None
    relation = the("relation_proposed", entries)["relation"]
    assert (relation["kind"], relation["origin"], relation["target"]) == (
        "duplicate",
        "I-0002",
        "I-0001",
    )
    assert len(room.open_incidents) == 2  # people merge


def test_what_fits_two_and_names_no_type_joins_neither() -> None:
    room = room_with(at=metres_north(0))
    room.observe("second", at=metres_north(149))

    entries = room.observe(
        "picture",
        source="camera:cam-1",
        kind="camera_frame",
        type_hint=None,
        legal_regime="loi_cameras_lieu_ouvert",
        at=metres_north(74),
        accuracy_m=150,
    )

    assert the("observation_set_aside", entries)["why"]["reason"] == "ambiguous"


# --- early facts


def test_a_picture_that_came_before_its_incident_joins_when_it_opens() -> None:
    room = Room()
    picture = {"kind": "camera_frame", "legal_regime": "loi_cameras_lieu_ouvert"}
    room.observe("early", source="camera:cam-1", type_hint=None, **picture)  # type: ignore[arg-type] # fields, no flags
    room.wait(30)

    entries = room.observe("call")

    assert joined(entries)["into"] == "I-0001"
    assert room.shown("early").incident == "I-0001"


def test_a_picture_from_elsewhere_goes_on_waiting() -> None:
    room = Room()
    picture = {"kind": "camera_frame", "legal_regime": "loi_cameras_lieu_ouvert"}
    room.observe("early", type_hint=None, at=metres_north(900), **picture)  # type: ignore[arg-type] # fields, no flags

    room.observe("call")

    assert room.shown("early").incident is None


# --- the table


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("join: 0.75", "join: 1.75", "weights.yaml:5: join"),
        ("suggest: 0.45", "suggest: 0.85", "suggest: lies above join"),
        ("doubt: -0.15", "doubt: 0.15", "terms.doubt"),
        ("vehicle_colour", "shoe_size", "there is no fact shoe_size"),
        ("WEA-TMP: 200", "WEA-TMP: 200, WEA-SNO: 9", "there is no type WEA-SNO"),
        ("none: 900", "none: 60", "must lie after full"),
    ],
)
def test_weights_that_do_not_hold_are_refused(before: str, after: str, told: str) -> None:
    text = package_text("tocsin.correlation", "weights.yaml")
    assert before in text

    with pytest.raises(TableError, match=told):
        read_weights(text.replace(before, after, 1))


# --- the law of order


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_facts_of_tight_groups_find_together_in_any_order(data: st.DataObject) -> None:
    """Groups so tight that any two of their facts would join, so far apart that no two of different
    groups could: whatever the order in which they arrive, they end as the same incidents."""
    facts: list[tuple[int, str, dict[str, Any]]] = []
    for group in range(data.draw(st.integers(1, 3))):
        type_hint = data.draw(st.sampled_from(("TRA-ACC", "FIR-BLD", "MED-TOX")))
        for number in range(data.draw(st.integers(1, 5))):
            metres = group * 2000 + data.draw(st.integers(0, 20))
            seconds = data.draw(st.integers(0, 170))
            said: dict[str, Any] = {
                "type_hint": type_hint,
                "at": metres_north(metres),
                "observed_at": NOW + timedelta(seconds=seconds),
                "accuracy_m": data.draw(st.sampled_from((None, 10, 30))),
            }
            facts.append((group, f"g{group}-{number}", said))
    partitions = []
    for order in (facts, data.draw(st.permutations(facts))):
        room = Room()
        room.wait(200)
        for _, external_id, said in order:
            room.observe(external_id, **said)
        partitions.append(partition(room))
    assert partitions[0] == partitions[1]
    assert len(partitions[0]) == len({group for group, _, _ in facts})


def partition(room: Room) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for shown in room.situation.observations.values():
        found.setdefault(shown.incident or shown.id, set()).add(shown.external_id)
    return {frozenset(members) for members in found.values()}
