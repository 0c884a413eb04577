"""An operator's acts: undo, settle a suggestion, settle a tie."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from tocsin.engine.deliberation import Deliberation
from tocsin.engine.grading import regrade
from tocsin.engine.inputs import CommandGiven, CommandRefused
from tocsin.engine.opening import open_incident
from tocsin.engine.ties import review_ties
from tocsin.situation.picture import Incident, Shown, Suggestion, Tie

OPERATOR_RULE = "operator"
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Undo(_Command):
    """Take back one automatic act, named by the number of its entry."""

    command: Literal["undo"]
    entry: Annotated[int, Field(ge=1)]


class AcceptSuggestion(_Command):
    """Move the observation into the incident it probably belongs to."""

    command: Literal["accept_suggestion"]
    incident: str
    suggestion: str


class DismissSuggestion(_Command):
    command: Literal["dismiss_suggestion"]
    incident: str
    suggestion: str


class ConfirmTie(_Command):
    command: Literal["confirm_tie"]
    incident: str
    tie: str
    note: Note | None = None


class RejectTie(_Command):
    """A rejection needs a note: it trains the rule."""

    command: Literal["reject_tie"]
    incident: str
    tie: str
    note: Annotated[Note, StringConstraints(min_length=3)]


Command: TypeAlias = Annotated[
    Undo | AcceptSuggestion | DismissSuggestion | ConfirmTie | RejectTie,
    Field(discriminator="command"),
]
_adapter: TypeAdapter[Command] = TypeAdapter(Command)


def read_command(document: object) -> Command:
    """Raises CommandRefused naming the first field that does not fit."""
    try:
        return _adapter.validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        path = [str(p) for p in first["loc"] if str(p) not in _NAMES]
        raise CommandRefused(first["msg"], ".".join(path) or "command") from None


_NAMES = {"undo", "accept_suggestion", "dismiss_suggestion", "confirm_tie", "reject_tie"}


def carry_out(d: Deliberation, given: CommandGiven) -> None:
    """Check first, then write: a refused command leaves no entry."""
    command = read_command(given.command)
    recorded = {"by": given.by, "command": command.model_dump(mode="json")}
    match command:
        case Undo():
            undo = _undoing(d, command.entry, given.by)
            d.enter("command_received", recorded)
            undo()
        case AcceptSuggestion() | DismissSuggestion():
            incident, suggestion = _suggestion(d, command.incident, command.suggestion)
            accepted = isinstance(command, AcceptSuggestion)
            if accepted:
                _check_acceptable(d, incident, suggestion)
            d.enter("command_received", recorded)
            _settle_suggestion(d, incident, suggestion, given.by, accepted=accepted)
        case ConfirmTie() | RejectTie():
            tie = _tie(d, command.incident, command.tie)
            status = "confirmed" if isinstance(command, ConfirmTie) else "rejected"
            if tie.status == status:
                raise CommandRefused(f"the tie {tie.id} is already {status}", "tie")
            d.enter("command_received", recorded)
            body = {"incident": command.incident, "tie": tie.id, "status": status}
            d.enter("tie_settled", {**body, "by": given.by, "note": command.note})


def _incident(d: Deliberation, incident_id: str) -> Incident:
    incident = d.draft.incidents.get(incident_id)
    if incident is None:
        raise CommandRefused(f"there is no incident {incident_id}", "incident")
    return incident


def _suggestion(
    d: Deliberation, incident_id: str, suggestion_id: str
) -> tuple[Incident, Suggestion]:
    incident = _incident(d, incident_id)
    for suggestion in incident.suggestions:
        if suggestion.id == suggestion_id:
            return incident, suggestion
    raise CommandRefused(f"{incident_id} has no open suggestion {suggestion_id}", "suggestion")


def _tie(d: Deliberation, incident_id: str, tie_id: str) -> Tie:
    for tie in _incident(d, incident_id).ties:
        if tie.id == tie_id and tie.status != "withdrawn":
            return tie
    raise CommandRefused(f"{incident_id} has no tie {tie_id}", "tie")


def _check_acceptable(d: Deliberation, incident: Incident, suggestion: Suggestion) -> None:
    target = d.draft.incidents.get(suggestion.incident)
    if target is None or target.state == "alias":
        raise CommandRefused(f"{suggestion.incident} is no longer there", "suggestion")
    if suggestion.observation not in incident.observations:
        raise CommandRefused(
            f"{suggestion.observation} is no longer among the observations {incident.id} shows",
            "suggestion",
        )


def _settle_suggestion(
    d: Deliberation, incident: Incident, suggestion: Suggestion, by: str, *, accepted: bool
) -> None:
    outcome = "accepted" if accepted else "dismissed"
    settled = {"from": incident.id, "suggestion": suggestion.id, "outcome": outcome, "by": by}
    d.enter("suggestion_settled", settled)
    if not accepted:
        return
    moved = {"incident": incident.id, "observation": suggestion.observation, "by": by}
    d.enter("observation_detached", moved)
    why = {**suggestion.why, "rule": OPERATOR_RULE, "by": by, "suggestion": suggestion.id}
    joined = {"incident": suggestion.incident, "observation": suggestion.observation, "why": why}
    d.enter("observation_joined", joined)
    regrade(d, suggestion.incident, d.draft.observations[suggestion.observation])
    if d.draft.incidents[incident.id].count == 0:
        d.enter("incident_aliased", {"incident": incident.id, "alias_of": suggestion.incident})
    else:
        review_ties(d, incident.id)
    review_ties(d, suggestion.incident)


def _undoing(d: Deliberation, n: int, by: str) -> Callable[[], None]:
    """Find the act that entry `n` made; what has no opposite is refused with the way out."""
    situation = d.so_far()
    for shown in situation.observations.values():
        if shown.joined_by == n:
            return _undoing_join(d, shown, n, by)
    for incident in situation.incidents.values():
        if incident.graded_by == n and incident.grade_why is not None:
            return _undoing_grade(d, incident, n, by)
        for tie in incident.ties:
            if tie.proposed_by == n:
                return _undoing_tie(d, incident, tie, n, by)
    raise CommandRefused(f"entry {n} is no automatic act that can still be undone", "entry")


def _undoing_join(d: Deliberation, shown: Shown, n: int, by: str) -> Callable[[], None]:
    incident_id = shown.incident
    if incident_id is None or shown.why is None or shown.why["rule"].startswith("R-OPEN"):
        raise CommandRefused(
            f"entry {n} opened an incident; accept a suggestion to join it elsewhere", "entry"
        )
    if d.draft.incidents[incident_id].count == 1:
        raise CommandRefused(f"{shown.id} is all that {incident_id} rests on", "entry")

    def undo() -> None:
        moved = {"incident": incident_id, "observation": shown.id, "by": by, "undoes": n}
        d.enter("observation_detached", moved)
        _regrade_after_detaching(d, incident_id, shown, by)
        review_ties(d, incident_id)
        if shown.type_hint is not None:
            why = {"rule": OPERATOR_RULE, "by": by, "undoes": n}
            open_incident(d, d.draft.observations[shown.id], why)

    return undo


def _regrade_after_detaching(d: Deliberation, incident_id: str, shown: Shown, by: str) -> None:
    """What the detached observation had made graver goes back with it."""
    incident = d.draft.incidents[incident_id]
    why = incident.grade_why
    if why is not None and why.get("observation") == shown.id:
        _grade_back(d, incident, why, by)


def _grade_back(d: Deliberation, incident: Incident, why: dict[str, Any], by: str) -> None:
    before = why["from"]
    d.enter(
        "incident_regraded",
        {
            "incident": incident.id,
            "type": before["type"],
            "severity": before["severity"],
            "place": before["place"],
            "why": {
                "rule": OPERATOR_RULE,
                "by": by,
                "undoes": incident.graded_by,
                "from": {"type": incident.type, "severity": incident.severity},
            },
        },
    )


def _undoing_grade(d: Deliberation, incident: Incident, n: int, by: str) -> Callable[[], None]:
    why = incident.grade_why
    if why is None or why["rule"] == OPERATOR_RULE:
        raise CommandRefused(f"entry {n} was an operator's own act", "entry")

    def undo() -> None:
        _grade_back(d, incident, why, by)
        review_ties(d, incident.id)

    return undo


def _undoing_tie(
    d: Deliberation, incident: Incident, tie: Tie, n: int, by: str
) -> Callable[[], None]:
    if tie.status != "proposed":
        raise CommandRefused(f"the tie {tie.id} is already {tie.status}", "entry")

    def undo() -> None:
        body = {"incident": incident.id, "tie": tie.id, "status": "rejected", "by": by}
        d.enter("tie_settled", {**body, "note": f"undone: entry {n}"})

    return undo
