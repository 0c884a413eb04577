"""What of a scenario goes out when: pure, from the script and how far the exercise is."""

from collections.abc import Iterator, Set
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tocsin.contract.times import from_text, to_text
from tocsin.exercises.conduct.state import Conduct, InjectStatus
from tocsin.exercises.happened import Happened, holds
from tocsin.exercises.scenario import Inject, Occurrence, Scenario, occurrences, offset_of

STEP_S = 5
LEAD_IN = timedelta(seconds=10)
INSTEAD = "instead_of"
TOO_LATE = "until"


Message = tuple[str, str]  # the inject, and what its message is called


class Verdict(NamedTuple):
    """What becomes of an inject that waits for a condition."""

    inject: Inject
    status: InjectStatus
    reason: str | None = None


class Agenda:
    """The messages of a script; reckons each inject's once, as a journey takes its time."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._messages: dict[tuple[str, str], tuple[Occurrence, ...]] = {}

    def inject(self, id: str) -> Inject | None:
        return next((one for one in self.scenario.injects if one.id == id), None)

    def begins(self, lead_in: timedelta = LEAD_IN) -> datetime:
        """Where exercise time stands before the start: at a step before the first message."""
        timed = [self.due(one) for one in self.scenario.injects]
        first = min((at for at in timed if at is not None), default=self.scenario.starts)
        return step_before(first - lead_in)

    def ends(self) -> datetime:
        if self.scenario.ends is not None:
            return self.scenario.moment(self.scenario.ends).astimezone(UTC)
        timed = [one for one in self.scenario.injects if one.at is not None]
        last = [self.messages(one)[-1].at for one in timed]
        return max(last, default=self.scenario.starts).astimezone(UTC)

    def due(self, inject: Inject) -> datetime | None:
        if inject.at is None:
            return None
        return self.scenario.moment(inject.at).astimezone(UTC)

    def messages(self, inject: Inject, issued_at: str | None = None) -> tuple[Occurrence, ...]:
        """All messages of an inject issued then; by default at its own time."""
        key = (inject.id, issued_at or "")
        if key not in self._messages:
            at = from_text(issued_at) if issued_at is not None else None
            self._messages[key] = occurrences(self.scenario, inject, at)
        return self._messages[key]

    def open_messages(self, conduct: Conduct) -> Iterator[Occurrence]:
        """Of what was issued or is timed and waits, in the order of the list."""
        for inject in self.scenario.injects:
            run = conduct.runs.get(inject.id)
            if run is None and inject.at is not None:
                yield from self.messages(inject)
            elif run is not None and run.status == "issued":
                told = set(run.messages)
                yield from (one for one in self.messages(inject, run.at) if one.id in told)

    def going(self, conduct: Conduct, upto: datetime, out: Set[Message]) -> list[Occurrence]:
        """What should be out by then and is not, in its order."""
        late = [o for o in self.open_messages(conduct) if key(o) not in out and o.at <= upto]
        return sorted(late, key=lambda one: one.at)

    def next_moment(self, conduct: Conduct, after: datetime, out: Set[Message]) -> datetime:
        """The next message, the next five seconds, or the end, whichever comes first."""
        ahead = [o.at for o in self.open_messages(conduct) if key(o) not in out and o.at > after]
        ends = self.ends()
        return min([step_after(after), *ahead, *([ends] if ends > after else [])])

    def replaced(self, conduct: Conduct, inject: Inject) -> list[str]:
        """What will not come any more, as this one came instead."""
        return [name for name in inject.instead_of if conduct.status_of(name) == "waiting"]

    def verdicts(self, conduct: Conduct, seen: Happened, at: datetime) -> list[Verdict]:
        """Conditional injects that are released at this time, or never will be."""
        waiting = [
            one
            for one in self.scenario.injects
            if one.when is not None and conduct.status_of(one.id) == "waiting"
        ]
        found = [self._verdict(one, conduct, seen, at) for one in waiting]
        return [verdict for verdict in found if verdict is not None]

    def cut_short(
        self, conduct: Conduct, seen: Happened, at: datetime, out: Set[Message]
    ) -> list[tuple[Inject, tuple[str, ...]]]:
        """Repeated injects whose end has come, with the messages that did go out."""
        found = []
        for inject in self.scenario.injects:
            run = conduct.runs.get(inject.id)
            if inject.repeat is None or inject.repeat.end is None or run is None:
                continue
            if run.status != "issued":
                continue
            told = [one for one in self.messages(inject, run.at) if one.id in run.messages]
            kept = tuple(one.id for one in told if key(one) in out)
            if len(kept) == len(told):
                continue
            if holds(inject.repeat.end, seen, conduct, self.scenario, to_text(at)) is not None:
                found.append((inject, kept))
        return found

    def _verdict(
        self, inject: Inject, conduct: Conduct, seen: Happened, at: datetime
    ) -> Verdict | None:
        if any(conduct.status_of(name) == "issued" for name in inject.instead_of):
            return Verdict(inject, "lapsed", INSTEAD)
        if inject.until is not None and at > self.scenario.moment(inject.until):
            return Verdict(inject, "lapsed", TOO_LATE)
        if inject.when is None:
            return None
        since = holds(inject.when, seen, conduct, self.scenario, to_text(at))
        if since is None:
            return None
        wait = offset_of(inject.after) if inject.after is not None else timedelta()
        return Verdict(inject, "issued") if from_text(since.at) + wait <= at else None


def key(one: Occurrence) -> Message:
    return one.inject.id, one.id


def step_after(moment: datetime) -> datetime:
    """The next five seconds of exercise time."""
    return step_before(moment) + timedelta(seconds=STEP_S)


def step_before(moment: datetime) -> datetime:
    """The last five seconds of exercise time, this moment itself included."""
    return datetime.fromtimestamp(moment.timestamp() // STEP_S * STEP_S, UTC)
