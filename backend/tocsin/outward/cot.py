"""Incidents as Cursor on Target events, for TAK clients.

Nothing that people wrote goes out: no headline, no address, no remark; only the incident's type,
grade, state and place, in the words of our own tables.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Annotated

from lxml import etree
from pydantic import StringConstraints

from tocsin.contract.times import from_text, to_text
from tocsin.lifecycle.states import shipped_states
from tocsin.situation.picture import Incident
from tocsin.tables import LANGUAGES, Row, Text, Words, load
from tocsin.taxonomy import types

UID = "tocsin."  # our own adapter knows by it what came back, and leaves it alone
UNKNOWN = "9999999.0"
FRESH_FOR = timedelta(minutes=3)

CotType = Annotated[str, StringConstraints(pattern=r"^[a-z]-[.a-z](-[A-Za-z0-9]+)*$")]


class _CotTable(Row):
    types: dict[str, CotType]
    otherwise: CotType
    withheld: frozenset[str]
    severity: dict[str, Words]
    remarks: dict[str, Text]


def leaves(incident: Incident) -> bool:
    """Whether it may be told at all: it has a place, and its type leads to nobody."""
    return incident.lat is not None and incident.type not in _table().withheld


def event_of(incident: Incident, at: datetime) -> bytes:
    """The incident as one event, fresh for three minutes from `at`. Without a place: ValueError."""
    if incident.lat is None or incident.lon is None:
        raise ValueError(f"{incident.id} has no place")
    event = _event(incident.id, cot_type(incident.type), at, from_text(incident.opened_at))
    _point(event, incident.lat, incident.lon, incident.accuracy_m)
    detail = etree.SubElement(event, "detail")
    kind = types()[incident.type]
    etree.SubElement(detail, "contact", callsign=f"{kind.fr} / {kind.nl}")
    etree.SubElement(
        detail,
        "__tocsin",
        incident=incident.id,
        type=incident.type,
        severity=str(incident.severity),
        state=incident.state,
        segment=str(incident.segment),
    )
    lines = (_remark(incident, language) for language in LANGUAGES)
    etree.SubElement(detail, "remarks").text = "\n".join(lines)
    return _written(event)


def deletion_of(incident_id: str, at: datetime) -> bytes:
    """Takes the incident off the clients' maps."""
    event = _event(f"{incident_id}.over", "t-x-d-d", at, at)
    _point(event, 0.0, 0.0, None)
    detail = etree.SubElement(event, "detail")
    etree.SubElement(detail, "link", uid=f"{UID}{incident_id}", relation="none", type="none")
    etree.SubElement(detail, "__forcedelete")
    return _written(event)


def pong(at: datetime) -> bytes:
    """The answer to a client that asks whether anybody is there."""
    event = _event("pong", "t-x-c-t-r", at, at)
    _point(event, 0.0, 0.0, None)
    etree.SubElement(event, "detail")
    return _written(event)


def cot_type(incident_type: str) -> str:
    table = _table()
    family = types()[incident_type].family
    return table.types.get(incident_type) or table.types.get(family) or table.otherwise


def _written(event: etree._Element) -> bytes:
    written: bytes = etree.tostring(event, encoding="utf-8")
    return written


def _event(name: str, kind: str, at: datetime, start: datetime) -> etree._Element:
    return etree.Element(
        "event",
        version="2.0",
        uid=f"{UID}{name}",
        type=kind,
        how="h-t",
        time=to_text(at),
        start=to_text(start),
        stale=to_text(at + FRESH_FOR),
    )


def _point(event: etree._Element, lat: float, lon: float, accuracy_m: float | None) -> None:
    etree.SubElement(
        event,
        "point",
        lat=repr(lat),
        lon=repr(lon),
        hae=UNKNOWN,
        ce=UNKNOWN if accuracy_m is None else repr(accuracy_m),
        le=UNKNOWN,
    )


def _remark(incident: Incident, language: str) -> str:
    """Communes have a French and a Dutch name; English readers see the French one."""
    table = _table()
    commune = incident.commune or {}
    name = commune.get(language) or commune.get("fr")
    state = shipped_states().states[incident.state]
    text = table.remarks[language].format(
        type=getattr(types()[incident.type], language),
        grade=incident.severity,
        severity=getattr(table.severity[str(incident.severity)], language),
        state=getattr(state, language),
        where=f" · {name}" if name else "",
        id=incident.id,
    )
    return f"{language.upper()}: {text}"


@cache
def _table() -> _CotTable:
    return load(_CotTable, __package__, "cot.yaml")
