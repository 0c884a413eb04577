"""One entity to the facts of an observation."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import orjson
import yaml

from tocsin.contract import Observation, Receipt
from tocsin_adapters.ngsi_ld.entities import Entity
from tocsin_adapters.ngsi_ld.settings import NgsiLdSettings
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.moments import moment_of
from tocsin_adapters.reading.numbers import number
from tocsin_adapters.reading.observations import known, observed
from tocsin_adapters.reading.shapes import Position, geometry_of, track_of
from tocsin_adapters.reading.snapshot import Told, bounded
from tocsin_adapters.reading.texts import one_line

MAX_VALUES = 40
MAX_IN_HEADLINE = 4
MAX_TEXT = 1500
CLOCK_SLACK_S = 300.0
_ADDRESS = ("streetAddress", "streetNr", "postalCode", "addressLocality", "district")
_NO_MEASURE = frozenset({"dateModified", "dateCreated", "location", "address", "seeAlso"})


def is_event(entity: Entity) -> bool:
    return entity.type in _table()["events"]


def is_sensor(entity: Entity) -> bool:
    table = _table()
    return entity.type in table["sensors"] or entity.type.endswith(tuple(table["sensor_endings"]))


class EntityReader:
    def __init__(self, receipt: Receipt, settings: NgsiLdSettings, findings: Findings) -> None:
        self._receipt = receipt
        self._languages = settings.languages
        self._zone = settings.zone
        self._findings = findings

    def event(self, entity: Entity) -> Told:
        """An alert or an anomaly."""
        table = _table()
        now = self._receipt.received_at
        issued = self._time(entity, "dateIssued", "dateDetected")
        starts, ends = self._time(entity, "validFrom"), self._time(entity, "validTo")
        seen = self._time(entity, "dateObserved", "dateDetected", "observedAt")
        if seen is None:
            seen = starts if starts is not None and starts <= now else issued
        if starts is not None and ends is not None and ends < starts:
            said = "it ends before it starts; the start was left out"
            self._findings.warn("ends_before_start", said, f"{entity.where}/validTo")
            starts = None
        over = ends is not None and ends < now
        in_force = not over and (starts is None or starts <= now)
        hint, facts, code = _suggested(entity) if in_force else (None, {}, None)
        words = table["anomaly" if entity.type == "Anomaly" else "alert"]
        category = entity.text("category", limit=80)
        sub = entity.text("subCategory", limit=80)
        description = entity.text("description", limit=MAX_TEXT)
        name = entity.text("name", "title", "headline")
        version = entity.text("modifiedAt", "dateModified", "dateIssued", "dateDetected", limit=40)
        breach = _breach(entity)
        told = {
            **self._common(entity),
            "external_id": bounded(
                f"{entity.identifier}@{version}" if version else entity.identifier
            ),
            "kind": "event",
            "type_hint": hint,
            "source_code": code,
            "observed_at": self._not_ahead(seen, entity),
            "sent_at": issued,
            "valid_from": starts,
            "valid_to": ends,
            "severity": table["severity"].get((entity.text("severity") or "").lower()),
            "headline": one_line(name or description)
            or one_line(": ".join(filter(None, (self._word(words), sub or category or breach)))),
            "attributes": known(
                entity=entity.identifier,
                entity_type=entity.type,
                category=category,
                sub_category=sub,
                severity=entity.text("severity", limit=40),
                description=description,
                in_force=in_force,
                alert_source=_source(entity.text("alertSource", "source", limit=500)),
                anomalous_property=entity.text("anomalousProperty", limit=80),
                breach=breach,
                **facts,
            ),
        }
        key = bounded(entity.identifier)
        return Told(key, told, entity.where, over="end" if over else "")

    def measurement(self, entity: Entity) -> Observation:
        """What a sensor measured, every number by its own name. Raises `Unreadable`."""
        table = _table()
        values = _values(entity)
        at = self._time(entity, "dateObserved", "dateObservedTo", "observedAt")
        at = at or self._latest(entity)
        words = table["sensors"].get(entity.type, table["other_sensor"])
        name = entity.text("name", "stationName", "stationCode", "refPointOfInterest")
        shown = [f"{key} {value:g}" for key, value in list(values.items())[:MAX_IN_HEADLINE]]
        title = " ".join(filter(None, (self._word(words), name)))
        facts = {
            **self._common(entity),
            "external_id": bounded(f"{entity.identifier}@{_when(at, values)}"),
            "kind": "sensor",
            "observed_at": self._not_ahead(at, entity),
            "headline": one_line(": ".join(filter(None, (title, ", ".join(shown))))),
            "attributes": known(
                entity=entity.identifier,
                entity_type=entity.type,
                name=name,
                values=values or None,
                units={key: unit for key, unit in entity.units.items() if key in values} or None,
                level=entity.text("airQualityLevel", "floodLevelStatus", "alertStatus", limit=60),
                description=entity.text("description", limit=MAX_TEXT),
                **_wind(entity),
            ),
        }
        return observed(facts, entity.where)

    def _common(self, entity: Entity) -> dict[str, Any]:
        return {
            "source": self._receipt.source,
            "geometry": self._geometry(entity),
            "location_text": _address(entity),
        }

    def _geometry(self, entity: Entity) -> dict[str, Any] | None:
        where = f"{entity.where}/location"
        for name in ("location", "observationSpace", "operationSpace"):
            found = entity.properties.get(name)
            if isinstance(found, dict):
                return _geojson(found, self._findings, where)
            if isinstance(found, str | list):
                return _simple(found, self._findings, where)
        return None

    def _time(self, entity: Entity, *names: str) -> datetime | None:
        for name in names:
            written = entity.properties.get(name)
            if not isinstance(written, str) or not written.strip():
                continue
            where = f"{entity.where}/{name}"
            written = written.partition("/")[0] or written  # an interval: when it began
            moment = moment_of(written, self._zone)
            if moment is None:
                self._findings.warn("bad_time", f"{written[:60]!r} is no time", where)
                continue
            if moment.zone_assumed:
                said = f"a time without offset was taken in {self._zone}"
                self._findings.warn("tz_assumed", said, where)
            return moment.at
        return None

    def _latest(self, entity: Entity) -> datetime | None:
        """When its newest value was measured, where each value says so itself."""
        found = (moment_of(written, self._zone) for written in entity.observed.values())
        return max((moment.at for moment in found if moment is not None), default=None)

    def _not_ahead(self, at: datetime | None, entity: Entity) -> datetime | None:
        if at is None or (at - self._receipt.received_at).total_seconds() <= CLOCK_SLACK_S:
            return at
        self._findings.warn("clock_suspect", "it lies ahead of our clock", entity.where)
        return None

    def _word(self, words: Mapping[str, str]) -> str:
        return next((words[said] for said in self._languages if said in words), words["en"])


def _suggested(entity: Entity) -> tuple[str | None, dict[str, Any], str | None]:
    for name in ("subCategory", "category"):
        said = entity.text(name, limit=80)
        row = _table()["hints"].get(said)
        if row is not None:
            hint = row.get("hint")
            return hint, dict(row.get("facts", {})), f"{name}={said}" if hint else None
    return None, {}, None


def _breach(entity: Entity) -> str | None:
    """What an anomaly measured against its threshold, as the last breach tells."""
    told = entity.properties.get("thresholdBreach")
    last = told[-1] if isinstance(told, list) and told else told
    last = last if isinstance(last, dict) else {}
    value = number(last.get("measuredValue"), -1e15, 1e15)
    limit = number(last.get("thresholdValue"), -1e15, 1e15)
    said = [entity.text("anomalousProperty", limit=80)]
    if value is not None:
        said.append(f"{value:g}")
    if limit is not None:
        said.append(f"({'<' if last.get('thresholdType') == 'LOWER' else '>'} {limit:g})")
    return one_line(" ".join(filter(None, said)))


def _values(entity: Entity) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in entity.properties.items():
        measured = number(value, -1e15, 1e15) if name not in _NO_MEASURE else None
        if measured is not None and len(found) < MAX_VALUES:
            found[name[:60]] = measured
    return found


def _wind(entity: Entity) -> dict[str, float]:
    table = _table()
    told: dict[str, float] = {}
    for name, fact in table["winds"].items():
        speed = number(entity.properties.get(name), 0, 500)
        factor = table["kmh_per"].get(entity.units.get(name, ""))
        if speed is not None and factor is not None:
            told[fact] = round(speed * factor, 1)
    direction = number(entity.properties.get(table["wind_from"]), 0, 360)
    if direction is not None:
        told["wind_from"] = direction
    return told


def _when(at: datetime | None, values: dict[str, float]) -> str:
    """Two measurements of one time differ by what was measured."""
    mark = hashlib.blake2b(orjson.dumps(values, option=orjson.OPT_SORT_KEYS), digest_size=4)
    return f"{at.isoformat()}~{mark.hexdigest()}" if at is not None else f"~{mark.hexdigest()}"


def _address(entity: Entity) -> str | None:
    address = entity.properties.get("address")
    if not isinstance(address, dict):
        return one_line(address) or entity.text("areaServed")
    parts = (one_line(address.get(name), 120) for name in _ADDRESS)
    return one_line(", ".join(filter(None, parts))) or entity.text("areaServed")


def _source(written: str | None) -> str | None:
    """A source may be somebody's own page: of an address only the host is told."""
    if written is None or "://" not in written:
        return one_line(written, 120)
    try:
        return one_line(urlsplit(written).hostname, 120)
    except ValueError:
        return None


def _geojson(found: Mapping[str, Any], findings: Findings, where: str) -> dict[str, Any] | None:
    kind, coordinates = str(found.get("type")), found.get("coordinates")
    flat = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}
    parts = coordinates if kind in flat else [coordinates]
    kind = flat.get(kind, kind)
    if kind not in ("Point", "LineString", "Polygon") or not isinstance(parts, list):
        findings.warn("positions_unreadable", f"{kind[:40]!r} is no geometry", where)
        return None
    tracks: list[list[Position]] = []
    for part in parts[:200]:
        ring = part[:1] if kind == "Polygon" and isinstance(part, list) else [part]
        for line in ring:
            pairs = _pairs([line] if kind == "Point" else line)
            if pairs is None:
                findings.warn("positions_unreadable", "no list of positions", where)
                return None
            tracks.append(track_of(pairs, findings, where))
    if kind == "Point":
        return geometry_of(findings, where, points=[at for track in tracks for at in track])
    if kind == "LineString":
        return geometry_of(findings, where, lines=tracks)
    return geometry_of(findings, where, rings=tracks)


def _simple(written: str | list[Any], findings: Findings, where: str) -> dict[str, Any] | None:
    """NGSI v2's own way: "latitude, longitude", or a list of such for a line."""
    pairs: list[Position] = []
    for place in [written] if isinstance(written, str) else written[:5000]:
        lat, _, lon = str(place)[:100].partition(",")
        y, x = number(lat, -1e7, 1e7), number(lon, -1e7, 1e7)
        if x is None or y is None:
            findings.warn("positions_unreadable", "no latitude, longitude", where)
            return None
        pairs.append((x, y))
    return geometry_of(findings, where, lines=[track_of(pairs, findings, where)])


def _pairs(line: Any) -> list[Position] | None:
    """Longitude first, as GeoJSON has it."""
    if not isinstance(line, list):
        return None
    pairs: list[Position] = []
    for place in line:
        if not isinstance(place, list) or len(place) < 2:
            return None
        x, y = number(place[0], -1e7, 1e7), number(place[1], -1e7, 1e7)
        if x is None or y is None:
            return None
        pairs.append((x, y))
    return pairs


@cache
def _table() -> dict[str, Any]:
    written = files(__package__).joinpath("entities.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
