"""Whether a condition of a scenario holds, and since when."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tocsin.contract.times import from_text, to_text
from tocsin.exercises.conduct.state import Conduct
from tocsin.exercises.happened.course import Happened, Life, Moment
from tocsin.exercises.scenario.models import Condition, Scenario, offset_of

# How far an incident has come; one that was discarded has been taken in hand.
STATE_RANK: Mapping[str, int] = {
    "reported": 0,
    "acknowledged": 1,
    "false_alarm": 1,
    "transferred": 1,
    "qualified": 2,
    "responding": 3,
    "coordinating": 4,
    "stabilised": 5,
    "recovery": 6,
    "closed": 7,
    "review": 8,
}
_ASIDE = ("false_alarm", "transferred", "duplicate")
_STANDING = ("proposed", "confirmed")


@dataclass(frozen=True, slots=True)
class Stretch:
    """It held from here until there; without an end it holds on."""

    start: Moment
    end: Moment | None = None

    def holds_at(self, at: str) -> bool:
        return self.start.at <= at and (self.end is None or self.end.at > at)


def holds(
    condition: Condition, seen: Happened, conduct: Conduct, scenario: Scenario, at: str
) -> Moment | None:
    """Since when the condition has held without a break; None if it does not hold at `at`."""
    for stretch in stretches(condition, seen, conduct, scenario):
        if stretch.holds_at(at):
            return stretch.start
    return None


def first_held(
    condition: Condition, seen: Happened, conduct: Conduct, scenario: Scenario, at: str
) -> Moment | None:
    """When the condition held for the first time, whether or not it does so still."""
    for stretch in stretches(condition, seen, conduct, scenario):
        return stretch.start if stretch.start.at <= at else None
    return None


def stretches(
    condition: Condition, seen: Happened, conduct: Conduct, scenario: Scenario
) -> list[Stretch]:
    """When it held, in order, as far as is known; a stretch may begin in the time to come."""
    begin = _beginning(scenario)
    if condition.since is not None:
        issued = issue_of(condition.since, seen, conduct)
        if issued is None:
            return []
        begin = issued
    found = _looking(condition, seen, conduct, scenario, begin)
    clipped = [_clip(one, begin) for one in found if one.end is None or one.end > begin]
    if condition.lasting is None:
        return clipped
    return list(_long_enough(clipped, offset_of(condition.lasting)))


def issue_of(inject: str, seen: Happened, conduct: Conduct) -> Moment | None:
    """When an inject was issued, with the entry of its first message if it had one."""
    run = conduct.runs.get(inject)
    if run is None or run.status != "issued":
        return None
    arrived = [seen.messages[m].moment.n for m in run.messages if m in seen.messages]
    return Moment(run.at, min(arrived, default=0))


def incident_of(label: str, seen: Happened, scenario: Scenario) -> str | None:
    """The room's incident that holds most of what belongs to a label now; the elder if alike."""
    counted: Counter[str] = Counter()
    for inject in scenario.injects:
        if inject.incident == label:
            for external_id in seen.brought.get(inject.id, ()):
                holder = seen.holder(external_id)
                if holder is not None:
                    counted[seen.master(holder)] += 1
    return min(counted, key=lambda one: (-counted[one], one), default=None)


def _beginning(scenario: Scenario) -> Moment:
    offsets = [inject.offset for inject in scenario.injects if inject.offset is not None]
    return Moment(to_text(scenario.starts + min([timedelta(), *offsets])))


def _looking(
    condition: Condition, seen: Happened, conduct: Conduct, scenario: Scenario, begin: Moment
) -> list[Stretch]:
    def several(conditions: Iterable[Condition]) -> list[list[Stretch]]:
        return [
            stretches(_since(one, condition.since), seen, conduct, scenario) for one in conditions
        ]

    if condition.fired is not None:
        return _from(issue_of(condition.fired, seen, conduct))
    if condition.past is not None:
        return _from(Moment(to_text(scenario.moment(condition.past))))
    if condition.all is not None:
        return _intersection(several(condition.all))
    if condition.any is not None:
        return _union(several(condition.any))
    if condition.none is not None:
        return _complement(_union(several(condition.none)), begin)
    incident = None
    if condition.incident is not None:
        incident = incident_of(condition.incident, seen, scenario)
    if condition.done is not None:
        return _done(condition, condition.done, seen, incident, begin)
    if condition.missing is not None:
        return _complement(_done(condition, condition.missing, seen, incident, begin), begin)
    life = seen.incidents.get(incident) if incident is not None else None
    return _of_incident(condition, life) if life is not None else []


def _since(part: Condition, since: str | None) -> Condition:
    """What a whole counts from, its parts count from too, unless they say otherwise."""
    if since is None or part.since is not None:
        return part
    return part.model_copy(update={"since": since})


def _done(
    condition: Condition, name: str, seen: Happened, incident: str | None, begin: Moment
) -> list[Stretch]:
    for carried in seen.commands:
        if carried.name != name or carried.undone or carried.moment.at < begin.at:
            continue
        if condition.incident is not None and (
            incident is None or incident not in {seen.master(one) for one in carried.about}
        ):
            continue
        if matches(condition.having, carried.fields):
            return [Stretch(carried.moment)]
    return []


def matches(wanted: Any, told: Any) -> bool:
    """Fields of fields may be left out; everything else must be alike."""
    if isinstance(wanted, dict):
        return isinstance(told, dict) and all(
            name in told and matches(value, told[name]) for name, value in wanted.items()
        )
    return bool(wanted == told)


def _of_incident(condition: Condition, life: Life) -> list[Stretch]:
    if condition.state is not None:
        return _from(reached(life, condition.state))
    if condition.severity_at_least is not None:
        least = condition.severity_at_least
        return _where((step.moment, step.value.severity >= least) for step in life.grades)
    return _union(
        [
            _where((step.moment, step.value.status in _STANDING) for step in course)
            for course in life.ties.values()
            if course[-1].value.measure == condition.tied
        ]
    )


def reached(life: Life, state: str) -> Moment | None:
    """When an incident first came at least that far."""
    for step in life.states:
        if step.value == state or (
            state not in _ASIDE and STATE_RANK.get(step.value, -1) >= STATE_RANK[state]
        ):
            return step.moment
    return None


def _from(moment: Moment | None) -> list[Stretch]:
    return [Stretch(moment)] if moment is not None else []


def _where(told: Iterable[tuple[Moment, bool]]) -> list[Stretch]:
    """The stretches during which it was so."""
    found: list[Stretch] = []
    begun: Moment | None = None
    for moment, so in told:
        if so and begun is None:
            begun = moment
        elif not so and begun is not None:
            found.append(Stretch(begun, moment))
            begun = None
    return found + _from(begun)


def _clip(stretch: Stretch, begin: Moment) -> Stretch:
    return Stretch(max(stretch.start, begin), stretch.end)


def _long_enough(found: Iterable[Stretch], lasting: timedelta) -> Iterable[Stretch]:
    for one in found:
        start = Moment(to_text(from_text(one.start.at) + lasting), one.start.n)
        if one.end is None or one.end.at > start.at:
            yield Stretch(start, one.end)


def _union(many: Iterable[list[Stretch]]) -> list[Stretch]:
    merged: list[Stretch] = []
    for one in sorted((s for found in many for s in found), key=lambda s: s.start):
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < one.start):
            merged.append(one)
        elif last.end is not None:
            end = None if one.end is None else max(last.end, one.end)
            merged[-1] = Stretch(last.start, end)
    return merged


def _complement(found: list[Stretch], begin: Moment) -> list[Stretch]:
    gaps: list[Stretch] = []
    open_from: Moment | None = begin
    for one in found:
        if open_from is not None and open_from < one.start:
            gaps.append(Stretch(open_from, one.start))
        open_from = one.end
    return gaps + _from(open_from)


def _intersection(many: list[list[Stretch]]) -> list[Stretch]:
    common = many[0] if many else []
    for found in many[1:]:
        common = [
            Stretch(max(a.start, b.start), _earlier(a.end, b.end))
            for a in common
            for b in found
            if (a.end is None or a.end > b.start) and (b.end is None or b.end > a.start)
        ]
    return common


def _earlier(a: Moment | None, b: Moment | None) -> Moment | None:
    if a is None or b is None:
        return a or b
    return min(a, b)
