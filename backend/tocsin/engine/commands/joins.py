"""What belongs together: suggestions, merging, splitting, moving and detaching."""

from typing import Annotated, Any, Literal

from pydantic import Field

from tocsin.engine.commands.registry import OPERATOR_RULE, Act, Command, Giver, command
from tocsin.engine.commands.subjects import (
    the_incident,
    the_observation,
    the_open_incident,
)
from tocsin.engine.commands.words import Note
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.grading import grade_back, regrade
from tocsin.engine.inputs import CommandRefused
from tocsin.engine.opening import open_incident
from tocsin.engine.ties import inherit_ties, review_ties
from tocsin.situation.picture import ATTACHED_KEPT, Incident, Shown, Suggestion, is_open
from tocsin.situation.record_folds import records_about


class AcceptSuggestion(Command):
    """Move the observation into the incident it probably belongs to."""

    command: Literal["accept_suggestion"]
    incident: str
    suggestion: str


class DismissSuggestion(Command):
    command: Literal["dismiss_suggestion"]
    incident: str
    suggestion: str


class MergeIncidents(Command):
    """Two incidents are one: all of `incident` moves into `into`, its id stays as an alias."""

    command: Literal["merge_incidents"]
    incident: str
    into: str
    note: Note | None = None


class SplitIncident(Command):
    """One incident is two: these observations become an incident of their own."""

    command: Literal["split_incident"]
    incident: str
    observations: Annotated[list[str], Field(min_length=1, max_length=ATTACHED_KEPT)]
    type: str | None = None


class MoveObservation(Command):
    command: Literal["move_observation"]
    observation: str
    to: str


class DetachObservation(Command):
    """It does not belong there: it opens an incident of its own, or stays loose without a type."""

    command: Literal["detach_observation"]
    observation: str


@command(AcceptSuggestion)
def accept_suggestion(d: Deliberation, told: AcceptSuggestion, giver: Giver) -> Act:
    incident, suggestion = _suggestion(d, told.incident, told.suggestion)
    target = _master(d, suggestion.incident)
    if target is None or not is_open(target):
        raise CommandRefused(f"{suggestion.incident} is no longer there", "suggestion")
    if suggestion.observation not in incident.observations:
        raise CommandRefused(
            f"{suggestion.observation} is no longer among the observations {incident.id} shows",
            "suggestion",
        )
    settled = {"from": incident.id, "suggestion": suggestion.id, "outcome": "accepted"}
    why = {**suggestion.why, "suggestion": suggestion.id}

    def write() -> None:
        d.enter("suggestion_settled", {**settled, "by": giver.by})
        move(d, suggestion.observation, target.id, why, giver.by)

    return Act(write, touches={"incidents": [incident.id, target.id]})


@command(DismissSuggestion)
def dismiss_suggestion(d: Deliberation, told: DismissSuggestion, giver: Giver) -> Act:
    incident, suggestion = _suggestion(d, told.incident, told.suggestion)
    settled = {"from": incident.id, "suggestion": suggestion.id, "outcome": "dismissed"}

    def write() -> None:
        d.enter("suggestion_settled", {**settled, "by": giver.by})

    return Act(write, touches={"incidents": [incident.id]})


@command(MergeIncidents)
def merge_incidents(d: Deliberation, told: MergeIncidents, giver: Giver) -> Act:
    gone = the_open_incident(d, told.incident)
    into = the_open_incident(d, told.into, "into")
    if gone.id == into.id:
        raise CommandRefused("an incident cannot be merged into itself", "into")

    def write() -> None:
        merged = {"incident": gone.id, "into": into.id, "by": giver.by, "note": told.note}
        d.enter("incidents_merged", merged)
        inherit_ties(d, gone.id, into.id)
        if gone.severity > into.severity:
            _grade_like(d, into, gone, giver.by)
        review_ties(d, into.id)

    alarms = [a.id for i in (gone, into) for a in records_about(d.draft, "alarms", i.id)]
    touches = {"incidents": [gone.id, into.id], "alarms": alarms}
    return Act(write, touches=touches, home=into.id)


@command(SplitIncident)
def split_incident(d: Deliberation, told: SplitIncident, giver: Giver) -> Act:
    incident = the_open_incident(d, told.incident)
    chosen = list(dict.fromkeys(told.observations))
    for observation in chosen:
        if observation not in incident.observations:
            raise CommandRefused(f"{incident.id} does not show {observation}", "observations")
    if len(chosen) == incident.count:
        raise CommandRefused(f"nothing would be left of {incident.id}", "observations")
    hints = [d.draft.observations[o].type_hint for o in chosen]
    type_hint = told.type or next((hint for hint in hints if hint), incident.type)
    new = d.next_incident()

    def write() -> None:
        why = {"rule": OPERATOR_RULE, "by": giver.by, "split_from": incident.id}
        for observation in chosen:
            take_out(d, incident.id, observation, giver.by)
        first, *others = chosen
        open_incident(d, d.draft.observations[first], why, type_hint)
        for observation in others:
            joined = {"incident": new, "observation": observation, "why": why}
            d.enter("observation_joined", joined)
        review_ties(d, new)
        review_ties(d, incident.id)

    return Act(write, touches={"incidents": [incident.id, new]}, home=incident.id)


@command(MoveObservation)
def move_observation(d: Deliberation, told: MoveObservation, giver: Giver) -> Act:
    shown = the_observation(d, told.observation)
    to = the_open_incident(d, told.to, "to")
    if shown.incident == to.id:
        raise CommandRefused(f"{shown.id} is already part of {to.id}", "to")
    touched = [to.id] if shown.incident is None else [shown.incident, to.id]

    def write() -> None:
        move(d, shown.id, to.id, {}, giver.by)

    return Act(write, touches={"incidents": touched, "observations": [shown.id]}, home=to.id)


@command(DetachObservation)
def detach_observation(d: Deliberation, told: DetachObservation, giver: Giver) -> Act:
    shown = the_observation(d, told.observation)
    if shown.incident is None:
        raise CommandRefused(f"{shown.id} belongs to no incident", "observation")
    return detaching(d, shown, shown.incident, {}, giver)


def detaching(
    d: Deliberation, shown: Shown, incident_id: str, more: dict[str, Any], giver: Giver
) -> Act:
    """Take an observation out of its incident; with a type it opens one of its own."""
    if d.draft.incidents[incident_id].count == 1:
        raise CommandRefused(f"{shown.id} is all that {incident_id} rests on", "observation")

    def write() -> None:
        take_out(d, incident_id, shown.id, giver.by, more)
        review_ties(d, incident_id)
        if shown.type_hint is not None:
            why = {"rule": OPERATOR_RULE, "by": giver.by, **more}
            open_incident(d, d.draft.observations[shown.id], why)

    touched = [incident_id]
    if shown.type_hint is not None:
        touched.append(d.next_incident())
    return Act(write, touches={"incidents": touched}, home=incident_id)


def move(d: Deliberation, observation: str, to: str, why: dict[str, Any], by: str) -> None:
    """Into another incident; an incident that loses its last observation becomes its alias."""
    shown = d.draft.observations[observation]
    left = shown.incident
    if left is not None:
        take_out(d, left, observation, by)
    joined_why = {**why, "rule": OPERATOR_RULE, "by": by}
    d.enter("observation_joined", {"incident": to, "observation": observation, "why": joined_why})
    regrade(d, to, d.draft.observations[observation])
    if left is not None:
        if d.draft.incidents[left].count == 0:
            d.enter("incident_aliased", {"incident": left, "alias_of": to, "by": by})
        else:
            review_ties(d, left)
    review_ties(d, to)


def take_out(
    d: Deliberation,
    incident_id: str,
    observation: str,
    by: str,
    more: dict[str, Any] | None = None,
) -> None:
    """Detach; what the observation had made graver goes back with it."""
    body = {"incident": incident_id, "observation": observation, "by": by, **(more or {})}
    d.enter("observation_detached", body)
    incident = d.draft.incidents[incident_id]
    why = incident.grade_why
    if why is not None and why.get("observation") == observation:
        grade_back(d, incident, why, by)


def _grade_like(d: Deliberation, into: Incident, gone: Incident, by: str) -> None:
    d.enter(
        "incident_regraded",
        {
            "incident": into.id,
            "type": gone.type,
            "severity": gone.severity,
            "place": None,
            "cap": gone.cap,
            "why": {
                "rule": OPERATOR_RULE,
                "by": by,
                "merged": gone.id,
                "from": {"type": into.type, "severity": into.severity, "place": None},
            },
        },
    )


def _master(d: Deliberation, incident_id: str) -> Incident | None:
    """The incident that stands for this id today."""
    incident = d.draft.incidents.get(incident_id)
    while incident is not None and incident.alias_of is not None:
        incident = d.draft.incidents.get(incident.alias_of)
    return incident


def _suggestion(
    d: Deliberation, incident_id: str, suggestion_id: str
) -> tuple[Incident, Suggestion]:
    incident = the_incident(d, incident_id)
    for suggestion in incident.suggestions:
        if suggestion.id == suggestion_id:
            return incident, suggestion
    raise CommandRefused(f"{incident_id} has no open suggestion {suggestion_id}", "suggestion")
