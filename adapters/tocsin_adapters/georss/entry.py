"""One entry of a feed to the facts of an observation."""

import hashlib
import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from lxml import etree

from tocsin.contract import Receipt
from tocsin_adapters.georss.drawing import drawn_in
from tocsin_adapters.georss.settings import GeorssSettings
from tocsin_adapters.reading.elements import child, children, namespace, text, words
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.moments import moment_of
from tocsin_adapters.reading.numbers import number
from tocsin_adapters.reading.observations import known
from tocsin_adapters.reading.snapshot import Told, bounded
from tocsin_adapters.reading.texts import one_line

MAX_TEXT = 1500
MAX_MARKUP = 20_000
MAX_CATEGORIES = 20
CLOCK_SLACK_S = 300.0
_TAG = re.compile(r"<[^<>]{0,2000}>")


class EntryReader:
    """Reads the entries of one feed. Of its authors nothing is read: they are often persons."""

    def __init__(self, receipt: Receipt, settings: GeorssSettings, findings: Findings) -> None:
        self._receipt = receipt
        self._settings = settings
        self._zone = settings.zone
        self._findings = findings

    def read(self, entry: etree._Element, where: str) -> Told:
        """Raises `Unreadable` for an entry that says nothing at all."""
        title = one_line(_plain(_own(entry, "title")))
        said = _plain(_own(entry, "description") or _own(entry, "summary"))
        summary = one_line(said or _plain(_own(entry, "content")), MAX_TEXT)
        drawn = drawn_in(entry, self._findings, where)
        if title is None and summary is None and drawn.geometry is None:
            said = "neither title, text nor place"
            raise Unreadable("empty_entry", said, where, entry.sourceline)
        published = self._time(entry, ("published", "issued", "pubDate", "date"), where)
        updated = self._time(entry, ("updated", "modified"), where)
        gdacs = _gdacs(entry)
        started = self._time(entry, ("fromdate",), where) if gdacs else None
        key = self._key(entry, gdacs, [title or "", str(published), str(drawn.geometry)], where)
        categories = _categories(entry)
        hint, code = self._hint([*categories, str(gdacs.get("event_type", ""))])
        level = str(gdacs.get("alert_level", "")).lower()
        facts: dict[str, Any] = {
            "source": self._receipt.source,
            "external_id": key,
            "kind": "event",
            "type_hint": hint,
            "source_code": code,
            "observed_at": self._not_ahead(started or published, where),
            "sent_at": updated or published,
            "valid_from": started,
            "geometry": drawn.geometry,
            "location_text": one_line(text(entry, "featurename") or text(entry, "country")),
            "severity": _table()["alert_level"].get(level),
            "headline": title or one_line(summary),
            "attributes": known(
                description=summary,
                categories=categories or None,
                link=one_line(_link(entry), 500),
                radius_m=drawn.radius_m,
                **gdacs,
            ),
        }
        over = text(entry, "iscurrent").lower() == "false"
        return Told(key, facts, where, entry.sourceline, over="end" if over else "")

    def _key(
        self, entry: etree._Element, gdacs: dict[str, Any], told: Iterable[str], where: str
    ) -> str:
        """GDACS's event and episode, else the feed's own id, else its link."""
        if gdacs.get("event_id"):
            kind, event = gdacs.get("event_type", ""), gdacs["event_id"]
            return bounded(f"{kind}{event}/{gdacs.get('episode_id', '')}".rstrip("/"))
        found = one_line(_own(entry, "guid") or _own(entry, "id") or _about(entry), 2000)
        if found is None:
            self._findings.warn("missing_id", "the entry has no id of its own", where, entry)
            found = one_line(_link(entry), 2000)
        if found is None:
            found = hashlib.blake2b("|".join(told).encode(), digest_size=16).hexdigest()
        return bounded(found)

    def _hint(self, categories: list[str]) -> tuple[str | None, str | None]:
        named = {name.lower(): code for name, code in self._settings.types.items()}
        for category in categories:
            if category.lower() in named:
                return named[category.lower()], f"category={category}"[:300]
        return None, None

    def _time(self, entry: etree._Element, names: tuple[str, ...], where: str) -> datetime | None:
        for name in names:
            written = _own(entry, name)
            if not written:
                continue
            at, assumed = moment_in_feed(written, self._zone)
            if at is None:
                said = f"{written[:60]!r} is no time"
                self._findings.warn("bad_time", said, f"{where}/{name}", entry)
            elif assumed:
                said = f"a time without offset was taken in {self._zone}"
                self._findings.warn("tz_assumed", said, f"{where}/{name}", entry)
            return at
        return None

    def _not_ahead(self, at: datetime | None, where: str) -> datetime | None:
        if at is None or (at - self._receipt.received_at).total_seconds() <= CLOCK_SLACK_S:
            return at
        self._findings.warn("clock_suspect", "it lies ahead of our clock", where)
        return None


def moment_in_feed(written: str, zone: ZoneInfo) -> tuple[datetime | None, bool]:
    """RFC 822 as RSS writes it, or ISO 8601; and whether a zone had to be assumed."""
    moment = moment_of(written, zone)
    if moment is not None:
        return moment.at, moment.zone_assumed
    try:
        at = parsedate_to_datetime(written[:100])
        assumed = at.tzinfo is None
        return (at.replace(tzinfo=zone) if assumed else at).astimezone(UTC), assumed
    except (ValueError, TypeError, OverflowError, IndexError):
        return None, False


def _own(entry: etree._Element, name: str) -> str:
    """Of several elements of one name the feed's own, not those of an extension."""
    found = list(children(entry, name))
    own = [element for element in found if namespace(element) == namespace(entry)]
    return words((own or found or [None])[0])


def _about(entry: etree._Element) -> str:
    """RSS 1.0 names its items by an attribute."""
    named = (value for key, value in entry.attrib.items() if str(key).endswith("}about"))
    return str(next(named, ""))


def _link(entry: etree._Element) -> str:
    """An address as text: nothing that a feed names is ever fetched."""
    for link in children(entry, "link"):
        found = link.get("href") or words(link)
        if found and (link.get("rel") or "alternate") == "alternate":
            return str(found)
    return ""


def _categories(entry: etree._Element) -> list[str]:
    found = [
        one_line(element.get("term") or words(element), 80)
        for name in ("category", "subject")
        for element in children(entry, name)
    ]
    return list(dict.fromkeys(filter(None, found)))[:MAX_CATEGORIES]


def _plain(markup: str) -> str:
    """Feeds put markup into their texts, once or twice escaped."""
    return html.unescape(_TAG.sub(" ", html.unescape(markup[:MAX_MARKUP])))


def _gdacs(entry: etree._Element) -> dict[str, Any]:
    """Empty for other feeds."""
    if child(entry, "eventtype") is None and child(entry, "alertlevel") is None:
        return {}
    severity, population = child(entry, "severity"), child(entry, "population")
    told: dict[str, Any] = {
        "event_type": one_line(text(entry, "eventtype"), 20),
        "event_id": one_line(text(entry, "eventid"), 60),
        "episode_id": one_line(text(entry, "episodeid"), 60),
        "event_name": one_line(text(entry, "eventname"), 120),
        "alert_level": one_line(text(entry, "alertlevel"), 20),
        "alert_score": number(text(entry, "alertscore"), 0, 10),
        "episode_alert_level": one_line(text(entry, "episodealertlevel"), 20),
        "severity_text": one_line(words(severity), 200),
        "severity_value": number(severity.get("value") if severity is not None else None, 0, 1e9),
        "severity_unit": one_line(severity.get("unit") if severity is not None else None, 20),
        "population_text": one_line(words(population), 200),
        "population": number(population.get("value") if population is not None else None, 0, 1e11),
        "countries": one_line(text(entry, "country"), 200),
        "until": one_line(text(entry, "todate"), 60),
        "glide": one_line(text(entry, "glide"), 60),
    }
    return known(**told)


@cache
def _table() -> dict[str, Any]:
    written = files(__package__).joinpath("entries.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
