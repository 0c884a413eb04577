"""Everything that can be wrong in a scenario although each field by itself is right."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from tocsin.exercises.scenario.contents import contents
from tocsin.exercises.scenario.models import Inject, Place, Scenario, offset_of
from tocsin.exercises.scenario.names import conditions, names
from tocsin.exercises.scenario.places import NoSuchPlace, locate
from tocsin.exercises.scenario.waiting import (
    NEVER,
    Path,
    begin,
    circle,
    earliest,
    soonest,
    waits_for,
)
from tocsin.places import inside_region

Problem = tuple[Path, str]
FURTHEST_BEFORE = timedelta(hours=24)


def problems(scenario: Scenario) -> Iterator[Problem]:
    """Where, and a sentence for its author."""
    yield from _twice(scenario)
    yield from _places(scenario)
    yield from names(scenario)
    yield from _times(scenario)
    yield from _waits(scenario)
    for i, inject in enumerate(scenario.injects):
        for path, what in contents(scenario, inject):
            yield ("injects", i, *path), what


def _twice(scenario: Scenario) -> Iterator[Problem]:
    """Two injects of one id would fold into one, as duplicates do."""
    lists: dict[str, Iterable[str]] = {
        "injects": (inject.id for inject in scenario.injects),
        "cameras": (camera.id for camera in scenario.cameras),
        "objectives": (objective.id for objective in scenario.objectives),
    }
    for name, ids in lists.items():
        seen: Counter[str] = Counter()
        for i, own in enumerate(ids):
            seen[own] += 1
            if seen[own] == 2:
                yield (name, i, "id"), f"{own} comes twice"
    ties = [(tie.measure, tie.relation, tie.incident) for tie in scenario.ties]
    for i, tie in enumerate(ties):
        if tie in ties[:i]:
            yield ("ties", i), f"{' '.join(tie)} comes twice"


def _places(scenario: Scenario) -> Iterator[Problem]:
    named: list[tuple[Path, Place | None]] = [(("place",), scenario.place)]
    named += [(("cameras", i, "place"), one.place) for i, one in enumerate(scenario.cameras)]
    for i, inject in enumerate(scenario.injects):
        own: Path = ("injects", i)
        named.append(((*own, "place"), inject.place))
        several = inject.repeat.places if inject.repeat else ()
        named += [((*own, "repeat", "places", k), place) for k, place in enumerate(several)]
        several = inject.move.along if inject.move else ()
        named += [((*own, "move", "along", k), place) for k, place in enumerate(several)]
    for path, place in named:
        try:
            outside = place is not None and not inside_region(*locate(place)[:2])
            if outside and path[0] != "injects":
                yield path, "lies outside the Region"
        except NoSuchPlace as error:
            yield (*path, "of"), str(error)


def _times(scenario: Scenario) -> Iterator[Problem]:
    ends = offset_of(scenario.ends) if scenario.ends else None
    if ends is not None and ends <= timedelta():
        yield ("ends",), "ends before it starts"
        return
    for i, inject in enumerate(scenario.injects):
        if inject.offset is None:
            continue
        if inject.offset < -FURTHEST_BEFORE:
            yield ("injects", i, "at"), "more than 24 hours before the start"
        if ends is not None and inject.offset > ends:
            yield ("injects", i, "at"), f"after the exercise ends ({scenario.ends})"
    for path, condition in conditions(scenario):
        if ends is not None and condition.past is not None and offset_of(condition.past) > ends:
            yield (*path, "past"), f"after the exercise ends ({scenario.ends})"


def _waits(scenario: Scenario) -> Iterator[Problem]:
    """Injects that wait for one another, or until a moment at which they cannot come yet."""
    injects = {inject.id: inject for inject in scenario.injects}
    issued = earliest(injects)
    ends = offset_of(scenario.ends) if scenario.ends else None
    told: set[str] = set()
    for i, inject in enumerate(scenario.injects):
        if inject.when is None:
            continue
        own: Path = ("injects", i)
        if issued[inject.id] == NEVER:
            if inject.id not in told:
                going_round = circle(inject.id, injects)
                told.update(going_round)
                yield (*own, "when"), f"waits for ever: {' waits for '.join(going_round)}"
            continue
        waited = soonest(inject.when, issued, begin(injects))
        if inject.until is not None and offset_of(inject.until) < waited:
            yield (*own, "until"), f"comes before what it waits for, {_text(waited)} at the soonest"
        elif ends is not None and issued[inject.id] > ends:
            yield (*own, "when"), f"cannot come before {_text(issued[inject.id])}, after the end"
        yield from _replaced(own, inject)


def _replaced(own: Path, inject: Inject) -> Iterator[Problem]:
    for k, name in enumerate(inject.instead_of):
        if name in waits_for(inject):
            yield (*own, "instead_of", k), f"waits for {name}, which it replaces"


def _text(moment: timedelta) -> str:
    seconds = int(moment.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{rest // 60:02}:{rest % 60:02}"
