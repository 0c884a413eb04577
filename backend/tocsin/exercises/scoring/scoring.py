"""The score of one run: clocks, ties, joins, load, objectives, and the timeline."""

from collections.abc import Iterable
from functools import partial

from tocsin.exercises.conduct.state import Conduct
from tocsin.exercises.happened import Happened, happened
from tocsin.exercises.scenario.models import ClockName, ClockTarget, Scenario
from tocsin.exercises.scoring.clocks import time_clock
from tocsin.exercises.scoring.joins import join_samples, joins
from tocsin.exercises.scoring.load import load, load_samples
from tocsin.exercises.scoring.marks import mark, meets
from tocsin.exercises.scoring.objectives import objective, total
from tocsin.exercises.scoring.records import accesses, decisions
from tocsin.exercises.scoring.run import Run
from tocsin.exercises.scoring.score import ClockScore, Joins, Load, Sample, Score, Ties
from tocsin.exercises.scoring.table import clock_table
from tocsin.exercises.scoring.ties import ties
from tocsin.exercises.scoring.timeline import timeline
from tocsin.journal.entry import Entry


def score(entries: Iterable[Entry], conduct: Conduct) -> Score:
    """From the entries of the realm and the conduct of its exercise, whose script is checked."""
    return score_of_course(happened(entries), conduct)


def score_of_course(seen: Happened, conduct: Conduct) -> Score:
    """The same from entries that are folded already."""
    scenario = Scenario.model_validate(conduct.script)
    run = Run(seen, conduct, scenario, max(conduct.at, seen.at))
    tied, joined, loaded = ties(run), joins(run), load(run)
    told = {target.clock: target for target in scenario.clocks}
    clocks = {
        name: _clock(run, name, told.get(name), tied, joined, loaded) for name in clock_table()
    }
    objectives = tuple(objective(run, one, clocks) for one in scenario.objectives)
    return Score(
        realm=conduct.realm,
        scenario=scenario.scenario,
        at=run.at,
        state=conduct.state,
        clocks=tuple(clocks.values()),
        objectives=objectives,
        ties=tied,
        joins=joined,
        load=loaded,
        total=total(run, objectives),
        timeline=timeline(run),
    )


def _clock(
    run: Run,
    name: ClockName,
    told: ClockTarget | None,
    tied: Ties,
    joined: Joins,
    loaded: Load,
) -> ClockScore:
    target = told.target if told is not None else clock_table()[name].target
    figure = partial(_figure, name, target)
    match name:
        case "TIE":
            shares = [share for share in (tied.precision, tied.recall) if share is not None]
            return figure(min(shares) if run.scenario.ties else None, ())
        case "COR":
            wrong = float(abs(joined.points)) if run.seen.incidents else None
            return figure(wrong, tuple(join_samples(run, joined, target)))
        case "LOAD":
            calls = float(loaded.worst_per_10_min) if run.seen.incidents else None
            return figure(calls, tuple(load_samples(run, target)))
        case "LOG":
            return _shares(name, target, tuple(decisions(run, target)))
        case "PRV":
            return _shares(name, target, tuple(accesses(run, target)))
        case _:
            return time_clock(run, name, told)


def _shares(name: ClockName, target: float, samples: tuple[Sample, ...]) -> ClockScore:
    good = [sample.value or 0.0 for sample in samples]
    return _figure(name, target, sum(good) / len(good) if good else None, samples)


def _figure(
    name: ClockName, target: float, value: float | None, samples: tuple[Sample, ...]
) -> ClockScore:
    """A clock that is one figure; None: there was nothing to measure."""
    unit = clock_table()[name].unit
    if value is None:
        return ClockScore(name, unit, target, None, None, None, samples)
    points = round(mark(unit, value, target), 2)
    return ClockScore(
        name, unit, target, round(value, 4), points, meets(unit, value, target), samples
    )
