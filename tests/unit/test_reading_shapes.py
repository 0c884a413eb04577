"""Points, lines and outlines of any kind become one geometry of the contract."""

import math
import random
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tocsin.contract import Geometry
from tocsin.contract.observation import MAX_POSITIONS, count_positions
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.shapes import geometry_of, track_of

GEOMETRY: TypeAdapter[Any] = TypeAdapter(Geometry)
POSITIONS = st.tuples(st.floats(-200, 200), st.floats(-100, 100))
TRACKS = st.lists(st.lists(POSITIONS, max_size=12), max_size=6)


def rules(findings: Findings) -> list[str]:
    return [finding.rule for finding in findings.warnings]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(points=st.lists(POSITIONS, max_size=6), lines=TRACKS, rings=TRACKS)
def test_whatever_is_drawn_fits_the_contract(points: Any, lines: Any, rings: Any) -> None:
    findings = Findings()
    drawn = geometry_of(
        findings,
        points=track_of(points, findings),
        lines=[track_of(line, findings) for line in lines],
        rings=[track_of(ring, findings) for ring in rings],
    )
    if drawn is not None:
        geometry = GEOMETRY.validate_python(drawn)
        assert 0 < count_positions(geometry.coordinates) <= MAX_POSITIONS


@settings(max_examples=100, deadline=None, derandomize=True)
@given(track=st.lists(POSITIONS, max_size=20))
def test_a_track_is_kept_whole_or_left_out_with_a_warning(track: Any) -> None:
    findings = Findings()
    kept = track_of(track, findings)
    assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in kept)
    if track and not kept:
        assert rules(findings) in (["position_out_of_range"], ["no_position"])


def test_outlines_go_before_lines_and_lines_before_points() -> None:
    ring = [(4.3, 50.8), (4.4, 50.8), (4.4, 50.9)]
    drawn = geometry_of(Findings(), points=[(4.0, 50.0)], lines=[[(1, 1), (2, 2)]], rings=[ring])
    assert drawn == {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    drawn = geometry_of(Findings(), points=[(4.0, 50.0)], lines=[[(1, 1), (2, 2)]])
    assert drawn == {"type": "LineString", "coordinates": [(1.0, 1.0), (2.0, 2.0)]}
    assert geometry_of(Findings()) is None


def test_an_outline_that_crosses_itself_is_drawn_as_its_hull() -> None:
    findings = Findings()
    bow = [(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)]
    drawn = geometry_of(findings, rings=[bow])
    assert rules(findings) == ["polygon_repaired"]
    assert drawn is not None
    assert len(drawn["coordinates"][0]) == 5


def test_an_outline_without_a_surface_is_drawn_as_a_line() -> None:
    findings = Findings()
    drawn = geometry_of(findings, rings=[[(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]])
    assert rules(findings) == ["polygon_degenerate"]
    assert drawn is not None
    assert drawn["type"] == "LineString"


def test_a_line_of_one_place_is_a_point() -> None:
    drawn = geometry_of(Findings(), lines=[[(4.3, 50.8)]])
    assert drawn == {"type": "Point", "coordinates": (4.3, 50.8)}


@pytest.mark.parametrize("count", [501, 5_000, 60_000])
def test_a_long_zigzag_is_simplified_in_time(count: int) -> None:
    findings = Findings()
    zigzag = [(4 + (i % 2) * 0.5, 50 + i * 1e-5) for i in range(count)]
    started = time.perf_counter()
    drawn = geometry_of(findings, rings=[track_of(zigzag, findings)])
    assert time.perf_counter() - started < 1
    assert drawn is not None
    assert count_positions(GEOMETRY.validate_python(drawn).coordinates) <= MAX_POSITIONS
    assert "geometry_simplified" in rules(findings)


def test_a_tangled_outline_costs_no_more_than_its_length() -> None:
    dice = random.Random(1)
    ring = [(dice.uniform(4, 5), dice.uniform(50, 51)) for _ in range(5000)]
    findings = Findings()
    started = time.perf_counter()
    drawn = geometry_of(findings, rings=[track_of(ring, findings)])
    assert time.perf_counter() - started < 0.5
    assert drawn is not None
    assert "polygon_repaired" in rules(findings)


@pytest.mark.parametrize("sides", [100, 499])
def test_what_fits_is_drawn_as_it_is(sides: int) -> None:
    findings = Findings()
    turns = (k * 2 * math.pi / sides for k in range(sides))
    ring = [(4 + 0.1 * math.cos(a), 50 + 0.1 * math.sin(a)) for a in turns]
    drawn = geometry_of(findings, rings=[ring], lines=[ring])
    assert drawn is not None
    assert len(drawn["coordinates"][0]) == sides + 1
    assert findings.warnings == []


def test_many_outlines_that_do_not_fit_are_drawn_as_one_hull() -> None:
    findings = Findings()
    rings = [
        [
            (4 + n * 0.01 + 0.004 * math.cos(a), 50 + 0.004 * math.sin(a))
            for a in (k * math.pi / 6 for k in range(12))
        ]
        for n in range(90)
    ]
    drawn = geometry_of(findings, rings=rings)
    assert drawn is not None
    assert count_positions(GEOMETRY.validate_python(drawn).coordinates) <= MAX_POSITIONS


def test_a_swapped_track_is_told_and_kept() -> None:
    findings = Findings()
    assert track_of([(50.85, 4.35)], findings) == [(50.85, 4.35)]
    assert rules(findings) == ["perhaps_swapped"]
