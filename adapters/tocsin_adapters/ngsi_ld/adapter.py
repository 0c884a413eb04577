"""The adapter: bytes to observations and findings, never an exception."""

from typing import Any, ClassVar

from tocsin.contract import Observation, Receipt, Translation
from tocsin_adapters.ngsi_ld.entities import entities_in
from tocsin_adapters.ngsi_ld.facts import EntityReader, is_event, is_sensor
from tocsin_adapters.ngsi_ld.settings import NgsiLdSettings
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import document_of
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.observations import translation
from tocsin_adapters.reading.snapshot import Snapshot, Told, bounded

MAX_BYTES = 1024 * 1024


class NgsiLdAdapter:
    """Alerts and anomalies become events, measurements sensor values; others are passed over.

    A broker tells changes only: what it does not tell goes on. No @context is ever fetched.
    """

    name: ClassVar[str] = "ngsi_ld"
    max_bytes: ClassVar[int] = MAX_BYTES
    tells_mode: ClassVar[bool] = False
    Settings: ClassVar[type[NgsiLdSettings]] = NgsiLdSettings

    def __init__(self, settings: NgsiLdSettings | None = None) -> None:
        self._settings = settings or NgsiLdSettings()

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        observations: list[Observation] = []
        try:
            document = document_of(payload, findings, max_bytes=MAX_BYTES)
            observations = self._read(document, receipt, memory, findings)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(observations, findings, memory)

    def _read(
        self, document: Any, receipt: Receipt, memory: Memory, findings: Findings
    ) -> list[Observation]:
        reader = EntityReader(receipt, self._settings, findings)
        told: list[Told] = []
        gone: list[str] = []
        measured: dict[str, Observation] = {}
        others: dict[str, int] = {}
        for entity in entities_in(document, self._settings.languages, findings):
            if entity.deleted:
                gone.append(bounded(entity.identifier))
            elif is_event(entity):
                told.append(reader.event(entity))
            elif is_sensor(entity):
                try:
                    one = reader.measurement(entity)
                    measured.setdefault(one.external_id, one)
                except Unreadable as trouble:
                    findings.reject(trouble.finding)
            else:
                others[entity.type] = others.get(entity.type, 0) + 1
        if others:
            counted = ", ".join(f"{n} {kind}" for kind, n in sorted(others.items()))
            said = f"neither alerts nor measurements; passed over: {counted}"
            findings.warn("passed_over", said)
        snapshot = Snapshot(
            "entities", receipt.source, receipt.received_at, False, memory, findings
        )
        return [*snapshot.changes(told, gone), *measured.values()]
