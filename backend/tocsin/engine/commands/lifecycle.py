"""The life of an incident in people's hands: states, qualification, disciplines, phases, review."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import Field

from tocsin.contract.times import to_text
from tocsin.engine.commands.registry import OPERATOR_RULE, Act, Command, Giver, command
from tocsin.engine.commands.subjects import the_incident, the_open_incident
from tocsin.engine.commands.words import DisciplineCode, Moment, Short, Why
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.lifecycle.life import life_of, place_known
from tocsin.lifecycle.phases import PhaseRefusal, check_lifting, check_phase
from tocsin.lifecycle.states import (
    Refusal,
    check_transition,
    must_review,
    review_at_closing,
    shipped_states,
)
from tocsin.places import commune_at
from tocsin.situation.picture import Incident
from tocsin.taxonomy import types

Closing = Literal[
    "acknowledged",
    "qualified",
    "responding",
    "coordinating",
    "stabilised",
    "recovery",
    "closed",
    "review",
    "false_alarm",
    "transferred",
]


class Take(Command):
    """Somebody looks after it from now on."""

    command: Literal["take"]
    incident: str


class Place(Command):
    """Where it is; degrees, and metres of doubt."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)] | None = None
    text: Short | None = None


class Qualify(Command):
    """Confirm type, severity and place; without `place` the one that is shown is confirmed."""

    command: Literal["qualify"]
    incident: str
    type: str
    severity: Annotated[int, Field(ge=0, le=4)]
    place: Place | None = None
    note: Why | None = None


class ChangeState(Command):
    """`review`: ask for a review when closing, also where the rules ask for none."""

    command: Literal["change_state"]
    incident: str
    to: Closing
    reason: Why | None = None
    review: bool = False


class Reopen(Command):
    """Take it up again within 24 hours: a new segment, while all clocks go on."""

    command: Literal["reopen"]
    incident: str
    reason: Why


class SettleReview(Command):
    """Ask for a review, waive one, or say that its lessons are validated."""

    command: Literal["settle_review"]
    incident: str
    outcome: Literal["required", "waived", "done"]
    reason: Why


class SetLead(Command):
    """The organisation or discipline that leads; None: nobody, or not known."""

    command: Literal["set_lead"]
    incident: str
    lead: Short | None


class EngageDiscipline(Command):
    command: Literal["engage_discipline"]
    incident: str
    discipline: DisciplineCode


class StandDownDiscipline(Command):
    command: Literal["stand_down_discipline"]
    incident: str
    discipline: DisciplineCode


class RecordPhase(Command):
    """A phase that an authority declared: told to the room, never declared by it."""

    command: Literal["record_phase"]
    incident: str
    value: Literal["pc_ops", "communale", "provinciale", "federale"]
    authority: Short
    declared_at: Moment
    informed_at: Moment
    document: Short | None = None


class LiftPhase(Command):
    command: Literal["lift_phase"]
    incident: str
    authority: Short
    lifted_at: Moment
    document: Short | None = None


class EndContact(Command):
    """The mandate of the single contact person ends then; who follows, if anybody does."""

    command: Literal["end_contact"]
    incident: str
    until: Moment
    successor: Short | None = None


@command(Take)
def take(d: Deliberation, told: Take, giver: Giver) -> Act:
    incident = the_open_incident(d, told.incident)
    _check(d, incident, "acknowledged", giver, None)
    return _acting(incident, lambda: _enter_state(d, incident, "acknowledged", giver, None))


@command(Qualify)
def qualify(d: Deliberation, told: Qualify, giver: Giver) -> Act:
    incident = the_open_incident(d, told.incident)
    if told.type not in types():
        raise CommandRefused(f"there is no type {told.type}", "type")
    if told.place is None and not place_known(incident, told.type):
        raise CommandRefused(shipped_states().needs["place_known"].en, "place")

    def write() -> None:
        if incident.state == "reported":
            _enter_state(d, incident, "acknowledged", giver, None)
        _confirm(d, incident, told, giver)
        if incident.state in ("reported", "acknowledged"):
            _enter_state(d, d.draft.incidents[incident.id], "qualified", giver, told.note)

    return _acting(incident, write)


@command(ChangeState)
def change_state(d: Deliberation, told: ChangeState, giver: Giver) -> Act:
    incident = the_incident(d, told.incident)
    _check(d, incident, told.to, giver, told.reason)
    review = None
    if told.to == "closed":
        review = review_at_closing(life_of(d.draft, incident, d.at), shipped_states())
        review = "required" if told.review else review

    def write() -> None:
        _enter_state(d, incident, told.to, giver, told.reason)
        if review is not None:
            _amend(d, incident.id, giver, review=review)

    return _acting(incident, write)


@command(Reopen)
def reopen(d: Deliberation, told: Reopen, giver: Giver) -> Act:
    incident = the_incident(d, told.incident)
    _check(d, incident, "acknowledged", giver, told.reason, by="reopen")

    def write() -> None:
        _enter_state(d, incident, "acknowledged", giver, told.reason)
        if incident.review is not None:  # its next closing decides anew
            _amend(d, incident.id, giver, review=None)

    return _acting(incident, write)


@command(SettleReview)
def settle_review(d: Deliberation, told: SettleReview, giver: Giver) -> Act:
    incident = the_incident(d, told.incident)
    life = life_of(d.draft, incident, d.at)
    if incident.state not in ("closed", "review"):
        raise CommandRefused(f"{incident.id} is {incident.state}: close it first", "incident")
    if incident.review == told.outcome:
        raise CommandRefused(f"the review is already {told.outcome}", "outcome")
    if told.outcome == "done" and incident.state != "review":
        raise CommandRefused("the review has not begun", "outcome")
    if told.outcome == "waived" and must_review(life, shipped_states()):
        raise CommandRefused(
            "severity S3 or more, a phase, or an exercise: the review cannot be waived", "outcome"
        )

    def write() -> None:
        _amend(d, incident.id, giver, told.reason, review=told.outcome)

    return _acting(incident, write)


@command(SetLead)
def set_lead(d: Deliberation, told: SetLead, giver: Giver) -> Act:
    incident = the_open_incident(d, told.incident)
    if incident.lead == told.lead:
        raise CommandRefused(f"{told.lead or 'nobody'} leads already", "lead")
    return _acting(incident, lambda: _amend(d, incident.id, giver, lead=told.lead))


@command(EngageDiscipline)
def engage_discipline(d: Deliberation, told: EngageDiscipline, giver: Giver) -> Act:
    incident = the_open_incident(d, told.incident)
    if told.discipline in incident.disciplines:
        raise CommandRefused(f"{told.discipline} is engaged already", "discipline")
    engaged = sorted((*incident.disciplines, told.discipline))
    return _acting(incident, lambda: _amend(d, incident.id, giver, disciplines=engaged))


@command(StandDownDiscipline)
def stand_down_discipline(d: Deliberation, told: StandDownDiscipline, giver: Giver) -> Act:
    incident = the_incident(d, told.incident)
    if told.discipline not in incident.disciplines:
        raise CommandRefused(f"{told.discipline} is not engaged", "discipline")
    left = [one for one in incident.disciplines if one != told.discipline]
    return _acting(incident, lambda: _amend(d, incident.id, giver, disciplines=left))


@command(RecordPhase)
def record_phase(d: Deliberation, told: RecordPhase, giver: Giver) -> Act:
    incident = the_open_incident(d, told.incident)
    declared, informed = to_text(told.declared_at), to_text(told.informed_at)
    standing = incident.phase["value"] if incident.phase else None
    _refuse(check_phase(standing, told.value, incident.commune, declared, informed, d.at))
    if incident.phase is not None and declared < incident.phase["declared_at"]:
        raise CommandRefused("declared before the phase that stands", "declared_at")
    phase = {
        "value": told.value,
        "authority": told.authority,
        "declared_at": declared,
        "informed_at": informed,
        "document": told.document,
        "by": giver.by,
    }
    return _recording(d, incident, phase)


@command(LiftPhase)
def lift_phase(d: Deliberation, told: LiftPhase, giver: Giver) -> Act:
    incident = the_incident(d, told.incident)
    lifted = to_text(told.lifted_at)
    _refuse(check_lifting(incident.phase, lifted, d.at))
    phase = {
        "value": "none",
        "authority": told.authority,
        "declared_at": lifted,
        "informed_at": d.at,
        "document": told.document,
        "by": giver.by,
    }
    return _recording(d, incident, phase)


@command(EndContact)
def end_contact(d: Deliberation, told: EndContact, giver: Giver) -> Act:
    incident = the_incident(d, told.incident)
    if "single_contact" not in incident.facts:
        raise CommandRefused(f"{incident.id} has no single contact person", "incident")

    def write() -> None:
        evidence = f"E-{d.draft.n + 1}"
        told_facts = {"single_contact_until": to_text(told.until)}
        if told.successor is not None:
            told_facts["single_contact"] = told.successor
        facts = {k: {"value": v, "observation": evidence} for k, v in told_facts.items()}
        _amend(d, incident.id, giver, facts={**d.draft.incidents[incident.id].facts, **facts})

    return _acting(incident, write)


def _acting(incident: Incident, write: Callable[[], None]) -> Act:
    return Act(write, touches={"incidents": [incident.id]})


def _recording(d: Deliberation, incident: Incident, phase: dict[str, Any]) -> Act:
    def write() -> None:
        d.enter("phase_recorded", {"incident": incident.id, "phase": phase})

    return _acting(incident, write)


def _check(
    d: Deliberation,
    incident: Incident,
    to: str,
    giver: Giver,
    reason: str | None,
    by: str | None = None,
) -> None:
    life = life_of(d.draft, incident, d.at)
    table = shipped_states()
    _refuse(check_transition(life, to, giver.capacity, reason, table, by))


def _refuse(refused: Refusal | PhaseRefusal | None) -> None:
    if refused is not None:
        raise CommandRefused(refused.detail, refused.field)


def _enter_state(
    d: Deliberation, incident: Incident, state: str, giver: Giver, reason: str | None
) -> None:
    d.enter(
        "incident_state_changed",
        {
            "incident": incident.id,
            "state": state,
            "reason": reason,
            "by": giver.by,
            "why": {"rule": OPERATOR_RULE, "capacity": giver.capacity, "from": incident.state},
        },
    )


def _amend(
    d: Deliberation, incident_id: str, giver: Giver, note: str | None = None, **changes: Any
) -> None:
    body = {"incident": incident_id, "changes": changes, "by": giver.by}
    d.enter("incident_amended", body if note is None else {**body, "note": note})


def _confirm(d: Deliberation, incident: Incident, told: Qualify, giver: Giver) -> None:
    """Type and severity as a person says they are; a hand is above the rules' cap."""
    before = {name: getattr(incident, name) for name in ("lat", "lon", "accuracy_m", "text")}
    d.enter(
        "incident_regraded",
        {
            "incident": incident.id,
            "type": told.type,
            "severity": told.severity,
            "place": told.place.model_dump() if told.place else None,
            "cap": None,
            "why": {
                "rule": OPERATOR_RULE,
                "by": giver.by,
                "confirmed": True,
                "from": {
                    "type": incident.type,
                    "severity": incident.severity,
                    "place": before if told.place else None,
                },
            },
        },
    )
    if told.place is not None:
        commune = commune_at(told.place.lat, told.place.lon)
        named = {"fr": commune.fr, "nl": commune.nl} if commune else None
        if named != incident.commune:
            _amend(d, incident.id, giver, commune=named)
