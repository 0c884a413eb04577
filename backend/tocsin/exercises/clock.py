"""The exercise's own time: what every stop of its realm calls now."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta


class ExerciseClock:
    """Runs `speed` times faster than life from a given moment; speed 0 stands still.

    It never runs past its barrier, where it stands until there is a later one.
    """

    def __init__(
        self, at: datetime, speed: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._at = at
        self._since = monotonic()
        self._speed = speed
        self._barrier: datetime | None = None

    @property
    def speed(self) -> float:
        return self._speed

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def run_at(self, speed: float) -> None:
        with self._lock:
            self._begin(self._now())
            self._speed = speed

    def run_until(self, barrier: datetime) -> None:
        """On from where it stands, and no farther than that."""
        with self._lock:
            self._begin(self._now())
            self._barrier = barrier

    def stand_at(self, moment: datetime) -> None:
        """Exactly that moment, until a later barrier is set."""
        with self._lock:
            self._begin(moment)
            self._barrier = moment

    def seconds_until(self, moment: datetime) -> float:
        """Seconds of real life until the exercise is there; infinite when it stands still."""
        ahead = (moment - self.now()).total_seconds()
        if ahead <= 0:
            return 0.0
        return ahead / self._speed if self._speed > 0 else float("inf")

    def _begin(self, at: datetime) -> None:
        self._at = at
        self._since = self._monotonic()

    def _now(self) -> datetime:
        now = self._at + timedelta(seconds=(self._monotonic() - self._since) * self._speed)
        return now if self._barrier is None else min(now, self._barrier)
