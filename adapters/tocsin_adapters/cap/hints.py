"""Severity, confidence and incident type as the table in `hints.yaml` reads an alert's words."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

OWN_TYPE = "tocsin:type"
OWN_SEVERITY = "tocsin:severity"
"""What another room that runs Tocsin adds: its type and its grade need no guessing."""

MAX_SAID = 30
_TYPE = re.compile(r"[A-Z]{3}-[A-Z]{3}")
_OWN_GRADES = frozenset("01234")


@dataclass(frozen=True, slots=True)
class TypeHint:
    """The incident type, and the sender's own words that led to it."""

    type: str | None = None
    source_code: str | None = None


def severity_of(severity: str, awareness_level: str, own: str = "") -> int | None:
    """MeteoAlarm's level is finer than CAP's word: green is "Minor" there. `own` is our grade."""
    if own in _OWN_GRADES:
        return int(own)
    level = _level(awareness_level)
    if level is not None:
        return level
    hint: int | None = _table()["severity"].get(severity.strip().lower())
    return hint


def is_no_warning(awareness_level: str) -> bool:
    return _level(awareness_level) == 0


def confidence_of(certainty: str) -> float | None:
    found: float | None = _table()["certainty"].get(certainty.strip().lower())
    return found


def type_of(
    awareness_type: str, events: list[str], codes: list[tuple[str, str]], categories: list[str]
) -> TypeHint:
    table = _table()
    own = next((value for name, value in codes if name == OWN_TYPE), "")
    if _TYPE.fullmatch(own):
        return TypeHint(own, f"{OWN_TYPE}={own}")
    numbered = table["awareness_type"].get(_number(awareness_type))
    if numbered is not None:
        return TypeHint(numbered, f"awareness_type={awareness_type}"[:300])
    said = [("event", event) for event in events[:MAX_SAID]]
    said += [(f"eventCode {name}", value) for name, value in codes[:MAX_SAID]]
    if awareness_type:
        said.append(("awareness_type", awareness_type))
    for rule, pattern in _words():
        for where, phrase in said:
            if pattern.search(_plain(phrase)):
                return TypeHint(rule, f"{where}={phrase}"[:300])
    for category in categories:
        fallback = table["category"].get(category.lower())
        if fallback is not None:
            return TypeHint(fallback, f"category={category}"[:300])
    return TypeHint()


def _level(awareness_level: str) -> int | None:
    table = _table()["awareness_level"]
    parts = (part.strip().lower() for part in awareness_level.split(";"))
    return next((table[part] for part in parts if part in table), None)


def _number(value: str) -> str:
    return value.split(";")[0].strip()


def _plain(phrase: str) -> str:
    apart = unicodedata.normalize("NFKD", phrase[:500].lower())
    return "".join(c for c in apart if not unicodedata.combining(c))


@cache
def _table() -> dict[str, Any]:
    written = files(__package__).joinpath("hints.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table


@cache
def _words() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (line["type"], re.compile("|".join(map(_pattern, line["any"]))))
        for line in _table()["words"]
    ]


def _pattern(word: str) -> str:
    start = rf"\b{re.escape(_plain(word.removesuffix('.')))}"
    return rf"{start}\b" if word.endswith(".") else start
