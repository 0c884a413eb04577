"""What the web layer needs of the house: realms, their hubs, their journal, their command door."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from tocsin.cameras.desk import CameraDesk
from tocsin.journal.store import Journal
from tocsin.live.hub import Hub
from tocsin.outward.cap import UNNAMED
from tocsin.sources import SourceConfig


class CommandDoor(Protocol):
    """Hands a command to the engine of a realm; the number of the last entry after it."""

    def __call__(
        self, realm: str, command: dict[str, Any], by: str, capacity: str
    ) -> Awaitable[int]: ...


def _no_figures(realm: str) -> Mapping[str, Any]:
    return {}


def _no_cameras() -> CameraDesk:
    return CameraDesk((), Path(), frozenset, lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Rooms:
    """`sources` are in the settings; `figures` tells what each gave; `sender` is who we are."""

    hubs: Mapping[str, Hub]
    journal: Journal
    command: CommandDoor
    allowed_hosts: frozenset[str]
    sources: Sequence[SourceConfig] = ()
    figures: Callable[[str], Mapping[str, Any]] = field(default=_no_figures)
    cameras: CameraDesk = field(default_factory=_no_cameras)
    sender: str = UNNAMED
    shift_hours: float = 12
