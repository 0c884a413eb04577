"""Where the places of a scenario lie, read out of the layers."""

import difflib
from functools import cache, lru_cache
from typing import Any, NamedTuple

import shapely

from tocsin.exercises.scenario.models import Place
from tocsin.places import (
    place_codes,
    place_names,
    place_of,
    position_along,
    shape_of,
    waters,
)
from tocsin.places.geography import M_PER_DEGREE_LAT, M_PER_DEGREE_LON, point_in_metres
from tocsin.places.words import words_of

# A spot that an author chose: as exact as somebody who points at a map.
SPOT_M = 20.0


class Position(NamedTuple):
    """Degrees; `accuracy_m` is how far the place reaches about it."""

    lat: float
    lon: float
    accuracy_m: float


class NoSuchPlace(ValueError):
    """A sentence for the author of the scenario."""


@lru_cache(maxsize=4096)
def locate(place: Place) -> Position:
    """Raises NoSuchPlace for a code that the layers do not have."""
    found = _of_the_layers(place)
    if not place.north_m and not place.east_m:
        return found
    return Position(
        round(found.lat + place.north_m / M_PER_DEGREE_LAT, 6),
        round(found.lon + place.east_m / M_PER_DEGREE_LON, 6),
        SPOT_M,
    )


def _of_the_layers(place: Place) -> Position:
    if place.lat is not None and place.lon is not None:
        return Position(place.lat, place.lon, SPOT_M)
    if place.of is None:
        raise NoSuchPlace("the place says neither of nor lat and lon")
    whole = _water(place.of) if place.of in waters() else _named(place.of)
    if place.share is None:
        return whole
    drawn = shape_of(place.of)
    if drawn is None:
        raise NoSuchPlace(f"{place.of} is a point in the layers: it has no share")
    lat, lon = position_along(drawn, place.share)
    return Position(round(lat, 6), round(lon, 6), SPOT_M)


def _named(code: str) -> Position:
    found = place_of(code)
    if found is None or found.lat is None or found.lon is None:
        if code in place_codes():
            several = "several places bear the name"
            raise NoSuchPlace(f"{several} {code!r}: {', '.join(alike(code))}")
        near = alike(code)
        raise NoSuchPlace(
            f"the layers have no place {code!r}" + (f"; meant {', '.join(near)}?" if near else "")
        )
    return Position(found.lat, found.lon, found.extent_m or SPOT_M)


@cache
def _water(code: str) -> Position:
    """Its middle, on the water."""
    lat, lon = position_along(shape_of(code), 0.5)
    here = point_in_metres(lat, lon)
    corners: Any = shapely.points(shapely.get_coordinates(shape_of(code)))
    reach = float(shapely.distance(here, corners).max())
    return Position(round(lat, 6), round(lon, 6), round(reach))


class Found(NamedTuple):
    """A place that an author can name by `code`; `lined`: it takes a share."""

    code: str
    fr: str
    nl: str
    lat: float
    lon: float
    lined: bool


def search_places(words: str, limit: int = 20) -> tuple[Found, ...]:
    """Places in whose French or Dutch name or code all these words begin a word."""
    asked = words_of(words)
    codes = [code for code, told in _index() if all(_begins(word, told) for word in asked)]
    found = []
    for code in sorted(codes, key=lambda code: (len(code), code))[:limit]:
        lat, lon, _ = locate(Place(of=code))
        names = waters()[code].names if code in waters() else place_names(code)
        found.append(Found(code, names["fr"], names["nl"], lat, lon, shape_of(code) is not None))
    return tuple(found)


def alike(code: str) -> list[str]:
    """Codes that an author may have meant."""
    kind, _, bare = code.partition(":")
    starting = [known for known, _ in _index() if known.startswith((f"{code}.", f"{code}-"))]
    if starting:
        return starting[:4]
    same_word = [known for known, _ in _index() if known.partition(":")[2] == bare]
    own = [known for known, _ in _index() if known.startswith(f"{kind}:")]
    return same_word or difflib.get_close_matches(code, own or [k for k, _ in _index()], 3, 0.8)


def _begins(word: str, told: str) -> bool:
    return f" {word}" in told


@cache
def _index() -> tuple[tuple[str, str], ...]:
    """Code and searchable words of everything that lies at one place."""
    named = [
        (code, place_names(code)) for code in sorted(place_codes()) if place_of(code) is not None
    ]
    wet = [(code, water.names) for code, water in waters().items()]
    return tuple(
        (code, " " + " ".join(words_of(f"{code} {names['fr']} {names['nl']}")))
        for code, names in (*named, *wet)
    )
