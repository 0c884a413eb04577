"""TAK protocol version 1: protobuf on the mesh (`bf 01 bf`) and in streams (`bf`, length)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from google.protobuf.message import DecodeError
from takproto.proto import TakMessage

from tocsin_adapters.cot.event import NOTHING, Event, Node
from tocsin_adapters.cot.xml import MAX_ELEMENTS, detail_of
from tocsin_adapters.cot.xml import events_in as xml_events_in
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.xml import tree_of

MAGIC = 0xBF
MAX_MESSAGES = 200
_XML, _PROTOBUF = 0, 1
# Fields of the protobuf detail, by the name of the element whose place they take.
_TYPED = {
    "contact": ("contact", ("callsign", "endpoint")),
    "__group": ("group", ("name", "role")),
    "status": ("status", ("battery",)),
    "takv": ("takv", ("platform", "version")),
    "track": ("track", ("speed", "course")),
}


def is_tak(payload: bytes) -> bool:
    return payload[:1] == bytes([MAGIC])


def events_in(payload: bytes, findings: Findings, max_bytes: int) -> Iterator[Event]:
    """Every event in a datagram or a stretch of a stream; control messages hold none."""
    if len(payload) > max_bytes:
        raise Unreadable("too_large", f"{len(payload)} bytes; at most {max_bytes} are read")
    # no message of one byte is possible, so this can only be a datagram's head
    if len(payload) >= 3 and payload[2] == MAGIC and payload[1] in (_XML, _PROTOBUF):
        if payload[1] == _XML:
            yield from xml_events_in(payload[3:], findings, max_bytes)
        else:
            yield from _events(payload[3:], "message", 3, findings)
        return
    yield from _stream(payload, findings)


def _stream(payload: bytes, findings: Findings) -> Iterator[Event]:
    at = nth = 0
    while at < len(payload):
        where = f"message[{nth}]"
        if nth == MAX_MESSAGES:
            findings.warn("too_many_events", f"the first {MAX_MESSAGES} messages are read")
            return
        if payload[at] != MAGIC:
            raise Unreadable("tak_framing", "a message begins with bf", where, at)
        length, start = _varint(payload, at + 1, where)
        if start + length > len(payload):
            said = f"{length} bytes are announced and {len(payload) - start} are there"
            raise Unreadable("tak_truncated", said, where, at)
        try:
            yield from _events(payload[start : start + length], where, start, findings)
        except Unreadable as trouble:  # the length still tells where the next one begins
            findings.reject(trouble.finding)
        at = start + length
        nth += 1


def _varint(payload: bytes, at: int, where: str) -> tuple[int, int]:
    value = shift = 0
    for position in range(at, min(at + 5, len(payload))):
        value |= (payload[position] & 0x7F) << shift
        if not payload[position] & 0x80:
            return value, position + 1
        shift += 7
    raise Unreadable("tak_framing", "the length of the message has no end", where, at)


def _events(message: bytes, where: str, offset: int, findings: Findings) -> Iterator[Event]:
    tak = TakMessage()
    try:
        tak.ParseFromString(message)
    except DecodeError:
        raise Unreadable("tak_syntax", "this is no TakMessage", where, offset) from None
    if not tak.HasField("cotEvent"):
        findings.warn("dropped_control", "a message about the protocol, without an event", where)
        return
    told = tak.cotEvent
    yield Event(
        uid=told.uid,
        type=told.type,
        how=told.how,
        time=told.sendTime,
        start=told.startTime,
        stale=told.staleTime,
        lat=told.lat,
        lon=told.lon,
        hae=told.hae,
        ce=told.ce,
        opex=told.opex,
        access=told.access,
        detail=_detail(told.detail, findings, where) if told.HasField("detail") else NOTHING,
        where=where,
    )


def _detail(detail: Any, findings: Findings, where: str) -> Node:
    """The element that was sent: what stands in the XML wins over the field of the same name."""
    written = NOTHING
    if detail.xmlDetail:
        text = f"<detail>{detail.xmlDetail}</detail>"
        try:
            written = detail_of(tree_of(text.encode("utf-8"), findings, max_elements=MAX_ELEMENTS))
        except Unreadable as trouble:
            finding = trouble.finding
            findings.warn(finding.rule, finding.message, f"{where}.detail.xmlDetail")
    names = {node.name for node in written.children}
    typed = [
        Node(element, {name: getattr(getattr(detail, field), name) for name in attributes})
        for element, (field, attributes) in _TYPED.items()
        if element not in names and detail.HasField(field)
    ]
    return replace(written, name="detail", children=(*written.children, *typed))
