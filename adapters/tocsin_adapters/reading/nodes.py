"""One way of reading for formats that come in XML and in JSON with the same names."""

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from tocsin_adapters.reading.elements import children, local_name, words
from tocsin_adapters.reading.findings import Unreadable
from tocsin_adapters.reading.texts import one_line

MAX_LISTED = 500


class Node:
    """An element or an object. Whatever may stand once or several times is read as a list.

    `where` is its path in the message, for findings; `line` is known in XML only.
    """

    def __init__(self, source: etree._Element | Mapping[str, Any], where: str = "") -> None:
        self.source = source
        self.where = where

    @property
    def tag(self) -> str:
        """An element's own name; objects have none."""
        return "" if isinstance(self.source, Mapping) else local_name(self.source)

    @property
    def line(self) -> int | None:
        line = getattr(self.source, "sourceline", None)
        return line if isinstance(line, int) else None

    def names(self) -> list[str]:
        if isinstance(self.source, Mapping):
            return [str(name) for name in self.source]
        return [local_name(element) for element in self.source]

    def at(self, name: str) -> str:
        """The path of something inside."""
        return f"{self.where}/{name}" if self.where else name

    def nodes(self, name: str) -> list["Node"]:
        found = [v for v in self._all(name) if isinstance(v, Mapping | etree._Element)]
        several = len(found) > 1
        return [
            Node(value, f"{self.at(name)}[{nth}]" if several else self.at(name))
            for nth, value in enumerate(found[:MAX_LISTED])
        ]

    def node(self, name: str) -> "Node":
        """The first, or an empty one: what is missing has nothing inside."""
        found = self.nodes(name)
        return found[0] if found else Node({}, self.at(name))

    def scalar(self, name: str) -> object:
        """Text, number, true or false; None when there is none of them."""
        for value in self._all(name):
            if isinstance(value, etree._Element):
                return words(value) or None
            if isinstance(value, str | int | float):
                return value
        return None

    def text(self, name: str, limit: int = 300) -> str:
        """One line; empty when it is missing."""
        return one_line(self.scalar(name), limit) or ""

    def texts(self, name: str, limit: int = 300) -> list[str]:
        lines = (
            one_line(words(value) if isinstance(value, etree._Element) else value, limit)
            for value in self._all(name)[:MAX_LISTED]
        )
        return [line for line in lines if line]

    def walk(self, name: str) -> Iterator["Node"]:
        """Every object or element of that name, at any depth, itself included."""
        if isinstance(self.source, etree._Element):
            for nth, element in enumerate(self.source.iter(f"{{*}}{name}")):
                yield Node(element, self.at(f"{name}[{nth}]" if nth else name))
            return
        waiting: list[Any] = [self.source]
        for value in waiting:
            if isinstance(value, list):
                waiting += value
            elif isinstance(value, Mapping):
                for key, inner in value.items():
                    if key == name:
                        several = inner if isinstance(inner, list) else [inner]
                        yield from (
                            Node(v, self.at(name)) for v in several if isinstance(v, Mapping)
                        )
                    else:
                        waiting.append(inner)

    def __bool__(self) -> bool:
        return len(self.source) > 0

    def _all(self, name: str) -> list[Any]:
        if isinstance(self.source, Mapping):
            value = self.source.get(name)
            return [] if value is None else value if isinstance(value, list) else [value]
        return list(children(self.source, name))


def missing(node: Node, name: str) -> Unreadable:
    """What to raise, or to reject with, where a node lacks what it must have."""
    return Unreadable("missing_field", f"{name} is missing or empty", node.at(name), node.line)
