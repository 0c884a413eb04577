"""Taking back: an automatic act by its opposite, a person's act by what was there before it."""

from typing import Annotated, Literal

from pydantic import Field

from tocsin.contract.times import from_text
from tocsin.engine.commands.joins import detaching
from tocsin.engine.commands.registry import (
    FOLLOWING,
    OPERATOR_RULE,
    Act,
    Command,
    Giver,
    command,
)
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.grading import grade_back, regrade
from tocsin.engine.inputs import CommandRefused
from tocsin.engine.opening import open_incident
from tocsin.engine.ties import review_ties
from tocsin.situation.picture import Incident, Shown, Situation, Tie
from tocsin.situation.record_folds import records_about
from tocsin.situation.records import Undoable


class Undo(Command):
    """Take back an act, named by the number of its entry."""

    command: Literal["undo"]
    entry: Annotated[int, Field(ge=1)]


@command(Undo)
def undo(d: Deliberation, told: Undo, giver: Giver) -> Act:
    n = told.entry
    undoable = d.draft.undoable.get(str(n))
    if undoable is not None:
        return _undoing_act(d, undoable)
    situation = d.so_far()
    for shown in situation.observations.values():
        if shown.joined_by == n:
            return _undoing_join(d, shown, n, giver)
    for incident in situation.incidents.values():
        if incident.graded_by == n and incident.grade_why is not None:
            return _undoing_grade(d, incident, n, giver.by)
        for tie in incident.ties:
            if tie.proposed_by == n:
                return _undoing_tie(d, incident, tie, n, giver.by)
    raise CommandRefused(f"entry {n} is no act that can still be undone", "entry")


def _undoing_act(d: Deliberation, act: Undoable) -> Act:
    """The exact records from before the act; what came in since is decided again in their light."""
    situation = d.so_far()
    _check_undoable(d.at, situation, act)
    arrived = _arrived_since(situation, act)
    heard = {
        alarm: situation.alarms[alarm].acknowledged  # what was heard since stays heard
        for alarm, record in act.before.get("alarms", {}).items()
        if record is not None and alarm in situation.alarms
    }

    def write() -> None:
        for shown in arrived:
            body = {"incident": shown.incident, "observation": shown.id, "by": None}
            d.enter("observation_detached", body)
        advised = _advised_since(d, act)
        if advised:
            d.enter("records_dropped", {"tables": advised})
        touched = list(act.before.get("incidents", {}))
        d.enter("act_undone", {"undoes": act.n, "incidents": touched})
        _keep_heard(d, heard)
        for shown in arrived:
            _join_again(d, shown, act.home)

    return Act(write)


def _check_undoable(at: str, situation: Situation, act: Undoable) -> None:
    if from_text(at) > from_text(act.until):
        raise CommandRefused(f"entry {act.n} could be undone until {act.until}", "entry")
    later = _later_act(situation, act)
    if later is not None:
        raise CommandRefused(f"undo entry {later.n} ({later.command}) first", "entry")
    for incident in act.before.get("incidents", {}):
        if _out_of_sight(situation, incident, act):
            raise CommandRefused(f"too much has joined {incident} since", "entry")


def _keep_heard(d: Deliberation, heard: dict[str, dict[str, dict[str, str]]]) -> None:
    for alarm, acknowledged in heard.items():
        if d.draft.alarms[alarm].acknowledged != acknowledged:
            changes = {"acknowledged": acknowledged}
            d.enter("alarm_acknowledged", {"alarm": alarm, "changes": changes})


def _join_again(d: Deliberation, shown: Shown, home: str | None) -> None:
    incident = shown.incident if shown.incident in d.draft.incidents else home
    if incident is None:  # what was opened by hand is gone: this one stands on its own feet
        if shown.type_hint is not None:
            open_incident(d, d.draft.observations[shown.id], {"rule": OPERATOR_RULE, "by": None})
        return
    joined = {"incident": incident, "observation": shown.id, "why": shown.why}
    d.enter("observation_joined", joined)
    regrade(d, incident, d.draft.observations[shown.id])
    review_ties(d, incident)


def _later_act(situation: Situation, act: Undoable) -> Undoable | None:
    """The newest act since that changed one of the same records."""
    touched = {(table, key) for table, records in act.before.items() for key in records}
    later = [
        other
        for other in situation.undoable.values()
        if other.n > act.n
        and any((t, key) in touched for t, records in other.before.items() for key in records)
    ]
    return max(later, key=lambda other: other.n, default=None)


def _out_of_sight(situation: Situation, incident_id: str, act: Undoable) -> bool:
    """More has joined since the act than an incident shows, so what came cannot be named."""
    incident = situation.incidents.get(incident_id)
    if incident is None or not incident.observations:
        return False
    oldest = situation.observations[incident.observations[0]]
    return incident.count > len(incident.observations) and (oldest.joined_by or 0) > act.n


def _arrived_since(situation: Situation, act: Undoable) -> list[Shown]:
    """Observations that joined a touched incident after the act, and not by it."""
    known = act.before.get("observations", {})
    shown = [
        situation.observations[o]
        for key in act.before.get("incidents", {})
        if key in situation.incidents
        for o in situation.incidents[key].observations
    ]
    return sorted(
        (s for s in shown if s.id not in known and (s.joined_by or 0) > act.n),
        key=lambda s: (s.joined_by or 0, s.id),
    )


def _advised_since(d: Deliberation, act: Undoable) -> dict[str, list[str]]:
    """What rules have advised since and nobody settled: the reviews to come say it again."""
    found = {
        table: sorted(
            {
                record.id
                for incident in act.before.get("incidents", {})
                for record in records_about(d.draft, table, incident)
                if record.id not in act.before.get(table, {})
                and getattr(record, "by", None) is None
            }
        )
        for table in FOLLOWING
    }
    return {table: ids for table, ids in found.items() if ids}


def _undoing_join(d: Deliberation, shown: Shown, n: int, giver: Giver) -> Act:
    if shown.incident is None or shown.why is None or shown.why["rule"].startswith("R-OPEN"):
        raise CommandRefused(
            f"entry {n} opened an incident; merge it, or accept a suggestion", "entry"
        )
    return detaching(d, shown, shown.incident, {"undoes": n}, giver)


def _undoing_grade(d: Deliberation, incident: Incident, n: int, by: str) -> Act:
    why = incident.grade_why
    if why is None or why["rule"] == OPERATOR_RULE:
        raise CommandRefused(f"entry {n} was a person's own act", "entry")

    def write() -> None:
        grade_back(d, incident, why, by)
        review_ties(d, incident.id)

    return Act(write, touches={"incidents": [incident.id]})


def _undoing_tie(d: Deliberation, incident: Incident, tie: Tie, n: int, by: str) -> Act:
    if tie.status != "proposed":
        raise CommandRefused(f"the tie {tie.id} is already {tie.status}", "entry")

    def write() -> None:
        body = {"incident": incident.id, "tie": tie.id, "status": "rejected", "by": by}
        d.enter("tie_settled", {**body, "note": f"undone: entry {n}"})

    return Act(write, touches={"incidents": [incident.id]})
