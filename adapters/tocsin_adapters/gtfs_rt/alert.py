"""One alert to the facts of an observation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from google.transit import gtfs_realtime_pb2 as gtfs

from tocsin.contract import Receipt
from tocsin_adapters.gtfs_rt.feed import enum_name
from tocsin_adapters.gtfs_rt.settings import GtfsRtSettings, Network, Route, Stop
from tocsin_adapters.gtfs_rt.static import network_of
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.moments import moment_of_epoch
from tocsin_adapters.reading.numbers import whole
from tocsin_adapters.reading.observations import known
from tocsin_adapters.reading.shapes import Position, geometry_of
from tocsin_adapters.reading.snapshot import Told, bounded
from tocsin_adapters.reading.texts import one_line

MAX_ENTITIES = 2_000
MAX_NAMED = 30
MAX_NAME = 40
MAX_PERIODS = 500
MAX_HEADER = 300
MAX_TEXT = 800
MAX_DETAIL = 200
MAX_LANGUAGES = 6
MAX_LINES_TEXT = 80


@dataclass(frozen=True, slots=True)
class _Time:
    """When an alert counts: the period that runs, else the next, else the last."""

    starts: datetime | None
    ends: datetime | None
    in_force: bool
    over: bool


@dataclass(frozen=True, slots=True)
class _Concerned:
    agencies: list[str]
    routes: list[str]
    stops: list[str]
    trips: int
    types: list[int]


class AlertReader:
    """Reads the alerts of one feed message."""

    def __init__(
        self,
        receipt: Receipt,
        settings: GtfsRtSettings,
        stops: Mapping[str, Stop],
        routes: Mapping[str, Route],
        findings: Findings,
    ) -> None:
        self._receipt = receipt
        self._settings = settings
        self._stops = stops
        self._routes = routes
        self._findings = findings

    def read(self, identifier: str, alert: dict[str, Any], sent_at: datetime | None) -> Told:
        where = alert["where"]
        concerned = self._concerned(alert, where)
        when = self._when(alert, f"{where}/alert/active_period")
        cause = enum_name(gtfs.Alert.Cause, alert.get("cause")) or "UNKNOWN_CAUSE"
        effect = enum_name(gtfs.Alert.Effect, alert.get("effect")) or "UNKNOWN_EFFECT"
        level = enum_name(gtfs.Alert.SeverityLevel, alert.get("severity_level"))
        headers = _texts(alert.get("header_text"), MAX_HEADER)
        descriptions = _texts(alert.get("description_text"), MAX_TEXT)
        network = self._network(concerned)
        hint = _hint(cause, effect, network) if when.in_force else None
        lines = [self._routes[r].name if r in self._routes else r for r in concerned.routes]
        stops = [self._stops[s].name if s in self._stops else s for s in concerned.stops]
        words = _table()["words"]["alert"]
        headline = _preferred(headers, self._settings.languages)
        headline = headline or _preferred(descriptions, self._settings.languages)
        facts: dict[str, Any] = {
            "source": self._receipt.source,
            "external_id": bounded(":".join([*concerned.agencies[:1], identifier])),
            "kind": "event",
            "type_hint": hint,
            "source_code": f"{cause}/{effect}/{network or '?'}" if hint else None,
            "observed_at": self._observed_at(when),
            "sent_at": sent_at,
            "valid_from": when.starts,
            "valid_to": when.ends,
            "geometry": self._geometry(concerned.stops, where),
            "location_text": one_line(", ".join(_unique(stops))),
            "severity": _severity(level, effect),
            "headline": one_line(headline)
            or one_line(": ".join([_preferred(words, self._settings.languages), *lines[:10]])),
            "attributes": known(
                entity=identifier,
                cause=cause[:60],
                effect=effect[:60],
                severity_level=level[:60] or None,
                network=network,
                agencies=concerned.agencies[:MAX_NAMED] or None,
                routes=concerned.routes[:MAX_NAMED] or None,
                stops=concerned.stops[:MAX_NAMED] or None,
                trips=concerned.trips or None,
                lines_disrupted=_lines(lines) if when.in_force else None,
                in_force=when.in_force,
                headers=headers or None,
                descriptions=descriptions or None,
                cause_detail=self._detail(alert.get("cause_detail")),
                effect_detail=self._detail(alert.get("effect_detail")),
            ),
        }
        over: Literal["", "end"] = "end" if when.over else ""
        return Told(key=bounded(identifier), facts=facts, where=where, over=over)

    def _concerned(self, alert: dict[str, Any], where: str) -> _Concerned:
        selectors = [s for s in _list(alert.get("informed_entity")) if isinstance(s, dict)]
        if len(selectors) > MAX_ENTITIES:
            said = f"{len(selectors)} informed entities; the first {MAX_ENTITIES} are read"
            self._findings.warn("too_many_entities", said, f"{where}/alert/informed_entity")
        found = _Concerned([], [], [], 0, [])
        trips = 0
        for selector in selectors[:MAX_ENTITIES]:
            trip = selector.get("trip")
            trip = trip if isinstance(trip, dict) else {}
            trips += bool(trip)
            for into, value in (
                (found.agencies, selector.get("agency_id")),
                (found.routes, selector.get("route_id") or trip.get("route_id")),
                (found.stops, selector.get("stop_id")),
            ):
                into.extend(filter(None, [one_line(value, MAX_NAME)]))
            route_type = whole(selector.get("route_type"), 0, 1702)
            if route_type is not None:
                found.types.append(route_type)
        return _Concerned(
            _unique(found.agencies), _unique(found.routes), _unique(found.stops), trips, found.types
        )

    def _network(self, concerned: _Concerned) -> Network | None:
        """By the types it names, the types of the lines it names, or what runs in this feed."""
        types = [*concerned.types]
        types += [
            route.type
            for route in (self._routes.get(r) for r in concerned.routes)
            if route is not None and route.type is not None
        ]
        found = [network for network in map(network_of, types) if network is not None]
        return found[0] if found else self._settings.network

    def _when(self, alert: dict[str, Any], where: str) -> _Time:
        now = self._receipt.received_at
        named = ("active_period", "impact_period", "communication_period")
        written = next((p for p in (_list(alert.get(name)) for name in named) if p), [])
        periods = list(self._periods(written[:MAX_PERIODS], where))
        if not periods:
            return _Time(None, None, in_force=True, over=False)
        for starts, ends in periods:
            if (starts is None or starts <= now) and (ends is None or now < ends):
                return _Time(starts, ends, in_force=True, over=False)
        ahead = [p for p in periods if p[0] is not None and p[0] > now]
        if ahead:
            starts, ends = min(ahead, key=lambda p: p[0] or now)
            return _Time(starts, ends, in_force=False, over=False)
        starts, ends = max(periods, key=lambda p: p[1] or now)
        return _Time(starts, ends, in_force=False, over=True)

    def _periods(
        self, written: list[Any], where: str
    ) -> Iterator[tuple[datetime | None, datetime | None]]:
        """Zero, like nothing, means open on that side."""
        for period in written:
            if not isinstance(period, dict):
                continue
            starts, ends = (self._moment(period.get(side), where) for side in ("start", "end"))
            if starts is not None and ends is not None and ends < starts:
                self._findings.warn("ends_before_start", "the start was left out", where)
                starts = None
            yield starts, ends

    def _moment(self, value: Any, where: str) -> datetime | None:
        if value in (None, "", 0, "0"):
            return None
        found = moment_of_epoch(value)
        if found is None:
            self._findings.warn("bad_time", f"{str(value)[:40]!r} is no time", where)
        return found.at if found is not None else None

    def _detail(self, value: Any) -> str | None:
        return _preferred(_texts(value, MAX_DETAIL), self._settings.languages) or None

    def _observed_at(self, when: _Time) -> datetime | None:
        if when.starts is not None and when.starts <= self._receipt.received_at:
            return when.starts
        return None

    def _geometry(self, stops: list[str], where: str) -> dict[str, Any] | None:
        found = (self._stops[stop] for stop in stops if stop in self._stops)
        points: list[Position] = [
            (stop.lon, stop.lat) for stop in found if stop.lat is not None and stop.lon is not None
        ]
        return geometry_of(self._findings, where, points=points)


def _hint(cause: str, effect: str, network: Network | None) -> str | None:
    table = _table()
    if effect in table["effects_of_no_incident"]:
        return None
    row = table["hints"].get(cause, {})
    if cause in table["unsaid_causes"] and effect == "NO_SERVICE":
        row = table["hints_of_no_service"]
    hint: str | None = row.get(network, row.get("any"))
    return hint


def _severity(level: str, effect: str) -> int | None:
    table = _table()
    found: int | None = table["severity"].get(level)
    if found is None and level in ("", "UNKNOWN_SEVERITY"):
        found = table["severity_by_effect"].get(effect)
    return found


def _texts(value: Any, limit: int) -> dict[str, str]:
    """By language; "" where none is said. Plain text and plain lists are read too."""
    if isinstance(value, dict):
        value = value.get("translation", value.get("translations", []))
    found: dict[str, str] = {}
    for part in _list(value):
        said = part if isinstance(part, dict) else {"text": part}
        text = one_line(said.get("text"), limit)
        language = str(said.get("language") or "").lower().replace("_", "-").split("-")[0][:8]
        if text and len(found) < MAX_LANGUAGES:
            found.setdefault(language, text)
    return found


def _preferred(texts: Mapping[str, str], languages: tuple[str, ...]) -> str:
    for language in languages:
        if language in texts:
            return texts[language]
    return next(iter(texts.values()), "")


def _lines(names: list[str]) -> str | None:
    """As many as the fact has room for."""
    told = ""
    for name in _unique(names):
        longer = f"{told}, {name}" if told else name
        if len(longer) > MAX_LINES_TEXT:
            break
        told = longer
    return told or None


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _unique(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


@cache
def _table() -> dict[str, Any]:
    written = files(__package__).joinpath("alerts.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(written)
    return table
