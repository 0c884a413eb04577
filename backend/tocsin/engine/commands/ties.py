"""What people say of ties: confirm, reject, add by hand; and of observations: useful or noise."""

from typing import Literal

from tocsin.engine.commands.registry import OPERATOR_RULE, Act, Command, Giver, command
from tocsin.engine.commands.subjects import the_incident, the_observation
from tocsin.engine.commands.words import Note, Why
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.engine.ties import review_ties
from tocsin.measures import catalogue, measures, tie_id
from tocsin.measures.catalogue import Relation
from tocsin.situation.picture import Tie, TieStatus


class ConfirmTie(Command):
    command: Literal["confirm_tie"]
    incident: str
    tie: str
    note: Note | None = None


class RejectTie(Command):
    """A rejection needs a note: it trains the rule."""

    command: Literal["reject_tie"]
    incident: str
    tie: str
    note: Why


class AddTie(Command):
    """A tie that no rule saw; its note is its reason."""

    command: Literal["add_tie"]
    incident: str
    measure: str
    relation: Relation
    note: Why


class VoteObservation(Command):
    """Whether an observation was of use: what a source on trial is judged by."""

    command: Literal["vote_observation"]
    observation: str
    vote: Literal["useful", "noise"]


@command(ConfirmTie)
def confirm_tie(d: Deliberation, told: ConfirmTie, giver: Giver) -> Act:
    return _settling(d, told, "confirmed", giver)


@command(RejectTie)
def reject_tie(d: Deliberation, told: RejectTie, giver: Giver) -> Act:
    return _settling(d, told, "rejected", giver)


@command(AddTie)
def add_tie(d: Deliberation, told: AddTie, giver: Giver) -> Act:
    incident = the_incident(d, told.incident)
    if incident.alias_of is not None:
        raise CommandRefused(f"{incident.id} was merged into {incident.alias_of}", "incident")
    if told.measure not in measures():
        raise CommandRefused(f"the plan has no measure {told.measure}", "measure")
    wanted = tie_id(told.measure, told.relation)
    for tie in incident.ties:
        if tie.id == wanted and tie.status in ("proposed", "confirmed"):
            raise CommandRefused(f"{incident.id} has the tie {wanted} already", "measure")
    reason = {
        language: sentence.format(note=told.note)
        for language, sentence in catalogue().by_hand.plain().items()
    }
    tie_body = {
        "id": wanted,
        "measure": {"plan": catalogue().plan, "code": told.measure},
        "relation": told.relation,
        "strength": "manual",
        "rule": OPERATOR_RULE,
        "evidence": [],
        "reason": reason,
        "status": "confirmed",
        "by": giver.by,
        "note": told.note,
    }

    def write() -> None:
        d.enter("tie_proposed", {"incident": incident.id, "tie": tie_body})

    return Act(write, touches={"incidents": [incident.id]})


@command(VoteObservation)
def vote_observation(d: Deliberation, told: VoteObservation, giver: Giver) -> Act:
    shown = the_observation(d, told.observation)
    if shown.vote == told.vote:
        raise CommandRefused(f"{shown.id} is already judged {told.vote}", "vote")

    def write() -> None:
        body = {"observation": shown.id, "vote": told.vote, "by": giver.by}
        d.enter("observation_voted", body)
        if shown.incident is not None:
            review_ties(d, shown.incident)

    incidents = [shown.incident] if shown.incident is not None else []
    return Act(write, touches={"observations": [shown.id], "incidents": incidents})


def _settling(
    d: Deliberation, told: ConfirmTie | RejectTie, status: TieStatus, giver: Giver
) -> Act:
    tie = _tie(d, told.incident, told.tie)
    if tie.status == status:
        raise CommandRefused(f"the tie {tie.id} is already {status}", "tie")
    body = {"incident": told.incident, "tie": tie.id, "status": status}
    settled = {**body, "by": giver.by, "note": told.note}

    def write() -> None:
        d.enter("tie_settled", settled)

    return Act(write, touches={"incidents": [told.incident]})


def _tie(d: Deliberation, incident_id: str, wanted: str) -> Tie:
    for tie in the_incident(d, incident_id).ties:
        if tie.id == wanted and tie.status != "withdrawn":
            return tie
    raise CommandRefused(f"{incident_id} has no tie {wanted}", "tie")
