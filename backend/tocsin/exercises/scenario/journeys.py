"""Where a thing that travels is, message by message."""

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from tocsin.exercises.scenario.models import MAX_TIMES, Move, offset_of
from tocsin.exercises.scenario.places import SPOT_M, NoSuchPlace, Position, locate
from tocsin.places import NoWay, distance_m, way
from tocsin.places.geography import M_PER_DEGREE_LAT, M_PER_DEGREE_LON

Where = tuple[float, float]


class Told(NamedTuple):
    """What one message of a journey says: `heading_deg` clockwise from north, `speed_kmh`."""

    position: Position
    facts: dict[str, float]


@lru_cache(maxsize=256)
def journey(move: Move) -> tuple[Told, ...]:
    """From its first place to its last, the last message at the end; NoSuchPlace, NoWay."""
    line = _line(move)
    lengths = [distance_m(*one, *other) for one, other in pairwise(line)]
    passed = list(accumulate(lengths, initial=0.0))
    step = move.speed_kmh / 3.6 * offset_of(move.every).total_seconds()
    last = math.ceil(passed[-1] / step)
    if last >= MAX_TIMES:
        raise NoSuchPlace(
            f"the journey of {passed[-1] / 1000:.1f} km would tell {last + 1} times, at most "
            f"{MAX_TIMES}: let it tell less often"
        )
    return tuple(_told(move, line, passed, min(k * step, passed[-1])) for k in range(last + 1))


def _line(move: Move) -> list[Where]:
    stops = [locate(place) for place in move.along]
    line = [point for leg in pairwise(stops) for point in _leg(move, *leg)]
    bends = line[:1] + [point for before, point in pairwise(line) if point != before]
    if len(bends) < 2:
        raise NoSuchPlace("the journey ends where it begins")
    return bends


def _leg(move: Move, start: Position, end: Position) -> Iterator[Where]:
    if move.by == "air":
        yield from ((start.lat, start.lon), (end.lat, end.lon))
        return
    try:
        yield from way(move.by, (start.lat, start.lon), (end.lat, end.lon))
    except NoWay as error:
        raise NoSuchPlace(str(error)) from None


def _told(move: Move, line: list[Where], passed: list[float], along: float) -> Told:
    k = max(i for i, begun in enumerate(passed[:-1]) if begun <= along)
    (lat1, lon1), (lat2, lon2) = line[k], line[k + 1]
    share = (along - passed[k]) / (passed[k + 1] - passed[k])
    east, north = (lon2 - lon1) * M_PER_DEGREE_LON, (lat2 - lat1) * M_PER_DEGREE_LAT
    heading = round(math.degrees(math.atan2(east, north)) % 360) % 360
    lat, lon = lat1 + share * (lat2 - lat1), lon1 + share * (lon2 - lon1)
    position = Position(round(lat, 6), round(lon, 6), SPOT_M)
    return Told(position, {"heading_deg": heading, "speed_kmh": move.speed_kmh})
