"""GET /metrics: the figures of the machine for Prometheus, reckoned when somebody asks.

No label names a person, a plate or a place: only realms, sources and reasons.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from tocsin import __version__
from tocsin.engine.tallies import LATENCY_BOUNDS_S
from tocsin.journal.store import JournalUnavailable, QuarantineCount
from tocsin.live.hub import Hub
from tocsin.situation.picture import is_open
from tocsin.web.rooms import Rooms

Figures = Mapping[str, Mapping[str, Any]]
_OF_REALM = ("realm",)
_OF_SOURCE = ("realm", "source")
_TALLIED = {
    "accepted": "Observations of the source in the journal, since the engine started.",
    "duplicates": "Observations that were known already, since the engine started.",
    "rejected": "Reports of what its adapter could not read, since the engine started.",
    "quarantined": "Messages refused at the room's own door, since the engine started.",
}
_SAID = {
    "received": "Messages that the source's own process has read since it started.",
    "published": "Observations that the broker took from it since it started.",
}
_COUNTED = {
    "received": "Messages that came in over MQTT, heartbeats left out.",
    "recorded": "Observations written to the journal.",
    "duplicates": "Observations that were known already.",
    "quarantined": "Messages that could not be used.",
}


def metrics_routes(rooms: Rooms) -> APIRouter:
    router = APIRouter()
    registry = CollectorRegistry()
    registry.register(_Collector(rooms))

    @router.get("/metrics", include_in_schema=False)
    async def get_metrics() -> Response:
        told = await asyncio.to_thread(generate_latest, registry)
        return Response(told, media_type=CONTENT_TYPE_LATEST)

    return router


class _Collector(Collector):
    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def describe(self) -> Iterable[Metric]:
        """Nothing in advance: the realms are not open yet when this is asked."""
        return ()

    def collect(self) -> Iterator[Metric]:
        hubs = list(self._rooms.hubs.values())
        build = GaugeMetricFamily("tocsin_build", "Always 1.", labels=("version",))
        build.add_metric([__version__], 1)
        yield build
        yield from _of_realms(hubs)
        yield from _of_states(hubs)
        yield from _of_sources({hub.realm: self._rooms.figures(hub.realm) for hub in hubs})
        yield _of_refusals(self._refusals(hubs))
        yield from _of_frames(self._rooms)

    def _refusals(self, hubs: Sequence[Hub]) -> dict[str, list[QuarantineCount]]:
        """A database that is away must not hide the figures that tell so."""
        try:
            return {hub.realm: self._rooms.journal.quarantine_counts(hub.realm) for hub in hubs}
        except JournalUnavailable:
            return {}


def _of_realms(hubs: Sequence[Hub]) -> Iterator[Metric]:
    told = [(hub, hub.health) for hub in hubs]
    up = {
        "broker": ("The link to the broker: 1 connected, 0 lost.", "connected"),
        "journal": ("The journal: 1 takes entries, 0 stuck.", "ok"),
    }
    for part, (meaning, well) in up.items():
        state = GaugeMetricFamily(f"tocsin_{part}_up", meaning, labels=_OF_REALM)
        for hub, health in told:
            if part in health:
                state.add_metric([hub.realm], health[part]["state"] == well)
        yield state
    for name, meaning in _COUNTED.items():
        counter = CounterMetricFamily(f"tocsin_{name}", meaning, labels=_OF_REALM)
        for hub, health in told:
            counter.add_metric([hub.realm], health.get("counts", {}).get(name, 0))
        yield counter
    gauges = {
        "waiting": ("Messages that the engine has not taken up yet.", _waiting),
        "journal_entries": ("The number of the last entry.", lambda hub: hub.n),
        "screens": ("Screens connected to this process.", lambda hub: hub.screens),
        "incidents_open": ("Incidents that are being followed.", _open_incidents),
    }
    for name, (meaning, value) in gauges.items():
        gauge = GaugeMetricFamily(f"tocsin_{name}", meaning, labels=_OF_REALM)
        for hub in hubs:
            gauge.add_metric([hub.realm], value(hub))
        yield gauge


def _waiting(hub: Hub) -> int:
    waiting: int = hub.health.get("counts", {}).get("waiting", 0)
    return waiting


def _open_incidents(hub: Hub) -> int:
    return sum(map(is_open, hub.situation.incidents.values()))


def _of_states(hubs: Sequence[Hub]) -> Iterator[Metric]:
    online = GaugeMetricFamily("tocsin_source_up", "1 online, 0 not.", labels=_OF_SOURCE)
    outbox = GaugeMetricFamily(
        "tocsin_source_outbox", "Observations that wait at the source.", labels=_OF_SOURCE
    )
    for hub in hubs:
        for source, view in hub.situation.sources.items():
            online.add_metric([hub.realm, source], view.state == "online")
            outbox.add_metric([hub.realm, source], view.outbox)
    yield online
    yield outbox


def _of_sources(figures: Mapping[str, Figures]) -> Iterator[Metric]:
    every = [
        ((realm, source), told) for realm in figures for source, told in figures[realm].items()
    ]
    for name, meaning in _TALLIED.items():
        counter = CounterMetricFamily(f"tocsin_source_{name}", meaning, labels=_OF_SOURCE)
        for labels, told in every:
            counter.add_metric(labels, told[name])
        yield counter
    for name, meaning in _SAID.items():
        counter = CounterMetricFamily(f"tocsin_source_{name}", meaning, labels=_OF_SOURCE)
        for labels, told in every:
            if told["counts"] is not None:
                counter.add_metric(labels, told["counts"][name])
        yield counter
    age = GaugeMetricFamily(
        "tocsin_source_age_seconds", "Since its last sign of life.", labels=_OF_SOURCE
    )
    latency = HistogramMetricFamily(
        "tocsin_source_latency_seconds",
        "From the adapter's receipt to the journal, in the live realm.",
        labels=_OF_SOURCE,
    )
    bounds = [*map(str, LATENCY_BOUNDS_S), "+Inf"]
    for labels, told in every:
        if told["age_s"] is not None:
            age.add_metric(labels, told["age_s"])
        buckets = list(zip(bounds, accumulate(told["latency"]), strict=True))
        latency.add_metric(labels, buckets, told["latency_sum_s"])
    yield age
    yield latency


def _of_refusals(counts: Mapping[str, Sequence[QuarantineCount]]) -> Metric:
    counter = CounterMetricFamily(
        "tocsin_source_refused",
        "All that was ever refused of a source, by reason.",
        labels=(*_OF_SOURCE, "reason"),
    )
    for realm, of_realm in counts.items():
        for count in of_realm:
            counter.add_metric([realm, count.source, count.reason], count.messages)
    return counter


def _of_frames(rooms: Rooms) -> Iterator[Metric]:
    viewers = GaugeMetricFamily("tocsin_frame_viewers", "Screens that look at cameras.")
    viewers.add_metric([], rooms.cameras.relay.viewers)
    yield viewers
    counter = CounterMetricFamily(
        "tocsin_frames", "Camera frames from the bus, by what became of them.", labels=("outcome",)
    )
    for outcome, count in sorted(dict(rooms.cameras.relay.counts).items()):
        counter.add_metric([outcome], count)
    yield counter
