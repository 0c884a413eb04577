"""What the embedded broker took and the engine has not yet committed, on disk.

amqtt keeps sessions in memory only. It lives in Tocsin's own process, so without this file a
message that it had acknowledged would die with a `kill -9`.
"""

import json
import threading
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path


def _digest(topic: str, payload: bytes) -> bytes:
    return blake2b(topic.encode() + b"\0" + payload, digest_size=16).digest()


def _line(topic: str, payload: bytes) -> bytes:
    return json.dumps([topic, b64encode(payload).decode()]).encode() + b"\n"


class Spool:
    """Append a message before its PUBACK; settle it after its commit; empty file when all are."""

    def __init__(self, path: Path, compact_bytes: int = 32 * 1024 * 1024) -> None:
        self._path = path
        self._compact_bytes = compact_bytes
        self._lock = threading.Lock()
        self._pending: Counter[bytes] = Counter()
        path.parent.mkdir(parents=True, exist_ok=True)
        for topic, payload in self._read():
            self._pending[_digest(topic, payload)] += 1
        self._file = path.open("ab", buffering=0)
        self._size = path.stat().st_size

    def unsettled(self) -> list[tuple[str, bytes]]:
        """What was taken, by this process or an earlier one, and is in no journal yet."""
        with self._lock:
            return [
                (topic, payload)
                for topic, payload in self._read()
                if self._pending[_digest(topic, payload)]
            ]

    def keep(self, topic: str, payload: bytes) -> None:
        line = _line(topic, payload)
        with self._lock:
            self._pending[_digest(topic, payload)] += 1
            self._file.write(line)
            self._size += len(line)
            if self._size > self._compact_bytes:
                self._compact()

    def settle(self, topic: str, payload: bytes) -> None:
        key = _digest(topic, payload)
        with self._lock:
            if self._pending[key] > 1:
                self._pending[key] -= 1
            else:
                self._pending.pop(key, None)
            if not self._pending:
                self._file.truncate(0)
                self._size = 0

    def close(self) -> None:
        self._file.close()

    def _compact(self) -> None:
        """Under lasting load something always waits: drop what does not, in one rename."""
        kept = Counter(self._pending)
        smaller = self._path.with_suffix(".new")
        with smaller.open("wb") as file:
            for topic, payload in self._read():
                key = _digest(topic, payload)
                if kept[key] > 0:
                    kept[key] -= 1
                    file.write(_line(topic, payload))
        smaller.replace(self._path)
        self._file.close()
        self._file = self._path.open("ab", buffering=0)
        self._size = self._path.stat().st_size

    def _read(self) -> Iterator[tuple[str, bytes]]:
        if not self._path.exists():
            return
        for line in self._path.read_bytes().splitlines():
            try:
                topic, payload = json.loads(line)
                yield topic, b64decode(payload)
            except ValueError:
                continue  # the last line, cut by the kill: it was never acknowledged
