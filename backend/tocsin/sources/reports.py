"""What could not be read, as a message for people and machines."""

import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tocsin.contract import Finding
from tocsin.contract.observation import SourceName, Utc

MAX_REPORTS = 20
"""Reports per message; the rest are counted in the last one."""


class ErrorReport(BaseModel):
    """One rejection. Never the bytes themselves: their length and digest find them again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: SourceName
    adapter: Annotated[str, StringConstraints(max_length=60)]
    at: Utc
    origin: Annotated[str, StringConstraints(max_length=300)]
    rule: Annotated[str, StringConstraints(max_length=60)]
    message: Annotated[str, StringConstraints(max_length=300)]
    field: Annotated[str, StringConstraints(max_length=300)] = ""
    offset: int | None = None
    size: int | None = Field(
        default=None, ge=0, description="Bytes of the message, if it was read."
    )
    sha256: str | None = None


def reports_for(
    source: str,
    adapter: str,
    at: datetime,
    origin: str,
    payload: bytes | None,
    rejections: list[Finding],
) -> list[ErrorReport]:
    told = rejections[:MAX_REPORTS]
    if len(rejections) > MAX_REPORTS:
        told.append(
            Finding("more_rejections", f"and {len(rejections) - MAX_REPORTS} more of this message")
        )
    return [
        ErrorReport(
            source=source,
            adapter=adapter[:60],
            at=at,
            origin=shown_origin(origin),
            rule=finding.rule[:60],
            message=finding.message[:300],
            field=finding.field[:300],
            offset=finding.offset,
            size=None if payload is None else len(payload),
            sha256=None if payload is None else hashlib.sha256(payload).hexdigest(),
        )
        for finding in told
    ]


def shown_origin(origin: str) -> str:
    """An address without what may be secret in it: account, query; a file by its name."""
    parts = urlsplit(origin) if "://" in origin else None
    if parts is not None and parts.scheme in {"http", "https"}:
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"[:300]
    if origin.startswith("/"):
        return PurePath(origin).name[:300]
    return origin[:300]
