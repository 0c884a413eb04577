"""EDXL-DE envelopes, 1.0 and 2.0, in XML and JSON: who may see what is inside, and until when.

Names are compared without regard to case: 1.0, the drafts of 2.0 and its final text differ in it.
"""

import binascii
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from tocsin.contract import Action, Finding, Mode, Observation
from tocsin.contract.observation import MAX_ATTRIBUTES
from tocsin_adapters.reading.elements import child, local_name, words
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.moments import moment_of
from tocsin_adapters.reading.texts import one_line

MAX_CONTENTS = 60
MAX_ENVELOPES = 20
MAX_ADDRESSEES = 20
MAX_REFERENCES = 20
MAX_ADDED = 1_500
FITS_CHARACTERS = 56_000  # below the bus, with what the runner adds
EXPIRY_SLACK = timedelta(minutes=5)

MODES: dict[str, Mode] = {
    "actual": "real",
    "exercise": "exercise",
    "system": "system",
    "test": "test",
}
_ROOTS = frozenset({"edxldistribution", "edxl"})
_EVERYWHERE = frozenset(
    {
        *("combinedconfidentiality", "language", "senderrole", "recipientrole", "keyword"),
        *("explicitaddress", "targetarea", "targetareas", "urgency", "severity", "certainty"),
        *("incidentid", "incidentdescription", "link", "extension"),
    }
)
_KNOWN = {
    "": _EVERYWHERE
    | {
        *("distributionid", "senderid", "datetimesent", "datetimeexpires", "distributionstatus"),
        *("distributionkind", "distributiontype", "distributionreference", "descriptor"),
        *("content", "contentobject", "community"),
    },
    "descriptor": _EVERYWHERE,
    "explicitaddress": frozenset({"explicitaddressscheme", "explicitaddressvalue"}),
}
# What everybody may see is no mark to keep.
_OPEN = frozenset({"", "public", "unclassified", "unclassified and not sensitive", "none"})


@dataclass(frozen=True, slots=True)
class Envelope:
    """The header. `kind` is in small letters: `report`, `cancel`, `ack` and the like."""

    id: str
    sender: str
    sent_at: datetime
    mode: Mode
    kind: str
    expires_at: datetime | None = None
    confidentiality: str | None = None
    addressees: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # ids of the distributions it updates, cancels or answers
    zone_assumed: bool = False

    def expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at + EXPIRY_SLACK < at


@dataclass(frozen=True, slots=True)
class Content:
    """One thing inside: exactly one of an element, a JSON value, or bytes still to be parsed."""

    where: str
    element: etree._Element | None = None
    value: Any = None
    payload: bytes | None = None
    confidentiality: str | None = None


@dataclass(slots=True)
class Opened:
    """`envelope` is None when the header was refused; the findings say why."""

    envelope: Envelope | None
    contents: list[Content] = field(default_factory=list)


def envelopes_in(root: etree._Element) -> list[etree._Element]:
    """The root itself, or the first inside another wrapper (SOAP), but none inside one another."""
    if local_name(root).lower() == "edxldistribution":
        return [root]
    found = [e for e in root.iterdescendants() if local_name(e).lower() == "edxldistribution"]
    known = set(found)
    outermost = (e for e in found if known.isdisjoint(e.iterancestors()))
    return list(islice(outermost, MAX_ENVELOPES))


def is_envelope(document: object) -> bool:
    """Whether a JSON document is one, with or without a key around it."""
    if not isinstance(document, dict):
        return False
    names = {str(key).lower() for key in document}
    return bool(names & _ROOTS) or len(names & {"distributionid", "senderid", "datetimesent"}) > 1


def opened_xml(root: etree._Element, zone: ZoneInfo, findings: Findings) -> Opened:
    header = _Header({"": _fields_of(root)}, zone, findings, root.sourceline)
    descriptor = next((e for e in root if local_name(e).lower() == "descriptor"), None)
    if descriptor is not None:
        header.levels["descriptor"] = _fields_of(descriptor)
    return Opened(header.read(), list(_xml_contents(root, findings)))


def opened_json(document: Mapping[str, Any], zone: ZoneInfo, findings: Findings) -> Opened:
    for key, inner in document.items():
        if key.lower() in _ROOTS and isinstance(inner, dict) and len(document) == 1:
            document = inner
    unknown = _unknown_names(document, "", "")
    levels = {"": _small(document)}
    descriptor = levels[""].get("descriptor")
    if isinstance(descriptor, dict):
        levels["descriptor"] = _small(descriptor)
        unknown += _unknown_names(descriptor, "descriptor", "descriptor/")
    for where, level in (("", levels[""]), ("descriptor/", levels.get("descriptor", {}))):
        for address in _listed(level.get("explicitaddress")):
            if isinstance(address, dict):
                path = f"{where}explicitAddress/"
                unknown += _unknown_names(address, "explicitaddress", path)
    for path in unknown:
        findings.reject(Finding("unknown_field", "the envelope's schema knows no such field", path))
    envelope = _Header(levels, zone, findings, None).read()
    if unknown:
        return Opened(None)
    return Opened(envelope, list(_json_contents(document, findings)))


def inherited(
    observation: Observation,
    envelope: Envelope,
    content: Content,
    received_at: datetime,
    earlier: Iterable[str] = (),
) -> Observation:
    """The inner message says what happened; the envelope says who may see it, and until when.

    `earlier` are ids of observations that came in the envelopes which this one names.
    """
    told: dict[str, Any] = {
        "envelope": {
            "id": envelope.id[:120],
            "sender": envelope.sender[:120],
            "kind": envelope.kind[:20],
        }
    }
    if envelope.addressees:
        told["addressees"] = list(envelope.addressees)
    changes: dict[str, Any] = {}
    if observation.mode == "real":
        changes["mode"] = envelope.mode
    changes["confidentiality"] = _strictest(
        envelope.confidentiality, content.confidentiality, observation.confidentiality
    )
    if observation.sent_at is None:
        changes["sent_at"] = envelope.sent_at
    chain = [*observation.chain, *earlier, *envelope.references]
    if envelope.kind == "cancel" and observation.kind != "event":
        told["envelope_cancelled"] = True  # of a vehicle: that ends no incident
    elif envelope.kind == "cancel" and observation.action not in {"cancel", "ack"}:
        # The same message in another envelope takes back what it said in the first.
        changes["action"] = "cancel"
        changes["external_id"] = f"{observation.external_id[:290]}|cancel"
        chain.insert(0, observation.external_id)
    changes["chain"] = list(dict.fromkeys(chain))[:50]
    if envelope.expired(received_at):
        # Late news are kept and shown as such; rules leave them aside.
        told |= {"doubtful": True, "envelope_expired": True}
    room = MAX_ATTRIBUTES - len(observation.attributes)
    changes["attributes"] = {**observation.attributes, **dict(list(told.items())[:room])}
    whole = observation.model_copy(update=changes)
    added = sum(map(len, changes["chain"])) + sum(map(len, envelope.addressees))
    if added > MAX_ADDED and len(whole.model_dump_json()) > FITS_CHARACTERS:
        told.pop("addressees", None)
        changes["chain"] = changes["chain"][:5]
        changes["attributes"] = {**observation.attributes, **dict(list(told.items())[:room])}
        whole = observation.model_copy(update=changes)
    return whole


def action_of(kind: str) -> Action:
    """For contents that do not say by themselves what they do; `kind` in small letters."""
    actions: dict[str, Action] = {
        "update": "update",
        "cancel": "cancel",
        "ack": "ack",
        "error": "ack",
    }
    return actions.get(kind, "new")


class _Header:
    """Reads the header from fields by small name; every mistake is told, not only the first."""

    def __init__(
        self,
        levels: dict[str, dict[str, Any]],
        zone: ZoneInfo,
        findings: Findings,
        line: int | None,
    ) -> None:
        self.levels = levels
        self._zone = zone
        self._findings = findings
        self._line = line
        self._sound = True

    def read(self) -> Envelope | None:
        id_, sender = self._needed("distributionID"), self._needed("senderID")
        sent = self._time("dateTimeSent", self._needed("dateTimeSent"))
        expires = self._time("dateTimeExpires", self._text("datetimeexpires"))
        status = self._needed("distributionStatus")
        mode = MODES.get(status.lower())
        if status and mode is None:
            self._refuse("unknown_status", f"{status[:60]!r} is no status", "distributionStatus")
        kind = self._text("distributionkind") or self._text("distributiontype")
        if not kind:
            self._refuse("missing_field", "distributionKind is missing", "distributionKind")
        addressees = tuple(self._addressees())
        if not self._sound or sent is None or mode is None:
            return None
        return Envelope(
            id=id_[:250],
            sender=sender[:250],
            sent_at=sent[0],
            mode=mode,
            kind=kind.lower(),
            expires_at=expires[0] if expires else None,
            confidentiality=_marked(self._text("combinedconfidentiality")),
            addressees=addressees,
            references=tuple(self._references()),
            zone_assumed=sent[1],
        )

    def _needed(self, name: str) -> str:
        found = self._text(name.lower())
        if not found:
            self._refuse("missing_field", f"{name} is missing or empty", name)
        return found

    def _text(self, name: str) -> str:
        for level in self.levels.values():
            for value in _listed(level.get(name)):
                found = one_line(_plain(value), 300)
                if found:
                    return found
        return ""

    def _time(self, name: str, written: str) -> tuple[datetime, bool] | None:
        if not written:
            return None
        moment = moment_of(written, self._zone)
        if moment is None:
            self._refuse("bad_time", f"{name} is no time", name)
            return None
        if moment.zone_assumed:
            said = f"a time without offset was taken in {self._zone}"
            self._findings.warn("tz_assumed", said, name)
        return moment.at, moment.zone_assumed

    def _refuse(self, rule: str, said: str, name: str) -> None:
        self._sound = False
        self._findings.reject(Finding(rule, said, name, self._line))

    def _addressees(self) -> list[str]:
        found: list[str] = []
        for level in self.levels.values():
            for address in _listed(level.get("explicitaddress")):
                fields = _small(address) if isinstance(address, dict) else {}
                scheme = one_line(_plain(fields.get("explicitaddressscheme")), 60) or ""
                values = [
                    one_line(_plain(value), 120)
                    for value in _listed(fields.get("explicitaddressvalue"))
                ]
                if not any(values):
                    said = "an address without a value names nobody"
                    where = "explicitAddress/explicitAddressValue"
                    self._findings.warn("missing_field", said, where)
                found += [f"{scheme}:{value}" if scheme else value for value in values if value]
        return list(dict.fromkeys(found))[:MAX_ADDRESSEES]

    def _references(self) -> list[str]:
        """`distributionID,senderID,dateTimeSent`, of which the id is enough."""
        level = self.levels[""]
        written = (one_line(_plain(v), 300) for v in _listed(level.get("distributionreference")))
        ids = (reference.split(",")[0].strip() for reference in written if reference)
        return list(dict.fromkeys(filter(None, ids)))[:MAX_REFERENCES]


def _fields_of(element: etree._Element) -> dict[str, Any]:
    """Children by small name; contents are left out, they may be large."""
    fields: dict[str, Any] = {}
    for part in element:
        name = local_name(part).lower()
        if name in {"content", "contentobject"}:
            continue
        value: Any = part
        if name == "explicitaddress":
            value = {}
            for field_ in part:
                value.setdefault(local_name(field_), []).append(field_)
        fields.setdefault(name, []).append(value)
    return fields


def _plain(value: object) -> object:
    """2.0 wraps its words: `<distributionStatus><…><value>Actual</value></…>`."""
    if isinstance(value, etree._Element):
        wrapped = [e for e in value.iterdescendants() if local_name(e).lower() == "value"]
        return words(wrapped[-1] if wrapped else value)
    if isinstance(value, dict):
        inner = _small(value)
        if "value" in inner:
            return _plain(inner["value"])
        return _plain(next(iter(inner.values()))) if len(inner) == 1 else None
    if isinstance(value, list):
        return _plain(value[0]) if value else None
    return value


def _small(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in mapping.items()}


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _unknown_names(mapping: Mapping[str, Any], level: str, path: str) -> list[str]:
    return [
        f"{path}{str(key)[:80]}"
        for key in mapping
        if str(key).lower() not in _KNOWN[level] and not str(key).startswith(("@", "$", "xmlns"))
    ]


def _xml_contents(root: etree._Element, findings: Findings) -> Iterator[Content]:
    nth = 0
    for element in root.iter():
        name = local_name(element).lower()
        if name not in {"embeddedxmlcontent", "contentdata"} or _is_inside_content(element, root):
            continue
        where = f"content[{nth}]"
        nth += 1
        if nth > MAX_CONTENTS:
            _refuse_the_rest(findings, where)
            return
        mark = _mark_of(element)
        if name == "contentdata":
            yield from _decoded(words(element), _mime_beside(element), where, mark, findings)
        elif len(element):
            yield from (Content(where, element=e, confidentiality=mark) for e in element)
        elif words(element):
            yield Content(where, payload=words(element).encode(), confidentiality=mark)
        else:
            findings.warn("no_content", "a content with nothing in it", where)


def _is_inside_content(element: etree._Element, root: etree._Element) -> bool:
    """What an inner message calls so is its own business."""
    for above in element.iterancestors():
        if above is root:
            return False
        if local_name(above).lower() in {"embeddedxmlcontent", "keyxmlcontent"}:
            return True
    return False


def _refuse_the_rest(findings: Findings, where: str) -> None:
    said = f"the first {MAX_CONTENTS} contents are read, the others are not"
    findings.reject(Finding("too_many_contents", said, where))


def _mark_of(element: etree._Element) -> str | None:
    """The confidentiality of the content object around it."""
    for above in element.iterancestors():
        if local_name(above).lower() == "contentobject":
            for name in ("confidentiality", "Confidentiality"):
                mark = child(above, name)
                if mark is not None:
                    return _marked(one_line(_plain(mark), 300) or "")
            break
    return None


def _mime_beside(element: etree._Element) -> str:
    above = element.getparent()
    beside = () if above is None else above
    return next((words(e).lower() for e in beside if local_name(e).lower() == "mimetype"), "")


def _json_contents(document: Mapping[str, Any], findings: Findings) -> Iterator[Content]:
    fields = _small(document)
    items = [*_listed(fields.get("content")), *_listed(fields.get("contentobject"))]
    if len(items) > MAX_CONTENTS:
        _refuse_the_rest(findings, f"content[{MAX_CONTENTS}]")
    for nth, item in enumerate(items[:MAX_CONTENTS]):
        yield from _inside(item, f"content[{nth}]", None, findings)


_WRAPPERS = frozenset({"contentobject", "jsoncontent", "contentjson", "xmlcontent", "contentxml"})
_LEAVES = frozenset({"embeddedjsoncontent", "embeddedxmlcontent"})
_FILES = frozenset({"nonxmlcontent", "othercontent"})


def _inside(item: Any, where: str, mark: str | None, findings: Findings) -> Iterator[Content]:
    if isinstance(item, list):
        for part in item[:MAX_CONTENTS]:
            yield from _inside(part, where, mark, findings)
    if not isinstance(item, dict):
        return
    fields = _small(item)
    mark = _marked(one_line(_plain(fields.get("confidentiality")), 300) or "") or mark
    for name, value in fields.items():
        if name in _WRAPPERS:
            yield from _inside(value, where, mark, findings)
        elif name in _LEAVES:
            for one in _listed(value):
                if isinstance(one, str):
                    yield Content(where, payload=one.encode(), confidentiality=mark)
                else:
                    yield Content(where, value=one, confidentiality=mark)
        elif name in _FILES and isinstance(value, dict):
            inner = _small(value)
            data, mime = str(inner.get("contentdata", "")), str(inner.get("mimetype", ""))
            yield from _decoded(data, mime.lower(), where, mark, findings)


def _decoded(
    written: str, mime: str, where: str, mark: str | None, findings: Findings
) -> Iterator[Content]:
    if "xml" not in mime and "json" not in mime:
        findings.warn("file_inside", f"a file ({mime[:60] or 'of no kind'}) is not read", where)
        return
    try:
        yield Content(where, payload=b64decode(written), confidentiality=mark)
    except (binascii.Error, ValueError):
        findings.warn("bad_base64", "what stands in contentData is no base64", where)


def _marked(written: str) -> str | None:
    return None if written.lower() in _OPEN else written


def _strictest(*marks: str | None) -> str | None:
    """Nobody can rank the marks of all services: each stays, and none is lost."""
    found = list(dict.fromkeys(mark for mark in marks if mark))
    return "; ".join(found)[:300] or None
