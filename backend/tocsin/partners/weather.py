"""The weather service: CAP 1.2 alerts in the profile of MeteoAlarm, behind an Atom index."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from lxml import etree
from lxml.builder import ElementMaker

from tocsin.partners.play import Standing
from tocsin.partners.script import vocabulary
from tocsin.partners.speech import Speech, by_language, local, utc
from tocsin.tables import Words

ALERT_TYPE = "application/cap+xml"
INDEX_TYPE = "application/atom+xml"
SENDER = "exercise@meteo.example"
LASTS = timedelta(hours=6)
_cap = ElementMaker(
    namespace="urn:oasis:names:tc:emergency:cap:1.2",
    nsmap={None: "urn:oasis:names:tc:emergency:cap:1.2"},
)
_atom = ElementMaker(
    namespace="http://www.w3.org/2005/Atom", nsmap={None: "http://www.w3.org/2005/Atom"}
)
_SEVERITY = {1: "Minor", 2: "Moderate", 3: "Severe", 4: "Extreme"}
_LEVEL = {1: "1; green; Minor", 2: "2; yellow; Moderate", 3: "3; orange; Severe"}
_RED = "4; red; Extreme"
_LANGUAGES = {"fr": "fr-BE", "nl": "nl-BE", "en": "en-GB"}


def name_of(one: Standing, speech: Speech) -> str:
    """The version's own name, in the index and in its address."""
    return f"{speech.run}-{one.thing}-{one.version}"


def index(standing: Iterable[Standing], root: str, changed: datetime, speech: Speech) -> bytes:
    """All that was told, as such indexes do; what is over leads to its cancellation."""
    entries = [
        _atom.entry(
            _atom.id(f"{root}{name_of(one, speech)}.xml"),
            _atom.title(one.words.en),
            _atom.updated(utc(one.changed)),
            _atom.link({"href": f"{root}{name_of(one, speech)}.xml", "type": ALERT_TYPE}),
        )
        for one in standing
    ]
    told = _atom.feed(
        _atom.id(root), _atom.title("Exercise"), _atom.updated(utc(changed)), *entries
    )
    written: bytes = etree.tostring(told, xml_declaration=True, encoding="UTF-8")
    return written


def alert(one: Standing, speech: Speech) -> bytes:
    versions = (*one.earlier, one.changed)
    kind = "Cancel" if one.over else "Alert" if one.version == 1 else "Update"
    references = [
        f"{SENDER},{speech.run}-{one.thing}-{n},{local(sent)}"
        for n, sent in enumerate(versions[:-1], 1)
    ]
    told = _cap.alert(
        _cap.identifier(name_of(one, speech)),
        _cap.sender(SENDER),
        _cap.sent(local(one.changed)),
        _cap.status(speech.status),
        _cap.msgType(kind),
        _cap.scope("Public"),
        *([_cap.references(" ".join(references))] if references else []),
        *(_info(one, code, said) for code, said in by_language(one.words)),
    )
    written: bytes = etree.tostring(told, xml_declaration=True, encoding="UTF-8")
    return written


def _info(one: Standing, code: str, said: str) -> etree._Element:
    row = vocabulary()["weather"][one.what]
    severity = one.severity or 2
    level = _LEVEL.get(severity, _RED)
    names = Words(fr=row["fr"], nl=row["nl"], en=row["en"]).plain()
    return _cap.info(
        _cap.language(_LANGUAGES[code]),
        _cap.category("Met"),
        _cap.event(names[code]),
        _cap.responseType("Monitor"),
        _cap.urgency("Expected"),
        _cap.severity(_SEVERITY[severity]),
        _cap.certainty("Likely"),
        _cap.onset(local(one.since)),
        _cap.expires(local(one.since + LASTS)),
        _cap.senderName("Exercise"),
        _cap.headline(said),
        _parameter("awareness_level", level),
        _parameter("awareness_type", f"{row['number']}; {row['english']}"),
        _area(one, code),
    )


def _parameter(name: str, value: str) -> etree._Element:
    return _cap.parameter(_cap.valueName(name), _cap.value(value))


def _area(one: Standing, code: str) -> etree._Element:
    """A circle about the place; its radius in kilometres."""
    place = one.place
    if place is None or place.lat is None:
        raise ValueError(f"{one.thing} is nowhere")
    radius = max(1.0, (place.extent_m or 0.0) / 1000)
    return _cap.area(
        _cap.areaDesc(place.names.get(code, place.names["fr"])),
        _cap.circle(f"{place.lat:.5f},{place.lon:.5f} {radius:.1f}"),
    )
