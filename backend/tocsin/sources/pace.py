"""How fast one source may be read: a flood is slowed, for its own sake and its neighbours'."""

from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """A bucket of one second's messages. Times are seconds of any steady clock."""

    per_s: float
    _spare: float = 0.0
    _at: float | None = None

    def delay_s(self, now: float) -> float:
        """How long the next message must wait; it is counted as taken then."""
        most = max(1.0, self.per_s)
        if self._at is None:
            self._spare = most
        else:
            self._spare = min(most, self._spare + (now - self._at) * self.per_s)
        self._at = now
        self._spare -= 1.0
        return max(0.0, -self._spare / self.per_s)
