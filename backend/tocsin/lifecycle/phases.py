"""Phases as people declare them: what a record of one must say. Recorded, never declared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Annotated, Any

from pydantic import Field

from tocsin.contract.times import from_text
from tocsin.tables import Row, Words, load, refuse

AHEAD = timedelta(minutes=5)  # clocks of two rooms differ


class PhaseRow(Words):
    rank: Annotated[int, Field(ge=0)]
    needs_commune: bool = False
    declared_by: Words


class _PhaseTable(Row):
    phases: dict[str, PhaseRow]


@dataclass(frozen=True, slots=True)
class PhaseRefusal:
    detail: str
    field: str


@cache
def phases() -> Mapping[str, PhaseRow]:
    """Every phase by its code, the lowest first."""
    rows = load(_PhaseTable, __package__, "phases.yaml").phases
    ranks = [row.rank for row in rows.values()]
    if ranks != sorted(set(ranks)):
        refuse("phases.yaml", ["phases: rank: the ranks must rise from row to row"])
    return rows


def check_phase(
    standing: str | None,
    value: str,
    commune: Mapping[str, Any] | None,
    declared_at: str,
    informed_at: str,
    now: str,
) -> PhaseRefusal | None:
    """Whether a phase of the table can be recorded after the one that stands; UTC text."""
    rows = phases()
    if standing == value:
        return PhaseRefusal(f"the phase {value} stands already", "value")
    if standing is not None and rows[value].rank < rows[standing].rank:
        return PhaseRefusal(f"the phase {standing} stands: record its lifting first", "value")
    if rows[value].needs_commune and commune is None:
        return PhaseRefusal(
            "a municipal phase needs the commune: set the place of the incident first", "commune"
        )
    if informed_at < declared_at:
        return PhaseRefusal("the room was informed before the phase was declared", "informed_at")
    return check_past(declared_at, now, "declared_at") or check_past(
        informed_at, now, "informed_at"
    )


def check_lifting(
    standing: Mapping[str, Any] | None, lifted_at: str, now: str
) -> PhaseRefusal | None:
    if standing is None:
        return PhaseRefusal("no phase stands", "incident")
    if lifted_at < standing["declared_at"]:
        return PhaseRefusal("lifted before it was declared", "lifted_at")
    return check_past(lifted_at, now, "lifted_at")


def check_past(at: str, now: str, field: str) -> PhaseRefusal | None:
    """What people say happened has happened."""
    if from_text(at) > from_text(now) + AHEAD:
        return PhaseRefusal(f"{at} lies in the future", field)
    return None


def phases_for_api() -> dict[str, Any]:
    return {"phases": {name: row.model_dump(mode="json") for name, row in phases().items()}}
