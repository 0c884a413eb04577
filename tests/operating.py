"""A scenario played with people in it: their acts between the injects, without broker or screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.contract.times import to_text
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import (
    ClockTicked,
    CommandGiven,
    ExerciseReported,
    Input,
    ObservationArrived,
    SourceReported,
)
from tocsin.exercises.conduct import Conduct, InjectRun
from tocsin.exercises.conduct.state import Given
from tocsin.exercises.happened import Happened, fold, holds
from tocsin.exercises.scenario import Occurrence, Scenario, occurrences
from tocsin.journal.entry import Entry
from tocsin.situation.picture import Situation

STEP = timedelta(seconds=5)
AFTERWARDS = timedelta(minutes=1)


@dataclass(frozen=True)
class Act:
    """What somebody does; the document may look at the situation as it is then."""

    at: str
    capacity: str
    document: Callable[["Operation"], dict[str, Any]]


class Operation:
    """One run: every step issues what is due, ticks, then lets people act."""

    def __init__(self, scenario: Scenario, acts: Sequence[Act], until: str | None = None) -> None:
        self.scenario = scenario
        self.realm = f"exercise-{scenario.scenario}-run-1"
        self.situation = Situation(self.realm)
        self.entries: list[Entry] = []
        self.seen = Happened()
        self.conduct = replace(
            Conduct(),
            realm=self.realm,
            script=scenario.model_dump(mode="json", exclude_none=True),
            state="running",
        )
        self._acts = sorted(acts, key=lambda act: scenario.moment(act.at))
        self._waiting: list[Occurrence] = []
        self._play(scenario.moment(until or scenario.ends or "+01:45:00") + AFTERWARDS)

    def over(self, **scores: tuple[int, str]) -> Conduct:
        """The conduct at its end, with what an evaluator gave for objectives."""
        given = {
            o: Given(o, s, "an evaluator", self.conduct.at, why) for o, (s, why) in scores.items()
        }
        return replace(self.conduct, state="ended", scores=given)

    def holder(self, message: str) -> str:
        """The incident of the room that holds a message now."""
        held = self.seen.holder(message)
        assert held is not None, message
        return self.seen.master(held)

    def shown(self, message: str) -> str:
        return self.seen.messages[message].id

    def _play(self, end: datetime) -> None:
        told = {"scenario": self.scenario.scenario, "state": "running"}
        timed = sorted(
            (i for i in self.scenario.injects if i.at is not None),
            key=lambda i: self.scenario.moment(i.at or ""),
        )
        now = self.scenario.moment(timed[0].at or "")
        self._decide(ExerciseReported(to_text(now), told))
        for inject in timed:
            self._waiting += occurrences(self.scenario, inject)
        self._waiting.sort(key=lambda one: one.at)
        while now <= end:
            while self._waiting and self._waiting[0].at <= now:
                self._issue(self._waiting.pop(0), "clock")
            self._decide(ClockTicked(to_text(now)))
            self._conditions(now)
            while self._acts and self.scenario.moment(self._acts[0].at) <= now:
                act = self._acts.pop(0)
                given = CommandGiven(
                    to_text(now), f"{act.capacity}@desk", act.document(self), act.capacity
                )
                self._decide(given)
            self.conduct = replace(self.conduct, at=to_text(now))
            due = [one.at for one in self._waiting[:1]]
            due += [self.scenario.moment(act.at) for act in self._acts[:1]]
            now = min([now + STEP, *(moment for moment in due if moment > now)])

    def _conditions(self, now: datetime) -> None:
        for inject in self.scenario.injects:
            if inject.when is None or inject.id in self.conduct.runs:
                continue
            at = to_text(now)
            if holds(inject.when, self.seen, self.conduct, self.scenario, at) is not None:
                for one in occurrences(self.scenario, inject, now):
                    self._issue(one, "condition")

    def _issue(self, one: Occurrence, how: Any) -> None:
        if one.observation is not None:
            received = {"received_at": one.at.astimezone(UTC)}
            observation = one.observation.model_copy(update=received)
            self._decide(ObservationArrived(to_text(one.at), observation))
        if one.status is not None:
            self._decide(SourceReported(to_text(one.at), one.status))
        known = self.conduct.runs.get(one.inject.id)
        run = InjectRun(one.inject.id, "issued", to_text(one.at), how, messages=(one.id,))
        if known is not None:
            run = replace(known, messages=(*known.messages, one.id))
        self.conduct = replace(self.conduct, runs={**self.conduct.runs, run.inject: run})

    def _decide(self, given: Input) -> None:
        self.situation, entries = decide_all(self.situation, [given])
        for entry in entries:
            fold(self.seen, entry)
        self.entries += entries
