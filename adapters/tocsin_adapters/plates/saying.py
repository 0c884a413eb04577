"""Small readings that every maker's messages need: paths, shares, speeds, times."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from tocsin_adapters.reading.elements import local_name
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.json import object_of
from tocsin_adapters.reading.moments import Moment, moment_of
from tocsin_adapters.reading.numbers import number, whole
from tocsin_adapters.reading.texts import one_line
from tocsin_adapters.reading.xml import tree_of

MAX_DOCUMENT = 4 * 1024 * 1024
MAX_ELEMENTS = 4_000
MAX_VALUES = 20_000
MOST_IN_A_MESSAGE = 100
MAX_CANDIDATES = 10
FASTEST_KMH = 400
MOST_LANES = 32


@dataclass(frozen=True, slots=True)
class When:
    """A time as it goes into a reading; `at` None when none was written, or no time."""

    at: datetime | None = None
    tz_assumed: bool = False


NEVER = When()


def plain(payload: bytes, findings: Findings) -> dict[str, Any]:
    """An XML or JSON document as nested dicts: XML by local names, attributes under `@name`."""
    utf16 = payload.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not utf16:
        payload = payload.rstrip(b"\x00 \t\r\n")  # some firmwares fill up the end
    if utf16 or payload.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        root = tree_of(payload, findings, max_bytes=MAX_DOCUMENT, max_elements=MAX_ELEMENTS)
        content = _content(root)
        return {local_name(root): content if isinstance(content, dict) else {}}
    return object_of(payload, findings, max_bytes=MAX_DOCUMENT, max_values=MAX_VALUES)


def dig(document: Any, *path: str) -> Any:
    """What stands at the end of the path, None when any step is missing or no object."""
    for step in path:
        if not isinstance(document, dict):
            return None
        document = document.get(step)
    return document


def inner(document: Any, *path: str) -> dict[str, Any]:
    found = dig(document, *path)
    return found if isinstance(found, dict) else {}


def many(value: Any) -> list[Any]:
    """A list as it is, one thing as a list of one: XML does not tell them apart."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in many(value) if isinstance(one, dict)]


def bounded(rows: Any, findings: Findings, where: str) -> list[dict[str, Any]]:
    """The objects among the rows, as many as one message may hold."""
    found = objects(rows)
    if len(found) > MOST_IN_A_MESSAGE:
        said = f"{len(found)} in one message; the first {MOST_IN_A_MESSAGE} are read"
        findings.warn("too_many", said, where)
    return found[:MOST_IN_A_MESSAGE]


def share(value: object, of: float = 1.0) -> float | None:
    """A confidence from 0 to 1 out of one from 0 to `of`."""
    found = number(value, 0, of)
    return None if found is None else round(found / of, 6)


def speed_of(value: object, factor: float = 1.0) -> float | None:
    """km/h. Nothing and 0 both mean that nothing was measured."""
    found = number(value, 0, FASTEST_KMH / factor)
    return round(found * factor, 1) if found else None


def lane_of(value: object) -> int | None:
    return whole(value, 1, MOST_LANES)


def refs_of(*values: object) -> tuple[str, ...]:
    """The names a device goes by, the surest first."""
    lines = (one_line(value, 120) for value in values)
    return tuple(dict.fromkeys(line for line in lines if line))


def when_of(written: object, zone: ZoneInfo, findings: Findings, where: str) -> When:
    """A time in ISO 8601; without an offset it is one of the zone, with a warning."""
    if written in (None, ""):
        return NEVER
    moment = moment_of(written, zone) if isinstance(written, str) else None
    return told(moment, findings, where)


def told(moment: Moment | None, findings: Findings, where: str) -> When:
    if moment is None:
        findings.warn("bad_time", "this is no time", where)
        return NEVER
    if moment.zone_assumed:
        findings.warn("tz_assumed", "the time has no offset; the source's zone was taken", where)
    return When(moment.at, moment.zone_assumed)


def candidates_of(rows: Any, name: str) -> tuple[str, ...]:
    found = (one_line(row.get(name), 32) for row in objects(rows)[:MAX_CANDIDATES])
    return tuple(text for text in found if text)


def best_of(rows: Any, name: str, score: str) -> tuple[Any, Any]:
    """The name and score of the first row: makers sort by score."""
    first: Mapping[str, Any] = next(iter(objects(rows)), {})
    return first.get(name), first.get(score)


def _content(element: etree._Element) -> Any:
    attributes = {
        f"@{etree.QName(name).localname}": value for name, value in element.attrib.items()
    }
    if len(element) == 0 and not attributes:
        return (element.text or "").strip()
    content: dict[str, Any] = attributes
    for child in element:
        name, value = local_name(child), _content(child)
        if name not in content:
            content[name] = value
        elif isinstance(content[name], list):
            content[name].append(value)
        else:
            content[name] = [content[name], value]
    text = (element.text or "").strip()
    if text:
        content["#text"] = text
    return content
