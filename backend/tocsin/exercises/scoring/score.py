"""The outcome of an exercise in figures, each with the numbers of the entries behind it.

Times are UTC text of exercise time, `n` numbers of entries of the realm; None is: not (yet).
"""

from dataclasses import dataclass
from typing import Literal

from tocsin.exercises.conduct.state import How, InjectStatus, RunState
from tocsin.exercises.happened import Moment
from tocsin.exercises.scenario.models import ClockName

Unit = Literal["s", "share", "count"]


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did; `what` is the name of the command."""

    n: int
    at: str
    by: str
    what: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement of a clock; `target` is the one that holds for it. Without an end it runs."""

    incident: str | None
    inject: str | None
    from_n: int
    from_at: str
    to_n: int | None
    to_at: str | None
    value: float | None
    target: float
    score: float | None


@dataclass(frozen=True, slots=True)
class ClockScore:
    """Value and target are those of the worst sample, `score` is the mean of all, 0 to 4.

    `score` None: there was nothing to measure. `value` None with a score: it was never done.
    """

    clock: ClockName
    unit: Unit
    target: float
    value: float | None
    score: float | None
    met: bool | None
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class ObjectiveScore:
    """`open`: nobody has scored it, and nothing measures it."""

    id: str
    text: dict[str, str]
    critical: bool
    weight: float
    score: float | None
    how: Literal["measured", "observer", "open"]
    by: str | None
    reason: str | None
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ExpectedTieScore:
    """`incident` is the scenario's label; `n` proposed the tie that was found."""

    measure: str
    relation: str
    incident: str
    by: Literal["rules", "people"]
    found: bool
    n: int | None
    tie: str | None


@dataclass(frozen=True, slots=True)
class UnexpectedTie:
    """`incident` is the room's own id."""

    measure: str
    relation: str
    incident: str
    n: int


@dataclass(frozen=True, slots=True)
class Ties:
    expected: tuple[ExpectedTieScore, ...]
    unexpected: tuple[UnexpectedTie, ...]
    precision: float | None
    recall: float | None
    precision_rules: float | None
    recall_rules: float | None


@dataclass(frozen=True, slots=True)
class FalseMerge:
    """One incident of the room that holds what belongs to several; `messages` are the strangers."""

    incident: str
    labels: tuple[str, ...]
    messages: tuple[str, ...]
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MissedLink:
    """What belongs together lies in several incidents of the room."""

    label: str
    incidents: tuple[str, ...]
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrapScore:
    """None: the trap was not played."""

    inject: str
    right: bool | None
    incident: str | None


@dataclass(frozen=True, slots=True)
class Joins:
    """`points`: −2 for each false merge, −1 for each missed link."""

    false_merges: tuple[FalseMerge, ...]
    missed_links: tuple[MissedLink, ...]
    traps: tuple[TrapScore, ...]
    points: int


@dataclass(frozen=True, slots=True)
class LoadPoint:
    """Calls on the busiest capacity in the ten minutes that begin at `at`."""

    at: str
    alarms: int


@dataclass(frozen=True, slots=True)
class Load:
    worst_per_10_min: int
    curve: tuple[LoadPoint, ...]
    by_capacity: dict[str, int]


@dataclass(frozen=True, slots=True)
class Total:
    """`share` of what could be had; `passed` is None while a critical objective is open."""

    share: float | None
    passed: bool | None
    failed_critical: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InjectLine:
    """One inject on the timeline: issued, seen by the room, acknowledged, decided upon, done."""

    inject: str
    label: str | None
    trap: bool
    issued_at: str | None
    status: InjectStatus
    how: How | None
    seen: Moment | None
    incident: str | None
    acknowledged: Act | None
    decided: Act | None
    done: Moment | None


@dataclass(frozen=True, slots=True)
class Score:
    realm: str
    scenario: str
    at: str
    state: RunState
    clocks: tuple[ClockScore, ...]
    objectives: tuple[ObjectiveScore, ...]
    ties: Ties
    joins: Joins
    load: Load
    total: Total
    timeline: tuple[InjectLine, ...]
