"""Drawing on the map: zones, lines, words and measures, each in the layer of one team."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tocsin.access import condition_of, shipped_roles
from tocsin.engine.commands.registry import Act, Command, Giver, command
from tocsin.engine.commands.subjects import the_incident
from tocsin.engine.commands.words import OneLine, made_later
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import CommandRefused
from tocsin.situation.picture import DRAWINGS_KEPT
from tocsin.situation.records import Drawing, DrawingKind, DrawingLayer

MAX_POSITIONS = 500
DECIMALS = 6  # of a degree: a tenth of a metre

# The Region with a wide margin: farther out, latitude and longitude were exchanged.
_South, _North = 50.4, 51.3
_West, _East = 3.5, 5.3


def _rounded(degrees: float) -> float:
    return round(degrees, DECIMALS)


Lat = Annotated[float, Field(ge=_South, le=_North, allow_inf_nan=False), AfterValidator(_rounded)]
Lon = Annotated[float, Field(ge=_West, le=_East, allow_inf_nan=False), AfterValidator(_rounded)]
Position = tuple[Lon, Lat]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DrawnPoint(_Shape):
    type: Literal["Point"]
    coordinates: Position


class DrawnLine(_Shape):
    type: Literal["LineString"]
    coordinates: Annotated[list[Position], Field(min_length=2, max_length=MAX_POSITIONS)]


class DrawnPolygon(_Shape):
    type: Literal["Polygon"]
    coordinates: Annotated[
        list[Annotated[list[Position], Field(min_length=4, max_length=MAX_POSITIONS)]],
        Field(min_length=1, max_length=MAX_POSITIONS // 4),
    ]

    @model_validator(mode="after")
    def _hold_together(self) -> "DrawnPolygon":
        if sum(len(ring) for ring in self.coordinates) > MAX_POSITIONS:
            raise ValueError(f"at most {MAX_POSITIONS} positions; draw it simpler")
        if any(ring[0] != ring[-1] for ring in self.coordinates):
            raise ValueError("a ring must end where it begins")
        return self


Shape = Annotated[DrawnPoint | DrawnLine | DrawnPolygon, Field(discriminator="type")]
Degrees = Annotated[float, Field(ge=0, lt=360, allow_inf_nan=False)]
Radius = Annotated[float, Field(gt=0, le=20_000, allow_inf_nan=False)]

# What each kind is drawn with; a point takes its extent from `radius_m`.
SHAPES: dict[DrawingKind, tuple[str, ...]] = {
    "zone_red": ("Polygon", "Point"),
    "zone_orange": ("Polygon", "Point"),
    "zone_yellow": ("Polygon", "Point"),
    "wedge": ("Point",),
    "line": ("LineString",),
    "text": ("Point",),
    "distance": ("LineString",),
    "area": ("Polygon",),
}


class Draw(Command):
    """Longitude before latitude, as in GeoJSON. A wedge opens away from where the wind is from."""

    command: Literal["draw"]
    layer: DrawingLayer
    kind: DrawingKind
    geometry: Shape
    text: OneLine | None = None
    wind_from_deg: Degrees | None = None
    radius_m: Radius | None = None
    incident: str | None = None


class Redraw(Command):
    """Only what is named changes; its layer and its kind stay."""

    command: Literal["redraw"]
    drawing: str
    geometry: Shape | None = None
    text: OneLine | None = None
    wind_from_deg: Degrees | None = None
    radius_m: Radius | None = None
    incident: str | None = None

    @model_validator(mode="after")
    def _change_something(self) -> "Redraw":
        if not self.model_fields_set - {"command", "drawing"}:
            raise ValueError("nothing is changed")
        if self.geometry is None and "geometry" in self.model_fields_set:
            raise ValueError("geometry: a drawing has one; erase it instead")
        return self


class EraseDrawing(Command):
    command: Literal["erase_drawing"]
    drawing: str


@command(Draw)
def draw(d: Deliberation, told: Draw, giver: Giver) -> Act:
    _check_layer(giver, told.layer, "layer")
    if len(d.draft.drawings) >= DRAWINGS_KEPT:
        raise CommandRefused(f"{DRAWINGS_KEPT} drawings are on the map: erase one first", "layer")
    drawn = told.model_dump(mode="json", exclude={"command"})
    _check(d, drawn)

    def write() -> None:
        made = {"id": d.next_id("D"), "by": giver.by, "drawn_at": d.at, "changed_at": d.at}
        d.enter("drawing_put", {"drawing": {**drawn, **made, "n": d.draft.n + 1}})

    return Act(write, touches={"drawings": made_later(d, "D")})


@command(Redraw)
def redraw(d: Deliberation, told: Redraw, giver: Giver) -> Act:
    before = _drawing(d, told.drawing, giver)
    named = told.model_fields_set - {"command", "drawing"}
    changes = told.model_dump(mode="json", include=set(named))
    if all(getattr(before, name) == value for name, value in changes.items()):
        raise CommandRefused(f"{before.id} is like that already", "drawing")
    kept = ("id", "layer", "kind", "geometry", "text", "wind_from_deg", "radius_m", "incident")
    drawn = {**{name: getattr(before, name) for name in kept}, **changes}
    _check(d, drawn)

    def write() -> None:
        made = {"by": giver.by, "drawn_at": before.drawn_at, "changed_at": d.at}
        d.enter("drawing_put", {"drawing": {**drawn, **made, "n": d.draft.n + 1}})

    return Act(write, touches={"drawings": [before.id]})


@command(EraseDrawing)
def erase_drawing(d: Deliberation, told: EraseDrawing, giver: Giver) -> Act:
    drawing = _drawing(d, told.drawing, giver)

    def write() -> None:
        d.enter("drawing_erased", {"drawing": drawing.id, "by": giver.by})

    return Act(write, touches={"drawings": [drawing.id]})


def _check(d: Deliberation, drawn: dict[str, Any]) -> None:
    for field, problem in _problems(drawn):
        raise CommandRefused(problem, field)
    if drawn["incident"] is not None:
        the_incident(d, drawn["incident"])


def _problems(drawn: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What does not hold together, each with the field that is wrong."""
    kind, shape = drawn["kind"], drawn["geometry"]["type"]
    if shape not in SHAPES[kind]:
        yield "geometry", f"a drawing of kind {kind} is a {' or a '.join(SHAPES[kind])}"
    wedge = kind == "wedge"
    round_ = shape == "Point" and kind != "text"
    if wedge != (drawn["wind_from_deg"] is not None):
        yield "wind_from_deg", "where the wind is from belongs to a wedge, and a wedge needs it"
    if round_ != (drawn["radius_m"] is not None):
        yield "radius_m", "a radius belongs to what is drawn around a point, which needs it"
    if kind == "text" and drawn["text"] is None:
        yield "text", "a drawing of kind text needs its words"


def _drawing(d: Deliberation, drawing_id: str, giver: Giver) -> Drawing:
    drawing = d.draft.drawings.get(drawing_id)
    if drawing is None:
        raise CommandRefused(f"there is no drawing {drawing_id}", "drawing")
    _check_layer(giver, drawing.layer, "drawing")
    return drawing


def _check_layer(giver: Giver, layer: DrawingLayer, field: str) -> None:
    if condition_of(giver.capacity, "draw") != "own_layer":
        return
    own = (shipped_roles().capacities[giver.capacity].discipline or giver.capacity).lower()
    if layer != own:
        raise CommandRefused(f"{giver.capacity} draws in the layer {own}", field)
