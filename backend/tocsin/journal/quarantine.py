"""Messages that could not be used, kept with their reason. A repeat raises a count."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from tocsin.journal.database import insert_or
from tocsin.journal.tables import quarantine

RAW_KEPT = 64 * 1024
_SOURCE_KEPT = 200  # PostgreSQL refuses to index values of some thousand bytes
_WORDS_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One message for the quarantine. `size` is what it measured if `raw` was cut short.

    A message that only its adapter saw comes without its bytes: `sha256` finds it again at its
    sender, and all of the same `folds_by` share one row, which tells of the latest.
    """

    at: str
    source: str
    topic: str
    reason: str
    detail: str
    raw: bytes
    field: str = ""
    size: int | None = None
    count: int = 1
    offset: int | None = None
    sha256: str | None = None
    folds_by: str | None = None


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """All repeats of one message: first seen `at`, last seen `last_at`.

    `sha256` is told where the bytes themselves were not kept; `offset` is a byte or a line.
    """

    id: int
    at: str
    last_at: str
    source: str
    topic: str
    reason: str
    field: str
    detail: str
    size: int
    count: int
    offset: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class QuarantineCount:
    """How much of one source is refused for one reason: different messages, and all of them."""

    source: str
    reason: str
    rows: int
    messages: int
    last_at: str


def as_row(realm: str, message: Quarantined) -> dict[str, Any]:
    raw = message.raw[:RAW_KEPT]
    return {
        "realm": realm,
        "at": message.at,
        "last_at": message.at,
        "source": _storable(message.source, _SOURCE_KEPT),
        "topic": _storable(message.topic, _WORDS_KEPT),
        "reason": _storable(message.reason, _SOURCE_KEPT),
        "field": _storable(message.field, _WORDS_KEPT),
        "detail": _storable(message.detail, _WORDS_KEPT),
        "raw": raw,
        "size": len(message.raw) if message.size is None else message.size,
        "count": message.count,
        "offset": message.offset,
        "sha256": message.sha256,
        "digest": hashlib.sha256(_identity(message)).digest(),
    }


def _identity(message: Quarantined) -> bytes:
    return message.raw if message.folds_by is None else message.folds_by.encode("utf-8", "replace")


def _storable(words: str, longest: int) -> str:
    """A hostile message must not be able to stop the journal by the words that describe it."""
    clean = words.replace("\0", "\N{REPLACEMENT CHARACTER}")[:longest]
    return clean.encode("utf-8", "replace").decode()


_OF_THE_LATEST = ("detail", "field", "size", "offset", "sha256")


def keep(connection: Connection, engine: Engine, rows: list[dict[str, Any]]) -> None:
    fresh = insert_or(engine, quarantine)
    connection.execute(
        fresh.on_conflict_do_update(
            index_elements=["realm", "source", "reason", "digest"],
            set_={
                "count": quarantine.c.count + fresh.excluded.count,
                "last_at": fresh.excluded.last_at,
                **{name: fresh.excluded[name] for name in _OF_THE_LATEST},
            },
        ),
        rows,
    )


_ROW_COLUMNS = tuple(quarantine.c[name] for name in QuarantineRow.__slots__)


def newest(
    connection: Connection, realm: str, limit: int, before_id: int | None
) -> list[QuarantineRow]:
    query = select(*_ROW_COLUMNS).where(quarantine.c.realm == realm)
    if before_id is not None:
        query = query.where(quarantine.c.id < before_id)
    rows = connection.execute(query.order_by(quarantine.c.id.desc()).limit(limit)).mappings()
    return [QuarantineRow(**_named(row)) for row in rows]


def raw_of(connection: Connection, realm: str, row_id: int) -> bytes | None:
    """The bytes; None where there is no such row, or its bytes never came this far."""
    wanted = quarantine.c.realm == realm, quarantine.c.id == row_id, quarantine.c.sha256.is_(None)
    return connection.execute(select(quarantine.c.raw).where(*wanted)).scalar()


def counts(connection: Connection, realm: str) -> list[QuarantineCount]:
    rows = connection.execute(
        select(
            quarantine.c.source,
            quarantine.c.reason,
            func.count().label("rows"),
            func.sum(quarantine.c.count).label("messages"),
            func.max(quarantine.c.last_at).label("last_at"),
        )
        .where(quarantine.c.realm == realm)
        .group_by(quarantine.c.source, quarantine.c.reason)
        .order_by(quarantine.c.source, quarantine.c.reason)
    )
    return [
        QuarantineCount(source, reason, number, int(messages), last_at)
        for source, reason, number, messages, last_at in rows
    ]


def _named(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}
