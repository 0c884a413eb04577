"""What an operator may set for a GTFS-Realtime source."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin_adapters.reading.settings import SourceSettings

Network = Literal["metro", "surface", "rail"]


class Stop(BaseModel):
    """A line of `stops.txt`: alerts name stops by id only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None


class Route(BaseModel):
    """A line of `routes.txt`: `type` as GTFS numbers it (1 metro, 2 rail, 100-1700 extended)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: Annotated[int, Field(ge=0, le=1702)] | None = None


class GtfsRtSettings(SourceSettings):
    network: Network | None = None
    """What runs in this feed, for alerts that name no type of route."""
    stops: Mapping[str, Stop] = Field(default_factory=dict)
    routes: Mapping[str, Route] = Field(default_factory=dict)
    stops_file: Path | None = None
    """`stops.txt` of the static GTFS; read once, when the source starts. `stops` goes before it."""
    routes_file: Path | None = None
    """`routes.txt`, in the same way."""
