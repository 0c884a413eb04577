"""Points, lines and outlines to one geometry of the contract, of at most 500 positions."""

import math
from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import GeometryCollection, LineString, Polygon
from shapely.geometry.base import BaseGeometry

from tocsin.contract.observation import MAX_POSITIONS
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.positions import is_near

Position = tuple[float, float]
"""Longitude, latitude."""

MAX_READ = 1_000
"""Positions of one line that are looked at: of longer ones every n-th. Simplifying a zigzag costs
the square of its length."""
TOLERANCES = (1e-5, 1e-4, 1e-3)
"""In degrees: a metre, then ten, then a hundred; what is still too long is thinned."""
MAX_PARTS = 100
DECIMALS = 6
FLAT = 1e-10
"""Square degrees, about a square metre: less is no surface but a line."""


def track_of(pairs: Sequence[Position], findings: Findings, where: str = "") -> list[Position]:
    """Positions (lon, lat) fit to draw; nothing, with a warning, when one is not on earth."""
    kept: list[Position] = []
    for lon, lat in pairs[:: math.ceil(len(pairs) / MAX_READ) or 1]:
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            findings.warn("position_out_of_range", "this is no position on earth", where)
            return []
        here = (round(lon, DECIMALS), round(lat, DECIMALS))
        if here != (0.0, 0.0) and (not kept or kept[-1] != here):
            kept.append(here)
    if pairs and not kept:
        findings.warn("no_position", "0,0 means that the sender has no position", where)
    if kept and is_near(kept[0][0], kept[0][1]):
        findings.warn("perhaps_swapped", "latitude and longitude seem exchanged", where)
    return kept


def geometry_of(
    findings: Findings,
    where: str = "",
    *,
    points: Sequence[Position] = (),
    lines: Sequence[Sequence[Position]] = (),
    rings: Sequence[Sequence[Position]] = (),
) -> dict[str, Any] | None:
    """GeoJSON of the outlines, else of the lines, else of the points; None when nothing is left."""
    outlines = [_outline(ring) for ring in _distinct(rings)[:MAX_PARTS] if len(set(ring)) > 2]
    areas = [shape for shape in outlines if shape.convex_hull.area > FLAT]
    if areas:
        return _told("Polygon", _fitted(areas, findings, where))
    if any(rings):
        findings.warn("polygon_degenerate", "the outline has no surface", where)
    lines = [*rings, *lines]
    drawn = [LineString(line) for line in _distinct(lines)[:MAX_PARTS] if len(set(line)) > 1]
    if drawn:
        return _told("LineString", _fitted(drawn, findings, where))
    places = list(dict.fromkeys([*points, *(line[0] for line in lines if line)]))[:MAX_POSITIONS]
    if len(places) > 1:
        return {"type": "MultiPoint", "coordinates": places}
    return {"type": "Point", "coordinates": places[0]} if places else None


def _distinct(lines: Sequence[Sequence[Position]]) -> list[tuple[Position, ...]]:
    return list(dict.fromkeys(tuple(line) for line in lines))


def _outline(ring: Sequence[Position]) -> BaseGeometry:
    return Polygon(ring if ring[0] == ring[-1] else [*ring, ring[0]])


def _fitted(shapes: list[BaseGeometry], findings: Findings, where: str) -> list[BaseGeometry]:
    light = shapes
    for tolerance in TOLERANCES:
        if _size(light) <= MAX_POSITIONS:
            break
        light = [_lighter(shape, tolerance) for shape in shapes]
    light = _thinned([part for part in light if not part.is_empty])
    drawn = [sound for shape in light if (sound := _sound(shape, findings, where)) is not None]
    if not drawn:  # outlines that vanished, or lost their surface
        drawn = light = [GeometryCollection(shapes).convex_hull.simplify(TOLERANCES[1])]
    if _size(light) != _size(shapes):
        said = f"{_size(shapes)} positions were simplified to {_size(light)}"
        findings.warn("geometry_simplified", said, where)
    return drawn


def _lighter(shape: BaseGeometry, tolerance: float) -> BaseGeometry:
    """An outline as a line: simplified as an outline it is also untangled, at a cubic cost."""
    line = LineString(shape.exterior.coords) if isinstance(shape, Polygon) else shape
    light = line.simplify(tolerance, preserve_topology=False)
    if not isinstance(shape, Polygon):
        return light
    return Polygon(light.coords) if len(light.coords) >= 4 else Polygon()


def _thinned(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """Every n-th position of each; of what has too few left for an outline, nothing."""
    if _size(shapes) <= MAX_POSITIONS:
        return shapes
    parts = [part for shape in shapes for part in shapely.get_parts(shape)]
    room = MAX_POSITIONS - 2 * len(parts)  # the ends that are kept besides
    if room <= 0:
        return []
    step = math.ceil(_size(parts) / room)
    thin: list[BaseGeometry] = []
    for part in parts:
        if isinstance(part, Polygon):
            ring = list(part.exterior.coords)[:-1:step]
            thin += [_outline(ring)] if len(ring) > 2 else []
        else:
            thin.append(LineString([*list(part.coords)[:-1:step], part.coords[-1]]))
    return thin


def _sound(shape: BaseGeometry, findings: Findings, where: str) -> BaseGeometry | None:
    """Untangling an outline may cost its square; its hull never does."""
    if shape.geom_type == "LineString" or shape.is_valid:
        return shape
    findings.warn("polygon_repaired", "the outline crosses itself; its hull is drawn", where)
    hull = shape.convex_hull
    return hull if hull.geom_type == "Polygon" else None


def _size(shapes: list[BaseGeometry]) -> int:
    return int(shapely.get_num_coordinates(shapes).sum())


def _told(kind: str, shapes: list[BaseGeometry]) -> dict[str, Any] | None:
    parts = [_coordinates(part) for shape in shapes for part in shapely.get_parts(shape)]
    if not parts:
        return None
    if len(parts) == 1:
        return {"type": kind, "coordinates": parts[0]}
    return {"type": f"Multi{kind}", "coordinates": parts}


def _coordinates(shape: BaseGeometry) -> Any:
    if isinstance(shape, Polygon):
        return [_rounded(shape.exterior.coords)]
    return _rounded(shape.coords)


def _rounded(coordinates: Any) -> list[Position]:
    return [(round(x, DECIMALS), round(y, DECIMALS)) for x, y, *_ in coordinates]
