"""How heavily alarms called on each capacity during the exercise."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tocsin.alarms.load import BIN_S
from tocsin.contract.times import from_text, to_text
from tocsin.exercises.happened.course import Course, Moment
from tocsin.exercises.scoring.marks import mark
from tocsin.exercises.scoring.run import Run
from tocsin.exercises.scoring.score import Load, LoadPoint, Sample

WINDOW = timedelta(seconds=BIN_S)
STEP = timedelta(minutes=1)


def load(run: Run) -> Load:
    """Calls within any ten minutes, a point a minute; folded ones make no sound."""
    calls = _calls_of(run)
    times = {role: [moment.at for moment in moments] for role, moments in calls.items()}
    worst = {role: len(_worst(moments)) for role, moments in calls.items()}
    return Load(
        worst_per_10_min=max(worst.values(), default=0),
        curve=tuple(_curve(times, run.at)),
        by_capacity=dict(sorted(worst.items())),
    )


def load_samples(run: Run, target: float) -> Iterator[Sample]:
    """The heaviest ten minutes of each capacity, from their first call to their last."""
    for _, moments in sorted(_calls_of(run).items()):
        worst = _worst(moments)
        first, last, value = worst[0], worst[-1], float(len(worst))
        points = mark("count", value, target)
        yield Sample(None, None, first.n, first.at, last.n, last.at, value, target, points)


def _calls_of(run: Run) -> dict[str, list[Moment]]:
    calls: dict[str, list[Moment]] = defaultdict(list)
    for course in run.seen.records.get("alarms", {}).values():
        for role, moment in _calls(course):
            calls[role].append(moment)
    return {role: sorted(moments) for role, moments in calls.items()}


def _worst(moments: list[Moment]) -> list[Moment]:
    windows = ([m for m in moments[i:] if m.at < _end(moments[i].at)] for i in range(len(moments)))
    return max(windows, key=len)


def _calls(course: Course[dict[str, Any] | None]) -> Iterator[tuple[str, Moment]]:
    """When an alarm called its role: raised, and each time it was armed again."""
    last: Any = ()
    for step in course:
        alarm = step.value
        if alarm is None:
            return
        again = alarm.get("rearmed_at")
        if again != last and alarm["kind"] == "alarm" and not alarm["folded"]:
            last = again
            if alarm["role"] not in alarm["acknowledged"]:
                yield alarm["role"], step.moment


def _within(times: list[str], start: str) -> int:
    return bisect_left(times, _end(start)) - bisect_left(times, start)


def _end(start: str) -> str:
    return to_text(from_text(start) + WINDOW)


def _curve(calls: dict[str, list[str]], until: str) -> Iterator[LoadPoint]:
    if not calls:
        return
    moment = from_text(min(times[0] for times in calls.values()))
    while (at := to_text(moment)) <= until:
        yield LoadPoint(at, max(_within(times, at) for times in calls.values()))
        moment += STEP
