"""Whether a set of rules makes of a recorded day what the room, with its people, made of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from tocsin.contract.times import from_text, to_text
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import ClockTicked, Input
from tocsin.exercises.happened import happened
from tocsin.exercises.scenario import Scenario
from tocsin.rehearsal.stretch import play_scenario
from tocsin.situation.records import ArmedRules

TICK = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Other:
    """A message that lies otherwise: with which it was then, and is under these rules."""

    message: str
    then: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SameDecisions:
    """Of `messages` those in `otherwise` lie in an incident with other companions, or in none."""

    messages: int
    otherwise: tuple[Other, ...]


def same_decisions(scenario: Scenario, rules: ArmedRules | None = None) -> SameDecisions:
    """`rules`: None judges by the shipped tables. Messages without a truth are left out."""
    before, steps, end = play_scenario(scenario)
    if rules is not None:
        before = replace(before, rulebook=rules)
    given = (step.given for step in steps)
    _, entries = decide_all(before, list(_with_ticks(given, end)))
    seen = happened(entries)
    then: dict[str, str | None] = {}
    now: dict[str, str | None] = {}
    for inject in scenario.injects:
        if inject.incident is None and not inject.background:
            continue
        holder = seen.holder(inject.id)
        then[inject.id] = inject.incident
        now[inject.id] = None if holder is None else seen.master(holder)
    companions = _companions(then), _companions(now)
    otherwise = tuple(
        Other(message, *(side[message] for side in companions))
        for message in then
        if companions[0][message] != companions[1][message]
    )
    return SameDecisions(len(then), otherwise)


def _companions(held: dict[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Each message with those in the same incident; a message in none has not even itself."""
    together: dict[str, list[str]] = defaultdict(list)
    for message, incident in held.items():
        if incident is not None:
            together[incident].append(message)
    return {
        message: () if incident is None else tuple(together[incident])
        for message, incident in held.items()
    }


def _with_ticks(given: Iterable[Input], end: str) -> Iterator[Input]:
    ticked = ""
    for one in given:
        ticked = ticked or one.at
        while (following := to_text(from_text(ticked) + TICK)) < one.at:
            ticked = following
            yield ClockTicked(ticked)
        yield one
    while (following := to_text(from_text(ticked) + TICK)) < end:
        ticked = following
        yield ClockTicked(ticked)
