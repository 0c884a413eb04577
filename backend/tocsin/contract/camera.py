"""A camera of the register: where it stands, what it sees, and by which right it may be shown."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from tocsin.contract.observation import (
    Code,
    CodeKind,
    Latitude,
    LegalRegime,
    Longitude,
    ShortText,
)
from tocsin.contract.realm import LIVE, Realm

ADDRESSES = frozenset({"rtsp", "rtsps", "http", "https", "file", "folder", "test"})

CameraId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,59}$")]
GroupName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class CameraName(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    fr: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    nl: Annotated[str, StringConstraints(min_length=1, max_length=120)]


class Region(BaseModel):
    """A part of the picture, in shares of its width and height, from the upper left."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    x: Annotated[float, Field(ge=0, lt=1)]
    y: Annotated[float, Field(ge=0, lt=1)]
    width: Annotated[float, Field(gt=0, le=1)]
    height: Annotated[float, Field(gt=0, le=1)]


class Camera(BaseModel):
    """`[[cameras]]` in the configuration.

    `url` may be rtsp://, http(s):// (MJPEG), file:, folder: or test:; its account stands in
    `account_file` (USER:PASSWORD), never in the address. A camera without `agreement` is on the
    map, and nobody sees its pictures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: CameraId
    realm: Realm = LIVE
    name: CameraName
    lat: Latitude
    lon: Longitude
    heading_deg: Annotated[float, Field(ge=0, lt=360)] | None = None
    field_of_view_deg: Annotated[float, Field(gt=0, le=360)] | None = None
    range_m: Annotated[float, Field(gt=0, le=5000)] | None = None
    url: Annotated[str, StringConstraints(max_length=500)] | None = None
    account_file: str | None = None
    group: GroupName = "cameras"
    legal_regime: LegalRegime
    controller: ShortText | None = None
    agreement: bool = False
    turns: bool = Field(default=False, description="Pans and tilts: it is never called moved.")
    clock: Region | None = Field(default=None, description="Where its own clock stands, if any.")
    device_refs: tuple[ShortText, ...] = Field(
        default=(), description="Names under which the maker's messages know it."
    )
    codes: dict[CodeKind, Code] = Field(
        default_factory=dict,
        max_length=11,
        description="Places it looks at: site, tunnel, station, street …",
    )

    @field_validator("url")
    @classmethod
    def _no_account_in_it(cls, url: str | None) -> str | None:
        """Its sentences do not repeat the address."""
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            raise ValueError("the address cannot be read") from None
        if parts.scheme not in ADDRESSES:
            raise ValueError(f"the address must begin with one of {', '.join(sorted(ADDRESSES))}")
        if "@" in parts.netloc:
            raise ValueError("the account (USER:PASSWORD) belongs in account_file")
        return url
