"""The adapter: what receivers of drones and aircraft tell to observations, never an exception."""

import math
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from tocsin.contract import Observation, Receipt, Translation
from tocsin.contract.observation import Point
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import document_of, named
from tocsin_adapters.reading.memory import CLOCK_SLACK, TRACK, Memory
from tocsin_adapters.reading.moments import moment_of_epoch
from tocsin_adapters.reading.numbers import number, truth
from tocsin_adapters.reading.observations import known, observed, path_to, track_code, translation
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.texts import one_line
from tocsin_adapters.remote_id.settings import Guarded, RemoteIdSettings

MAX_TRACKS = 500
SILENT_AFTER = timedelta(seconds=60)
SAME_INTRUSION_S = 1200
CONFIDENCE = 0.5  # anybody may broadcast anything; nothing in Remote ID is signed
SIGNAL_CONFIDENCE = 0.3  # a video signal has no place of its own, only its receiver has
KMH_A_MS, KMH_A_KNOT, METRES_A_FOOT, METRES_A_MILE = 3.6, 1.852, 0.3048, 1852.0
EARTH_M = 6_371_000
_EMERGENCIES = {"7500": "unlawful_interference", "7700": "emergency"}
_ACCURACY = re.compile(r"\s*<?\s*(\d{1,5}(?:\.\d{1,4})?)\s*(m|km|nm)\s*", re.IGNORECASE)
_UNITS = {"m": 1.0, "km": 1000.0, "nm": METRES_A_MILE}


class RemoteIdAdapter:
    """Drones, video signals of drones, aircraft, receivers. Nothing about pilots is read."""

    name: ClassVar[str] = "remote_id"
    tells_mode: ClassVar[bool] = False
    max_bytes: ClassVar[int] = 256 * 1024
    Settings: ClassVar[type[RemoteIdSettings]] = RemoteIdSettings

    def __init__(self, settings: RemoteIdSettings | None = None) -> None:
        self._settings = settings or RemoteIdSettings()

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        reader = _Reader(receipt, findings, memory, self._settings)
        observations: list[Observation] = []
        try:
            levels = receipt.topic.rstrip("/").split("/")
            if levels[-1] == "availability":
                observations.extend(reader.availability(payload, levels))
            elif levels[-1] in ("pilot_attrs", "home_attrs"):
                said = "where a pilot stands is personal data; it is left unread"
                findings.warn("dropped_personal", said, "topic")
            else:
                document = document_of(payload, findings, max_bytes=self.max_bytes)
                for where, told in _each(document, findings):
                    try:
                        observations.extend(reader.read(told, where))
                    except Unreadable as trouble:
                        findings.reject(trouble.finding)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(observations, findings, memory)


class _Reader:
    """Reads the tracks of one receipt."""

    def __init__(
        self, receipt: Receipt, findings: Findings, memory: Memory, settings: RemoteIdSettings
    ) -> None:
        self._receipt = receipt
        self._findings = findings
        self._memory = memory
        self._settings = settings

    def read(self, told: Any, where: str) -> Iterator[Observation]:
        if not isinstance(told, dict):
            raise Unreadable("not_an_object", f"a track is {named(told)}, no object", where)
        if "icao" in told:
            yield from self._aircraft(told, where)
        elif "signal_type" in told:
            yield from self._signal(told, where)
        elif "cpu_usage" in told or self._receipt.topic.endswith("/system/attrs"):
            yield self._receiver(told, where)
        elif "id" in told:
            yield from self._drone(told, where)
        else:
            said = "neither a drone, an aircraft, a signal nor a receiver"
            raise Unreadable("unknown_type", said, where)

    def availability(self, payload: bytes, levels: list[str]) -> Iterator[Observation]:
        """`online` or `offline`, as plain text, of a drone or of the receiver itself."""
        state = payload[:40].strip().lower()
        if state not in (b"online", b"offline"):
            raise Unreadable("bad_value", "neither online nor offline", "payload")
        if len(levels) > 2 and levels[-3] == "drone":
            if state == b"offline":
                yield from self._lost(levels[-2])
            return
        channel = one_line("/".join(levels[:-1]), 80) or "receiver"
        yield observed(
            {
                "source": self._receipt.source,
                "external_id": f"{channel}@{self._receipt.received_at.isoformat()}",
                "kind": "channel_status",
                "mode": "system",
                "headline": channel,
                "attributes": {
                    "channel": channel,
                    "channel_state": "up" if state == b"online" else "down",
                },
            }
        )

    def _drone(self, told: dict[str, Any], where: str) -> Iterator[Observation]:
        drone = one_line(told.get("id"), 200)
        if drone is None:
            raise Unreadable("missing_field", "id is missing", path_to(where, "id"))
        at = self._seen_at(told, where, "observed_at", "last_update_time")
        point = self._place(told, where)
        if not self._follow(drone, at, point, where):
            return
        own = self._is_own(drone)
        facts = {
            "source": self._receipt.source,
            "kind": "drone_track",
            "observed_at": at,
            "geometry": point,
            "accuracy_m": _accuracy(told),
            "location_codes": {"track": track_code(drone), "drone": track_code(drone)},
            "confidence": None if own else CONFIDENCE,
            "headline": drone,
        }
        attributes = known(
            own=own,
            description=one_line(told.get("description"), 80),
            # in this feed zero means "not said"; 255, 361, 63 and 65531 do so in Remote ID
            speed_kmh=_times(number(told.get("speed"), 0.01, 254.5), KMH_A_MS),
            climb_ms=number(told.get("vspeed"), -62, 62) or None,
            heading_deg=number(told.get("direction"), 0, 360),
            altitude_m=number(told.get("alt"), -999, 31_766) or None,
            height_m=number(told.get("height"), -999, 31_766) or None,
            aircraft_type=one_line(told.get("ua_type_name"), 40),
            op_status=one_line(told.get("op_status"), 40),
            id_type=one_line(told.get("id_type"), 60),
            rssi_dbm=number(told.get("rssi"), -200, -0.1),
            freq_mhz=number(told.get("freq_mhz"), 1, 100_000),
            seen_by=one_line(told.get("seen_by"), 80),
        )
        yield observed(
            {
                **facts,
                "external_id": f"{drone}@{self._stamp(at)}",
                "action": "update",
                "valid_to": (at or self._receipt.received_at) + SILENT_AFTER,
                "attributes": attributes,
            },
            where,
        )
        guarded = None if own or point is None else self._intrusion(drone, point, at)
        if guarded is not None:
            yield observed(
                {
                    **facts,
                    "external_id": f"{drone}@{self._stamp(at)}/{track_code(guarded.name)}",
                    "action": "new",
                    "type_hint": "SEC-UAV",
                    "source_code": f"guarded={guarded.name}",
                    "location_text": guarded.name,
                    "headline": f"{guarded.name}: {drone}",
                    "attributes": attributes,
                },
                where,
            )

    def _signal(self, told: dict[str, Any], where: str) -> Iterator[Observation]:
        """A drone's video on the air: the place is its receiver's, with the reach around it."""
        uid = one_line(told.get("uid"), 200)
        if uid is None:
            raise Unreadable("missing_field", "uid is missing", path_to(where, "uid"))
        at = self._seen_at(told, where, "observed_at")
        point = self._place(told, where)
        if not self._follow(uid, at, point, where):
            return
        hertz = number(told.get("center_hz"), 1, 1e12)
        yield observed(
            {
                "source": self._receipt.source,
                "external_id": f"{uid}@{self._stamp(at)}",
                "kind": "drone_track",
                "action": "update",
                "observed_at": at,
                "valid_to": (at or self._receipt.received_at) + SILENT_AFTER,
                "geometry": point,
                "accuracy_m": number(told.get("radius_m"), 1, 1e6),
                "location_codes": {"track": track_code(uid)},
                "confidence": SIGNAL_CONFIDENCE,
                "headline": one_line(told.get("callsign"), 80) or uid,
                "attributes": known(
                    own=False,
                    signal=one_line(told.get("signal_type"), 40),
                    description=one_line(told.get("description"), 80),
                    freq_mhz=None if hertz is None else round(hertz / 1e6, 3),
                    rssi_dbm=number(told.get("rssi"), -200, -0.1),
                    seen_by=one_line(told.get("seen_by"), 80),
                ),
            },
            where,
        )

    def _aircraft(self, told: dict[str, Any], where: str) -> Iterator[Observation]:
        """ADS-B: feet and knots."""
        icao = one_line(told.get("icao"), 40)
        if icao is None:
            raise Unreadable("missing_field", "icao is missing", path_to(where, "icao"))
        at = self._seen_at(told, where, "observed_at", "last_update_time")
        point = self._place(told, where)
        if not self._follow(icao, at, point, where):
            return
        squawk = one_line(told.get("squawk"), 8)
        facts = {
            "source": self._receipt.source,
            "observed_at": at,
            "geometry": point,
            "location_codes": {"track": track_code(icao)},
            "headline": one_line(told.get("callsign"), 40) or icao,
        }
        attributes = known(
            speed_kmh=_times(number(told.get("speed"), 0, 2000), KMH_A_KNOT),
            heading_deg=number(told.get("track"), 0, 360),
            altitude_m=_times(number(told.get("alt"), -1500, 60_000), METRES_A_FOOT),
            on_ground=truth(told.get("on_ground")),
            squawk=squawk,
            category=one_line(told.get("category"), 8),
            seen_by=one_line(told.get("seen_by"), 80),
        )
        yield observed(
            {
                **facts,
                "external_id": f"{icao}@{self._stamp(at)}",
                "kind": "resource_status",
                "action": "update",
                "valid_to": (at or self._receipt.received_at) + SILENT_AFTER,
                "attributes": attributes,
            },
            where,
        )
        emergency = _EMERGENCIES.get(squawk or "")
        if emergency and self._is_new(f"squawk:{icao}:{squawk}", at):
            yield observed(
                {
                    **facts,
                    "external_id": f"{icao}@{self._stamp(at)}/{squawk}",
                    "kind": "event",
                    "source_code": f"squawk={squawk}",
                    "severity": 4,
                    "headline": f"{facts['headline']}: {squawk}",
                    "attributes": {**attributes, "emergency": emergency, "distress": True},
                },
                where,
            )

    def _receiver(self, told: dict[str, Any], where: str) -> Observation:
        kit = one_line(told.get("id"), 80) or "receiver"
        updated = moment_of_epoch(told.get("updated"))
        at = updated.at if updated else None
        return observed(
            {
                "source": self._receipt.source,
                "external_id": f"{kit}@{self._stamp(at)}",
                "kind": "channel_status",
                "mode": "system",
                "observed_at": at,
                "geometry": self._place(told, where),
                "headline": kit,
                "attributes": known(
                    channel=kit,
                    channel_state="up",
                    gps_fix=truth(told.get("gps_fix")),
                    time_source=one_line(told.get("time_source"), 40),
                    temperature_c=number(told.get("temperature_c"), -60, 200),
                ),
            },
            where,
        )

    def _lost(self, drone: str) -> Iterator[Observation]:
        """The receiver hears it no more: its track ends where it was last."""
        track = track_code(drone)
        last = self._memory.timed(TRACK + track)
        if last is None:
            return
        self._memory.forget(TRACK + track)
        place = [float(part) for part in last[1].split()]
        yield observed(
            {
                "source": self._receipt.source,
                "external_id": f"{drone}@{self._receipt.received_at.isoformat()}/end",
                "kind": "drone_track",
                "action": "end",
                "valid_to": self._receipt.received_at,
                "geometry": {"type": "Point", "coordinates": place} if place else None,
                "location_codes": {"track": track, "drone": track},
                "confidence": None if self._is_own(drone) else CONFIDENCE,
                "headline": drone,
                "attributes": {"own": self._is_own(drone), "last_known": True},
            }
        )

    def _follow(self, name: str, at: datetime | None, point: Point | None, where: str) -> bool:
        """Whether this is the latest place of a thing; then it is kept, for its end."""
        track, now = track_code(name), self._receipt.received_at
        if not self._memory.is_newest(track, at, now):
            said = "a later place of it is known; this one came late"
            self._findings.warn("older_fix", said, where)
            return False
        if at is None or at <= now + CLOCK_SLACK:
            place = f"{point.coordinates[0]} {point.coordinates[1]}" if point else ""
            self._memory.keep(TRACK + track, at or now, place)
        return True

    def _intrusion(self, drone: str, point: Point, at: datetime | None) -> Guarded | None:
        """The guarded place over which it is, the first time in a while that it is there."""
        for guarded in self._settings.guarded:
            if _distance_m(point, guarded) <= guarded.radius_m and self._is_new(
                f"inside:{guarded.name}:{drone}", at
            ):
                return guarded
        return None

    def _is_new(self, key: str, at: datetime | None) -> bool:
        now = at or self._receipt.received_at
        since, _ = self._memory.timed(key) or (0.0, "")
        if abs(now.timestamp() - since) <= SAME_INTRUSION_S:
            return False
        self._memory.keep(key, now)
        return True

    def _place(self, told: dict[str, Any], where: str) -> Point | None:
        """Some fields stand twice, the second time for another reader."""
        lat, lon = told.get("lat"), told.get("lon")
        if lat is None or lon is None:
            lat, lon = told.get("latitude"), told.get("longitude")
        return point_of(lat, lon, self._findings, path_to(where, "lat"))

    def _seen_at(self, told: dict[str, Any], where: str, *names: str) -> datetime | None:
        for name in names:
            if told.get(name) not in (None, "", 0):
                moment = moment_of_epoch(told[name])
                if moment is not None:
                    return moment.at
                self._findings.warn("bad_time", f"{name} is no time", path_to(where, name))
        return None

    def _stamp(self, at: datetime | None) -> str:
        return (at or self._receipt.received_at).isoformat(timespec="milliseconds")

    def _is_own(self, drone: str) -> bool:
        return not self._settings.own.isdisjoint({drone, drone.removeprefix("drone-")})


def _each(document: Any, findings: Findings) -> Iterator[tuple[str, Any]]:
    if not isinstance(document, list):
        yield "", document
        return
    if len(document) > MAX_TRACKS:
        findings.warn("too_many_tracks", f"the first {MAX_TRACKS} are read")
    for nth, told in enumerate(document[:MAX_TRACKS]):
        yield f"[{nth}]", told


def _accuracy(told: dict[str, Any]) -> float | None:
    """Metres, or a class of the standard such as `<10m` and `<0.1NM`."""
    metres = number(told.get("gps_accuracy"), 0.1, 1e6)
    written = told.get("horizontal_accuracy")
    if metres is None and isinstance(written, str):
        found = _ACCURACY.fullmatch(written[:40])
        if found is not None:
            metres = round(float(found[1]) * _UNITS[found[2].lower()], 1)
    return metres


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else round(value * factor, 1)


def _distance_m(point: Point, guarded: Guarded) -> float:
    lon, lat = point.coordinates
    x = math.radians(lon - guarded.lon) * math.cos(math.radians((lat + guarded.lat) / 2))
    return EARTH_M * math.hypot(x, math.radians(lat - guarded.lat))
