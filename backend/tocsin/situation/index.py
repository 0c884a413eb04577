"""Look-ups: open incidents by map cell and shared code, records by what they are about.

Derived from the picture, never shown.
"""

import math
from collections.abc import Hashable, Iterator, MutableMapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeVar, cast

from immutables import Map

CELL_DEGREES_LAT = 0.0045  # about 500 m
CELL_DEGREES_LON = 0.0071  # about 500 m at 50.85° N
CELL_M = 490.0  # no side of a cell is shorter

Cell = tuple[int, int]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def empty_table() -> MutableMapping[Any, Any]:
    """A persistent map. In a draft its mutation stands in its place: they are read alike."""
    return cast(MutableMapping[Any, Any], Map())


def writable(table: MutableMapping[K, V]) -> MutableMapping[K, V]:
    return cast(MutableMapping[K, V], cast(Any, table).mutate())


def finished(table: MutableMapping[K, V]) -> MutableMapping[K, V]:
    return cast(MutableMapping[K, V], cast(Any, table).finish())


def cell_of(lat: float, lon: float) -> Cell:
    return (math.floor(lat / CELL_DEGREES_LAT), math.floor(lon / CELL_DEGREES_LON))


def cells_around(lat: float, lon: float, radius_m: float) -> Iterator[Cell]:
    """Every cell that a circle of `radius_m` may touch."""
    high, wide = radius_m / CELL_M * CELL_DEGREES_LAT, radius_m / CELL_M * CELL_DEGREES_LON
    south, west = cell_of(lat - high, lon - wide)
    north, east = cell_of(lat + high, lon + wide)
    return product(range(south, north + 1), range(west, east + 1))


@dataclass(slots=True)
class IncidentIndex:
    """Persistent look-ups; the cost of one does not grow with the size of an incident."""

    by_cell: MutableMapping[Cell, frozenset[str]] = field(default_factory=empty_table)
    by_code: MutableMapping[str, frozenset[str]] = field(default_factory=empty_table)
    # "source|external_id" -> observation
    by_message: MutableMapping[str, str] = field(default_factory=empty_table)
    # "table|incident or subject" -> ids of the records in that table
    by_subject: MutableMapping[str, frozenset[str]] = field(default_factory=empty_table)

    def draft(self) -> "IncidentIndex":
        return IncidentIndex(
            writable(self.by_cell),
            writable(self.by_code),
            writable(self.by_message),
            writable(self.by_subject),
        )

    def settled(self) -> "IncidentIndex":
        return IncidentIndex(
            finished(self.by_cell),
            finished(self.by_code),
            finished(self.by_message),
            finished(self.by_subject),
        )


def add_member(lookup: MutableMapping[K, frozenset[str]], key: K, member: str) -> None:
    lookup[key] = lookup.get(key, frozenset()) | {member}


def remove_member(lookup: MutableMapping[K, frozenset[str]], key: K, member: str) -> None:
    members = lookup.get(key, frozenset())
    if member not in members:
        return
    if len(members) > 1:
        lookup[key] = members - {member}
    else:
        del lookup[key]
