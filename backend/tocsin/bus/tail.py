"""The journal's tail: engines write it after each commit, gateways follow it."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, cast

import orjson
import redis

from tocsin.bus import keys
from tocsin.contract.realm import LIVE, is_realm
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal, JournalError
from tocsin.live.frames import shown_entry
from tocsin.situation.evolve import evolve_all
from tocsin.situation.load import load_situation
from tocsin.situation.picture import Situation

log = logging.getLogger(__name__)

TAIL_BATCHES = 2_000
HEALTH_KEPT_MS = 5_000
POLL_MS = 500
CHUNK = 2_000
ASK_AGAIN_S = 2.0

Announce = Callable[[str, Sequence[Entry], Situation], None]


class TailWriter:
    """Called on the engines' threads. A silent Redis is logged once, and left alone for a while."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._silent = False
        self._ask_again = 0.0

    def announce(self, realm: str, entries: Sequence[Entry], situation: Situation) -> None:
        del situation
        batch = orjson.dumps([shown_entry(entry) for entry in entries])
        self._try(
            lambda: self._client.xadd(
                keys.tail(realm), {"entries": batch}, maxlen=TAIL_BATCHES, approximate=True
            )
        )

    def tell_health(self, realm: str, health: dict[str, Any]) -> None:
        self._try(
            lambda: self._client.set(keys.health(realm), orjson.dumps(health), px=HEALTH_KEPT_MS)
        )

    def _try(self, act: Callable[[], object]) -> None:
        if time.monotonic() < self._ask_again:
            return
        try:
            act()
        except redis.RedisError as error:
            if not self._silent:
                log.warning("Redis does not answer, gateways read the journal instead: %s", error)
            self._silent = True
            self._ask_again = time.monotonic() + ASK_AGAIN_S
        else:
            self._silent = False


class Follower:
    """A gateway's copy of every realm's situation, one thread for all of them.

    `opened(situation)` is called when a realm appears, `announce` for what follows; both on the
    follower's thread.
    """

    def __init__(
        self,
        client: redis.Redis,
        journal: Journal,
        *,
        opened: Callable[[Situation], None],
        announce: Announce,
    ) -> None:
        self._client = client
        self._journal = journal
        self._opened = opened
        self._announce = announce
        self._situations: dict[str, Situation] = {}
        self._positions: dict[str, str] = {}
        self._health: dict[str, dict[str, Any]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def start(self) -> None:
        self._discover()
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def health(self, realm: str) -> dict[str, Any] | None:
        """What the engine last said of itself; None when it says nothing any more."""
        return self._health.get(realm)

    def _run(self) -> None:
        next_poll = 0.0
        while not self._stop.is_set():
            try:
                self._follow()
                if time.monotonic() >= next_poll:
                    next_poll = time.monotonic() + 1.0
                    self._discover()
                    self._read_health()
                    for realm in self._situations:
                        self._catch_up(realm)
            except redis.RedisError:
                self._health.clear()
                self._stop.wait(POLL_MS / 1000)
                self._catch_up_all()
            except JournalError as error:
                log.warning("the gateway cannot read the journal: %s", error)
                self._stop.wait(POLL_MS / 1000)

    def _catch_up_all(self) -> None:
        """Redis is gone: the journal alone tells, a little later."""
        for realm in self._situations:
            try:
                self._catch_up(realm)
            except JournalError as error:
                log.warning("the gateway cannot read the journal: %s", error)

    def _discover(self) -> None:
        realms = {LIVE, *filter(is_realm, self._journal.realms())}
        for realm in realms - self._situations.keys():
            self._positions[realm] = "$"
            situation = load_situation(self._journal, realm)
            self._situations[realm] = situation
            self._opened(situation)

    def _read_health(self) -> None:
        realms = list(self._situations)
        values = cast(list[bytes | None], self._client.mget([keys.health(r) for r in realms]))
        self._health = {
            realm: orjson.loads(value)
            for realm, value in zip(realms, values, strict=True)
            if value is not None
        }

    def _follow(self) -> None:
        streams: dict[Any, Any] = {
            keys.tail(r): position for r, position in self._positions.items()
        }
        answer = cast(Any, self._client.xread(streams, block=POLL_MS, count=100))
        if isinstance(answer, dict):
            answer = [(name, [m for part in parts for m in part]) for name, parts in answer.items()]
        for name, messages in answer or ():
            realm = name.decode().split(":")[1]
            for position, fields in messages:
                self._positions[realm] = position
                self._take(realm, [Entry(**e) for e in orjson.loads(fields[b"entries"])])

    def _take(self, realm: str, entries: list[Entry]) -> None:
        n = self._situations[realm].n
        fresh = [entry for entry in entries if entry.n > n]
        if fresh and fresh[0].n > n + 1:
            self._catch_up(realm)
            fresh = [entry for entry in fresh if entry.n > self._situations[realm].n]
        self._fold(realm, fresh)

    def _catch_up(self, realm: str) -> None:
        while entries := self._journal.read(realm, after=self._situations[realm].n, limit=CHUNK):
            self._fold(realm, entries)

    def _fold(self, realm: str, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        situation = self._situations[realm] = evolve_all(self._situations[realm], entries)
        self._announce(realm, entries, situation)
