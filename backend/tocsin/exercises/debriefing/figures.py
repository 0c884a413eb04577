"""The debriefing's drawings: the way of the injects, the load, the map."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import shapely
from shapely.geometry import shape

from tocsin.contract.times import seconds_between
from tocsin.exercises.debriefing.model import Debriefing, Pin, Still
from tocsin.exercises.debriefing.picture import (
    Area,
    Dot,
    Ink,
    Label,
    Line,
    Picture,
    Point,
    Shape,
    clipped,
    thinned,
)
from tocsin.exercises.debriefing.words import Speaker
from tocsin.exercises.scoring.score import InjectLine, Load
from tocsin.places import features
from tocsin.places.geography import M_PER_DEGREE_LAT, M_PER_DEGREE_LON

WIDTH = 180.0
NAMES = 46.0  # of the injects, left of their lines
ROW = 4.0
TICKS = 8
STEPS_S = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200)
LIMIT = 10  # alarms in ten minutes
LEAST_M = 2_500.0
LEAST_STEP = 0.6  # millimetres between two points of a line
LEAST_NAMED = 0.02  # of the sheet, that a commune must fill to be named


def ways(lines: Sequence[InjectLine], start: str, end: str, say: Speaker) -> Picture:
    """One line for each inject that was told, from there to the last thing that came of it."""
    first = min([start, *(line.issued_at for line in lines if line.issued_at)])
    length = max(seconds_between(first, end), 60.0)
    top, bottom = 6.0, 6.0 + ROW * len(lines)

    def x(at: str) -> float:
        share = min(max(seconds_between(first, at) / length, 0.0), 1.0)
        return NAMES + share * (WIDTH - NAMES - 4)

    shapes: list[Shape] = []
    for second in _ticks(seconds_between(start, first), seconds_between(start, end)):
        at = NAMES + (second - seconds_between(start, first)) / length * (WIDTH - NAMES - 4)
        shapes.append(Line(((at, top - 1.5), (at, bottom)), "grid", 0.15))
        shapes.append(Label(at, top - 2.5, _tick(second), 2.3, "quiet", "middle"))
    for row, line in enumerate(lines):
        shapes += _way(line, top + ROW * (row + 0.5), x, say)
    return Picture(WIDTH, bottom + 1, tuple(shapes))


def _way(line: InjectLine, y: float, x: Callable[[str], float], say: Speaker) -> Iterator[Shape]:
    name = f"{line.inject} ({say('trap')})" if line.trap else line.inject
    yield Label(NAMES - 2, y + 0.8, _cut(name, 30), 2.3, "text", "end", strong=line.trap)
    if line.issued_at is None:
        return
    told = [
        moment.at for moment in (line.seen, line.acknowledged, line.decided, line.done) if moment
    ]
    last = max([line.issued_at, *told])
    if last > line.issued_at:
        yield Line(((x(line.issued_at), y), (x(last), y)), "curve", 0.3)
    for act in (line.acknowledged, line.decided):
        if act is not None:
            yield Line(((x(act.at), y - 1.3), (x(act.at), y + 1.3)), "curve", 0.5)
    if line.seen is not None and line.seen.at > line.issued_at:
        yield Dot(x(line.seen.at), y, 0.8, "curve", hollow=True)
    if line.done is not None:
        yield _square(x(line.done.at), y, 0.9, "mark")
    yield Dot(x(line.issued_at), y, 0.9, "text")


def load_curve(load: Load, start: str, say: Speaker) -> Picture:
    """Alarms against time, with the limit."""
    height, left, right, floor = 56.0, 12.0, WIDTH - 4, 47.0
    first, last = load.curve[0].at, load.curve[-1].at
    length = max(seconds_between(first, last), 60.0)
    highest = max(LIMIT + 2, load.worst_per_10_min + 1)

    def y(alarms: float) -> float:
        return floor - alarms / highest * (floor - 6)

    def x(at: str) -> float:
        return left + seconds_between(first, at) / length * (right - left)

    shapes: list[Shape] = []
    step = max(1, -(-highest // 6))
    for value in range(0, highest + 1, step):
        shapes.append(Line(((left, y(value)), (right, y(value))), "grid", 0.15))
        shapes.append(Label(left - 1.5, y(value) + 0.8, str(value), 2.4, "quiet", "end"))
    begun = seconds_between(start, first)
    for second in _ticks(begun, begun + length):
        at = left + (second - begun) / length * (right - left)
        shapes.append(Line(((at, floor), (at, floor + 1.2)), "border", 0.2))
        shapes.append(Label(at, floor + 4.4, _tick(second), 2.4, "quiet", "middle"))
    shapes.append(Line(((left, y(LIMIT)), (right, y(LIMIT))), "limit", 0.4, dashed=True))
    shapes.append(Label(right, y(LIMIT) - 1, f"≤ {LIMIT}", 2.6, "limit", "end", strong=True))
    steps: list[Point] = []
    for point in load.curve:
        if steps:
            steps.append((x(point.at), steps[-1][1]))
        steps.append((x(point.at), y(point.alarms)))
    shapes.append(Line(tuple(steps), "curve", 0.6))
    return Picture(WIDTH, height, tuple(shapes))


def _ticks(first: float, last: float) -> list[int]:
    """Round moments between two, in seconds from T."""
    step = next((s for s in STEPS_S if (last - first) / s <= TICKS), STEPS_S[-1])
    begin = -int(-first // step) * step if first > 0 else int(first / step) * step
    return list(range(begin, int(last) + 1, step))


def _tick(second: int) -> str:
    hours, rest = divmod(abs(second), 3600)
    return f"T{'−' if second < 0 else '+'}{hours}:{rest // 60:02}"


def _square(x: float, y: float, half: float, ink: Ink) -> Area:
    return Area(
        ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)),
        ink,
    )


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


class Frame:
    """The part of the Region that all stills of one debriefing show, so that they compare."""

    HEIGHT = 72.0

    def __init__(self, pins: Sequence[Pin]) -> None:
        lats, lons = [pin.lat for pin in pins], [pin.lon for pin in pins]
        self.lat, self.lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
        wide = (max(lons) - min(lons)) * M_PER_DEGREE_LON * 1.25
        high = (max(lats) - min(lats)) * M_PER_DEGREE_LAT * 1.25
        self.metres = max(LEAST_M, wide, high * WIDTH / self.HEIGHT)  # across the sheet

    @property
    def inside(self) -> Any:
        """The sheet without its edges, in degrees: where a name has room."""
        half_lon = self.metres / M_PER_DEGREE_LON * 0.45
        half_lat = self.metres * self.HEIGHT / WIDTH / M_PER_DEGREE_LAT * 0.44
        return shapely.box(
            self.lon - half_lon, self.lat - half_lat, self.lon + half_lon, self.lat + half_lat
        )

    def place(self, lat: float, lon: float) -> Point:
        scale = WIDTH / self.metres
        return (
            round(WIDTH / 2 + (lon - self.lon) * M_PER_DEGREE_LON * scale, 2),
            round(self.HEIGHT / 2 - (lat - self.lat) * M_PER_DEGREE_LAT * scale, 2),
        )


def frame_of(debriefing: Debriefing) -> Frame:
    return Frame([pin for still in debriefing.stills for pin in still.pins])


def still_map(still: Still, frame: Frame, say: Speaker) -> Picture:
    shapes: list[Shape] = [
        Area(((0, 0), (WIDTH, 0), (WIDTH, frame.HEIGHT), (0, frame.HEIGHT)), "ground")
    ]
    for kind, width, lines in _ground():
        for line in lines:
            placed = thinned([frame.place(lat, lon) for lon, lat in line], LEAST_STEP)
            shapes += [
                Line(tuple(piece), kind, width, dashed=kind == "border")
                for piece in clipped(placed, WIDTH, frame.HEIGHT)
            ]
    shapes += _names(frame, say)
    shapes += _scale(frame, say)
    for pin in reversed(still.pins):  # the gravest lies on top
        x, y = frame.place(pin.lat, pin.lon)
        ink: Ink = "mark" if pin.is_open else "quiet"
        shapes += [Dot(x, y, 2.6, ink), Dot(x, y, 2.1, ink, hollow=True)]
        shapes.append(Label(x, y + 0.95, str(pin.number), 2.6, "text", "middle", strong=True))
    shapes.append(Label(WIDTH - 2, frame.HEIGHT - 1.5, say("attribution"), 2.0, "quiet", "end"))
    return Picture(WIDTH, frame.HEIGHT, tuple(shapes))


def _names(frame: Frame, say: Speaker) -> Iterator[Shape]:
    """Of the communes, each within its part of the sheet."""
    for feature in features("municipalities"):
        seen = shape(feature["geometry"]).intersection(frame.inside)
        if seen.area < frame.inside.area * LEAST_NAMED:
            continue
        middle = seen.representative_point()
        x, y = frame.place(middle.y, middle.x)
        name = feature["properties"]["name_nl" if say.language == "nl" else "name_fr"]
        yield Label(x, y, name, 2.3, "quiet", "middle")


def _scale(frame: Frame, say: Speaker) -> list[Shape]:
    metres = next(m for m in (10_000, 5_000, 2_000, 1_000, 500) if m < frame.metres / 4)
    length = metres / frame.metres * WIDTH
    y = frame.HEIGHT - 3
    return [
        Line(((3, y - 1.2), (3, y), (3 + length, y), (3 + length, y - 1.2)), "text", 0.3),
        Label(3, y - 1.8, f"{say.number(metres / 1000, 1)} {say('metres')}", 2.4),
    ]


@cache
def _ground() -> tuple[tuple[Ink, float, list[list[tuple[float, float]]]], ...]:
    """Water, roads, limits of communes, from the bottom up; longitude before latitude."""
    lines: dict[str, list[list[tuple[float, float]]]] = {"water": [], "road": []}
    for feature in features("ground"):
        lines[feature["properties"]["kind"]] += _lines(feature["geometry"])
    communes = [
        line for feature in features("municipalities") for line in _lines(feature["geometry"])
    ]
    return (("water", 1.0, lines["water"]), ("road", 0.5, lines["road"]), ("border", 0.2, communes))


def _lines(geometry: dict[str, Any]) -> list[list[tuple[float, float]]]:
    found: list[list[tuple[float, float]]] = []

    def gather(part: Any) -> None:
        if isinstance(part[0][0], list):
            for inner in part:
                gather(inner)
        else:
            found.append([(point[0], point[1]) for point in part])

    gather(geometry["coordinates"])
    return found
