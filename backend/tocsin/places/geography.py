"""Where a position is: communes, police zones, the Region, and distances within it."""

import math
from functools import cache
from typing import Any, NamedTuple

import orjson
import shapely
from shapely.geometry import shape

from tocsin.tables import package_text

# The WGS 84 ellipsoid at 50.84° N, the middle of the Region. Within the Region the metres of a
# degree of longitude change by less than 0.2 %.
M_PER_DEGREE_LAT = 111_249.0
M_PER_DEGREE_LON = 70_428.0
# Cells of about 280 m: most lie in one commune, so most answers need no geometry at all.
CELL_LAT = 0.0025
CELL_LON = 0.004


class Commune(NamedTuple):
    """A municipality; `police_zone` is the number of its local police zone."""

    nis: str
    fr: str
    nl: str
    police_zone: str
    police_zone_fr: str
    police_zone_nl: str


def distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Metres between two positions; less than 0.5 % wrong within the Region."""
    return math.hypot((lat2 - lat1) * M_PER_DEGREE_LAT, (lon2 - lon1) * M_PER_DEGREE_LON)


def commune_at(lat: float, lon: float) -> Commune | None:
    """The commune in which a position lies, None outside the Region."""
    for commune, area in _cells().get(_cell(lat, lon), ()):
        if area is None or shapely.intersects_xy(area, lon, lat):
            return commune
    return None


def inside_region(lat: float, lon: float) -> bool:
    return commune_at(lat, lon) is not None


@cache
def communes() -> tuple[Commune, ...]:
    return tuple(commune for commune, _ in commune_areas())


def communes_touched(geometry: dict[str, Any], metres: float = 0.0) -> tuple[Commune, ...]:
    """The communes that a GeoJSON geometry touches, or comes within so many metres of."""
    return _communes_within(in_metres(shape(geometry)), metres)


def communes_around(lat: float, lon: float, metres: float) -> tuple[Commune, ...]:
    """The communes within so many metres of a position."""
    return _communes_within(point_in_metres(lat, lon), metres)


def point_in_metres(lat: float, lon: float) -> Any:
    return shapely.Point(lon * M_PER_DEGREE_LON, lat * M_PER_DEGREE_LAT)


def in_metres(geometry: Any) -> Any:
    """A geometry in degrees, drawn in metres east and north."""
    return shapely.transform(geometry, lambda points: points * (M_PER_DEGREE_LON, M_PER_DEGREE_LAT))


def features(layer: str) -> list[dict[str, Any]]:
    """The features of one of the layers that come with this package."""
    text = package_text(__package__, "data", f"{layer}.geojson")
    found: list[dict[str, Any]] = orjson.loads(text)["features"]
    return found


@cache
def commune_areas() -> tuple[tuple[Commune, Any], ...]:
    """Each commune with its area in degrees."""
    return tuple(
        (
            Commune(
                nis=row["properties"]["nis"],
                fr=row["properties"]["name_fr"],
                nl=row["properties"]["name_nl"],
                police_zone=row["properties"]["police_zone"],
                police_zone_fr=row["properties"]["police_zone_name_fr"],
                police_zone_nl=row["properties"]["police_zone_name_nl"],
            ),
            shape(row["geometry"]),
        )
        for row in features("municipalities")
    )


def _communes_within(drawn: Any, metres: float) -> tuple[Commune, ...]:
    areas, tree = _metric_areas()
    found = tree.query(drawn, predicate="dwithin", distance=metres)
    return tuple(areas[i] for i in sorted(found))


@cache
def _metric_areas() -> tuple[list[Commune], shapely.STRtree]:
    rows = commune_areas()
    return [commune for commune, _ in rows], shapely.STRtree([in_metres(a) for _, a in rows])


def _cell(lat: float, lon: float) -> tuple[int, int]:
    return math.floor(lat / CELL_LAT), math.floor(lon / CELL_LON)


@cache
def _cells() -> dict[tuple[int, int], tuple[tuple[Commune, Any], ...]]:
    """What lies in each cell; the area is None where one commune fills the whole cell."""
    cells: dict[tuple[int, int], list[tuple[Commune, Any]]] = {}
    for commune, area in commune_areas():
        shapely.prepare(area)
        west, south, east, north = area.bounds
        low, high = _cell(south, west), _cell(north, east)
        for row in range(low[0], high[0] + 1):
            for column in range(low[1], high[1] + 1):
                box = shapely.box(
                    column * CELL_LON, row * CELL_LAT, (column + 1) * CELL_LON, (row + 1) * CELL_LAT
                )
                if area.contains(box):
                    cells[row, column] = [(commune, None)]
                elif area.intersects(box):
                    part = area.intersection(box)
                    shapely.prepare(part)
                    cells.setdefault((row, column), []).append((commune, part))
    return {cell: tuple(found) for cell, found in cells.items()}
