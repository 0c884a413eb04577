"""CoT as GeoJSON, as node-CoT and CloudTAK write it: longitude before latitude."""

from collections.abc import Iterator, Sequence
from typing import Any

from tocsin_adapters.cot.event import Event, Node
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import document_of, named
from tocsin_adapters.reading.numbers import number
from tocsin_adapters.reading.shapes import Position

MAX_EVENTS = 100
# Properties that stand for an element of the detail. What is not listed is not read: addresses of
# video, chat, telephones.
_ELEMENTS = {
    "group": "__group",
    "status": "status",
    "track": "track",
    "takv": "takv",
    "links": "link",
    "sensor": "sensor",
    "emergency": "emergency",
    "radsensordetail": "radsensordetail",
    "chemsensordetail": "chemsensordetail",
    "biosensordetail": "biosensordetail",
}


def events_in(payload: bytes, findings: Findings, max_bytes: int) -> Iterator[Event]:
    document = document_of(payload, findings, max_bytes=max_bytes)
    for nth, (where, feature) in enumerate(_features(document)):
        if nth == MAX_EVENTS:
            findings.warn("too_many_events", f"the first {MAX_EVENTS} features are read")
            return
        try:
            yield _event(feature, where, findings)
        except Unreadable as trouble:
            findings.reject(trouble.finding)


def _features(document: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        document = document.get("features")
    if not isinstance(document, list):
        yield "feature", document
        return
    for nth, feature in enumerate(document):
        yield f"features[{nth}]", feature


def _event(feature: Any, where: str, findings: Findings) -> Event:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise Unreadable("not_cot", f"{named(feature)} is no feature of GeoJSON", where)
    told = feature.get("properties")
    if not isinstance(told, dict):
        raise Unreadable("missing_field", "a feature without properties", f"{where}.properties")
    lines, rings, first = _outline(feature.get("geometry"), where, findings)
    centre = told.get("center")
    place = centre if isinstance(centre, list) and len(centre) >= 2 else first
    return Event(
        uid=feature.get("id"),
        type=told.get("type"),
        how=told.get("how"),
        time=told.get("time"),
        start=told.get("start"),
        stale=told.get("stale"),
        lat=place[1] if place else None,
        lon=place[0] if place else None,
        hae=place[2] if place and len(place) > 2 else None,
        ce=None,
        detail=_detail(told),
        lines=lines,
        rings=rings,
        where=where,
    )


def _outline(
    geometry: Any, where: str, findings: Findings
) -> tuple[list[list[Position]], list[list[Position]], list[Any] | None]:
    """Lines, rings, and the first position as it was written."""
    if not isinstance(geometry, dict):
        return [], [], None
    coordinates = geometry.get("coordinates")
    lists: list[Any]
    match geometry.get("type"):
        case "Point":
            lists, closed = [[coordinates]], False
        case "LineString":
            lists, closed = [coordinates], False
        case "MultiLineString":
            lists, closed = _list(coordinates), False
        case "Polygon":
            lists, closed = _list(coordinates)[:1], True
        case "MultiPolygon":
            lists, closed = [part[0] for part in _list(coordinates) if _list(part)], True
        case _:
            findings.warn("unknown_geometry", "of this geometry nothing is read", where)
            return [], [], None
    paths = [_positions(one) for one in lists]
    first = next((p for one in lists for p in _list(one) if isinstance(p, list)), None)
    drawn = [path for path in paths if len(path) > 1]
    return ([], drawn, first) if closed else (drawn, [], first)


def _positions(listed: Any) -> list[Position]:
    found: list[Position] = []
    for position in _list(listed):
        if isinstance(position, list) and len(position) >= 2:
            lon, lat = number(position[0], -180, 180), number(position[1], -90, 90)
            if lon is not None and lat is not None:
                found.append((lon, lat))
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _detail(told: dict[str, Any]) -> Node:
    """The element that node-CoT would write: it has taken some attributes out of their elements."""
    children = [
        node
        for name, element in _ELEMENTS.items()
        if name in told
        for node in nodes_of(element, told[name])
    ]
    names = {node.name for node in children}
    if "track" not in names and ("speed" in told or "course" in told):
        children.append(Node("track", {name: told.get(name) for name in ("speed", "course")}))
    children.append(Node("contact", {"callsign": told.get("callsign")}))
    if isinstance(told.get("remarks"), str):
        children.append(Node("remarks", text=told["remarks"]))
    return Node("detail", children=tuple(children))


def nodes_of(name: str, value: Any) -> Sequence[Node]:
    """An object is an element, a list several; the reader has bounded how deep this goes."""
    if isinstance(value, list):
        return [node for one in value if isinstance(one, dict) for node in nodes_of(name, one)]
    if not isinstance(value, dict):
        return []
    plain = {key: one for key, one in value.items() if not isinstance(one, dict | list)}
    nested = [
        node
        for key, one in value.items()
        if isinstance(one, dict | list)
        for node in nodes_of(key, one)
    ]
    return [Node(name, plain, "", tuple(nested))]
