"""One CISU message to its observations.

An allow-list: what is not read here never leaves. Callers, victims, telephone numbers, motives of
health, access codes, notes and every free text stay behind.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.contract import Action, Finding, Mode, Observation, Receipt
from tocsin_adapters.cisu import codes
from tocsin_adapters.reading.clock import Clock
from tocsin_adapters.reading.envelope import MODES, action_of
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.nodes import Node, missing
from tocsin_adapters.reading.numbers import number, truth, whole
from tocsin_adapters.reading.observations import known, observed, resource_codes, track_code
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.settings import SourceSettings

MAX_ROWS = 500
_SEVERAL = {"PLUSIEURS", "BEAUCOUP", "1"}
_CHILDREN = {"NOURRISSON", "ENFANT"}
_INSEE = re.compile(r"[0-9AB]{5}")
# What came through, and nothing is to be done about.
READ = ("createCase", "resourcesInfoCisu", "resourcesInfo", "geoPositionsUpdate")
LISTED = ("geoResourcesDetails",)
ANSWERS = ("reference", "error")
REQUESTS = ("geoResourcesRequest", "resourcesRequest")
HEALTH = (
    *("createCaseHealth", "createCaseHealthUpdate", "rpis", "interventionReport", "appointment"),
)
TECHNICAL = ("technical", "technicalNoreq")
NAMES = (*READ, *LISTED, *ANSWERS, *REQUESTS, *HEALTH, *TECHNICAL)


@dataclass(frozen=True, slots=True)
class Post:
    """How a message came: what an envelope says of it, or what has to be assumed without one.

    `version` tells two messages about one case apart; without an envelope it is `assumed`.
    """

    version: str
    mode: Mode = "real"
    action: Action | None = None
    sent_at: datetime | None = None
    assumed: bool = False


class CisuReader:
    """Reads the messages that arrived with one receipt."""

    def __init__(
        self, receipt: Receipt, settings: SourceSettings, memory: Memory, findings: Findings
    ) -> None:
        self._receipt = receipt
        self._clock = Clock(settings.zone, findings)
        self._languages = settings.languages
        self._memory = memory
        self._findings = findings

    def post_of(self, header: Node, post: Post) -> Post:
        """What the message's own header adds; it can make an exercise of it, never the reverse."""
        status, kind = header.text("status", 40), header.text("kind", 40).lower()
        mode = MODES.get(status.lower()) if status else "real"
        if mode is None:
            said = f"{status!r} is no status"
            raise Unreadable("unknown_status", said, header.at("status"), header.line)
        if not header:
            return post
        return Post(
            version=(header.text("messageId", 150) if post.assumed else "") or post.version,
            mode=mode if post.mode == "real" else post.mode,
            action=post.action or (None if kind in {"", "report"} else action_of(kind)),
            sent_at=post.sent_at or self._time(header, "sentAt"),
        )

    def read(self, name: str, message: Node, post: Post) -> list[Observation]:
        """Raises `Unreadable` when the message cannot be used at all."""
        self._clock.zone_assumed = False
        if name == "createCase":
            return [self._case(message, post)]
        if name in {"resourcesInfoCisu", "resourcesInfo"}:
            case = message.text("caseId", 120)
            return self._rows(message, "resource", lambda row: self._resource(row, case, post))
        if name == "geoPositionsUpdate":
            return self._rows(message, "position", lambda row: self._position(row, post))
        if name == "geoResourcesDetails":
            return self._rows(message, "resource", lambda row: self._details(row, post))
        if name in ANSWERS:
            return [self._answer(name, message, post)]
        if name in HEALTH:
            said = "a medical file is personal throughout; nothing of it is read"
            raise Unreadable("health_file", said, name, message.line)
        if name in REQUESTS:
            self._findings.warn("request", "it asks for something and tells nothing", name)
        else:
            self._findings.warn("technical_message", "a message for testing tells nothing", name)
        return []

    def _case(self, case: Node, post: Post) -> Observation:
        id_ = _needed(case, "caseId")
        qualification, location = case.node("qualification"), case.node("location")
        what = qualification.node("whatsHappen").text("code", 20)
        if not what:
            raise missing(qualification.node("whatsHappen"), "code")
        risks = [risk.text("code", 10) for risk in qualification.nodes("riskThreat")]
        nature = codes.nature_of(what, risks, self._languages)
        victims = qualification.node("victims")
        count = victims.text("count", 20).upper()
        facts = dict(nature.facts)
        if count in _SEVERAL:
            facts["victims"] = True
        if victims.text("mainVictim", 20).upper() in _CHILDREN:
            facts["children"] = True
        alerts = [*case.nodes("initialAlert"), *case.nodes("newAlert")]
        taker = alerts[0].node("callTaker") if alerts else Node({})
        place = location.node("geometry").node("point").node("coord")
        point = self._point(place)
        insee = location.node("city").text("inseeCode", 10)
        key = f"{id_}|{post.version}"
        before = self._memory.timed(f"case:{id_}")
        self._memory.keep(f"case:{id_}", self._receipt.received_at, key)
        earlier = [before[1]] if before is not None and before[1] != key else []
        return self._observation(
            post,
            kind="event",
            action=post.action or ("update" if earlier else "new"),
            chain=earlier,
            external_id=key,
            type_hint=nature.type,
            source_code=nature.source_code,
            observed_at=self._time(case, "creation"),
            headline=nature.label,
            geometry=point,
            accuracy_m=codes.accuracy_of(place.text("precision")) if point else None,
            location_text=_address(location),
            location_codes={"incident": track_code(id_)}
            | ({"insee": insee} if _INSEE.fullmatch(insee) else {}),
            attributes=facts
            | known(
                case_id=id_,
                sender_case_id=case.text("senderCaseId", 120) or None,
                whats_happen=nature.code or None,
                location_kind=qualification.node("locationKind").text("code", 20) or None,
                risks=[risk for risk in risks if risk][:20] or None,
                victims_count=count or None,
                alerts=len(alerts) or None,
                reporting=alerts[0].text("reporting", 20) or None if alerts else None,
                org=taker.text("organization", 120) or None,
                control_room=taker.text("controlRoom", 80) or None,
                country=location.text("country", 2) or None,
            ),
        )

    def _resource(self, row: Node, case: str, post: Post) -> Observation:
        id_ = _needed(row, "resourceId")
        # One state in RC-RI, all that were passed through in its sister for health services.
        passed = [(self._time(s, "datetime"), s) for s in row.nodes("state")]
        passed.sort(key=lambda pair: (pair[0] is not None, pair[0]))
        at, state = passed[-1] if passed else (None, Node({}))
        position = row.node("position")
        point = self._point(position.node("coord"))
        seen_at = self._time(position, "datetime")
        return self._observation(
            post,
            kind="resource_status",
            action="update",
            external_id=f"{id_}|{_text_of(at) or post.version}|{state.text('status', 20)}",
            observed_at=at or self._time(row, "datetime"),
            headline=row.text("name", 80) or None,
            geometry=point,
            location_codes=resource_codes(id_, placed=self._is_news(id_, point, seen_at or at))
            | ({"incident": track_code(case)} if case else {}),
            attributes=known(
                resource_id=id_,
                case_id=case or None,
                status=state.text("status", 20) or None,
                available=truth(state.scalar("availability")),
                vehicle_type=row.text("vehicleType", 40) or None,
                medical_level=row.node("team").text("medicalLevel", 20) or None,
                org=row.text("orgId", 120) or None,
                position_at=_text_of(seen_at),
                speed_kmh=number(position.scalar("speed"), 0, 500),
            ),
        )

    def _position(self, row: Node, post: Post) -> Observation:
        id_ = _needed(row, "resourceId")
        at = self._time(row, "datetime")
        point = self._point(row.node("coord"))
        return self._observation(
            post,
            kind="resource_status",
            action="update",
            external_id=f"{id_}|{_text_of(at) or post.version}",
            observed_at=at,
            geometry=point,
            location_codes=resource_codes(id_, placed=self._is_news(id_, point, at)),
            attributes=known(
                resource_id=id_,
                status=row.text("status", 20) or None,
                engaged=row.text("engagedStatus", 40) or None,
                moving={"MOBILE": True, "STATIQUE": False}.get(row.text("move", 20).upper()),
                engine_on=truth(row.scalar("engineOn")),
                on_ground=truth(row.scalar("groundStatus")),
                speed_kmh=number(row.scalar("speed"), 0, 500),
                heading_deg=number(row.scalar("cap"), 0, 360),
            ),
        )

    def _details(self, row: Node, post: Post) -> Observation:
        id_ = _needed(row, "resourceId")
        return self._observation(
            post,
            kind="resource_status",
            action="update",
            external_id=f"{id_}|{post.version}",
            headline=row.text("name", 80) or None,
            location_codes=resource_codes(id_, placed=False),
            attributes=known(
                resource_id=id_,
                vehicle_type=row.text("resourceType", 40) or None,
                nature=row.text("nature", 40) or None,
                mobility=row.text("mobility", 40) or None,
                capacity=row.text("capacity", 40) or None,
                org=row.text("orgId", 120) or None,
            ),
        )

    def _answer(self, name: str, message: Node, post: Post) -> Observation:
        """A receipt, or an error, about a message of ours."""
        field = "distributionID" if name == "reference" else "referencedDistributionID"
        answered = _needed(message, field)
        code = message.node("errorCode")
        return self._observation(
            post,
            kind="report",
            action="ack",
            external_id=f"{name}|{answered}|{post.version}",
            chain=[answered],
            attributes=known(
                answer="accepted" if name == "reference" else "error",
                error_code=whole(code.scalar("statusCode"), 0, 100_000),
                error=code.text("statusString", 120) or None,
            ),
        )

    def _rows(self, message: Node, name: str, read: Any) -> list[Observation]:
        rows = message.nodes(name)
        if not rows:
            raise missing(message, name)
        if len(rows) == MAX_ROWS:
            said = f"the first {MAX_ROWS} are read, the others are not"
            self._findings.reject(Finding("too_many_rows", said, message.at(name), message.line))
        found: list[Observation] = []
        for row in rows:
            try:
                found.append(read(row))
            except Unreadable as trouble:
                self._findings.reject(trouble.finding)
        return found

    def _observation(self, post: Post, **facts: Any) -> Observation:
        if self._clock.zone_assumed:
            facts["attributes"]["tz_assumed"] = str(self._clock.zone)
        return observed(
            {
                "source": self._receipt.source,
                "mode": post.mode,
                "sent_at": post.sent_at,
                "received_at": self._receipt.received_at,
                **facts,
            },
            facts["external_id"],
        )

    def _is_news(self, id_: str, point: Any, at: datetime | None) -> bool:
        """Of one vehicle, an older place never follows a newer one."""
        return point is not None and self._memory.is_newest(id_, at, self._receipt.received_at)

    def _point(self, coord: Node) -> Any:
        return point_of(coord.scalar("lat"), coord.scalar("lon"), self._findings, coord.where)

    def _time(self, node: Node, name: str) -> datetime | None:
        return self._clock.read(node.text(name, 60), node.at(name))


def _address(location: Node) -> str | None:
    """Number, street, town: what a screen needs to say where, and nothing of who lives there."""
    address = location.node("detailedAddress")
    street = address.text("complete") or address.node("wayName").text("complete")
    house = address.text("number", 20)
    if house and not street.startswith(house):
        street = f"{house} {street}"
    parts = (street.strip(), location.node("city").text("name", 100))
    return ", ".join(part for part in parts if part)[:300] or None


def _text_of(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _needed(node: Node, name: str) -> str:
    found = node.text(name, 120)
    if not found:
        raise missing(node, name)
    return found
