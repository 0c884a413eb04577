"""The way from one position to another along the streets."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise, product
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import networkx
import shapely
from shapely.ops import substring

from tocsin.places.geography import M_PER_DEGREE_LAT, M_PER_DEGREE_LON, point_in_metres
from tocsin.places.shapes import Stretch, stretches

By = Literal["road", "foot"]
Where = tuple[float, float]
# A metre of each kind of street, to somebody who drives: wide streets are preferred.
COSTS: Mapping[By, Mapping[str, float]] = MappingProxyType(
    {
        "road": {
            "motorway": 0.5,
            "trunk": 0.6,
            "primary": 0.7,
            "secondary": 0.8,
            "tertiary": 0.9,
            "minor": 1.2,
            "service": 2.5,
        },
        "foot": {
            "primary": 1.1,
            "secondary": 1.1,
            "tertiary": 1.0,
            "minor": 1.0,
            "service": 1.0,
            "pedestrian": 0.9,
        },
    }
)


class NoWay(ValueError):
    """The streets do not lead there."""


class _Network(NamedTuple):
    graph: Any
    stretches: list[Stretch]
    tree: Any


class _Foot(NamedTuple):
    """Where a position meets the network: so many metres along a stretch."""

    stretch: Stretch
    along: float


@lru_cache(maxsize=4096)
def way(by: By, start: Where, end: Where) -> tuple[Where, ...]:
    """Latitude and longitude of every bend, from the street nearest to `start` to that of `end`.

    The layers know no one-way streets, so a way may lead against one. Raises NoWay.
    """
    network = _network(by)
    first, last = _onto(network, start), _onto(network, end)
    if first.stretch is last.stretch:
        line = _part(first.stretch, first.along, last.along)
    else:
        line = _between(by, network.graph, first, last)
    return tuple((y / M_PER_DEGREE_LAT, x / M_PER_DEGREE_LON) for x, y in _without_repeats(line))


def _onto(network: _Network, position: Where) -> _Foot:
    here = point_in_metres(*position)
    stretch = network.stretches[int(network.tree.nearest(here))]
    return _Foot(stretch, float(shapely.LineString(stretch.line).project(here)))


def _between(by: By, graph: Any, first: _Foot, last: _Foot) -> list[Where]:
    """The cheapest over either end of both stretches."""
    found: list[tuple[float, list[Where]]] = []
    for out, back in product((0, -1), repeat=2):
        start, end = first.stretch.line[out], last.stretch.line[back]
        try:
            nodes = networkx.astar_path(graph, start, end, _at_least(by), weight="cost")
        except networkx.NetworkXNoPath:
            continue
        leaving = _part(first.stretch, first.along, _length(first.stretch) if out else 0.0)
        coming = _part(last.stretch, _length(last.stretch) if back else 0.0, last.along)
        cost = float(networkx.path_weight(graph, nodes, "cost"))
        cost += _metres(leaving) * COSTS[by][first.stretch.kind]
        cost += _metres(coming) * COSTS[by][last.stretch.kind]
        found.append((cost, [*leaving, *_along(graph, nodes), *coming]))
    if not found:
        raise NoWay(f"the streets lead to no such place by {by}")
    return min(found)[1]


def _along(graph: Any, nodes: list[Where]) -> Iterator[Where]:
    for start, end in pairwise(nodes):
        line = graph.edges[start, end]["line"]
        yield from line if line[0] == start else line[::-1]


def _at_least(by: By) -> Any:
    cheapest = min(COSTS[by].values())
    return lambda one, other: math.dist(one, other) * cheapest


def _part(stretch: Stretch, start: float, end: float) -> list[Where]:
    low, high = sorted((start, end))
    points = [(x, y) for x, y in substring(shapely.LineString(stretch.line), low, high).coords]
    return points if start <= end else points[::-1]


def _length(stretch: Stretch) -> float:
    return _metres(stretch.line)


def _metres(line: Sequence[Where]) -> float:
    return sum(math.dist(one, other) for one, other in pairwise(line))


def _without_repeats(line: list[Where]) -> list[Where]:
    return line[:1] + [point for before, point in pairwise(line) if point != before]


@cache
def _network(by: By) -> _Network:
    graph: networkx.Graph[Where] = networkx.Graph()
    own: list[Stretch] = []
    for stretch in stretches():
        cost = COSTS[by].get(stretch.kind)
        if cost is None or (by == "foot" and stretch.level == "t"):
            continue
        own.append(stretch)
        cost *= _length(stretch)
        start, end = stretch.line[0], stretch.line[-1]
        if not graph.has_edge(start, end) or cost < graph.edges[start, end]["cost"]:
            graph.add_edge(start, end, cost=cost, line=stretch.line)
    whole = max(networkx.connected_components(graph), key=len)
    joined = [stretch for stretch in own if stretch.line[0] in whole]
    tree = shapely.STRtree([shapely.LineString(stretch.line) for stretch in joined])
    return _Network(graph, joined, tree)
