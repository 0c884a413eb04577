"""How fast a source may speak before its observations stop moving incidents."""

from datetime import datetime


class Pace:
    """One bucket for each source: `per_minute` observations at once, refilled evenly.

    What is over is still recorded and shown: a flood is slowed, not dropped. 0 sets no limit.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._left: dict[str, tuple[datetime, float]] = {}

    def is_over(self, source: str, now: datetime) -> bool:
        """Count one more observation; True when the source has used up its share."""
        if not self._per_minute:
            return False
        then, left = self._left.get(source, (now, float(self._per_minute)))
        passed = max(0.0, (now - then).total_seconds())  # a clock set back refills nothing
        left = min(self._per_minute, left + passed * self._per_minute / 60)
        over = left < 1
        self._left[source] = (now, left if over else left - 1)
        return over
