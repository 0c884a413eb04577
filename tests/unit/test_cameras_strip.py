"""Which six cameras stand beside an incident, and why."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera_register import camera
from deciding import HERE, METRE_LAT, Room, metres_north
from tocsin.cameras.register import Cameras, TwoCamerasOfOneName, register_of
from tocsin.cameras.strip import BEST, REACH_M, Situated, Strip, bearing, course_of, strip_of
from tocsin.contract.camera import Camera
from tocsin.situation.records import CameraState

FRESH = {f"cam-{n}": 1.0 for n in range(100)}


def of(cameras: Iterable[Camera]) -> Cameras:
    return register_of(cameras).get("live", {})


def at(name: str, metres: float, **given: object) -> Camera:
    lat, lon = metres_north(metres)
    return camera(name, lat=lat, lon=lon, **given)


def state(name: str, condition: str) -> CameraState:
    when = "2026-01-15T15:41:07.000Z"
    return CameraState(name, "camera:north", condition, when, when, "O-1")  # type: ignore[arg-type]


def strip(*cameras: Camera, **given: object) -> Strip:
    room = Room()
    room.observe(at=HERE)
    about = Situated(room.incident(), ages=FRESH)
    return strip_of(of(cameras), replace(about, **given))  # type: ignore[arg-type]


def names(found: Strip) -> list[str]:
    return [seat.camera for seat in found.cameras]


def test_the_nearest_come_first_and_no_more_than_six() -> None:
    found = strip(*(at(f"cam-{n}", 100 * n) for n in range(9, 0, -1)))
    assert names(found) == [f"cam-{n}" for n in range(1, BEST + 1)]
    assert found.cameras[0].metres == 100
    assert found.cameras[0].terms[0].term == "distance"


def test_a_camera_that_looks_at_it_beats_a_nearer_one_that_looks_away() -> None:
    away = at("cam-1", 60, heading_deg=0, field_of_view_deg=60)
    towards = at("cam-2", 180, heading_deg=180, field_of_view_deg=60)
    found = strip(away, towards)
    assert names(found) == ["cam-2", "cam-1"]
    assert {t.term for t in found.cameras[0].terms} == {"distance", "looks_at_it"}
    assert "looks_elsewhere" in {t.term for t in found.cameras[1].terms}


def test_a_dome_looks_everywhere_and_a_camera_without_a_heading_claims_nothing() -> None:
    found = strip(at("cam-1", 50), at("cam-2", 60, turns=True))
    assert names(found) == ["cam-2", "cam-1"]
    assert {t.term for t in found.cameras[1].terms} == {"distance"}


def test_a_camera_in_the_same_tunnel_is_taken_however_far() -> None:
    room = Room()
    room.observe(at=HERE, codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")
    register = of([at("cam-1", 2_000, codes={"tunnel": "annie-cordy"}), at("cam-2", 2_000)])
    found = strip_of(register, Situated(room.incident(), ages=FRESH))
    assert names(found) == ["cam-1"]


def test_an_incident_without_a_place_has_the_cameras_of_what_it_names() -> None:
    room = Room()
    room.observe(at=None, codes={"tunnel": "annie-cordy"}, type_hint="TRA-TUN")
    register = of([at("cam-1", 0, codes={"tunnel": "annie-cordy"}), at("cam-2", 0)])
    found = strip_of(register, Situated(room.incident(), ages=FRESH))
    assert (names(found), found.cameras[0].metres) == (["cam-1"], None)


def test_a_camera_that_works_beats_a_nearer_one_that_does_not() -> None:
    states = {"cam-1": state("cam-1", "no_picture"), "cam-2": state("cam-2", "blurred")}
    found = strip(at("cam-1", 50), at("cam-2", 150), at("cam-3", 300), states=states)
    assert names(found) == ["cam-3", "cam-2", "cam-1"]


def test_a_picture_of_long_ago_counts_less() -> None:
    found = strip(at("cam-1", 50), at("cam-2", 150), ages={"cam-1": 600.0, "cam-2": 2.0})
    assert names(found) == ["cam-2", "cam-1"]


def test_where_none_is_near_the_strip_says_how_far_the_nearest_is() -> None:
    found = strip(at("cam-1", 4_000))
    assert (found.cameras, found.without_agreement) == ((), ())
    assert found.nearest_m == pytest.approx(4_000, rel=0.001)
    assert strip().nearest_m is None


def test_a_camera_without_agreement_is_named_apart() -> None:
    found = strip(at("cam-1", 50, agreement=False), at("cam-2", 300))
    assert names(found) == ["cam-2"]
    assert [seat.camera for seat in found.without_agreement] == ["cam-1"]


def test_what_drives_on_has_the_cameras_ahead_of_it() -> None:
    room = Room()
    for n in range(4):
        room.observe(f"seen-{n}", at=metres_north(150 * n), codes={"convoy": "P-EXO-7"})
        room.wait(20)
    incident = replace(room.incident(), lat=metres_north(450)[0])
    seen = [room.situation.observations[o] for o in incident.observations]
    assert course_of(seen) == pytest.approx(0, abs=0.5)
    about = Situated(incident, seen, ages=FRESH)
    found = strip_of(of([at("cam-1", -50), at("cam-2", 1_050)]), about)
    assert names(found) == ["cam-2", "cam-1"]
    assert found.course_deg == 0


def test_callers_around_a_fire_do_not_make_it_drive() -> None:
    room = Room()
    for n, metres in enumerate((0, 200, 90)):
        room.observe(f"call-{n}", at=metres_north(metres), type_hint="FIR-BLD")
        room.wait(30)
    assert course_of(room.situation.observations.values()) is None


def test_two_cameras_of_one_name_are_told() -> None:
    with pytest.raises(TwoCamerasOfOneName, match="cam-1"):
        register_of([camera("cam-1"), camera("cam-1")])


@pytest.mark.parametrize(
    ("north", "east", "degrees"), [(1, 0, 0), (0, 1, 90), (-1, 0, 180), (0, -1, 270)]
)
def test_a_bearing_is_told_from_north_by_east(north: int, east: int, degrees: float) -> None:
    lat, lon = HERE
    there = (lat + north * METRE_LAT * 100, lon + east * METRE_LAT * 158)
    assert bearing(lat, lon, *there) == pytest.approx(degrees, abs=0.1)


cameras = st.builds(
    lambda n, metres, heading, view, agreement, regime: at(
        f"cam-{n}",
        metres,
        heading_deg=heading,
        field_of_view_deg=view,
        agreement=agreement,
        legal_regime=regime,
    ),
    st.integers(0, 60),
    st.floats(-4_000, 4_000),
    st.none() | st.floats(0, 359),
    st.none() | st.floats(1, 360),
    st.booleans(),
    st.sampled_from(("trafic_non_surveillance", "LFP_police")),
)


@given(st.lists(cameras, max_size=20, unique_by=lambda c: c.id), st.floats(0, 500))
def test_a_strip_holds_what_is_in_reach_and_explains_each(found: list[Camera], age: float) -> None:
    told = strip(*found, ages={c.id: age for c in found})
    reachable = {c.id for c in found if abs(c.lat - HERE[0]) / METRE_LAT <= REACH_M * 0.99}
    shown = {c.id for c in found if c.agreement}
    assert len(told.cameras) == min(BEST, len(told.cameras))
    assert len(told.cameras) >= min(BEST, len(reachable & shown))
    assert {s.camera for s in told.cameras} <= shown
    assert not {s.camera for s in told.without_agreement} & shown
    scores = [seat.score for seat in told.cameras]
    assert scores == sorted(scores, reverse=True)
    for seat in told.cameras:
        assert seat.terms
        assert seat.score == pytest.approx(sum(t.value for t in seat.terms), abs=0.01)
    assert strip(*reversed(found), ages={c.id: age for c in found}) == told


def test_time_going_on_does_not_reorder_what_stays_as_it_is() -> None:
    room = Room()
    room.observe(at=HERE)
    register = of([at("cam-1", 100), at("cam-2", 101)])
    first = strip_of(register, Situated(room.incident(), ages={"cam-1": 1, "cam-2": 59}))
    room.now += timedelta(seconds=30)
    later = strip_of(register, Situated(room.incident(), ages={"cam-1": 31, "cam-2": 29}))
    assert first == later


def test_real_cameras_and_those_of_an_exercise_never_meet() -> None:
    register = register_of([camera("cam-1"), camera("cam-1", realm="exercise-one")])
    assert {realm: list(some) for realm, some in register.items()} == {
        "live": ["cam-1"],
        "exercise-one": ["cam-1"],
    }
