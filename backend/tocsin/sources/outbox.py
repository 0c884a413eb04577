"""What the broker has not yet acknowledged, on disk, in order."""

import fcntl
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO

_SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  topic TEXT NOT NULL,
  payload BLOB NOT NULL,
  received_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

MAX_READ_BYTES = 16 * 1024 * 1024


class OutboxFull(Exception):
    """There is no room; nothing was put. The intake stops reading until there is."""


class OutboxUnusable(RuntimeError):
    """The outbox cannot be opened; the message says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message for the broker, and when what it tells was received."""

    topic: str
    payload: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A message with its place in the row."""

    seq: int
    message: Message


class Outbox:
    """A first-in-first-out row in one SQLite file.

    Once `put` has returned, its messages survive a killed process and a power cut. `marks` are
    the intake's own notes (which content was read), `remember` changes what the adapter follows;
    both are written in the same transaction, so that a file is neither lost nor read twice, and
    what was told of a thing agrees with what is remembered of it.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._guard = _only_process(path)
        try:
            self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=FULL")
            self._database.executescript(_SCHEMA)
            self._count, self._bytes = self._measured()
        except sqlite3.Error as trouble:
            self._guard.close()
            raise OutboxUnusable(f"the outbox {path} cannot be used: {trouble}") from trouble
        self.refusals = 0

    def put(
        self,
        messages: Sequence[Message],
        marks: Mapping[str, str] | None = None,
        remember: Mapping[str, str | None] | None = None,
    ) -> None:
        """All of it or nothing: `OutboxFull`, `sqlite3.Error`."""
        size = sum(len(message.payload) for message in messages)
        rows = [(m.topic, m.payload, m.received_at.isoformat()) for m in messages]
        with self._lock:
            # An empty outbox takes any message: one larger than the bound would wait for ever.
            if self._count and rows and self._bytes + size > self._max_bytes:
                self.refusals += 1
                raise OutboxFull(
                    f"{self._count} messages ({self._bytes} bytes) wait for the broker; "
                    f"at most {self._max_bytes} bytes are kept"
                )
            with self._transaction():
                self._database.executemany(
                    "INSERT INTO outbox (topic, payload, received_at) VALUES (?, ?, ?)", rows
                )
                self._write_marks(marks or {})
                self._write_memory(remember or {})
            self._count += len(rows)
            self._bytes += size

    def after(self, seq: int, limit: int, max_bytes: int = MAX_READ_BYTES) -> list[Kept]:
        """The next messages behind number `seq`, oldest first, up to about `max_bytes`."""
        found: list[Kept] = []
        size = 0
        with self._lock:
            rows = self._database.execute(
                "SELECT seq, topic, payload, received_at FROM outbox WHERE seq > ? "
                "ORDER BY seq LIMIT ?",
                (seq, limit),
            )
            for number, topic, payload, at in rows:
                message = Message(topic, payload, datetime.fromisoformat(at))
                found.append(Kept(number, message))
                size += len(payload)
                if size >= max_bytes:
                    break
            rows.close()
        return found

    def remove_up_to(self, seq: int) -> None:
        """Only for what the broker has acknowledged."""
        with self._lock:
            count, size = self._measured("WHERE seq <= ?", seq)
            with self._transaction():
                self._database.execute("DELETE FROM outbox WHERE seq <= ?", (seq,))
            self._count -= count
            self._bytes -= size

    def marks(self, beginning: str) -> dict[str, str]:
        with self._lock:
            rows = self._database.execute(
                "SELECT name, value FROM marks WHERE substr(name, 1, ?) = ?",
                (len(beginning), beginning),
            ).fetchall()
        return dict(rows)

    def mark(self, marks: Mapping[str, str]) -> None:
        with self._lock, self._transaction():
            self._write_marks(marks)

    def forget(self, names: Sequence[str]) -> None:
        with self._lock, self._transaction():
            self._database.executemany("DELETE FROM marks WHERE name = ?", [(n,) for n in names])

    def memory(self) -> dict[str, str]:
        """What the adapter remembers; raises `OutboxUnusable`."""
        try:
            with self._lock:
                rows = self._database.execute("SELECT key, value FROM memory").fetchall()
        except sqlite3.Error as trouble:
            raise OutboxUnusable(f"the adapter's memory cannot be read: {trouble}") from trouble
        return dict(rows)

    @property
    def count(self) -> int:
        return self._count

    @property
    def bytes(self) -> int:
        return self._bytes

    def oldest(self) -> Kept | None:
        return next(iter(self.after(0, 1)), None)

    def newest_seq(self) -> int:
        with self._lock:
            row = self._database.execute("SELECT coalesce(max(seq), 0) FROM outbox").fetchone()
        return int(row[0])

    def close(self) -> None:
        with self._lock:
            self._database.close()
            self._guard.close()

    def _measured(self, which: str = "", *values: int) -> tuple[int, int]:
        row = self._database.execute(
            f"SELECT count(*), coalesce(sum(length(payload)), 0) FROM outbox {which}",  # noqa: S608 ours
            values,
        ).fetchone()
        return int(row[0]), int(row[1])

    def _write_marks(self, marks: Mapping[str, str]) -> None:
        self._database.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?)", marks.items())

    def _write_memory(self, changes: Mapping[str, str | None]) -> None:
        gone = [(key,) for key, value in changes.items() if value is None]
        self._database.executemany("DELETE FROM memory WHERE key = ?", gone)
        kept = [(key, value) for key, value in changes.items() if value is not None]
        self._database.executemany("INSERT OR REPLACE INTO memory VALUES (?, ?)", kept)

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._database)


class _Transaction:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._database.execute("COMMIT")
        finally:
            if self._database.in_transaction:  # also when the commit itself failed: disk full
                self._database.execute("ROLLBACK")


def _only_process(path: Path) -> IO[bytes]:
    """Two processes on one outbox would send everything twice and out of order."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        guard = path.with_suffix(".lock").open("wb")
    except OSError as trouble:
        raise OutboxUnusable(f"the outbox {path} cannot be used: {trouble}") from trouble
    try:
        fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        guard.close()
        raise OutboxUnusable(
            f"the outbox {path} is in use: another process already runs this source"
        ) from None
    return guard
