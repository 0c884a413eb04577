"""Numbers as senders write them: numbers as text, text as numbers, and what means "unknown"."""

import math
import re

_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?\s*", re.ASCII)


def number(value: object, low: float, high: float) -> float | None:
    """A finite number from `low` to `high`, also when written as text; else None.

    A decimal comma is read as a point. Booleans are no numbers.
    """
    if isinstance(value, str):
        if len(value) > 40 or _NUMBER.fullmatch(value) is None:
            return None
        value = float(value.replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or not low <= value <= high:
        return None
    return float(value)


def whole(value: object, low: int, high: int) -> int | None:
    """A whole number from `low` to `high`; 15, 15.0, "15" and "15.0" are the same."""
    found = number(value, low, high)
    return int(found) if found is not None and found == int(found) else None


def truth(value: object) -> bool | None:
    """True and false as formats spell them; None when it is neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        return _TRUTHS.get(value.strip().lower())
    return None


_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
