"""The limits of `limits.yaml`, each with its reason."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

Fault = Literal[
    "no_picture",
    "frozen",
    "black",
    "glare",
    "covered",
    "blurred",
    "moved",
    "clock_stuck",
]
State = Literal["working"] | Fault
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FaultLimit(_Table):
    """`checks`: so many bad ones in a row; `every_s`: where it is looked for more rarely."""

    limit: Positive
    unit: str
    checks: Count
    every_s: Positive | None = None
    why: str


class Checks(_Table):
    every_s: Positive
    good_to_clear: Count
    motion_levels: Positive
    gap_s: Positive


class Unchanged(_Table):
    """Two pictures are the same if at most `pixels` differ by more than `levels`."""

    levels: Count
    pixels: Count
    remembered: Count = 1


class Tone(_Table):
    mean: Positive = 255.0
    spread: Positive = 255.0


class TileLimits(_Table):
    active_spread: Positive
    lost: Positive
    gain_floor: Positive
    enough: Count


class MoveLimits(_Table):
    inliers: Count
    unlike: Positive


class ReferenceLimits(_Table):
    pictures: Count
    renewed_s: Positive
    share: Positive
    night_below_deg: float
    dusk_deg: Positive


class Limits(_Table):
    checks: Checks
    faults: dict[Fault, FaultLimit]
    frozen: Unchanged
    clock: Unchanged
    black: Tone
    white: Tone
    flat: Tone
    tiles: TileLimits
    moved: MoveLimits
    references: ReferenceLimits


@cache
def limits() -> Limits:
    written = files(__package__).joinpath("limits.yaml").read_text(encoding="utf-8")
    return Limits.model_validate(yaml.safe_load(written))
