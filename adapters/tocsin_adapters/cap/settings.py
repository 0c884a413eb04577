"""What an operator may set for a CAP source."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from tocsin_adapters.cap.areas import is_outline
from tocsin_adapters.cap.signature import certificates_in
from tocsin_adapters.reading.settings import SourceSettings


class CapSettings(SourceSettings):
    """Languages, the zone of times without an offset, whom to trust, and outlines of codes."""

    certificates: tuple[Path, ...] = ()
    """PEM files: of who signs, or of the authorities that vouch for them. Once one is given, an
    alert of this source without a valid signature is doubtful."""
    areas: Annotated[dict[str, str], Field(max_length=500)] = Field(default_factory=dict)
    """Outlines for alerts that only name a code: `EMMA_ID:BE004` to `lat,lon lat,lon …`."""

    @field_validator("certificates")
    @classmethod
    def _readable(cls, paths: tuple[Path, ...]) -> tuple[Path, ...]:
        for path in paths:
            try:
                certificates_in(path.read_bytes())
            except OSError as trouble:
                raise ValueError(f"{path} cannot be read: {trouble.strerror}") from None
            except ValueError:
                raise ValueError(f"{path} holds no certificate in PEM") from None
        return paths

    @field_validator("areas")
    @classmethod
    def _drawable(cls, areas: dict[str, str]) -> dict[str, str]:
        for key, outline in areas.items():
            if ":" not in key:
                raise ValueError(f"{key!r}: write the scheme and the code, like EMMA_ID:BE004")
            if not is_outline(outline):
                raise ValueError(f"{key}: no outline; write `lat,lon lat,lon …`, 3 to 500 of them")
        return areas
