"""One report, jam or irregularity to the facts of an observation.

Of a reporter nothing is read, nor what somebody wrote in his own words.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tocsin.contract import Receipt
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.moments import moment_of_epoch
from tocsin_adapters.reading.numbers import number, whole
from tocsin_adapters.reading.observations import known
from tocsin_adapters.reading.shapes import Position, geometry_of, track_of
from tocsin_adapters.reading.snapshot import Told, bounded
from tocsin_adapters.reading.texts import one_line

MILLISECOND = 0.001
CLOCK_SLACK_S = 300.0
_FLEETING = frozenset({"thumbs_up"})
_FLEETING_JAM = frozenset(
    {"geometry", "observed_at", "traffic_kmh", "delay_s", "length_m", "usual_kmh", "drivers"}
)


class ReportReader:
    def __init__(self, receipt: Receipt, languages: tuple[str, ...], findings: Findings) -> None:
        self._receipt = receipt
        self._languages = languages
        self._findings = findings

    def alert(self, alert: Mapping[str, Any], where: str) -> Told | None:
        """None for what is of no concern. Raises `Unreadable` without an id or a type."""
        kind = _kind(alert.get("type"))
        if not kind:
            raise Unreadable("missing_field", "a report without a type", f"{where}/type")
        row = _types().get(kind, _table()["other"])
        if row.get("passed_over"):
            return None
        identifier = _id(alert, where)
        subtype = one_line(alert.get("subtype"), 60) or ""
        more = _table()["subtypes"].get(subtype, {})
        place = alert.get("location")
        place = place if isinstance(place, dict) else {}
        hint = more.get("hint", row.get("hint"))
        name = more if "fr" in more else row
        text = _place_text(alert)
        facts: dict[str, Any] = {
            **self._common(alert, "pubMillis", f"{where}/pubMillis"),
            "external_id": identifier,
            "type_hint": hint,
            "source_code": "/".join(filter(None, (kind, subtype))) if hint else None,
            "geometry": self._point(place, f"{where}/location"),
            "location_text": text,
            "severity": more.get("severity"),
            "confidence": _confidence(alert),
            "headline": self._headline(name, text),
            "attributes": known(
                report=kind,
                subtype=subtype or None,
                thumbs_up=whole(alert.get("nThumbsUp"), 0, 1_000_000),
                direction_deg=number(alert.get("magvar"), 0, 360),
                road_type=whole(alert.get("roadType"), 0, 99),
                country=one_line(alert.get("country"), 10),
                **row.get("facts", {}),
                **more.get("facts", {}),
            ),
        }
        key = bounded(f"alert:{identifier}")
        return Told(key, facts, where, group=key, fleeting=_FLEETING)

    def jam(self, jam: Mapping[str, Any], where: str, min_level: int) -> Told | None:
        """None below the level that the operator asked for."""
        level = whole(jam.get("level"), 0, 5)
        delay = number(jam.get("delay"), -1, 1e6)
        blocked = level == 5 or delay == -1
        if level is not None and level < min_level and not blocked:
            return None
        identifier = _id(jam, where)
        text = _place_text(jam)
        words = _table()["jam"]
        blocking = one_line(jam.get("blockingAlertUuid"), 200)
        facts: dict[str, Any] = {
            **self._common(jam, "pubMillis", f"{where}/pubMillis"),
            "external_id": f"jam:{identifier}",
            "geometry": self._line(jam.get("line"), f"{where}/line"),
            "location_text": text,
            "severity": words["severity_at_level"].get(level),
            "headline": self._headline(words["blocked" if blocked else "slow"], text),
            "attributes": known(
                report="jam",
                level=level,
                blocked=blocked,
                traffic_kmh=_speed(jam, "speedKMH", "speed"),
                delay_s=delay if delay is not None and delay >= 0 else None,
                length_m=number(jam.get("length"), 0, 1e6),
                road_type=whole(jam.get("roadType"), 0, 99),
                country=one_line(jam.get("country"), 10),
            ),
        }
        leader = bounded(f"alert:{blocking}") if blocking else ""
        key = bounded(f"jam:{identifier}")
        return Told(key, facts, where, leader=leader, group=leader, fleeting=_FLEETING_JAM)

    def irregularity(self, found: Mapping[str, Any], where: str) -> Told:
        identifier = _id(found, where)
        text = _place_text(found)
        facts: dict[str, Any] = {
            **self._common(found, "detectionDateMillis", f"{where}/detectionDateMillis"),
            "external_id": f"irregularity:{identifier}",
            "geometry": self._line(found.get("line"), f"{where}/line"),
            "location_text": text,
            "headline": self._headline(_table()["irregularity"], text),
            "attributes": known(
                report="irregularity",
                level=whole(found.get("jamLevel"), 0, 5),
                traffic_kmh=_speed(found, "speedKMH", "speed"),
                usual_kmh=_speed(found, "", "regularSpeed"),
                delay_s=number(found.get("delaySeconds"), 0, 1e6),
                length_m=number(found.get("length"), 0, 1e6),
                trend=whole(found.get("trend"), -1, 1),
                drivers=whole(found.get("driversCount"), 0, 1_000_000),
                country=one_line(found.get("country"), 10),
            ),
        }
        key = bounded(f"irregularity:{identifier}")
        return Told(key, facts, where, fleeting=_FLEETING_JAM | {"trend"})

    def _common(self, found: Mapping[str, Any], name: str, where: str) -> dict[str, Any]:
        at = moment_of_epoch(found.get(name), MILLISECOND)
        seen = at.at if at is not None else None
        if at is None and found.get(name) not in (None, ""):
            self._findings.warn("bad_time", f"{str(found[name])[:40]!r} is no time", where)
        now = self._receipt.received_at
        if seen is not None and (seen - now).total_seconds() > CLOCK_SLACK_S:
            self._findings.warn("clock_suspect", "it lies ahead of our clock", where)
            seen = None
        return {"source": self._receipt.source, "kind": "event", "observed_at": seen}

    def _point(self, place: Mapping[str, Any], where: str) -> dict[str, Any] | None:
        track = self._track([place], where) if place else []
        return geometry_of(self._findings, where, points=track)

    def _line(self, line: Any, where: str) -> dict[str, Any] | None:
        track = self._track(line, where) if isinstance(line, list) else []
        return geometry_of(self._findings, where, lines=[track])

    def _track(self, places: list[Any], where: str) -> list[Position]:
        """`x` is the longitude."""
        pairs: list[Position] = []
        for place in places:
            x = number(place.get("x"), -1e6, 1e6) if isinstance(place, dict) else None
            y = number(place.get("y"), -1e6, 1e6) if isinstance(place, dict) else None
            if x is None or y is None:
                self._findings.warn("positions_unreadable", "x and y are no numbers", where)
                return []
            pairs.append((x, y))
        return track_of(pairs, self._findings, where)

    def _headline(self, names: Mapping[str, str], text: str | None) -> str | None:
        name = next((names[said] for said in self._languages if said in names), names["en"])
        return one_line(": ".join(filter(None, (name, text))))


def _id(found: Mapping[str, Any], where: str) -> str:
    """A text for reports, a number for jams; irregularities have an `id` only."""
    identifier = one_line(found.get("uuid"), 200) or one_line(found.get("id"), 200)
    if identifier is None:
        raise Unreadable("missing_field", "neither uuid nor id", f"{where}/uuid")
    return identifier


def _kind(written: object) -> str:
    kind = (one_line(written, 60) or "").upper()
    return str(_types().get(kind, {}).get("as", kind))


def _confidence(alert: Mapping[str, Any]) -> float | None:
    """Passers-by alone are never certain; nothing said is nothing known."""
    said = [number(alert.get(name), 0, 10) for name in ("reliability", "confidence")]
    known_of = [value for value in said if value is not None]
    if not known_of:
        return None
    most: float = _table()["most_confident"]
    return round(min(max(known_of) / 10, most), 2)


def _speed(found: Mapping[str, Any], in_kmh: str, in_ms: str) -> float | None:
    kmh = number(found.get(in_kmh), 0, 500)
    if kmh is None:
        ms = number(found.get(in_ms), 0, 140)
        kmh = ms * 3.6 if ms is not None else None
    return round(kmh, 1) if kmh is not None else None


def _place_text(found: Mapping[str, Any]) -> str | None:
    said = (one_line(found.get(name), 120) for name in ("street", "city"))
    return one_line(", ".join(filter(None, said)))


def _types() -> dict[str, Any]:
    types: dict[str, Any] = _table()["types"]
    return types


@cache
def _table() -> dict[str, Any]:
    written = files(__package__).joinpath("reports.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
