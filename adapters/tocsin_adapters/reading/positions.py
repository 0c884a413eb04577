"""Positions as senders write them, with the two mistakes they make: none, and swapped."""

from tocsin.contract.observation import Point
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.numbers import number

# The Low Countries and their neighbours: where a position makes sense one way round, a swap shows.
NEAR_LAT = (47.0, 54.5)
NEAR_LON = (0.0, 9.5)


def point_of(lat: object, lon: object, findings: Findings, where: str = "") -> Point | None:
    """A point in degrees WGS 84, or None with a warning where something was written.

    0,0 means "no fix" in every format seen. A swapped pair is told, never corrected.
    """
    if lat in (None, "") and lon in (None, ""):
        return None
    y, x = number(lat, -90, 90), number(lon, -180, 180)
    if y is None or x is None:
        findings.warn("position_out_of_range", "this is no position on earth", where)
        return None
    if y == 0 and x == 0:
        findings.warn("no_position", "0,0 means that the sender has no position", where)
        return None
    if is_near(x, y):
        findings.warn("perhaps_swapped", "latitude and longitude seem exchanged", where)
    return Point(type="Point", coordinates=(x, y))


def is_near(lat: object, lon: object) -> bool:
    """Whether the pair lies in or around Belgium."""
    return number(lat, *NEAR_LAT) is not None and number(lon, *NEAR_LON) is not None
