"""What caps and advice may know of an incident: plain data, gathered by the engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Witness:
    """One observation of the incident.

    `at`: when it happened, UTC text; `believed`: no rumour, and its source is not marked;
    `news`: it came after the last grade that a person gave.
    """

    observation: str
    source: str
    kind: str
    at: str
    maturity: str | None = None
    verified: bool = False
    believed: bool = True
    severity: int | None = None
    type_hint: str | None = None
    news: bool = True


@dataclass(frozen=True, slots=True)
class Named:
    """A place by its two names, and what says that the incident touches it.

    `kind`: of a site of the register (hospital, school …); None where a source merely names it.
    """

    fr: str
    nl: str
    observation: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """`facts`: name → {"value", "observation"}, the latest known of each, without rumours.

    `communes`: those the incident surely touches; `disciplines`: those engaged; `phase`: the one
    in force, as recorded or as told.
    """

    type: str
    severity: int
    facts: Facts
    codes: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    communes: tuple[Named, ...] = ()
    site: Named | None = None
    disciplines: tuple[str, ...] = ()
    phase: str | None = None
    place: str | None = None
