"""The script of an exercise as plain data: what is told to the room, when, and what is expected."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    GetJsonSchemaHandler,
    JsonValue,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from tocsin.contract.camera import CameraId, CameraName
from tocsin.contract.observation import (
    Code,
    CodeKind,
    Kind,
    Latitude,
    LegalRegime,
    Longitude,
    SourceName,
)
from tocsin.contract.source_status import SourceState
from tocsin.situation.picture import IncidentState
from tocsin.tables import Row, Words

InjectKind = Literal["EVT", "ANPR", "CAM", "CHN", "SEN", "DRN", "TEL", "PUB"]
OBSERVATION_KINDS: dict[InjectKind, frozenset[Kind]] = {
    "EVT": frozenset({"event", "resource_status"}),
    "ANPR": frozenset({"anpr_passage", "anpr_hit"}),
    "CAM": frozenset({"camera_frame", "camera_status"}),
    "CHN": frozenset({"channel_status", "alert_sent"}),
    "SEN": frozenset({"sensor", "count"}),
    "DRN": frozenset({"drone_track", "drone_frame"}),
    "TEL": frozenset({"report", "event", "resource_status"}),
    "PUB": frozenset({"social"}),
}
SET_BY_THE_INJECT = ("source", "external_id", "mode", "observed_at", "received_at")
MAX_TIMES = 500
_NUMBER = re.compile(r"\s*\(?\{k\}\)?")
_OFFSET = re.compile(r"([+-]?)(\d{2,3}):([0-5]\d):([0-5]\d)")


def offset_of(text: str) -> timedelta:
    """`-00:08:00`, counted from the scenario's start; without a sign it is a length of time."""
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(f"cannot read the time {text!r}: write it as -00:08:00 or +01:40:00")
    sign, hours, minutes, seconds = found.groups()
    length = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -length if sign == "-" else length


def _offset(text: str) -> str:
    offset_of(text)
    return text


def _length(text: str) -> str:
    if text[:1] in "+-" or offset_of(text) <= timedelta():
        raise ValueError(f"{text!r} is no length of time: write it as 00:10:00")
    return text


Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Offset = Annotated[str, AfterValidator(_offset)]
Length = Annotated[str, AfterValidator(_length)]
MeasureCode = Annotated[str, StringConstraints(pattern=r"^M\d{1,2}\.\d{1,2}$")]
Capacity = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
ClockName = Literal[
    "TTA", "TTC", "TTQ", "TTR", "TTV", "TTZ", "TTN", "TTI", "TTB", "TTF",
    "TIE", "COR", "LOAD", "LOG", "PRV",
]  # fmt: skip


class Place(Row):
    """Where something is: a place of the layers, or, where they have none, a position and why.

    `share`: how far along its line, 0 to 1, from the western end. `north_m`, `east_m`: beside it.
    """

    of: str | None = None
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    north_m: Annotated[float, Field(ge=-5000, le=5000)] = 0
    east_m: Annotated[float, Field(ge=-5000, le=5000)] = 0
    lat: Latitude | None = None
    lon: Longitude | None = None
    because: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _code_alone(cls, value: object) -> object:
        return {"of": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        code = {"type": "string", "description": "The code alone, as in `of`."}
        return {"anyOf": [code, handler(core)]}

    @model_validator(mode="after")
    def _one_of_both(self) -> "Place":
        by_hand = self.lat is not None and self.lon is not None
        if (self.of is not None) == by_hand:
            raise ValueError("a place of the layers (of), or lat and lon with because")
        if by_hand and self.because is None:
            raise ValueError("because: say why no place of the layers will do")
        return self


class Condition(Row):
    """One line looks at one thing: exactly one of the first group.

    `fired`: that inject has been issued. `done`: a command of that name was carried out by people;
    `missing`: it was not. `state`: the incident has come at least that far. `past`: the time is
    reached. `incident` narrows to the incident that holds most of what belongs to that label;
    `having` to commands with these fields; `since` counts from the issue of an inject; `lasting`:
    it has held for so long without a break.
    """

    fired: Name | None = None
    done: str | None = None
    missing: str | None = None
    state: IncidentState | None = None
    severity_at_least: Annotated[int, Field(ge=0, le=4)] | None = None
    tied: MeasureCode | None = None
    past: Offset | None = None
    all: tuple["Condition", ...] | None = None
    any: tuple["Condition", ...] | None = None
    none: tuple["Condition", ...] | None = None

    incident: Name | None = None
    having: dict[str, JsonValue] = Field(default_factory=dict)
    since: Name | None = None
    lasting: Length | None = None

    @model_validator(mode="after")
    def _looks_at_one_thing(self) -> "Condition":
        looks = [name for name in LOOKS_AT if getattr(self, name) is not None]
        if len(looks) != 1:
            raise ValueError(f"looks at one thing: exactly one of {', '.join(LOOKS_AT)}")
        look = looks[0]
        if look in ("state", "severity_at_least", "tied") and self.incident is None:
            raise ValueError(f"incident: {look} of which incident?")
        if self.having and look not in ("done", "missing"):
            raise ValueError("having: only with done or missing")
        return self


LOOKS_AT = (
    "fired", "done", "missing", "state", "severity_at_least", "tied", "past", "all", "any", "none",
)  # fmt: skip


class Repeat(Row):
    """The same again, `times` in all; `places` in turn. `{k}` in texts is the number, from 1."""

    times: Annotated[int, Field(ge=2, le=MAX_TIMES)]
    every: Length
    places: tuple[Place, ...] = ()
    end: Condition | None = None


class Move(Row):
    """A thing that travels from place to place and says where it is `every` so often.

    By road it follows the streets, on foot too; in the air it flies straight.
    """

    along: Annotated[tuple[Place, ...], Field(min_length=2)]
    by: Literal["road", "foot", "air"] = "road"
    speed_kmh: Annotated[float, Field(gt=0, le=300)]
    every: Length


Shows = Literal["smoke", "fire", "crowd", "water", "dark", "traffic", "vehicle", "drone", "empty"]


class Scene(Row):
    """What a camera of the exercise shows from now on; no image and frozen are faults of it."""

    camera: CameraId
    shows: tuple[Shows, ...] = ()
    density: Annotated[float, Field(ge=0, le=9)] | None = None
    fault: Literal["no_image", "frozen"] | None = None


class SourceTold(Row):
    """What the source's adapter says of itself from now on."""

    state: SourceState
    trouble: str | None = None


class Inject(Row):
    """One input. Timed (`at`), conditional (`when`), or released by hand (`manual`).

    `incident` is the label of what it truly belongs to, `background` that it belongs to nothing;
    `trap` that it tests wrong merges or rash alarms. A call (`TEL`) has `say`: the words that staff
    read aloud; with `observation` it arrives besides. `again` are the very messages of timed
    injects, once more. `done_when` is the reaction that is awaited,
    `expect` the same in words and `expect_of` from whom: for the eyes of the staff only.
    """

    id: Name
    kind: InjectKind
    source: SourceName
    at: Offset | None = None
    when: Condition | None = None
    after: Length | None = None
    until: Offset | None = None
    manual: bool = False
    instead_of: tuple[Name, ...] = ()

    incident: Name | None = None
    trap: bool = False
    background: bool = False
    expect: Words | None = None
    expect_of: tuple[Capacity, ...] = ()
    done_when: Condition | None = None

    say: Words | None = None
    place: Place | None = None
    observed_ago: Length | None = None
    observation: dict[str, JsonValue] | None = None
    again: tuple[Name, ...] = ()
    raw: str | None = None
    tells_of_source: SourceTold | None = None
    scene: Scene | None = None
    repeat: Repeat | None = None
    move: Move | None = None

    @property
    def offset(self) -> timedelta | None:
        return offset_of(self.at) if self.at is not None else None

    @property
    def headline(self) -> str | None:
        """Its observation's, without the number of one message among many."""
        told = (self.observation or {}).get("headline")
        return _NUMBER.sub("", told) if isinstance(told, str) else None

    @property
    def own_contents(self) -> tuple[object | None, ...]:
        return self.say, self.observation, self.raw, self.tells_of_source, self.scene

    @field_validator("observation")
    @classmethod
    def _leaves_the_rest_to_the_inject(cls, given: dict[str, Any] | None) -> dict[str, Any] | None:
        taken = [name for name in SET_BY_THE_INJECT if name in (given or {})]
        if taken:
            raise ValueError(f"{', '.join(taken)}: follows from the inject, leave it out")
        return given

    @model_validator(mode="after")
    def _hold_together(self) -> "Inject":
        if (self.at is not None) + (self.when is not None) + self.manual != 1:
            raise ValueError("at: give exactly one of at, when and manual")
        if (self.after or self.until) and self.when is None:
            raise ValueError("after, until: only with when")
        if all(part is None for part in self.own_contents) and not self.again:
            raise ValueError("observation: it tells nothing; give observation, say or another")
        if self.say is not None and self.kind != "TEL":
            raise ValueError("say: only a call (TEL) is read aloud")
        if self.expect is None and not self.background:
            raise ValueError("expect: only background may do without an expected reaction")
        if self.repeat is not None and self.move is not None:
            raise ValueError("move: a thing that moves repeats by itself")
        return self


class TrueIncident(Row):
    """What really happens: the truth by which joins are judged. `caused_by`: another label."""

    title: Words
    type: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[A-Z]{3}$")]
    caused_by: Name | None = None
    outside: bool = False


class ExerciseCamera(Row):
    """A camera of the exercise; its pictures are drawn. `scene`: what it shows at first."""

    id: CameraId
    name: CameraName
    place: Place
    legal_regime: LegalRegime
    controller: str
    heading_deg: Annotated[float, Field(ge=0, lt=360)] | None = None
    codes: dict[CodeKind, Code] = Field(default_factory=dict)
    shows: tuple[Shows, ...] = ()


class ExpectedTie(Row):
    """A tie that should stand at the end; `by` people where no rule can find it alone."""

    measure: MeasureCode
    relation: Literal["mobilise", "eprouve", "revele", "alimente"]
    incident: Name
    by: Literal["rules", "people"] = "rules"


class ClockTarget(Row):
    """Seconds for times, shares for TIE, LOG and PRV, counts for COR and LOAD.

    `since`, `done`: between which inject and which act it is measured here, where the general
    definition would look at another pair.
    """

    clock: ClockName
    target: Annotated[float, Field(ge=0)]
    since: Name | None = None
    done: Condition | None = None


class Measured(Row):
    """The clock that decides an objective, or what must have been done (`done`) by when."""

    clock: ClockName | None = None
    done: Condition | None = None
    since: Name | None = None
    within: Length | None = None
    before: Offset | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Measured":
        if (self.clock is None) == (self.done is None):
            raise ValueError("clock or done: one of both decides")
        return self


class Objective(Row):
    """What the exercise is for. Without `measured`, an evaluator scores it from 0 to 4."""

    id: Name
    text: Words
    critical: bool = False
    weight: Annotated[float, Field(gt=0, le=10)] = 1
    measured: Measured | None = None


class Scenario(Row):
    """The script: `starts` is T, the moment from which every inject counts; `ends` ends it."""

    scenario: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,29}$")]
    title: Words
    brief: Words
    starts: AwareDatetime
    ends: Offset | None = None
    place: Place | None = None
    roles: tuple[Capacity, ...] = ()
    incidents: dict[Name, TrueIncident] = Field(default_factory=dict)
    cameras: tuple[ExerciseCamera, ...] = ()
    ties: tuple[ExpectedTie, ...] = ()
    clocks: tuple[ClockTarget, ...] = ()
    objectives: tuple[Objective, ...] = ()
    injects: Annotated[tuple[Inject, ...], Field(min_length=1)]

    def moment(self, offset: str) -> datetime:
        return self.starts + offset_of(offset)
