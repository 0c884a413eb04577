"""The traffic centre: what stands on the roads as a DATEX II v3 snapshot."""

from collections.abc import Iterable
from datetime import datetime

from lxml import etree
from lxml.builder import ElementMaker

from tocsin.partners.play import Standing
from tocsin.partners.script import vocabulary
from tocsin.partners.speech import Speech, by_language, utc

CONTENT_TYPE = "application/xml"
_ROOT = "http://datex2.eu/schema/3/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PREFIXES = {
    "d2": f"{_ROOT}d2Payload",
    "com": f"{_ROOT}common",
    "sit": f"{_ROOT}situation",
    "loc": f"{_ROOT}locationReferencing",
    "xsi": _XSI,
}
_d2, _com, _sit, _loc = (
    ElementMaker(namespace=_PREFIXES[name], nsmap=_PREFIXES) for name in ("d2", "com", "sit", "loc")
)
_TYPE = f"{{{_XSI}}}type"
_STATUS = {"exercise": "securityExercise", "test": "test"}
_SEVERITY = {1: "low", 2: "medium", 3: "high", 4: "highest"}


def publication(standing: Iterable[Standing], published: datetime, speech: Speech) -> bytes:
    """What is over is no longer in it: that is how a snapshot says so."""
    payload = _d2.payload(
        {_TYPE: "sit:SituationPublication", "lang": "fr", "modelBaseVersion": "3"},
        _com.publicationTime(utc(published)),
        _com.publicationCreator(
            _com.country("be"), _com.nationalIdentifier(f"EXERCISE-MOBIRIS-{speech.run}")
        ),
        *(_situation(one, speech) for one in standing if not one.over),
    )
    written: bytes = etree.tostring(payload, xml_declaration=True, encoding="UTF-8")
    return written


def _situation(one: Standing, speech: Speech) -> etree._Element:
    identity = f"{speech.run}-{one.thing}"
    return _sit.situation(
        {"id": identity},
        _sit.overallSeverity(_SEVERITY[one.severity or 2]),
        _sit.situationVersionTime(utc(one.changed)),
        _sit.headerInformation(
            _com.confidentiality("noRestriction"),
            _com.informationStatus(_STATUS[speech.mode]),
        ),
        _record(one, identity),
    )


def _record(one: Standing, identity: str) -> etree._Element:
    row = vocabulary()["mobiris"][one.what]
    values = (_com.value({"lang": code}, said) for code, said in by_language(one.words))
    return _sit.situationRecord(
        {_TYPE: f"sit:{row['record']}", "id": f"{identity}-1", "version": str(one.version)},
        _sit.situationRecordCreationTime(utc(one.since)),
        _sit.situationRecordVersionTime(utc(one.changed)),
        _sit.probabilityOfOccurrence("certain"),
        _sit.severity(_SEVERITY[one.severity or 2]),
        _sit.validity(
            _com.validityStatus("active"),
            _com.validityTimeSpecification(_com.overallStartTime(utc(one.since))),
        ),
        _sit.generalPublicComment(_sit.comment(_com.values(*values))),
        _location(one, in_tunnel=row.get("in_tunnel", False)),
        getattr(_sit, row["element"])(row["value"]),
    )


def _location(one: Standing, *, in_tunnel: bool) -> etree._Element:
    if one.place is None or one.place.lat is None:
        raise ValueError(f"{one.thing} is nowhere")
    name = _loc.roadName(
        _com.values(*(_com.value({"lang": code}, one.place.names[code]) for code in ("fr", "nl")))
    )
    described = [_loc.infrastructureDescriptor("inTunnel")] if in_tunnel else []
    return _sit.locationReference(
        {_TYPE: "loc:PointLocation"},
        _loc.supplementaryPositionalDescription(*described, _loc.roadInformation(name)),
        _loc.pointByCoordinates(
            _loc.pointCoordinates(
                _loc.latitude(f"{one.place.lat:.6f}"), _loc.longitude(f"{one.place.lon:.6f}")
            )
        ),
    )
