"""Elements by local name: prefixes and namespaces differ from sender to sender."""

from collections.abc import Iterator

from lxml import etree


def local_name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def namespace(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local_name(child) == name)


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next(children(element, name), None)


def words(element: etree._Element | None) -> str:
    """All text inside, outer blanks removed; empty when there is no such element."""
    return "" if element is None else "".join(element.itertext()).strip()


def text(element: etree._Element, name: str) -> str:
    return words(child(element, name))


def texts(element: etree._Element, name: str) -> list[str]:
    return [found for found in map(words, children(element, name)) if found]
