"""What stands in a cell of a main events list, as coordinators write it."""

import json
import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

_TIME = re.compile(r"T?\s*([+−–-]?)\s*(\d{1,3}):([0-5]\d)(?::([0-5]\d))?", re.IGNORECASE)
_MINUS = "−–-"
_BETWEEN = re.compile(r"[,;\s]+")


class Wrong(ValueError):
    """A sentence for the author of the list."""


def a_time(cell: Any) -> str:
    """`T-00:08`, `T+01:40:00`, 00:15, or what a spreadsheet makes of such a time."""
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
    elif isinstance(cell, time):
        seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
    elif isinstance(cell, datetime):
        raise Wrong("is a date; write the time from the start, as T-00:08 or T+01:40:00")
    else:
        found = _TIME.fullmatch(str(cell).strip())
        if found is None:
            raise Wrong(f"cannot read the time {str(cell).strip()!r}: write T-00:08 or T+01:40:00")
        sign, hours, minutes, rest = found.groups()
        seconds = int(hours) * 3600 + int(minutes) * 60 + int(rest or 0)
        seconds = -seconds if sign and sign in _MINUS else seconds
    sign, whole = "-" if seconds < 0 else "+", abs(seconds)
    return f"{sign}{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def a_truth(text: str, yes: Iterable[str]) -> bool:
    if text.casefold() not in yes:
        raise Wrong(f"write {', '.join(yes)}, or nothing; not {text!r}")
    return True


def a_list(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text) if part]


def a_place(text: str) -> Any:
    """A code alone, or an object as in the YAML."""
    return as_json(text) if text.startswith("{") else text


def as_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Wrong(f"is no JSON: {error}") from None
