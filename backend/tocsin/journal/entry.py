"""One line of the journal, its canonical bytes and its place in the hash chain."""

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

import orjson

EntryKind = Literal[
    # what came in: replaying these alone gives all the others again
    "observation_recorded",
    "message_quarantined",
    "source_changed",
    "command_received",
    "clock_ticked",
    "exercise_changed",
    # what was decided
    "incident_opened",
    "observation_joined",
    "join_suggested",
    "suggestion_settled",
    "observation_detached",
    "observation_set_aside",
    "hit_verified",
    "observation_voted",
    "incident_regraded",
    "incident_aliased",
    "incident_ended",
    "incident_archived",
    "tie_proposed",
    "tie_settled",
    "tie_withdrawn",
    "tracks_dropped",
    "incident_state_changed",
    "incident_amended",
    "phase_recorded",
    "incidents_merged",
    "advice_given",
    "advice_settled",
    "alarm_raised",
    "alarm_repeated",
    "alarm_rearmed",
    "alarm_acknowledged",
    "alarm_escalated",
    "alarm_shelved",
    "alarm_unshelved",
    "alarm_cleared",
    "alarm_stale",
    "flood_changed",
    "decision_recorded",
    "decision_seen",
    "task_opened",
    "task_changed",
    "report_filed",
    "count_reported",
    "relation_proposed",
    "relation_settled",
    "log_written",
    "evidence_kept",
    "source_marked",
    "wall_directed",
    "wall_released",
    "drawing_put",
    "drawing_erased",
    "handover_begun",
    "handover_signed",
    "activation_changed",
    "rules_armed",
    "act_undoable",
    "act_undone",
    "records_dropped",
]
# of the books that lie beside the realms (tocsin.exercises.book)
BookKind = Literal[
    "exercise_prepared",
    "exercise_steered",
    "clock_marked",
    "inject_told",
    "script_changed",
    "note_written",
    "objective_scored",
    "dossier_put",
    "appointment_put",
    "recommendation_put",
]
INPUT_KINDS: frozenset[EntryKind] = frozenset(
    {
        "observation_recorded",
        "message_quarantined",
        "source_changed",
        "command_received",
        "clock_ticked",
        "exercise_changed",
    }
)
GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """Number `n` counts from 1 in each realm; `cause` is the number of the input that led here.

    `at` is UTC as `2026-01-15T15:41:07.123Z`: the time the room learned or decided it.
    """

    n: int
    at: str
    kind: EntryKind
    cause: int
    body: dict[str, Any]


def canonical_body(entry: Entry) -> bytes:
    return orjson.dumps(entry.body, option=orjson.OPT_SORT_KEYS)


def chained_hash(previous: bytes, realm: str, entry: Entry, body: bytes) -> bytes:
    """SHA-256 over the previous hash and everything the line says."""
    head = f"{realm}\n{entry.n}\n{entry.at}\n{entry.kind}\n{entry.cause}\n".encode()
    return hashlib.sha256(previous + head + body).digest()
