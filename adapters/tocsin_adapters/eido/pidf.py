"""PIDF-LO (RFC 5491, 5139): the place that stands as XML inside JSON."""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from tocsin_adapters.reading.elements import local_name, text, words
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.numbers import number
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.shapes import Position, geometry_of, track_of
from tocsin_adapters.reading.xml import tree_of

MAX_BYTES = 64 * 1024
MAX_ELEMENTS = 2000
MAX_CORNERS = 500
_LATITUDE_FIRST = ("4326", "4979")  # by their EPSG codes; RFC 5491 allows no others
_RADII = ("radius", "semiMajorAxis", "outerRadius")


@dataclass(frozen=True, slots=True)
class Place:
    geometry: Any = None
    accuracy_m: float | None = None
    address: str | None = None


def place_of(written: str, findings: Findings, where: str) -> Place:
    """Raises `Unreadable` where the XML is hostile or broken."""
    root = tree_of(
        written.strip().encode(), findings, max_bytes=MAX_BYTES, max_elements=MAX_ELEMENTS
    )
    geometry, accuracy = None, None
    for shape in root.iter():
        if local_name(shape) in _SHAPES:
            geometry = _drawn(shape, findings, where)
            accuracy = _accuracy(shape)
            break
    civic = next(root.iter("{*}civicAddress"), None)
    return Place(geometry, accuracy, None if civic is None else _address(civic))


_SHAPES = {"Point", "Circle", "Ellipse", "Sphere", "Ellipsoid", "ArcBand", "Polygon", "Prism"}


def _drawn(shape: etree._Element, findings: Findings, where: str) -> Any:
    system = next((e.get("srsName") for e in (shape, *shape.iter()) if e.get("srsName")), "")
    if system and not system.endswith(_LATITUDE_FIRST):
        findings.warn("unknown_coordsys", f"{system[:80]} is not read", where)
        return None
    spots: list[Position] = []
    for element in shape.iter("{*}pos", "{*}posList", "{*}coordinates"):
        spots += _pairs(words(element), local_name(element), element)
    if not spots:
        findings.warn("position_unreadable", "no `latitude longitude` in it", where)
        return None
    if local_name(shape) in {"Polygon", "Prism"} and len(spots) > 2:
        ring = track_of(spots[:MAX_CORNERS], findings, where)
        return geometry_of(findings, where, rings=[ring])
    lon, lat = spots[0]
    return point_of(lat, lon, findings, where)


def _pairs(written: str, name: str, element: etree._Element) -> list[Position]:
    tokens = written.replace(",", " ").split()[: 3 * MAX_CORNERS]
    in_threes = element.get("srsDimension") == "3" or (len(tokens) % 3 == 0 and len(tokens) % 2)
    step = len(tokens) if name == "pos" else 3 if in_threes else 2
    found: list[Position] = []
    for at in range(0, len(tokens) - 1, max(step, 2)):
        lat, lon = number(tokens[at], -90, 90), number(tokens[at + 1], -180, 180)
        if lat is None or lon is None:
            return []
        found.append((lon, lat))
    return found


def _accuracy(shape: etree._Element) -> float | None:
    """In metres, as RFC 5491 wants all distances."""
    for name in _RADII:
        metres = number(text(shape, name), 0, 1_000_000)
        if metres is not None:
            return metres
    return None


def _address(civic: etree._Element) -> str | None:
    """Number, street, town; not the names of buildings' occupants."""
    street = " ".join(filter(None, (text(civic, n) for n in ("PRD", "RD", "STS", "POD"))))
    house = text(civic, "HNO") + text(civic, "HNS")
    town = text(civic, "A3") or text(civic, "A2") or text(civic, "A1")
    parts = (" ".join(filter(None, (house, street))), town)
    return ", ".join(part for part in parts if part)[:300] or None
