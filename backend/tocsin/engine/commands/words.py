"""What people write and when they say it was: checked alike in every command."""

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, StringConstraints

from tocsin.contract.times import to_text
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.lifecycle.phases import check_past
from tocsin.tables import Language
from tocsin.taxonomy.facts import PLATE


def _without_plate(text: str) -> str:
    if PLATE.search(text):
        raise ValueError("that looks like a number plate; no plate is kept in the room's records")
    return text


_Words = StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)
_Short = StringConstraints(strip_whitespace=True, min_length=1, max_length=120)
_OneLine = StringConstraints(pattern=r"^[^\x00-\x1f\x7f\u2028\u2029]*$")
_Note = StringConstraints(strip_whitespace=True, max_length=500)
_Why = StringConstraints(strip_whitespace=True, min_length=3, max_length=500)

Line = Annotated[str, _Words, AfterValidator(_without_plate)]
Short = Annotated[str, _Short, AfterValidator(_without_plate)]
OneLine = Annotated[Short, _OneLine]
Note = Annotated[str, _Note, AfterValidator(_without_plate)]
Why = Annotated[str, _Why, AfterValidator(_without_plate)]
Moment = AwareDatetime
DisciplineCode = Literal["D1", "D2", "D3", "D4", "D5"]

__all__ = [
    "DisciplineCode",
    "Language",
    "Line",
    "Moment",
    "Note",
    "OneLine",
    "Short",
    "Why",
    "happened",
    "made_later",
]


def happened(d: Deliberation, moment: Moment | None, field: str) -> str:
    """When people say it was, or now; refused when it has not come yet."""
    if moment is None:
        return d.at
    told = to_text(moment)
    refused = check_past(told, d.at, field)
    if refused is not None:
        raise CommandRefused(refused.detail, refused.field)
    return told


def made_later(d: Deliberation, letter: str, count: int = 1) -> list[str]:
    """The ids of records that an act will make first of all: what an undo takes away.

    Two entries come before them: the command, and what keeps it undoable.
    """
    return [f"{letter}-{d.draft.n + 3 + i}" for i in range(count)]
