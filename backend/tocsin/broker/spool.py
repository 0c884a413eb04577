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


class Spool:
    """Append a message before its PUBACK; settle it after its commit; empty file when all are."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._pending: Counter[bytes] = Counter()
        path.parent.mkdir(parents=True, exist_ok=True)
        for topic, payload in self._read():
            self._pending[_digest(topic, payload)] += 1
        self._file = path.open("ab", buffering=0)

    def unsettled(self) -> list[tuple[str, bytes]]:
        """What was taken, by this process or an earlier one, and is in no journal yet."""
        with self._lock:
            return [
                (topic, payload)
                for topic, payload in self._read()
                if self._pending[_digest(topic, payload)]
            ]

    def keep(self, topic: str, payload: bytes) -> None:
        line = json.dumps([topic, b64encode(payload).decode()]).encode() + b"\n"
        with self._lock:
            self._pending[_digest(topic, payload)] += 1
            self._file.write(line)

    def settle(self, topic: str, payload: bytes) -> None:
        key = _digest(topic, payload)
        with self._lock:
            if self._pending[key] > 1:
                self._pending[key] -= 1
            else:
                self._pending.pop(key, None)
            if not self._pending:
                self._file.truncate(0)

    def close(self) -> None:
        self._file.close()

    def _read(self) -> Iterator[tuple[str, bytes]]:
        if not self._path.exists():
            return
        for line in self._path.read_bytes().splitlines():
            try:
                topic, payload = json.loads(line)
                yield topic, b64decode(payload)
            except ValueError:
                continue  # the last line, cut by the kill: it was never acknowledged
