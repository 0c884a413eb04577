"""Polygons and circles of an alert to one GeoJSON geometry of at most 500 positions.

CAP writes `latitude,longitude`; GeoJSON wants longitude first. Positions are `(lon, lat)` here.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import shapely
import yaml
from lxml import etree
from pydantic import TypeAdapter, ValidationError
from shapely.geometry import LineString, MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from tocsin.contract import Geometry
from tocsin.contract.observation import MAX_POSITIONS
from tocsin_adapters.reading.elements import local_name, words
from tocsin_adapters.reading.findings import Findings

Position = tuple[float, float]

MAX_READ = 6_000
"""Positions read of one message. Of more, every second, third … of each long ring is read: at that
density a warning loses nothing, and no file, however jagged, costs more than its length."""
MAX_RING = 600
MAX_RINGS = 150
LONG_RING = 30
MAX_RADIUS_KM = 1000.0
MAX_CROSSINGS = 5000
MAX_UNION_POSITIONS = 1000
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
    """What the areas of one alert give: a geometry (or none), the radii of its circles."""

    geometry: Any | None = None
    radii_m: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Effort:
    """What is left to spend on the areas of one message, however many alerts are in it."""

    positions: int = MAX_READ
    crossings: int = MAX_CROSSINGS


def places_of(
    areas: Iterable[tuple[str, etree._Element]], effort: Effort, findings: Findings
) -> Places:
    places = Places()
    drawn = [
        (f"{where}/{name}[{nth}]", name, element)
        for where, area in areas
        for name in ("polygon", "circle")
        for nth, element in enumerate(outlines(area, name))
    ]
    if len(drawn) > MAX_RINGS:
        findings.warn("too_many_areas", f"{len(drawn)} outlines; the first {MAX_RINGS} are used")
    written = [words(element) for _, _, element in drawn[:MAX_RINGS]]
    positions = sum(text.count(",") for text in written)
    step = max(1, math.ceil(positions / max(effort.positions, LONG_RING)))
    effort.positions -= positions // step
    shapes: list[BaseGeometry] = []
    for (where, name, element), text in zip(drawn, written, strict=False):
        if name == "circle":
            shapes += _circle(text, where, element, places, findings)
        else:
            shapes += _polygon(text, step, where, element, effort, findings)
    if shapes:
        places.geometry = _together(_unique(shapes), findings)
    return places


def geometry_of_known(written: Sequence[str], findings: Findings) -> Any | None:
    """Outlines as the table of codes writes them, joined; None for none."""
    shapes = [
        Polygon([(float(lon), float(lat)) for lat, lon in _pairs(outline)]) for outline in written
    ]
    return _together(_unique([s for s in shapes if s.is_valid]), findings) if shapes else None


def is_outline(written: str) -> bool:
    """Whether a table may say so: at least three `lat,lon` that do not cross themselves."""
    tokens = written.split()
    if not 3 <= len(tokens) <= MAX_POSITIONS or not all(map(_PAIR.fullmatch, tokens)):
        return False
    ring = [(float(lon), float(lat)) for lat, lon in _pairs(written)]
    plausible = all(-90 <= lat <= 90 and -180 <= lon <= 180 for lon, lat in ring)
    return plausible and len(set(ring)) > 2 and Polygon(ring).is_valid


@cache
def areas_table() -> dict[str, str]:
    """Outlines of codes, `SCHEME:CODE` to `lat,lon lat,lon …`, that a source may add to."""
    written = files(__package__).joinpath("areas.yaml").read_text(encoding="utf-8")
    table: dict[str, str] = yaml.safe_load(written)
    return table


def _pairs(written: str) -> list[list[str]]:
    return [token.split(",") for token in written.split()]


def outlines(area: etree._Element, name: str) -> list[etree._Element]:
    """Some senders write `Polygon`."""
    return [e for e in area if local_name(e).lower() == name]


def _polygon(
    written: str,
    step: int,
    where: str,
    element: etree._Element,
    effort: Effort,
    findings: Findings,
) -> list[BaseGeometry]:
    if not written:
        return []
    tokens = written.split()
    left_out = len(tokens)
    if step > 1 and len(tokens) > LONG_RING:
        tokens = [*tokens[:-1:step], tokens[-1]]
    left_out -= len(tokens)
    ring = _positions(tokens, where, element, findings)
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
    before = len(ring)
    ring = _thinned(ring)
    left_out += before - len(ring)
    if left_out:
        said = f"{left_out} of its positions were left out"
        findings.warn("polygon_thinned", said, where, element)
    polygon = Polygon(ring)
    if polygon.is_valid:
        return [polygon]
    repaired = _repair(ring, polygon, effort)
    rule = "polygon_repaired" if repaired else "polygon_degenerate"
    findings.warn(rule, shapely.is_valid_reason(polygon).split("[")[0], where, element)
    return repaired


def _positions(
    tokens: list[str], where: str, element: etree._Element, findings: Findings
) -> list[Position] | None:
    if not all(map(_PAIR.fullmatch, tokens)):
        return _repaired(" ".join(tokens), where, element, findings)
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


def _thinned(ring: list[Position]) -> list[Position]:
    if len(ring) <= MAX_RING:
        return ring
    # Every n-th first: simplifying a jagged line costs the square of its length.
    step = math.ceil(len(ring) / (MAX_RING * 4))
    line = LineString([*ring[:-1:step], ring[-1]])
    tolerance = 1e-5
    while len(line.coords) > MAX_RING and tolerance < 1:
        line = line.simplify(tolerance, preserve_topology=False)
        tolerance *= 3
    kept = list(line.coords)
    step = math.ceil(len(kept) / MAX_RING)
    return [*kept[:-1:step], kept[-1]]


def _repair(ring: list[Position], polygon: Polygon, effort: Effort) -> list[BaseGeometry]:
    """Untangled while that is cheap; beyond so many crossings its hull has to do."""
    if effort.crossings >= 0:
        effort.crossings -= _crossings(ring)
    if effort.crossings < 0:
        return _polygons_in(polygon.convex_hull)
    return _polygons_in(shapely.make_valid(polygon, method="structure", keep_collapsed=False))


def _crossings(ring: list[Position]) -> int:
    """At most so many sides cross: what is counted are boxes around them, which is quick."""
    sides = shapely.linestrings(list(pairwise(ring)))
    touching = shapely.STRtree(sides).query(sides).shape[1]
    return int(touching) - 3 * len(sides)  # each side touches itself and its two neighbours


def _polygons_in(shape: BaseGeometry) -> list[BaseGeometry]:
    if isinstance(shape, Polygon | MultiPolygon):
        return [] if shape.is_empty else [shape]
    return [part for whole in getattr(shape, "geoms", ()) for part in _polygons_in(whole)]


def _circle(
    written: str, where: str, element: etree._Element, places: Places, findings: Findings
) -> list[BaseGeometry]:
    numbers = [float(n) for n in _NUMBER.findall(written[:200])]
    if len(numbers) != 3 or not _ONLY_NUMBERS.fullmatch(written) or numbers[2] < 0:
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
    light = surfaces
    for tolerance in (2e-4, 2e-3, 2e-2):
        if shapely.get_num_coordinates(light).sum() <= MAX_UNION_POSITIONS:
            break
        light = [shape.simplify(tolerance, preserve_topology=True) for shape in light]
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
