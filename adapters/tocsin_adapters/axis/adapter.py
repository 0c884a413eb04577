"""Axis messages to readings. One car is up to three messages with one carID: new, update, lost."""

import re
from typing import Any, ClassVar

from tocsin.contract import Receipt
from tocsin_adapters.plates.camera_adapter import CameraAdapter
from tocsin_adapters.plates.forms import documents_in
from tocsin_adapters.plates.reads import PlateRead, Vehicle
from tocsin_adapters.plates.saying import (
    MAX_VALUES,
    NEVER,
    When,
    inner,
    lane_of,
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
    vendor_list_of,
)
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import object_of
from tocsin_adapters.reading.moments import moment_of, moment_of_epoch
from tocsin_adapters.reading.numbers import number
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.texts import one_line

MAX_DOCUMENT = 4 * 1024 * 1024
_LOCAL = re.compile(r"(\d{4})(\d{2})(\d{2})[ T](\d{2})(\d{2})(\d{2})(\d{0,6})", re.ASCII)
_PLATES = ("plateUTF8", "plateUnicode", "plateText", "plateASCII")
_MINE = frozenset({*_PLATES, "carID", "carState", "plateCountry", "plateConfidence"})


class AxisAdapter(CameraAdapter):
    """Plates as the camera's application pushes them, in JSON or as a part of a form."""

    name: ClassVar[str] = "axis"

    def read(self, payload: bytes, receipt: Receipt, findings: Findings) -> list[PlateRead]:
        reads: list[PlateRead] = []
        parts = documents_in(payload, receipt.content_type, findings)
        for part in parts:
            if len(parts) > 1 and b"{" not in part.body[:40]:
                continue
            message = object_of(part.body, findings, max_bytes=MAX_DOCUMENT, max_values=MAX_VALUES)
            if not message.keys() & _MINE:
                raise Unreadable("not_axis", "neither a plate nor a carID in the message")
            reads.append(self._plate(message, findings))
        if not reads:
            raise Unreadable("not_axis", "no JSON in the message")
        return reads

    def _plate(self, message: dict[str, Any], findings: Findings) -> PlateRead:
        about = inner(message, "camera_info")
        look = inner(message, "vehicle_info")
        tag = inner(message, "geotag")
        refs = refs_of(
            about.get("SerialNumber"),
            about.get("MACAddress"),
            message.get("sensorProviderID"),
            about.get("IPAddress"),
        )
        when = self._when(message, findings)
        written = next((message[name] for name in _PLATES if message.get(name)), None)
        state = (one_line(message.get("carState"), 20) or "lost").lower()
        car = one_line(message.get("carID"), 40) or one_line(message.get("packetCounter"), 40)
        at = when.at.isoformat() if when.at and car is None else ""
        return PlateRead(
            device_refs=refs,
            device_name=one_line(about.get("Name") or message.get("cameraName"), 120),
            observed_at=when.at,
            tz_assumed=when.tz_assumed,
            position=point_of(tag.get("lat"), tag.get("lon"), findings, "geotag"),
            passage="|".join(part for part in (*refs[:1], car, at) if part),
            plate=normalised(written),
            raw=one_line(message.get("plateText") or written, 32) or "",
            country=country_of(message.get("plateCountry")),
            confidence=_confidence(message.get("plateConfidence")),
            direction=direction_of(message.get("carMoveDirection")),
            lane=lane_of(message.get("lane")),
            speed_kmh=speed_of(message.get("speed")),
            vehicle=Vehicle(
                kind=class_of(look.get("type")),
                colour=colour_of(look.get("color") or look.get("colour")),
                make=make_of(look.get("make") or look.get("manufacturer")),
            ),
            vendor_list=_list_of(message.get("plateList")),
            last=state not in ("new", "update"),
        )

    def _when(self, message: dict[str, Any], findings: Findings) -> When:
        """Milliseconds in UTC; without them the local time, which has no offset."""
        captured = moment_of_epoch(message.get("capture_timestamp"), 0.001)
        if captured is not None:
            return When(captured.at)
        written = one_line(message.get("datetime"), 40)
        if written is None:
            findings.warn("missing_field", "neither capture_timestamp nor datetime")
            return NEVER
        found = _LOCAL.fullmatch(written)
        if found is None:
            return when_of(written, self._settings.zone, findings, "datetime")
        y, mo, d, h, mi, s, fraction = found.groups()
        iso = f"{y}-{mo}-{d}T{h}:{mi}:{s}.{fraction or 0}"
        return told(moment_of(iso, self._settings.zone), findings, "datetime")


def _confidence(written: object) -> float | None:
    """A share from 0 to 1; some versions write per cent."""
    value = number(written, 0, 100)
    if value is None:
        return None
    return round(value if value <= 1 else value / 100, 6)


def _list_of(written: object) -> str | None:
    return vendor_list_of(written) or one_line(written, 60)
