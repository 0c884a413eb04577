"""Deciding a recorded journal anew: the same inputs must give byte-identical entries."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tocsin.contract import Observation, SourceStatus
from tocsin.engine.decide import decide_into
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import (
    ClockTicked,
    CommandGiven,
    ExerciseReported,
    Input,
    MessageRefused,
    ObservationArrived,
    SourceReported,
)
from tocsin.journal.entry import Entry, canonical_body
from tocsin.journal.store import Journal
from tocsin.situation.picture import Situation

log = logging.getLogger(__name__)

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Difference:
    """The first entry that today's rules would have written otherwise."""

    n: int
    recorded: Entry | None
    decided: Entry | None


def inputs_of(entries: Iterable[Entry]) -> Iterator[Input]:
    """The inputs that a stretch of journal holds: the entries that caused themselves."""
    for entry in entries:
        if entry.cause == entry.n:
            yield input_of(entry)


def input_of(entry: Entry) -> Input:
    body = entry.body
    match entry.kind:
        case "observation_recorded":
            shown = body["shown"]
            return ObservationArrived(
                entry.at,
                Observation.model_validate(body["observation"]),
                clock_suspect=shown.get("clock_suspect", False),
                implausible=shown.get("implausible", False),
                limited=shown.get("limited", False),
            )
        case "message_quarantined":
            return MessageRefused(at=entry.at, **body)
        case "source_changed":
            return SourceReported(entry.at, _status_of(body["source"]))
        case "command_received":
            capacity = body.get("capacity", "operator")  # journals from before 0.3 name none
            return CommandGiven(entry.at, body["by"], body["command"], capacity)
        case "clock_ticked":
            return ClockTicked(entry.at, tuple(body["silent"]))
        case "exercise_changed":
            return ExerciseReported(entry.at, body["exercise"])
        case _:
            raise ValueError(f"entry {entry.n} ({entry.kind}) is no input")


def replay(situation: Situation, entries: Iterable[Entry]) -> Difference | None:
    """Decide the inputs of `entries` again, from the situation before the first of them."""
    deliberation = Deliberation(situation.draft())
    pending: list[Entry] = []
    for recorded in entries:
        if recorded.cause == recorded.n:
            if pending:
                return Difference(pending[0].n, None, pending[0])
            deliberation.entries.clear()
            try:
                decide_into(deliberation, input_of(recorded))
            except Exception as error:  # whatever today's rules have against it is a difference
                log.warning("entry %d can no longer be decided: %s", recorded.n, error)
                return Difference(recorded.n, recorded, None)
            pending = list(deliberation.entries)
        if not pending or not same(recorded, pending[0]):
            return Difference(recorded.n, recorded, pending[0] if pending else None)
        pending.pop(0)
    return Difference(pending[0].n, None, pending[0]) if pending else None


def replay_journal(journal: Journal, realm: str) -> Difference | None:
    """Decide a whole realm again from its first entry."""
    return replay(Situation(realm), _all_entries(journal, realm))


def _all_entries(journal: Journal, realm: str) -> Iterator[Entry]:
    after = 0
    while entries := journal.read(realm, after=after, limit=CHUNK):
        yield from entries
        after = entries[-1].n


def same(one: Entry, other: Entry) -> bool:
    return (one.n, one.at, one.kind, one.cause) == (
        other.n,
        other.at,
        other.kind,
        other.cause,
    ) and canonical_body(one) == canonical_body(other)


def _status_of(view: dict[str, object]) -> SourceStatus:
    return SourceStatus.model_validate(
        {
            "source": view["source"],
            "state": view["state"],
            "adapter": view["adapter"],
            "outbox": view["outbox"],
            "outbox_since": view["outbox_since"],
            "trouble": view["trouble"],
        }
    )
