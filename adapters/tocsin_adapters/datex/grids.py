"""Coordinates in metres: national grids to longitude and latitude."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from tocsin_adapters.reading.shapes import Position

LAMBERT_72 = 31370
# East before north in all of them: Lambert 72 and 2008 (Belgium), RD (Netherlands), Lambert 93
# (France), Gauss (Luxembourg), UTM 31 and 32 North.
GRIDS = frozenset({31370, 3812, 28992, 2154, 2169, 25831, 25832, 32631, 32632})
# What a number that is no degree may be in Belgium.
LAMBERT_72_BOX = ((0.0, 300_000.0), (0.0, 300_000.0))

_CODE = re.compile(r"(?:EPSG|epsg)[^0-9]{0,4}(?:[0-9.]{0,6}[:/])?([0-9]{4,5})")
_LONGITUDE_FIRST = re.compile(r"CRS:?84", re.IGNORECASE)
_LAMBERT_72 = re.compile(r"lambert[ _-]?(?:19)?72", re.IGNORECASE)
_LAMBERT_08 = re.compile(r"lambert[ _-]?(?:20)?08", re.IGNORECASE)


def grid_of(srs: str) -> int | None:
    """The EPSG code of a grid that a srsName names; None for degrees and what is not known."""
    found = _CODE.search(srs)
    if found is not None and int(found[1]) in GRIDS:
        return int(found[1])
    if _LAMBERT_72.search(srs):
        return LAMBERT_72
    return 3812 if _LAMBERT_08.search(srs) else None


def longitude_first(srs: str) -> bool:
    return _LONGITUDE_FIRST.search(srs) is not None


def may_be_lambert_72(pairs: Sequence[tuple[float, float]]) -> bool:
    """Metres where degrees should be, and all of them inside Belgium's grid."""
    (west, east), (south, north) = LAMBERT_72_BOX
    return any(abs(x) > 180 or abs(y) > 180 for x, y in pairs) and all(
        west <= x <= east and south <= y <= north for x, y in pairs
    )


def degrees(grid: int, pairs: Sequence[tuple[float, float]]) -> list[Position]:
    """(east, north) to (lon, lat); what lies outside the grid becomes infinite."""
    longitudes, latitudes = _transformer(grid).transform(*zip(*pairs, strict=True))
    return list(zip(longitudes, latitudes, strict=True))


@cache
def _transformer(grid: int) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(grid, 4326, always_xy=True)
