"""What an operator may set for a DJI source."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Serial = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,60}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class DjiSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    names: Annotated[dict[Serial, Name], Field(max_length=500)] = {}
    """What the room calls a drone or a dock, by its serial number."""
