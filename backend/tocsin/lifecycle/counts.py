"""Figures about people: listed by source and time, never added up; unknown stays unknown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol, get_args

from tocsin.tables import Row, Words, load, refuse
from tocsin.taxonomy import vocabulary

Category = Literal["t1", "t2", "t3", "t4", "deceased", "involved", "missing", "evacuated"]
Certainty = Literal["estimated", "confirmed"]


class _CategoryRow(Words):
    fact: str | None = None


class _CountTable(Row):
    categories: dict[Category, _CategoryRow]
    certainties: dict[Certainty, Words]


class Counted(Protocol):
    """What of an earlier count decides whether another one is news."""

    @property
    def category(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def counted_at(self) -> str: ...
    @property
    def value(self) -> int | None: ...
    @property
    def certainty(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` None: asked, and not known. `counted_at`: UTC text."""

    category: str
    value: int | None
    certainty: str
    source: str
    counted_at: str
    evidence: str | None = None


@cache
def _table() -> _CountTable:
    table = load(_CountTable, __package__, "counts.yaml")
    problems = [
        f"categories: {name} is missing"
        for name in get_args(Category)
        if name not in table.categories
    ]
    problems += [
        f"categories: {name}: fact: there is no count {row.fact}"
        for name, row in table.categories.items()
        if row.fact is not None and vocabulary()[row.fact].type != "int"
    ]
    refuse("counts.yaml", problems)
    return table


@cache
def _category_of_fact() -> Mapping[str, str]:
    return {row.fact: name for name, row in _table().categories.items() if row.fact}


@cache
def fact_of_category() -> Mapping[str, str]:
    """The fact that tells a figure of a category."""
    return {name: row.fact for name, row in _table().categories.items() if row.fact}


def figures_of(
    facts: Mapping[str, Any], source: str, counted_at: str, observation: str
) -> list[Figure]:
    """The figures that an observation's facts tell: an estimate of its source at that time."""
    told = _category_of_fact()
    return [
        Figure(told[fact], value, "estimated", source, counted_at, observation)
        for fact, value in facts.items()
        if fact in told
    ]


def is_news(figure: Figure, known: Iterable[Counted]) -> bool:
    """False when its source last said just that by then, and with the same certainty."""
    said = [
        k
        for k in known
        if k.category == figure.category
        and k.source == figure.source
        and k.counted_at <= figure.counted_at
    ]
    if not said:
        return True
    last = max(said, key=lambda k: k.counted_at)
    return (last.value, last.certainty) != (figure.value, figure.certainty)


def facts_of_figures(figures: Mapping[str, int | None]) -> dict[str, int]:
    """The facts that known figures give: an unknown one gives none, least of all zero."""
    rows = _table().categories
    return {
        fact: value
        for name, value in figures.items()
        if value is not None and (fact := rows[name].fact) is not None  # type: ignore[index] # checked by the report
    }


def counts_for_api() -> dict[str, Any]:
    return _table().model_dump(mode="json")
