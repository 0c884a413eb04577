"""ONVIF events to readings: JSON on native topics, or the XML of the same events.

The prefix of the topic names the device; names inside come from the payload, for a topic leaves
out what MQTT does not allow. Zero bytes delete a retained property: what it told is over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import yaml

from tocsin.contract import Receipt
from tocsin_adapters.plates.camera_adapter import CameraAdapter
from tocsin_adapters.plates.reads import (
    CameraState,
    Happening,
    PlateRead,
    SeenFields,
    StateOfCamera,
    Told,
    Vehicle,
)
from tocsin_adapters.plates.saying import (
    NEVER,
    When,
    bounded,
    inner,
    lane_of,
    many,
    objects,
    plain,
    refs_of,
    share,
    speed_of,
    when_of,
)
from tocsin_adapters.plates.words import (
    class_of,
    colour_of,
    country_of,
    direction_of,
    make_of,
    normalised,
)
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.moments import moment_of_epoch
from tocsin_adapters.reading.numbers import number, truth
from tocsin_adapters.reading.texts import one_line

KIB = 1024
KMH_PER_MS = 3.6
CHANNEL = "onvif-ej"
_TEXT = ("#text", "$", "#", "$text", "text", "value", "Value", "_")
_VIDEO_SOURCES = (
    "videosource",
    "videosourceconfigurationtoken",
    "videosourcetoken",
    "source",
    "videosourceconfiguration",
)
_NAMESPACE = re.compile(r"(?:^|(?<=/))[A-Za-z0-9_.-]+:")


@dataclass(frozen=True, slots=True)
class Event:
    """One event, however it was written. Names of items are in small letters."""

    device: str
    topic: str
    when: When
    source: Mapping[str, Any]
    data: Mapping[str, Any]
    operation: str
    places: tuple[str, ...] = ()


class OnvifAdapter(CameraAdapter):
    """Plates, rules of the camera's analytics, its sensors, and what is wrong with its picture."""

    name: ClassVar[str] = "onvif"
    max_bytes: ClassVar[int] = 1024 * KIB
    reads_deletions: ClassVar[bool] = True

    def read(self, payload: bytes, receipt: Receipt, findings: Findings) -> list[Told]:
        device, topic, places = _address(receipt.topic)
        if not payload:
            if not topic:
                raise Unreadable("empty", "there is nothing in the message")
            gone = Event(device, topic, NEVER, {}, {}, "deleted", places)
            return self._event(gone, findings)
        document = plain(payload, findings)
        if not document:
            raise Unreadable("not_onvif", "an empty object is no event")
        if payload.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return self._xml(document, device, findings)
        event = self._json_event(document, device, topic, findings)
        return self._event(replace(event, places=places), findings)

    def _json_event(
        self, document: dict[str, Any], device: str, topic: str, findings: Findings
    ) -> Event:
        """Profile M's own form; or that of Axis, with `message` around and milliseconds."""
        inside = _item(document, "message")
        around: dict[str, Any] = {}
        if isinstance(inside, dict):
            around, document = document, inside
            device = one_line(around.get("serial"), 80) or device
            topic = topic or one_line(_item(around, "topic"), 200) or ""
        written = _item(document, "utctime") or _item(around, "utctime")
        when = when_of(written, self._settings.zone, findings, "UtcTime")
        stamp = moment_of_epoch(around.get("timestamp"), 0.001)
        if when.at is None and stamp is not None:
            when = When(stamp.at)
        source = _small(_item(document, "source")) | _small(_item(document, "key"))
        data = _small(_item(document, "data"))
        if not topic and not (data.keys() & {"licenseplateinfo", "platenumber"}):
            raise Unreadable("not_onvif", f"no topic under {CHANNEL}/, and no plate in the message")
        if not source and not data and when.at is None:
            raise Unreadable("not_onvif", "neither UtcTime, Source nor Data")
        operation = _words(_item(document, "propertyoperation") or _item(document, "operation"))
        return Event(device, topic or _PLATE_TOPIC, when, source, data, operation.lower())

    def _xml(self, document: dict[str, Any], device: str, findings: Findings) -> list[Told]:
        """Notifications of a subscription, or a stream of scene descriptions."""
        told: list[Told] = []
        found = False
        for notice in bounded(_named(document, "NotificationMessage"), findings, "Notify"):
            found = True
            message = inner(notice, "Message", "Message") or inner(notice, "Message")
            when = when_of(message.get("@UtcTime"), self._settings.zone, findings, "UtcTime")
            event = Event(
                device,
                _words(notice.get("Topic")),
                when,
                _items(message.get("Source")) | _items(message.get("Key")),
                _items(message.get("Data")),
                _words(message.get("@PropertyOperation")).lower(),
            )
            told += self._event(event, findings)
        for frame in bounded(_named(document, "Frame"), findings, "Frame"):
            found = True
            told += self._frame(frame, device, findings)
        if not found:
            raise Unreadable("not_onvif", "neither notifications nor frames in the message")
        return told

    def _frame(self, frame: dict[str, Any], device: str, findings: Findings) -> list[Told]:
        when = when_of(frame.get("@UtcTime"), self._settings.zone, findings, "Frame/UtcTime")
        reads: list[Told] = []
        for thing in bounded(frame.get("Object"), findings, "Frame/Object"):
            look = _small(inner(thing, "Appearance"))
            if "licenseplateinfo" in look:
                data = {**look, "objectid": thing.get("@ObjectId")}
                event = Event(device, _PLATE_TOPIC, when, {}, data, "")
                reads.append(self._plate(event, findings))
        return reads

    def _event(self, event: Event, findings: Findings) -> list[Told]:
        topic, row = _row(event.topic)
        if row is None:
            refused = "unknown_event" if topic is None else "not_for_the_room"
            findings.warn(refused, f"the topic {event.topic[:80]} is not told")
            return []
        if "plate" in row:
            return [] if event.operation == "deleted" else [self._plate(event, findings)]
        so = _is_so(event, row)
        if "state" in row:
            state: CameraState = row["state"] if so else "working"
            return [StateOfCamera(**_seen(event), state=state)]
        rule = one_line(event.source.get("rule") or event.source.get("rulename"), 80)
        named = [_words(value)[:60] for value in event.source.values()]
        key = "/".join(event.places or named)
        if "when" not in row:  # each object is a happening of its own
            key += f"/{_words(event.data.get('objectid'))[:40]}".rstrip("/")
        return [
            Happening(
                **_seen(event),
                what=row["what"],
                code=event.topic[:120],
                key=key[:160],
                rule=rule,
                life="new" if so else "over",
                figures=_figures(event, row),
            )
        ]

    def _plate(self, event: Event, findings: Findings) -> PlateRead:
        data = event.data
        info = _small(data.get("licenseplateinfo")) or dict(data)
        info = _small(info.get("licenseplateinfo")) or info
        vehicle = _small(data.get("vehicleinfo"))
        number_, likelihood = info.get("platenumber"), data.get("likelihood")
        plate = normalised(_words(number_))
        if not _words(number_):
            findings.warn("missing_field", "the event has no PlateNumber", "Data/LicensePlateInfo")
        confidence = _likelihood(number_)
        if confidence is None:
            confidence = share(_words(likelihood))
        objectid = _words(data.get("objectid"))
        at = event.when.at.isoformat() if event.when.at else ""
        source = "/".join(_words(value)[:40] for value in event.source.values())
        return PlateRead(
            **_seen(event),
            passage="|".join(part for part in (event.device, source, at, objectid) if part),
            plate=plate,
            raw=_words(number_)[:32],
            country=country_of(_words(info.get("countrycode"))),
            confidence=confidence,
            direction=direction_of(_words(data.get("direction"))),
            lane=lane_of(_words(data.get("lane"))),
            speed_kmh=speed_of(_words(data.get("speed")), KMH_PER_MS),
            vehicle=Vehicle(
                kind=class_of(_words(vehicle.get("type"))),
                kind_confidence=_likelihood(vehicle.get("type")),
                colour=colour_of(_words(vehicle.get("color"))),
                colour_confidence=_likelihood(vehicle.get("color")),
                make=make_of(_words(vehicle.get("brand"))),
                make_confidence=_likelihood(vehicle.get("brand")),
            ),
        )


_PLATE_TOPIC = "RuleEngine/Recognition/LicensePlate"


def _address(topic: str) -> tuple[str, str, tuple[str, ...]]:
    """The device, the ONVIF topic, and the values of its source: PREFIX/onvif-ej/TOPIC[/&VALUES].

    `/&` opens the values in the order in which the device declares them.
    """
    prefix, found, rest = topic.partition(f"/{CHANNEL}/")
    if not found:
        return "", "", ()
    path, _, values = rest.partition("/&")
    return prefix, path, tuple(values.split("/")) if values else ()


def _row(topic: str) -> tuple[str | None, dict[str, Any] | None]:
    """The longest beginning that the table knows; (name, None) when it is one that is dropped."""
    steps = _NAMESPACE.sub("", topic).strip("/ ").lower().split("/")
    while steps:
        name = "/".join(steps)
        if name in _table()["topics"]:
            return name, _table()["topics"][name]
        if name in _dropped():
            return name, None
        steps.pop()
    return None, None


def _is_so(event: Event, row: Mapping[str, Any]) -> bool:
    if event.operation == "deleted":
        return False
    items = (name.lower() for name in many(row.get("when")))
    said = next((event.data[name] for name in items if name in event.data), None)
    return truth(_words(said)) is not False


def _figures(event: Event, row: Mapping[str, Any]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for ours, theirs in row.get("figures", {}).items():
        written = _words(event.data.get(theirs.lower()))
        measured = number(written, -1e9, 1e9)
        if measured is not None:
            figures[ours] = int(measured) if measured == int(measured) else measured
        elif ours in ("target", "direction") and written:
            figures[ours] = written[:40].lower()
    return figures


def _seen(event: Event) -> SeenFields:
    """One prefix may stand for several video sources."""
    named = (event.source[name] for name in _VIDEO_SOURCES if name in event.source)
    token = _words(next(named, None))[:40]
    if not token and event.places and event.operation == "deleted":
        token = event.places[0][:40]  # where there is a video source, it is declared first
    device = event.device
    refs = refs_of(f"{device}#{token}" if device and token else None, device, device[-80:])
    return {
        "device_refs": refs,
        "device_name": device or None,
        "observed_at": event.when.at,
        "tz_assumed": event.when.tz_assumed,
    }


def _words(value: Any) -> str:
    """A value as text: bare, or beside its attributes in an object."""
    if isinstance(value, dict):
        value = next((value[name] for name in _TEXT if name in value), None)
    if isinstance(value, bool):
        return "true" if value else "false"
    return one_line(value, 200) or ""


def _likelihood(value: Any) -> float | None:
    """XML attributes are written with an @ in JSON."""
    if not isinstance(value, dict):
        return None
    return share(value.get("@Likelihood", value.get("Likelihood")))


def _item(document: Mapping[str, Any], name: str) -> Any:
    return next((value for key, value in document.items() if key.lower() == name), None)


def _small(value: Any) -> dict[str, Any]:
    """An object with its keys in small letters and without namespace."""
    if not isinstance(value, dict):
        return {}
    return {key.rpartition(":")[2].lower(): item for key, item in value.items()}


def _items(value: Any) -> dict[str, Any]:
    """SimpleItem and ElementItem of a notification, by their Name."""
    found: dict[str, Any] = {}
    for block in objects(value):
        for item in objects(block.get("SimpleItem")):
            found[_words(item.get("@Name")).lower()] = item.get("@Value")
        for item in objects(block.get("ElementItem")):
            inside = [content for name, content in item.items() if not name.startswith("@")]
            found[_words(item.get("@Name")).lower()] = inside[0] if inside else None
    return found


def _named(document: Any, name: str) -> list[dict[str, Any]]:
    """All objects of that name, at any depth, in their order."""
    found: list[dict[str, Any]] = []
    waiting: list[Any] = [document]
    while waiting:
        here = waiting.pop(0)
        if not isinstance(here, dict):
            continue
        for key, value in here.items():
            if key == name:
                found += objects(value)
            else:
                waiting += many(value)
    return found


@cache
def _dropped() -> frozenset[str]:
    return frozenset(_table()["dropped"])


@cache
def _table() -> dict[str, Any]:
    written = files(__package__).joinpath("topics.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
