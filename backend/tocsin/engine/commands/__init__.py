"""What people may do: each command checks first, then writes."""

from tocsin.engine.commands import (  # each registers its commands
    advice,
    alarms,
    drawings,
    evidence,
    handovers,
    joins,
    lifecycle,
    opening,
    records,
    relations,
    room,
    rules,
    ties,
    undo,
    walls,
)
from tocsin.engine.commands.registry import (
    Giver,
    carry_out,
    read_command,
    registered,
    schemas,
)

__all__ = [
    "Giver",
    "advice",
    "alarms",
    "carry_out",
    "drawings",
    "evidence",
    "handovers",
    "joins",
    "lifecycle",
    "opening",
    "read_command",
    "records",
    "registered",
    "relations",
    "room",
    "rules",
    "schemas",
    "ties",
    "undo",
    "walls",
]
