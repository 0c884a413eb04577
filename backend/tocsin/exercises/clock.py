"""The exercise's own time: what every stop of its realm calls now."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta


class ExerciseClock:
    """Runs `speed` times faster than life from a given moment; speed 0 stands still."""

    def __init__(
        self, at: datetime, speed: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._at = at
        self._since = monotonic()
        self._speed = speed

    @property
    def speed(self) -> float:
        return self._speed

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def run_at(self, speed: float) -> None:
        with self._lock:
            self._at = self._now()
            self._since = self._monotonic()
            self._speed = speed

    def seconds_until(self, moment: datetime) -> float:
        """Seconds of real life until the exercise is there; infinite when it stands still."""
        ahead = (moment - self.now()).total_seconds()
        if ahead <= 0:
            return 0.0
        return ahead / self._speed if self._speed > 0 else float("inf")

    def _now(self) -> datetime:
        return self._at + timedelta(seconds=(self._monotonic() - self._since) * self._speed)
