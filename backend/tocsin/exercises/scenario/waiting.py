"""What injects wait for: the earliest that a condition can hold, and waits that never end."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import networkx

from tocsin.exercises.scenario.models import Condition, Inject, offset_of

NEVER = timedelta.max
Path = tuple[str | int, ...]


def within(condition: Condition, path: Path = ()) -> Iterator[tuple[Path, Condition]]:
    """The condition and every one inside it, each with where it stands."""
    yield path, condition
    for name in ("all", "any", "none"):
        for i, inner in enumerate(getattr(condition, name) or ()):
            yield from within(inner, (*path, name, i))


def earliest(injects: Mapping[str, Inject]) -> dict[str, timedelta]:
    """The soonest that each inject can be issued, from T; NEVER where it waits in a circle.

    What people do, and what is released by hand, may come as soon as the exercise begins.
    """
    begins = begin(injects)
    found = {
        name: NEVER if inject.when else inject.offset if inject.offset is not None else begins
        for name, inject in injects.items()
    }
    for _ in injects:
        before = dict(found)
        for name, inject in injects.items():
            if inject.when is not None:
                found[name] = _later(soonest(inject.when, found, begins), inject.after)
        if found == before:
            break
    return found


def begin(injects: Mapping[str, Inject]) -> timedelta:
    """When the exercise begins: at T, or at the first inject before it."""
    offsets = [inject.offset for inject in injects.values() if inject.offset is not None]
    return min([timedelta(), *offsets])


def soonest(condition: Condition, issued: Mapping[str, timedelta], begins: timedelta) -> timedelta:
    """The soonest that a condition can hold, when injects are issued at these times."""
    moments = [begins]
    if condition.since is not None:
        moments.append(issued.get(condition.since, begins))
    if condition.fired is not None:
        moments.append(issued.get(condition.fired, begins))
    if condition.past is not None:
        moments.append(offset_of(condition.past))
    if condition.all:
        moments.extend(soonest(inner, issued, begins) for inner in condition.all)
    if condition.any:
        moments.append(min(soonest(inner, issued, begins) for inner in condition.any))
    return _later(max(moments), condition.lasting)


def circle(name: str, injects: Mapping[str, Inject]) -> list[str]:
    """The injects that wait for one another, from `name` back to it."""
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    for own, inject in injects.items():
        for waited in waits_for(inject):
            graph.add_edge(own, waited)
    try:
        edges = networkx.find_cycle(graph, name)
    except (networkx.NetworkXNoCycle, networkx.NodeNotFound):
        return [name]
    return [edges[0][0], *(end for _, end in edges)]


def waits_for(inject: Inject) -> Iterator[str]:
    if inject.when is not None:
        for _, one in within(inject.when):
            yield from (name for name in (one.fired, one.since) if name is not None)


def _later(moment: timedelta, length: str | None) -> timedelta:
    if length is None or moment == NEVER:
        return moment
    return moment + offset_of(length)
