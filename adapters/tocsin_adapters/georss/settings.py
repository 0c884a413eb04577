"""What an operator may set for a GeoRSS source."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tocsin_adapters.reading.settings import SourceSettings

TypeCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[A-Z]{3}$")]


class GeorssSettings(SourceSettings):
    publication: Literal["changes", "snapshot"] = "changes"
    """Most feeds hold their latest entries only; of one that holds all that goes on (`snapshot`),
    what is no longer there has ended."""
    types: Mapping[str, TypeCode] = Field(default_factory=dict)
    """Incident types by category, or by GDACS's two letters. Without one an entry is context."""
