"""An incident of the room as a CAP 1.2 alert: the hand-over package for partners.

It is never a public alert: its scope is Restricted, and whoever alerts the public does so with a
tool and a decision of their own. It holds no word of a source and no text that a person wrote,
only the room's own words, codes, times and places: nothing personal can be in it.

Source: OASIS Common Alerting Protocol 1.2.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, Literal

from lxml import etree
from pydantic import Field

from tocsin.contract.realm import is_exercise
from tocsin.contract.times import from_text
from tocsin.situation.picture import Incident, Situation, is_open
from tocsin.tables import LANGUAGES, Language, Row, Words, load, refuse
from tocsin.taxonomy import families, incident_type

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
TYPE_CODE = "tocsin:type"
UNNAMED = "tocsin.invalid"  # until the settings say who sends

POINT_RADIUS_M = 50.0  # of a place whose accuracy nobody told
_CONFIRMED_FROM = frozenset(
    {"qualified", "responding", "coordinating", "stabilised", "recovery", "closed", "review"}
)
_NEVER_WAS = frozenset({"false_alarm", "duplicate"})


class _Table(Row):
    category: dict[str, str]
    severity: tuple[str, str, str, str, str] = Field(min_length=5)
    response: dict[str, str]
    languages: dict[Language, str]
    restriction: str
    region: Words
    over: Words
    exercise: Words


@cache
def _table() -> _Table:
    table = load(_Table, __package__, "cap.yaml")
    refuse(
        "cap.yaml",
        [f"category: {name} has none" for name in families() if name not in table.category],
    )
    return table


def cap_alert(situation: Situation, incident: Incident, sender: str = UNNAMED) -> bytes:
    """The incident as it stands, as one CAP document in UTF-8.

    The same situation gives the same bytes. What was first told of it is an Alert; what is told
    later an Update that names the first; of what never was (a false alarm, a duplicate), a Cancel.
    An incident that is over is an Update that says AllClear.
    """
    infos = [_info(situation, incident, language) for language in LANGUAGES]
    first, now = incident.opened_at, _changed_at(incident)
    kind = _kind_of(incident)
    first_id = _identifier(situation.realm, incident, first)
    alert = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    # What changed is part of the name: nobody may take a later version for one already seen.
    version = hashlib.sha256(b"".join(map(etree.tostring, infos))).hexdigest()[:8]
    later_id = f"{_identifier(situation.realm, incident, now)}.{version}"
    _put(alert, "identifier", first_id if kind == "Alert" else later_id)
    _put(alert, "sender", _token(sender))
    _put(alert, "sent", _time(now))
    _put(alert, "status", "Exercise" if is_exercise(situation.realm) else "Actual")
    _put(alert, "msgType", kind)
    _put(alert, "source", "Tocsin")
    _put(alert, "scope", "Restricted")
    _put(alert, "restriction", _table().restriction)
    if kind != "Alert":
        _put(alert, "references", f"{_token(sender)},{first_id},{_time(first)}")
    _put(alert, "incidents", incident.id)
    alert.extend(infos)
    written: bytes = etree.tostring(alert, xml_declaration=True, encoding="UTF-8")
    return written


def _kind_of(incident: Incident) -> Literal["Alert", "Update", "Cancel"]:
    if incident.state in _NEVER_WAS or incident.alias_of is not None:
        return "Cancel"
    as_opened = _changed_at(incident) == incident.opened_at and incident.grade_why is None
    return "Alert" if as_opened else "Update"


def _changed_at(incident: Incident) -> str:
    """The times of the picture are text, and their order is that of time."""
    return max(incident.opened_at, incident.last_at, incident.state_since)


def _info(situation: Situation, incident: Incident, language: Language) -> etree._Element:
    table, type_ = _table(), incident_type(incident.type)
    over = not is_open(incident)
    info = etree.Element(f"{{{NAMESPACE}}}info", nsmap={None: NAMESPACE})
    now = _changed_at(incident)
    event = type_.plain()[language]
    _put(info, "language", table.languages[language])
    _put(info, "category", table.category[type_.family])
    _put(info, "event", event)
    for response in _responses(incident, over=over):
        _put(info, "responseType", response)
    _put(info, "urgency", "Past" if over else "Immediate")
    _put(info, "severity", table.severity[incident.severity])
    _put(info, "certainty", "Observed" if incident.state in _CONFIRMED_FROM else "Possible")
    _put_pair(info, "eventCode", TYPE_CODE, incident.type)
    _put(info, "effective", _time(now))
    _put(info, "onset", _time(min(incident.observed_first, now)))
    _put(info, "headline", _headline(situation, incident, event, language))
    for name, value in _parameters(incident):
        _put_pair(info, "parameter", name, value)
    area = etree.SubElement(info, f"{{{NAMESPACE}}}area")
    _put(area, "areaDesc", _area(incident, language))
    for polygon in _polygons(incident.outline):
        _put(area, "polygon", polygon)
    if incident.outline is None and incident.lat is not None and incident.lon is not None:
        radius = max(incident.accuracy_m or 0.0, POINT_RADIUS_M) / 1000
        _put(area, "circle", f"{incident.lat:.6f},{incident.lon:.6f} {radius:.3f}")
    return info


def _headline(situation: Situation, incident: Incident, event: str, language: Language) -> str:
    table = _table()
    before = table.exercise.plain()[language] if is_exercise(situation.realm) else ""
    end = "" if is_open(incident) else table.over.plain()[language]
    said = " – ".join(part for part in (event, _area(incident, language), end) if part)
    return f"{before}: {said}" if before else said


def _area(incident: Incident, language: Language) -> str:
    commune = incident.commune or {}
    return commune.get(language) or commune.get("fr") or _table().region.plain()[language]


def _responses(incident: Incident, *, over: bool) -> list[str]:
    if over:
        return ["AllClear"]
    told = incident.facts.get("protective_action", {}).get("value")
    response = _table().response.get(str(told))
    return [response] if response else []


def _parameters(incident: Incident) -> Iterator[tuple[str, str]]:
    yield "tocsin:severity", str(incident.severity)
    yield "tocsin:state", incident.state
    if incident.disciplines:
        yield "tocsin:disciplines", " ".join(incident.disciplines)
    if incident.alias_of is not None:
        yield "tocsin:merged_into", incident.alias_of
    measures = {t.measure["code"] for t in incident.ties if t.status == "confirmed"}
    for measure in sorted(measures):
        yield "tocsin:measure", measure


def _polygons(outline: dict[str, Any] | None) -> Iterator[str]:
    """CAP knows outer rings only, latitude first."""
    if outline is None:
        return
    kind, coordinates = outline.get("type"), outline.get("coordinates") or []
    polygons = [coordinates] if kind == "Polygon" else coordinates if kind == "MultiPolygon" else []
    for rings in polygons:
        yield " ".join(f"{lat:.6f},{lon:.6f}" for lon, lat, *_ in rings[0])


def _identifier(realm: str, incident: Incident, at: str) -> str:
    stamp = "".join(c for c in at if c.isalnum())
    return _token(f"tocsin.{realm}.{incident.id}.{stamp}")


def _token(text: str) -> str:
    """CAP forbids blanks, commas and the signs of markup in what others refer to."""
    return "".join("_" if c in " ,<&\t\r\n" else c for c in text)


def _time(text: str) -> str:
    """CAP forbids fractions of a second, and `Z`: UTC is written as -00:00."""
    moment: datetime = from_text(text)
    return moment.strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _put(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def _put_pair(parent: etree._Element, name: str, value_name: str, value: str) -> None:
    pair = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    _put(pair, "valueName", value_name)
    _put(pair, "value", value)
