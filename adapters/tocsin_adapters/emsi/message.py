"""One EMSI message to its observations.

Only what is listed here leaves it. Free texts, names of people, contacts and user ids stay behind:
they hold plates, telephone numbers and health.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.contract import Action, Finding, Mode, Observation, Receipt
from tocsin_adapters.emsi import hints
from tocsin_adapters.reading.clock import Clock
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.nodes import Node, missing
from tocsin_adapters.reading.numbers import number, whole
from tocsin_adapters.reading.observations import known, observed, resource_codes, track_code
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.settings import SourceSettings
from tocsin_adapters.reading.shapes import geometry_of, track_of

MAX_RESOURCES = 100
MAX_REPORTS = 20
MAX_MISSIONS = 40
MAX_CORNERS = 500

_MODES: dict[str, Mode] = {
    "ACTUAL": "real",
    "EXERCS": "exercise",
    "EXERCISE": "exercise",
    "SYSTEM": "system",
    "TEST": "test",
}
_ACTIONS: dict[str, Action] = {
    "ALERT": "new",
    "UPDATE": "update",
    "CANCEL": "cancel",
    "ACK": "ack",
    "ERROR": "ack",
}
_OPEN = {"", "UNMARK", "UNCLAS"}
_WGS84 = {"", "EPSG4326", "EPSG4979", "WGS84"}
_NOTHING = {"", "None", "null"}
# Where it happened, before where something is set up because of it.
_PLACES = ("GEN/EVENT", "GEN/INCGRD", "GEN/LOCAT", "GEN", "DGR", "FLAME", "")
_COUNTS = {
    "TRIAGERED": "casualties_red",
    "TRIAGEYELLOW": "casualties_yellow",
    "TRIAGEGREEN": "casualties_green",
    "TRIAGEBLACK": "deceased",
    "MISSING": "missing",
    "EVACUATED": "evacuated",
}


@dataclass(frozen=True, slots=True)
class _Context:
    id: str
    mode: Mode
    action: Action
    sent_at: datetime | None
    chain: tuple[str, ...]
    told: dict[str, Any]
    confidentiality: str | None

    def version(self) -> str:
        at = "" if self.sent_at is None else f"|{self.sent_at.strftime('%Y-%m-%dT%H:%M:%SZ')}"
        return f"{self.id}{at}"


class EmsiReader:
    """Reads the messages that arrived with one receipt."""

    def __init__(
        self, receipt: Receipt, settings: SourceSettings, memory: Memory, findings: Findings
    ) -> None:
        self._receipt = receipt
        self._clock = Clock(settings.zone, findings)
        self._memory = memory
        self._findings = findings

    def read(self, message: Node) -> list[Observation]:
        """Raises `Unreadable` when nobody could tell what the message is."""
        self._clock.zone_assumed = False
        context = self._context(message.node("CONTEXT"))
        event = message.node("EVENT")
        if event and not event.text("ID"):
            raise missing(event, "ID")
        resources = message.nodes("RESOURCE")
        missions = message.nodes("MISSION")
        if not event and not resources and not missions and context.action != "ack":
            raise missing(message, "EVENT")
        read = [self._event(event, missions, context)]
        if context.action in {"cancel", "ack"}:
            return read
        if event:
            read += self._reports(event, context)
        return read + self._resources(resources, event, context)

    def _context(self, context: Node) -> _Context:
        id_ = context.text("ID", 120)
        if not id_:
            raise missing(context, "ID")
        written = context.text("MODE")
        if not written:
            raise missing(context, "MODE")
        mode = _MODES.get(written.upper())
        if mode is None:
            said = f"{written[:60]!r} is no mode of EMSI"
            raise Unreadable("unknown_status", said, context.at("MODE"), context.line)
        kind = context.text("MSGTYPE")
        action = _ACTIONS.get(kind.upper()) if kind else "new"
        if action is None:
            said = f"{kind[:60]!r} is no message type of EMSI"
            raise Unreadable("unknown_msg_type", said, context.at("MSGTYPE"), context.line)
        if not kind:
            said = "MSGTYPE is missing; ALERT is assumed"
            self._findings.warn("missing_field", said, context.at("MSGTYPE"))
        mark = context.text("SECLASS")
        links = [link.text("ID", 120) for link in context.nodes("LINK")]
        return _Context(
            id=id_,
            mode=mode,
            action=action,
            sent_at=self._time(context, "CREATION"),
            chain=tuple(filter(None, links)),
            told=known(
                msg_type=kind or None,
                level=context.text("LEVEL", 40) or None,
                urgency=context.text("URGENCY", 40) or None,
                issued_by=context.node("ORIGIN").text("ORG_ID", 120) or None,
            ),
            confidentiality=None if mark.upper() in _OPEN else mark,
        )

    def _event(self, event: Node, missions: list[Node], context: _Context) -> Observation:
        id_ = event.text("ID", 120)
        etype = event.node("ETYPE")
        categories, actors = etype.texts("CATEGORY", 60), etype.texts("ACTOR", 60)
        egeo = event.nodes("EGEO")
        kinds = [area.text("TYPE", 60) for area in egeo]
        type_hint, source_code = hints.type_of(categories, actors, etype.text("ENV", 60))
        place = self._place(egeo, missions)
        status = event.text("STATUS", 20)
        facts: dict[str, Any] = dict(hints.facts_of([*categories, *actors, *kinds]))
        if status == "STOP":
            facts["stabilised"] = True
        certainty = number(event.scalar("CERTAINTY"), 0, 100)
        key = f"{id_}|{context.version()}" if id_ else context.version()
        weather = [code for area in egeo for code in area.texts("WEATHER", 40)]
        return self._observation(
            context,
            kind="event" if event else "report",
            external_id=key,
            action="end" if status == "COM" and context.action in {"new", "update"} else None,
            chain=self._chain(event, context, key),
            type_hint=type_hint,
            source_code=source_code,
            observed_at=self._first_time(event, "OCC_DATIME", "OBS_DATIME", "DECL_DATIME"),
            severity=hints.SEVERITY.get(event.text("SCALE")),
            confidence=None if certainty is None else certainty / 100,
            headline=event.text("NAME") or None,
            location_codes=self._case(event),
            **place,
            attributes=facts
            | known(
                event_id=id_ or None,
                main_event_id=event.text("MAIN_EVENT_ID", 120) or None,
                category=categories[:20] or None,
                actor=actors[:20] or None,
                loctype=etype.texts("LOCTYPE", 60)[:20] or None,
                env=etype.text("ENV", 60) or None,
                event_source=event.text("SOURCE", 40) or None,
                status=status or None,
                risk=_first(event, "RISK_ASSESMENT", "RISK_ASSESSMENT"),  # the schema has the first
                cause=event.text("CAUSE", 40) or None,
                areas=[kind for kind in kinds if kind][:20] or None,
                weather=weather[:20] or None,
                missions=[_mission(mission) for mission in missions[:MAX_MISSIONS]] or None,
            ),
        )

    def _reports(self, event: Node, context: _Context) -> list[Observation]:
        """What was counted at a time: a later count replaces an earlier one, nothing is added."""
        read: list[Observation] = []
        rows = [("casualties", row) for row in event.nodes("CASUALTIES")]
        rows += [("evac", row) for row in event.nodes("EVAC")]
        for nth, (name, row) in enumerate(rows[:MAX_REPORTS]):
            counts = {
                fact: found
                for field, fact in _COUNTS.items()
                if (found := whole(row.scalar(field), 0, 1_000_000)) is not None
            }
            told = known(
                decontaminated=whole(row.scalar("DECONT"), 0, 1_000_000),
                displaced=whole(row.scalar("DISPLACED"), 0, 1_000_000),
                report_context=row.text("CONTEXT", 60) or None,
            )
            if not counts and not told:
                continue
            at = self._time(row, "DATIME") or context.sent_at
            read.append(
                self._observation(
                    context,
                    kind="report",
                    external_id=f"{event.text('ID', 120)}|{name}{nth}|{context.version()}",
                    observed_at=at,
                    location_codes=self._case(event),
                    attributes={**counts, **told},
                )
            )
        return read

    def _resources(
        self, resources: list[Node], event: Node, context: _Context
    ) -> list[Observation]:
        if len(resources) > MAX_RESOURCES:
            said = f"the first {MAX_RESOURCES} resources are read, the others are not"
            self._findings.reject(Finding("too_many_rows", said, "RESOURCE"))
        read: list[Observation] = []
        for resource in resources[:MAX_RESOURCES]:
            id_ = resource.text("ID", 120)
            if not id_:
                self._findings.reject(missing(resource, "ID").finding)
                continue
            read.append(self._resource(resource, id_, event, context))
        return read

    def _resource(self, resource: Node, id_: str, event: Node, context: _Context) -> Observation:
        rtype = resource.node("RTYPE")
        classes = rtype.texts("RCLASS", 60)
        spots = resource.nodes("RGEO")
        current = next((s for s in spots if s.text("TYPE") == "CUR"), Node({}))
        position = next(iter(current.nodes("POSITION")), Node({}))
        # A person's own name is nobody's business, also when it is written as a resource's.
        is_person = any(c.startswith("HUM/PERSON") for c in classes)
        geometry = self._geometry(position)
        at = self._time(current, "DATIME") or context.sent_at
        # Of one vehicle, an older place never follows a newer one.
        placed = geometry is not None and self._memory.is_newest(id_, at, self._receipt.received_at)
        return self._observation(
            context,
            kind="resource_status",
            action="update",
            external_id=f"{id_}|{context.version()}",
            observed_at=at,
            headline=None if is_person else resource.text("NAME") or None,
            geometry=geometry,
            location_codes=resource_codes(id_, placed=placed) | self._case(event),
            attributes=known(
                resource_id=id_,
                status=resource.text("STATUS", 40) or None,
                resource_class=classes[:10] or None,
                capability=rtype.texts("CAPABILITY", 60)[:20] or None,
                org=resource.text("ORG_ID", 120) or None,
                quantity=number(resource.scalar("QUANTITY"), 0, 1_000_000),
                unit=resource.text("UM", 40) or None,
            ),
        )

    def _observation(self, context: _Context, **facts: Any) -> Observation:
        told = context.told | facts.pop("attributes")
        if self._clock.zone_assumed:
            told["tz_assumed"] = str(self._clock.zone)
        action = facts.pop("action", None) or context.action
        return observed(
            {
                "source": self._receipt.source,
                "action": action,
                "mode": context.mode,
                "sent_at": context.sent_at,
                "received_at": self._receipt.received_at,
                "confidentiality": context.confidentiality,
                "attributes": told,
                **facts,
            },
            facts["external_id"],
        )

    def _chain(self, event: Node, context: _Context, key: str) -> list[str]:
        """Ids of messages become those of the observations that we made of them."""
        remembered = [f"context:{link}" for link in context.chain]
        event_key = f"event:{event.text('ID', 120)}" if event else ""
        chain: list[str] = []
        for name in filter(None, [event_key, *remembered]):
            kept = self._memory.timed(name)
            if kept is not None and kept[1] != key:
                chain.append(kept[1])
        if context.action not in {"ack"}:
            for name in filter(None, [event_key, f"context:{context.id}"]):
                self._memory.keep(name, self._receipt.received_at, key)
        return list(dict.fromkeys([*chain, *context.chain]))[:50]

    def _case(self, event: Node) -> dict[str, str]:
        """The id that all services share, or else the event's own."""
        shared = event.text("MAIN_EVENT_ID", 120) or event.text("ID", 120)
        return {"incident": track_code(shared)} if shared else {}

    def _place(self, egeo: list[Node], missions: list[Node]) -> dict[str, Any]:
        ranked = sorted(egeo, key=lambda area: _rank(area.text("TYPE")))
        spots = [area.node("POSITION") for area in ranked]
        spots += [mission.node("POSITION") for mission in missions]
        geometry: Any = None
        text = ""
        for spot in spots:
            geometry = geometry or self._geometry(spot)
            addresses = [a for a in spot.texts("ADDRESS") if a not in _NOTHING]
            name = spot.text("NAME")
            text = text or (addresses[0] if addresses else "" if name in _NOTHING else name)
        return {"geometry": geometry, "location_text": text or None}

    def _geometry(self, position: Node) -> Any:
        system = position.text("COORDSYS", 60)
        corners = position.nodes("COORD")
        if not corners:
            return None
        if "".join(c for c in system.upper() if c.isalnum()) not in _WGS84:
            said = f"the coordinates are in {system}, which is not read"
            self._findings.warn("unknown_coordsys", said, position.at("COORDSYS"))
            return None
        if len(corners) == 1:
            corner = corners[0]
            return point_of(corner.scalar("LAT"), _lon(corner), self._findings, corner.where)
        pairs = []
        for corner in corners[:MAX_CORNERS]:
            lat = number(corner.scalar("LAT"), -90, 90)
            lon = number(_lon(corner), -180, 180)
            if lat is None or lon is None:
                said = "this is no position on earth"
                self._findings.warn("position_out_of_range", said, corner.where)
                return None
            pairs.append((lon, lat))
        line = track_of(pairs, self._findings, position.where)
        kind = position.text("TYPE", 40).upper()
        if kind in {"LINE", "POLYLINE", "ROUTE"}:
            return geometry_of(self._findings, position.where, lines=[line])
        if kind in {"POINT", "POINTS", "MULTIPOINT"}:
            return geometry_of(self._findings, position.where, points=line)
        return geometry_of(self._findings, position.where, rings=[line])

    def _first_time(self, node: Node, *names: str) -> datetime | None:
        return next((at for name in names if (at := self._time(node, name)) is not None), None)

    def _time(self, node: Node, name: str) -> datetime | None:
        return self._clock.read(node.text(name, 60), node.at(name))


def _lon(corner: Node) -> object:
    """The standard writes LON, the French profile LONG."""
    found = corner.scalar("LONG")
    return corner.scalar("LON") if found is None else found


def _mission(mission: Node) -> dict[str, str]:
    told = {
        "id": mission.text("ID", 60),
        "type": mission.text("TYPE", 40),
        "status": mission.text("STATUS", 20),
        "priority": mission.text("PRIORITY", 10),
        "org": mission.text("ORG_ID", 80),
    }
    return {name: value for name, value in told.items() if value}


def _first(node: Node, *names: str) -> str | None:
    return next((found for name in names if (found := node.text(name, 40))), None)


def _rank(kind: str) -> int:
    return next((n for n, start in enumerate(_PLACES) if kind.startswith(start)), len(_PLACES))
