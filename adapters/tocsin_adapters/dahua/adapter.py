"""Dahua's messages to readings.

Three spellings of the same events. The field `UTC` is local time written as Unix seconds: `RealUTC`
is the true one. `Direction`, `JunctionDirection` and `VehicleDirection` are three different things.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import yaml

from tocsin.contract import Receipt
from tocsin.contract.observation import Point
from tocsin_adapters.plates.camera_adapter import CameraAdapter
from tocsin_adapters.plates.forms import documents_in
from tocsin_adapters.plates.reads import (
    CameraState,
    Direction,
    Happening,
    PlateRead,
    StateOfCamera,
    Told,
    Vehicle,
)
from tocsin_adapters.plates.saying import (
    MAX_DOCUMENT,
    MAX_VALUES,
    MOST_IN_A_MESSAGE,
    NEVER,
    When,
    bounded,
    dig,
    inner,
    lane_of,
    many,
    objects,
    refs_of,
    speed_of,
    told,
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
from tocsin_adapters.reading.json import document_of
from tocsin_adapters.reading.moments import Moment, moment_of, moment_of_epoch
from tocsin_adapters.reading.numbers import number, truth, whole
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.texts import one_line

MAX_TEXT = 256 * 1024
MOST_DAMAGED = 5
PER_CENT, BYTE = 100, 255
_HEAD = re.compile(
    r"Code=(?P<code>[A-Za-z0-9_]{1,60});action=(?P<action>[A-Za-z]{1,20})"
    r"(?:;index=(?P<index>\d{1,5}))?(?P<data>;data=)?"
)
_LINE = re.compile(r"Events\[(\d{1,3})\]\.([A-Za-z0-9_.\[\]]{1,120})=(.*)")
_BLANKS = re.compile(r"\s*")
_INDEX = re.compile(r"\[\d+\]")


class DahuaAdapter(CameraAdapter):
    """Plates, the camera's other events, keep-alives."""

    name: ClassVar[str] = "dahua"

    def read(self, payload: bytes, receipt: Receipt, findings: Findings) -> list[Told]:
        if receipt.origin.rstrip("/").endswith("/KeepAlive"):
            return [StateOfCamera(device_refs=_device_in(payload), state="working")]
        all_told: list[Told] = []
        parts = documents_in(payload, receipt.content_type, findings)
        for part in parts:
            try:
                all_told += self._part(part.body, findings)
            except Unreadable as trouble:
                if len(parts) == 1:
                    raise
                findings.reject(trouble.finding)
        return all_told

    def _part(self, body: bytes, findings: Findings) -> list[Told]:
        if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
            return self._json(_document(body, findings), findings)
        if len(body) > MAX_TEXT:
            raise Unreadable("too_large", f"{len(body)} bytes of events; at most {MAX_TEXT}")
        text = _decoded(body, findings)
        if text.strip() == "Heartbeat":
            return [StateOfCamera(device_refs=(), state="working")]
        all_told: list[Told] = []
        known = False
        for event in _events_in(text, findings):
            known = True
            all_told += self._event(event, findings)
        if not known and not findings.rejections:
            raise Unreadable("not_dahua", "neither JSON nor a line with Code= or Events[0].")
        return all_told

    def _json(self, document: Any, findings: Findings) -> list[Told]:
        all_told: list[Told] = []
        for message in bounded(document, findings, ""):
            picture = inner(message, "Picture") or inner(message, "params", "Picture")
            if picture:
                all_told.append(self._toll(picture, message, findings))
                continue
            events = dig(message, "params", "eventList") or message.get("Events")
            rows = objects(events) or ([message] if "Code" in message else [])
            if rows:
                for row in bounded(rows, findings, "eventList"):
                    all_told += self._event(_flat(row), findings)
            elif message.keys() & _KEEPALIVE:
                all_told.append(StateOfCamera(device_refs=_device(message), state="working"))
            else:
                raise Unreadable("not_dahua", "neither Picture, eventList nor Code in the message")
        if not all_told and not objects(document):
            raise Unreadable("not_dahua", "no object in the message")
        return all_told

    def _toll(
        self, picture: dict[str, Any], message: dict[str, Any], findings: Findings
    ) -> PlateRead:
        """ITSAPI's TollgateInfo."""
        about, snap = inner(picture, "Plate"), inner(picture, "SnapInfo")
        vehicle = inner(picture, "Vehicle")
        exists = truth(about.get("IsExist"))
        written = about.get("PlateNumber") if exists is not False else None
        written_at = snap.get("AccurateTime") or snap.get("SnapTime")
        when = self._real_time({**message, **snap}, findings)
        if when.at is None:
            when = when_of(written_at, self._settings.zone, findings, "SnapInfo/SnapTime")
        if when.at is None and not written_at:
            findings.warn("missing_field", "the message has no time", "Picture/SnapInfo")
        refs = refs_of(
            snap.get("DeviceID"), snap.get("SnapAddress"), message.get("DeviceID"), snap.get("MAC")
        )
        sequence = one_line(about.get("UploadNum") or snap.get("SnapSequence"), 20)
        return PlateRead(
            device_refs=refs,
            device_name=one_line(snap.get("SnapAddress"), 120),
            observed_at=when.at,
            tz_assumed=when.tz_assumed,
            passage=_passage(refs, when, sequence),
            plate=normalised(written),
            raw=one_line(written, 32) or "",
            country=country_of(about.get("Region"), about.get("Country")),
            confidence=_confidence(about.get("Confidence")) if normalised(written) else None,
            direction=_direction(snap.get("Direction"), vehicle.get("VehicleDirection")),
            lane=lane_of(snap.get("LanguageLane") or snap.get("LaneNo") or snap.get("Lane")),
            speed_kmh=speed_of(vehicle.get("Speed") or snap.get("Speed")),
            vehicle=Vehicle(
                kind=class_of(vehicle.get("VehicleType")),
                colour=colour_of(vehicle.get("VehicleColor")),
                make=make_of(vehicle.get("VehicleSign")),
            ),
            vendor_list=_list_of(snap),
        )

    def _event(self, event: dict[str, Any], findings: Findings) -> list[Told]:
        codes = _codes()
        name = one_line(event.get("Code"), 60) or ""
        code = name.lower()
        if code in codes["plates"]:
            stopped = str(event.get("Action")).lower() == "stop"
            return [] if stopped else [self._traffic(event, findings)]
        active = str(event.get("Action", "Pulse")).lower() != "stop"
        when = self._real_time(event, findings)
        refs = _refs(event)
        if code in codes["states"]:
            state: CameraState = codes["states"][code] if active else "working"
            return [StateOfCamera(device_refs=refs, observed_at=when.at, state=state)]
        if code in codes["dropped"] or not code:
            findings.warn("not_for_the_room", f"events {name or 'without a code'} are dropped")
            return []
        what = codes["happenings"].get(code)
        if what is None:
            findings.warn("unknown_event", f"events {name} are not read")
            return []
        rule = one_line(event.get("Name"), 60)
        return [
            Happening(
                device_refs=refs,
                observed_at=when.at,
                tz_assumed=when.tz_assumed,
                position=_position(event, findings),
                what=what,
                code=name,
                key=f"{event.get('Index', '')}/{rule or ''}"[:120],
                rule=rule,
                life="new" if active else "over",
                figures=_figures(event),
            )
        ]

    def _traffic(self, event: dict[str, Any], findings: Findings) -> PlateRead:
        car, thing = inner(event, "TrafficCar"), inner(event, "Object")
        vehicle, common = inner(event, "Vehicle"), inner(event, "CommInfo")
        of_thing = thing.get("Text") if thing.get("ObjectType") == "Plate" else None
        written = (
            car.get("PlateNumber") or of_thing or dig(event, "NonMotor", "Plate", "Text") or None
        )
        plate = normalised(written)
        when = self._real_time(event, findings)
        refs = _refs(event)
        ways = many(car.get("DrivingDirection"))
        sequence = one_line(event.get("EventSeq") or event.get("EventID"), 20)
        group = one_line(event.get("GroupID") or car.get("GroupID"), 20)
        kind = class_of(vehicle.get("Category"))
        if "NonMotor" in event and isinstance(event["NonMotor"], dict):
            kind = "bicycle" if class_of(event["NonMotor"].get("Category")) == "bicycle" else None
        return PlateRead(
            device_refs=refs,
            observed_at=when.at,
            tz_assumed=when.tz_assumed,
            position=_position(event, findings),
            passage=_passage(refs, when, sequence or group),
            plate=plate,
            raw=one_line(written, 32) or "",
            country=country_of(common.get("Country"), car.get("Country")),
            confidence=_confidence(thing.get("Confidence")) if plate else None,
            direction=_direction(ways[0] if ways else None, event.get("VehicleDirection")),
            lane=lane_of(car.get("Lane") or event.get("Lane")),
            speed_kmh=speed_of(car.get("Speed") or event.get("Speed")),
            vehicle=Vehicle(
                kind=kind,
                colour=colour_of(car.get("VehicleColor")),
                make=make_of(car.get("VehicleSign") or vehicle.get("Text")),
            ),
        )

    def _real_time(self, event: dict[str, Any], findings: Findings) -> When:
        """RealUTC, else UTC read as what it is: the local clock counted as if in Greenwich."""
        milliseconds = whole(event.get("UTCMS"), 0, 999) or 0
        real = moment_of_epoch(event.get("RealUTC"))
        if real is not None:
            return When(real.at + timedelta(milliseconds=milliseconds))
        local = moment_of_epoch(event.get("UTC") or dig(event, "TrafficCar", "UTC"))
        if local is not None:
            naive = local.at.replace(tzinfo=None) + timedelta(milliseconds=milliseconds)
            at = naive.replace(tzinfo=self._settings.zone).astimezone(UTC)
            return told(Moment(at, zone_assumed=True), findings, "UTC")
        written = one_line(event.get("LocaleTime"), 40)
        if written is None:
            return NEVER
        return told(moment_of(written, self._settings.zone), findings, "LocaleTime")


_KEEPALIVE = frozenset({"Active", "DeviceID", "KeepAlive", "DeviceInfo", "Keepalive"})


def _events_in(text: str, findings: Findings) -> Iterator[dict[str, Any]]:
    """`Code=…;action=…;index=…;data={…}`, any number of times; or `Events[0].name=value` lines."""
    if "Code=" in text and ";action=" in text:
        yield from _coded(text, findings)
    else:
        yield from _listed(text, findings)


def _coded(text: str, findings: Findings) -> Iterator[dict[str, Any]]:
    at = found = 0
    damaged = 0
    while (head := _HEAD.search(text, at)) is not None and damaged < MOST_DAMAGED:
        if found == MOST_IN_A_MESSAGE:
            said = f"the first {MOST_IN_A_MESSAGE} events of the message are read"
            findings.warn("too_many", said)
            return
        found += 1
        at = head.end()
        data: dict[str, Any] = {}
        if head["data"]:
            where = f"event[{found - 1}]/data"
            start = _BLANKS.match(text, at).end()  # type: ignore[union-attr] # it always matches
            try:
                # Only where the object ends; what is in it is read under the usual bounds.
                _, at = json.JSONDecoder().raw_decode(text, start)
                found_data = document_of(text[start:at].encode("utf-8", "replace"), findings)
                data = found_data if isinstance(found_data, dict) else {}
            except Unreadable as trouble:
                findings.reject(trouble.finding)
                damaged += 1
                continue
            except RecursionError:
                said = "values nest deeper than can be read"
                findings.reject(Unreadable("json_depth", said, where).finding)
                return
            except ValueError as trouble:
                offset = getattr(trouble, "pos", None)
                said = "the event's data are no whole JSON object"
                findings.reject(Unreadable("json_syntax", said, where, offset).finding)
                damaged += 1
                continue
        event = {"Code": head["code"], "Action": head["action"], "Index": head["index"] or "0"}
        yield {**data, **event}


def _listed(text: str, findings: Findings) -> Iterator[dict[str, Any]]:
    events: dict[str, dict[str, Any]] = {}
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        if found is None:
            continue
        nth, path, value = found.groups()
        here = events.setdefault(nth, {})
        *steps, last = _INDEX.sub("", path.removeprefix("EventBaseInfo.")).split(".")[:8]
        for step in steps:
            below = here.setdefault(step, {})
            if not isinstance(below, dict):
                break
            here = below
        else:
            here.setdefault(last, value)
    yield from bounded(list(events.values()), findings, "Events")


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """An RPC event: its own code around the data."""
    data = inner(row, "Data") or inner(row, "data")
    around = ("Code", "Action", "Index")
    return data | {name: row[name] for name in around if name in row} if data else row


def _document(body: bytes, findings: Findings) -> Any:
    return document_of(body, findings, max_bytes=MAX_DOCUMENT, max_values=MAX_VALUES)


def _decoded(body: bytes, findings: Findings) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        findings.warn("wrong_encoding", "the message is no UTF-8; it was read as ISO-8859-1")
        return body.decode("iso-8859-1")


def _refs(event: dict[str, Any]) -> tuple[str, ...]:
    """The machine's name; a recorder's channel where there is one."""
    car = inner(event, "TrafficCar")
    names = refs_of(
        car.get("MachineName"),
        car.get("DeviceAddress"),
        event.get("DeviceID"),
        event.get("SerialID"),
    )
    channel = one_line(event.get("Index") or event.get("Channel"), 6)
    if channel is None:
        return names
    return (*names, *(f"{name}#{channel}" for name in names), f"channel#{channel}")


def _device(message: dict[str, Any]) -> tuple[str, ...]:
    about = inner(message, "DeviceInfo")
    return refs_of(
        message.get("DeviceID"), about.get("DeviceID"), message.get("MACAddress"), about.get("MAC")
    )


def _device_in(payload: bytes) -> tuple[str, ...]:
    """A keep-alive may have any body, or none."""
    try:
        document = document_of(payload, Findings())
    except Unreadable:
        return ()
    return _device(document) if isinstance(document, dict) else ()


def _passage(refs: tuple[str, ...], when: When, sequence: str | None) -> str:
    at = when.at.isoformat() if when.at else ""
    return "|".join(part for part in (*refs[:1], at, sequence) if part)


def _confidence(written: object) -> float | None:
    """Per cent, or a byte where it is more than a hundred; 0 means that nothing was said."""
    value = number(written, 0, BYTE)
    if not value:
        return None
    return round(value / (PER_CENT if value <= PER_CENT else BYTE), 6)


def _direction(way: object, shown: object) -> Direction | None:
    """The way of the car, else the end of it that the camera sees."""
    return direction_of(way) or direction_of(shown)


def _list_of(snap: dict[str, Any]) -> str | None:
    if truth(snap.get("BlockUser")):
        return "blocked"
    return "allowed" if truth(snap.get("AllowUser")) else None


def _position(event: dict[str, Any], findings: Findings) -> Point | None:
    gps = inner(event, "CommInfo", "GPSInfo") or inner(event, "GPS")
    lat, lon = gps.get("Latitude"), gps.get("Longitude")
    if (lat, lon) == (0, 0):
        return None
    return point_of(lat, lon, findings, "GPSInfo")


def _figures(event: dict[str, Any]) -> dict[str, Any]:
    target = one_line(dig(event, "Object", "ObjectType"), 20)
    found = {
        "target": target.lower() if target else None,
        "lane": lane_of(event.get("Lane")),
        "count": whole(event.get("Number") or event.get("ManNum"), 0, 10**6),
        "count_in": whole(event.get("EnteredNumber"), 0, 10**7),
        "count_out": whole(event.get("ExitedNumber"), 0, 10**7),
        "celsius": number(event.get("Temperature"), -100, 2000),
    }
    return {name: value for name, value in found.items() if value is not None}


@cache
def _codes() -> dict[str, Any]:
    written = files(__package__).joinpath("codes.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
