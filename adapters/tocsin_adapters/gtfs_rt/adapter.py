"""The adapter: bytes to observations and findings, never an exception."""

from typing import ClassVar

from tocsin.contract import Observation, Receipt, Translation
from tocsin_adapters.gtfs_rt.alert import AlertReader
from tocsin_adapters.gtfs_rt.feed import MAX_BYTES, Feed, feed_of
from tocsin_adapters.gtfs_rt.settings import GtfsRtSettings
from tocsin_adapters.gtfs_rt.static import routes_in, stops_in
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.observations import translation
from tocsin_adapters.reading.snapshot import Snapshot, bounded


class GtfsRtAdapter:
    """Service alerts; trips and vehicles of the same feed are passed over and counted.

    Raises ValueError when a file of the settings cannot be read.
    """

    name: ClassVar[str] = "gtfs_rt"
    tells_mode: ClassVar[bool] = False
    max_bytes: ClassVar[int] = MAX_BYTES
    Settings: ClassVar[type[GtfsRtSettings]] = GtfsRtSettings

    def __init__(self, settings: GtfsRtSettings | None = None) -> None:
        self._settings = settings or GtfsRtSettings()
        self._stops = stops_in(self._settings.stops_file, self._settings.stops)
        self._routes = routes_in(self._settings.routes_file, self._settings.routes)

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        observations: list[Observation] = []
        try:
            feed = feed_of(payload, findings)
            observations = self._read(feed, receipt, memory, findings)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(observations, findings, memory)

    def _read(
        self, feed: Feed, receipt: Receipt, memory: Memory, findings: Findings
    ) -> list[Observation]:
        if feed.passed_over:
            counted = ", ".join(f"{n} {kind}" for kind, n in sorted(feed.passed_over.items()))
            findings.warn("passed_over", f"only alerts are read; passed over: {counted}")
        snapshot = Snapshot(
            feed="alerts",
            source=receipt.source,
            at=min(feed.at or receipt.received_at, receipt.received_at),
            complete=feed.whole and not feed.nameless,
            memory=memory,
            findings=findings,
            where="header/timestamp",
        )
        reader = AlertReader(receipt, self._settings, self._stops, self._routes, findings)
        told = [reader.read(name, alert, feed.at) for name, alert in feed.alerts.items()]
        return snapshot.changes(told, gone=[bounded(name) for name in feed.deleted])
