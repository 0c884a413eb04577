"""What only CAP has: its namespaces, and its pairs of a name and a value."""

from itertools import islice

from lxml import etree

from tocsin_adapters.reading.elements import children, words

CAP_NAMESPACES = frozenset(
    {
        "urn:oasis:names:tc:emergency:cap:1.0",
        "urn:oasis:names:tc:emergency:cap:1.1",
        "urn:oasis:names:tc:emergency:cap:1.2",
    }
)


MAX_HOLDERS = 200


def named_values(element: etree._Element, name: str) -> list[tuple[str, str]]:
    """Every `valueName`/`value` of `parameter`, `eventCode` or `geocode`; some hold several."""
    pairs: list[tuple[str, str]] = []
    for holder in islice(children(element, name), MAX_HOLDERS):
        names = [words(e) for e in children(holder, "valueName")]
        values = [words(e) for e in children(holder, "value")]
        pairs += [(n, v) for n, v in zip(names, values, strict=False) if n and v]
    return pairs
