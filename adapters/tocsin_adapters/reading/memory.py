"""What one message tells the next: the receipt's memory, and the changes made to it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

CLOCK_SLACK = timedelta(minutes=5)
KEPT = 10_000
FORGOTTEN = 2_500
TRACK = "track:"


class Memory:
    """Reads what was kept and what this message has changed; `changes` goes back to the runner.

    An adapter that calls `keep` or `is_newest` keeps nothing else: making room forgets by time.
    """

    def __init__(self, kept: Mapping[str, str]) -> None:
        self._kept = kept
        self._room = KEPT - len(kept)
        self.changes: dict[str, str | None] = {}

    def get(self, key: str) -> str | None:
        return self.changes[key] if key in self.changes else self._kept.get(key)

    def put(self, key: str, value: str) -> None:
        if self.get(key) != value:
            self.changes[key] = value

    def forget(self, key: str) -> None:
        if self.get(key) is not None:
            self.changes[key] = None

    def keys(self, prefix: str = "") -> list[str]:
        """Those that hold something and begin so."""
        both = {**self._kept, **self.changes}
        return [key for key, value in both.items() if key.startswith(prefix) and value is not None]

    # what bears a time, and may be forgotten when it is old

    def timed(self, key: str) -> tuple[float, str] | None:
        """What `keep` kept: seconds since 1970, and the value."""
        seconds, _, value = (self.get(key) or "").partition(" ")
        return (float(seconds), value) if seconds else None

    def keep(self, key: str, at: datetime, value: str = "") -> None:
        """Kept until so many others are newer that room has to be made."""
        if self.get(key) is None:
            self._make_room()
        self.put(key, f"{at.timestamp():.6f} {value}".rstrip())

    def is_newest(self, track: str, at: datetime | None, received_at: datetime) -> bool:
        """Whether nothing later is known of a moving thing; then `at` is kept as its latest.

        A tracker that was out of reach sends old places after new ones. A time ahead of our own
        clock is believed once and not kept: it would silence its thing for ever.
        """
        if at is None:
            return True
        last = self.timed(TRACK + track)
        if last is not None and last[0] > at.timestamp():
            return False
        if at <= received_at + CLOCK_SLACK:
            self.keep(TRACK + track, at)
        return True

    def _make_room(self) -> None:
        self._room -= 1
        if self._room >= 0:
            return
        for key in sorted(self.keys(), key=self._age)[:FORGOTTEN]:
            self.forget(key)
        self._room = FORGOTTEN

    def _age(self, key: str) -> float:
        known = self.timed(key)
        return known[0] if known is not None else 0.0
