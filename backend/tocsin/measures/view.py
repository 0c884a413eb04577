"""What rules may know of an incident: plain data, gathered by the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Facts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class NearSite:
    """A site of the register at or near the incident; `name` in French, `name_nl` in Dutch."""

    id: str
    kind: str
    name: str
    name_nl: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class Trial:
    """The first fact of a source on trial; `lead_s`: how long before all others, null if not."""

    source: str
    observation: str
    voted: bool
    lead_s: int | None = None


@dataclass(slots=True)
class IncidentView:
    """One incident as rules see it at the moment `at` (UTC text, empty: no time has passed).

    `facts`: name → {"value", "observation"}, where the evidence is an observation, a report, a
    count or an entry (`E-n`), or empty for what people set on the incident itself; `codes`:
    `kind:code`; `source_classes`: the part of a source's name before its colon; `history`: of facts
    whose age counts, (since when, value), oldest first; `advice`: kind → id, of advice that is
    open; `relations`: kind → (relation, other incident).
    """

    type: str
    severity: int
    facts: Facts
    codes: tuple[str, ...] = ()
    source_classes: tuple[str, ...] = ()
    place: str | None = None
    exercise: bool = False
    at: str = ""
    opened_at: str = ""
    state: str = "reported"
    review: str | None = None
    phase_ever: bool = False
    activation: str = "watch"
    history: Mapping[str, tuple[tuple[str, Any], ...]] = field(default_factory=dict)
    advice: Mapping[str, str] = field(default_factory=dict)
    relations: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    sites: tuple[NearSite, ...] = ()
    trials: tuple[Trial, ...] = ()
