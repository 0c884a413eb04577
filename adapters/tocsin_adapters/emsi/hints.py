"""Incident type and facts as the table in `hints.yaml` reads EMSI's codes."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

SEVERITY = {"1": 0, "2": 1, "3": 2, "4": 3, "5": 4}


def type_of(
    categories: Iterable[str], actors: Iterable[str], env: str
) -> tuple[str | None, str | None]:
    """The incident type, and the code that led to it."""
    for category in categories:
        found = _longest("category", category)
        if found is not None and category.startswith("TRP"):
            for actor in actors:
                other = _longest("transport_of", actor)
                if other is not None:
                    return other, f"ETYPE={category} {actor}"[:300]
        if found is not None:
            return found, f"ETYPE/CATEGORY={category}"[:300]
    found = _longest("env", env)
    return found, f"ETYPE/ENV={env}"[:300] if found else None


def facts_of(codes: Iterable[str]) -> dict[str, bool]:
    return {fact: True for code in codes if (fact := _longest("facts", code)) is not None}


def _longest(table: str, code: str) -> str | None:
    parts = code.strip("/").split("/")
    rows = _table()[table]
    for length in range(len(parts), 0, -1):
        found: str | None = rows.get("/".join(parts[:length]))
        if found is not None:
            return found
    return None


@cache
def _table() -> dict[str, Any]:
    written = files(__package__).joinpath("hints.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
