"""An observation: one timestamped fact from one source, before anyone judged it."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

MAX_POSITIONS = 500
MAX_ATTRIBUTES = 60

Kind = Literal[
    "event",
    "anpr_passage",
    "anpr_hit",
    "camera_frame",
    "camera_status",
    "sensor",
    "drone_track",
    "drone_frame",
    "channel_status",
    "alert_sent",
    "resource_status",
    "report",
    "count",
    "social",
    "inject",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Action = Literal["new", "update", "end", "cancel", "ack", "heartbeat"]
Mode = Literal["real", "exercise", "test", "system"]
Maturity = Literal["trial", "pilot", "operational"]
LegalRegime = Literal[
    "LFP_police",
    "loi_cameras_lieu_ouvert",
    "loi_cameras_lieu_ferme",
    "trafic_non_surveillance",
    "reseau_transport",
    "drone_police",
]
KINDS_UNDER_A_LEGAL_REGIME: frozenset[Kind] = frozenset(
    {"anpr_passage", "anpr_hit", "camera_frame", "camera_status", "drone_frame"}
)

SOURCE_PATTERN = r"^[a-z0-9][a-z0-9:._-]{0,79}$"
SourceName = Annotated[str, StringConstraints(pattern=SOURCE_PATTERN)]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=300)]
ShortText = Annotated[str, StringConstraints(max_length=300)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
CodeKind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,29}$")]

# pydantic tells the pattern of keys, but not that there are no others
ONLY_SUCH_KEYS: dict[str, JsonValue] = {"additionalProperties": False}


def _refuse_numbers(value: object) -> object:
    """A bare number is ambiguous (seconds? milliseconds?); ISO 8601 with an offset is not."""
    if isinstance(value, int | float):
        raise ValueError(  # noqa: TRY004 pydantic reports a ValueError by its field
            "write the time as ISO 8601 with an offset, e.g. 2026-01-15T16:41:07+01:00"
        )
    return value


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("in UTC it lies before the year 1 or after the year 9999") from None


def _refuse_huge_numbers(value: JsonValue) -> JsonValue:
    """Beyond 64 bits readers disagree about which number it is, and the journal holds none."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            _refuse_huge_numbers(part)
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("a whole number must fit into 64 bits; write it as text")
    return value


Attribute = Annotated[JsonValue, AfterValidator(_refuse_huge_numbers)]
Utc = Annotated[AwareDatetime, BeforeValidator(_refuse_numbers), AfterValidator(_to_utc)]

Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Position = tuple[Longitude, Latitude]
Ring = Annotated[list[Position], Field(min_length=4)]
Line = Annotated[list[Position], Field(min_length=2)]


class _Contract(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Point(_Contract):
    type: Literal["Point"]
    coordinates: Position


class MultiPoint(_Contract):
    type: Literal["MultiPoint"]
    coordinates: Annotated[list[Position], Field(min_length=1)]


class LineString(_Contract):
    type: Literal["LineString"]
    coordinates: Line


class MultiLineString(_Contract):
    type: Literal["MultiLineString"]
    coordinates: Annotated[list[Line], Field(min_length=1)]


class Polygon(_Contract):
    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1)]


class MultiPolygon(_Contract):
    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[Annotated[list[Ring], Field(min_length=1)]], Field(min_length=1)]


Geometry = Annotated[
    Point | MultiPoint | LineString | MultiLineString | Polygon | MultiPolygon,
    Field(discriminator="type"),
]


class MediaReference(_Contract):
    """A picture or document by reference; its bytes never travel inside an observation."""

    role: ShortText
    mime: ShortText
    ref: ShortText
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class Observation(_Contract):
    """One fact, in WGS 84 and UTC. `null` means that the source did not say."""

    source: SourceName = Field(
        description=(
            "Adapter and instance, e.g. `cap:meteoalarm-be`; configured, never "
            "taken from a payload."
        )
    )
    external_id: ExternalId = Field(
        description=(
            "The sender's own id plus version; with `source` it is the key that folds duplicates."
        )
    )
    kind: Kind
    action: Action = Field(
        default="new", description="The life of the thing observed, not of the message."
    )
    chain: list[ExternalId] = Field(
        default_factory=list,
        max_length=50,
        description="Ids of earlier messages that this one updates, cancels or answers.",
    )
    type_hint: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[A-Z]{3}$")] | None = Field(
        default=None,
        description="The incident type that the source's own code suggests, e.g. `TRA-ACC`.",
    )
    source_code: ShortText | None = Field(
        default=None, description="The source's own code that led to `type_hint`."
    )
    observed_at: Utc | None = Field(
        default=None,
        description=(
            "When it happened in the world; never replaced in silence by a time of receipt."
        ),
    )
    sent_at: Utc | None = None
    received_at: Utc | None = Field(default=None, description="When our adapter received it.")
    valid_from: Utc | None = None
    valid_to: Utc | None = None
    geometry: Geometry | None = Field(
        default=None,
        description=f"GeoJSON, longitude before latitude, at most {MAX_POSITIONS} positions.",
    )
    accuracy_m: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] | None = None
    location_text: ShortText | None = None
    location_codes: dict[CodeKind, Code] = Field(
        default_factory=dict,
        max_length=12,
        json_schema_extra=ONLY_SUCH_KEYS,
        description=(
            "Named places and shared ids: `tunnel`, `station`, `line`, `site`, "
            "`convoy`, `track`, `level` …"
        ),
    )
    severity: Annotated[int, Field(ge=0, le=4)] | None = Field(
        default=None, description="A hint for the operator, not the severity of an incident."
    )
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    mode: Mode = "real"
    maturity: Maturity | None = None
    legal_regime: LegalRegime | None = Field(
        default=None,
        description="Required for plates and cameras: without a regime such a fact is refused.",
    )
    confidentiality: ShortText | None = None
    headline: ShortText | None = Field(
        default=None, description="One line to show, in the source's own language."
    )
    attributes: dict[CodeKind, Attribute] = Field(
        default_factory=dict, max_length=MAX_ATTRIBUTES, json_schema_extra=ONLY_SUCH_KEYS
    )
    media: list[MediaReference] = Field(default_factory=list, max_length=20)
    raw: ShortText | None = Field(default=None, description="Reference to the untouched bytes.")

    @model_validator(mode="after")
    def _hold_together(self) -> "Observation":
        if self.geometry is not None:
            positions = count_positions(self.geometry.coordinates)
            if positions > MAX_POSITIONS:
                raise ValueError(
                    f"geometry: {positions} positions, at most {MAX_POSITIONS} "
                    f"are allowed; simplify before publishing"
                )
        if self.legal_regime is None and self.kind in KINDS_UNDER_A_LEGAL_REGIME:
            raise ValueError(f"legal_regime: a {self.kind} without its legal regime is refused")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to: lies before valid_from")
        return self


def count_positions(coordinates: Any) -> int:
    if isinstance(coordinates, tuple):
        return 1
    return sum(count_positions(part) for part in coordinates)
