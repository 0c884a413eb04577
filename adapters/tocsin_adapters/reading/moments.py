"""Times as senders write them: any offset, none at all, fractions of seven or nine digits."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from tocsin_adapters.reading.numbers import number

_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?"
    r"\s*(?:([Zz])|([+-])(\d{2}):?(\d{2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    zone_assumed: bool


def moment_of(written: str, zone: ZoneInfo) -> Moment | None:
    """None when it is no time."""
    found = _TIME.fullmatch(written.strip())
    if found is None:
        return None
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    second = int(found[6] or 0)
    microsecond = int((found[7] or "")[:6].ljust(6, "0"))
    offset = _offset(found)
    if offset is None:
        return None
    midnight = hour == 24 and minute == 0 and second == 0  # ISO 8601 writes the day's end so
    try:
        local = datetime(
            year, month, day, 0 if midnight else hour, minute, second, microsecond, zone
        )
        if offset is not _ASSUMED:
            local = local.replace(tzinfo=offset)
        if midnight:
            local += timedelta(days=1)
        return Moment(local.astimezone(UTC), offset is _ASSUMED)
    except (ValueError, OverflowError):
        return None


_ASSUMED: tzinfo = timezone(timedelta(0), "assumed")


def _offset(found: re.Match[str]) -> tzinfo | None:
    if found[8]:
        return UTC
    if not found[9]:
        return _ASSUMED
    hours, minutes = int(found[10]), int(found[11])
    if hours > 14 or minutes > 59:
        return None
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if found[9] == "-" else shift)


def moment_of_epoch(value: object, unit_s: float = 1.0) -> Moment | None:
    """Seconds since 1970, or with `unit_s` 0.001 milliseconds; also when written as text.

    None outside the years 2000 to 2100: a clock that was never set, or another unit.
    """
    seconds = number(value, 0, 1e20)
    if seconds is None:
        return None
    seconds *= unit_s
    if not _YEAR_2000 <= seconds <= _YEAR_2100:
        return None
    return Moment(_EPOCH + timedelta(seconds=seconds), zone_assumed=False)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_2000 = 946_684_800
_YEAR_2100 = 4_102_444_800
