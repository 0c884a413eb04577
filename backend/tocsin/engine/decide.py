"""decide(situation, input) -> entries: all judgement of the room, without clock or chance."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from pydantic import JsonValue

from tocsin.contract import Observation
from tocsin.contract.observation import Point
from tocsin.contract.realm import LIVE, is_exercise
from tocsin.contract.times import to_text
from tocsin.engine import commands
from tocsin.engine.consequences import follow_up
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
from tocsin.engine.observing import observe
from tocsin.engine.ticking import tick
from tocsin.journal.entry import Entry
from tocsin.situation.picture import Situation, SourceView


def read_tables() -> None:
    """Decide on an invented fire and forget it: every table is read on the way.

    The first real observation would otherwise wait for them, a second or more.
    """
    fire = Observation(
        source="tocsin:rehearsal",
        external_id="fire",
        kind="event",
        type_hint="FIR-BLD",
        geometry=Point(type="Point", coordinates=(4.3525, 50.8467)),
        headline="Brand",
    )
    victims: dict[str, JsonValue] = {"smoke": True, "casualties_red": 1}
    call = fire.model_copy(update={"external_id": "call", "attributes": victims})
    at = "2026-01-15T15:41:07.000Z"
    take = {"command": "take", "incident": "I-0001"}
    decide_all(
        Situation(LIVE),
        [
            ObservationArrived(at, fire),
            ObservationArrived(at, call),
            CommandGiven(at, "rehearsal", take),
            ClockTicked(at),
        ],
    )


def decide(situation: Situation, given: Input) -> list[Entry]:
    """The entries that one input leads to; CommandRefused for a command that does not fit."""
    return decide_all(situation, [given])[1]


def decide_all(situation: Situation, inputs: Iterable[Input]) -> tuple[Situation, list[Entry]]:
    """Decide a batch, each input in the light of those before it."""
    deliberation = Deliberation(situation.draft())
    for given in inputs:
        decide_into(deliberation, given)
    return deliberation.draft.settled(), deliberation.entries


def decide_into(deliberation: Deliberation, given: Input) -> None:
    at = deliberation.begin(given.at)
    if at != given.at:  # the clock was set back: decide on the time that the journal will tell
        given = replace(given, at=at)
    _DECIDERS[type(given)](deliberation, given)
    follow_up(deliberation)


def _refuse(d: Deliberation, given: MessageRefused) -> None:
    if given.count == 0:
        return
    body = asdict(given)
    del body["at"]
    d.enter("message_quarantined", body)


def _source(d: Deliberation, given: SourceReported) -> None:
    status = given.status
    before = d.draft.sources.get(status.source)
    view = SourceView(
        source=status.source,
        state=status.state,
        since=before.since if before and before.state == status.state else given.at,
        adapter=status.adapter or (before.adapter if before else None),
        outbox=status.outbox,
        outbox_since=to_text(status.outbox_since) if status.outbox_since else None,
        trouble=status.trouble,
    )
    if view != before:
        d.enter("source_changed", {"source": asdict(view)})


def _command(d: Deliberation, given: CommandGiven) -> None:
    commands.carry_out(d, given.command, commands.Giver(given.by, given.capacity))


def _exercise(d: Deliberation, given: ExerciseReported) -> None:
    if d.draft.exercise != given.exercise and is_exercise(d.draft.realm):
        d.enter("exercise_changed", {"exercise": given.exercise})


_DECIDERS: Mapping[type, Callable[[Deliberation, Any], None]] = {
    ObservationArrived: observe,
    MessageRefused: _refuse,
    SourceReported: _source,
    CommandGiven: _command,
    ClockTicked: tick,
    ExerciseReported: _exercise,
}
