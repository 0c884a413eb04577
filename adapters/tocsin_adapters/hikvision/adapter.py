"""Bytes of a Hikvision camera to readings: XML or JSON, alone or in several parts.

Elements are found by local name: the namespace differs between firmwares, or is missing.
"""

import re
from collections.abc import Mapping
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
    SeenFields,
    StateOfCamera,
    Told,
    Vehicle,
)
from tocsin_adapters.plates.saying import (
    NEVER,
    When,
    bounded,
    dig,
    inner,
    lane_of,
    many,
    objects,
    plain,
    refs_of,
    share,
    speed_of,
    told,
    when_of,
)
from tocsin_adapters.plates.settings import PlateSettings
from tocsin_adapters.plates.words import (
    class_of,
    colour_of,
    country_of,
    make_of,
    normalised,
    vendor_list_of,
)
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.moments import moment_of
from tocsin_adapters.reading.numbers import number, truth, whole
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.texts import one_line

ALERT = "EventNotificationAlert"
ALERT_LIST = "EventNotificationAlertList"
_ABS_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})[T ]?(\d{2})(\d{2})(\d{2})(\d{1,6})?", re.ASCII)
_PLATE_EVENTS = frozenset({"anpr", "vehicledetection", "tfs", "vehiclematchresult"})


class HikvisionSettings(PlateSettings):
    forward: Direction = "approach"
    """What `forward` means for these cameras; it depends on how they were set up."""


class HikvisionAdapter(CameraAdapter):
    """ANPR events, the camera's other events, and its signs of life."""

    name: ClassVar[str] = "hikvision"
    Settings: ClassVar[type[PlateSettings]] = HikvisionSettings

    def read(self, payload: bytes, receipt: Receipt, findings: Findings) -> list[Told]:
        all_told: list[Told] = []
        parts = documents_in(payload, receipt.content_type, findings)
        for nth, part in enumerate(parts):
            try:
                document = plain(part.body, findings)
            except Unreadable as trouble:
                if len(parts) == 1:
                    raise
                findings.reject(trouble.finding)
                continue
            for alert in bounded(_alerts_in(document), findings, ALERT_LIST):
                where = f"part[{nth}]" if len(parts) > 1 else ""
                all_told += self._alert(alert, where, findings)
        if not all_told and not findings.rejections and not findings.warnings:
            raise Unreadable("not_hikvision", f"no {ALERT} in the message")
        return all_told

    def _alert(self, alert: dict[str, Any], where: str, findings: Findings) -> list[Told]:
        kind = (one_line(alert.get("eventType"), 60) or "").lower().replace("_", "")
        if not kind and isinstance(alert.get("ANPR"), dict):
            kind = "anpr"
        if not kind:
            findings.warn("missing_field", "the event has no eventType", where)
            return []
        if kind in _PLATE_EVENTS:
            return self._plates(alert, where, findings)
        return self._event(kind, alert, where, findings)

    def _plates(self, alert: dict[str, Any], where: str, findings: Findings) -> list[Told]:
        reads = bounded(alert.get("ANPR"), findings, f"{where}/ANPR")
        if not reads:
            findings.warn("missing_field", "the ANPR event has no ANPR block", where)
        return [self._plate(alert, anpr, nth, where, findings) for nth, anpr in enumerate(reads)]

    def _plate(
        self, alert: dict[str, Any], anpr: dict[str, Any], nth: int, where: str, findings: Findings
    ) -> PlateRead:
        written = anpr.get("licensePlate") or anpr.get("originalLicensePlate")
        plate = normalised(written)
        about = inner(anpr, "vehicleInfo")
        when = self._when(alert, anpr, where, findings)
        confidence = share(anpr.get("confidenceLevel"), 100)
        return PlateRead(
            **_seen(alert, when, where, findings),
            passage=_passage(alert, anpr, when, nth),
            plate=plate,
            raw=one_line(anpr.get("originalLicensePlate") or written, 32) or "",
            country=country_of(alert.get("countryAbbreviation"), anpr.get("countryAbbreviation")),
            confidence=confidence if plate is not None else None,
            direction=self._direction(anpr.get("direction")),
            lane=lane_of(anpr.get("line") or anpr.get("laneNo")),
            speed_kmh=speed_of(about.get("speed")),
            vehicle=Vehicle(
                kind=class_of(anpr.get("vehicleType")) or _two_wheels(anpr),
                colour=colour_of(about.get("color")),
                make=make_of(about.get("vehicleLogoName") or about.get("vehicleBrand")),
            ),
            hazmat_sign=truth(anpr.get("dangmark")),
            vendor_list=_list_of(anpr.get("vehicleListName")),
            late=truth(alert.get("isDataRetransmission")) is True,
        )

    def _direction(self, written: object) -> Direction | None:
        word = (one_line(written, 20) or "").lower()
        if word not in ("forward", "reverse"):
            return None
        forward: Direction = (
            self._settings.forward if isinstance(self._settings, HikvisionSettings) else "approach"
        )
        backward: Direction = "leave" if forward == "approach" else "approach"
        return forward if word == "forward" else backward

    def _event(
        self, kind: str, alert: dict[str, Any], where: str, findings: Findings
    ) -> list[Told]:
        codes = _codes()
        active = (one_line(alert.get("eventState"), 20) or "active").lower() != "inactive"
        when = self._when(alert, {}, where, findings)
        seen = _seen(alert, when, where, findings)
        if kind in codes["heartbeats"]:
            return [StateOfCamera(**seen, state="working")]
        if kind in codes["states"]:
            state: CameraState = codes["states"][kind] if active else "working"
            return [StateOfCamera(**seen, state=state)]
        if kind in codes["dropped"]:
            findings.warn("not_for_the_room", f"events of the type {kind} are dropped", where)
            return []
        what = codes["happenings"].get(kind)
        if what is None:
            findings.warn("unknown_event", f"events of the type {kind[:40]} are not read", where)
            return []
        regions = objects(dig(alert, "DetectionRegionList", "DetectionRegionEntry"))
        return [
            Happening(
                **seen,
                what=what,
                code=f"{one_line(alert.get('eventType'), 60)}",
                key=_region(regions),
                life="new" if active else "over",
                figures=_figures(alert, regions),
                late=truth(alert.get("isDataRetransmission")) is True,
            )
        ]

    def _when(
        self, alert: dict[str, Any], anpr: dict[str, Any], where: str, findings: Findings
    ) -> When:
        """The camera's clock; where it is missing, that of its first picture, without a zone."""
        when = when_of(alert.get("dateTime"), self._settings.zone, findings, f"{where}/dateTime")
        if when.at is not None:
            return when
        for picture in objects(dig(anpr, "pictureInfoList", "pictureInfo")):
            found = _ABS_TIME.fullmatch(str(picture.get("absTime", "")).strip())
            if found is not None:
                y, mo, d, h, mi, s, fraction = found.groups(default="0")
                written = f"{y}-{mo}-{d}T{h}:{mi}:{s}.{fraction}"
                return told(moment_of(written, self._settings.zone), findings, f"{where}/absTime")
        if not alert.get("dateTime"):
            findings.warn("missing_field", "the event has no dateTime", where)
        return NEVER


def _seen(alert: dict[str, Any], when: When, where: str, findings: Findings) -> SeenFields:
    return {
        "device_refs": _refs(alert),
        "device_name": one_line(alert.get("channelName"), 120),
        "observed_at": when.at,
        "tz_assumed": when.tz_assumed,
        "position": _position(alert, where, findings),
    }


def _alerts_in(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The alert itself, several in a list, or JSON without the wrapper."""
    if ALERT_LIST in document:
        return objects(dig(document, ALERT_LIST, ALERT))
    if ALERT in document:
        return objects(document[ALERT])
    return [document] if "eventType" in document or "ANPR" in document else []


def _refs(alert: dict[str, Any]) -> tuple[str, ...]:
    """A recorder sends for many cameras, so the channel belongs to the name."""
    channel = one_line(alert.get("channelID") or alert.get("dynChannelID"), 20)
    addresses = refs_of(alert.get("macAddress"), alert.get("ipAddress"))
    channels = tuple(f"{address}#{channel}" for address in addresses) if channel else ()
    named = refs_of(alert.get("deviceID"), alert.get("monitoringSiteID"), alert.get("channelName"))
    return tuple(dict.fromkeys((*channels, *addresses, *named)))


def _passage(alert: dict[str, Any], anpr: dict[str, Any], when: When, nth: int) -> str:
    uuid = one_line(alert.get("UUID") or anpr.get("UUID"), 160)
    if uuid is None:
        pictures = objects(dig(anpr, "pictureInfoList", "pictureInfo"))
        picture = one_line(pictures[0].get("pId"), 80) if pictures else None
        at = when.at.isoformat() if when.at else ""
        uuid = "|".join((*_refs(alert)[:1], at, picture or ""))
    return f"{uuid}|{nth}" if nth else uuid


def _list_of(written: object) -> str | None:
    return vendor_list_of(written) or one_line(written, 60)


def _two_wheels(anpr: Mapping[str, Any]) -> str | None:
    return "motorcycle" if truth(anpr.get("twoWheelVehicle")) else None


def _region(regions: list[dict[str, Any]]) -> str:
    return (one_line(regions[0].get("regionID"), 20) if regions else None) or ""


def _figures(alert: dict[str, Any], regions: list[dict[str, Any]]) -> dict[str, Any]:
    """Only what `plates/happenings.yaml` allows for the kind of event goes on."""
    counting = inner(alert, "peopleCounting")
    heat = next(iter(objects(alert.get("TMA") or alert.get("thermometry"))), {})
    celsius = heat.get("currTemperature") or heat.get("highestTemperature")
    alarm = heat.get("ruleTemperature") or heat.get("alarmTemperature")
    target = alert.get("detectionTarget")
    for region in regions:
        target = region.get("detectionTarget") or target
    found = {
        "target": (one_line(target, 20) or "").lower() or None,
        "count_in": whole(counting.get("enter"), 0, 10**7),
        "count_out": whole(counting.get("exit"), 0, 10**7),
        "celsius": number(celsius, -100, 2000),
        "threshold": number(alarm, -100, 2000),
        "lane": lane_of(next(iter(many(alert.get("laneNo"))), None)),
    }
    return {name: value for name, value in found.items() if value is not None}


def _position(alert: dict[str, Any], where: str, findings: Findings) -> Point | None:
    """Degrees, minutes and seconds in elements of their own, with the half of the globe."""
    gps = inner(alert, "DeviceGPSInfo")
    if not gps:
        return None
    lat = _degrees(inner(gps, "Latitude"), gps.get("latitudeType"), "S")
    lon = _degrees(inner(gps, "Longitude"), gps.get("longitudeType"), "W")
    if lat is None or lon is None:
        findings.warn("position_out_of_range", "DeviceGPSInfo is no position", where)
        return None
    return point_of(lat, lon, findings, f"{where}/DeviceGPSInfo")


def _degrees(angle: dict[str, Any], half: object, negative: str) -> float | None:
    degree = number(angle.get("degree"), 0, 180)
    minute = number(angle.get("minute") or 0, 0, 60)
    second = number(angle.get("sec") or 0, 0, 60)
    if degree is None or minute is None or second is None:
        return None
    value = round(degree + minute / 60 + second / 3600, 7)
    return -value if (one_line(half, 4) or "").upper() == negative else value


@cache
def _codes() -> dict[str, Any]:
    written = files(__package__).joinpath("codes.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
