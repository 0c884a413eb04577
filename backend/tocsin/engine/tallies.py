"""What each source gave since this process started: how much, how lately, how fast."""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tocsin.contract import SourceStatus
from tocsin.contract.times import to_text

# Seconds from the adapter's receipt to the commit; what takes longer waited in an outbox.
LATENCY_BOUNDS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
SOURCES_KEPT = 2000
_LONGEST_S = 86_400.0


@dataclass(slots=True)
class SourceTally:
    """Counters of one source; `latency` counts by `LATENCY_BOUNDS_S`, the rest in the last."""

    accepted: int = 0
    duplicates: int = 0
    quarantined: int = 0
    rejected: int = 0
    heard_at: datetime | None = None
    said_at: datetime | None = None
    status: SourceStatus | None = None
    latency: list[int] = field(default_factory=lambda: [0] * (len(LATENCY_BOUNDS_S) + 1))
    latency_sum_s: float = 0.0
    minute: int = 0
    this_minute: int = 0
    minute_before: int = 0


class Tallies:
    """Written on the engine's thread, read on any."""

    def __init__(self) -> None:
        self._sources: dict[str, SourceTally] = {}
        self._now: datetime | None = None
        self._minute = 0

    def heard(self, status: SourceStatus, now: datetime) -> None:
        tally = self._of(status.source, now)
        if tally is not None:
            tally.status = status

    def took(self, source: str, received_at: datetime | None, now: datetime) -> None:
        tally = self._of(source, now)
        if tally is None:
            return
        tally.accepted += 1
        tally.said_at = now
        minute = self._minute_of(now)
        if minute != tally.minute:
            tally.minute_before = tally.this_minute if minute == tally.minute + 1 else 0
            tally.minute, tally.this_minute = minute, 0
        tally.this_minute += 1
        if received_at is not None:
            self._waited(tally, (now - received_at).total_seconds())

    def duplicate(self, source: str, now: datetime) -> None:
        tally = self._of(source, now)
        if tally is not None:
            tally.duplicates += 1

    def refused(self, source: str, now: datetime, *, by_adapter: bool) -> None:
        tally = self._of(source, now)
        if tally is None:
            return
        if by_adapter:
            tally.rejected += 1
        else:
            tally.quarantined += 1

    def figures(self, now: datetime) -> dict[str, dict[str, Any]]:
        """All of it as plain data, ages reckoned at `now`."""
        return {name: _shown(tally, now) for name, tally in sorted(self._sources.copy().items())}

    def _of(self, source: str, now: datetime) -> SourceTally | None:
        """None for one name too many: whoever invents names must not fill the memory."""
        tally = self._sources.get(source)
        if tally is None:
            if len(self._sources) >= SOURCES_KEPT:
                return None
            tally = self._sources[source] = SourceTally()
        tally.heard_at = now
        return tally

    def _minute_of(self, now: datetime) -> int:
        """A batch is taken at one moment: reckoned once for all of it."""
        if now is not self._now:
            self._now, self._minute = now, int(now.timestamp() // 60)
        return self._minute

    @staticmethod
    def _waited(tally: SourceTally, seconds: float) -> None:
        """A clock that runs ahead of ours tells nothing about the way."""
        if not 0 <= seconds <= _LONGEST_S:
            return
        tally.latency_sum_s += seconds
        tally.latency[bisect_left(LATENCY_BOUNDS_S, seconds)] += 1


def _shown(tally: SourceTally, now: datetime) -> dict[str, Any]:
    status = tally.status
    return {
        "accepted": tally.accepted,
        "duplicates": tally.duplicates,
        "quarantined": tally.quarantined,
        "rejected": tally.rejected,
        "age_s": _age(tally.heard_at, now),
        "heard_at": to_text(tally.heard_at) if tally.heard_at else None,
        "said_at": to_text(tally.said_at) if tally.said_at else None,
        "rate_per_min": _rate(tally, now),
        "latency": list(tally.latency),
        "latency_sum_s": round(tally.latency_sum_s, 3),
        "counts": status.counts.model_dump() if status is not None else None,
    }


def _age(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else max(0.0, round((now - at).total_seconds(), 1))


def _rate(tally: SourceTally, now: datetime) -> float:
    """Over the last sixty seconds, the minute before taken as even."""
    passed = now.timestamp() / 60 - tally.minute
    if passed >= 2:
        return 0.0
    if passed >= 1:
        return round(tally.this_minute * (2 - passed), 1)
    return round(tally.this_minute + tally.minute_before * (1 - passed), 1)
