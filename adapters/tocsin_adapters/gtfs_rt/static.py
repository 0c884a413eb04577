"""The static GTFS beside the feed: names and places of stops, names and types of routes."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from tocsin_adapters.gtfs_rt.settings import Network, Route, Stop
from tocsin_adapters.reading.numbers import number, whole

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 300_000


def stops_in(file: Path | None, given: Mapping[str, Stop]) -> dict[str, Stop]:
    """Raises ValueError when the file is no stops.txt."""
    found: dict[str, Stop] = {}
    for row in _rows(file, "stops_file", "stop_id"):
        lat, lon = number(row.get("stop_lat"), -90, 90), number(row.get("stop_lon"), -180, 180)
        if not lat and not lon:
            lat = lon = None
        found[row["stop_id"]] = Stop(name=row.get("stop_name") or row["stop_id"], lat=lat, lon=lon)
    return found | dict(given)


def routes_in(file: Path | None, given: Mapping[str, Route]) -> dict[str, Route]:
    """Raises ValueError when the file is no routes.txt."""
    found: dict[str, Route] = {}
    for row in _rows(file, "routes_file", "route_id"):
        name = row.get("route_short_name") or row.get("route_long_name") or row["route_id"]
        found[row["route_id"]] = Route(name=name, type=whole(row.get("route_type"), 0, 1702))
    return found | dict(given)


def network_of(route_type: int | None) -> Network | None:
    """GTFS's own numbers and the extended ones of hundreds."""
    if route_type is None:
        return None
    if route_type in (1, 12) or 400 <= route_type < 700:
        return "metro"
    if route_type == 2 or 100 <= route_type < 200 or 300 <= route_type < 400:
        return "rail"
    return "surface"


def _rows(file: Path | None, setting: str, key: str) -> Iterator[dict[str, str]]:
    if file is None:
        return
    try:
        if file.stat().st_size > MAX_BYTES:
            raise ValueError(f"{setting}: the file holds more than {MAX_BYTES} bytes")
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as trouble:
        raise ValueError(f"{setting}: the file cannot be read: {trouble}") from None
    reader = csv.DictReader(text.splitlines())
    if key not in (reader.fieldnames or ()):
        raise ValueError(f"{setting}: the file has no column {key}")
    for nth, row in enumerate(reader):
        if nth >= MAX_ROWS:
            raise ValueError(f"{setting}: the file has more than {MAX_ROWS} lines")
        if row[key]:
            yield row
