"""The geometry of a location: points, lines and outlines, in degrees or in metres of a grid."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tocsin_adapters.datex.grids import (
    LAMBERT_72,
    degrees,
    grid_of,
    longitude_first,
    may_be_lambert_72,
)
from tocsin_adapters.datex.node import Node
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.numbers import number
from tocsin_adapters.reading.shapes import Position, geometry_of, track_of

MAX_LINES = 200
# Not where it is, but where one is sent to, or comes from.
ELSEWHERE = frozenset({"destination", "alternativeRoute"})
_DISPLAY = frozenset({"locationForDisplay", "coordinatesForDisplay"})


@dataclass(slots=True)
class _Drawn:
    points: list[Position] = field(default_factory=list)
    lines: list[list[Position]] = field(default_factory=list)
    rings: list[list[Position]] = field(default_factory=list)
    rough: list[Position] = field(default_factory=list)  # OpenLR's corners: a line, roughly
    display: list[Position] = field(default_factory=list)


class Drawing:
    """Collects what the locations of one record draw."""

    def __init__(self, findings: Findings, where: str) -> None:
        self._findings = findings
        self._where = where
        self._drawn = _Drawn()
        self._special: dict[str, Callable[[Node, str], None]] = {
            "posList": self._line,
            "pos": self._line,
            "exterior": self._ring,
            "outerBoundaryIs": self._ring,
            "openlrPolygonCorners": self._ring,
            "linearByCoordinates": self._by_coordinates,
            "tpegLinearLocation": self._from_to,
            "tpegPointLocation": self._tpeg_point,
            "interior": self._nothing,
            "innerBoundaryIs": self._nothing,
            **dict.fromkeys(ELSEWHERE, self._nothing),
        }

    def add(self, node: Node, srs: str = "") -> None:
        srs = node.attributes.get("srsName", srs)
        special = self._special.get(node.name)
        if special is not None:
            special(node, srs)
            return
        if node.first("latitude") is not None:
            into = self._drawn.display if node.name in _DISPLAY else self._drawn.points
            if node.name.startswith("openlr"):
                into = self._drawn.rough
            into += self._point(node)
        for child in node.children:
            self.add(child, srs)

    def geometry(self) -> dict[str, Any] | None:
        """The finest that was drawn; a point meant for display only when there is nothing else."""
        drawn = self._drawn
        lines = drawn.lines or ([drawn.rough] if len(drawn.rough) > 1 else [])
        points = drawn.points or drawn.rough
        if not lines and not points:
            points = drawn.display
        return geometry_of(
            self._findings, self._where, points=points, lines=lines, rings=drawn.rings
        )

    def _nothing(self, node: Node, srs: str) -> None:
        pass

    def _line(self, node: Node, srs: str) -> None:
        track = self._track(node, srs)
        if len(track) > 1 and node.name == "posList":
            if len(self._drawn.lines) < MAX_LINES:
                self._drawn.lines.append(track)
        else:
            self._drawn.points += track[:1]

    def _ring(self, node: Node, srs: str) -> None:
        for inner in node.walk():
            if inner.name == "posList":
                self._drawn.rings.append(self._track(inner, srs))
        corners = self._corners(node)
        if corners:
            self._drawn.rings.append(corners)

    def _by_coordinates(self, node: Node, srs: str) -> None:
        """The schema puts the end before what lies between."""

        def rank(child: Node) -> tuple[int, float]:
            between = 0 if "Start" in child.name else 2 if "End" in child.name else 1
            return between, number(child.attributes.get("index"), 0, 1e6) or 0.0

        ordered = sorted(node.children, key=rank)
        self._drawn.lines.append([at for child in ordered for at in self._corners(child)])

    def _from_to(self, node: Node, srs: str) -> None:
        self._drawn.lines.append([at for side in ("from", "to") for at in self._end(node, side)])

    def _tpeg_point(self, node: Node, srs: str) -> None:
        for side in ("point", "framedPoint"):
            self._drawn.points += self._end(node, side)

    def _end(self, node: Node, side: str) -> list[Position]:
        found = node.first(side, "pointCoordinates")
        return self._point(found) if found is not None else []

    def _corners(self, node: Node) -> list[Position]:
        found = (inner for inner in node.walk() if inner.first("latitude") is not None)
        return [at for inner in found for at in self._point(inner)]

    def _point(self, node: Node) -> list[Position]:
        lat, lon = number(node.say("latitude"), -1e7, 1e7), number(node.say("longitude"), -1e7, 1e7)
        if lat is None or lon is None:
            said = "latitude and longitude are no numbers"
            self._findings.warn("position_out_of_range", said, self._where)
            return []
        return track_of([(lon, lat)], self._findings, self._where)

    def _track(self, node: Node, srs: str) -> list[Position]:
        srs = node.attributes.get("srsName", srs)
        pairs = _pairs(node.text, 3 if node.attributes.get("srsDimension") == "3" else 2)
        if pairs is None:
            self._findings.warn("positions_unreadable", "no list of positions", self._where)
            return []
        return track_of(self._degrees(pairs, srs), self._findings, self._where)

    def _degrees(self, pairs: list[tuple[float, float]], srs: str) -> Sequence[Position]:
        grid = grid_of(srs)
        if grid is None and may_be_lambert_72(pairs):
            said = "metres where degrees should be; they are taken as Lambert 72"
            self._findings.warn("grid_assumed", said, self._where)
            grid = LAMBERT_72
        if grid is not None:
            return degrees(grid, pairs)
        return pairs if longitude_first(srs) else [(lon, lat) for lat, lon in pairs]


def inside(node: Node) -> Iterator[Node]:
    """All nodes of a location but those that tell of another place."""
    yield node
    for child in node.children:
        if child.name not in ELSEWHERE:
            yield from inside(child)


def _pairs(written: str, dimension: int) -> list[tuple[float, float]] | None:
    try:
        numbers = [float(word) for word in written.replace(",", " ").split()]
    except ValueError:
        return None
    if not numbers or len(numbers) % dimension or not all(map(math.isfinite, numbers)):
        return None
    return list(zip(numbers[::dimension], numbers[1::dimension], strict=True))
