"""The journal on disk: one numbered, hash-chained line after another, for each realm.

One thread writes a realm; any number of threads and processes read beside it.
"""

import threading
import zlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Row, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from tocsin.journal import quarantine as quarantining
from tocsin.journal.database import driver_sql, engines, insert_or
from tocsin.journal.entry import GENESIS, Entry, EntryKind, canonical_body, chained_hash
from tocsin.journal.errors import (
    JournalError,
    JournalForked,
    JournalUnavailable,
    Trouble,
    trouble_in_words,
)
from tocsin.journal.migrations import upgrade
from tocsin.journal.quarantine import QuarantineCount, Quarantined, QuarantineRow
from tocsin.journal.tables import (
    COMMON_KINDS,
    observation_keys,
    of_joins,
    of_judgement,
    snapshots,
)
from tocsin.journal.tables import entries as entry_table
from tocsin.journal.thinning import superfluous
from tocsin.journal.verify import Altered, Verified, observation_id, verify

__all__ = [
    "Altered",
    "Head",
    "Journal",
    "JournalError",
    "JournalForked",
    "JournalUnavailable",
    "QuarantineCount",
    "QuarantineRow",
    "Quarantined",
    "Snapshot",
    "Trouble",
    "Verified",
]

_KEYS_AT_ONCE = 500
_FAST_AND_SMALL_ENOUGH = 3  # zlib level


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a realm; number 0 and the genesis hash before the first."""

    n: int
    hash: bytes
    at: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The picture after entry `n`; `hash` is that entry's."""

    n: int
    at: str
    hash: bytes
    picture: bytes


_EMPTY = Head(0, GENESIS, None)


class Journal:
    """All realms of one database."""

    def __init__(self, writes: Engine, reads: Engine) -> None:
        self._writes = writes
        self._reads = reads
        self._writing = threading.Lock()
        self._heads: dict[str, Head] = {}
        # commits whose answer was lost: where the journal stood, and where it would stand
        self._unsure: dict[str, tuple[Head, Head]] = {}
        self._insert_entry = driver_sql(insert(entry_table), writes)
        self._insert_key = driver_sql(
            insert_or(writes, observation_keys).on_conflict_do_nothing(), writes
        )
        self._look_for_keys = lru_cache(maxsize=None)(partial(_look_for_keys, reads))

    @classmethod
    def open(cls, url: str, *, patience_s: float = 5.0) -> "Journal":
        """Open `sqlite:////path/journal.db` or `postgresql+psycopg://…`; its tables are seen to.

        `patience_s` is how long to wait for another process's lock or for a silent server.
        """
        writes, reads = engines(url, patience_s)
        try:
            with trouble_in_words():
                upgrade(writes)
        except BaseException:
            writes.dispose()
            reads.dispose()
            raise
        return cls(writes, reads)

    def close(self) -> None:
        self._reads.dispose()
        self._writes.dispose()

    def realms(self) -> list[str]:
        found: list[str] = []
        with trouble_in_words(), self._reads.connect() as connection:
            while True:  # from one realm to the next by the index: DISTINCT would read every row
                after = found[-1] if found else ""
                following = connection.execute(
                    select(func.min(entry_table.c.realm)).where(entry_table.c.realm > after)
                ).scalar()
                if following is None:
                    return found
                found.append(following)

    def head(self, realm: str) -> Head:
        with trouble_in_words(), self._reads.connect() as connection:
            return _head(connection, realm)

    def commit(
        self,
        realm: str,
        entries: Sequence[Entry],
        *,
        keys: Sequence[bytes] = (),
        quarantined: Sequence[Quarantined] = (),
    ) -> Head:
        """Write all of it in one transaction, or nothing; once this returns, it is on disk.

        After JournalUnavailable give the very same batch again: if the answer alone was lost, the
        journal recognises it and writes nothing twice. A key that is known already is no error.
        """
        with self._writing:
            before = self._heads.pop(realm, None) or self.head(realm)
            if self._written_already(realm, before, entries):
                self._heads[realm] = before
                return before
            if entries and entries[0].n != before.n + 1:
                raise JournalForked(
                    f"Realm {realm} stands at entry {before.n}; entry {entries[0].n} cannot follow."
                )
            rows, after = _chain(realm, before, entries)
            try:
                self._write(realm, rows, keys, quarantined)
            except IntegrityError as error:
                raise self._refused(realm, before, error) from error
            except JournalUnavailable:
                self._unsure[realm] = (before, after)
                raise
            self._heads[realm] = after  # only now: after any failure the head is read again
            return after

    def _written_already(self, realm: str, now: Head, entries: Sequence[Entry]) -> bool:
        """Whether the commit before, whose answer was lost, had written these entries after all."""
        stood, would_stand = self._unsure.pop(realm, (now, now))
        return (
            bool(entries)
            and now == would_stand
            and [entry.n for entry in entries] == list(range(stood.n + 1, now.n + 1))
            and _chain(realm, stood, entries)[1] == now
        )

    def _write(
        self,
        realm: str,
        rows: list[tuple[Any, ...]],
        keys: Sequence[bytes],
        quarantined: Sequence[Quarantined],
    ) -> None:
        if not (rows or keys or quarantined):
            return
        with trouble_in_words(), self._writes.begin() as connection:
            if rows:
                connection.exec_driver_sql(self._insert_entry, rows)
            if keys:
                connection.exec_driver_sql(self._insert_key, [(key, realm) for key in sorted(keys)])
            if quarantined:
                quarantining.keep(
                    connection,
                    self._writes,
                    [quarantining.as_row(realm, message) for message in quarantined],
                )

    def _refused(self, realm: str, before: Head, error: IntegrityError) -> JournalError:
        now = self.head(realm)
        if now != before:
            return JournalForked(
                f"Realm {realm} went from entry {before.n} to {now.n} by another writer."
            )
        return JournalError(f"The journal's database refused a row: {error.orig}")

    def known_keys(self, realm: str, keys: Collection[bytes]) -> set[bytes]:
        """Those of `keys` that were committed at any time before."""
        asked = list(keys)
        known: set[bytes] = set()
        if not asked:
            return known
        with trouble_in_words(), self._reads.connect() as connection:
            for start in range(0, len(asked), _KEYS_AT_ONCE):
                some = asked[start : start + _KEYS_AT_ONCE]
                found = connection.exec_driver_sql(self._look_for_keys(len(some)), (realm, *some))
                known.update(found.scalars())
        return known

    def read(self, realm: str, *, after: int, limit: int) -> list[Entry]:
        """Entries after number `after`, in order, at most `limit`."""
        with trouble_in_words(), self._reads.connect() as connection:
            rows = connection.execute(
                select(*_ENTRY_COLUMNS)
                .where(entry_table.c.realm == realm, entry_table.c.n > after)
                .order_by(entry_table.c.n)
                .limit(limit)
            ).all()
        return [_entry(row) for row in rows]

    def read_kinds(
        self,
        realm: str,
        kinds: Collection[EntryKind],
        *,
        after: int = 0,
        before: int | None = None,
        first_at: str = "",
        last_at: str = "9",
        limit: int = 10_000,
        newest_first: bool = False,
    ) -> list[Entry]:
        """Entries of these kinds between two numbers and two times, in order or newest first.

        Kinds that fill a journal (`COMMON_KINDS`) are no judgement: read those one by one.
        """
        common = set(kinds) & set(COMMON_KINDS)
        if common:
            raise ValueError(f"{', '.join(sorted(common))}: too many to be found by their kind")
        wanted = (
            select(*_ENTRY_COLUMNS)
            .where(
                of_judgement,  # word for word the index's own condition, or it is not used
                entry_table.c.realm == realm,
                entry_table.c.kind.in_(sorted(kinds)),
                entry_table.c.n > after,
                entry_table.c.at.between(first_at, last_at),
            )
            .order_by(entry_table.c.n.desc() if newest_first else entry_table.c.n)
            .limit(limit)
        )
        if before is not None:
            wanted = wanted.where(entry_table.c.n < before)
        with trouble_in_words(), self._reads.connect() as connection:
            return [_entry(row) for row in connection.execute(wanted).all()]

    def read_joins(
        self, realm: str, *, after: int, upto: int, first_at: str = "", limit: int = 10_000
    ) -> list[Entry]:
        """Entries by which an observation joined an incident, in order."""
        wanted = (
            select(*_ENTRY_COLUMNS)
            .where(
                of_joins,
                entry_table.c.realm == realm,
                entry_table.c.n > after,
                entry_table.c.n <= upto,
                entry_table.c.at >= first_at,
            )
            .order_by(entry_table.c.n)
            .limit(limit)
        )
        with trouble_in_words(), self._reads.connect() as connection:
            return [_entry(row) for row in connection.execute(wanted).all()]

    def observations(self, realm: str, observation_ids: Collection[str]) -> list[Entry]:
        """The entries that recorded these observations, in any order."""
        asked, found = list(observation_ids), list[Entry]()
        with trouble_in_words(), self._reads.connect() as connection:
            for start in range(0, len(asked), _KEYS_AT_ONCE):
                some = asked[start : start + _KEYS_AT_ONCE]
                wanted = select(*_ENTRY_COLUMNS).where(
                    entry_table.c.observation.in_(some), entry_table.c.realm == realm
                )
                found += [_entry(row) for row in connection.execute(wanted).all()]
        return found

    def observation(self, realm: str, observation_id: str) -> Entry | None:
        """The entry that recorded an observation, in full."""
        with trouble_in_words(), self._reads.connect() as connection:
            # no ORDER BY: it would tempt a planner to walk the whole realm in order
            rows = connection.execute(
                select(*_ENTRY_COLUMNS).where(
                    entry_table.c.observation == observation_id, entry_table.c.realm == realm
                )
            ).all()
        return min(map(_entry, rows), key=lambda entry: entry.n, default=None)

    def number_at(self, realm: str, at: str) -> int:
        """Number of the last entry at that time or before; time never runs backwards in a journal.

        0 when the journal begins later.
        """
        with trouble_in_words(), self._reads.connect() as connection:
            low, high = 0, _head(connection, realm).n
            while low < high:
                middle = (low + high + 1) // 2
                found = connection.execute(
                    select(entry_table.c.at).where(
                        entry_table.c.realm == realm, entry_table.c.n == middle
                    )
                ).scalar()
                if found is not None and found <= at:
                    low = middle
                else:
                    high = middle - 1
        return low

    def save_snapshot(
        self, realm: str, n: int, at: str, hash: bytes, picture: bytes, shape: str = ""
    ) -> None:
        """Keep the picture after entry `n`; of the others, what `superfluous` leaves.

        `shape` names the fields that the picture has. Those of other shapes are let go: the
        version that wrote this one cannot read them.
        """
        small = zlib.compress(picture, _FAST_AND_SMALL_ENOUGH)
        of_realm = snapshots.c.realm == realm
        readable = snapshots.c.shape == shape
        kept = select(snapshots.c.n, snapshots.c.at).where(of_realm).order_by(snapshots.c.n)
        with self._writing, trouble_in_words(), self._writes.begin() as connection:
            connection.execute(delete(snapshots).where(of_realm, ~readable | (snapshots.c.n == n)))
            connection.execute(
                insert(snapshots),
                {"realm": realm, "n": n, "at": at, "hash": hash, "shape": shape, "picture": small},
            )
            gone = superfluous([(row.n, row.at) for row in connection.execute(kept).all()])
            for start in range(0, len(gone), _KEYS_AT_ONCE):
                some = gone[start : start + _KEYS_AT_ONCE]
                connection.execute(delete(snapshots).where(of_realm, snapshots.c.n.in_(some)))

    def snapshot(self, realm: str, shape: str = "", *, upto: int | None = None) -> Snapshot | None:
        """The newest snapshot, or the newest not after `upto`, of this shape.

        One that cannot be read, or whose hash is not the chain's at that number, is passed over.
        """
        fitting = (
            select(snapshots)
            .join(
                entry_table,
                (entry_table.c.realm == snapshots.c.realm)
                & (entry_table.c.n == snapshots.c.n)
                & (entry_table.c.hash == snapshots.c.hash),
            )
            .where(snapshots.c.realm == realm, snapshots.c.shape == shape)
            .order_by(snapshots.c.n.desc())
            .limit(1)
        )
        with trouble_in_words(), self._reads.connect() as connection:
            while True:
                wanted = fitting if upto is None else fitting.where(snapshots.c.n <= upto)
                row = connection.execute(wanted).one_or_none()
                if row is None:
                    return None
                with suppress(zlib.error):
                    return Snapshot(row.n, row.at, row.hash, zlib.decompress(row.picture))
                upto = row.n - 1

    def hash_of(self, realm: str, n: int) -> bytes | None:
        with trouble_in_words(), self._reads.connect() as connection:
            found: bytes | None = connection.execute(
                select(entry_table.c.hash).where(entry_table.c.realm == realm, entry_table.c.n == n)
            ).scalar()
        return found

    def verify(self, realm: str) -> Verified | Altered:
        """Walk the whole chain. Meant for a person who asks; it reads every row."""
        committed = self._heads.get(realm, _EMPTY).n
        with trouble_in_words():
            return verify(self._reads, realm, self.head(realm).n, committed)

    def quarantine(
        self, realm: str, *, limit: int, before_id: int | None = None
    ) -> list[QuarantineRow]:
        """The newest rows first; `before_id` is where the page before ended."""
        with trouble_in_words(), self._reads.connect() as connection:
            return quarantining.newest(connection, realm, limit, before_id)

    def quarantine_raw(self, realm: str, id: int) -> bytes | None:
        with trouble_in_words(), self._reads.connect() as connection:
            return quarantining.raw_of(connection, realm, id)

    def quarantine_counts(self, realm: str) -> list[QuarantineCount]:
        with trouble_in_words(), self._reads.connect() as connection:
            return quarantining.counts(connection, realm)


_ENTRY_COLUMNS = tuple(entry_table.c[name] for name in ("n", "at", "kind", "cause", "body"))


def _look_for_keys(engine: Engine, number: int) -> str:
    any_keys = [b""] * number
    return driver_sql(
        select(observation_keys.c.key).where(
            observation_keys.c.realm == "", observation_keys.c.key.in_(any_keys)
        ),
        engine,
    )


def _entry(row: Row[Any]) -> Entry:
    try:
        body = orjson.loads(row.body)
    except orjson.JSONDecodeError:
        told = f"The body of entry {row.n} cannot be read; `tocsin journal verify` tells more."
        raise JournalError(told) from None
    return Entry(row.n, row.at, row.kind, row.cause, body)


def _head(connection: Connection, realm: str) -> Head:
    row = connection.execute(
        select(entry_table.c.n, entry_table.c.hash, entry_table.c.at)
        .where(entry_table.c.realm == realm)
        .order_by(entry_table.c.n.desc())
        .limit(1)
    ).one_or_none()
    return _EMPTY if row is None else Head(row.n, row.hash, row.at)


def _chain(
    realm: str, before: Head, entries: Sequence[Entry]
) -> tuple[list[tuple[Any, ...]], Head]:
    """The rows to write, in the order of the table's columns, and the head after them."""
    rows: list[tuple[Any, ...]] = []
    previous = before.hash
    for n, entry in enumerate(entries, before.n + 1):
        if entry.n != n:
            raise JournalForked(f"Entry {entry.n} stands where {n} is due.")
        body = canonical_body(entry)
        previous = chained_hash(previous, realm, entry, body)
        filed_under = observation_id(entry.kind, entry.body)
        rows.append(
            (realm, n, entry.at, entry.kind, entry.cause, body.decode(), previous, filed_under)
        )
    return rows, (Head(entries[-1].n, previous, entries[-1].at) if entries else before)
