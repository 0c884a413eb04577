"""What the journal tells of ties: per incident, what was tied, by what, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tocsin.journal.entry import Entry, EntryKind
from tocsin.situation.picture import OPEN_STATES

# Everything that `read_ledger` needs of a journal.
LEDGER_KINDS: tuple[EntryKind, ...] = (
    "incident_opened",
    "incident_regraded",
    "incident_amended",
    "incident_state_changed",
    "incident_ended",
    "incident_aliased",
    "incidents_merged",
    "incident_archived",
    "tie_proposed",
    "tie_settled",
    "tie_withdrawn",
    "act_undone",
    "exercise_changed",
)


@dataclass(slots=True)
class TieRecord:
    """One tie over its life; `entries` are the numbers of all that was said of it."""

    id: str
    code: str
    relation: str
    strength: str
    rule: str
    reason: dict[str, str]
    evidence: tuple[str, ...]
    status: str
    since: str
    entries: tuple[int, ...]
    by: str | None = None
    note: str | None = None

    @property
    def stands(self) -> bool:
        """Neither rejected by a person nor withdrawn for want of evidence."""
        return self.status in ("proposed", "confirmed")

    @property
    def is_sure(self) -> bool:
        """It stands, and a person or a sure rule says so: no mere suggestion."""
        return self.status == "confirmed" or (self.status == "proposed" and self.strength == "auto")


@dataclass(slots=True)
class IncidentRecord:
    id: str
    type: str
    severity: int
    state: str
    opened_at: str
    archived: bool = False
    ties: dict[str, TieRecord] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES and not self.archived

    @property
    def counts(self) -> bool:
        """A situation of its own: no false alarm, and not merged into another."""
        return self.state not in ("duplicate", "false_alarm")


@dataclass(slots=True)
class Ledger:
    """The incidents of one realm with their ties, and the exercise that it is, if it is one."""

    incidents: dict[str, IncidentRecord] = field(default_factory=dict)
    exercise: dict[str, Any] | None = None


def read_ledger(entries: Iterable[Entry]) -> Ledger:
    """Fold a realm's entries of LEDGER_KINDS, in order; an act that was undone never was."""
    read = list(entries)
    undone = {entry.body["undoes"] for entry in read if entry.kind == "act_undone"}
    ledger = Ledger()
    for entry in read:
        if entry.cause not in undone:
            _fold(ledger, entry)
    return ledger


def _fold(ledger: Ledger, entry: Entry) -> None:
    body = entry.body
    if entry.kind == "exercise_changed":
        ledger.exercise = body["exercise"]
    elif entry.kind == "incident_opened":
        ledger.incidents[body["incident"]] = IncidentRecord(
            id=body["incident"],
            type=body["type"],
            severity=body["severity"],
            state="reported",
            opened_at=entry.at,
        )
    else:
        incident = ledger.incidents.get(body.get("incident", ""))
        if incident is None:  # its opening was undone
            return
        if entry.kind in _TIE_KINDS:
            _fold_tie(incident, entry)
        else:
            _fold_incident(incident, entry)


_TIE_KINDS = frozenset({"tie_proposed", "tie_settled", "tie_withdrawn"})


def _fold_incident(incident: IncidentRecord, entry: Entry) -> None:
    body = entry.body
    match entry.kind:
        case "incident_regraded":
            incident.type, incident.severity = body["type"], body["severity"]
        case "incident_amended":
            incident.type = body["changes"].get("type", incident.type)
            incident.severity = body["changes"].get("severity", incident.severity)
        case "incident_state_changed":
            incident.state = body["state"]
        case "incident_ended":
            incident.state = "closed"
        case "incident_aliased" | "incidents_merged":
            incident.state = "duplicate"
        case "incident_archived":
            incident.archived = True
        case _:
            pass


def _fold_tie(incident: IncidentRecord, entry: Entry) -> None:
    body = entry.body
    if entry.kind == "tie_proposed":
        told = body["tie"]
        before = incident.ties.get(told["id"])
        stood = before is not None and before.stands
        incident.ties[told["id"]] = TieRecord(
            id=told["id"],
            code=told["measure"]["code"],
            relation=told["relation"],
            strength=told["strength"],
            rule=told["rule"],
            reason=told["reason"],
            evidence=tuple(told["evidence"]),
            status=told["status"],
            since=before.since if before is not None and stood else entry.at,
            entries=(*(before.entries if before is not None else ()), entry.n),
            by=told.get("by"),
            note=told.get("note"),
        )
        return
    tie = incident.ties.get(body["tie"])
    if tie is None:  # what proposed it was undone
        return
    tie.entries = (*tie.entries, entry.n)
    if entry.kind == "tie_withdrawn":
        tie.status, tie.by, tie.note = "withdrawn", None, None
    else:
        tie.status, tie.by, tie.note = body["status"], body["by"], body["note"]
