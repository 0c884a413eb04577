"""A CoT event to its observations."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.contract import Mode, Observation, Receipt
from tocsin.contract.observation import Point
from tocsin_adapters.cot.event import Event, Node
from tocsin_adapters.cot.hazards import Hazard, hazard_in
from tocsin_adapters.cot.types import TypeRow, affiliation, row_for
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.moments import moment_of, moment_of_epoch
from tocsin_adapters.reading.numbers import number, truth, whole
from tocsin_adapters.reading.observations import known, observed, track_code
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.shapes import Position, geometry_of, track_of
from tocsin_adapters.reading.texts import one_line

NO_FIX = 0.01  # degrees from 0,0 within which clients put those without a fix
UNKNOWN_FROM = 999_999  # 9999999 in XML, 999999 in protobuf
KMH_A_MS = 3.6
CIRCLE_SIDES = 32
METRES_A_DEGREE = 111_320
CALL, THING = "call:", "thing:"
# Receivers of drones tell the pilot and the place of take-off as markers beside the aircraft.
_ABOUT_A_PILOT = ("pilot-", "home-")
_OUR_OWN = "tocsin."
_OPEN_ACCESS = frozenset({"", "undefined", "unclassified"})


@dataclass(frozen=True, slots=True)
class Told:
    """What every event says."""

    uid: str
    type: str
    sent_at: datetime
    observed_at: datetime
    stamp: str
    track: str
    facts: dict[str, Any]
    attributes: dict[str, Any]
    name: str


class EventReader:
    """Reads the events of one receipt, in their order."""

    def __init__(
        self, receipt: Receipt, zone: ZoneInfo, findings: Findings, memory: Memory
    ) -> None:
        self._receipt = receipt
        self._zone = zone
        self._findings = findings
        self._memory = memory
        self._readers: dict[str, Callable[[Event, Told, TypeRow], Iterator[Observation]]] = {
            "unit": self._moving,
            "drone": self._moving,
            "camera_spot": self._moving,
            "thing": self._thing,
            "spot": self._spot,
            "call": self._call,
            "call_end": self._call_end,
            "evacuation": self._evacuation,
            "delete": self._delete,
        }

    def read(self, event: Event) -> Iterator[Observation]:
        """Raises `Unreadable` when the event cannot be used at all."""
        kind = self._required(event, "type", event.type)
        row = row_for(kind)
        if row is None:
            said = f"{kind[:60]!r} is no type of CoT"
            raise Unreadable("unknown_type", said, f"{event.where}.type", event.line)
        if row.as_ == "dropped":
            self._findings.warn(f"dropped_{row.why}", f"{kind[:60]} is left unread", event.where)
            return
        told = self._told(event, kind)
        if told.uid.startswith(_OUR_OWN):
            self._findings.warn("dropped_own", "an incident of ours came back", event.where)
            return
        if told.uid.startswith(_ABOUT_A_PILOT):
            said = "where a drone's pilot stands is personal data"
            self._findings.warn("dropped_personal", said, event.where)
            return
        hazard = hazard_in(event.detail)
        if hazard is not None:
            yield self._sensor(event, told, hazard)
        else:
            yield from self._readers[row.as_](event, told, row)

    def _told(self, event: Event, kind: str) -> Told:
        uid = self._required(event, "uid", event.uid)
        times = _Times(self._findings, self._zone, event)
        sent_at = times.read("time", event.time)
        started_at = times.read("start", event.start)
        if sent_at is None:
            sent_at = started_at
        if sent_at is None:
            rule = "missing_field" if event.time in (None, "", 0) else "bad_time"
            raise Unreadable(rule, "time is no time", f"{event.where}.time", event.line)
        detail = event.detail
        ahead = started_at is not None and started_at > sent_at
        facts = {
            "source": self._receipt.source,
            "source_code": kind[:300],
            "sent_at": sent_at,
            "valid_from": started_at if ahead else None,
            **self._stale(event, times, started_at if ahead else None, sent_at),
            "accuracy_m": _metres(event.ce, 0),
            "mode": self._mode(event),
            "confidentiality": self._confidentiality(event),
        }
        moving = detail.one("track")
        speed = number(moving.get("speed"), 0, 3_000)
        parent = next((one for one in detail.all("link") if one.get("relation") == "p-p"), Node())
        attributes = known(
            cot_type=kind[:60],
            affiliation=affiliation(kind),
            how=one_line(event.how, 20),
            group=one_line(detail.one("__group").get("name"), 60),
            role=one_line(detail.one("__group").get("role"), 60),
            battery_percent=number(detail.one("status").get("battery"), 0, 100),
            speed_kmh=None if speed is None else round(speed * KMH_A_MS, 1),
            heading_deg=number(moving.get("course"), 0, 360),
            hae_m=_metres(event.hae, -500),
            parent=one_line(parent.get("parent_callsign"), 60) or one_line(parent.get("uid"), 80),
            platform=one_line(detail.one("takv").get("platform"), 40),
            tz_assumed=times.zone_assumed or None,
        )
        return Told(
            uid=uid,
            type=kind,
            sent_at=sent_at,
            observed_at=sent_at if started_at is None or ahead else started_at,
            stamp=sent_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            track=track_code(uid),
            facts=facts,
            attributes=attributes,
            name=one_line(detail.one("contact").get("callsign"), 120) or uid,
        )

    def _moving(self, event: Event, told: Told, row: TypeRow) -> Iterator[Observation]:
        """One thing at its latest place; an older place of it is only told."""
        place = self._point(event)
        if not self._memory.is_newest(told.track, told.sent_at, self._receipt.received_at):
            said = "a later place of it is known; this one came late"
            self._findings.warn("older_fix", said, f"{event.where}.time")
            return
        drone = row.as_ == "drone"
        sensor = event.detail.one("sensor")
        yield observed(
            {
                **told.facts,
                "external_id": f"{told.uid[:270]}@{told.stamp}",
                "kind": "drone_track" if drone else "resource_status",
                "action": "update",
                "observed_at": told.observed_at,
                "geometry": place,
                "location_codes": {"track": told.track},
                "headline": told.name,
                "attributes": {
                    **told.attributes,
                    **known(
                        own=affiliation(told.type) in ("friend", "assumed_friend")
                        if drone
                        else None,
                        camera_model=one_line(sensor.get("model"), 80),
                        camera_azimuth_deg=number(sensor.get("azimuth"), 0, 360),
                        camera_view_deg=number(sensor.get("fov"), 0, 360),
                        camera_range_m=number(sensor.get("range"), 0, 1e6),
                    ),
                },
            },
            event.where,
            event.line,
        )

    def _thing(self, event: Event, told: Told, row: TypeRow) -> Iterator[Observation]:
        """What no friend is: followed by a machine, or seen and marked by a person."""
        read = self._moving if str(event.how).startswith("m-") else self._spot
        yield from read(event, told, row)

    def _spot(self, event: Event, told: Told, row: TypeRow) -> Iterator[Observation]:
        """A report; sent again, it updates the first."""
        external_id = f"{told.uid[:270]}@{told.stamp}"
        action, chain = self._life(f"{THING}{told.track}", external_id, told.sent_at)
        remarks = one_line(event.detail.one("remarks").text, 500)
        yield observed(
            {
                **told.facts,
                "external_id": external_id,
                "kind": "report",
                "action": action,
                "chain": chain,
                "observed_at": told.observed_at,
                "geometry": self._outline(event) or self._point(event),
                "headline": told.name,
                "attributes": {**told.attributes, **known(remarks=remarks)},
            },
            event.where,
            event.line,
        )

    def _call(self, event: Event, told: Told, row: TypeRow) -> Iterator[Observation]:
        """An alarm lasts until its end is told, whatever `stale` says."""
        emergency = event.detail.one("emergency")
        if truth(emergency.get("cancel")):
            yield from self._call_end(event, told, row)
            return
        external_id = f"{told.uid[:270]}@{told.stamp}"
        action, chain = self._life(f"{CALL}{told.track}", external_id, told.sent_at)
        what = one_line(emergency.get("type"), 80) or told.type
        yield observed(
            {
                **told.facts,
                "external_id": external_id,
                "kind": "event",
                "action": action,
                "chain": chain,
                "valid_to": None,
                "observed_at": told.observed_at,
                "geometry": self._point(event),
                "location_codes": {"track": self._caller(event, told)},
                "severity": row.severity,
                "headline": f"{one_line(emergency.text, 120) or told.name}: {what}",
                "attributes": {
                    **told.attributes,
                    **known(emergency=what, distress=row.distress or None),
                },
            },
            event.where,
            event.line,
        )

    def _call_end(self, event: Event, told: Told, row: TypeRow) -> Iterator[Observation]:
        key = f"{CALL}{told.track}"
        first = self._memory.timed(key)
        self._memory.forget(key)
        if first is None:
            said = "the alarm that ends here was never heard"
            self._findings.warn("unknown_target", said, event.where)
        yield observed(
            {
                **told.facts,
                "external_id": f"{told.uid[:270]}@{told.stamp}/end",
                "kind": "event",
                "action": "end",
                "chain": [first[1]] if first else [],
                "valid_to": None,
                "observed_at": told.observed_at,
                "geometry": self._point(event),
                "location_codes": {"track": self._caller(event, told)},
                "headline": one_line(event.detail.one("emergency").text, 120) or told.name,
                "attributes": {**told.attributes, "distress": False},
            },
            event.where,
            event.line,
        )

    def _evacuation(self, event: Event, told: Told, row: TypeRow) -> Iterator[Observation]:
        """Casualties are counted by the sender's own words, which are not the room's triage."""
        asked = event.detail.one("_medevac_")
        external_id = f"{told.uid[:270]}@{told.stamp}"
        action, chain = self._life(f"{CALL}{told.track}", external_id, told.sent_at)
        yield observed(
            {
                **told.facts,
                "external_id": external_id,
                "kind": "event",
                "action": action,
                "chain": chain,
                "observed_at": told.observed_at,
                "geometry": self._point(event),
                "severity": 3,
                "headline": one_line(asked.get("title"), 120) or told.name,
                "attributes": {
                    **told.attributes,
                    **known(
                        evacuation=True,
                        **{
                            f"patients_{name}": whole(asked.get(name), 0, 10_000)
                            for name in ("urgent", "urgent_surgical", "priority", "routine")
                        },
                    ),
                },
            },
            event.where,
            event.line,
        )

    def _delete(self, event: Event, told: Told, row: TypeRow) -> Iterator[Observation]:
        """Takes back what the linked event told; the event's own uid when nothing is linked."""
        links = [one_line(one.get("uid"), 300) for one in event.detail.all("link")]
        for uid in list(dict.fromkeys(filter(None, links)))[:50] or [told.uid]:
            track = track_code(uid)
            first = self._memory.timed(f"{THING}{track}")
            followed = self._memory.timed(f"track:{track}")
            if first is None and followed is None:
                said = f"nothing is known of {uid[:80]}"
                self._findings.warn("unknown_target", said, event.where)
                continue
            self._memory.forget(f"{THING}{track}")
            self._memory.forget(f"track:{track}")
            yield observed(
                {
                    **told.facts,
                    "external_id": f"{uid[:260]}@{told.stamp}/deleted",
                    "kind": "report" if first else "resource_status",
                    "action": "cancel" if first else "end",
                    "chain": [first[1]] if first else [],
                    "valid_to": None,
                    "accuracy_m": None,
                    "observed_at": told.observed_at,
                    "location_codes": {} if first else {"track": track},
                    "headline": uid[:120],
                    "attributes": {"cot_type": told.type, "deleted": True},
                },
                event.where,
                event.line,
            )

    def _sensor(self, event: Event, told: Told, hazard: Hazard) -> Observation:
        """An instrument's reading: a fact to judge when it calls an alarm, else a sign of life."""
        external_id = f"{told.uid[:270]}@{told.stamp}"
        key = f"{CALL}{told.track}"
        action: str = "heartbeat"
        chain: list[str] = []
        if hazard.alarm:
            action, chain = self._life(key, external_id, told.sent_at)
        else:
            self._memory.forget(key)
        return observed(
            {
                **told.facts,
                "mode": "exercise" if hazard.simulated else told.facts["mode"],
                "external_id": external_id,
                "kind": "sensor",
                "action": action,
                "chain": chain,
                "type_hint": hazard.type_hint if hazard.alarm else None,
                "source_code": f"{hazard.kind} alarm: {hazard.what}" if hazard.alarm else told.type,
                "observed_at": told.observed_at,
                "geometry": self._point(event),
                "severity": 3 if hazard.alarm else None,
                "confidence": hazard.confidence if hazard.alarm else None,
                "headline": f"{told.name}: {hazard.what}" if hazard.what else told.name,
                "attributes": {
                    **told.attributes,
                    "hazard": hazard.kind,
                    "alarm": hazard.alarm,
                    "readings": hazard.readings,
                    "instrument": hazard.instrument,
                    **(
                        {"hazard_class": hazard.kind, "hazard_status": "suspected"}
                        if hazard.alarm
                        else {}
                    ),
                },
            },
            event.where,
            event.line,
        )

    def _life(self, key: str, external_id: str, at: datetime) -> tuple[str, list[str]]:
        """Whether this is the first word of a thing, and if not, which one was."""
        first = self._memory.timed(key)
        if first is None:
            self._memory.keep(key, at, external_id)
            return "new", []
        return ("new", []) if first[1] == external_id else ("update", [first[1]])

    def _caller(self, event: Event, told: Told) -> str:
        """Whose alarm it is: clients link the unit, and call the alarm after it."""
        for link in event.detail.all("link"):
            uid = one_line(link.get("uid"), 300)
            if uid and link.get("relation") == "p-p":
                return track_code(uid)
        return track_code(told.uid.removesuffix("-9-1-1"))

    def _point(self, event: Event) -> Point | None:
        """None, with a warning, for the places that mean "I do not know where I am"."""
        where = f"{event.where}.point"
        lat, lon = number(event.lat, -NO_FIX, NO_FIX), number(event.lon, -NO_FIX, NO_FIX)
        if lat is not None and lon is not None:
            self._findings.warn("no_position", "beside 0,0 lies only a placeholder", where)
            return None
        point = point_of(event.lat, event.lon, self._findings, where)
        if point is None and event.lat in (None, ""):
            self._findings.warn("no_position", "there is no position in it", where)
        return point

    def _outline(self, event: Event) -> dict[str, Any] | None:
        """What was drawn: the lines and rings of GeoJSON, linked points, a polyline, a circle."""
        where = f"{event.where}.detail"
        if event.rings or event.lines:
            return geometry_of(
                self._findings,
                where,
                lines=[track_of(one, self._findings, where) for one in event.lines],
                rings=[track_of(one, self._findings, where) for one in event.rings],
            )
        polyline = event.detail.one("shape", "polyline")
        drawn = _linked(event.detail) or _vertices(polyline)
        if len(drawn) > 1:
            closed = (
                drawn[0] == drawn[-1]
                or str(event.type).startswith("u-d-r")
                or truth(polyline.get("closed")) is True
            )
            path = track_of(drawn, self._findings, where)
            if closed and len(set(path)) > 2:
                return geometry_of(self._findings, where, rings=[path])
            return geometry_of(self._findings, where, lines=[path])
        ring = _ellipse(event)
        return geometry_of(self._findings, where, rings=[ring]) if ring else None

    def _stale(
        self, event: Event, times: "_Times", valid_from: datetime | None, sent_at: datetime
    ) -> dict[str, Any]:
        valid_to = times.read("stale", event.stale)
        if valid_to is not None and valid_to < (valid_from or sent_at):
            self._findings.warn("bad_stale", "it ends before it begins", f"{event.where}.stale")
            return {"valid_to": None}
        return {"valid_to": valid_to}

    def _mode(self, event: Event) -> Mode:
        """An operation, an exercise or a simulation; a machine that simulates says so too."""
        opex = one_line(event.opex, 60) or ""
        if opex[:1].lower() in ("e", "s") or str(event.how).startswith("m-s"):
            return "exercise"
        return "real"

    def _confidentiality(self, event: Event) -> str | None:
        access = one_line(event.access, 100) or ""
        return None if access.lower() in _OPEN_ACCESS else access

    def _required(self, event: Event, name: str, value: object) -> str:
        found = one_line(value, 300)
        if found is None:
            where = f"{event.where}.{name}"
            raise Unreadable("missing_field", f"{name} is missing", where, event.line)
        return found


class _Times:
    """Times of one event: ISO 8601 in XML and GeoJSON, milliseconds in protobuf."""

    def __init__(self, findings: Findings, zone: ZoneInfo, event: Event) -> None:
        self._findings = findings
        self._zone = zone
        self._where = event.where
        self.zone_assumed = False

    def read(self, name: str, written: object) -> datetime | None:
        if written in (None, "", 0):
            return None
        at = f"{self._where}.{name}"
        moment = (
            moment_of(written, self._zone)
            if isinstance(written, str)
            else moment_of_epoch(written, 0.001)
        )
        if moment is None:
            self._findings.warn("bad_time", f"{name} is no time", at)
            return None
        if moment.zone_assumed and not self.zone_assumed:
            self.zone_assumed = True
            said = f"a time without an offset was read in {self._zone.key}"
            self._findings.warn("tz_assumed", said, at)
        return moment.at


def _metres(value: object, low: float) -> float | None:
    """None for the two numbers that mean "unknown"."""
    return number(value, low, UNKNOWN_FROM - 1)


def _linked(detail: Node) -> list[Position]:
    """`point="lat,lon"`, with a height behind it in routes."""
    found: list[Position] = []
    for link in detail.all("link"):
        written = link.get("point")
        if isinstance(written, str):
            found.extend(_position(*written.split(",")[:2]))
    return found


def _vertices(polyline: Node) -> list[Position]:
    found: list[Position] = []
    for vertex in polyline.all("vertex"):
        found.extend(_position(vertex.get("lat"), vertex.get("lon")))
    return found


def _position(lat: object = None, lon: object = None) -> Iterator[Position]:
    y, x = number(lat, -90, 90), number(lon, -180, 180)
    if y is not None and x is not None:
        yield x, y


def _ellipse(event: Event) -> list[Position]:
    """Around the event's point; half axes in metres, the angle clockwise from north."""
    told = event.detail.one("shape", "ellipse")
    major, minor = number(told.get("major"), 0.1, 1e6), number(told.get("minor"), 0.1, 1e6)
    lat, lon = number(event.lat, -89, 89), number(event.lon, -180, 180)
    if major is None or minor is None or lat is None or lon is None:
        return []
    turn = math.radians(number(told.get("angle"), -360, 360) or 0)
    ring: list[Position] = []
    for side in range(CIRCLE_SIDES + 1):
        angle = 2 * math.pi * (side % CIRCLE_SIDES) / CIRCLE_SIDES
        along, across = major * math.cos(angle), minor * math.sin(angle)
        north = along * math.cos(turn) - across * math.sin(turn)
        east = along * math.sin(turn) + across * math.cos(turn)
        x = lon + east / (METRES_A_DEGREE * math.cos(math.radians(lat)))
        y = lat + north / METRES_A_DEGREE
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            return []
        ring.append((round(x, 6), round(y, 6)))
    return ring
