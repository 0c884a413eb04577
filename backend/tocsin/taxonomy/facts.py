"""The facts of incidents: the few attributes that rules may read and screens may show."""

import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, model_validator

from tocsin.contract.observation import CodeKind
from tocsin.tables import Row, Words, load, refuse

Value = bool | int | float | str
Reader = Callable[[object], Value | None]

# Plates as Belgium gives them today, and telephone numbers with their leading 0 or +.
PLATE = re.compile(r"(?<![0-9A-Za-z-])[0-9][-. ]?[A-Z]{3}[-. ]?[0-9]{3}(?![0-9A-Za-z-])")
_TELEPHONE = re.compile(r"(?<![\w-])(?:\+\d\d|00\d\d|0)[\d ./-]{7,}\d")


class Fact(Words):
    """One word of the vocabulary; it has the right type or it does not count."""

    type: Literal["bool", "int", "number", "text", "choice"]
    unit: str | None = None
    max: Annotated[int, Field(gt=0, le=120)] | None = None
    choices: dict[str, Words] | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> "Fact":
        if (self.max is not None) != (self.type == "text"):
            raise ValueError("max: a text, and only a text, says its longest length")
        if (self.choices is not None) != (self.type == "choice"):
            raise ValueError("choices: a choice, and only a choice, lists its values")
        return self


class _FactTable(Row):
    attributes: tuple[CodeKind, ...]
    facts: dict[CodeKind, Fact]


class Facts(NamedTuple):
    """`ignored`: names of the vocabulary whose value is not of the fact's type."""

    known: dict[str, Value]
    ignored: tuple[str, ...]


@cache
def _table() -> _FactTable:
    table = load(_FactTable, __package__, "facts.yaml")
    refuse(
        "facts.yaml",
        [
            f"attributes: {name} is no fact that is or is not so"
            for name in table.attributes
            if name not in table.facts or table.facts[name].type != "bool"
        ],
    )
    return table


def vocabulary() -> Mapping[str, Fact]:
    return _table().facts


def attributes() -> tuple[str, ...]:
    """The facts that mark an incident besides its type: fire, children, beyond the Region."""
    return _table().attributes


def facts_of(attributes: Mapping[str, Any]) -> Facts:
    """What of an observation's attributes becomes facts; everything else stays in the journal."""
    readers = _readers()
    known: dict[str, Value] = {}
    ignored: list[str] = []
    for name, value in attributes.items():
        read = readers.get(name)
        if read is None or value is None:  # null: the source did not say
            continue
        fact = read(value)
        if fact is None:
            ignored.append(name)
        else:
            known[name] = fact
    return Facts(known, tuple(ignored))


@cache
def fact_labels() -> dict[str, dict[str, Any]]:
    """Labels, units and choices of each fact, for screens."""
    return {
        name: {
            **fact.plain(),
            "type": fact.type,
            "attribute": name in attributes(),
            "unit": fact.unit,
            "choices": {value: words.plain() for value, words in (fact.choices or {}).items()},
        }
        for name, fact in vocabulary().items()
    }


def is_personal(text: str) -> bool:
    """Whether a text looks as if it held a plate or a telephone number."""
    return PLATE.search(text) is not None or _TELEPHONE.search(text) is not None


@cache
def _readers() -> Mapping[str, Reader]:
    return {name: _reader(fact) for name, fact in vocabulary().items()}


def _reader(fact: Fact) -> Reader:
    match fact.type:
        case "bool":
            return _bool
        case "int":
            return _count
        case "number":
            return _number
        case "text":
            return _text_up_to(fact.max or 0)
        case "choice":
            return _one_of(frozenset(fact.choices or ()))


def _bool(value: object) -> Value | None:
    return value if isinstance(value, bool) else None


def _count(value: object) -> Value | None:
    return value if type(value) is int and 0 <= value <= 1_000_000_000 else None


def _number(value: object) -> Value | None:
    return value if type(value) in (int, float) and math.isfinite(value) else None  # type: ignore[arg-type, return-value] # narrowed by type()


def _text_up_to(longest: int) -> Reader:
    def read(value: object) -> Value | None:
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            return None
        return None if is_personal(value) else value

    return read


def _one_of(choices: frozenset[str]) -> Reader:
    def read(value: object) -> Value | None:
        return value if isinstance(value, str) and value in choices else None

    return read
