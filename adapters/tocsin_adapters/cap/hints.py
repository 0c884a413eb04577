"""Severity, confidence and incident type as the table in `hints.yaml` reads an alert's words."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class TypeHint:
    """The incident type, and the sender's own words that led to it."""

    type: str | None = None
    source_code: str | None = None


def severity_of(severity: str, awareness_level: str) -> int | None:
    """MeteoAlarm's level is the finer of the two: green is "Minor" in CAP's words."""
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
    numbered = table["awareness_type"].get(_number(awareness_type))
    if numbered is not None:
        return TypeHint(numbered, f"awareness_type={awareness_type}"[:300])
    said = [("event", event) for event in events]
    said += [(f"eventCode {name}", value) for name, value in codes]
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
