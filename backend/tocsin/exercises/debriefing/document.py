"""A document as plain blocks, in one language: what the page and the paper both print."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from tocsin.exercises.debriefing.picture import Picture
from tocsin.tables import Language

Sign = Literal["good", "bad", "open"]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the journal; `path` begins at the house's own address."""

    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Cell:
    """`sign` stands before the text, as a mark that needs no colour."""

    text: str
    sign: Sign | None = None
    strong: bool = False
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """`name` is the section's own, the same in every language."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` are shares of the page's width."""

    caption: str
    head: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """`caption` says in words what the picture shows."""

    picture: Picture
    caption: str


Block = Heading | Paragraph | Facts | Table | Figure


@dataclass(frozen=True, slots=True)
class Document:
    """`sign` marks every page; `made` is the moment (UTC text) that it tells of."""

    language: Language
    sign: str
    title: str
    subtitle: str
    page_of: str
    made: str
    blocks: tuple[Block, ...]


def plain(document: Document) -> dict[str, Any]:
    """As data for a screen: blocks and shapes say what they are, under `kind`."""
    told = asdict(document)
    for block, given in zip(document.blocks, told["blocks"], strict=True):
        given["kind"] = type(block).__name__.lower()
        if isinstance(block, Figure):
            for shape, drawn in zip(block.picture.shapes, given["picture"]["shapes"], strict=True):
                drawn["kind"] = type(shape).__name__.lower()
    return told


MARKS: dict[Sign, str] = {"good": "✓", "bad": "✗", "open": "○"}
EXERCISE_SIGN = "EXERCICE – OEFENING – EXERCISE"
