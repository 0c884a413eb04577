"""The objectives of the exercise, and whether it was passed."""

from collections.abc import Mapping, Sequence
from typing import Literal

from tocsin.contract.times import seconds_between, to_text
from tocsin.exercises.happened import Moment
from tocsin.exercises.scenario.models import ClockName, Measured, Objective, offset_of
from tocsin.exercises.scoring.marks import (
    ACHIEVED,
    BEST,
    CRITICAL_LEAST,
    LATE,
    PASS_SHARE,
    low_mark,
)
from tocsin.exercises.scoring.run import Run
from tocsin.exercises.scoring.score import ClockScore, ObjectiveScore, Total


def objective(run: Run, told: Objective, clocks: Mapping[ClockName, ClockScore]) -> ObjectiveScore:
    """An evaluator's word stands above what was measured."""
    score: float | None = None
    entries: tuple[int, ...] = ()
    given = run.conduct.scores.get(told.id)
    if told.measured is not None:
        score, entries = _measured(run, told.measured, clocks)
    how: Literal["measured", "observer", "open"] = "measured" if score is not None else "open"
    return ObjectiveScore(
        id=told.id,
        text=told.text.plain(),
        critical=told.critical,
        weight=told.weight,
        score=float(given.score) if given is not None else score,
        how="observer" if given is not None else how,
        by=given.by if given is not None else None,
        reason=given.reason if given is not None else None,
        entries=entries,
    )


def _measured(
    run: Run, measured: Measured, clocks: Mapping[ClockName, ClockScore]
) -> tuple[float | None, tuple[int, ...]]:
    if measured.clock is not None:
        clock = clocks[measured.clock]
        numbers = {n for s in clock.samples for n in (s.from_n, s.to_n) if n}
        return clock.score, tuple(sorted(numbers))
    if measured.done is None:
        return None, ()
    begin = Moment(to_text(run.scenario.starts))
    if measured.since is not None:
        issued = run.issue(measured.since)
        if issued is None:
            return None, ()
        begin = issued
    done = run.first_held(measured.done, measured.since)
    if done is None:
        return (0.0 if run.over else None), ()
    return _in_time(run, measured, begin, done), (done.n,) if done.n else ()


def _in_time(run: Run, measured: Measured, begin: Moment, done: Moment) -> float:
    """Without a time it was to be done in, done is achieved; after a deadline it is late."""
    deadline = None
    if measured.before is not None:
        deadline = to_text(run.scenario.moment(measured.before))
        if done.at > deadline:
            return LATE
    if measured.within is not None:
        allowed = offset_of(measured.within).total_seconds()
    elif deadline is not None:
        allowed = seconds_between(begin.at, deadline)
    else:
        return ACHIEVED
    took = max(seconds_between(begin.at, done.at), 0.0)
    return round(low_mark(took, max(allowed, 1.0)), 2)


def total(run: Run, objectives: Sequence[ObjectiveScore]) -> Total:
    """Passed or not is said when the exercise is over; an open objective may still decide it."""
    scored = [(o.weight, o.score) for o in objectives if o.score is not None]
    weights = sum(weight for weight, _ in scored)
    share = sum(weight * score for weight, score in scored) / (BEST * weights) if weights else None
    failed = tuple(
        o.id for o in objectives if o.critical and o.score is not None and o.score < CRITICAL_LEAST
    )
    open_ones = tuple(o.id for o in objectives if o.score is None)
    passed: bool | None = None
    if run.over and failed:
        passed = False
    elif run.over and share is not None and not open_ones:
        passed = share >= PASS_SHARE
    return Total(round(share, 4) if share is not None else None, passed, failed, open_ones)
