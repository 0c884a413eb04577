"""What an operator may set for a Remote ID source."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

DroneId = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Guarded(BaseModel):
    """A place over which a drone that is not ours is an incident."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    radius_m: Annotated[float, Field(gt=0, le=50_000)]


class RemoteIdSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    own: Annotated[frozenset[DroneId], Field(max_length=500)] = frozenset()
    """Ids of our own drones, with or without the receiver's `drone-` before them."""
    guarded: Annotated[tuple[Guarded, ...], Field(max_length=50)] = ()
    """Without one, drones are only shown: a drone is not forbidden as such."""
