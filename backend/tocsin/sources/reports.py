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

RATION = 200
RATION_PER_S = 2.0


class Ration:
    """How many rejections are told one by one: a flood of garbage must not become one of reports.

    What was not told is counted, and the next report says how many. Seconds of a steady clock.
    """

    def __init__(self) -> None:
        self._left = float(RATION)
        self._at: float | None = None
        self._untold = 0

    def of(self, rejections: list[Finding], now: float) -> list[Finding]:
        """Those that are told, at most `MAX_REPORTS` and a last one that counts."""
        if not rejections:
            return []
        if self._at is not None:
            self._left = min(RATION, self._left + (now - self._at) * RATION_PER_S)
        self._at = now
        if self._left < 1:
            self._untold += len(rejections)
            return []
        told = rejections[:MAX_REPORTS]
        self._left -= len(told)
        more = len(rejections) - len(told)
        if more:
            told.append(Finding("more_rejections", f"and {more} more of this message"))
        if self._untold:
            told.append(Finding("more_rejections", f"and {self._untold} more before this message"))
            self._untold = 0
        return told


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
    told: list[Finding],
) -> list[ErrorReport]:
    return [
        ErrorReport(
            source=source,
            adapter=adapter[:60],
            at=at,
            origin=shown_origin(origin),
            rule=printable(finding.rule, 60),
            message=printable(finding.message, 300),
            field=printable(finding.field, 300),
            offset=finding.offset,
            size=None if payload is None else len(payload),
            sha256=None if payload is None else hashlib.sha256(payload).hexdigest(),
        )
        for finding in told
    ]


def printable(text: object, limit: int) -> str:
    """No line of a log may be written, and no report made unsendable, by what a stranger sent."""
    cut = str(text)[:limit]
    return cut if cut.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in cut)


def shown_origin(origin: str) -> str:
    """An address without what may be secret in it: account, query; a file by its name."""
    try:
        parts = urlsplit(origin) if "://" in origin else None
        port = f":{parts.port}" if parts is not None and parts.port else ""
    except ValueError:  # not even an address
        return printable(origin.partition("://")[0], 300)
    if parts is not None and parts.scheme in {"http", "https"}:
        return printable(f"{parts.scheme}://{parts.hostname}{port}{parts.path}", 300)
    if origin.startswith("/"):
        return printable(PurePath(origin).name, 300)
    return printable(origin, 300)
