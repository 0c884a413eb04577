"""The adapter: bytes to observations and findings, never an exception.

Persons, callers, call-backs, vehicles, agents, notes and additional data are never read: an EIDO is
mostly personal, and the room needs what, where and when.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import yaml

from tocsin.contract import Action, Finding, Observation, Receipt, Translation
from tocsin_adapters.eido.pidf import Place, place_of
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import KIB, document_of
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.moments import moment_of
from tocsin_adapters.reading.numbers import whole
from tocsin_adapters.reading.observations import (
    known,
    observed,
    resource_codes,
    track_code,
    translation,
)
from tocsin_adapters.reading.settings import SourceSettings
from tocsin_adapters.reading.texts import one_line

MAX_BYTES = 512 * KIB
MAX_VALUES = 7_000
MAX_EIDOS = 5
MAX_LOCATIONS = 20
MAX_UNITS = 100

Fields = dict[str, Any]
# The places of an incident by how well they say where it is.
_RANK = ("incident", "caller", "dispatch", "routing")


class EidoAdapter:
    """EIDO in JSON, one or several in a list. Nothing it refers to is ever fetched."""

    name: ClassVar[str] = "eido"
    tells_mode: ClassVar[bool] = False
    max_bytes: ClassVar[int] = MAX_BYTES
    Settings: ClassVar[type[SourceSettings]] = SourceSettings

    def __init__(self, settings: SourceSettings | None = None) -> None:
        self._settings = settings or SourceSettings()

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings, memory = Findings(), Memory(receipt.memory)
        read: dict[str, Observation] = {}
        try:
            document = document_of(payload, findings, max_bytes=MAX_BYTES, max_values=MAX_VALUES)
            eidos = _eidos_in(document)
            if not eidos:
                raise Unreadable("not_eido", "there is no EIDO in it")
            if len(eidos) > MAX_EIDOS:
                said = f"{len(eidos)} incidents; the first {MAX_EIDOS} are read"
                findings.reject(Finding("too_many_messages", said))
        except Unreadable as trouble:
            findings.reject(trouble.finding)
            return translation([], findings, memory)
        for eido in eidos[:MAX_EIDOS]:
            try:
                reader = _Eido(eido, receipt, self._settings, memory, findings)
                read |= {o.external_id: o for o in reader.read()}
            except Unreadable as trouble:
                findings.reject(trouble.finding)
        return translation(read.values(), findings, memory)


class _Eido:
    """One incident, as one document tells it."""

    def __init__(
        self,
        eido: Fields,
        receipt: Receipt,
        settings: SourceSettings,
        memory: Memory,
        findings: Findings,
    ) -> None:
        self._eido = eido
        self._receipt = receipt
        self._zone = settings.zone
        self._memory = memory
        self._findings = findings
        self._zone_assumed = False

    def read(self) -> list[Observation]:
        """Raises `Unreadable` when nobody could tell which incident it is."""
        incident = next(iter(_components(self._eido, "incidentComponent")), {})
        tracking = (
            _text(incident, "incidentTrackingIdentifier")
            or _text(self._eido, "incidentTrackingIdentifier")
            or _text(self._eido, "$id")
        )
        if not tracking:
            raise Unreadable("missing_field", "neither a tracking identifier nor an $id", "$id")
        updated = self._time(self._eido, "lastUpdateTimeStamp")
        version = _text(self._eido, "lastUpdateTimeStamp", 40)
        key = f"{tracking}|{version}" if version else tracking
        units = self._units(tracking, updated, version)
        return [self._incident(incident, tracking, key, updated), *units]

    def _incident(
        self, incident: Fields, tracking: str, key: str, updated: datetime | None
    ) -> Observation:
        calls = _components(self._eido, "callComponent")
        place, told = self._place(incident, calls)
        common = _text(incident, "incidentTypeCommonRegistryText", 120)
        internal = _text(incident, "incidentTypeInternalText", 120)
        type_hint, source_code = _type_of(common, internal)
        statuses = _texts(incident, "incidentStatusCommonRegistryText")
        starts = [self._time(call, "callStartTimestamp") for call in calls]
        earlier = self._memory.timed(f"incident:{tracking}")
        self._memory.keep(f"incident:{tracking}", self._receipt.received_at, key)
        chain = [earlier[1]] if earlier is not None and earlier[1] != key else []
        action: Action = "update" if chain else "new"
        if any(status.lower() in _table()["over"] for status in statuses):
            action = "end"
        kinds = [_text(call, "standardPrimaryCallType", 40) for call in calls]
        is_test = any("test" in kind.lower() for kind in kinds)
        return self._observation(
            kind="event",
            external_id=key,
            action=action,
            chain=chain,
            mode="test" if is_test else "real",
            type_hint=type_hint,
            source_code=source_code,
            observed_at=min((at for at in starts if at is not None), default=None) or updated,
            sent_at=updated,
            severity=_severity(incident),
            headline=internal or common or None,
            geometry=place.geometry,
            accuracy_m=place.accuracy_m if place.geometry is not None else None,
            location_text=place.address,
            location_codes={"incident": track_code(tracking)},
            attributes=told
            | known(
                tracking_id=tracking,
                incident_type=common or None,
                status=statuses[:10] or None,
                priority=whole(_value(incident, "incidentCommonPriorityNumber"), 0, 10),
                issued_by=_text(self._eido, "issuingElementIdentification", 120) or None,
                reason=_text(self._eido, "reasonForIssueRegistryText", 80) or None,
                calls=len(calls) or None,
                linked=self._linked() or None,
            ),
        )

    def _units(self, tracking: str, updated: datetime | None, version: str) -> list[Observation]:
        read: list[Observation] = []
        for unit in _components(self._eido, "emergencyResourceComponent")[:MAX_UNITS]:
            id_ = _text(unit, "$id")
            if not id_:
                self._findings.warn("missing_field", "a unit without $id", _path(unit))
                continue
            at = self._time(unit, "lastUpdateTimeStamp") or updated
            reference = _reference(_value(unit, "unitLocationReference"))
            place = self._located([reference]) if reference else Place()
            kind = _text(unit, "emergencyResourceTypeCommonRegistryText", 80)
            placed = place.geometry is not None
            read.append(
                self._observation(
                    kind="resource_status",
                    external_id=f"{id_[:180]}|{_text(unit, 'lastUpdateTimeStamp', 40) or version}",
                    action="update",
                    observed_at=at,
                    sent_at=updated,
                    geometry=place.geometry,
                    location_codes=resource_codes(id_, placed=placed)
                    | {"incident": track_code(tracking)},
                    attributes=known(
                        resource_id=id_,
                        vehicle_type=kind or None,
                        status=_text(unit, "primaryUnitStatusRegistryText", 80) or None,
                        tracking_id=tracking,
                    ),
                )
            )
        return read

    def _place(self, incident: Fields, calls: list[Fields]) -> tuple[Place, dict[str, Any]]:
        """The incident's own places first; then those of its calls; then whatever there is."""
        named = _references(incident, "locationReference")
        for call in calls:
            named += _references(call, "locationReference")
        if not named:
            named = [_text(location, "$id") for location in self._locations()]
        place = self._located(list(dict.fromkeys(filter(None, named))))
        by_reference = any(_text(e, "locationByReferenceUrl") for e in self._locations())
        return place, {"location_by_reference": True} if by_reference else {}

    def _locations(self) -> list[Fields]:
        found = _components(self._eido, "locationComponent")
        found += _components(self._eido, "locationInformationComponent")
        return found[:MAX_LOCATIONS]

    def _located(self, ids: list[str]) -> Place:
        by_id = {_text(location, "$id"): location for location in self._locations()}
        found: list[Fields] = []
        for id_ in ids:
            if id_ in by_id:
                found.append(by_id[id_])
            else:
                said = f"no location has the $id {id_[:80]}"
                self._findings.warn("dangling_reference", said, "locationReference")
        best = Place()
        for location in sorted(found, key=_rank_of):
            written = _text(location, "locationByValue", 70_000)
            if not written:
                continue
            where = f"{_path(location)}/locationByValue"
            try:
                place = place_of(written, self._findings, where)
            except Unreadable as trouble:
                inside = trouble.finding
                self._findings.warn(inside.rule, inside.message, where)
                continue
            if best.geometry is None and place.geometry is not None:
                best = Place(place.geometry, place.accuracy_m, best.address or place.address)
            elif best.address is None:
                best = Place(best.geometry, best.accuracy_m, place.address)
        return best

    def _linked(self) -> list[dict[str, str]]:
        linked: list[dict[str, str]] = []
        rows = (
            ("linkComponent", "linkDirectionCode"),
            ("mergeComponent", "incidentMergeDirectionCode"),
        )
        for component, direction in rows:
            for row in _components(self._eido, component)[:10]:
                id_ = _text(row, "incidentTrackingIdentification", 120)
                if id_:
                    linked.append({"id": id_, "direction": _text(row, direction, 40)})
        return linked

    def _observation(self, **facts: Any) -> Observation:
        if self._zone_assumed:
            facts["attributes"]["tz_assumed"] = str(self._zone)
        return observed(
            {
                "source": self._receipt.source,
                "received_at": self._receipt.received_at,
                **facts,
            },
            facts["external_id"],
        )

    def _time(self, fields: Fields, name: str) -> datetime | None:
        written = _text(fields, name, 60)
        if not written:
            return None
        moment = moment_of(written, self._zone)
        where = f"{_path(fields)}/{name}".lstrip("/")
        if moment is None:
            self._findings.warn("bad_time", f"{written!r} is no time", where)
            return None
        if moment.zone_assumed:
            self._zone_assumed = True
            said = f"a time without offset was taken in {self._zone}"
            self._findings.warn("tz_assumed", said, where)
        return moment.at


def _eidos_in(document: Any) -> list[Fields]:
    """Alone, in a list, or under a key of a notification."""
    waiting: list[tuple[Any, int]] = [(document, 0)]
    found: list[Fields] = []
    for value, depth in waiting:
        if isinstance(value, list):
            waiting += [(part, depth) for part in value]
        elif isinstance(value, dict):
            fields = _lowered(value)
            if _is_eido(fields):
                found.append(fields)
            elif depth < 3:
                waiting += [(part, depth + 1) for part in value.values()]
    return found


def _is_eido(fields: Fields) -> bool:
    has_components = any(name.endswith("component") for name in fields)
    return "eidoversion" in fields or ("$id" in fields and has_components)


def _lowered(value: Mapping[str, Any], path: str = "") -> Fields:
    """Drafts and the standard write the same names in other cases."""
    fields = {str(key).lower(): inner for key, inner in value.items()}
    fields["."] = path
    return fields


def _components(eido: Fields, name: str) -> list[Fields]:
    """`incidentComponent` is one object in the standard, a list in its samples."""
    value = eido.get(name.lower())
    rows = value if isinstance(value, list) else [value]
    several = isinstance(value, list)
    return [
        _lowered(row, f"{name}[{nth}]" if several else name)
        for nth, row in enumerate(rows)
        if isinstance(row, dict)
    ]


def _value(fields: Fields, name: str) -> Any:
    return fields.get(name.lower())


def _text(fields: Fields, name: str, limit: int = 200) -> str:
    return one_line(_value(fields, name), limit) or ""


def _texts(fields: Fields, name: str) -> list[str]:
    value = _value(fields, name)
    rows = value if isinstance(value, list) else [value]
    return [found for row in rows[:20] if (found := one_line(row, 80))]


def _path(fields: Fields) -> str:
    return str(fields.get(".", ""))


def _reference(value: Any) -> str:
    return one_line(value.get("$ref"), 200) or "" if isinstance(value, dict) else ""


def _references(fields: Fields, name: str) -> list[str]:
    value = _value(fields, name)
    rows = value if isinstance(value, list) else [value]
    return [found for row in rows[:MAX_LOCATIONS] if (found := _reference(row))]


def _rank_of(location: Fields) -> int:
    kind = _text(location, "locationTypeDescriptionRegistryText", 60).lower()
    return next((n for n, start in enumerate(_RANK) if kind.startswith(start)), len(_RANK))


def _severity(incident: Fields) -> int | None:
    priority = whole(_value(incident, "incidentCommonPriorityNumber"), 0, 10)
    if priority is None:
        return None
    return next((grade for limit, grade in _table()["priority"] if priority >= limit), None)


def _type_of(common: str, internal: str) -> tuple[str | None, str | None]:
    for type_, pattern in _words():
        for field, written in (("Common", common), ("Internal", internal)):
            if pattern.search(written.lower().replace("-", " ").replace("_", " ")):
                return type_, f"incidentType{field}={written}"[:300]
    return None, None


@cache
def _words() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (row["type"], re.compile("|".join(rf"\b{re.escape(word)}" for word in row["any"])))
        for row in _table()["words"]
    ]


@cache
def _table() -> dict[str, Any]:
    written = files(__package__).joinpath("hints.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
