"""Which engine process writes: the one that holds the lease. The other waits and takes over.

The lease only keeps two engines from working side by side; what makes it safe is the journal, which
refuses the second of two writers of one entry number.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from typing import cast

import redis

from tocsin.bus import keys

log = logging.getLogger(__name__)

HELD_MS = 2_000
RENEW_S = 0.5
AFTER_SILENCE_S = 3.0  # longer than a renewal that is kept waiting takes
_TAKE_OR_KEEP = (
    "local holder=redis.call('get',KEYS[1]) "
    "if holder and holder~=ARGV[1] then return 0 end "
    "redis.call('set',KEYS[1],ARGV[1],'px',ARGV[2]) return 1"
)
_RELEASE = (
    "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end"
)


class Lease:
    """`lost` is called once, on the lease's thread, when another engine may have taken it."""

    def __init__(self, client: redis.Redis, lost: Callable[[], None]) -> None:
        self._client = client
        self._lost = lost
        self._token = uuid.uuid4().hex
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def acquire(self, stop: threading.Event) -> bool:
        """Wait until it is ours; False when asked to stop first.

        After a silence of Redis the engine at work shall find its lease again before anyone else
        asks for it, or a short hang would change the engine: hence a ping, and a wait.
        """
        waiting = silent = False
        while not stop.is_set():
            try:
                self._client.ping()
                if silent:
                    silent = False
                    stop.wait(AFTER_SILENCE_S)
                    continue
                if self._take_or_keep():
                    self._thread.start()
                    return True
            except redis.RedisError as error:
                silent = True
                log.warning("Redis does not answer: %s", error)
            if not waiting:
                waiting = True
                log.warning("another engine holds the lease; standing by")
            stop.wait(RENEW_S / 2)
        return False

    def release(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
            try:
                self._client.eval(_RELEASE, 1, keys.LEASE, self._token)
            except redis.RedisError as error:
                log.warning("the lease ends by itself: %s", error)

    def _renew(self) -> None:
        missed = 0
        while not self._stop.wait(RENEW_S):
            try:
                if not self._take_or_keep():
                    log.error("another engine took the lease")
                    self._lost()
                    return
                missed = 0
            except redis.RedisError as error:
                # Without Redis nobody can take the lease either; the journal is the fence.
                missed += 1
                if missed == 1:
                    log.warning("the lease cannot be renewed, going on: %s", error)

    def _take_or_keep(self) -> bool:
        answer = self._client.eval(_TAKE_OR_KEEP, 1, keys.LEASE, self._token, str(HELD_MS))
        return bool(cast(int, answer))
