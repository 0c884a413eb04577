"""CISU's codes, as the table in `codes.yaml` reads them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Nature:
    """What a case is about; `code` is what may be kept of the sender's."""

    code: str
    label: str | None = None
    type: str | None = None
    source_code: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def nature_of(code: str, risks: Iterable[str], languages: Iterable[str] = ("fr",)) -> Nature:
    """In the first of the languages that the table has words in."""
    row = _longest("nature", code) or {}
    facts: dict[str, Any] = {}
    fact = _longest("facts", code)
    if fact:
        facts[fact] = True
    type_, source_code = row.get("type"), f"whatsHappen={code}"
    for risk in risks:
        told = dict(_table()["risk"].get(risk, {}))
        suggested = told.pop("type", None)
        if type_ is None and suggested is not None:
            type_, source_code = suggested, f"riskThreat={risk}"
        facts |= told
    private = bool(row.get("private"))
    return Nature(
        code=code[:3] if private else code,
        label=next((row[name] for name in languages if name in row), None),
        type=type_,
        source_code=source_code if type_ else None,
        facts=facts,
    )


def accuracy_of(precision: str) -> float | None:
    found = _table()["precision"].get(precision.upper())
    return None if found is None else float(found)


def _longest(table: str, code: str) -> Any:
    """C04.09.00 is C04.09; an unknown leaf still gives its family."""
    parts = [part for part in code.split(".") if part != "00"]
    rows = _table()[table]
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in rows:
            return rows[name]
    return None


@cache
def _table() -> dict[str, Any]:
    written = files(__package__).joinpath("codes.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
