"""Does the journal still say what was written? Walk the chain, name the first row that lies."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from sqlalchemy import Engine, Row, select

from tocsin.journal.entry import GENESIS, Entry, chained_hash
from tocsin.journal.tables import entries, snapshots

PAGE = 2000

Finding = Literal[
    "content", "hash", "content_or_hash", "missing", "numbering", "look_up", "rewritten", "cut"
]


@dataclass(frozen=True, slots=True)
class Verified:
    """Every row fits.

    A chain alone cannot show that its end was cut off; `snapshot_n` is the newest snapshot that
    bears witness: up to there nothing is missing.
    """

    n: int
    hash: bytes
    snapshot_n: int | None
    remark: str


@dataclass(frozen=True, slots=True)
class Altered:
    """`n` is the first row that is not as it was written; `finding` says what does not fit."""

    n: int
    finding: Finding
    reason: str


def verify(engine: Engine, realm: str, upto: int, committed: int) -> Verified | Altered:
    """Walk rows 1 to `upto`; `committed` is how far this process knows that it wrote."""
    witnesses = _snapshot_hashes(engine, realm)
    previous, n = GENESIS, 0
    for row in _rows(engine, realm, upto):
        altered = _wrong_number(row, n + 1) or _wrong_content(engine, realm, row, previous)
        if altered is not None:
            return altered
        previous, n = bytes(row.hash), row.n
        if witnesses.get(n, previous) != previous:
            return Altered(
                n,
                "rewritten",
                f"Row {n} fits the rows before it, but not the snapshot taken there: "
                f"row {n} or rows before it were written anew, hashes and all.",
            )
    newest = max(witnesses, default=None)
    if newest is not None and newest > n:
        return _cut(n, f"a snapshot was taken at row {newest}")
    if committed > n:
        return _cut(n, f"this process committed up to row {committed}")
    return Verified(n, previous, newest, _all_well(n, newest))


def _all_well(n: int, newest: int | None) -> str:
    if newest is None:
        return (
            f"All {n} rows fit. No snapshot exists yet, so rows cut off from the end "
            "would not be noticed."
        )
    return (
        f"All {n} rows fit, and so does the snapshot at row {newest}; "
        f"rows cut off from the end after row {newest} would not be noticed."
    )


def _cut(n: int, witness: str) -> Altered:
    return Altered(n + 1, "cut", f"The journal ends at row {n}, but {witness}.")


def _rows(engine: Engine, realm: str, upto: int) -> Iterator[Row[Any]]:
    after = -(2**63)
    while True:
        with engine.connect() as connection:  # page by page: no long transaction beside the writer
            page = connection.execute(
                select(entries)
                .where(entries.c.realm == realm, entries.c.n > after, entries.c.n <= upto)
                .order_by(entries.c.n)
                .limit(PAGE)
            ).all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].n


def _snapshot_hashes(engine: Engine, realm: str) -> dict[int, bytes]:
    with engine.connect() as connection:
        rows = connection.execute(
            select(snapshots.c.n, snapshots.c.hash).where(snapshots.c.realm == realm)
        )
        return {n: bytes(hash_) for n, hash_ in rows}


def _wrong_number(row: Row[Any], expected: int) -> Altered | None:
    if row.n == expected:
        return None
    if row.n > expected:
        which = (
            f"Row {expected} is" if row.n == expected + 1 else f"Rows {expected} to {row.n - 1} are"
        )
        return Altered(expected, "missing", f"{which} missing: row {row.n} follows directly.")
    return Altered(row.n, "numbering", f"A row is numbered {row.n}, where {expected} should stand.")


def _wrong_content(engine: Engine, realm: str, row: Row[Any], previous: bytes) -> Altered | None:
    due = _hash_due(realm, row, previous)
    if due == _bytes(row.hash):
        return _wrong_look_up(row)
    following = _row(engine, realm, row.n + 1)
    if following is not None and _hash_due(realm, following, due) == _bytes(following.hash):
        return Altered(
            row.n,
            "hash",
            f"The hash of row {row.n} was changed; its content fits the rows around it.",
        )
    if following is not None and _hash_due(realm, following, _bytes(row.hash)) == following.hash:
        return Altered(
            row.n,
            "content",
            f"The content of row {row.n} was changed (body, time, kind or cause); "
            "its hash fits the row after it.",
        )
    return Altered(
        row.n, "content_or_hash", f"Row {row.n} and its hash do not fit: one of them was changed."
    )


def _wrong_look_up(row: Row[Any]) -> Altered | None:
    due = observation_id(row.kind, orjson.loads(row.body))
    if row.observation == due:
        return None
    return Altered(
        row.n,
        "look_up",
        f"Row {row.n} is filed under observation {row.observation!r}, but its body says {due!r}.",
    )


def observation_id(kind: str, body: dict[str, Any]) -> str | None:
    """The observation that a row is filed under, so that it can be looked up in full."""
    return body["id"] if kind == "observation_recorded" else None


def _row(engine: Engine, realm: str, n: int) -> Row[Any] | None:
    with engine.connect() as connection:
        return connection.execute(
            select(entries).where(entries.c.realm == realm, entries.c.n == n)
        ).one_or_none()


def _hash_due(realm: str, row: Row[Any], previous: bytes) -> bytes:
    entry = Entry(row.n, row.at, row.kind, row.cause, {})
    return chained_hash(previous, realm, entry, _bytes(row.body))


def _bytes(value: str | bytes) -> bytes:
    """SQLite stores what it is given, so a tampered column may hold the other type."""
    return value.encode() if isinstance(value, str) else bytes(value)
