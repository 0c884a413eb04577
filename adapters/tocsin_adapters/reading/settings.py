"""What an operator may set for any source whose adapter reads texts or times."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class SourceSettings(BaseModel):
    """Options of a source; adapters add their own in a class of theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=10)] = (
        "fr",
        "nl",
        "en",
    )
    """The first of these that an alert is written in gives the headline."""
    time_zone: str = "Europe/Brussels"
    """Assumed, with a warning, for a time written without an offset."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{name!r} is no time zone; write one like Europe/Brussels") from None
        return name
