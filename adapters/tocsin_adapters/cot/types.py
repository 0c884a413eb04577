"""The table of event types."""

from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

As = Literal[
    "unit",
    "drone",
    "thing",
    "spot",
    "camera_spot",
    "call",
    "call_end",
    "evacuation",
    "delete",
    "dropped",
]
AFFILIATIONS = {
    "f": "friend",
    "a": "assumed_friend",
    "n": "neutral",
    "u": "unknown",
    "s": "suspect",
    "h": "hostile",
    "j": "joker",
    "k": "faker",
    "p": "pending",
    "o": "none",
}


class TypeRow(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    as_: As
    severity: int | None = None
    distress: bool = False
    why: str = ""


@lru_cache(maxsize=4096)
def row_for(written: str) -> TypeRow | None:
    """None for what is no type of CoT."""
    parts = written.split("-")
    return next((row for row in _table() if _begins(parts, row.type.split("-"))), None)


def affiliation(written: str) -> str | None:
    parts = written.split("-")
    return AFFILIATIONS.get(parts[1]) if parts[0] == "a" and len(parts) > 1 else None


def _begins(parts: list[str], wanted: list[str]) -> bool:
    return len(parts) >= len(wanted) and all(
        want in (".", part) for part, want in zip(parts, wanted, strict=False)
    )


@cache
def _table() -> tuple[TypeRow, ...]:
    rows = yaml.safe_load(files(__package__).joinpath("types.yaml").read_text("utf-8"))
    return tuple(TypeRow(as_=row.pop("as"), **row) for row in rows)
