"""The adapter: forwarded positions and events to observations, never an exception."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import yaml

from tocsin.contract import Observation, Receipt, Translation
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import document_of, named
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.moments import moment_of, moment_of_epoch
from tocsin_adapters.reading.numbers import number, truth
from tocsin_adapters.reading.observations import known, observed, track_code, translation
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.texts import one_line
from tocsin_adapters.traccar.settings import TraccarSettings

MAX_POSITIONS = 300
KMH_A_KNOT = 1.852
SAME_CALL_S = 1800  # a tracker repeats its alarm in each position until somebody resets it
_CONNECTIONS = {"deviceOnline": "up", "deviceOffline": "down", "deviceUnknown": "degraded"}


class TraccarAdapter:
    """`{"position", "device"}` and `{"event", "position", "device"}`, alone or in a list."""

    name: ClassVar[str] = "traccar"
    tells_mode: ClassVar[bool] = False
    max_bytes: ClassVar[int] = 256 * 1024
    Settings: ClassVar[type[TraccarSettings]] = TraccarSettings

    def __init__(self, settings: TraccarSettings | None = None) -> None:
        self._zone = (settings or TraccarSettings()).zone

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        observations: list[Observation] = []
        try:
            for where, message in _messages(payload, findings, self.max_bytes):
                try:
                    reader = _Reader(message, where, receipt, findings, memory, self._zone)
                    observations.extend(reader.read())
                except Unreadable as trouble:
                    findings.reject(trouble.finding)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(observations, findings, memory)


class _Reader:
    """One forwarded message."""

    def __init__(
        self,
        message: Any,
        where: str,
        receipt: Receipt,
        findings: Findings,
        memory: Memory,
        zone: ZoneInfo,
    ) -> None:
        if not isinstance(message, dict):
            raise Unreadable("not_an_object", f"a message is {named(message)}, no object", where)
        # a list of bare positions is what Traccar's own interface answers with
        self._bare = "position" not in message and "latitude" in message
        self._position = message if self._bare else _object(message, "position")
        self._device = _object(message, "device")
        self._event = _object(message, "event")
        self._geofence = _object(message, "geofence")
        self._where = where
        self._receipt = receipt
        self._findings = findings
        self._memory = memory
        self._zone = zone
        self._zone_assumed = False

    def read(self) -> Iterator[Observation]:
        kind = self._event.get("type")
        if isinstance(kind, str) and kind in _CONNECTIONS:
            yield self._connection(kind)
            return
        if not self._position:
            raise Unreadable("missing_field", "there is no position in it", self._at("position"))
        unit, name = self._unit()
        fixed_at, stamp = self._fixed_at()
        place = self._place(unit)
        attributes = self._attributes()
        alarms = self._alarms()
        if self._memory.is_newest(
            place["location_codes"]["track"], fixed_at, self._receipt.received_at
        ):
            yield observed(
                {
                    **place,
                    "external_id": f"{unit}@{stamp}",
                    "kind": "resource_status",
                    "action": "update",
                    "observed_at": fixed_at,
                    "headline": name,
                    "attributes": {**attributes, **known(alarm=", ".join(alarms) or None)},
                },
                self._where,
            )
        else:
            said = "a later place of this unit is known; this one came late"
            self._findings.warn("older_fix", said, self._at("position.fixTime"))
        for alarm in alarms:
            meaning = _calls().get(alarm)
            if meaning is not None:
                yield self._call(alarm, meaning, unit, name, fixed_at, stamp, place)

    def _call(
        self,
        alarm: str,
        meaning: dict[str, Any],
        unit: str,
        name: str,
        fixed_at: datetime | None,
        stamp: str,
        place: dict[str, Any],
    ) -> Observation:
        """A call for help or an accident: a fact of its own; repeated, it updates the first."""
        external_id = f"{unit}@{stamp}/{alarm}"
        called_at = fixed_at or self._receipt.received_at
        key = f"alarm:{place['location_codes']['track']}:{alarm}"
        since, first = self._memory.timed(key) or (0.0, "")
        repeats = abs(called_at.timestamp() - since) <= SAME_CALL_S
        if not repeats:
            self._memory.keep(key, called_at, external_id)
        return observed(
            {
                **place,
                "external_id": external_id,
                "kind": "event",
                "action": "update" if repeats else "new",
                "chain": [first] if repeats and first != external_id else [],
                "type_hint": meaning.get("type"),
                "source_code": f"alarm={alarm}",
                "observed_at": fixed_at,
                "severity": meaning["severity"],
                "headline": f"{name}: {'SOS' if alarm == 'sos' else alarm}",
                "attributes": known(
                    alarm=alarm, distress=meaning.get("distress"), last_known=self._last_known()
                ),
            },
            self._where,
        )

    def _connection(self, kind: str) -> Observation:
        unit, name = self._unit()
        moment = self._moment(self._event.get("eventTime"), "event.eventTime")
        stamp = (moment or self._receipt.received_at).isoformat()
        return observed(
            {
                "source": self._receipt.source,
                "external_id": f"{unit}/{kind}@{stamp}",
                "kind": "channel_status",
                "mode": "system",
                "observed_at": moment,
                "headline": name,
                "attributes": {"channel": name[:80], "channel_state": _CONNECTIONS[kind]},
            },
            self._where,
        )

    def _unit(self) -> tuple[str, str]:
        """The tracker's own id, and what people call it."""
        unit = one_line(self._device.get("uniqueId"), 80)
        if unit is None:
            number_in_traccar = self._position.get("deviceId", self._event.get("deviceId"))
            unit = one_line(number_in_traccar, 40)
            if unit is None:
                said = "nothing says which tracker it is"
                raise Unreadable("missing_field", said, self._at("device.uniqueId"))
            unit = f"device-{unit}"
        return unit, one_line(self._device.get("name"), 120) or unit

    def _fixed_at(self) -> tuple[datetime | None, str]:
        """When the place was taken: never the server's time, which may be hours later."""
        written = self._position.get("fixTime")
        name = "fixTime"
        if written is None:
            written, name = self._position.get("deviceTime"), "deviceTime"
            self._findings.warn("no_fix_time", "deviceTime is used", self._at("position.fixTime"))
        moment = self._moment(written, f"position.{name}")
        if moment is not None:
            return moment, moment.isoformat(timespec="milliseconds")
        return None, one_line(written, 60) or self._receipt.received_at.isoformat()

    def _place(self, unit: str) -> dict[str, Any]:
        at = self._at("position.latitude")
        point = point_of(
            self._position.get("latitude"), self._position.get("longitude"), self._findings, at
        )
        if point is None and self._position.get("latitude") is None:
            self._findings.warn("no_position", "there is no position in it", at)
        return {
            "source": self._receipt.source,
            "sent_at": self._moment(self._position.get("serverTime"), "position.serverTime"),
            "geometry": point,
            "accuracy_m": number(self._position.get("accuracy"), 0.01, 1_000_000),  # 0: not said
            "location_codes": {"track": track_code(unit)},
        }

    def _attributes(self) -> dict[str, Any]:
        """By name; what a tracker adds of its own (drivers, VINs, telephones) stays behind."""
        told = _object(self._position, "attributes")
        knots = number(self._position.get("speed"), 0, 2000)
        return known(
            speed_kmh=None if knots is None else round(knots * KMH_A_KNOT, 1),
            heading_deg=number(self._position.get("course"), 0, 360),
            altitude_m=number(self._position.get("altitude"), -500, 20_000) or None,
            battery_percent=number(told.get("batteryLevel"), 0, 100),
            satellites=number(told.get("sat"), 0, 200),
            ignition=truth(told.get("ignition")),
            moving=truth(told.get("motion")),
            last_known=self._last_known(),
            event=one_line(self._event.get("type"), 40),
            region=one_line(self._geofence.get("name"), 60),
            device_state=one_line(self._device.get("status"), 20),
            protocol=one_line(self._position.get("protocol"), 40),
            tz_assumed=self._zone_assumed or None,
        )

    def _last_known(self) -> bool | None:
        stale = truth(self._position.get("valid")) is False
        return True if stale or truth(self._position.get("outdated")) else None

    def _alarms(self) -> list[str]:
        """Newer servers write several in one text, and an event may bear what the place lacks."""
        written = [
            one_line(_object(holder, "attributes").get("alarm"), 200)
            for holder in (self._position, self._event)
        ]
        each = (name.strip() for text in written if text for name in text.split(","))
        return list(dict.fromkeys(name for name in each if name))[:10]

    def _moment(self, written: object, path: str) -> datetime | None:
        if written is None:
            return None
        moment = (
            moment_of(written, self._zone)
            if isinstance(written, str) and not written.isdigit()
            else moment_of_epoch(written, 0.001)
        )
        if moment is None:
            self._findings.warn("bad_time", "this is no time", self._at(path))
            return None
        if moment.zone_assumed and not self._zone_assumed:
            self._zone_assumed = True
            said = f"a time without an offset was read in {self._zone.key}"
            self._findings.warn("tz_assumed", said, self._at(path))
        return moment.at

    def _at(self, path: str) -> str:
        if self._bare:
            path = path.removeprefix("position.")
        return f"{self._where}.{path}" if self._where else path


def _messages(payload: bytes, findings: Findings, max_bytes: int) -> Iterator[tuple[str, Any]]:
    document = document_of(payload, findings, max_bytes=max_bytes)
    if not isinstance(document, list):
        yield "", document
        return
    if len(document) > MAX_POSITIONS:
        findings.warn("too_many_messages", f"the first {MAX_POSITIONS} positions are read")
    for nth, message in enumerate(document[:MAX_POSITIONS]):
        yield f"[{nth}]", message


def _object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


@cache
def _calls() -> dict[str, dict[str, Any]]:
    text = files(__package__).joinpath("alarms.yaml").read_text("utf-8")
    return yaml.safe_load(text)  # type: ignore[no-any-return]
