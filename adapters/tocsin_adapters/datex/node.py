"""A message as plain nodes, the same for XML and JSON: local names, text, attributes, children."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
# The JSON mapping writes xsi:type as a key around the value, with the package before it.
_PACKAGE = re.compile(r"(?:situation|locationReferencing|common|facilities)([A-Z][A-Za-z0-9]+)")
_ATTRIBUTES = frozenset({"id", "version", "lang", "index", "srsName", "targetClass"})


@dataclass(slots=True)
class Node:
    """`kind` is the local name of its xsi:type, or empty; `line` is None in JSON."""

    name: str
    text: str = ""
    kind: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    line: int | None = None

    def all(self, *names: str) -> Iterator["Node"]:
        return (child for child in self.children if child.name in names)

    def first(self, *path: str) -> "Node | None":
        """The first child of that name, and so on down the path."""
        found: Node | None = self
        for name in path:
            found = next((c for c in found.children if c.name == name), None) if found else None
        return found

    def say(self, *path: str) -> str:
        """The text at the end of a path; empty when there is none."""
        found = self.first(*path)
        return found.text if found is not None else ""

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()


def node_of(element: etree._Element) -> Node:
    """The reader of XML has bounded the depth."""
    written = element.tag
    node = Node(written.rpartition("}")[2], (element.text or "").strip(), line=element.sourceline)
    for name, value in element.attrib.items():
        if name == _TYPE:
            node.kind = str(value).rpartition(":")[2].strip()
        else:
            node.attributes[str(name).rpartition("}")[2]] = str(value)
    node.children = [node_of(child) for child in element]
    return node


def node_of_json(name: str, value: Any) -> Node:
    """The reader of JSON has bounded the depth."""
    node = Node(name)
    if isinstance(value, dict):
        for key, part in value.items():
            _put(node, key, part)
    elif isinstance(value, list):  # a list in a list; no schema has one
        node.children = [node_of_json(name, part) for part in value]
    else:
        node.text = _text(value)
    return node


def _put(node: Node, key: str, value: Any) -> None:
    name = key.rpartition(":")[2]
    simple = not isinstance(value, dict | list)
    if simple and name == "value":
        node.text = _text(value)
    elif simple and name.endswith("G") and len(name) > 1:
        node.attributes[name[:-1]] = _text(value)
    elif simple and name in _ATTRIBUTES:
        node.attributes[name] = _text(value)
    elif (kind := _kind(node.name, name)) and isinstance(value, dict):
        node.kind = kind
        for inner, part in value.items():
            _put(node, inner, part)
    else:
        for part in value if isinstance(value, list) else [value]:
            node.children.append(node_of_json(name, part))


def _kind(parent: str, key: str) -> str:
    """`situationAccident` is a type, `situationRecord` inside a situation an element."""
    found = _PACKAGE.fullmatch(key)
    if found is None or (parent == "situation" or key.startswith("situationRecord")):
        return ""
    return found[1]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()
