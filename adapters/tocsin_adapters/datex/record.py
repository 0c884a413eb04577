"""One record of a situation to the facts of an observation."""

from dataclasses import dataclass, field
from typing import Any

from tocsin.contract import Mode, Receipt
from tocsin_adapters.datex import table
from tocsin_adapters.datex.node import Node
from tocsin_adapters.datex.places import Place, PlaceReader, preferred, spoken
from tocsin_adapters.datex.settings import DatexSettings
from tocsin_adapters.datex.validity import Validity, not_ahead, validity_of
from tocsin_adapters.reading.clock import Clock
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.numbers import number, whole
from tocsin_adapters.reading.observations import known
from tocsin_adapters.reading.snapshot import Told, bounded
from tocsin_adapters.reading.texts import one_line

MAX_ID = 120
MAX_LANGUAGES = 6
MAX_COMMENT = 1200
MAX_COMMENTS = 10
TELLING = 40  # a comment whose first line has so many characters says what it is about
CLOCK_SLACK_S = 300.0
OPEN_TO_ALL = frozenset({"", "norestriction"})


@dataclass(slots=True)
class Read:
    """A record with what it needs of its situation; `place` may be the main record's."""

    node: Node
    kind: str
    identifier: str
    version: str
    where: str
    place: Place = field(default_factory=Place)
    inherited: bool = False
    shared_comment: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What holds for all records of a situation."""

    identifier: str
    mode: Mode
    confidentiality: str
    severity: str
    status: str
    related: tuple[str, ...]


class SituationReader:
    """Reads the situations of one publication."""

    def __init__(self, receipt: Receipt, settings: DatexSettings, findings: Findings) -> None:
        self._receipt = receipt
        self._languages = settings.languages
        self._findings = findings
        self._zone = settings.zone
        self._places = PlaceReader(settings.languages, findings)
        self.nameless = False
        """Whether a record without an id was met: then nobody can tell which one is gone."""

    def read(self, situation: Node, where: str) -> list[Told]:
        """Main record first. Raises `Unreadable` when the situation has no id."""
        identifier = situation.attributes.get("id", "").strip()
        if not identifier:
            self.nameless = True
            said = "a situation without an id"
            raise Unreadable("missing_field", said, f"{where}/@id", situation.line)
        head = self._head(situation, identifier, where)
        records = self._records(situation, where)
        if not records:
            self._findings.warn("no_records", "a situation without a record", where)
            return []
        self._share(records)
        main = records[0]
        return [self._told(record, head, main) for record in records]

    def _head(self, situation: Node, identifier: str, where: str) -> Head:
        header = situation.first("headerInformation") or Node("headerInformation")
        status = header.say("informationStatus")
        mode = table.mode_of(status) if status else "real"
        if mode is None:
            self._findings.warn(
                "unknown_status",
                f"{status[:60]!r} is no information status of DATEX II; it is taken as a test",
                f"{where}/headerInformation/informationStatus",
            )
            mode = "test"
        return Head(
            identifier=identifier,
            mode=mode,
            confidentiality=header.say("confidentiality"),
            severity=situation.say("overallSeverity"),
            status=status,
            related=tuple(
                inner.attributes["id"][:MAX_ID]
                for related in situation.all("relatedSituation")
                for inner in related.walk()
                if "id" in inner.attributes
            )[:10],
        )

    def _records(self, situation: Node, where: str) -> list[Read]:
        """Each once, in its highest version; the main one first, else in their order."""
        found: dict[str, Read] = {}
        for nth, node in enumerate(situation.all("situationRecord")):
            at = f"{where}/situationRecord[{nth}]"
            identifier = node.attributes.get("id", "").strip()
            if not identifier:
                self.nameless = True
                said = "a record without an id"
                self._findings.reject(
                    Unreadable("missing_field", said, f"{at}/@id", node.line).finding
                )
                continue
            kind = table.kind_of(node)
            if not kind:
                self._findings.warn("unknown_record", "a record of no type that is known", at)
            version = node.attributes.get("version", "").strip()
            version = version or node.say("situationRecordVersionTime")
            record = Read(node, kind, identifier, version, at)
            other = found.get(identifier)
            if other is not None:
                self._findings.warn("repeated_record", "the highest version counts", at)
                if version_rank(other.version) >= version_rank(version):
                    continue
            found[identifier] = record
        records = list(found.values())
        for record in records:
            record.place = self._places.read(record.node, record.where)
        return sorted(records, key=lambda record: table.rank_of(record.kind))

    def _share(self, records: list[Read]) -> None:
        """A record without a place is where the main one is, or the first that says where.

        One without words is shown with the first that another one has.
        """
        comments = (preferred(self._comments(r.node), self._languages) for r in records)
        comment = next(filter(None, comments), "")
        for record in records:
            record.shared_comment = comment
        giver = next((r.place for r in records if r.place.geometry), None)
        giver = giver or next((r.place for r in records if r.place.says_something()), None)
        if giver is None:
            return
        for record in records:
            if not record.place.says_something():
                tunnel = record.place.in_tunnel or giver.in_tunnel
                record.place = Place(giver.geometry, giver.names, giver.alert_c, in_tunnel=tunnel)
                record.inherited = True

    def _told(self, record: Read, head: Head, main: Read) -> Told:
        key = key_of(head.identifier, record.identifier)
        told = Told(
            key=key,
            facts=self._facts(record, head, key),
            where=record.where,
            line=record.node.line,
            group=bounded(head.identifier),
            leader="" if record is main else key_of(head.identifier, main.identifier),
        )
        cycle = record.node.first("management", "lifeCycleManagement")
        if cycle is not None and cycle.say("cancel") == "true":
            told.over = "cancel"
        elif told.facts.pop("over") or (cycle is not None and cycle.say("end") == "true"):
            told.over = "end"
        told.facts.pop("over", None)
        return told

    def _facts(self, record: Read, head: Head, key: str) -> dict[str, Any]:
        node, where = record.node, record.where
        now = self._receipt.received_at
        clock = Clock(self._zone, self._findings)
        validity = validity_of(node, now, clock, self._findings, where)
        seen = clock.read(node.say("situationRecordObservationTime"), f"{where}/observationTime")
        seen = seen or clock.read(
            node.say("situationRecordCreationTime"), f"{where}/situationRecordCreationTime"
        )
        sent = clock.read(
            node.say("situationRecordVersionTime"), f"{where}/situationRecordVersionTime"
        )
        comments = self._comments(node)
        comment = preferred(comments, self._languages)
        suggested = table.suggested_by(node, record.kind)
        hint, facts = self._suggestion(record, suggested, comments, validity)
        severity = node.say("severity") or head.severity
        grade = table.severity_of(severity)
        if grade is None and hint is not None:
            grade = table.usual_severity(record.kind)
        confidentiality = node.say("confidentialityOverride") or head.confidentiality
        if confidentiality.lower() in OPEN_TO_ALL:
            confidentiality = ""
        place = record.place
        return {
            "source": self._receipt.source,
            "external_id": f"{key}@{record.version[:40]}" if record.version else key,
            "kind": "event",
            "type_hint": hint,
            "source_code": suggested.code[:300] if hint else None,
            "observed_at": not_ahead(seen, now, CLOCK_SLACK_S, self._findings, where),
            "sent_at": sent,
            "valid_from": validity.starts,
            "valid_to": validity.ends,
            "geometry": place.geometry,
            "location_text": place.text() or one_line(comment),
            "severity": grade,
            "confidence": table.confidence_of(node.say("probabilityOfOccurrence")),
            "mode": head.mode,
            "confidentiality": confidentiality[:300] or None,
            "headline": self._headline(record, suggested.codes, comments, comment),
            "attributes": {
                **self._attributes(record, head, validity, suggested, comments, severity, clock),
                **facts,
            },
            "over": validity.over,
        }

    def _comments(self, record: Node) -> dict[str, str]:
        """By language; several comments in one language follow each other."""
        found: dict[str, str] = {}
        for comment in list(record.all("generalPublicComment"))[:MAX_COMMENTS]:
            said = comment.first("comment")
            for language, written in spoken(said or Node("comment")).items():
                text = "\n".join(filter(None, (one_line(w, 1000) for w in written.splitlines())))
                before = found.get(language)
                if before is not None and text not in before:
                    found[language] = f"{before}\n{text}"[:MAX_COMMENT]
                elif before is None and len(found) < MAX_LANGUAGES:
                    found[language] = text[:MAX_COMMENT]
        return found

    def _headline(
        self, record: Read, codes: tuple[str, ...], comments: dict[str, str], comment: str
    ) -> str | None:
        """What it is, unless the comment says so; then the comment, another's, or the place."""
        spoken_in = next((said for said, text in comments.items() if text == comment), "")
        name = table.name_of(record.kind, codes, (spoken_in, *self._languages))
        first_line = comment.partition("\n")[0]
        if len(first_line) >= TELLING or name.split()[0].lower() in comment.lower():
            return one_line(comment)
        place = record.place
        rest = comment or "; ".join(place.names) or record.shared_comment or place.text()
        return one_line(": ".join(filter(None, (name, rest))))

    def _suggestion(
        self,
        record: Read,
        suggested: table.Suggested,
        comments: dict[str, str],
        validity: Validity,
    ) -> tuple[str | None, dict[str, Any]]:
        """What is planned, suspended or over is no incident now."""
        if not validity.in_force:
            return None, {}
        hint, facts = suggested.hint, dict(suggested.facts)
        words = "\n".join(comments.values())
        tunnel = record.place.in_tunnel or table.in_tunnel_words().search(words) is not None
        if suggested.closes:
            facts["road_closed"] = True
            if tunnel or "tunnel" in words.lower():
                facts["tunnel_closed"] = True
                hint = "TRA-TUN"
        facts.update(_goods(record.node))
        if facts.get("dangerous_goods") and hint == "TRA-ACC":
            hint = "HAZ-ROA"
        if tunnel and hint in table.in_tunnel_types():
            hint = "TRA-TUN"
        facts.update(_people(record.node))
        return hint, facts

    def _attributes(
        self,
        record: Read,
        head: Head,
        validity: Validity,
        suggested: table.Suggested,
        comments: dict[str, str],
        severity: str,
        clock: Clock,
    ) -> dict[str, Any]:
        node, place = record.node, record.place
        impact = node.first("impact") or Node("impact")
        source = node.first("source") or Node("source")
        told: dict[str, Any] = {
            "situation": head.identifier[:MAX_ID],
            "record": record.identifier[:MAX_ID],
            "version": record.version[:40],
            "record_type": record.kind[:60],
            "record_codes": list(suggested.codes[:10]),
            "severity": severity[:40],
            "probability": node.say("probabilityOfOccurrence")[:40],
            "information_status": head.status[:40],
            "validity_status": validity.status[:40],
            "in_force": validity.in_force,
            "comments": comments,
            "source_name": one_line(self._said(source, "sourceName", "sourceIdentification"), 120),
            "cause": one_line(self._cause(node), 200),
            "roads": place.names,
            "alert_c": place.alert_c[:4],
            "direction": place.direction,
            "carriageway": place.carriageway,
            "lanes": place.lanes,
            "in_tunnel": place.in_tunnel or None,
            "location_inherited": record.inherited or None,
            "lanes_restricted": whole(impact.say("numberOfLanesRestricted"), 0, 99),
            "lanes_open": whole(impact.say("numberOfOperationalLanes"), 0, 99),
            "traffic_constriction": impact.say("trafficConstrictionType")[:60],
            "delay_s": number(impact.say("delays", "delayTimeValue"), 0, 1e6),
            "queue_length_m": number(node.say("queueLength"), 0, 1e6),
            "speed_limit_kmh": number(node.say("temporarySpeedLimit"), 0, 300),
            "people_involved": whole(node.say("totalNumberOfPeopleInvolved"), 0, 100_000),
            "vehicles_involved": whole(node.say("totalNumberOfVehiclesInvolved"), 0, 100_000),
            "compliance": node.say("complianceOption")[:40],
            "action_status": node.say("operatorActionStatus")[:40],
            "related_situations": list(head.related),
            "tz_assumed": str(clock.zone) if clock.zone_assumed else None,
        }
        return known(
            **{
                name: value or None if value in ("", [], {}) else value
                for name, value in told.items()
            }
        )

    def _said(self, node: Node, *names: str) -> str:
        """The first of these texts, in the language that comes first."""
        children = (child for name in names for child in node.all(name))
        found = (preferred(spoken(child), self._languages) for child in children)
        return next(filter(None, found), "")

    def _cause(self, record: Node) -> str:
        """Codes, the coarse one first; what another record caused is told by its situation."""
        cause = record.first("cause") or Node("cause")
        detail = [child.text for child in cause.walk() if child.name.endswith("Type")]
        return ", ".join(filter(None, detail)) or self._said(cause, "causeDescription")


def key_of(situation: str, record: str) -> str:
    return bounded(f"{situation}/{record}")


def version_rank(version: str) -> tuple[int, float, str]:
    """Numbers count as numbers, and before anything else."""
    value = number(version, -1e15, 1e15)
    return (1, value, "") if value is not None else (0, 0.0, version)


def _goods(record: Node) -> dict[str, Any]:
    """Dangerous goods on a vehicle; of the vehicle itself nothing is read: it has a plate."""
    for inner in record.walk():
        if inner.name not in ("hazardousGoodsAssociatedWithVehicle", "hazardousMaterials"):
            continue
        facts: dict[str, Any] = {"dangerous_goods": True}
        if (un := whole(inner.say("undgNumber"), 1, 9999)) is not None:
            facts["un_number"] = f"{un:04}"
        kemler = inner.say("hazardCodeIdentification")
        if 0 < len(kemler) <= 4:
            facts["kemler"] = kemler
        return facts
    return {}


def _people(accident: Node) -> dict[str, Any]:
    """People are counted, never described."""
    hurt = dead = 0
    for group in accident.all("groupOfPeopleInvolved"):
        status = group.say("injuryStatus")
        number_of = whole(group.say("numberOfPeople"), 0, 100_000)
        count = 1 if number_of is None else number_of
        if status == "dead":
            dead += count
        elif status in ("injured", "seriouslyInjured", "slightlyInjured"):
            hurt += count
    facts: dict[str, Any] = {}
    if hurt:
        facts |= {"injured_unsorted": hurt, "victims": True}
    if dead:
        facts |= {"deceased": dead, "victims": True}
    return facts
