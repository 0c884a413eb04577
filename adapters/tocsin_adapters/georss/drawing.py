"""The geometry of an entry: GeoRSS simple, GML and W3C geo. All write the latitude first."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from tocsin_adapters.reading.elements import child, local_name, words
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.shapes import Position, geometry_of, track_of

MAX_SHAPES = 200


@dataclass(slots=True)
class Drawn:
    """`radius_m` is that of the first circle, of which the centre is drawn."""

    geometry: dict[str, Any] | None = None
    radius_m: float | None = None


@dataclass(slots=True)
class _Parts:
    points: list[Position] = field(default_factory=list)
    lines: list[list[Position]] = field(default_factory=list)
    rings: list[list[Position]] = field(default_factory=list)


def drawn_in(entry: etree._Element, findings: Findings, where: str) -> Drawn:
    parts, found = _Parts(), Drawn()
    for element in _shapes(entry):
        name = local_name(element)
        if name in ("lat", "Point") and _put_w3c(element, parts, findings, where):
            continue
        if name == "Envelope":
            parts.rings.append(_box(_envelope(element), findings, where))
            continue
        numbers = _numbers(element)
        if numbers is None:
            continue
        if not numbers:
            findings.warn("positions_unreadable", f"{name} holds no positions", where, element)
        elif name == "circle":
            found.radius_m = _put_circle(numbers, parts, findings, where)
        elif name == "box":
            parts.rings.append(_box(numbers, findings, where))
        else:
            _put(name, element, numbers, parts, findings, where)
    found.geometry = geometry_of(
        findings, where, points=parts.points, lines=parts.lines, rings=parts.rings
    )
    return found


def _shapes(entry: etree._Element) -> Iterator[etree._Element]:
    """Whatever tells of a place, at any depth, in any namespace; not the holes of an outline."""
    wanted = {
        *("point", "line", "polygon", "box", "circle"),
        *("pos", "posList", "Envelope", "lat", "Point"),
    }
    found = 0
    for element in entry.iterdescendants():
        if local_name(element) in wanted and found < MAX_SHAPES:
            found += 1
            if next(element.iterancestors("{*}interior", "{*}innerBoundaryIs"), None) is None:
                yield element


def _put_w3c(element: etree._Element, parts: _Parts, findings: Findings, where: str) -> bool:
    """`lat` beside `long`, in a `Point` or in the entry itself; True when it was no GML."""
    if local_name(element) == "Point":
        return child(element, "pos") is None
    holder = element.getparent()
    lon = None if holder is None else child(holder, "long")
    lon = lon if lon is not None or holder is None else child(holder, "lon")
    numbers = _floats(f"{words(element)} {words(lon)}")
    if numbers is None or len(numbers) != 2:
        findings.warn("positions_unreadable", "lat and long are no numbers", where, element)
    else:
        parts.points += track_of([(numbers[1], numbers[0])], findings, where)
    return True


def _put(
    name: str,
    element: etree._Element,
    numbers: list[float],
    parts: _Parts,
    findings: Findings,
    where: str,
) -> None:
    track = _track(element, numbers, findings, where)
    if name in ("point", "pos"):
        parts.points += track[:1]
    elif name == "line":
        parts.lines.append(track)
    elif name == "polygon" or _in_outline(element):
        parts.rings.append(track)
    else:
        parts.lines.append(track)


def _put_circle(
    numbers: list[float], parts: _Parts, findings: Findings, where: str
) -> float | None:
    """`lat lon radius`, the radius in metres."""
    if len(numbers) != 3 or numbers[2] < 0:
        findings.warn("positions_unreadable", "no `lat lon radius`", where)
        return None
    parts.points += track_of([(numbers[1], numbers[0])], findings, where)
    return numbers[2]


def _track(
    element: etree._Element, numbers: list[float], findings: Findings, where: str
) -> list[Position]:
    step = 3 if _attribute(element, "srsDimension") == "3" else 2
    if len(numbers) % step:
        findings.warn("positions_unreadable", "a latitude without longitude", where, element)
        return []
    firsts, seconds = numbers[::step], numbers[1::step]
    if "CRS84" in _attribute(element, "srsName").upper().replace(":", "").replace("/", ""):
        return track_of(list(zip(firsts, seconds, strict=True)), findings, where)
    return track_of(list(zip(seconds, firsts, strict=True)), findings, where)


def _box(numbers: Sequence[float], findings: Findings, where: str) -> list[Position]:
    if len(numbers) != 4:
        findings.warn("positions_unreadable", "a box has two corners", where)
        return []
    south, west, north, east = numbers
    corners = [(west, south), (east, south), (east, north), (west, north)]
    return track_of(corners, findings, where)


def _envelope(element: etree._Element) -> list[float]:
    corners = (words(child(element, name)) for name in ("lowerCorner", "upperCorner"))
    return _floats(" ".join(corners)) or []


def _in_outline(element: etree._Element) -> bool:
    return next(element.iterancestors("{*}exterior", "{*}outerBoundaryIs"), None) is not None


def _attribute(element: etree._Element, name: str) -> str:
    """Of the element, or of the nearest around it."""
    holders = [element, *element.iterancestors()]
    return next((found for holder in holders if (found := holder.get(name))), "")


def _numbers(element: etree._Element) -> list[float] | None:
    """None for an element of the same name that holds others; empty when it is unreadable."""
    return None if len(element) else _floats(words(element)) or []


def _floats(written: str) -> list[float] | None:
    try:
        numbers = [float(word) for word in written.replace(",", " ").split()]
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None
