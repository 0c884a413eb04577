"""Texts as screens can show them: one line, no control characters, cut to fit."""

import re

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_BLANKS = re.compile(r"\s+")


def one_line(text: object, limit: int = 300) -> str | None:
    """None when there is nothing to show. Numbers become text; other values are no text."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return None
    written = str(text)[: 8 * limit]  # what is far longer is cut before it is matched
    line = _BLANKS.sub(" ", _CONTROLS.sub(" ", written)).strip()
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    return line or None


def code(text: object, limit: int = 80) -> str | None:
    """As the contract wants codes: letters, digits, `.`, `_`, `-`; other signs become `-`."""
    line = one_line(text)
    if line is None:
        return None
    found = re.sub(r"[^A-Za-z0-9._-]+", "-", line).strip("._-")[:limit]
    return found or None
