"""The thread that reads a camera for ever and keeps only its newest picture."""

import logging
import random
import threading
import time
from collections.abc import Callable

from tocsin_adapters.camera.origins import Lost, Origin, Rate, Refused, Shot

log = logging.getLogger(__name__)
RETRY_FIRST_S = 0.5
RETRY_CAP_S = 2.5
REFUSED_CAP_S = 120.0
_dice = random.SystemRandom()


class Finder:
    """Reads, and when that ends tries again: soon, then every 2.5 s at most.

    A camera that refuses our account is asked ever more rarely: many lock it after a few tries.
    """

    def __init__(
        self, name: str, origin: Origin, wanted: Rate, share: Callable[[], float] = _dice.random
    ) -> None:
        self._name = name
        self._origin = origin
        self._wanted = wanted
        self._share = share
        self._stop = threading.Event()
        self._failures = 0
        self._shot: Shot | None = None
        self.pictures = 0
        self.trouble: str | None = None
        self._sign_of_life = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=f"read {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Does not wait: what the thread waits for may never come."""
        self._stop.set()

    def newest(self) -> Shot | None:
        return self._shot

    def silent_s(self) -> float:
        """Since it last gave a picture or gave up a try."""
        return time.monotonic() - self._sign_of_life

    def _run(self) -> None:
        while not self._stop.is_set():
            cap_s = RETRY_CAP_S
            try:
                self._origin.run(self._take, self._wanted, self._stop)
            except Lost as lost:
                self._say(str(lost))
                cap_s = REFUSED_CAP_S if isinstance(lost, Refused) else RETRY_CAP_S
            except Exception as trouble:
                self._say(f"reading failed ({type(trouble).__name__})")
            wait_s = min(cap_s, RETRY_FIRST_S * 2 ** min(self._failures, 20))
            wait_s *= 0.5 + self._share() / 2
            self._failures += 1
            self._sign_of_life = time.monotonic() + wait_s  # it waits, it does not hang
            self._stop.wait(wait_s)

    def _take(self, shot: Shot) -> None:
        self.pictures += 1
        self._shot = shot
        self._failures = 0
        self.trouble = None
        self._sign_of_life = time.monotonic()

    def _say(self, trouble: str) -> None:
        if trouble != self.trouble and not self._stop.is_set():
            log.warning("%s: %s", self._name, trouble)
        self.trouble = trouble
