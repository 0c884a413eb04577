"""Which station is next to which: a table of the metro's lines."""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from tocsin.places import place_codes
from tocsin.tables import Row, load, refuse

_NONE: frozenset[str] = frozenset()


class _Lines(Row):
    lines: dict[str, tuple[str, ...]]


def next_to(station: str) -> frozenset[str]:
    """The stations one stop from a station, all as codes like `station:arts-loi`."""
    return _neighbours().get(station, _NONE)


@cache
def _neighbours() -> Mapping[str, frozenset[str]]:
    lines = load(_Lines, __package__, "stations.yaml").lines
    known, found = place_codes(), dict[str, set[str]]()
    problems: list[str] = []
    for line, stops in lines.items():
        codes = [f"station:{stop}" for stop in stops]
        problems += [f"lines: {line}: no layer has {code}" for code in codes if code not in known]
        for one, other in pairwise(codes):
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    refuse("stations.yaml", problems)
    return {code: frozenset(others) for code, others in found.items()}
