"""A CoT event, whichever way it was written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tocsin_adapters.reading.shapes import Position


@dataclass(frozen=True, slots=True)
class Node:
    """An element of the detail: attributes and children by name, and its text."""

    name: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)
    text: str = ""
    children: Sequence["Node"] = ()

    def all(self, name: str) -> Iterator["Node"]:
        return (child for child in self.children if child.name == name)

    def one(self, *path: str) -> "Node":
        """The first child by that name, and so on; an empty node where there is none."""
        node = self
        for name in path:
            node = next(node.all(name), NOTHING)
        return node

    def get(self, name: str) -> Any:
        return self.attributes.get(name)


NOTHING = Node()


@dataclass(frozen=True, slots=True)
class Event:
    """As it was written: times and numbers are not yet looked at. `ce` in metres.

    `outline` (lines, rings) is there when the event came as GeoJSON.
    """

    uid: object
    type: object
    how: object
    time: object
    start: object
    stale: object
    lat: object
    lon: object
    hae: object
    ce: object
    opex: object = None
    access: object = None
    detail: Node = NOTHING
    lines: Sequence[Sequence[Position]] = ()
    rings: Sequence[Sequence[Position]] = ()
    where: str = "event"
    line: int | None = None
