"""The shape of a place: the line of a street, a tunnel or a brook, the ground of a site."""

import csv
import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import shapely
from shapely.geometry import shape
from shapely.ops import nearest_points

from tocsin.places.geography import M_PER_DEGREE_LAT, M_PER_DEGREE_LON, features, in_metres
from tocsin.places.register import transport_shapes
from tocsin.tables import package_text


class Stretch(NamedTuple):
    """A stretch of street between two junctions; `line` in metres, as in `in_metres`.

    `level`: s, t or b for surface, tunnel, bridge. `code` is empty where the street has no name.
    """

    kind: str
    level: str
    code: str
    line: tuple[tuple[float, float], ...]


class Water(NamedTuple):
    """A canal, river, brook or pond with a name; brooks in culverts too."""

    code: str
    names: dict[str, str]
    shape: Any


@cache
def stretches() -> tuple[Stretch, ...]:
    """The street network; every stretch can be reached from every other."""
    rows = csv.reader(package_text(__package__, "data", "roads.csv").splitlines()[1:])
    return tuple(Stretch(kind, level, code, _metres(line)) for kind, level, code, line in rows)


@cache
def waters() -> Mapping[str, Water]:
    """By code, `water:senne`."""
    found = {}
    for feature in features("waters"):
        p = feature["properties"]
        code = f"water:{p['code']}"
        names = {"fr": p["fr"], "nl": p["nl"]}
        found[code] = Water(code, names, in_metres(shape(feature["geometry"])))
    return MappingProxyType(found)


@lru_cache(maxsize=1024)
def shape_of(code: str) -> Any | None:
    """The shape of a place in metres; None for what the layers only know as a point."""
    if code in waters():
        return waters()[code].shape
    kind, _, bare = code.partition(":")
    match kind:
        case "street":
            lines = [s.line for s in _stretches_of().get(bare, ())]
            return shapely.MultiLineString(lines) if lines else None
        case "tunnel":
            return _united(in_metres(drawn) for own, drawn in transport_shapes() if own == code)
        case "site":
            own = (f for f in features("sites") if f["properties"]["code"] == bare)
            return _united(in_metres(shape(feature["geometry"])) for feature in own)
    return None


def position_along(drawn: Any, share: float) -> tuple[float, float]:
    """Latitude and longitude on a shape, `share` of the way from its western to its eastern end.

    The way is the straight line between the two ends that lie farthest apart; the position is where
    the shape crosses it there at a right angle, in the middle of a ground.
    """
    (x1, y1), (x2, y2) = _ends(drawn)
    x, y = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
    across = shapely.LineString([(x - (y2 - y1), y + (x2 - x1)), (x + (y2 - y1), y - (x2 - x1))])
    here, met = shapely.Point(x, y), drawn.intersection(across)
    if met.is_empty:
        met = drawn
    nearest = min(getattr(met, "geoms", [met]), key=here.distance)
    if drawn.geom_type.endswith("Polygon") and nearest.geom_type == "LineString":
        found = nearest.interpolate(0.5, normalized=True)
    else:
        found = nearest_points(here, nearest)[1]
    return found.y / M_PER_DEGREE_LAT, found.x / M_PER_DEGREE_LON


@cache
def _stretches_of() -> Mapping[str, list[Stretch]]:
    found = defaultdict(list)
    for stretch in stretches():
        found[stretch.code].append(stretch)
    return found


def _united(drawn: Iterator[Any]) -> Any | None:
    whole = shapely.union_all(list(drawn))
    return None if whole.is_empty or whole.geom_type.endswith("Point") else whole


def _ends(drawn: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    corners = sorted({(float(x), float(y)) for x, y in shapely.get_coordinates(drawn.convex_hull)})
    pairs = itertools.combinations(corners, 2)
    return max(pairs, key=lambda pair: (math.dist(*pair), pair))


def _metres(line: str) -> tuple[tuple[float, float], ...]:
    numbers = [float(part) for part in line.split()]
    return tuple(
        (lon * M_PER_DEGREE_LON, lat * M_PER_DEGREE_LAT)
        for lon, lat in zip(numbers[::2], numbers[1::2], strict=True)
    )
