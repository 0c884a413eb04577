"""CoT as XML: one event, several one after another, or several in a wrapper."""

import re
from collections.abc import Iterator

from lxml import etree

from tocsin_adapters.cot.event import NOTHING, Event, Node
from tocsin_adapters.reading.elements import child, local_name
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.xml import tree_of

MAX_EVENTS = 100
MAX_ELEMENTS = 5_000  # of one event; a drawing of a thousand points has fewer
# Elements of the detail that are read; the others are not even looked into.
READ = frozenset(
    {"contact", "__group", "status", "takv", "track", "link", "remarks", "emergency", "sensor"}
    | {"shape", "_medevac_", "chemsensordetail", "biosensordetail", "radsensordetail"}
)
_STARTS = re.compile(rb"\s*(<\?xml\b[^>]*\?>)?\s*<event[\s/>]")
_END = b"</event>"


def events_in(payload: bytes, findings: Findings, max_bytes: int) -> Iterator[Event]:
    """Every event; those that cannot be read become rejections and cost no other."""
    pieces = _pieces(payload, findings)
    for nth, piece in enumerate(pieces):
        where = "event" if len(pieces) == 1 else f"event[{nth}]"
        try:
            root = tree_of(piece, findings, max_bytes=max_bytes, max_elements=MAX_ELEMENTS)
            yield from _events(root, where, findings)
        except Unreadable as trouble:
            findings.reject(trouble.finding)


def _pieces(payload: bytes, findings: Findings) -> list[bytes]:
    """A stream holds one document after another."""
    if payload.count(_END) < 2 or _STARTS.match(payload) is None:
        return [payload]
    pieces = [piece + _END for piece in payload.split(_END)]
    rest = pieces.pop().removesuffix(_END)
    if rest.strip():
        pieces.append(rest)
    if len(pieces) > MAX_EVENTS:
        findings.warn("too_many_events", f"the first {MAX_EVENTS} events are read")
    return pieces[:MAX_EVENTS]


def _events(root: etree._Element, where: str, findings: Findings) -> Iterator[Event]:
    if local_name(root) == "event":
        yield event_of(root, where)
        return
    found = [e for e in root.iterdescendants() if local_name(e) == "event"]
    if not found:
        said = f"<{local_name(root)[:60]}> holds no event"
        raise Unreadable("not_cot", said, "", root.sourceline)
    if len(found) > MAX_EVENTS:
        findings.warn("too_many_events", f"the first {MAX_EVENTS} events are read")
    for nth, element in enumerate(found[:MAX_EVENTS]):
        yield event_of(element, f"event[{nth}]")


def event_of(element: etree._Element, where: str) -> Event:
    point = child(element, "point")
    detail = child(element, "detail")
    place = {} if point is None else dict(point.attrib)
    told = element.attrib
    return Event(
        uid=told.get("uid"),
        type=told.get("type"),
        how=told.get("how"),
        time=told.get("time"),
        start=told.get("start"),
        stale=told.get("stale"),
        lat=place.get("lat"),
        lon=place.get("lon"),
        hae=place.get("hae"),
        ce=place.get("ce"),
        opex=told.get("opex"),
        access=told.get("access"),
        detail=NOTHING if detail is None else detail_of(detail),
        where=where,
        line=element.sourceline,
    )


def detail_of(element: etree._Element) -> Node:
    return Node(
        "detail", children=tuple(node_of(child) for child in element if local_name(child) in READ)
    )


def node_of(element: etree._Element) -> Node:
    """`tree_of` has bounded how deep this goes."""
    return Node(
        local_name(element),
        {str(etree.QName(name).localname): value for name, value in element.attrib.items()},
        (element.text or "").strip(),
        tuple(map(node_of, element)),
    )
