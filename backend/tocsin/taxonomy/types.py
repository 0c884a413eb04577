"""The 35 incident types, their families, and which types one incident may be reported as."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tocsin.tables import Row, Words, load, refuse

TypeCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[A-Z]{3}$")]
MeasureCode = Annotated[str, StringConstraints(pattern=r"^M\d{1,2}\.\d{1,2}$")]
Discipline = Literal["D1", "D2", "D3", "D4", "D5"]
Reach = Literal["metric", "tunnel", "station", "track", "site", "area", "footprint", "service"]

SAME_TYPE = 1.0
SAME_FAMILY = 0.8


class IncidentType(Words):
    """One type; `radius_m` and `window_min` say when a new observation may still be part of it."""

    code: TypeCode
    family: str
    severity: Annotated[int, Field(ge=0, le=4)]
    disciplines: Annotated[tuple[Discipline, ...], Field(min_length=1)]
    partners: tuple[str, ...] = ()
    measures_auto: tuple[MeasureCode, ...]
    measures_usual: tuple[MeasureCode, ...]
    reach: Reach
    radius_m: Annotated[int, Field(gt=0)]
    window_min: Annotated[int, Field(gt=0)]


class _TypeTable(Row):
    partners: dict[str, Words]
    types: tuple[IncidentType, ...]


class _Pair(Row):
    a: str
    b: str
    value: Annotated[float, Field(ge=0, le=SAME_FAMILY)]


class _Pairs(Row):
    families: tuple[_Pair, ...]
    types: tuple[_Pair, ...]


class _FamilyTable(Row):
    families: dict[str, Words]
    apart: tuple[TypeCode, ...]
    pairs: _Pairs


@cache
def _type_table() -> _TypeTable:
    return load(_TypeTable, __package__, "types.yaml")


@cache
def _family_table() -> _FamilyTable:
    return load(_FamilyTable, __package__, "families.yaml")


@cache
def types() -> Mapping[str, IncidentType]:
    """Every type by its code, in the order of the table."""
    table, families = _type_table(), _family_table().families
    found: dict[str, IncidentType] = {}
    problems: list[str] = []
    for row in table.types:
        if row.code in found:
            problems.append(f"types: {row.code} comes a second time")
        if row.family not in families:
            problems.append(f"types: {row.code}: family: there is no family {row.family!r}")
        problems += [
            f"types: {row.code}: partners: there is no partner {partner!r}"
            for partner in row.partners
            if partner not in table.partners
        ]
        found[row.code] = row
    refuse("types.yaml", problems)
    return MappingProxyType(found)


def families() -> Mapping[str, Words]:
    return MappingProxyType(_family_table().families)


def partner_names() -> Mapping[str, Words]:
    """Names of the partners that types call besides the disciplines."""
    return MappingProxyType(_type_table().partners)


def incident_type(code: str) -> IncidentType:
    """The type of that code; KeyError when the table has none."""
    return types()[code]


def compatibility(code_a: str, code_b: str) -> float:
    """How plausible it is, 0 to 1, that reports of these two types tell of one incident."""
    return _compatibilities().get((code_a, code_b), 0.0)


def type_names() -> dict[str, dict[str, str | int]]:
    """Names, default severity and family of each type: what screens need."""
    return {
        code: {**row.plain(), "severity": row.severity, "family": row.family}
        for code, row in types().items()
    }


def family_names() -> dict[str, dict[str, str]]:
    """What each family is called; screens draw its glyph beside it."""
    return {code: names.plain() for code, names in families().items()}


@cache
def _compatibilities() -> Mapping[tuple[str, str], float]:
    """All pairs of types, both ways round, so that the hot path is one look-up."""
    table, known = _family_table(), types()
    by_family = _both_ways(table.pairs.families, table.families, "families")
    by_type = _both_ways(table.pairs.types, known, "types")
    refuse("families.yaml", [f"apart: there is no type {c}" for c in table.apart if c not in known])
    values: dict[tuple[str, str], float] = {}
    for a, row_a in known.items():
        for b, row_b in known.items():
            if a == b:
                value = SAME_TYPE
            elif a in table.apart or b in table.apart:
                value = 0.0
            elif (a, b) in by_type:
                value = by_type[a, b]
            elif row_a.family == row_b.family:
                value = SAME_FAMILY
            else:
                value = by_family.get((row_a.family, row_b.family), 0.0)
            if value > 0:
                values[a, b] = value
    return values


def _both_ways(
    pairs: tuple[_Pair, ...], known: Mapping[str, object], where: str
) -> dict[tuple[str, str], float]:
    values: dict[tuple[str, str], float] = {}
    problems: list[str] = []
    for pair in pairs:
        name = f"pairs.{where}: {pair.a}-{pair.b}"
        problems += [f"{name}: {part} is unknown" for part in (pair.a, pair.b) if part not in known]
        if pair.a == pair.b or (pair.a, pair.b) in values:
            problems.append(f"{name}: stands already")
        values[pair.a, pair.b] = values[pair.b, pair.a] = pair.value
    refuse("families.yaml", problems)
    return values
