"""Drawings as shapes on a sheet, in millimetres from its upper left corner."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Ink = Literal[
    "text", "quiet", "grid", "ground", "border", "water", "road", "curve", "limit", "mark"
]
Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]

# Black on white, and each told apart by its width or its form as well.
COLOURS: dict[Ink, str] = {
    "text": "#14202b",
    "quiet": "#44525f",
    "grid": "#c8d0d8",
    "ground": "#f3f5f7",
    "border": "#8795a3",
    "water": "#8fb4d9",
    "road": "#d3cdbf",
    "curve": "#1f5f99",
    "limit": "#b3261e",
    "mark": "#8c1d4f",
}


@dataclass(frozen=True, slots=True)
class Line:
    points: tuple[Point, ...]
    ink: Ink
    width: float = 0.2
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    points: tuple[Point, ...]
    ink: Ink


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    radius: float
    ink: Ink
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """`y` is the line on which the letters stand; `size` is their height in millimetres."""

    x: float
    y: float
    text: str
    size: float = 2.6
    ink: Ink = "text"
    anchor: Anchor = "start"
    strong: bool = False


Shape = Line | Area | Dot | Label


@dataclass(frozen=True, slots=True)
class Picture:
    width: float
    height: float
    shapes: tuple[Shape, ...]


def clipped(line: list[Point], width: float, height: float) -> list[list[Point]]:
    """The pieces of a line that lie on a sheet, cut at its edges."""
    pieces: list[list[Point]] = []
    for a, b in pairwise(line):
        part = _inside(a, b, width, height)
        if part is None:
            continue
        start, end = part
        if pieces and pieces[-1][-1] == start:
            pieces[-1].append(end)
        else:
            pieces.append([start, end])
    return pieces


def thinned(line: list[Point], least: float) -> list[Point]:
    """Without the points that lie nearer to the one before than anybody could see."""
    kept = line[:1]
    for point in line[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= least:
            kept.append(point)
    return [*kept, *line[-1:]] if len(line) > 1 else kept


def _inside(a: Point, b: Point, width: float, height: float) -> tuple[Point, Point] | None:
    """The part of a segment inside the sheet (Liang and Barsky)."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    first, last = 0.0, 1.0
    for step, room in ((-dx, a[0]), (dx, width - a[0]), (-dy, a[1]), (dy, height - a[1])):
        if step == 0:
            if room < 0:
                return None
            continue
        share = room / step
        if step < 0:
            first = max(first, share)
        else:
            last = min(last, share)
    if first > last:
        return None
    return _at(a, dx, dy, first), _at(a, dx, dy, last)


def _at(a: Point, dx: float, dy: float, share: float) -> Point:
    return round(a[0] + share * dx, 2), round(a[1] + share * dy, 2)
