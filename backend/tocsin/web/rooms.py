"""What the web layer needs of the house: realms, their hubs, their journal, their command door."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tocsin.journal.store import Journal
from tocsin.live.hub import Hub


class CommandDoor(Protocol):
    """Hands a command to the engine of a realm; the number of the last entry after it."""

    def __call__(
        self, realm: str, command: dict[str, Any], by: str, capacity: str
    ) -> Awaitable[int]: ...


@dataclass(frozen=True, slots=True)
class Rooms:
    hubs: Mapping[str, Hub]
    journal: Journal
    command: CommandDoor
    allowed_hosts: frozenset[str]
