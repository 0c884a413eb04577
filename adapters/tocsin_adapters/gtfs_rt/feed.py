"""Bytes to a feed as plain dicts in protobuf's own names, whether it came as protobuf or JSON."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as gtfs

from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import document_of
from tocsin_adapters.reading.moments import moment_of_epoch
from tocsin_adapters.reading.texts import one_line

MAX_BYTES = 4 * 1024 * 1024
MAX_VALUES = 200_000
MAX_ALERTS = 1_000
MAX_ENTITIES = 20_000

_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_OTHERS = ("trip_update", "vehicle", "shape", "stop", "trip_modifications")


@dataclass(slots=True)
class Feed:
    """`alerts` by entity id; `deleted` entities; how many entities were passed over, by kind."""

    at: datetime | None = None
    whole: bool = True
    alerts: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=dict)
    nameless: bool = False

    def pass_over(self, kind: str) -> None:
        self.passed_over[kind] = self.passed_over.get(kind, 0) + 1


def feed_of(payload: bytes, findings: Findings) -> Feed:
    """Raises `Unreadable` when it is neither a FeedMessage nor its JSON."""
    if len(payload) > MAX_BYTES:
        raise Unreadable("too_large", f"{len(payload)} bytes; at most {MAX_BYTES} are read")
    if not payload.strip():
        raise Unreadable("empty", "there is nothing in the message")
    # A protobuf feed begins with a line feed and the length of its header, which may be a "{".
    message = _message(payload)
    if message is not None:
        return _of_protobuf(message, findings)
    if payload.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _of_json(payload, findings)
    raise Unreadable("protobuf_syntax", "neither a FeedMessage in protobuf nor JSON")


def _message(payload: bytes) -> gtfs.FeedMessage | None:
    message = gtfs.FeedMessage()
    try:
        message.ParseFromString(payload)
    except DecodeError:
        return None
    # Unknown fields alone parse too; a feed has its header, or at least something in it.
    return message if message.IsInitialized() or message.entity else None


def _of_protobuf(message: gtfs.FeedMessage, findings: Findings) -> Feed:
    header = message.header
    feed = Feed(
        at=_moment(header.timestamp) if header.timestamp else None,
        whole=header.incrementality == gtfs.FeedHeader.FULL_DATASET,
    )
    _refuse_crowd(len(message.entity))
    for nth, entity in enumerate(message.entity):
        if entity.is_deleted:
            feed.deleted.append(entity.id)
        elif entity.HasField("alert"):
            alert = MessageToDict(entity.alert, preserving_proto_field_name=True)
            _add(feed, entity.id, alert, f"entity[{nth}]", findings)
        else:
            kind = next((name for name in _OTHERS if entity.HasField(name)), "extension")
            feed.pass_over(kind)
    return feed


def _of_json(payload: bytes, findings: Findings) -> Feed:
    document = document_of(payload, findings, max_bytes=MAX_BYTES, max_values=MAX_VALUES)
    if isinstance(document, dict) and isinstance(document.get("response"), dict):
        document = document["response"]
    if isinstance(document, list):
        document = {"entity": document}
    entities = document.get("entity", document.get("entities"))
    header = document.get("header")
    if not isinstance(entities, list) and not isinstance(header, dict):
        raise Unreadable("not_gtfs_rt", "neither a header nor a list of entities")
    entities = entities if isinstance(entities, list) else []
    _refuse_crowd(len(entities))
    header = _snake(header) if isinstance(header, dict) else {}
    feed = Feed(
        at=_moment(header.get("timestamp")),
        whole=enum_name(gtfs.FeedHeader.Incrementality, header.get("incrementality"))
        != "DIFFERENTIAL",
    )
    for nth, entity in enumerate(entities):
        where = f"entity[{nth}]"
        if not isinstance(entity, dict):
            findings.reject(Unreadable("not_an_object", "an entity is no object", where).finding)
            feed.nameless = True
            continue
        _add_json(feed, entity, where, findings)
    return feed


def _refuse_crowd(entities: int) -> None:
    if entities > MAX_ENTITIES:
        said = f"{entities} entities; at most {MAX_ENTITIES} are read"
        raise Unreadable("too_many_entities", said, "entity")


def _add_json(feed: Feed, entity: dict[str, Any], where: str, findings: Findings) -> None:
    named = {_snaked(key): value for key, value in entity.items()}
    identifier = one_line(named.get("id"), 200) or ""
    if named.get("is_deleted") is True:
        feed.deleted.append(identifier)
    elif isinstance(named.get("alert"), dict):
        _add(feed, identifier, _snake(named["alert"]), where, findings)
    else:
        feed.pass_over(next((name for name in _OTHERS if named.get(name)), "extension"))


def _add(
    feed: Feed, identifier: str, alert: dict[str, Any], where: str, findings: Findings
) -> None:
    identifier = one_line(identifier, 200) or ""
    if not identifier:
        feed.nameless = True
        findings.reject(Unreadable("missing_field", "an alert without id", f"{where}/id").finding)
    elif len(feed.alerts) >= MAX_ALERTS:
        feed.nameless = True
        feed.pass_over("too_many_alerts")
    elif identifier in feed.alerts:
        findings.warn("repeated_entity", "the first alert of this id counts", where)
    else:
        feed.alerts[identifier] = {**alert, "where": where}


def enum_name(enum: Any, value: Any) -> str:
    """The name of a value written as name or number; empty when it is neither."""
    if isinstance(value, str) and not value.isdigit():
        return value.strip().upper()
    try:
        return str(enum.Name(int(value)))
    except (ValueError, TypeError, OverflowError):
        return ""


def _moment(value: Any) -> datetime | None:
    found = moment_of_epoch(value)
    return found.at if found is not None else None


def _snaked(key: str) -> str:
    return _CAMEL.sub(r"_\1", key).lower()


def _snake(value: Any) -> Any:
    if isinstance(value, dict):
        return {_snaked(key): _snake(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_snake(part) for part in value]
    return value
