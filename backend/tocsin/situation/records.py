"""What the room keeps beside its incidents: advice, alarms, decisions, tasks, counts, relations.

Times are UTC text, words are in the three languages of the room, `None` is unknown. An id holds
the number of the entry that made the record.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Words = dict[str, str]

AdviceKind = Literal[
    "severity", "phase", "medical_plan", "psychosocial_plan", "state", "relation", "proposal"
]
AdviceStatus = Literal["open", "accepted", "dismissed", "withdrawn"]
AlarmKind = Literal["alarm", "notice"]
TaskState = Literal["open", "done", "dropped"]
RelationKind = Literal["cause", "impact", "same_cause", "series", "duplicate"]
RelationStatus = Literal["proposed", "confirmed", "rejected"]
Trust = Literal["trusted", "unreliable"]
ActivationLevel = Literal["watch", "pre_alert", "alert"]
CameraCondition = Literal[
    "working",
    "no_picture",
    "frozen",
    "black",
    "blurred",
    "moved",
    "covered",
    "glare",
    "clock_stuck",
]
WallLayout = Literal["a", "b"]
DrawingLayer = Literal["room", "d1", "d2", "d3", "d4", "d5", "mobiris"]
DrawingKind = Literal[
    "zone_red", "zone_orange", "zone_yellow", "wedge", "line", "text", "distance", "area"
]


@dataclass(slots=True)
class Advice:
    """What a person might do, and the criterion that says so. Never carried out by itself.

    `command` is what accepting it carries out; None where only a person can tell the details.
    """

    id: str
    incident: str | None
    kind: AdviceKind
    rule: str
    criterion: Words
    evidence: tuple[str, ...]
    given_by: int
    command: dict[str, Any] | None = None
    status: AdviceStatus = "open"
    by: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        self.evidence = tuple(self.evidence)


@dataclass(slots=True)
class Alarm:
    """A call for an action of one role, to be acknowledged before `due_at`.

    `subject` names what it is about where that is no incident: a source, a channel.
    `folded`: raised during a flood, so shown with others of its incident and without a sound.
    """

    id: str
    type: str
    kind: AlarmKind
    priority: int
    role: str
    rule: str
    reason: Words
    raised_at: str
    last_at: str
    due_at: str | None = None
    incident: str | None = None
    subject: str | None = None
    evidence: tuple[str, ...] = ()
    count: int = 1
    rearmed_at: str | None = None
    rearm_reason: Words | None = None
    acknowledged: dict[str, dict[str, str]] = field(default_factory=dict)
    escalated_at: str | None = None
    shelved: dict[str, Any] | None = None
    cleared_at: str | None = None
    folded: bool = False
    review_due: bool = False

    def __post_init__(self) -> None:
        self.evidence = tuple(self.evidence)


@dataclass(slots=True)
class Flood:
    """More alarms than one role can answer: since when, and how many were folded."""

    role: str
    since: str
    folded: int = 0


@dataclass(slots=True)
class Annunciation:
    """One call on a role's attention; what load and floods are measured by."""

    at: str
    role: str
    alarm: str
    priority: int
    incident: str | None = None


@dataclass(slots=True)
class Decision:
    """A decision taken by people: by whom in which function, on what basis, when known here."""

    id: str
    text: str
    language: str
    function: str
    capacity: str
    decided_at: str
    known_at: str
    recorded_at: str
    by: str
    basis: str | None = None
    incident: str | None = None
    owner: str | None = None
    due_at: str | None = None
    seen_by: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Task:
    """Something to be done. `card` names the reflex card and step it comes from."""

    id: str
    title: Words
    opened_at: str
    changed_at: str
    by: str
    incident: str | None = None
    card: str | None = None
    discipline: str | None = None
    owner: str | None = None
    due_at: str | None = None
    state: TaskState = "open"
    decision: str | None = None
    note: str | None = None


@dataclass(slots=True)
class Report:
    """A structured report from the field; a field that is None was reported as unknown."""

    id: str
    incident: str
    form: str
    fields: dict[str, Any]
    reported_at: str
    recorded_at: str
    by: str
    source: str | None = None


@dataclass(slots=True)
class Count:
    """One figure from one source at one moment. Counts are listed, never added up."""

    id: str
    incident: str
    category: str
    value: int | None
    certainty: Literal["estimated", "confirmed"]
    source: str
    counted_at: str
    recorded_at: str
    evidence: str | None = None


@dataclass(slots=True)
class Relation:
    """Two incidents that concern each other without being one."""

    id: str
    kind: RelationKind
    origin: str
    target: str
    rule: str
    reason: Words
    proposed_by: int
    status: RelationStatus = "proposed"
    by: str | None = None
    note: str | None = None


@dataclass(slots=True)
class LogLine:
    """A line of a logbook, in the language it was written in. `book` is `room` or a discipline."""

    id: str
    book: str
    text: str
    language: str
    at: str
    by: str
    incident: str | None = None


@dataclass(slots=True)
class Mark:
    """What people think of a source; the observations of an unreliable one move no rule."""

    source: str
    trust: Trust
    reason: str
    by: str
    since: str


@dataclass(slots=True)
class Activation:
    """How far the room itself is awake; it belongs to no incident."""

    level: ActivationLevel
    since: str
    by: str
    reason: str


@dataclass(slots=True)
class ArmedRules:
    """The rules in force: `tables` holds the text of those that differ from the shipped ones."""

    version: str
    at: str
    by: str
    armed_by: int
    tables: dict[str, str] = field(default_factory=dict)
    note: str | None = None


@dataclass(slots=True)
class CameraState:
    """How a camera is by the last word of one source, and the figure against its limit.

    `observation` is the one that told it; `motion` goes from 0 to 100.
    """

    camera: str
    source: str
    state: CameraCondition
    since: str
    observed_at: str
    observation: str
    figure: float | None = None
    limit: float | None = None
    motion: float | None = None


@dataclass(slots=True)
class Evidence:
    """A picture kept to an incident: its bytes lie apart, under their hash."""

    id: str
    incident: str
    camera: str
    sha256: str
    size: int
    captured_at: str
    kept_at: str
    by: str
    note: str | None = None


@dataclass(slots=True)
class Wall:
    """What people have a wall show; a wall without one chooses by itself.

    `view` is latitude, longitude and zoom; `n` the entry that said it.
    """

    layout: WallLayout
    incident: str | None
    view: tuple[float, float, float] | None
    cameras: tuple[str, ...]
    note: str | None
    by: str
    since: str
    n: int

    def __post_init__(self) -> None:
        self.view = None if self.view is None else (self.view[0], self.view[1], self.view[2])
        self.cameras = tuple(self.cameras)


@dataclass(slots=True)
class Drawing:
    """What somebody drew on the map, in the layer of one team.

    `geometry` is GeoJSON; around a point, `radius_m` says how far. `n` is the entry that last
    changed it.
    """

    id: str
    layer: DrawingLayer
    kind: DrawingKind
    geometry: dict[str, Any]
    text: str | None
    wind_from_deg: float | None
    radius_m: float | None
    incident: str | None
    by: str
    drawn_at: str
    changed_at: str
    n: int


@dataclass(slots=True)
class Handover:
    """One function passing from a shift to the next: each side signs what it leaves or finds.

    The shift log covers `period_from` up to the entry `log_until_n`.
    """

    id: str
    function: str
    opened_at: str
    period_from: str
    log_until_n: int
    remarks: dict[str, str | None]
    signed: dict[str, dict[str, str] | None]


@dataclass(slots=True)
class Undoable:
    """An act of a person that can still be taken back, and the records as they were before it.

    `before`: table → id → record, None where there was none yet. Observations that came later and
    hang on an incident that goes away with the act move to `home`.
    """

    n: int
    at: str
    until: str
    command: str
    by: str
    before: dict[str, dict[str, Any]]
    home: str | None = None
