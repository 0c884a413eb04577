"""The script of simulated partners, read from YAML and checked before anyone speaks."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from tocsin.places import NamedPlace, places_named
from tocsin.tables import Document, Row, TableError, Words, package_text
from tocsin.taxonomy.facts import PLATE

Partner = Literal["cad", "mobiris", "stib", "weather", "channels", "units"]
# Of a case of the 112 centre and of a position, their formats cannot say that it is over.
NEVER_END: frozenset[Partner] = frozenset({"cad", "units", "channels"})
_OFFSET = re.compile(r"\+(\d{2}):([0-5]\d):([0-5]\d)")


def offset_of(text: str) -> timedelta:
    """`+00:08:00`, counted from the start of the script."""
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(f"cannot read the time {text!r}: write it as +00:08:00")
    hours, minutes, seconds = map(int, found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _readable(text: str) -> str:
    offset_of(text)
    return text


class Fact(Row):
    """What one partner tells at one time of one thing; a later one of the same thing changes it.

    `place` is a name that the layers know. `to` and `minutes` move a unit; `victims` is CISU's word
    for how many; `severity` 1 to 4.
    """

    at: Annotated[str, AfterValidator(_readable)]
    partner: Partner
    thing: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    what: str | None = None
    place: str | None = None
    to: str | None = None
    minutes: Annotated[float, Field(gt=0, le=600)] | None = None
    words: Words | None = None
    severity: Annotated[int, Field(ge=1, le=4)] | None = None
    victims: Literal["0", "1", "PLUSIEURS", "BEAUCOUP"] | None = None
    lines: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    state: Literal["ok", "active", "degraded", "down"] | None = None
    ends: bool = False

    @property
    def offset(self) -> timedelta:
        return offset_of(self.at)

    @model_validator(mode="after")
    def _hold_together(self) -> "Fact":
        if self.ends and self.partner in NEVER_END:
            raise ValueError(f"ends: the format of {self.partner} has no word for it")
        if self.what is not None and self.what not in vocabulary()[self.partner]:
            known = ", ".join(vocabulary()[self.partner])
            raise ValueError(f"what: {self.partner} tells of {known}; found {self.what!r}")
        if (self.to is None) != (self.minutes is None):
            raise ValueError("to: a unit moves to a place in so many minutes; give both")
        return self


class PartnerScript(Row):
    """`facts` in the order of their times."""

    partners: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,29}$")]
    title: Words
    facts: Annotated[tuple[Fact, ...], Field(min_length=1)]

    def of(self, partner: Partner) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.partner == partner)

    @property
    def speakers(self) -> tuple[Partner, ...]:
        return tuple(dict.fromkeys(fact.partner for fact in self.facts))


def load_script(path: Path) -> PartnerScript:
    """The script in a file; TableError names file, line and field of everything wrong in it."""
    return read_script(path.read_text(encoding="utf-8"), path.name)


def read_script(text: str, file: str) -> PartnerScript:
    plates = [
        f"{file}:{number}: looks like a Belgian plate; write a fictitious one such as X-EXE-101"
        for number, line in enumerate(text.splitlines(), start=1)
        if PLATE.search(line)
    ]
    if plates:
        raise TableError(plates)
    document = Document(text, file)
    script = document.checked(PartnerScript)
    problems = [
        f"{document.where(('facts', i, field))}: {told}" for i, field, told in _problems(script)
    ]
    if problems:
        raise TableError(problems)
    return script


def place_named(text: str) -> NamedPlace | None:
    """The one place that a name means, on the map; a street rather than its commune."""
    found = [place for place in places_named(text) if place.lat is not None]
    return min(found, key=lambda place: place.extent_m or 0.0, default=None)


@cache
def vocabulary() -> Mapping[Partner, Mapping[str, Mapping[str, Any]]]:
    document = Document(package_text(__package__, "vocabulary.yaml"), "vocabulary.yaml")
    table: dict[Partner, Mapping[str, Mapping[str, Any]]] = document.value
    return table


def _problems(script: PartnerScript) -> Iterator[tuple[int, str, str]]:
    told: set[tuple[str, str]] = set()
    over: set[tuple[str, str]] = set()
    before = timedelta()
    for i, fact in enumerate(script.facts):
        key = fact.partner, fact.thing
        if fact.offset < before:
            yield i, "at", "comes before the line above it"
        before = max(before, fact.offset)
        for field in ("place", "to"):
            name = getattr(fact, field)
            if name is not None and place_named(name) is None:
                yield i, field, f"the layers have no place named {name!r}, or several"
        if key in over:
            yield i, "thing", f"{fact.thing} is over; begin another thing"
        elif key not in told:
            yield from ((i, field, told_first) for field, told_first in _lacking(fact))
        told.add(key)
        if fact.ends:
            over.add(key)


def _lacking(fact: Fact) -> Iterator[tuple[str, str]]:
    """What the first word about a thing must tell."""
    needed = ["what", "place", "words"]
    if fact.partner == "channels":
        needed = ["what", "words", "state"]
    for field in needed:
        if getattr(fact, field) is None:
            yield field, f"the first fact of {fact.thing} says {field}"
    if fact.ends:
        yield "ends", f"{fact.thing} did not begin"
