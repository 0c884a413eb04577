"""Elements by local name: prefixes and namespaces differ from sender to sender."""

from collections.abc import Iterator

from lxml import etree


def local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def namespace(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return element.iterchildren(f"{{*}}{name}")  # type: ignore[no-any-return] # lxml is untyped


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next(children(element, name), None)


def words(element: etree._Element | None) -> str:
    """All text inside, outer blanks removed; empty when there is no such element."""
    if element is None:
        return ""
    if len(element):
        return "".join(element.itertext()).strip()
    return (element.text or "").strip()


def text(element: etree._Element, name: str) -> str:
    return words(child(element, name))


def texts(element: etree._Element, name: str) -> list[str]:
    return [found for found in map(words, children(element, name)) if found]
