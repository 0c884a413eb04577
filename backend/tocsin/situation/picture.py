"""The picture as plain data: what one gets by folding the journal.

A `Situation` is a value. Its tables are persistent maps, so keeping an older one (to go back after
a failed commit, to write a snapshot while work goes on) costs nothing. Records in them are
replaced, never changed.
"""

from collections.abc import Collection, MutableMapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from operator import attrgetter
from typing import Any, Literal, TypeVar

import orjson
from immutables import Map

from tocsin.situation.index import IncidentIndex, empty_table, finished, writable
from tocsin.situation.records import (
    Activation,
    Advice,
    Alarm,
    Annunciation,
    ArmedRules,
    CameraState,
    Count,
    Decision,
    Drawing,
    Evidence,
    Flood,
    Handover,
    LogLine,
    Mark,
    Relation,
    Report,
    Task,
    Undoable,
    Wall,
)

ATTACHED_KEPT = 50  # observations an incident shows; older ones stay in the journal
SPOKEN_KEPT = 200  # messages beyond those, known by their key only
LOOSE_KEPT = 200  # recent observations that belong to no incident
CAMERAS_KEPT = 2000  # states of cameras; names that nobody registered have an end

LOG_KEPT = 200  # lines of the logbooks that screens hold; the journal has all
ANNUNCIATIONS_KEPT = 200
COUNTS_KEPT = 3  # figures of one source and category about one incident
DRAWINGS_KEPT = 500
HANDOVERS_KEPT = 10  # of one function

IncidentState = Literal[
    "reported",
    "acknowledged",
    "qualified",
    "responding",
    "coordinating",
    "stabilised",
    "recovery",
    "closed",
    "review",
    "false_alarm",
    "duplicate",
    "transferred",
]
OPEN_STATES: frozenset[IncidentState] = frozenset(
    {
        "reported",
        "acknowledged",
        "qualified",
        "responding",
        "coordinating",
        "stabilised",
        "recovery",
    }
)
TieStatus = Literal["proposed", "confirmed", "rejected", "withdrawn"]


@dataclass(slots=True)
class Shown:
    """An observation as screens know it: no raw attributes, only the facts rules may use.

    Times are UTC text; `lat`, `lon` in degrees; `outline` is GeoJSON; `late_s` is how long the
    observation waited (outbox, broker) before the room recorded it.
    """

    id: str
    source: str
    external_id: str
    kind: str
    action: str
    mode: str
    recorded_at: str
    observed_at: str | None = None
    late_s: int | None = None
    type_hint: str | None = None
    severity: int | None = None
    confidence: float | None = None
    maturity: str | None = None
    headline: str | None = None
    text: str | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    outline: dict[str, Any] | None = None
    implausible: bool = False
    clock_suspect: bool = False
    unreliable: bool = False  # people have marked its source: shown, but out of the rules
    doubtful: bool = False  # its signature does not prove its sender: shown, but out of the rules
    limited: bool = False  # its source was over its rate: shown, but out of the rules
    codes: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)  # codes of the places that its words name
    vote: Literal["useful", "noise"] | None = None
    track: str | None = None
    camera: dict[str, Any] | None = None  # what a camera says of itself
    incident: str | None = None
    joined_by: int | None = None  # number of the entry that attached it: what an undo names
    why: dict[str, Any] | None = None


@dataclass(slots=True)
class Tie:
    """The assertion that an incident concerns a measure, with its evidence and its reason."""

    id: str
    measure: dict[str, str]
    relation: str
    strength: str
    rule: str
    evidence: tuple[str, ...]
    reason: dict[str, str]
    status: TieStatus
    proposed_by: int
    by: str | None = None
    note: str | None = None


@dataclass(slots=True)
class Suggestion:
    """A join that was likely, not sure: `incident` is the one this might be part of."""

    id: str
    incident: str
    observation: str
    why: dict[str, Any]


@dataclass(slots=True)
class Incident:
    """A situation the centre follows. `facts`: the latest word of each, with its evidence.

    State, severity and phase are three axes that never move one another. `segment` counts how
    often the incident was taken up again after it had been closed, beginning at 1.
    """

    id: str
    type: str
    severity: int
    state: IncidentState
    state_since: str
    opened_at: str
    last_at: str
    observed_first: str
    observed_last: str
    graded_by: int
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    outline: dict[str, Any] | None = None
    commune: dict[str, str] | None = None
    text: str | None = None
    headline: str | None = None
    why: dict[str, Any] | None = None
    grade_why: dict[str, Any] | None = None
    count: int = 0
    observations: tuple[str, ...] = ()
    source_classes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    spoken: tuple[str, ...] = ()  # messages out of sight that later ones may still answer
    suggestions: tuple[Suggestion, ...] = ()
    ties: tuple[Tie, ...] = ()
    alias_of: str | None = None
    state_by: str | None = None
    state_reason: str | None = None
    segment: int = 1
    lead: str | None = None
    disciplines: tuple[str, ...] = ()
    phase: dict[str, Any] | None = None
    phases: tuple[dict[str, Any], ...] = ()
    review: Literal["required", "waived", "done"] | None = None
    cap: dict[str, Any] | None = None


def is_open(incident: Incident) -> bool:
    """Still being followed: observations may join it and rules look at it."""
    return incident.state in OPEN_STATES


@dataclass(slots=True)
class SourceView:
    """The last known state of a source, and since when."""

    source: str
    state: str
    since: str
    adapter: str | None = None
    outbox: int = 0
    outbox_since: str | None = None
    trouble: str | None = None


@dataclass(slots=True)
class QuarantineView:
    count: int
    last_at: str
    source: str
    detail: str


TABLES = (
    "incidents",
    "observations",
    "tracks",
    "sources",
    "quarantine",
    "cameras",
    "advice",
    "alarms",
    "floods",
    "decisions",
    "tasks",
    "reports",
    "counts",
    "relations",
    "evidence",
    "marks",
    "walls",
    "drawings",
    "handovers",
    "undoable",
)
LISTS = ("loose", "annunciations", "log")


@dataclass(slots=True)
class Situation:
    """The whole picture of one realm after entry `n`. Its values are never changed in place."""

    realm: str
    n: int = 0
    at: str | None = None
    exercise: dict[str, Any] | None = None
    opened: int = 0
    incidents: MutableMapping[str, Incident] = field(default_factory=empty_table)
    observations: MutableMapping[str, Shown] = field(default_factory=empty_table)
    loose: Sequence[str] = ()
    tracks: MutableMapping[str, Shown] = field(default_factory=empty_table)
    sources: MutableMapping[str, SourceView] = field(default_factory=empty_table)
    quarantined: int = 0
    quarantine: MutableMapping[str, QuarantineView] = field(default_factory=empty_table)
    cameras: MutableMapping[str, CameraState] = field(default_factory=empty_table)
    advice: MutableMapping[str, Advice] = field(default_factory=empty_table)
    alarms: MutableMapping[str, Alarm] = field(default_factory=empty_table)
    floods: MutableMapping[str, Flood] = field(default_factory=empty_table)
    annunciations: Sequence[Annunciation] = ()
    decisions: MutableMapping[str, Decision] = field(default_factory=empty_table)
    tasks: MutableMapping[str, Task] = field(default_factory=empty_table)
    reports: MutableMapping[str, Report] = field(default_factory=empty_table)
    counts: MutableMapping[str, Count] = field(default_factory=empty_table)
    relations: MutableMapping[str, Relation] = field(default_factory=empty_table)
    evidence: MutableMapping[str, Evidence] = field(default_factory=empty_table)
    log: Sequence[LogLine] = ()
    marks: MutableMapping[str, Mark] = field(default_factory=empty_table)
    walls: MutableMapping[str, Wall] = field(default_factory=empty_table)
    drawings: MutableMapping[str, Drawing] = field(default_factory=empty_table)
    handovers: MutableMapping[str, Handover] = field(default_factory=empty_table)
    undoable: MutableMapping[str, Undoable] = field(default_factory=empty_table)
    activation: Activation | None = None
    rulebook: ArmedRules | None = None
    index: IncidentIndex = field(default_factory=IncidentIndex)

    def draft(self) -> "Situation":
        """A copy that the fold may write to; this one stays as it is, at no cost."""
        draft = replace(self, index=self.index.draft())
        for name in TABLES:
            setattr(draft, name, writable(getattr(self, name)))
        for name in LISTS:
            setattr(draft, name, list(getattr(self, name)))
        return draft

    def settled(self) -> "Situation":
        """What a draft came to, as a value again."""
        situation = replace(self, index=self.index.settled())
        for name in TABLES:
            setattr(situation, name, finished(getattr(self, name)))
        for name in LISTS:
            setattr(situation, name, tuple(getattr(self, name)))
        return situation


def observed_or_recorded(shown: Shown) -> str:
    """When it happened, as far as one can tell: a suspect clock tells nothing."""
    if shown.observed_at is None or shown.clock_suspect:
        return shown.recorded_at
    return shown.observed_at


def told_anew(shown: Shown, before: Incident, names: Collection[str]) -> bool:
    """Whether an observation gives one of these facts a value that its incident did not have."""
    known = before.facts
    return any(
        name in names and (name not in known or known[name]["value"] != value)
        for name, value in shown.facts.items()
    )


def is_set_aside(shown: Shown) -> bool:
    """Shown, and out of the rules: by its source's mark, its signature, or its source's rate."""
    return shown.unreliable or shown.doubtful or shown.limited


def has_place(shown: Shown) -> bool:
    """A place that can be believed: one far outside the region is a mistake of the sender."""
    return shown.lat is not None and not shown.implausible


R = TypeVar("R", Shown, Incident, Tie)


def changed(record: R, **changes: Any) -> R:
    """A copy with some fields changed: `dataclasses.replace` at a quarter of its cost."""
    kind: Any = type(record)
    copy: R = kind(*_all_fields(kind)(record))
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


@cache
def _all_fields(kind: type) -> "attrgetter[Any]":
    return attrgetter(*(part.name for part in fields(kind)))


_PICTURE_FIELDS = tuple(part.name for part in fields(Situation) if part.name != "index")


def picture(situation: Situation) -> bytes:
    """The situation as canonical JSON: what a screen's snapshot holds, byte for byte."""
    return orjson.dumps(
        {name: getattr(situation, name) for name in _PICTURE_FIELDS},
        default=_plain,
        option=orjson.OPT_SORT_KEYS,
    )


def _plain(value: object) -> object:
    if isinstance(value, Map):
        return dict(value.items())
    raise TypeError(f"{type(value).__name__} does not belong into a picture")
