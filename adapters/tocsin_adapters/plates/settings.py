"""What an operator may set for a source of plates."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from tocsin.contract.camera import Camera
from tocsin_adapters.plates.private_files import key_in
from tocsin_adapters.plates.watch import WatchList, read_list
from tocsin_adapters.reading.settings import SourceSettings


class PlateSettings(SourceSettings):
    """Files named here are read when the settings are made, never by a translation."""

    cameras: tuple[Camera, ...] = ()
    """The register; the runner fills it."""
    watch_list: Path | None = None
    """YAML or TOML, readable by its owner only. Without one nothing can match."""
    watch_key_file: Path | None = None
    """The key of entries that stand on the list as HMAC."""
    passages: Literal["count", "token"] = "count"
    """What leaves of a vehicle that nobody looks for: a figure a minute, or a token of the day."""
    token_key_file: Path | None = None
    """The secret from which the key of each day is made."""
    confusable: bool = True
    """Also tell, as a weaker match, readings one look-alike away from a listed plate."""
    least_confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Readings below it are counted and never compared."""
    longest_listing_h: Annotated[int, Field(ge=1, le=8784)] = 744
    """No entry may be on the list for longer."""

    _watch: WatchList | None = PrivateAttr(None)
    _token_key: bytes | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _read_files(self) -> Self:
        if self.watch_list is not None:
            key = key_in(self.watch_key_file) if self.watch_key_file is not None else None
            longest = timedelta(hours=self.longest_listing_h)
            self._watch = read_list(self.watch_list, key=key, longest=longest)
        if self.passages == "token":
            if self.token_key_file is None:
                raise ValueError('passages = "token" needs token_key_file')
            self._token_key = key_in(self.token_key_file)
        return self

    @property
    def watch(self) -> WatchList | None:
        return self._watch

    @property
    def token_key(self) -> bytes | None:
        return self._token_key
