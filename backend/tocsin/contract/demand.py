"""How many pictures a second people want of a camera now; who looks says so again and again."""

import json
import math
import threading
from datetime import datetime, timedelta

from tocsin.contract.times import from_text

MAX_BYTES = 400
LEAST_FPS, MOST_FPS = 0.1, 10.0
LONGEST = timedelta(seconds=60)


class Demand:
    """The most that anybody asked for and that has not expired."""

    def __init__(self) -> None:
        self._until: dict[float, datetime] = {}
        self._lock = threading.Lock()  # it is heard on the line's thread

    def hear(self, payload: bytes, now: datetime) -> bool:
        """`{"fps": 2, "until": "2026-01-15T15:41:13Z"}`; False for anything else."""
        if len(payload) > MAX_BYTES:
            return False
        try:
            said = json.loads(payload)
            fps, until = float(said["fps"]), from_text(said["until"])
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return False
        if until.tzinfo is None or not math.isfinite(fps) or fps <= 0:
            return False
        fps = round(min(MOST_FPS, max(LEAST_FPS, fps)), 1)
        until = min(until, now + LONGEST)
        with self._lock:
            self._until[fps] = max(until, self._until.get(fps, until))
        return True

    def fps(self, now: datetime) -> float:
        """0 when nobody looks."""
        with self._lock:
            self._until = {fps: until for fps, until in self._until.items() if until > now}
            return max(self._until, default=0.0)
