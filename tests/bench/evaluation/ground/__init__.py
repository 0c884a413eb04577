"""Real places of the Region, read from plain files; nothing of the product is asked."""

import csv
import json
import math
import random
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
LAYERS = Path(__file__).parents[4] / "backend/tocsin/places/data"
M_PER_LAT, M_PER_LON = 111_249.0, 70_428.0  # at 50.84° N

# The Region and some of what surrounds it, as a weather service draws its warnings.
REGION_BOX = (50.75, 4.23, 50.92, 4.50)


class Spot(NamedTuple):
    """A position in degrees."""

    lat: float
    lon: float

    def moved(self, north_m: float, east_m: float) -> "Spot":
        return Spot(self.lat + north_m / M_PER_LAT, self.lon + east_m / M_PER_LON)

    def metres_to(self, other: "Spot") -> float:
        north, east = (other.lat - self.lat) * M_PER_LAT, (other.lon - self.lon) * M_PER_LON
        return math.hypot(north, east)


class Named(NamedTuple):
    """A name in both languages."""

    fr: str
    nl: str

    def __str__(self) -> str:
        return f"{self.fr} / {self.nl}"

    def text(self, language: str) -> str:
        return self.fr if language == "fr" else self.nl


class Street(NamedTuple):
    name: Named
    commune: Named
    line: tuple[Spot, ...]

    @property
    def length_m(self) -> float:
        return sum(a.metres_to(b) for a, b in zip(self.line, self.line[1:], strict=False))

    def at(self, share: float) -> Spot:
        """The point after that share (0 to 1) of the street's length."""
        left = share * self.length_m
        for a, b in zip(self.line, self.line[1:], strict=False):
            step = a.metres_to(b)
            if left <= step and step > 0:
                part = left / step
                return Spot(a.lat + (b.lat - a.lat) * part, a.lon + (b.lon - a.lon) * part)
            left -= step
        return self.line[-1]


class Tunnel(NamedTuple):
    """`portals` are its two ends farthest from one another."""

    name: Named
    code: str
    portals: tuple[Spot, Spot]

    @property
    def length_m(self) -> float:
        return self.portals[0].metres_to(self.portals[1])

    def at(self, share: float) -> Spot:
        a, b = self.portals
        return Spot(a.lat + (b.lat - a.lat) * share, a.lon + (b.lon - a.lon) * share)


class Station(NamedTuple):
    name: Named
    code: str
    spot: Spot
    lines: tuple[str, ...]


def slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


@cache
def communes() -> dict[str, Named]:
    return {
        row["properties"]["nis"]: Named(row["properties"]["name_fr"], row["properties"]["name_nl"])
        for row in _layer("municipalities")
    }


@cache
def streets() -> tuple[Street, ...]:
    with (HERE / "streets.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Street(
                Named(row["name_fr"], row["name_nl"]),
                communes()[row["nis"]],
                tuple(_spot(pair.split(";")) for pair in row["line"].split()),
            )
            for row in csv.DictReader(file)
        )


@cache
def tunnels() -> tuple[Tunnel, ...]:
    found = []
    for row in _layer("tunnels"):
        lines = row["geometry"]["coordinates"]
        if row["geometry"]["type"] == "LineString":
            lines = [lines]
        ends = [_spot(end) for line in lines for end in (line[0], line[-1])]
        _, one, other = max(
            (a.metres_to(b), a, b) for i, a in enumerate(ends) for b in ends[i + 1 :]
        )
        name = Named(row["properties"]["name_fr"], row["properties"]["name_nl"])
        bare = re.sub(r"^Tunnel (de la )?", "", name.fr)
        found.append(Tunnel(name, slug(bare), (one, other)))
    return tuple(found)


@cache
def metro_stations() -> tuple[Station, ...]:
    return tuple(
        Station(
            Named(row["properties"]["name_fr"], row["properties"]["name_nl"]),
            slug(row["properties"]["name_fr"]),
            _spot(row["geometry"]["coordinates"]),
            tuple(row["properties"]["lines"]),
        )
        for row in _layer("metro_stations")
    )


def tunnel(code: str) -> Tunnel:
    return next(t for t in tunnels() if t.code == code)


def station(code: str) -> Station:
    return next(s for s in metro_stations() if s.code == code)


def next_to(spot: Spot, nearest_m: float, farthest_m: float) -> list[Street]:
    """Streets that have their middle within those distances of a spot."""
    return [s for middle, s in _posts()[4::9] if nearest_m <= middle.metres_to(spot) <= farthest_m]


@cache
def nearest_street(spot: Spot) -> Street:
    return min(_posts(), key=lambda post: post[0].metres_to(spot))[1]


@cache
def _posts() -> tuple[tuple[Spot, Street], ...]:
    """Points along every street, nine each."""
    return tuple((street.at(i / 8), street) for street in streets() for i in range(9))


def nearest_station(spot: Spot) -> Station:
    return min(metro_stations(), key=lambda s: s.spot.metres_to(spot))


def anywhere(chance: random.Random) -> Spot:
    """Somewhere in the built-up Region."""
    street = chance.choice(streets())
    return street.at(chance.random())


def _spot(pair: Any) -> Spot:
    lon, lat = float(pair[0]), float(pair[1])
    return Spot(lat, lon)


@cache
def _layer(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((LAYERS / f"{name}.geojson").read_text("utf-8"))[
        "features"
    ]
    return rows
