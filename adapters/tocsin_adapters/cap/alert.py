"""One `alert` element to its observations."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.x509 import Certificate
from lxml import etree
from pydantic import ValidationError

from tocsin.contract import Action, Mode, Observation, Receipt, envelope_for
from tocsin_adapters.cap import attributes, hints
from tocsin_adapters.cap.areas import (
    Effort,
    Places,
    areas_table,
    geometry_of_known,
    outlines,
    places_of,
)
from tocsin_adapters.cap.settings import CapSettings
from tocsin_adapters.cap.signature import NONE, Signature, signature_of
from tocsin_adapters.cap.vocabulary import CAP_NAMESPACES
from tocsin_adapters.cap.warnings_in import Info, Warned, sort_out
from tocsin_adapters.reading.elements import (
    child,
    children,
    namespace,
    text,
    texts,
    words,
)
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.moments import moment_of

MAX_INFOS = 60
MAX_OBSERVATIONS = 20
MAX_CHAIN = 50
MAX_REFERENCES = 20_000
MAX_SIGNATURES = 5
MAX_KNOWN = 40
FITS_BYTES = 56 * 1024  # leaves room for what the runner adds below the bus's 64 kB
CLOCK_SLACK = timedelta(minutes=5)

_MODES: dict[str, Mode] = {
    "actual": "real",
    "exercise": "exercise",
    "test": "test",
    "system": "system",
    "draft": "test",
}
_ACTIONS: dict[str, Action] = {
    "alert": "new",
    "update": "update",
    "cancel": "cancel",
    "ack": "ack",
    "error": "ack",
}
_GRADES = {
    "urgency": {"immediate", "expected", "future", "past", "unknown"},
    "severity": {"extreme", "severe", "moderate", "minor", "unknown"},
    "certainty": {"observed", "very likely", "likely", "possible", "unlikely", "unknown"},
}
_TRIPLE = re.compile(r"([^,]+),([^,]+),(\S+)")
_CODE = re.compile(r"[A-Z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True)
class Header:
    """What identifies an alert and says whether it is real."""

    key: str
    sent_at: datetime
    mode: Mode
    action: Action
    chain: list[str]
    zone_assumed: bool
    confidentiality: str | None
    signature: Signature
    doubtful: bool


class AlertReader:
    """Reads alerts that arrived together with one receipt."""

    def __init__(
        self,
        receipt: Receipt,
        settings: CapSettings,
        trusted: Sequence[Certificate],
        findings: Findings,
    ) -> None:
        self._receipt = receipt
        self._languages = settings.languages
        self._areas = {**areas_table(), **settings.areas}
        self._zone = settings.zone
        self._trusted = trusted
        self._findings = findings
        self._effort = Effort()
        self._signatures_left = MAX_SIGNATURES

    def read(self, alert: etree._Element, where: str) -> list[Observation]:
        """Raises `Unreadable` when the alert cannot be used at all."""
        self._check_namespace(alert, where)
        header = self._header(alert, where)
        infos = [Info(e, f"{where}/info[{n}]") for n, e in enumerate(children(alert, "info"))]
        if not infos:
            return [self._bare(alert, header, where)]
        if len(infos) > MAX_INFOS:
            said = f"{len(infos)} info blocks; the first {MAX_INFOS} are read"
            self._findings.warn("too_many_infos", said, where, alert)
        warned = sort_out(infos[:MAX_INFOS])
        if len(warned) > MAX_OBSERVATIONS:
            said = f"{len(warned)} different warnings; the first {MAX_OBSERVATIONS} are used"
            self._findings.warn("too_many_warnings", said, where, alert)
        read: list[Observation] = []
        for nth, one in enumerate(warned[:MAX_OBSERVATIONS], start=1):
            suffix = f"|{nth}" if len(warned) > 1 else ""
            try:
                read.append(self._observation(alert, header, one, suffix, where))
            except Unreadable as trouble:
                self._findings.reject(trouble.finding)
        return read

    def _check_namespace(self, alert: etree._Element, where: str) -> None:
        if namespace(alert) not in CAP_NAMESPACES:
            said = f"{namespace(alert)[:100] or 'none'} is not CAP's namespace"
            self._findings.warn("namespace", said, where, alert)

    def _header(self, alert: etree._Element, where: str) -> Header:
        identifier, sender, sent = (text(alert, n) for n in ("identifier", "sender", "sent"))
        for name, value in (("identifier", identifier), ("sender", sender), ("sent", sent)):
            if not value:
                raise _missing(name, alert, where)
        moment = moment_of(sent, self._zone)
        if moment is None:
            raise Unreadable("bad_time", "sent is no time", f"{where}/sent", alert.sourceline)
        if moment.zone_assumed:
            self._warn_zone(f"{where}/sent", alert)
        signature = self._signature(alert, where)
        return Header(
            key=key_of(sender, identifier, sent),
            sent_at=moment.at,
            mode=self._mode(alert, where),
            action=self._action(alert, where),
            chain=self._chain(alert, where),
            zone_assumed=moment.zone_assumed,
            confidentiality=self._confidentiality(alert, where),
            signature=signature,
            doubtful=signature.state == "invalid"
            or (bool(self._trusted) and signature.state != "valid"),
        )

    def _signature(self, alert: etree._Element, where: str) -> Signature:
        if child(alert, "Signature") is None:
            return NONE
        self._signatures_left -= 1
        if self._signatures_left < 0:
            return Signature("untrusted", "too_many")
        signature = signature_of(alert, self._trusted, self._receipt.received_at)
        if signature.state == "invalid":
            said = f"the signature does not hold: {signature.reason}"
            self._findings.warn("invalid_signature", said, f"{where}/Signature", alert)
        return signature

    def _mode(self, alert: etree._Element, where: str) -> Mode:
        """Without a status nobody can tell an exercise from the real thing: refused."""
        status = text(alert, "status")
        if not status:
            raise _missing("status", alert, where)
        mode = _MODES.get(status.lower())
        if mode is None:
            said = f"{status[:60]!r} is no status of CAP"
            raise Unreadable("unknown_status", said, f"{where}/status", alert.sourceline)
        if status.lower() == "draft":
            said = "a draft is not meant to be acted upon; it is kept as a test"
            self._findings.warn("draft", said, f"{where}/status", alert)
        return mode

    def _action(self, alert: etree._Element, where: str) -> Action:
        written = text(alert, "msgType")
        field = f"{where}/msgType"
        if not written:
            self._findings.warn(
                "missing_field", "msgType is missing; Alert is assumed", field, alert
            )
            return "new"
        action = _ACTIONS.get(written.lower())
        if action is None:
            said = f"{written[:60]!r} is no message type of CAP"
            raise Unreadable("unknown_msg_type", said, field, alert.sourceline)
        return action

    def _confidentiality(self, alert: etree._Element, where: str) -> str | None:
        scope = text(alert, "scope")
        if not scope:
            self._findings.warn("missing_field", "scope is missing", f"{where}/scope", alert)
        if scope.lower() in {"", "public"}:
            return None
        restriction = text(alert, "restriction")
        return f"{scope}: {restriction}"[:300] if restriction else scope[:300]

    def _chain(self, alert: etree._Element, where: str) -> list[str]:
        element = child(alert, "references")
        if element is None:
            return []
        whole = text(alert, "references")
        written = " ".join(whole[:MAX_REFERENCES].split())
        field = f"{where}/references"
        if not written:
            self._findings.warn("empty_references", "references names no message", field, element)
            return []
        if len(whole) > MAX_REFERENCES:
            said = f"of {len(whole)} characters the first {MAX_REFERENCES} are read"
            self._findings.warn("too_many_references", said, field, element)
        chain: list[str] = []
        at = 0
        while at < len(written) and len(chain) < 2 * MAX_CHAIN:
            triple = _TRIPLE.match(written, at)
            if triple is not None and moment_of(triple[3], self._zone) is not None:
                chain.append(key_of(*(part.strip() for part in triple.groups())))
                at = triple.end()
            else:
                token, _, _ = written[at:].partition(" ")
                self._findings.warn(
                    "bad_reference", "no `sender,identifier,sent`; kept as it is", field, element
                )
                chain.append(_identifier_in(token))
                at += len(token)
            at += 1
        unique = list(dict.fromkeys(filter(None, chain)))
        if len(unique) > MAX_CHAIN:
            said = f"{len(unique)} messages are named; the first {MAX_CHAIN} are kept"
            self._findings.warn("too_many_references", said, field, element)
        return unique[:MAX_CHAIN]

    def _bare(self, alert: etree._Element, header: Header, where: str) -> Observation:
        """A cancel names what it ends and needs no more; an alert without a warning is none."""
        if header.action == "new":
            raise _missing("info", alert, where)
        if header.action == "update":
            said = "an update without a warning changes nothing by itself"
            self._findings.warn("missing_field", said, f"{where}/info", alert)
        if not header.chain:
            said = "nothing says which message is meant"
            self._findings.warn("missing_references", said, f"{where}/references", alert)
        cutter = attributes.Cutter(attributes.CUTS[0])
        said_of_alert = attributes.of_alert(alert, cutter)
        return self._checked(
            {
                **self._common(header, _chain_to_all(header.chain)),
                "external_id": header.key,
                "action": header.action,
                "observed_at": self._not_ahead(header, alert, where),
                "headline": text(alert, "note")[:300] or None,
                "attributes": self._with_marks(said_of_alert, header, []),
            },
            alert,
            where,
        )

    def _observation(
        self, alert: etree._Element, header: Header, warned: Warned, suffix: str, where: str
    ) -> Observation:
        shown = warned.preferred(self._languages)
        self._check_grades(shown)
        level = attributes.parameter(warned.infos, "awareness_level")
        times = _Times(self._findings, self._zone, shown)
        starts = times.read("onset") or times.read("effective")
        places = self._places(warned)
        events = [text(info.element, "event") for info in [shown, *warned.infos]]
        hint = hints.type_of(
            attributes.parameter(warned.infos, "awareness_type"),
            list(dict.fromkeys(filter(None, events))),
            _event_codes(warned.infos),
            texts(shown.element, "category"),
        )
        codes = attributes.geocodes(warned.infos)
        headline = text(shown.element, "headline") or text(shown.element, "event")
        facts = {
            **self._common(header, _chain_to_same(header.chain, suffix)),
            "external_id": header.key + suffix,
            "action": _life(header.action, shown, level),
            "type_hint": hint.type,
            "source_code": hint.source_code,
            "observed_at": self._observed_at(header, starts, shown),
            **times.validity(starts),
            "geometry": places.geometry,
            "location_text": "; ".join(shown.area_names)[:300] or None,
            "location_codes": {
                name: found[0]
                for name, scheme in (("emma_id", "EMMA_ID"), ("nuts", "NUTS2"))
                if len(found := codes.get(scheme, [])) == 1 and _CODE.fullmatch(found[0])
            },
            "severity": hints.severity_of(
                text(shown.element, "severity"),
                level,
                attributes.parameter(warned.infos, hints.OWN_SEVERITY),
            ),
            "confidence": (
                None if header.doubtful else hints.confidence_of(text(shown.element, "certainty"))
            ),
            "headline": " ".join(headline.split())[:300] or None,
        }
        if not facts["headline"]:
            self._findings.warn("missing_field", "no event and no headline", shown.where, alert)
        marks = ["tz_assumed"] if times.zone_assumed else []
        return self._fitting(alert, header, warned, shown, places, facts, marks)

    def _places(self, warned: Warned) -> Places:
        """What was drawn; else what we know of the codes that stand for it."""
        places = places_of(_distinct_areas(warned.infos), self._effort, self._findings)
        if places.geometry is None:
            codes = attributes.geocodes(warned.infos)
            keys = (f"{scheme}:{code}" for scheme, values in codes.items() for code in values)
            known = [self._areas[key] for key in keys if key in self._areas]
            places.geometry = geometry_of_known(known[:MAX_KNOWN], self._findings)
        return places

    def _fitting(
        self,
        alert: etree._Element,
        header: Header,
        warned: Warned,
        shown: Info,
        places: Places,
        facts: dict[str, Any],
        marks: list[str],
    ) -> Observation:
        """Texts are cut harder and harder until the whole message fits on the bus."""
        for cut in attributes.CUTS:
            cutter = attributes.Cutter(cut)
            said = attributes.of_alert(alert, cutter)
            said |= attributes.of_warning(warned.infos, shown, places.radii_m, cutter)
            facts["attributes"] = self._with_marks(said, header, marks)
            observation = self._checked(facts, alert, shown.where)
            size = len(envelope_for(observation).model_dump_json().encode())
            if size <= FITS_BYTES:
                if cutter.did:
                    said_of = "texts or lists were cut so that the message fits"
                    self._findings.warn("text_cut", said_of, shown.where, shown.element)
                return observation
        raise Unreadable("too_large", "too large for the bus", shown.where, alert.sourceline)

    def _common(self, header: Header, chain: list[str]) -> dict[str, Any]:
        return {
            "source": self._receipt.source,
            "kind": "event",
            "chain": chain,
            "sent_at": header.sent_at,
            "received_at": self._receipt.received_at,
            "mode": header.mode,
            "confidentiality": header.confidentiality,
        }

    def _with_marks(
        self, said: attributes.Attributes, header: Header, marks: list[str]
    ) -> attributes.Attributes:
        if header.zone_assumed or "tz_assumed" in marks:
            said["tz_assumed"] = str(self._zone)
        if header.sent_at > self._receipt.received_at + CLOCK_SLACK:
            said["clock_suspect"] = True
        said["signature"] = header.signature.state
        if header.signature.reason:
            said["signature_reason"] = header.signature.reason
        if header.doubtful:
            said["doubtful"] = True
        return said

    def _observed_at(self, header: Header, starts: datetime | None, info: Info) -> datetime | None:
        """Tonight's warning was not observed tonight: what lies ahead is dated when it was sent."""
        if starts is not None and starts <= self._receipt.received_at:
            return starts
        return self._not_ahead(header, info.element, info.where)

    def _not_ahead(self, header: Header, element: etree._Element, where: str) -> datetime | None:
        if header.sent_at <= self._receipt.received_at + CLOCK_SLACK:
            return header.sent_at
        said = "sent lies more than 5 minutes ahead of our clock; the time is taken as unknown"
        self._findings.warn("clock_suspect", said, where, element)
        return None

    def _check_grades(self, info: Info) -> None:
        for name, known in _GRADES.items():
            written = text(info.element, name)
            if written.lower() not in known:
                said = f"{written[:60]!r} is no {name} of CAP" if written else f"{name} is missing"
                self._findings.warn("unknown_grade", said, f"{info.where}/{name}", info.element)

    def _warn_zone(self, where: str, element: etree._Element) -> None:
        said = f"a time without offset was taken in {self._zone}"
        self._findings.warn("tz_assumed", said, where, element)

    def _checked(self, facts: dict[str, Any], alert: etree._Element, where: str) -> Observation:
        try:
            return Observation.model_validate(facts)
        except ValidationError as trouble:
            first = trouble.errors(include_url=False, include_input=False)[0]
            field = "/".join(str(part) for part in first["loc"])
            said = f"{field}: {first['msg']}"
            raise Unreadable("not_an_observation", said, where, alert.sourceline) from None


class _Times:
    """The times of one `info`, and whether a zone had to be assumed for any."""

    def __init__(self, findings: Findings, zone: ZoneInfo, info: Info) -> None:
        self._findings = findings
        self._zone = zone
        self._info = info
        self.zone_assumed = False

    def read(self, name: str) -> datetime | None:
        written = text(self._info.element, name)
        if not written:
            return None
        where = f"{self._info.where}/{name}"
        moment = moment_of(written, self._zone)
        if moment is None:
            said = f"{written[:60]!r} is no time"
            self._findings.warn("bad_time", said, where, self._info.element)
            return None
        if moment.zone_assumed:
            self.zone_assumed = True
            said = f"a time without offset was taken in {self._zone}"
            self._findings.warn("tz_assumed", said, where, self._info.element)
        return moment.at

    def validity(self, starts: datetime | None) -> dict[str, datetime | None]:
        ends = self.read("expires")
        if starts is not None and ends is not None and ends < starts:
            said = "it expires before it starts; the start was left out"
            self._findings.warn("expires_before_start", said, self._info.where, self._info.element)
            starts = None
        return {"valid_from": starts, "valid_to": ends}


def key_of(sender: str, identifier: str, sent: str) -> str:
    """The key of an alert as CAP defines it; a longer one keeps its start and a digest."""
    key = "|".join(" ".join(part.split()) for part in (sender, identifier, sent))
    if len(key) <= 290:  # leaves room for the number of a warning
        return key
    return f"{key[:250]}~{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def _missing(name: str, alert: etree._Element, where: str) -> Unreadable:
    said = f"{name} is missing or empty"
    return Unreadable("missing_field", said, f"{where}/{name}", alert.sourceline)


def _identifier_in(token: str) -> str:
    parts = [part for part in token.split(",") if part]
    return (parts[1] if len(parts) > 1 else parts[0])[:290] if parts else ""


def _event_codes(infos: Sequence[Info]) -> list[tuple[str, str]]:
    return [pair for info in infos for pair in info.event_codes]


def _distinct_areas(infos: Sequence[Info]) -> list[tuple[str, etree._Element]]:
    """Each language repeats the outlines: the same words are read, and warned of, once."""
    found: dict[tuple[str, ...], tuple[str, etree._Element]] = {}
    for info in infos:
        for where, area in info.areas:
            drawn = [words(e) for kind in ("polygon", "circle") for e in outlines(area, kind)]
            found.setdefault(tuple(drawn), (where, area))
    return list(found.values())


def _life(action: Action, info: Info, awareness_level: str) -> Action:
    """Green and "all clear" say that there is nothing, or nothing any more, to warn of."""
    if action not in {"new", "update"}:
        return action
    clear = "allclear" in (word.lower() for word in texts(info.element, "responseType"))
    return "end" if clear or hints.is_no_warning(awareness_level) else action


def _chain_to_same(chain: list[str], suffix: str) -> list[str]:
    """The earlier message may have held one warning or several: both spellings of its key."""
    return [*chain, *(key + (suffix or "|1") for key in chain)][:MAX_CHAIN]


def _chain_to_all(chain: list[str]) -> list[str]:
    """A message without warnings means every warning of the messages it names."""
    numbers = range(1, 10)  # an alert of more warnings than that has not been seen
    return [*chain, *(f"{key}|{n}" for n in numbers for key in chain)][:MAX_CHAIN]
