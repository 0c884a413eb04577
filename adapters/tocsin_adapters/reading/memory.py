"""What one message tells the next: the receipt's memory, and the changes made to it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice

CLOCK_SLACK = timedelta(minutes=5)
TRACKS_KEPT = 10_000
TRACKS_FORGOTTEN = 2_500
TRACK = "track:"


class Memory:
    """Reads what was kept and what this message has changed; `changes` goes back to the runner."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        self._kept = kept
        self.changes: dict[str, str | None] = {}

    def get(self, key: str) -> str | None:
        return self.changes[key] if key in self.changes else self._kept.get(key)

    def put(self, key: str, value: str) -> None:
        if self.get(key) != value:
            self.changes[key] = value

    def forget(self, key: str) -> None:
        if self.get(key) is not None:
            self.changes[key] = None

    def keys(self, prefix: str) -> list[str]:
        """Those that hold something and begin so."""
        both = {**self._kept, **self.changes}
        return [key for key, value in both.items() if key.startswith(prefix) and value is not None]

    def is_newest(self, track: str, at: datetime | None, received_at: datetime) -> bool:
        """Whether nothing later is known of a moving thing; then `at` is kept as its latest.

        A tracker that was out of reach sends old places after new ones. A time ahead of our own
        clock is believed once and not kept: it would silence its thing for ever.
        """
        if at is None:
            return True
        key, seconds = f"{TRACK}{track}", at.timestamp()
        last = self.get(key)
        if last is not None and float(last) > seconds:
            return False
        if at <= received_at + CLOCK_SLACK:
            if last is None:
                self._make_room()
            self.put(key, f"{seconds:.3f}")
        return True

    def _make_room(self) -> None:
        if len(self._kept) + len(self.changes) < TRACKS_KEPT:
            return
        tracks = self.keys(TRACK)
        if len(tracks) >= TRACKS_KEPT:
            oldest = sorted(tracks, key=lambda key: float(self.get(key) or 0))
            for key in islice(oldest, TRACKS_FORGOTTEN):
                self.forget(key)
