"""Atom and RSS indexes: entries that link to alerts, or carry an alert's elements themselves."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from lxml import etree

from tocsin.contract import Finding
from tocsin_adapters.cap.vocabulary import CAP_NAMESPACES
from tocsin_adapters.reading.elements import child, children, local_name, namespace, text, words
from tocsin_adapters.reading.findings import Findings

MAX_ENTRIES = 500
_CAP = "urn:oasis:names:tc:emergency:cap:1.2"
_OF_ALERT = frozenset(
    {
        *("identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction"),
        *("addresses", "code", "note", "references", "incidents"),
    }
)
_LEADS_TO_AN_ALERT = frozenset({"alternate", "related", "enclosure"})
_OF_AREA = frozenset({"areaDesc", "polygon", "circle", "altitude", "ceiling", "geocode"})


@dataclass(slots=True)
class Index:
    alerts: list[tuple[str, etree._Element]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def is_index(root: etree._Element) -> bool:
    return local_name(root) in {"feed", "rss"}


def read_index(root: etree._Element, origin: str, findings: Findings) -> Index:
    """A full alert on the feed's own host is better than its summary; else the summary is used."""
    index = Index()
    for nth, (where, entry) in enumerate(_entries(root)):
        if nth == MAX_ENTRIES:
            said = f"the first {MAX_ENTRIES} entries are read, the others are not"
            findings.reject(Finding("too_many_entries", said, where, entry.sourceline))
            break
        link = _link(entry, origin)
        if link is not None and _same_host(link, origin):
            index.links.append(link)
            continue
        alert = _embedded(entry, where, findings)
        if alert is not None:
            said = "read from an index entry, which is a summary; the full alert was not fetched"
            findings.warn("index_entry", said, where, entry)
            index.alerts.append((f"{where}/alert", alert))
        elif link is not None:
            index.links.append(link)
        else:
            findings.warn("index_entry", "neither an alert nor a link to one", where, entry)
    index.links = list(dict.fromkeys(index.links))
    return index


def as_alert(flat: etree._Element) -> etree._Element:
    """An alert whose warning stands beside its header, put into CAP's own order."""
    alert = etree.Element(f"{{{_CAP}}}alert")
    info = etree.Element(f"{{{_CAP}}}info")
    area = etree.Element(f"{{{_CAP}}}area")
    for element in flat:
        name = local_name(element)
        home = alert if name in _OF_ALERT else area if name in _OF_AREA else info
        home.append(deepcopy(element))
    if len(area):
        info.append(area)
    if len(info):
        alert.append(info)
    return alert


def is_flat(alert: etree._Element) -> bool:
    return child(alert, "info") is None and child(alert, "event") is not None


def _entries(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    if local_name(root) == "feed":
        for nth, entry in enumerate(children(root, "entry")):
            yield f"entry[{nth}]", entry
        return
    for channel in children(root, "channel"):
        for nth, item in enumerate(children(channel, "item")):
            yield f"item[{nth}]", item


def _link(entry: etree._Element, origin: str) -> str | None:
    """The link said to be CAP; else the first that is not said to be a web page."""
    found: list[tuple[bool, str]] = []
    for name in ("link", "enclosure"):
        for link in children(entry, name):
            kind = (link.get("type") or "").lower()
            rel = (link.get("rel") or "alternate").lower()
            written = link.get("href") or link.get("url") or words(link)
            address = _address(written, origin)
            if (
                address is None
                or "html" in kind
                or rel not in {"alternate", "related", "enclosure"}
            ):
                continue
            found.append(("cap" not in kind, address))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _address(written: str, origin: str) -> str | None:
    try:
        address = urljoin(origin, written.strip()) if _is_web(origin) else written.strip()
        return address if _is_web(address) and len(address) <= 2000 else None
    except ValueError:
        return None


def _is_web(address: str) -> bool:
    return urlsplit(address).scheme in {"http", "https"}


def _same_host(one: str, other: str) -> bool:
    return _host(one) is not None and _host(one) == _host(other)


def _host(address: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return None if parts.hostname is None else (parts.scheme, parts.hostname, port)


def _embedded(entry: etree._Element, where: str, findings: Findings) -> etree._Element | None:
    whole = next((e for e in entry.iterdescendants() if local_name(e) == "alert"), None)
    if whole is not None and not is_flat(whole):
        return whole
    flat = whole if whole is not None else entry
    own = [e for e in flat if namespace(e) in CAP_NAMESPACES]
    if not own:
        return None
    bag = etree.Element("bag")
    bag.extend(deepcopy(e) for e in own if any(c.isalnum() for c in words(e)))
    filled = [name for name, value in _of_entry(entry) if _fill(bag, name, value)]
    if filled:
        said = f"{', '.join(filled)} taken from the entry itself"
        findings.warn("index_entry_filled", said, where, entry)
    return as_alert(bag)


def _of_entry(entry: etree._Element) -> list[tuple[str, str]]:
    author = child(entry, "author")
    name = text(author, "name") if author is not None else ""
    sent = text(entry, "updated") or text(entry, "published") or _iso(text(entry, "pubDate"))
    return [
        ("identifier", text(entry, "id") or text(entry, "guid")),
        ("sender", name or words(author)),
        ("sent", sent),
        ("headline", text(entry, "title")),
        ("description", text(entry, "summary")),
    ]


def _fill(bag: etree._Element, name: str, value: str) -> bool:
    if not value or child(bag, name) is not None:
        return False
    etree.SubElement(bag, f"{{{_CAP}}}{name}").text = value
    return True


def _iso(written: str) -> str:
    try:
        return parsedate_to_datetime(written).isoformat() if written else ""
    except (ValueError, TypeError, OverflowError, IndexError):
        return ""
