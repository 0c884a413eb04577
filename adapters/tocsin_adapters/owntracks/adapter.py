"""The adapter: what a telephone tells to observations, never an exception."""

import base64
import binascii
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, ClassVar

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from tocsin.contract import Observation, Receipt, Translation
from tocsin_adapters.owntracks.settings import MAX_SECRET_BYTES, OwntracksSettings, secret_in
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import document_of, named
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.moments import moment_of_epoch
from tocsin_adapters.reading.numbers import number, truth, whole
from tocsin_adapters.reading.observations import known, observed, path_to, track_code, translation
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.texts import code, one_line

MAX_MESSAGES = 500
# What hangs below a telephone's own topic, `owntracks/USER/DEVICE`.
_BELOW = frozenset(
    {"event", "waypoint", "waypoints", "status", "info", "cmd", "dump", "step", "steps"}
    | {"beacon", "request", "response"}
)
_LAST_KNOWN = frozenset("lL")  # triggers: the telephone has lost its fix, or is shutting down
_CONNECTIONS = {"w": "wifi", "m": "mobile", "o": "offline"}
_DROPPED = {
    "card": "a card holds a name and a picture; it is left unread",
    "cmd": "commands to telephones are none of our business",
    "configuration": "a telephone's configuration can hold its password; it is left unread",
    "dump": "a telephone's configuration can hold its password; it is left unread",
    "steps": "how much somebody walked is none of our business",
    "beacon": "a beacon says nothing about where it is",
    "request": "a request to the telephones' own server is left to it",
}


class OwntracksAdapter:
    """Places, borders crossed, places marked, connections. `card` and commands are dropped."""

    name: ClassVar[str] = "owntracks"
    tells_mode: ClassVar[bool] = False
    max_bytes: ClassVar[int] = 128 * 1024
    Settings: ClassVar[type[OwntracksSettings]] = OwntracksSettings

    def __init__(self, settings: OwntracksSettings | None = None) -> None:
        path = settings.secret_file if settings is not None else None
        self._box = SecretBox(secret_in(path).ljust(MAX_SECRET_BYTES, b"\0")) if path else None

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        try:
            document = document_of(payload, findings, max_bytes=self.max_bytes)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
            return translation([], findings)
        observations: list[Observation] = []
        for where, message in _messages(document, findings):
            try:
                read = self._read(message, where, _Reader(receipt, findings, memory))
                observations.extend(read)
            except Unreadable as trouble:
                findings.reject(trouble.finding)
        return translation(observations, findings, memory)

    def _read(self, message: Any, where: str, reader: "_Reader") -> list[Observation]:
        if not isinstance(message, dict):
            raise Unreadable("not_an_object", f"a message is {named(message)}, no object", where)
        kind = message.get("_type")
        if kind == "encrypted":
            message = self._decrypted(message, where, reader.findings)
            kind = message.get("_type")
        if not isinstance(kind, str) or not kind:
            raise Unreadable("missing_field", "_type is missing", path_to(where, "_type"))
        if kind in _DROPPED:
            reader.findings.warn(f"dropped_{kind}", _DROPPED[kind], where)
            return []
        if kind == "waypoints":
            return list(reader.waypoints(message, where))
        read = reader.readers.get(kind)
        if read is None:
            said = f"{kind[:40]!r} is no message of OwnTracks"
            raise Unreadable("unknown_type", said, path_to(where, "_type"))
        found = read(message, where)
        return [] if found is None else [found]

    def _decrypted(self, message: dict[str, Any], where: str, findings: Findings) -> dict[str, Any]:
        at = path_to(where, "data")
        if self._box is None:
            said = "the message is encrypted and no secret is configured (option secret_file)"
            raise Unreadable("encrypted", said, at)
        try:
            sealed = base64.b64decode(str(message.get("data", "")), validate=True)
            opened = self._box.decrypt(sealed)
        except (binascii.Error, ValueError, CryptoError):
            said = "the configured secret does not open the message"
            raise Unreadable("wrong_secret", said, at) from None
        inner = document_of(opened, findings, max_bytes=self.max_bytes)
        if not isinstance(inner, dict) or inner.get("_type") == "encrypted":
            raise Unreadable("encrypted", "what was encrypted is no message", at)
        return {**inner, "topic": inner.get("topic") or message.get("topic")}


class _Reader:
    """Reads the messages of one receipt. Each method returns None for what is only warned of."""

    def __init__(self, receipt: Receipt, findings: Findings, memory: Memory) -> None:
        self.findings = findings
        self._receipt = receipt
        self._memory = memory
        self.readers: dict[str, Callable[[dict[str, Any], str], Observation | None]] = {
            "location": self._location,
            "transition": self._transition,
            "waypoint": self._waypoint,
            "lwt": self._lwt,
            "status": self._status,
        }

    def _location(self, message: dict[str, Any], where: str) -> Observation | None:
        unit, fixed_at, stamp = self._fix(message, where)
        track = _track(unit)
        common = self._common(message, track, where)
        if not self._is_newest(track, fixed_at, where):
            return None
        trigger = one_line(message.get("t"), 1)
        return observed(
            {
                **common,
                "external_id": f"{unit}@{stamp}",
                "kind": "resource_status",
                "action": "update",
                "observed_at": fixed_at,
                "location_text": one_line(message.get("poi")),
                "headline": one_line(message.get("tid")) or unit,
                "attributes": known(
                    speed_kmh=number(message.get("vel"), 0, 2000),
                    heading_deg=number(message.get("cog"), 0, 360),
                    altitude_m=number(message.get("alt"), -500, 20_000),
                    battery_percent=number(message.get("batt"), 0, 100),
                    connection=_CONNECTIONS.get(str(message.get("conn"))),
                    trigger=trigger,
                    last_known=True if trigger in _LAST_KNOWN else None,
                    moving=truth(message.get("motion")),
                    ignition=truth(message.get("ign")),
                    regions=_regions(message.get("inregions")),
                    tag=one_line(message.get("tag"), 60),
                ),
            },
            where,
        )

    def _transition(self, message: dict[str, Any], where: str) -> Observation | None:
        unit, crossed_at, stamp = self._fix(message, where)
        event = message.get("event")
        if event not in ("enter", "leave"):
            raise Unreadable("bad_value", "a transition enters or leaves", path_to(where, "event"))
        track = _track(unit)
        common = self._common(message, track, where)
        if not self._is_newest(track, crossed_at, where):
            return None
        region = one_line(message.get("desc"), 100)
        which = code(message.get("rid") or message.get("wtst") or region, 40) or "region"
        said = [one_line(message.get("tid")) or unit, "→" if event == "enter" else "←", region]
        return observed(
            {
                **common,
                "external_id": f"{unit}@{stamp}/{event}/{which}",
                "kind": "resource_status",
                "action": "update",
                "observed_at": crossed_at,
                "location_text": region,
                "headline": " ".join(filter(None, said)),
                "attributes": known(transition=event, region=region, region_id=which),
            },
            where,
        )

    def waypoints(self, message: dict[str, Any], where: str) -> Iterator[Observation]:
        """The list of marked places that a telephone sends when it is asked to."""
        listed = message.get("waypoints")
        if not isinstance(listed, list):
            raise Unreadable("missing_field", "no list of waypoints", path_to(where, "waypoints"))
        for nth, one in enumerate(listed[:MAX_MESSAGES]):
            at = path_to(where, f"waypoints[{nth}]")
            try:
                if not isinstance(one, dict):
                    raise Unreadable("not_an_object", f"a waypoint is {named(one)}", at)
                read = self._waypoint({"topic": message.get("topic"), **one}, at)
                if read is not None:
                    yield read
            except Unreadable as trouble:
                self.findings.reject(trouble.finding)

    def _waypoint(self, message: dict[str, Any], where: str) -> Observation | None:
        """A place that somebody marked, kept beside its unit: it is not where the unit is."""
        unit, marked_at, stamp = self._fix(message, where)
        label = one_line(message.get("desc"), 100)
        which = code(message.get("rid"), 40) or stamp
        return observed(
            {
                **self._common(message, f"{_track(unit)}.{which}"[:80], where),
                "external_id": f"{unit}/waypoint/{which}@{stamp}",
                "kind": "resource_status",
                "action": "update",
                "observed_at": marked_at,
                "location_text": label,
                "headline": label or f"{unit} {which}",
                "attributes": known(marked_place=True, radius_m=number(message.get("rad"), 0, 1e6)),
            },
            where,
        )

    def _lwt(self, message: dict[str, Any], where: str) -> Observation:
        """The end of the connection, not of the person; `tst` is when the connection began."""
        unit = self._unit(message, where)
        since = moment_of_epoch(message.get("tst"))
        stamp = _stamp(message.get("tst"))
        return observed(
            {
                "source": self._receipt.source,
                "external_id": f"{unit}/lwt@{stamp or self._received()}",
                "kind": "channel_status",
                "mode": "system",
                "headline": unit,
                "attributes": known(
                    channel=one_line(unit, 80),
                    channel_state="down",
                    connected_since=since.at.isoformat() if since else None,
                ),
            },
            where,
        )

    def _status(self, message: dict[str, Any], where: str) -> Observation:
        """What the telephone lets the application do. It bears no time of its own."""
        unit = self._unit(message, where)
        platform = next((name for name in ("iOS", "android") if name in message), None)
        told = message.get(platform) if platform else None
        told = told if isinstance(told, dict) else {}
        permission = told.get("locationManagerAuthorizationStatus", told.get("loc"))
        return observed(
            {
                "source": self._receipt.source,
                "external_id": f"{unit}/status@{self._received()}",
                "kind": "channel_status",
                "mode": "system",
                "headline": unit,
                "attributes": known(
                    channel=one_line(unit, 80),
                    channel_state="up",
                    platform=platform,
                    version=one_line(told.get("version"), 40),
                    location_permission=one_line(permission, 80),
                ),
            },
            where,
        )

    def _common(self, message: dict[str, Any], track: str, where: str) -> dict[str, Any]:
        for name in ("lat", "lon"):
            if message.get(name) is None:
                raise Unreadable("missing_field", f"{name} is missing", path_to(where, name))
            if isinstance(message[name], str):
                said = f"{name} is written as text"
                self.findings.warn("number_as_text", said, path_to(where, name))
        point = point_of(message["lat"], message["lon"], self.findings, path_to(where, "lat"))
        created = moment_of_epoch(message.get("created_at"))
        return {
            "source": self._receipt.source,
            "sent_at": created.at if created else None,
            "geometry": point,
            "accuracy_m": number(message.get("acc"), 0.1, 1_000_000),
            "location_codes": {"track": track},
        }

    def _fix(self, message: dict[str, Any], where: str) -> tuple[str, datetime | None, str]:
        """Whose message it is, when the place was taken, and `tst` as it was written."""
        unit = self._unit(message, where)
        at = path_to(where, "tst")
        stamp = _stamp(message.get("tst"))
        if stamp is None:
            rule = "missing_field" if message.get("tst") is None else "bad_time"
            raise Unreadable(rule, "tst is no time in seconds", at)
        moment = moment_of_epoch(message["tst"])
        if moment is None:
            self.findings.warn("bad_time", "the telephone's clock was never set", at)
        return unit, moment.at if moment else None, stamp

    def _unit(self, message: dict[str, Any], where: str) -> str:
        """`user/device` of the topic; over HTTP the topic stands in the message, or only a tid."""
        written = self._receipt.topic or message.get("topic")
        unit = _unit_in(written) if isinstance(written, str) else None
        unit = unit or one_line(message.get("tid"), 40)
        if unit is None:
            raise Unreadable("missing_field", "nothing says whose message it is", where or "topic")
        return unit

    def _is_newest(self, track: str, at: datetime | None, where: str) -> bool:
        if self._memory.is_newest(track, at, self._receipt.received_at):
            return True
        said = "a later place of this unit is known; this one came late"
        self.findings.warn("older_fix", said, path_to(where, "tst"))
        return False

    def _received(self) -> str:
        return self._receipt.received_at.isoformat()


def _messages(document: Any, findings: Findings) -> Iterator[tuple[str, Any]]:
    """One message, or the list that HTTP mode answers with."""
    if not isinstance(document, list):
        yield "", document
        return
    if len(document) > MAX_MESSAGES:
        findings.warn("too_many_messages", f"the first {MAX_MESSAGES} messages are read")
    for nth, message in enumerate(document[:MAX_MESSAGES]):
        yield f"[{nth}]", message


def _unit_in(topic: str) -> str | None:
    levels = [level for level in topic[:300].split("/") if level]
    if len(levels) > 3 and levels[-1] in _BELOW:
        levels.pop()
    if len(levels) < 3:
        return None
    return one_line("/".join(levels[-2:]), 120)


def _track(unit: str) -> str:
    return track_code(unit.replace("/", "."), 60)


def _stamp(value: object) -> str | None:
    seconds = whole(value, 0, 10**12)
    return None if seconds is None else str(seconds)


def _regions(value: object) -> list[str] | None:
    if not isinstance(value, list):
        return None
    return [line for line in (one_line(one, 60) for one in value[:20]) if line] or None
