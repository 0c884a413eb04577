"""The timeline: when the room saw each inject, acknowledged it, decided and did something."""

from tocsin.exercises.happened import Moment
from tocsin.exercises.scenario.models import Inject
from tocsin.exercises.scoring.run import Run
from tocsin.exercises.scoring.score import Act, InjectLine

ACKNOWLEDGING = frozenset(
    {
        "take",
        "qualify",
        "verify_hit",
        "acknowledge_alarm",
        "acknowledge_incident_alarms",
        "see_decision",
    }
)
# What somebody makes up his mind about; everything else is looking, writing or drawing.
DECIDING = frozenset(
    {
        "qualify",
        "regrade_incident",
        "verify_hit",
        "change_state",
        "merge_incidents",
        "split_incident",
        "move_observation",
        "detach_observation",
        "accept_suggestion",
        "dismiss_suggestion",
        "accept_advice",
        "dismiss_advice",
        "record_decision",
        "record_phase",
        "lift_phase",
        "use_reflex_card",
        "engage_discipline",
        "set_lead",
        "set_activation",
        "mark_source",
    }
)


def timeline(run: Run) -> tuple[InjectLine, ...]:
    """Those that were issued, in that order; then the others as the script has them."""
    lines = [_line(run, inject) for inject in run.scenario.injects]
    return tuple(sorted(lines, key=lambda line: (line.issued_at is None, line.issued_at or "")))


def _line(run: Run, inject: Inject) -> InjectLine:
    told = run.conduct.runs.get(inject.id)
    issued = run.issue(inject.id)
    messages = run.messages.get(inject.id, ())
    seen = min((message.moment for _, message in messages), default=None)
    holder = next((h for m, _ in messages if (h := run.seen.holder(m)) is not None), None)
    incident = run.seen.master(holder) if holder is not None else None
    if incident is None and inject.incident is not None:
        incident = run.main(inject.incident)  # a call that is only read aloud is about it too
    since = seen or issued
    done = None
    if issued is not None and inject.done_when is not None:
        done = run.first_held(inject.done_when, inject.id)
    return InjectLine(
        inject=inject.id,
        label=inject.incident,
        trap=inject.trap,
        issued_at=issued.at if issued is not None else None,
        status=told.status if told is not None else "waiting",
        how=told.how if told is not None else None,
        seen=seen,
        incident=incident,
        acknowledged=_first(run, incident, since, ACKNOWLEDGING),
        decided=_first(run, incident, since, DECIDING),
        done=done,
    )


def _first(
    run: Run, incident: str | None, since: Moment | None, names: frozenset[str]
) -> Act | None:
    if since is None:
        return None
    for carried in run.commands():
        after = carried.moment.at >= since.at and carried.moment.n > since.n
        if carried.name in names and after and run.is_about(carried, incident):
            moment = carried.moment
            return Act(moment.n, moment.at, carried.by, carried.name)
    return None
