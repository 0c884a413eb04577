from itertools import pairwise

import pytest

from tocsin.exercises.scenario.journeys import journey
from tocsin.exercises.scenario.models import Move, Place
from tocsin.exercises.scenario.places import NoSuchPlace, locate, search_places
from tocsin.places import distance_m, shape_of, way
from tocsin.places.geography import point_in_metres


def at(**given: object) -> tuple[float, float]:
    return locate(Place.model_validate(given))[:2]


def off(code: str, lat: float, lon: float) -> float:
    """Metres beside the line or the ground of a place."""
    drawn = shape_of(code)
    assert drawn is not None
    return float(drawn.distance(point_in_metres(lat, lon)))


@pytest.mark.parametrize(
    "code",
    [
        "street:avenue-louise",
        "street:chaussee-de-la-hulpe",
        "tunnel:annie-cordy",
        "water:senne",
        "water:canal-charleroi-bruxelles",
        "site:parc-du-cinquantenaire",
        "site:bois-de-la-cambre",
    ],
)
def test_a_share_runs_along_the_place_from_its_western_to_its_eastern_end(code: str) -> None:
    spots = [at(of=code, share=share / 4) for share in range(5)]
    assert all(off(code, *spot) < 1 for spot in spots)
    assert spots[0][1] <= spots[-1][1]
    whole = distance_m(*spots[0], *spots[-1])
    for share, spot in enumerate(spots):
        assert distance_m(*spots[0], *spot) >= share / 4 * whole - 1


def test_the_portals_of_the_tunnel_are_its_two_ends() -> None:
    west, east = at(of="tunnel:annie-cordy", share=0), at(of="tunnel:annie-cordy", share=1)
    assert 2000 < distance_m(*west, *east) < 3200


def test_a_spot_that_was_chosen_is_exact_and_a_whole_street_is_not() -> None:
    whole = locate(Place(of="street:avenue-louise"))
    assert whole.accuracy_m > 500
    assert locate(Place(of="street:avenue-louise", share=0.5)).accuracy_m == 20
    beside = locate(Place(of="station:arts-loi", north_m=40, east_m=-30))
    centre = locate(Place(of="station:arts-loi"))
    assert distance_m(*centre[:2], *beside[:2]) == pytest.approx(50, abs=1)
    assert beside.accuracy_m == 20


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("street:avenu-du-port", "meant street:avenue-du-port"),
        ("canal:senne", "meant water:senne"),
        ("street:digue-du-canal", "street:digue-du-canal.anderlecht"),
    ],
)
def test_a_code_that_is_wrong_is_answered_with_those_that_were_meant(code: str, told: str) -> None:
    with pytest.raises(NoSuchPlace, match=told):
        locate(Place(of=code))


def test_places_are_found_by_the_beginnings_of_french_or_dutch_words() -> None:
    assert "water:senne" in [found.code for found in search_places("zenn")]
    assert "site:bois-de-la-cambre" in [found.code for found in search_places("ter kameren")]
    assert search_places("senne")[0].lined


def move(**given: object) -> Move:
    along = ["street:avenue-louise", {"of": "street:chaussee-de-waterloo", "share": 0.9}]
    plain = {"along": along, "speed_kmh": 36, "every": "00:00:30"}
    return Move.model_validate({**plain, **given})


def test_a_journey_by_road_stays_on_the_streets_at_its_speed() -> None:
    told = journey(move())
    spots = [one.position[:2] for one in told]
    steps = [distance_m(*one, *other) for one, other in pairwise(spots)]
    assert max(steps) <= 301
    for spot in spots[1:-1]:
        assert distance_m(*spot, *way("road", spot, spot)[0]) < 5
    straight = distance_m(*spots[0], *spots[-1])
    assert straight < 300 * (len(told) - 1) < 2.5 * straight
    assert {one.facts["speed_kmh"] for one in told} == {36}


def test_in_the_air_it_flies_straight_and_says_its_heading() -> None:
    told = journey(move(by="air"))
    assert len({one.facts["heading_deg"] for one in told}) == 1
    assert told[-1].position[:2] == pytest.approx(
        at(of="street:chaussee-de-waterloo", share=0.9), abs=2e-6
    )


def test_every_way_is_the_same_there_and_back_in_length() -> None:
    """No one-way streets are known, so the network must not have any."""
    start, end = at(of="station:arts-loi"), at(of="site:parc-josaphat")

    def length(line: tuple[tuple[float, float], ...]) -> float:
        return sum(distance_m(*one, *other) for one, other in pairwise(line))

    there, back = length(way("road", start, end)), length(way("road", end, start))
    assert there == pytest.approx(back, rel=0.001)
    assert length(way("foot", start, end)) <= there * 1.1


def test_people_on_foot_keep_out_of_the_tunnel() -> None:
    west, east = at(of="tunnel:annie-cordy", share=0.1), at(of="tunnel:annie-cordy", share=0.9)
    driven = way("road", west, east)
    walked = way("foot", west, east)
    inside = [spot for spot in driven if off("tunnel:annie-cordy", *spot) < 5]
    assert len(inside) > len(driven) / 2
    assert sum(off("tunnel:annie-cordy", *spot) < 3 for spot in walked) < len(walked) / 2


def test_a_journey_that_ends_where_it_begins_is_refused() -> None:
    with pytest.raises(NoSuchPlace, match="ends where it begins"):
        journey(move(along=["station:arts-loi", "station:arts-loi"]))
