"""The weights of correlation: a table, so that it can be rehearsed and armed."""

from functools import cache, cached_property
from typing import Annotated

from pydantic import Field, model_validator

from tocsin.contract.observation import CodeKind, Kind
from tocsin.tables import Document, Row, package_text
from tocsin.taxonomy import types, vocabulary

Gain = Annotated[float, Field(ge=0, le=1)]
Loss = Annotated[float, Field(ge=-1, le=0)]
Share = Annotated[float, Field(ge=0, lt=1)]


class Terms(Row):
    distance: Gain
    time: Gain
    same_moment: Gain
    family: Gain
    untyped: Gain
    other_source_class: Gain
    on_track: Gain
    neighbour_station: Gain
    other_place: Loss
    other_street: Loss
    only_blur: Loss
    other_level: Loss
    level_unsaid: Loss
    other_track: Loss
    doubt: Loss
    clock_suspect: Loss
    too_fast: Loss
    chain: Gain


class FullWithin(Row):
    distance: Share
    time: Share


class Moment(Row):
    full: Annotated[int, Field(ge=0)]
    none: Annotated[int, Field(gt=0)]

    @model_validator(mode="after")
    def _hold_together(self) -> "Moment":
        if self.none <= self.full:
            raise ValueError("none: must lie after full")
        return self


class Surface(Row):
    kind: CodeKind
    code: str
    against: CodeKind


class Physics(Row):
    kinds: tuple[CodeKind, ...]
    max_kmh: Annotated[int, Field(gt=0)]
    clock_slack_s: Annotated[int, Field(gt=0)]


class Stale(Row):
    kinds: frozenset[Kind]
    after_min: Annotated[int, Field(gt=0)]


class Weights(Row):
    """See weights.yaml, which says of each figure why it is what it is."""

    version: Annotated[int, Field(ge=1)]
    join: Gain
    suggest: Gain
    close: Gain
    apart: Annotated[float, Field(ge=-1, le=0)]
    terms: Terms
    full_within: FullWithin
    same_moment_s: Moment
    forgiven_blur: Gain
    beside_m: Annotated[int, Field(ge=0, le=100)]  # below every reach
    shared_ids: dict[CodeKind, Gain]
    place_names: dict[CodeKind, Gain]
    exact_places: frozenset[CodeKind]
    untyped_m: Annotated[int, Field(gt=0)]
    spot_m: dict[str, Annotated[int, Field(gt=0)]]
    short_street_m: Annotated[int, Field(gt=0)]
    one_spot_m: Annotated[int, Field(gt=0)]
    wide_m: Annotated[int, Field(gt=0)]
    vague_m: Annotated[int, Field(gt=0)]
    doubt_beyond_m: Annotated[int, Field(gt=0)]
    surface: Surface
    physics: Physics
    one_vehicle: dict[str, Loss]
    stale: Stale
    clock_slack_min: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _hold_together(self) -> "Weights":
        if self.suggest > self.join:
            raise ValueError("suggest: lies above join")
        unknown = [kind for kind in self.exact_places if kind not in self.place_names]
        if unknown:
            raise ValueError(f"exact_places: {unknown[0]} is no kind of place_names")
        unknown = [code for code in self.spot_m if code not in types()]
        if unknown:
            raise ValueError(f"spot_m: there is no type {unknown[0]}")
        unknown = [name for name in self.one_vehicle if name not in vocabulary()]
        if unknown:
            raise ValueError(f"one_vehicle: there is no fact {unknown[0]}")
        return self

    @cached_property
    def stale_after_s(self) -> float:
        return self.stale.after_min * 60.0

    @cached_property
    def clock_slack_s(self) -> float:
        return self.clock_slack_min * 60.0

    @cached_property
    def at_surface(self) -> str:
        return f"{self.surface.kind}:{self.surface.code}"


def read_weights(text: str) -> Weights:
    """The weights of a YAML text; TableError names the line of what does not fit."""
    return Document(text, "weights.yaml").checked(Weights)


@cache
def shipped_weights() -> Weights:
    return read_weights(package_text(__package__, "weights.yaml"))
