"""Times as text: UTC with milliseconds, so that text order is time order in every language."""

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """`2026-01-15T15:41:07.123Z`."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)


def seconds_between(earlier: str, later: str) -> float:
    return (from_text(later) - from_text(earlier)).total_seconds()
