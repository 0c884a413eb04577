"""What was recorded as it must be: decisions complete, accesses with a reason."""

from collections.abc import Iterator
from typing import Any

from tocsin.access import may, right_of
from tocsin.exercises.happened.course import Carried
from tocsin.exercises.scenario.models import Condition
from tocsin.exercises.scoring.marks import BEST
from tocsin.exercises.scoring.run import Run
from tocsin.exercises.scoring.score import Sample

DECIDING = ("record_decision", "record_phase", "lift_phase", "accept_advice", "dismiss_advice")
RECORDING = frozenset({"record_decision", "record_phase", "lift_phase"})
ACCESSES = ("verify_hit", "keep_frame")


def decisions(run: Run, target: float) -> Iterator[Sample]:
    """Each decision, 1 if it is complete; and each that was awaited and never came, 0."""
    for carried in run.commands(*DECIDING):
        yield _judged(run, carried, bool(carried.by) and bool(_reason(carried)), target)
    for inject in run.scenario.injects:
        issued = run.issue(inject.id)
        if issued is None or inject.done_when is None or not _awaits_record(inject.done_when):
            continue
        if run.over and run.first_held(inject.done_when, inject.id) is None:
            main = run.main(inject.incident) if inject.incident is not None else None
            yield Sample(main, inject.id, issued.n, issued.at, None, None, 0.0, target, 0.0)


def accesses(run: Run, target: float) -> Iterator[Sample]:
    """Each plate verified and picture kept, 1 if that capacity may by itself and says why.

    A picture is kept to an incident, which is its reason; of a plate somebody has to give one.
    """
    for carried in run.commands(*ACCESSES):
        right = right_of({"command": carried.name}) or ""
        allowed = may(carried.capacity, right, exercise=True) == "yes"
        reason = carried.fields.get("note") or carried.fields.get("incident")
        yield _judged(run, carried, allowed and bool(reason), target)


def _reason(carried: Carried) -> Any:
    """Advice that is followed carries its criterion; against it, somebody has to say why."""
    match carried.name:
        case "record_decision":
            return carried.fields["basis"]
        case "accept_advice":
            return carried.fields["advice"]
        case "dismiss_advice":
            return carried.fields.get("note")
        case _:
            return carried.fields["authority"]


def _awaits_record(condition: Condition) -> bool:
    parts = (*(condition.all or ()), *(condition.any or ()))
    return condition.done in RECORDING or any(_awaits_record(part) for part in parts)


def _judged(run: Run, carried: Carried, good: bool, target: float) -> Sample:
    moment = carried.moment
    incident = run.seen.master(carried.about[0]) if carried.about else None
    value, n, at = float(good), moment.n, moment.at
    return Sample(incident, None, n, at, n, at, value, target, BEST * value)
