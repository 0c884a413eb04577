"""Whether everything that a scenario names is there: injects, labels, people, commands, types."""

from collections.abc import Iterable, Iterator
from functools import cache

from tocsin.access.roles import shipped_roles
from tocsin.engine.commands import schemas
from tocsin.exercises.scenario.models import Condition, Inject, Scenario
from tocsin.exercises.scenario.waiting import Path, within
from tocsin.measures import measures
from tocsin.taxonomy import types

Problem = tuple[Path, str]


def names(scenario: Scenario) -> Iterator[Problem]:
    """Where, and a sentence for its author."""
    yield from _truth(scenario)
    timed = [one.id for one in scenario.injects if one.at is not None and not one.again]
    for i, inject in enumerate(scenario.injects):
        for k, name in enumerate(inject.again):
            yield from _known(("injects", i, "again", k), "timed inject", name, timed)
    injects = frozenset(inject.id for inject in scenario.injects)
    for k, role in enumerate(scenario.roles):
        yield from _known(("roles", k), "capacity", role, shipped_roles().capacities)
    for i, inject in enumerate(scenario.injects):
        for path, what in _inject(scenario, injects, inject):
            yield ("injects", i, *path), what
    for path, condition in conditions(scenario):
        for inner, what in _condition(scenario, injects, condition):
            yield (*path, *inner), what
    for i, target in enumerate(scenario.clocks):
        yield from _known(("clocks", i, "since"), "inject", target.since, injects)
    for i, objective in enumerate(scenario.objectives):
        since = objective.measured.since if objective.measured else None
        yield from _known(("objectives", i, "measured", "since"), "inject", since, injects)


def conditions(scenario: Scenario) -> Iterator[tuple[Path, Condition]]:
    """Every condition, the inner ones too, each with where it stands."""
    for i, inject in enumerate(scenario.injects):
        own: Path = ("injects", i)
        for field, given in (("when", inject.when), ("done_when", inject.done_when)):
            if given is not None:
                yield from within(given, (*own, field))
        if inject.repeat is not None and inject.repeat.end is not None:
            yield from within(inject.repeat.end, (*own, "repeat", "end"))
    for i, target in enumerate(scenario.clocks):
        if target.done is not None:
            yield from within(target.done, ("clocks", i, "done"))
    for i, objective in enumerate(scenario.objectives):
        if objective.measured is not None and objective.measured.done is not None:
            yield from within(objective.measured.done, ("objectives", i, "measured", "done"))


def _truth(scenario: Scenario) -> Iterator[Problem]:
    labels = scenario.incidents
    for label, incident in labels.items():
        yield from _known(("incidents", label, "caused_by"), "incident", incident.caused_by, labels)
        if incident.type not in types():
            yield ("incidents", label, "type"), f"there is no type {incident.type}"
    for i, tie in enumerate(scenario.ties):
        yield from _known(("ties", i, "incident"), "incident", tie.incident, labels)
        yield from _measure(("ties", i, "measure"), tie.measure)


def _inject(scenario: Scenario, injects: frozenset[str], inject: Inject) -> Iterator[Problem]:
    yield from _known(("incident",), "incident", inject.incident, scenario.incidents)
    if inject.incident is not None and inject.background:
        yield ("background",), "background belongs to no incident"
    if inject.trap and inject.incident is None and not inject.background:
        yield ("trap",), "say what it truly is: its incident, or background"
    for k, role in enumerate(inject.expect_of):
        yield from _known(("expect_of", k), "capacity", role, shipped_roles().capacities)
    for k, name in enumerate(inject.instead_of):
        yield from _known(("instead_of", k), "inject", name, injects)
    for field in ("instead_of", "again"):
        if inject.id in getattr(inject, field):
            yield (field,), f"{inject.id} is the inject itself"
    if inject.scene is not None:
        cameras = [camera.id for camera in scenario.cameras]
        yield from _known(("scene", "camera"), "camera", inject.scene.camera, cameras)


def _condition(
    scenario: Scenario, injects: frozenset[str], condition: Condition
) -> Iterator[Problem]:
    yield from _known(("fired",), "inject", condition.fired, injects)
    yield from _known(("since",), "inject", condition.since, injects)
    yield from _known(("incident",), "incident", condition.incident, scenario.incidents)
    yield from _measure(("tied",), condition.tied)
    for field in ("done", "missing"):
        command = getattr(condition, field)
        yield from _known((field,), "command", command, _commands())
        for name in condition.having if command in _commands() else ():
            fields = _commands()[command]
            yield from _known(("having", name), f"field of {command}", name, fields)


def _measure(path: Path, code: str | None) -> Iterator[Problem]:
    if code is not None and code not in measures():
        yield path, f"the plan has no measure {code}"


def _known(path: Path, what: str, name: str | None, known: Iterable[str]) -> Iterator[Problem]:
    there = sorted(known)
    if name is not None and name not in there:
        yield path, f"there is no {what} {name}; there are {', '.join(there) or 'none'}"


@cache
def _commands() -> dict[str, tuple[str, ...]]:
    """The fields of every command that people can give."""
    return {
        name: tuple(field for field in schema["properties"] if field != "command")
        for name, schema in schemas().items()
    }
