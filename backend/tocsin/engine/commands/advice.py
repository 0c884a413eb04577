"""Answering advice, grading by hand, and verifying a hit: what only a person may say."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from tocsin.access import may, right_of
from tocsin.contract.realm import is_exercise
from tocsin.engine.commands.joins import take_out
from tocsin.engine.commands.registry import (
    OPERATOR_RULE,
    Act,
    Command,
    Giver,
    command,
    read_command,
    registered,
)
from tocsin.engine.commands.subjects import the_observation, the_open_incident
from tocsin.engine.commands.words import Note, Why
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.grading import grade_by_person
from tocsin.engine.inputs import CommandRefused
from tocsin.engine.ties import review_ties
from tocsin.situation.picture import Incident, Shown, is_open
from tocsin.situation.records import Advice
from tocsin.taxonomy import kind_rules, types


class AcceptAdvice(Command):
    """Do what was advised or proposed. A phase is not accepted here: its authority declares it."""

    command: Literal["accept_advice"]
    advice: str
    note: Note | None = None


class DismissAdvice(Command):
    """It is told again only when it got worse."""

    command: Literal["dismiss_advice"]
    advice: str
    note: Note | None = None


class RegradeIncident(Command):
    """Give another type, severity or both; rules leave it alone from then on, and only advise.

    Without `severity` it is the usual one of the type. `advice`: what this follows.
    """

    command: Literal["regrade_incident"]
    incident: str
    type: str | None = None
    severity: Annotated[int, Field(ge=0, le=4)] | None = None
    reason: Why
    advice: str | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> "RegradeIncident":
        if self.type is None and self.severity is None:
            raise ValueError("say a type, a severity or both")
        return self


class VerifyHit(Command):
    """Plate and picture were compared by a person: they match, or the hit was a mistake."""

    command: Literal["verify_hit"]
    observation: str
    outcome: Literal["match", "no_match"]
    note: Note | None = None


@command(AcceptAdvice)
def accept_advice(d: Deliberation, told: AcceptAdvice, giver: Giver) -> Act:
    advice = _open_advice(d, told.advice)
    if advice.kind == "phase":
        raise CommandRefused(
            "a phase is not accepted: it is recorded with the authority that declares it "
            "(record_phase)",
            "advice",
        )
    by = giver.by
    if advice.kind == "proposal" and advice.by is not None:
        by = f"{giver.by} ← {advice.by}"
    inner = _advised(d, advice, Giver(by, giver.capacity)) if advice.command is not None else None
    settled = {"status": "accepted", "by": by, "note": told.note}

    def write() -> None:
        if inner is not None:
            inner.write()  # first: the ids of what it makes are told by where it begins
        d.enter("advice_settled", {"advice": advice.id, "changes": settled})

    touched = {**(inner.touches if inner is not None else {})}
    touched["advice"] = [*touched.get("advice", ()), advice.id]
    return Act(write, touches=touched, home=inner.home if inner is not None else None)


@command(DismissAdvice)
def dismiss_advice(d: Deliberation, told: DismissAdvice, giver: Giver) -> Act:
    advice = _open_advice(d, told.advice)
    settled = {"status": "dismissed", "by": giver.by, "note": told.note}

    def write() -> None:
        d.enter("advice_settled", {"advice": advice.id, "changes": settled})

    return Act(write, touches={"advice": [advice.id]})


@command(RegradeIncident)
def regrade_incident(d: Deliberation, told: RegradeIncident, giver: Giver) -> Act:
    incident = the_open_incident(d, told.incident)
    type_code = told.type or incident.type
    if type_code not in types():
        raise CommandRefused(f"there is no type {type_code}", "type")
    severity = types()[type_code].severity if told.severity is None else told.severity
    if (type_code, severity) == (incident.type, incident.severity):
        raise CommandRefused(f"{incident.id} is already {type_code}, S{severity}", "severity")
    why: dict[str, Any] = {"by": giver.by, "reason": told.reason}
    followed = d.draft.advice.get(told.advice) if told.advice is not None else None
    if followed is not None:
        why |= {"advice": followed.id, "criterion": followed.criterion}

    def write() -> None:
        grade_by_person(d, incident, type_code, severity, why)
        review_ties(d, incident.id)

    return Act(write, touches={"incidents": [incident.id]})


@command(VerifyHit)
def verify_hit(d: Deliberation, told: VerifyHit, giver: Giver) -> Act:
    shown = the_observation(d, told.observation)
    if shown.kind != "anpr_hit":
        raise CommandRefused(f"{shown.id} is no hit", "observation")
    matches = told.outcome == "match"
    if shown.facts.get("verified") is matches and (matches or shown.incident is None):
        raise CommandRefused(f"{shown.id} is already verified: {told.outcome}", "observation")
    body = {"observation": shown.id, "verified": matches, "by": giver.by, "note": told.note}

    def write() -> None:
        d.enter("hit_verified", body)
        if shown.incident is None:
            return
        if not matches:
            _take_back_hit(d, shown, shown.incident, giver, told.note)
        review_ties(d, shown.incident)

    touched = [shown.incident] if shown.incident is not None else []
    return Act(write, touches={"incidents": touched, "observations": [shown.id]})


def _take_back_hit(
    d: Deliberation, hit: Shown, incident_id: str, giver: Giver, note: str | None
) -> None:
    """Out of its incident; an incident that rests on it alone was a false alarm, and shows why."""
    incident = d.draft.incidents[incident_id]
    if not _rests_on_alone(d, incident, hit):
        take_out(d, incident_id, hit.id, giver.by, {"rejected": True})
    elif is_open(incident):
        why = {"rule": OPERATOR_RULE, "by": giver.by, "observation": hit.id}
        ended = {"incident": incident_id, "state": "false_alarm", "by": giver.by}
        d.enter("incident_state_changed", {**ended, "reason": note or "hit_rejected", "why": why})


def _rests_on_alone(d: Deliberation, incident: Incident, hit: Shown) -> bool:
    """Nothing else in it could have opened an incident."""
    if incident.count > len(incident.observations):
        return False
    others = (d.draft.observations[o] for o in incident.observations if o != hit.id)
    return not any(kind_rules(other.kind).opens for other in others)


def _open_advice(d: Deliberation, advice_id: str) -> Advice:
    advice = d.draft.advice.get(advice_id)
    if advice is None:
        raise CommandRefused(f"there is no advice {advice_id}", "advice")
    if advice.status != "open":
        raise CommandRefused(f"the advice {advice_id} is already {advice.status}", "advice")
    return advice


def _advised(d: Deliberation, advice: Advice, giver: Giver) -> Act:
    """The act that the advice carries, if whoever accepts may do it on their own."""
    document = advice.command or {}
    right = right_of(document)
    exercise = is_exercise(d.draft.realm)
    if right is None or may(giver.capacity, right, exercise=exercise) != "yes":
        raise CommandRefused(
            f"{giver.capacity} may not carry out {document.get('command')} alone", "advice"
        )
    told = read_command(document)
    return registered()[document["command"]].handler(d, told, giver)
