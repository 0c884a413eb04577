"""Reflex cards: the first steps for a kind of incident, opened as tasks by a person."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field

from tocsin.tables import Document, Row, Words, package_text, refuse
from tocsin.taxonomy.types import Discipline, TypeCode, types

FILE = "reflex_cards.yaml"


class Step(Words):
    """One task. `discipline` None: the room itself; `due_min` counts from opening the card."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    discipline: Discipline | None
    due_min: Annotated[int, Field(gt=0, le=24 * 60)]


class Card(Words):
    plan: Words | None = None
    types: Annotated[tuple[TypeCode, ...], Field(min_length=1)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class _CardTable(Row):
    cards: dict[str, Card]


def read_cards(text: str, file: str = FILE) -> Mapping[str, Card]:
    """Cards by their code; TableError where a row does not hold together."""
    cards = Document(text, file).checked(_CardTable).cards
    refuse(file, list(_odd(cards)))
    return MappingProxyType(cards)


def _odd(cards: Mapping[str, Card]) -> Iterator[str]:
    for name, card in cards.items():
        for code in card.types:
            if code not in types():
                yield f"cards: {name}: types: there is no type {code}"
        codes = [step.code for step in card.steps]
        for code in sorted({c for c in codes if codes.count(c) > 1}):
            yield f"cards: {name}: steps: {code} comes twice"


@cache
def cards() -> Mapping[str, Card]:
    return read_cards(package_text(__package__, FILE))


def suggested_cards(type_code: str) -> tuple[str, ...]:
    """The cards made for incidents of that type, in the order of the table."""
    return tuple(name for name, card in cards().items() if type_code in card.types)


def cards_for_api() -> dict[str, Any]:
    return {"cards": {name: card.model_dump(mode="json") for name, card in cards().items()}}
