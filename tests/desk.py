"""A room in which people act in several capacities."""

from typing import Any

from deciding import Room
from tocsin.engine.inputs import CommandForbidden, CommandGiven, CommandRefused
from tocsin.journal.entry import Entry
from tocsin.situation.picture import Incident

INCIDENT = "I-0001"


class Desk(Room):
    """Commands are given as the supervisor unless another capacity is named."""

    def act(self, command: str, *, capacity: str = "supervisor", **given: Any) -> list[Entry]:
        document = {"command": command, **given}
        return self.decide(CommandGiven(self.at, capacity, document, capacity))

    def on(self, command: str, *, capacity: str = "supervisor", **given: Any) -> Incident:
        """An act on the first incident, and what it is afterwards."""
        self.act(command, capacity=capacity, incident=INCIDENT, **given)
        return self.incident()

    def refused(
        self, command: str, *, capacity: str = "supervisor", **given: Any
    ) -> tuple[str, str]:
        """Field and sentence of a refusal; nothing is written then."""
        before = self.situation
        try:
            self.act(command, capacity=capacity, **given)
        except (CommandRefused, CommandForbidden) as refused:
            assert self.situation is before
            return refused.field, refused.detail
        raise AssertionError(f"{command} was carried out")

    def taken(self, **given: Any) -> Incident:
        """A first incident that somebody took and qualified."""
        self.observe(**given)
        self.on("take")
        return self.on("qualify", type="TRA-TUN", severity=2)

    def responding(self) -> Incident:
        self.taken()
        self.on("engage_discipline", discipline="D1")
        return self.on("change_state", to="responding")

    def last_command(self) -> int:
        return max(e.n for e in self.entries if e.kind == "command_received")

    def undo(self) -> None:
        self.act("undo", entry=self.last_command())
