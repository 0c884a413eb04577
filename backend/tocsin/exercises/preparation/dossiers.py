"""Event dossiers (M10.2): where, when, how many, who decides what, and what is seen to before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any, Literal

from pydantic import Field, TypeAdapter

from tocsin.contract.times import from_text, to_text
from tocsin.tables import Document, Words, package_text

Risk = Literal["low", "moderate", "high", "very_high"]
FILE = "checklist.yaml"


class CheckRow(Words):
    """A line of the checklist; `hours` before the event begins."""

    check: str
    hours: int = Field(ge=0, le=24 * 30)


@cache
def shipped_checklist() -> tuple[CheckRow, ...]:
    document = Document(package_text(__package__, FILE), FILE)
    return TypeAdapter(tuple[CheckRow, ...]).validate_python(document.value)


@dataclass(frozen=True, slots=True)
class Contact:
    """A function, never a person: telephone numbers stand in the plans of the disciplines."""

    discipline: str
    function: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """`what` is measured, `at` which value, `then` what is decided, and `by` whom."""

    what: str
    at: str
    then: str
    by: str


@dataclass(frozen=True, slots=True)
class Check:
    """A line to be seen to; `text` only where it is not of the shipped list."""

    check: str
    hours: int
    text: str | None = None
    done_at: str | None = None
    done_by: str | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """One event. `lat`, `lon` and `radius_m` are its footprint; times are UTC text."""

    id: str
    title: str
    place: str
    starts: str
    ends: str
    by: str
    at: str
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None
    attendance: int | None = None
    risk: Risk | None = None
    organiser: str | None = None
    notes: str | None = None
    contacts: tuple[Contact, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    checks: tuple[Check, ...] = ()
    cancelled: bool = False

    def due(self, check: Check) -> str:
        return to_text(from_text(self.starts) - timedelta(hours=check.hours))

    def late(self, now: str) -> tuple[Check, ...]:
        """What should have been seen to by now."""
        if self.cancelled or now > self.ends:
            return ()
        return tuple(c for c in self.checks if c.done_at is None and self.due(c) < now)


def shipped_checks() -> tuple[Check, ...]:
    return tuple(Check(row.check, row.hours) for row in shipped_checklist())


def seen_to(dossier: Dossier, check: str, *, done: bool, by: str, at: str) -> Dossier:
    """The dossier with one line ticked or not; KeyError where it has no such line."""
    if check not in {one.check for one in dossier.checks}:
        raise KeyError(check)
    mark = {"done_at": at, "done_by": by} if done else {"done_at": None, "done_by": None}
    checks = tuple(replace(c, **mark) if c.check == check else c for c in dossier.checks)
    return replace(dossier, checks=checks)


def read_dossier(body: Mapping[str, Any]) -> Dossier:
    """As the book keeps it."""
    parts: Mapping[str, type[Any]] = {"contacts": Contact, "thresholds": Threshold, "checks": Check}
    made = {name: tuple(kind(**row) for row in body.get(name, ())) for name, kind in parts.items()}
    return Dossier(**{**body, **made})
