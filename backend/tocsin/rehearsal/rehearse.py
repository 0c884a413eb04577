"""Deciding the same inputs under two sets of rules, side by side."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from tocsin.contract.times import from_text, seconds_between, to_text
from tocsin.engine.inputs import ClockTicked, ObservationArrived
from tocsin.rehearsal.comparison import (
    LISTED,
    Comparison,
    Decided,
    DecidedOtherwise,
    Grade,
    GradedOtherwise,
    Grouping,
    OnlyHere,
    Regrouped,
    SideView,
    Told,
    alarms_by_type,
    alone,
    figures_of,
    shifts,
    ties_by_measure,
)
from tocsin.rehearsal.outcome import Anchor, Decision
from tocsin.rehearsal.side import Recorded, Side
from tocsin.rehearsal.stretch import Step
from tocsin.rulebook import armed
from tocsin.situation.picture import Situation
from tocsin.situation.records import ArmedRules

TICK = timedelta(seconds=30)
QUIET_TICK = timedelta(minutes=5)  # where nothing has come for QUIET_AFTER
QUIET_AFTER = timedelta(hours=1)


def rehearse(
    on: str,
    before: Situation,
    steps: Iterable[Step],
    today: ArmedRules | None,
    changed: ArmedRules,
    first_at: str,
    last_at: str,
) -> Comparison:
    """Both sets of rules over `steps`, from the same situation, between two times (UTC text).

    Both hear the same ticks of a clock: recorded are only those ticks that brought something then.
    """
    recorded = Recorded(before.n, before.opened)
    sides = Side(before, today, recorded), Side(before, changed, recorded)
    news = _News(sides)
    clock = _Clock(before.at or first_at)
    number = 0
    for step in steps:
        for tick in clock.until(step.given.at):
            for side in sides:
                side.tick(tick)
        recorded.read(step.recorded, number)
        news.take(step, number)
        number += 1
    for tick in clock.until(last_at):
        for side in sides:
            side.tick(tick)
    hours = seconds_between(first_at, last_at) / 3600
    views = (_view(sides[0], today, hours), _view(sides[1], changed, hours))
    return news.comparison(on, first_at, last_at, round(hours, 2), number, views)


def _view(side: Side, rules: ArmedRules | None, hours: float) -> SideView:
    by = rules.by if rules is not None else None
    figures = figures_of(side.outcome, hours)
    return SideView(version=armed(rules).version, by=by, figures=figures, trouble=side.trouble)


class _Clock:
    """The ticks between inputs: rarer once it has been quiet for long."""

    def __init__(self, at: str) -> None:
        self._ticked = self._heard = from_text(at)

    def until(self, at: str) -> Iterator[ClockTicked]:
        until = max(from_text(at), self._heard)
        while (following := self._ticked + self._pause()) < until:
            self._ticked = following
            yield ClockTicked(to_text(following))
        self._heard = until

    def _pause(self) -> timedelta:
        return TICK if self._ticked - self._heard < QUIET_AFTER else QUIET_TICK


class _News:
    """What the two sides make of each observation, told apart as it happens."""

    def __init__(self, sides: tuple[Side, Side]) -> None:
        self.sides = sides
        self.observations = 0
        self.otherwise = 0
        self.listed: list[tuple[int, Decision, Decision]] = []
        self.told: dict[int, Told] = {}
        self.made: dict[int, tuple[Decision, Decision]] = {}

    def take(self, step: Step, number: int) -> None:
        one, other = (s.outcome.decision_on(s.take(step, number)) for s in self.sides)
        if not isinstance(step.given, ObservationArrived):
            return
        self.observations += 1
        opened = (side.outcome.incidents for side in self.sides)
        if one != other or any(number in incidents for incidents in opened):
            self.told[number] = _told(step.given)
        if one != other:
            self.otherwise += 1
            self.made[number] = (one, other)
            if len(self.listed) < LISTED:
                self.listed.append((number, one, other))

    def comparison(
        self,
        on: str,
        first_at: str,
        last_at: str,
        hours: float,
        steps: int,
        views: tuple[SideView, SideView],
    ) -> Comparison:
        today, changed = (side.outcome for side in self.sides)
        grouping = Grouping(today, changed)
        together, apart = grouping.pairs
        return Comparison(
            on=on,
            first_at=first_at,
            last_at=last_at,
            hours=hours,
            steps=steps,
            observations=self.observations,
            today=views[0],
            changed=views[1],
            decided_otherwise=self.otherwise,
            regrouped=grouping.regrouped,
            now_together=together,
            now_apart=apart,
            only_today=self._only(0, grouping),
            only_changed=self._only(1, grouping),
            graded_otherwise=self._graded(),
            ties=tuple(shifts(ties_by_measure(today), ties_by_measure(changed))),
            alarms=tuple(shifts(alarms_by_type(today), alarms_by_type(changed))),
            observations_otherwise=tuple(
                DecidedOtherwise(
                    observation=self.told[n], today=self._decided(a), changed=self._decided(b)
                )
                for n, a, b in self.listed
            ),
            groups=tuple(
                Regrouped(
                    today=self._sized(todays, grouping.sizes[0]),
                    changed=self._sized(changeds, grouping.sizes[1]),
                )
                for todays, changeds in grouping.groups()[:LISTED]
            ),
        )

    def _only(self, which: int, grouping: Grouping) -> tuple[OnlyHere, ...]:
        here, there = (self.sides[i].outcome.incidents for i in (which, 1 - which))
        numbers = sorted(n for n in here.keys() - there.keys() if isinstance(n, int))
        return tuple(
            OnlyHere(
                first=self.told[n],
                type=here[n].type,
                severity=here[n].severity,
                observations=grouping.sizes[which][n],
                elsewhere=self._decided(self.made[n][1 - which]) if n in self.made else None,
            )
            for n in numbers[:LISTED]
        )

    def _graded(self) -> tuple[GradedOtherwise, ...]:
        one, other = (side.outcome.incidents for side in self.sides)
        found = [a for a in one if a in other and one[a] != other[a]]
        return tuple(
            GradedOtherwise(
                first=self._name(a),
                today=Grade(type=one[a].type, severity=one[a].severity),
                changed=Grade(type=other[a].type, severity=other[a].severity),
            )
            for a in found[:LISTED]
        )

    def _sized(
        self, anchors: list[Anchor], sizes: Counter[Anchor]
    ) -> tuple[tuple[Told | str, int], ...]:
        return tuple((self._name(a), sizes[a]) for a in anchors)

    def _decided(self, decision: Decision) -> Decided:
        return Decided.model_validate(
            {
                "outcome": decision.outcome,
                "incident": None if decision.incident is None else self._name(decision.incident),
                "why": None if decision.why is None else dict(decision.why),
            }
        )

    def _name(self, anchor: Anchor) -> Told | str:
        if isinstance(anchor, str):
            return anchor
        return self.told[alone(anchor) if anchor < 0 else anchor]


def _told(given: ObservationArrived) -> Told:
    observation = given.observation
    moment: datetime | None = observation.observed_at
    return Told(
        source=observation.source,
        external_id=observation.external_id,
        at=to_text(moment) if moment is not None else given.at,
        type=observation.type_hint,
        headline=observation.headline,
    )
