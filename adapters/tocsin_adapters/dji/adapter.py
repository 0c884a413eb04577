"""The adapter: properties and events of DJI devices to observations, never an exception."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from tocsin.contract import Observation, Receipt, Translation
from tocsin_adapters.dji.codes import table
from tocsin_adapters.dji.device import (
    ALWAYS_MOVING,
    PLACE,
    is_dock,
    packed,
    told_by_control,
    told_by_dock,
    told_by_drone,
    unpacked,
)
from tocsin_adapters.dji.settings import DjiSettings
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import object_of
from tocsin_adapters.reading.memory import CLOCK_SLACK, Memory
from tocsin_adapters.reading.moments import moment_of_epoch
from tocsin_adapters.reading.numbers import number, truth, whole
from tocsin_adapters.reading.observations import known, observed, track_code, translation
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.texts import code, one_line

MAX_ALARMS = 20
SAME_ENCOUNTER_S = 600
DRONE, DOCK, CONTROL = "drone", "dock", "control"
_READERS = {DRONE: told_by_drone, DOCK: told_by_dock, CONTROL: told_by_control}
_PUSHED = {"device_osd": DRONE, "dock_osd": DOCK, "gateway_osd": CONTROL}
# What goes to devices, and what they answer: it can hold credentials, addresses of video, orders.
_COMMANDS = frozenset(
    {"services", "services_reply", "requests", "requests_reply", "events_reply", "status_reply"}
    | {"property/set", "property/set_reply", "drc/down"}
)


@dataclass(frozen=True, slots=True)
class Message:
    """`serial` of the device that the topic names, `gateway` through which it came."""

    serial: str
    gateway: str
    channel: str
    method: str
    data: Any
    at: datetime | None
    stamp: str


class DjiAdapter:
    """osd, state, events, status and drc/up. Nothing is ever published to a device."""

    name: ClassVar[str] = "dji"
    tells_mode: ClassVar[bool] = False
    max_bytes: ClassVar[int] = 256 * 1024
    Settings: ClassVar[type[DjiSettings]] = DjiSettings

    def __init__(self, settings: DjiSettings | None = None) -> None:
        self._names = (settings or DjiSettings()).names

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        observations: list[Observation] = []
        try:
            document = object_of(payload, findings, max_bytes=self.max_bytes)
            reader = _Reader(receipt, findings, memory, self._names)
            observations.extend(reader.read(document))
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(observations, findings, memory)


class _Reader:
    """Reads one message."""

    def __init__(
        self, receipt: Receipt, findings: Findings, memory: Memory, names: dict[str, str]
    ) -> None:
        self._receipt = receipt
        self._findings = findings
        self._memory = memory
        self._names = names

    def read(self, document: dict[str, Any]) -> Iterator[Observation]:
        message = self._message(document)
        pushed = document.get("biz_code")
        if isinstance(pushed, str) and pushed in _PUSHED:
            host = message.data.get("host") if isinstance(message.data, dict) else None
            if not isinstance(host, dict):
                raise Unreadable("missing_field", "host is missing", "data.host")
            yield from self._device(message, message.serial, _PUSHED[pushed], host)
            return
        readers: dict[str, Callable[[Message], Iterator[Observation]]] = {
            "osd": self._properties,
            "state": self._properties,
            "events": self._event,
            "status": self._status,
            "drc/up": self._pushed_up,
        }
        if message.channel in readers:
            yield from readers[message.channel](message)
        elif message.channel in _COMMANDS:
            said = "orders to devices, and their answers, are left unread"
            self._findings.warn("dropped_command", said, "topic")
        else:
            said = f"{message.channel[:60]!r} is no topic of the Cloud API"
            raise Unreadable("unknown_topic", said, "topic")

    def _message(self, document: dict[str, Any]) -> Message:
        data = document.get("data")
        if data is None:
            raise Unreadable("missing_field", "data is missing", "data")
        method = one_line(document.get("method"), 60) or ""
        serial, channel = _addressed(self._receipt.topic)
        gateway = one_line(document.get("gateway"), 60)
        inside = data.get("sn") if isinstance(data, dict) and "biz_code" in document else None
        serial = serial or one_line(inside, 60) or gateway
        if serial is None:
            raise Unreadable("missing_field", "nothing says whose message it is", "topic")
        written = document.get("timestamp")
        moment = moment_of_epoch(written, 0.001)
        if moment is None:
            rule = "no_time" if written is None else "bad_time"
            self._findings.warn(rule, "timestamp is no time in milliseconds", "timestamp")
        stamp = one_line(written, 30) or one_line(document.get("tid"), 60)
        return Message(
            serial=serial,
            gateway=gateway or serial,
            channel=channel or _channel_of(method),
            method=method,
            data=data,
            at=moment.at if moment else None,
            stamp=stamp or self._receipt.received_at.isoformat(),
        )

    def _properties(self, message: Message) -> Iterator[Observation]:
        """What another device than the gateway tells is a drone's."""
        data = self._object(message)
        kind = self._noted(f"kind:{message.serial}")
        if not kind:
            kind = DRONE if message.serial != message.gateway else CONTROL
        if kind != DRONE and is_dock(data):
            kind = DOCK
            self._note(f"kind:{message.serial}", DOCK)
        yield from self._device(message, message.serial, kind, data)

    def _device(
        self, message: Message, serial: str, kind: str, data: dict[str, Any]
    ) -> Iterator[Observation]:
        """Puts a message's properties to the earlier ones, and tells when there is news."""
        told = _READERS[kind](data)
        if not told:
            return
        key = f"osd:{serial}"
        known_at, before = self._memory.timed(key) or (0.0, "{}")
        at = message.at or self._receipt.received_at
        if message.at is not None and message.at.timestamp() < known_at:
            said = "later properties of this device are known; these came late"
            self._findings.warn("older_fix", said, "timestamp")
            return
        earlier = unpacked(before)
        whole_picture = {**earlier, **told}
        if at <= self._receipt.received_at + CLOCK_SLACK:
            self._memory.keep(key, at, packed(whole_picture))
        news = [n for n in told if n not in ALWAYS_MOVING and earlier.get(n) != told[n]]
        if "lat" in told or news:
            yield self._told(message, serial, kind, whole_picture)

    def _told(
        self, message: Message, serial: str, kind: str, picture: dict[str, Any]
    ) -> Observation:
        lat, lon = (picture.get(name) for name in PLACE)
        in_the_dock = (
            lat == 0 and lon == 0
        )  # the drone has no fix there, and says so twice a second
        point = None
        if lat is not None and not in_the_dock:
            point = point_of(lat, lon, self._findings, "data.latitude")
        track = track_code(serial)
        return observed(
            {
                "source": self._receipt.source,
                "external_id": f"{serial}@{message.stamp}",
                "kind": "drone_track" if kind == DRONE else "resource_status",
                "action": "update",
                "observed_at": message.at,
                "geometry": point,
                "location_codes": {"track": track, **({"drone": track} if kind == DRONE else {})},
                "legal_regime": self._receipt.legal_regime if kind == DRONE else None,
                "headline": self._names.get(serial, serial),
                "attributes": {
                    **{name: value for name, value in picture.items() if name not in PLACE},
                    "device": kind,
                    **({"own": True} if kind == DRONE else {}),
                },
            },
            "data",
        )

    def _event(self, message: Message) -> Iterator[Observation]:
        match message.method:
            case "hms":
                yield from self._health(message)
            case "airsense_warning":
                yield from self._traffic(message)
            case _:
                said = f"of the event {message.method[:60]!r} nothing is read"
                self._findings.warn("dropped_event", said, "method")

    def _health(self, message: Message) -> Iterator[Observation]:
        listed = self._object(message).get("list")
        if not isinstance(listed, list):
            raise Unreadable("missing_field", "the list of alarms is missing", "data.list")
        for nth, alarm in enumerate(listed[:MAX_ALARMS]):
            where = f"data.list[{nth}]"
            named = code(alarm.get("code"), 40) if isinstance(alarm, dict) else None
            if named is None:
                self._reject(Unreadable("missing_field", "an alarm without a code", where))
                continue
            level = whole(alarm.get("level"), 0, 2)
            args = alarm.get("args")
            parts = [
                str(whole(args.get(name), 0, 10_240))
                for name in ("component_index", "sensor_index")
                if isinstance(args, dict) and whole(args.get(name), 0, 10_240) is not None
            ]
            which = ".".join([named, *parts])
            yield observed(
                {
                    "source": self._receipt.source,
                    "external_id": f"{message.serial}/hms/{which}@{message.stamp}",
                    "kind": "channel_status",
                    "source_code": f"hms {named}",
                    "observed_at": message.at,
                    "location_codes": {"drone": track_code(message.serial)},
                    "severity": None if level is None else table("hms_severity")[level],
                    "headline": f"{self._names.get(message.serial, message.serial)}: HMS {named}",
                    "attributes": known(
                        alarm=named,
                        alarm_level=level,
                        flying=truth(alarm.get("in_the_sky")),
                        imminent=truth(alarm.get("imminent")),
                        device_type=one_line(alarm.get("device_type"), 40),
                    ),
                },
                where,
            )

    def _traffic(self, message: Message) -> Iterator[Observation]:
        """Manned aircraft near our drone; told again and again while the encounter lasts."""
        warned = message.data if isinstance(message.data, list) else [message.data]
        for nth, warning in enumerate(warned[:MAX_ALARMS]):
            where = f"data[{nth}]"
            if not isinstance(warning, dict):
                self._reject(Unreadable("not_an_object", "a warning is an object", where))
                continue
            level = whole(warning.get("warning_level"), 0, 4)
            aircraft = one_line(warning.get("icao"), 40)
            if level is None or aircraft is None:
                said = "a warning without a level or an address"
                self._reject(Unreadable("missing_field", said, where))
                continue
            external_id = f"{message.serial}/airsense/{aircraft}@{message.stamp}"
            action, chain = self._encounter(message, aircraft, external_id)
            yield observed(
                {
                    "source": self._receipt.source,
                    "external_id": external_id,
                    "kind": "event",
                    "action": action if level > 0 else "heartbeat",
                    "chain": chain,
                    "source_code": f"airsense level {level}",
                    "observed_at": message.at,
                    "geometry": point_of(
                        warning.get("latitude"),
                        warning.get("longitude"),
                        self._findings,
                        f"{where}.latitude",
                    ),
                    "location_codes": {"drone": track_code(message.serial)},
                    "severity": table("airsense_severity").get(level),
                    "headline": f"{aircraft} → {self._names.get(message.serial, message.serial)}",
                    "attributes": known(
                        aircraft=aircraft,
                        warning_level=level,
                        distance_m=number(warning.get("distance"), 0, 1e6),
                        relative_height_m=number(warning.get("relative_altitude"), -2e4, 2e4),
                        altitude_m=number(warning.get("altitude"), -500, 20_000),
                        heading_deg=number(warning.get("heading"), 0, 360),
                    ),
                },
                where,
            )

    def _encounter(
        self, message: Message, aircraft: str, external_id: str
    ) -> tuple[str, list[str]]:
        at = message.at or self._receipt.received_at
        key = f"air:{message.serial}:{aircraft}"
        since, first = self._memory.timed(key) or (0.0, "")
        if abs(at.timestamp() - since) > SAME_ENCOUNTER_S:
            self._memory.keep(key, at, external_id)
            return "new", []
        return ("new", []) if first == external_id else ("update", [first])

    def _status(self, message: Message) -> Iterator[Observation]:
        """Which drone hangs on which gateway. The keys that stand beside it are left out."""
        if message.method != "update_topo":
            said = f"of the status {message.method[:60]!r} nothing is read"
            self._findings.warn("dropped_event", said, "method")
            return
        data = self._object(message)
        listed = data.get("sub_devices")
        serials = [
            serial
            for one in (listed if isinstance(listed, list) else [])[:10]
            if isinstance(one, dict) and (serial := one_line(one.get("sn"), 60))
        ]
        gateway = message.serial
        if str(data.get("domain")) == "3":
            self._note(f"kind:{gateway}", DOCK)
        before = self._noted(f"topo:{gateway}")
        for serial in serials:
            self._note(f"kind:{serial}", DRONE)
        self._note(f"topo:{gateway}", " ".join(serials))
        for serial in [*serials, *(old for old in before.split() if old not in serials)]:
            yield observed(
                {
                    "source": self._receipt.source,
                    "external_id": f"{serial}/topology@{message.stamp}",
                    "kind": "channel_status",
                    "mode": "system",
                    "observed_at": message.at,
                    "location_codes": {"drone": track_code(serial)},
                    "headline": self._names.get(serial, serial),
                    "attributes": {
                        "channel": self._names.get(serial, serial),
                        "channel_state": "up" if serial in serials else "down",
                        "gateway": gateway,
                    },
                },
                "data",
            )

    def _pushed_up(self, message: Message) -> Iterator[Observation]:
        """Ten times a second while somebody flies by hand; the gateway speaks for its drone."""
        if message.method not in ("osd_info_push", "drc_drone_state_push"):
            said = f"of the push {message.method[:60]!r} nothing is read"
            self._findings.warn("dropped_event", said, "method")
            return
        drones = self._noted(f"topo:{message.serial}").split()
        if not drones:
            said = "no status has told which drone hangs on this gateway"
            self._findings.warn("unknown_drone", said, "topic")
            return
        yield from self._device(message, drones[0], DRONE, self._object(message))

    def _noted(self, key: str) -> str:
        found = self._memory.timed(key)
        return found[1] if found else ""

    def _note(self, key: str, value: str) -> None:
        if self._noted(key) != value:
            self._memory.keep(key, self._receipt.received_at, value)

    def _object(self, message: Message) -> dict[str, Any]:
        if not isinstance(message.data, dict):
            raise Unreadable("not_an_object", "data is no object", "data")
        return message.data

    def _reject(self, trouble: Unreadable) -> None:
        self._findings.reject(trouble.finding)


def _addressed(topic: str) -> tuple[str | None, str]:
    """Serial and channel of `thing/product/SERIAL/CHANNEL` or `sys/product/SERIAL/status`."""
    levels = topic.split("/")
    for at, level in enumerate(levels[:-2]):
        if level == "product" and at > 0 and levels[at - 1] in ("thing", "sys"):
            return one_line(levels[at + 1], 60), "/".join(levels[at + 2 :])
    return None, ""


def _channel_of(method: str) -> str:
    """For messages that came without their topic."""
    if method == "update_topo":
        return "status"
    if method in ("osd_info_push", "drc_drone_state_push"):
        return "drc/up"
    return "events" if method else "osd"
