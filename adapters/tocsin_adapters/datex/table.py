"""The table `records.yaml`: what types and codes of records suggest."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tocsin.contract import Mode
from tocsin_adapters.datex.node import Node

LOWEST_RANK = 9


@dataclass(frozen=True, slots=True)
class Suggested:
    """Incident type, facts, whether the road is closed, and the code that led to it."""

    hint: str | None
    facts: dict[str, Any]
    closes: bool
    code: str
    codes: tuple[str, ...]


def kind_of(record: Node) -> str:
    """The type of a record: its xsi:type, or what its elements tell; empty when nothing does."""
    if record.kind:
        return record.kind
    told = _told_by()
    return next((told[child.name] for child in record.children if child.name in told), "")


def suggested_by(record: Node, kind: str) -> Suggested:
    row = _types().get(kind, {})
    hint, facts, closes = row.get("hint"), {}, False
    codes: list[str] = []
    decided = False
    for element in row.get("codes", ()):
        for said in record.all(element):
            codes.append(said.text[:80])
            line = _codes().get(element, {}).get(said.text)
            if line is None:
                continue
            facts.update(line.get("facts", {}))
            closes = closes or line.get("closes", False)
            if "hint" in line and not decided:
                hint, decided = line["hint"], True
    found = tuple(filter(None, codes))
    return Suggested(hint, facts, closes, "/".join([kind or "?", *found[:1]]), found)


def rank_of(kind: str) -> int:
    return int(_types().get(kind, {}).get("rank", LOWEST_RANK))


def usual_severity(kind: str) -> int | None:
    found: int | None = _types().get(kind, {}).get("severity")
    return found


def name_of(kind: str, codes: tuple[str, ...], languages: tuple[str, ...]) -> str:
    """Such a record in words, in the first language that the table has."""
    words = _table()["words"]
    told = [words[code] for code in codes if code in words]
    names: dict[str, str] = told[0] if told else _types().get(kind, _table()["unknown"])
    return next((names[said] for said in languages if said in names), names["en"])


def severity_of(word: str) -> int | None:
    found: int | None = _table()["severity"].get(word.lower())
    return found


def confidence_of(word: str) -> float | None:
    found: float | None = _table()["confidence"].get(word.lower())
    return found


def mode_of(word: str) -> Mode | None:
    found: Mode | None = _table()["mode"].get(word.lower())
    return found


def in_tunnel_types() -> frozenset[str]:
    return frozenset(_table()["in_a_tunnel"])


def tunnel_descriptors() -> frozenset[str]:
    return frozenset(_table()["tunnel_descriptors"])


@cache
def in_tunnel_words() -> re.Pattern[str]:
    return re.compile(_table()["in_tunnel_words"], re.IGNORECASE)


def _types() -> dict[str, Any]:
    types: dict[str, Any] = _table()["types"]
    return types


def _codes() -> dict[str, Any]:
    codes: dict[str, Any] = _table()["codes"]
    return codes


@cache
def _told_by() -> dict[str, str]:
    """The type that an element belongs to; the first type that names it."""
    told: dict[str, str] = {}
    for kind, row in _types().items():
        for element in row["codes"]:
            told.setdefault(element, kind)
    return told


@cache
def _table() -> dict[str, Any]:
    written = files(__package__).joinpath("records.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
