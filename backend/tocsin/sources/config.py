"""One configured source: which adapter, where its bytes come from, under which name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from tocsin.contract.observation import SourceName
from tocsin.contract.realm import LIVE, Realm

MIB = 1024 * 1024
M = TypeVar("M", bound=BaseModel)


class SettingsRefused(ValueError):
    """Settings that cannot be used; the message names each and says what is expected."""


class SourceConfig(BaseModel):
    """`[[sources]]` in the configuration: exactly one of file, folder, url and mqtt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    adapter: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    source: SourceName
    realm: Realm = LIVE
    file: Path | None = None
    folder: Path | None = None
    url: str | None = None
    mqtt: bool = False
    every_s: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    heartbeat_s: Annotated[float, Field(gt=0, le=3600)] = 10.0
    outbox_bytes: Annotated[int, Field(ge=64 * 1024)] = 256 * MIB
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_intake(self) -> "SourceConfig":
        named = [name for name in ("file", "folder", "url", "mqtt") if getattr(self, name)]
        if len(named) != 1:
            found = " and ".join(named) or "none"
            raise ValueError(f"give exactly one of file, folder, url, mqtt = true; found {found}")
        if self.url is not None:
            parts = urlsplit(self.url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("url: write a full address, https://host/path")
        return self

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> "SourceConfig":
        """Like `model_validate`, with one clear sentence for each thing that is wrong."""
        name = settings.get("source") or settings.get("adapter") or "?"
        return validated(cls, settings, f"source {name}")


def validated(model: type[M], settings: Mapping[str, Any], whose: str) -> M:
    try:
        return model.model_validate(dict(settings))
    except ValidationError as trouble:
        known = ", ".join(model.model_fields)
        said = (_said(error, known) for error in trouble.errors(include_url=False))
        raise SettingsRefused(f"{whose}: {'; '.join(said)}") from None


def _said(error: Any, known: str) -> str:
    """Values stay out: an address may hold a password."""
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"there is no option {where!r}; known are {known or 'none'}"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
