"""What cameras tell, in one vocabulary for all makers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypedDict

from tocsin.contract.observation import Point

Direction = Literal["approach", "leave"]
Life = Literal["new", "update", "over"]
CameraState = Literal[
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Who saw something, and when.

    `device_refs` are the names under which the device calls itself, the surest first;
    `device_name` is what people call it, shown only while the register does not know it.
    `observed_at` is aware UTC, None when the device did not say; `tz_assumed`: it wrote no offset.
    """

    device_refs: tuple[str, ...]
    device_name: str | None = None
    observed_at: datetime | None = None
    tz_assumed: bool = False
    clock_suspect: bool = False
    position: Point | None = None


class SeenFields(TypedDict, total=False):
    """The fields of `Seen`, for makers whose messages all have them in the same place."""

    device_refs: tuple[str, ...]
    device_name: str | None
    observed_at: datetime | None
    tz_assumed: bool
    clock_suspect: bool
    position: Point | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """Classes and colours in the words of `words.yaml`; confidences from 0 to 1."""

    kind: str | None = None
    kind_confidence: float | None = None
    colour: str | None = None
    colour_confidence: float | None = None
    make: str | None = None
    make_confidence: float | None = None


UNKNOWN_VEHICLE = Vehicle()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateRead(Seen):
    """One passage as a camera read it. Plates stay out of `repr`, so out of logs and traces.

    `passage` is the sender's own id, the same in all its messages about that passage, and
    `same_as` those under which single frames of it were told; `plate` is normalised, None when a
    vehicle was seen and no plate read; `country` is ISO 3166 alpha-2; `vendor_list` is what the
    maker's own list says, never what ours does; `last`: nothing more will come of this passage;
    `counts`: it is not a single frame of a passage told elsewhere.
    """

    passage: str
    same_as: tuple[str, ...] = ()
    plate: str | None = field(repr=False)
    raw: str = field(default="", repr=False)
    candidates: tuple[str, ...] = field(default=(), repr=False)
    country: str | None = None
    confidence: float | None = None
    direction: Direction | None = None
    lane: int | None = None
    speed_kmh: float | None = None
    vehicle: Vehicle = UNKNOWN_VEHICLE
    hazmat_sign: bool | None = None
    vendor_list: str | None = None
    late: bool = False
    last: bool = True
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening(Seen):
    """Something that a camera or a device on it noticed, other than a plate.

    `what` is a row of `happenings.yaml`; `key` tells it from others of the same device (a rule, a
    region, an id); `code` is the maker's own word, `rule` the name that people gave the camera's
    rule. `figures` are facts that the row allows.
    """

    what: str
    code: str
    key: str = ""
    rule: str | None = None
    life: Life = "new"
    figures: dict[str, float | int | str | bool] = field(default_factory=dict)
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StateOfCamera(Seen):
    """How a camera says that it is."""

    state: CameraState


@dataclass(frozen=True, slots=True, kw_only=True)
class StateOfRecorder(Seen):
    """Whether the recorder or reader behind the cameras is there. `name` is for people."""

    name: str
    up: bool


Told = PlateRead | Happening | StateOfCamera | StateOfRecorder
