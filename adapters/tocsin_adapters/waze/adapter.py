"""The adapter: bytes to observations and findings, never an exception."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from tocsin.contract import Observation, Receipt, Translation
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import object_of
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.moments import moment_of_epoch
from tocsin_adapters.reading.observations import translation
from tocsin_adapters.reading.snapshot import Snapshot, Told
from tocsin_adapters.waze.reports import MILLISECOND, ReportReader
from tocsin_adapters.waze.settings import WazeSettings

MAX_BYTES = 2 * 1024 * 1024
MAX_VALUES = 200_000
MAX_THINGS = 3_000

_LISTS = ("alerts", "jams", "irregularities")
_WINDOW = ("startTimeMillis", "endTimeMillis", "startTime", "endTime")


class WazeAdapter:
    """The JSON feed of Waze for Cities, whole each time: what is no longer there has ended."""

    name: ClassVar[str] = "waze"
    max_bytes: ClassVar[int] = MAX_BYTES
    tells_mode: ClassVar[bool] = False
    Settings: ClassVar[type[WazeSettings]] = WazeSettings

    def __init__(self, settings: WazeSettings | None = None) -> None:
        self._settings = settings or WazeSettings()

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        observations: list[Observation] = []
        try:
            feed = object_of(payload, findings, max_bytes=MAX_BYTES, max_values=MAX_VALUES)
            if not any(name in feed for name in (*_LISTS, *_WINDOW)):
                raise Unreadable("not_waze", "neither alerts, jams, irregularities nor a window")
            observations = self._read(feed, receipt, memory, findings)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(observations, findings, memory)

    def _read(
        self, feed: Mapping[str, Any], receipt: Receipt, memory: Memory, findings: Findings
    ) -> list[Observation]:
        until = moment_of_epoch(feed.get("endTimeMillis"), MILLISECOND)
        at = min(until.at, receipt.received_at) if until is not None else receipt.received_at
        snapshot = Snapshot("waze", receipt.source, at, True, memory, findings, "endTimeMillis")
        told: list[Told] = []
        passed_over = 0
        for nth, (where, thing, read) in enumerate(self._things(feed, receipt, findings)):
            if nth == MAX_THINGS:
                said = f"the first {MAX_THINGS} are read; nothing is taken as ended"
                findings.warn("too_many_reports", said, where)
                snapshot.complete = False
                break
            try:
                if not isinstance(thing, dict):
                    raise Unreadable("not_an_object", "it is no object", where)
                found = read(thing, where)
            except Unreadable as trouble:
                findings.reject(trouble.finding)
                snapshot.complete = False
                continue
            if found is None:
                passed_over += 1
            else:
                told.append(found)
        if passed_over:
            findings.warn("passed_over", f"{passed_over} reports are of no concern to the room")
        for one in told:
            one.facts["sent_at"] = at if until is not None else None
        return snapshot.changes(told)

    def _things(
        self, feed: Mapping[str, Any], receipt: Receipt, findings: Findings
    ) -> Iterator[tuple[str, Any, Callable[[Mapping[str, Any], str], Told | None]]]:
        """Alerts first: jams refer to them."""
        reader = ReportReader(receipt, self._settings.languages, findings)
        readers: dict[str, Callable[[Mapping[str, Any], str], Told | None]] = {
            "alerts": reader.alert,
            "jams": lambda jam, where: reader.jam(jam, where, self._settings.min_jam_level),
            "irregularities": reader.irregularity,
        }
        for name, read in readers.items():
            things = feed.get(name)
            if things is None or (name == "irregularities" and not self._settings.irregularities):
                continue
            if not isinstance(things, list):
                findings.reject(Unreadable("not_a_list", "it is no list", name).finding)
                continue
            for nth, thing in enumerate(things):
                yield f"{name}[{nth}]", thing, read
