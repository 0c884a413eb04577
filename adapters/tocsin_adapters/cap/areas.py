"""Polygons and circles of an alert to one GeoJSON geometry of at most 500 positions.

CAP writes `latitude,longitude`; GeoJSON wants longitude first. Positions are `(lon, lat)` here.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import shapely
from lxml import etree
from pydantic import TypeAdapter, ValidationError
from shapely.geometry import LineString, MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from tocsin.contract import Geometry
from tocsin.contract.observation import MAX_POSITIONS
from tocsin_adapters.reading.elements import local_name, words
from tocsin_adapters.reading.findings import Findings

Position = tuple[float, float]

MAX_RING = 1500
"""Longer rings are thinned before they are checked. With the bounds below, a file of 2 MB full of
zigzags is read in about a second; repairing and joining it whole would take minutes."""
MAX_RINGS = 400
MAX_RADIUS_KM = 1000.0
MAX_CROSSINGS = 3000
MAX_REPAIRS = 40
MAX_UNION_POSITIONS = 2000
DECIMALS = 6
METRES_PER_DEGREE = 111_320.0
BRUSSELS: Position = (4.3517, 50.8467)
NEAR_KM = 200.0

_PAIR = re.compile(r"[+-]?\d{1,4}(?:\.\d*)?,[+-]?\d{1,4}(?:\.\d*)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,4}(?:\.\d*)?", re.ASCII)
_ONLY_NUMBERS = re.compile(r"[\d\s.,+;-]*", re.ASCII)
_geometry: TypeAdapter[Any] = TypeAdapter(Geometry)


@dataclass(slots=True)
class Places:
    """What the areas of one alert give: a geometry (or none) and the radii of its circles."""

    geometry: Any | None = None
    radii_m: list[float] = field(default_factory=list)
    repairs: int = 0


def places_of(areas: Iterable[tuple[str, etree._Element]], findings: Findings) -> Places:
    places = Places()
    shapes: list[BaseGeometry] = []
    rings = 0
    for where, area in areas:
        for nth, element in enumerate(outlines(area, "polygon")):
            rings += 1
            if rings <= MAX_RINGS:
                shapes += _polygon(element, f"{where}/polygon[{nth}]", places, findings)
        for nth, element in enumerate(outlines(area, "circle")):
            rings += 1
            if rings <= MAX_RINGS:
                shapes += _circle(element, f"{where}/circle[{nth}]", places, findings)
    if rings > MAX_RINGS:
        findings.warn("too_many_areas", f"{rings} outlines; the first {MAX_RINGS} are used")
    if shapes:
        places.geometry = _together(_unique(shapes), findings)
    return places


def outlines(area: etree._Element, name: str) -> list[etree._Element]:
    """Some senders write `Polygon`."""
    return [e for e in area if local_name(e).lower() == name]


def _polygon(
    element: etree._Element, where: str, places: Places, findings: Findings
) -> list[BaseGeometry]:
    written = words(element)
    if not written:
        return []
    ring = _positions(written, where, element, findings)
    if ring is None:
        return []
    if ring[0] != ring[-1]:
        findings.warn("polygon_unclosed", "the ring was closed", where, element)
        ring.append(ring[0])
    if len(set(ring)) < 3:
        findings.warn("polygon_degenerate", "fewer than three positions", where, element)
        return []
    if not _plausible(ring, where, element, findings):
        return []
    ring = _thinned(ring, where, element, findings)
    polygon = Polygon(ring)
    if polygon.is_valid:
        return [polygon]
    places.repairs += 1
    repaired = _repair(ring, polygon, places.repairs)
    rule = "polygon_repaired" if repaired else "polygon_degenerate"
    findings.warn(rule, shapely.is_valid_reason(polygon).split("[")[0], where, element)
    return repaired


def _positions(
    written: str, where: str, element: etree._Element, findings: Findings
) -> list[Position] | None:
    tokens = written.split()
    if not all(_PAIR.fullmatch(token) for token in tokens):
        return _repaired(written, where, element, findings)
    pairs = (token.split(",") for token in tokens)
    return [(float(lon), float(lat)) for lat, lon in pairs]


def _repaired(
    written: str, where: str, element: etree._Element, findings: Findings
) -> list[Position] | None:
    """Stray commas, blanks and signs are harmless as long as the numbers still pair up."""
    numbers = [float(n) for n in _NUMBER.findall(written)]
    if not _ONLY_NUMBERS.fullmatch(written) or len(numbers) % 2 or len(numbers) < 2:
        findings.warn("polygon_unreadable", "no list of lat,lon positions", where, element)
        return None
    findings.warn("polygon_repaired", "stray commas or signs were left out", where, element)
    return list(zip(numbers[1::2], numbers[0::2], strict=True))


def _plausible(
    positions: Sequence[Position], where: str, element: etree._Element, findings: Findings
) -> bool:
    for lon, lat in positions:
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            said = f"{lat},{lon} is no latitude,longitude"
            findings.warn("coordinates_out_of_range", said, where, element)
            return False
    if all(lon == 0 and lat == 0 for lon, lat in positions):
        findings.warn("coordinates_unknown", "0,0 stands for an unknown place", where, element)
        return False
    lon, lat = positions[0]
    if _km(BRUSSELS, (lat, lon)) < NEAR_KM <= _km(BRUSSELS, (lon, lat)):
        # Guessing would draw an area that nobody wrote; the words and codes still say where.
        said = f"{lat},{lon} looks like longitude before latitude; the area was left out"
        findings.warn("coordinates_swapped", said, where, element)
        return False
    return True


def _km(one: Position, other: Position) -> float:
    if not -90 <= other[1] <= 90:
        return math.inf
    across = (one[0] - other[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(across, one[1] - other[1]) * METRES_PER_DEGREE / 1000


def _thinned(
    ring: list[Position], where: str, element: etree._Element, findings: Findings
) -> list[Position]:
    if len(ring) <= MAX_RING:
        return ring
    findings.warn("polygon_thinned", f"{len(ring)} positions were thinned", where, element)
    # Every n-th first: no line, however jagged, may cost more than its length.
    step = math.ceil(len(ring) / (MAX_RING * 10))
    line = LineString([*ring[:-1:step], ring[-1]])
    tolerance = 1e-5
    while len(line.coords) > MAX_RING and tolerance < 1:
        line = line.simplify(tolerance, preserve_topology=False)
        tolerance *= 2
    kept = list(line.coords)
    step = math.ceil(len(kept) / MAX_RING)
    return [*kept[:-1:step], kept[-1]]


def _repair(ring: list[Position], polygon: Polygon, repairs: int) -> list[BaseGeometry]:
    if repairs > MAX_REPAIRS or _crossings(ring) > MAX_CROSSINGS:
        return _polygons_in(polygon.convex_hull)
    return _polygons_in(shapely.make_valid(polygon, method="structure", keep_collapsed=False))


def _crossings(ring: list[Position]) -> int:
    sides = shapely.linestrings(list(pairwise(ring)))
    touching = shapely.STRtree(sides).query(sides, predicate="intersects").shape[1]
    return int(touching) - 3 * len(sides)  # each side touches itself and its two neighbours


def _polygons_in(shape: BaseGeometry) -> list[BaseGeometry]:
    if isinstance(shape, Polygon | MultiPolygon):
        return [] if shape.is_empty else [shape]
    return [part for whole in getattr(shape, "geoms", ()) for part in _polygons_in(whole)]


def _circle(
    element: etree._Element, where: str, places: Places, findings: Findings
) -> list[BaseGeometry]:
    numbers = [float(n) for n in _NUMBER.findall(words(element))]
    if len(numbers) != 3 or not _ONLY_NUMBERS.fullmatch(words(element)) or numbers[2] < 0:
        findings.warn("circle_unreadable", "no `lat,lon radius`", where, element)
        return []
    lat, lon, radius_km = numbers
    if not _plausible([(lon, lat)], where, element, findings):
        return []
    places.radii_m.append(radius_km * 1000)
    if radius_km == 0:
        return [Point(lon, lat)]
    degrees = radius_km * 1000 / METRES_PER_DEGREE
    reach = degrees / max(math.cos(math.radians(lat)), 1e-6)
    if radius_km > MAX_RADIUS_KM or abs(lat) + degrees > 89 or abs(lon) + reach > 180:
        findings.warn("circle_too_wide", "only the centre of the circle is drawn", where, element)
        return [Point(lon, lat)]
    flat = Point(0, 0).buffer(radius_km * 1000, quad_segs=16)
    to_lon = METRES_PER_DEGREE * math.cos(math.radians(lat))
    around = [(lon + x / to_lon, lat + y / METRES_PER_DEGREE) for x, y in flat.exterior.coords]
    return [Polygon(around)]


def _unique(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    return list({shape.wkb: shape for shape in shapes}.values())


def _together(shapes: list[BaseGeometry], findings: Findings) -> Any | None:
    surfaces = [shape for shape in shapes if not isinstance(shape, Point)]
    if not surfaces:
        points = [shape for shape in shapes if isinstance(shape, Point)]
        whole: BaseGeometry = points[0] if len(points) == 1 else MultiPoint(points[:MAX_POSITIONS])
    elif len(surfaces) == 1:
        whole = surfaces[0]
    else:
        parts = _polygons_in(shapely.union_all(_lightened(surfaces, findings)))
        flat = [p for part in parts for p in shapely.get_parts(part)]
        whole = flat[0] if len(flat) == 1 else MultiPolygon(flat)
    whole = _simplified(whole, findings)
    mapping = shapely.geometry.mapping(whole)
    rounded = {"type": mapping["type"], "coordinates": _rounded(mapping["coordinates"])}
    try:
        return _geometry.validate_python(rounded)
    except ValidationError:
        findings.warn("geometry_unusable", "nothing drawable is left of the areas")
        return None


def _lightened(surfaces: list[BaseGeometry], findings: Findings) -> list[BaseGeometry]:
    """At most so many positions go into a union, whose cost grows with their square."""
    before = int(shapely.get_num_coordinates(surfaces).sum())
    tolerance = 1e-4
    light = surfaces
    while shapely.get_num_coordinates(light).sum() > MAX_UNION_POSITIONS and tolerance < 1:
        light = [shape.simplify(tolerance, preserve_topology=True) for shape in surfaces]
        tolerance *= 2
    if shapely.get_num_coordinates(light).sum() > MAX_UNION_POSITIONS:
        light = [shape.envelope for shape in surfaces]
    if light is not surfaces:
        findings.warn("geometry_simplified", f"{before} positions were simplified to be joined")
    return light


def _simplified(whole: BaseGeometry, findings: Findings) -> BaseGeometry:
    if shapely.get_num_coordinates(whole) <= MAX_POSITIONS:
        return whole
    before = int(shapely.get_num_coordinates(whole))
    tolerance = 1e-4
    shape = whole
    while shapely.get_num_coordinates(shape) > MAX_POSITIONS and tolerance < 1:
        shape = whole.simplify(tolerance, preserve_topology=True)
        tolerance *= 2
    if shapely.get_num_coordinates(shape) > MAX_POSITIONS:
        shape = whole.convex_hull.simplify(1e-3)
    if shapely.get_num_coordinates(shape) > MAX_POSITIONS:
        shape = whole.envelope
    after = int(shapely.get_num_coordinates(shape))
    findings.warn("geometry_simplified", f"{before} positions were simplified to {after}")
    return shape


def _rounded(coordinates: Any) -> Any:
    if coordinates and isinstance(coordinates[0], float | int):
        return (round(coordinates[0], DECIMALS), round(coordinates[1], DECIMALS))
    return [_rounded(part) for part in coordinates]
