"""What the engine decides on. Times and identities come in with the input; `decide` has none."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tocsin.contract import Observation, SourceStatus


@dataclass(frozen=True, slots=True)
class ObservationArrived:
    """A checked observation, and what the checks found.

    `clock_suspect`: its time cannot be right; `implausible`: its place is far outside the region;
    `limited`: its source sends more than its rate.
    """

    at: str
    observation: Observation
    clock_suspect: bool = False
    implausible: bool = False
    limited: bool = False


@dataclass(frozen=True, slots=True)
class MessageRefused:
    """A message that cannot be used: its bytes lie in the quarantine, not in the journal.

    `count`: how many the journal is told of; 0 for one that only the quarantine counts for now.
    """

    at: str
    source: str
    topic: str
    reason: str
    field: str
    detail: str
    size: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class SourceReported:
    at: str
    status: SourceStatus


@dataclass(frozen=True, slots=True)
class CommandGiven:
    """A person's act, as it came over REST: who gave it, and in which capacity."""

    at: str
    by: str
    command: dict[str, Any]
    capacity: str = "operator"


@dataclass(frozen=True, slots=True)
class ClockTicked:
    """The passing of time, and what only the outside can know of it: who has gone silent."""

    at: str
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExerciseReported:
    at: str
    exercise: dict[str, Any] = field(default_factory=dict)


Input: TypeAlias = (
    ObservationArrived
    | MessageRefused
    | SourceReported
    | CommandGiven
    | ClockTicked
    | ExerciseReported
)


class CommandRefused(Exception):
    """The command does not fit the situation; says which field and why."""

    def __init__(self, detail: str, field: str = "command") -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field


class CommandForbidden(CommandRefused):
    """The capacity in which it was given may not do this."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, "capacity")
