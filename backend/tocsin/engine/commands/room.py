"""The room itself: its activation, its logbooks, and what it thinks of a source."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from tocsin.access import shipped_roles
from tocsin.engine.commands.registry import Act, Command, Giver, command
from tocsin.engine.commands.subjects import the_incident
from tocsin.engine.commands.words import Language, Line, Why
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.lifecycle.room import Activation, Book, Trust

AT_REST = "watch"  # what the room is at until somebody says otherwise


class SetActivation(Command):
    """How far the room is awake: its own axis, which moves no incident."""

    command: Literal["set_activation"]
    level: Activation
    reason: Why


class WriteLog(Command):
    """A line in the room's logbook, or in that of a discipline."""

    command: Literal["write_log"]
    book: Book
    incident: str | None = None
    text: Line
    language: Language


class MarkSource(Command):
    """What comes from an unreliable source is shown, and moves no rule."""

    command: Literal["mark_source"]
    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.:-]{0,99}$")]
    trust: Trust
    reason: Why


@command(SetActivation)
def set_activation(d: Deliberation, told: SetActivation, giver: Giver) -> Act:
    current = d.draft.activation.level if d.draft.activation else AT_REST
    if told.level == current:
        raise CommandRefused(f"the room is at {current} already", "level")

    def write() -> None:
        activation = {"level": told.level, "since": d.at, "by": giver.by, "reason": told.reason}
        d.enter("activation_changed", {"activation": activation})

    return Act(write)


@command(WriteLog)
def write_log(d: Deliberation, told: WriteLog, giver: Giver) -> Act:
    if told.incident is not None:
        the_incident(d, told.incident)
    capacity = shipped_roles().capacities.get(giver.capacity)
    own = capacity.discipline if capacity else None
    if own is not None and told.book != own:
        raise CommandRefused(f"{giver.capacity} writes in the logbook of {own}", "book")

    def write() -> None:
        line = {
            "id": d.next_id("N"),
            "book": told.book,
            "incident": told.incident,
            "text": told.text,
            "language": told.language,
            "at": d.at,
            "by": giver.by,
        }
        d.enter("log_written", {"line": line})

    return Act(write)


@command(MarkSource)
def mark_source(d: Deliberation, told: MarkSource, giver: Giver) -> Act:
    mark = d.draft.marks.get(told.source)
    if told.trust == (mark.trust if mark else "trusted"):
        raise CommandRefused(f"{told.source} is {told.trust} already", "trust")

    def write() -> None:
        made = {"source": told.source, "trust": told.trust, "reason": told.reason}
        d.enter("source_marked", {"mark": {**made, "by": giver.by, "since": d.at}})

    return Act(write, touches={"marks": [told.source]})
