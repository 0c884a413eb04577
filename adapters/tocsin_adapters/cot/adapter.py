"""The adapter: bytes to observations and findings, never an exception."""

from collections.abc import Iterator
from typing import ClassVar

from tocsin.contract import Observation, Receipt, Translation
from tocsin_adapters.cot import geojson, protobuf, xml
from tocsin_adapters.cot.event import Event
from tocsin_adapters.cot.reader import EventReader
from tocsin_adapters.cot.settings import CotSettings
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.observations import translation


class CotAdapter:
    """CoT events as XML, TAK protobuf or GeoJSON; told apart by their first sign."""

    name: ClassVar[str] = "cot"
    max_bytes: ClassVar[int] = 128 * 1024
    framing: ClassVar[str] = "tak"
    Settings: ClassVar[type[CotSettings]] = CotSettings

    def __init__(self, settings: CotSettings | None = None) -> None:
        self._zone = (settings or CotSettings()).zone

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        reader = EventReader(receipt, self._zone, findings, memory)
        observations: list[Observation] = []
        try:
            for event in self._events(payload, findings):
                try:
                    observations.extend(reader.read(event))
                except Unreadable as trouble:
                    findings.reject(trouble.finding)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(observations, findings, memory)

    def _events(self, payload: bytes, findings: Findings) -> Iterator[Event]:
        if protobuf.is_tak(payload):
            return protobuf.events_in(payload, findings, self.max_bytes)
        if payload.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
            return geojson.events_in(payload, findings, self.max_bytes)
        return xml.events_in(payload, findings, self.max_bytes)
