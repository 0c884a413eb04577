"""What the web layer needs of the house: realms, their hubs, their journal, their command door."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from tocsin.cameras.desk import CameraDesk
from tocsin.engine.inputs import CommandRefused
from tocsin.journal.store import Journal
from tocsin.live.hub import Hub
from tocsin.outward.cap import UNNAMED
from tocsin.sources import SourceConfig


class CommandDoor(Protocol):
    """Hands a command to the engine of a realm; the number of the last entry after it."""

    def __call__(
        self, realm: str, command: dict[str, Any], by: str, capacity: str
    ) -> Awaitable[int]: ...


class ExerciseDoor(Protocol):
    """Hands an order to the house of exercises; see `ExerciseHouse.carry_out` for the answers."""

    def __call__(
        self, order: dict[str, Any], by: str, capacity: str
    ) -> Awaitable[dict[str, Any]]: ...


async def _no_exercises(order: dict[str, Any], by: str, capacity: str) -> dict[str, Any]:
    raise CommandRefused("no exercises are conducted here", "order")


def _no_figures(realm: str) -> Mapping[str, Any]:
    return {}


def _no_cameras() -> CameraDesk:
    return CameraDesk((), Path(), frozenset, lambda realm: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Rooms:
    """`sources` are in the settings; `figures` tells what each gave; `sender` is who we are.

    `scenarios` is the folder of the house's own.
    """

    hubs: Mapping[str, Hub]
    journal: Journal
    command: CommandDoor
    allowed_hosts: frozenset[str]
    sources: Sequence[SourceConfig] = ()
    figures: Callable[[str], Mapping[str, Any]] = field(default=_no_figures)
    cameras: CameraDesk = field(default_factory=_no_cameras)
    sender: str = UNNAMED
    shift_hours: float = 12
    exercises: ExerciseDoor = _no_exercises
    scenarios: Path | None = None
