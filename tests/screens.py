"""A screen without a browser: folds what its socket tells with Tocsin's own `evolve`."""

import contextlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Self, TypeVar

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from services import wait_until
from tocsin.journal.entry import Entry
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation, picture
from tocsin.situation.restore import restore

T = TypeVar("T")
AGAIN_S = 0.1


def socket_url(http: str, realm: str, after: int | None = None) -> str:
    query = "" if after is None else f"?from={after}"
    return f"{http.replace('http', 'ws', 1)}/realms/{realm}/socket{query}"


class Screen:
    """Connects again by itself and resumes from the last number, as a real one does."""

    def __init__(self, http: str, realm: str = "live") -> None:
        self.http = http
        self.situation = Situation(realm)
        self.health: dict[str, Any] = {}
        self.snapshots = 0
        self.connections = 0
        self.gaps = 0
        self.seen_at: dict[str, float] = {}  # external id → monotonic
        self.realms: set[str] = set()
        self._realm = realm
        self._socket: ClientConnection | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"screen {realm}", daemon=True)
        self._thread.start()

    @property
    def n(self) -> int:
        return self.situation.n

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.health.get("counts", {}))

    @property
    def picture(self) -> bytes:
        return picture(self.situation)

    def wait(self, predicate: Callable[[], T], timeout: float = 30.0, message: str = "") -> T:
        return wait_until(
            predicate, timeout, lambda: f"{message} (screen at {self.n}, {self.health})"
        )

    def close(self) -> None:
        self._stop.set()
        if self._socket is not None:
            self._socket.close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            after = self.n if self.snapshots else None
            with contextlib.suppress(OSError, WebSocketException):
                url = socket_url(self.http, self._realm, after)
                with connect(url, max_size=None, close_timeout=1) as self._socket:
                    self.connections += 1
                    for told in self._socket:
                        self._take(json.loads(told))
            self._stop.wait(AGAIN_S)

    def _take(self, told: dict[str, Any]) -> None:
        match told["type"]:
            case "hello":
                self.realms.add(told["realm"])
            case "snapshot":
                self.snapshots += 1
                self.situation = restore(json.dumps(told["situation"]).encode())
                self._see(shown.external_id for shown in self.situation.observations.values())
            case "frame":
                self._fold(told)
            case "beat":
                self.health = told["health"]

    def _see(self, external_ids: Iterable[str]) -> None:
        """What a snapshot brings is seen as well: a screen may come in the middle of things."""
        now = time.monotonic()
        for external_id in external_ids:
            self.seen_at.setdefault(external_id, now)

    def _fold(self, frame: dict[str, Any]) -> None:
        if frame["first"] != self.n + 1:
            self.gaps += 1
            assert self._socket is not None
            self._socket.close()
            return
        entries = [Entry(**entry) for entry in frame["entries"]]
        recorded = (entry for entry in entries if entry.kind == "observation_recorded")
        self._see(entry.body["shown"]["external_id"] for entry in recorded)
        # Superseded places are left out of a frame, so its last entry may not be its number.
        folded = evolve_all(self.situation, entries)
        self.situation = replace(folded, n=frame["n"], at=frame["entry_at"])
