"""The adapter: bytes to observations and findings, never an exception."""

from typing import ClassVar

from tocsin.contract import Observation, Receipt, Translation
from tocsin_adapters.datex.node import Node
from tocsin_adapters.datex.publications import MAX_BYTES, Publication, publications_in
from tocsin_adapters.datex.record import SituationReader, version_rank
from tocsin_adapters.datex.settings import DatexSettings
from tocsin_adapters.reading.clock import Clock
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.observations import translation
from tocsin_adapters.reading.snapshot import Snapshot, Told

MAX_RECORDS = 4_000


class DatexAdapter:
    """DATEX II situations. What one publication tells the next goes through the memory."""

    name: ClassVar[str] = "datex"
    max_bytes: ClassVar[int] = MAX_BYTES
    Settings: ClassVar[type[DatexSettings]] = DatexSettings

    def __init__(self, settings: DatexSettings | None = None) -> None:
        self._settings = settings or DatexSettings()

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        observations: list[Observation] = []
        try:
            for publication in publications_in(payload, findings):
                observations += self._read(publication, receipt, memory, findings)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(observations, findings, memory)

    def _read(
        self, publication: Publication, receipt: Receipt, memory: Memory, findings: Findings
    ) -> list[Observation]:
        clock = Clock(self._settings.zone, findings)
        written = publication.node.say("publicationTime")
        published = clock.read(written, f"{publication.where}/publicationTime")
        snapshot = Snapshot(
            feed=publication.feed,
            source=receipt.source,
            # a clock ahead of ours would make every later publication look late
            at=min(published or receipt.received_at, receipt.received_at),
            complete=self._is_whole(publication),
            memory=memory,
            findings=findings,
            where=publication.where,
        )
        reader = SituationReader(receipt, self._settings, findings)
        told: list[Told] = []
        for where, situation in _situations(publication, findings):
            try:
                told += reader.read(situation, where)
            except Unreadable as trouble:
                findings.reject(trouble.finding)
            if len(told) > MAX_RECORDS:
                said = f"the first {MAX_RECORDS} records are read; nothing is taken as ended"
                findings.warn("too_many_records", said, where)
                snapshot.complete = False
                del told[MAX_RECORDS:]
                break
        if reader.nameless:
            snapshot.complete = False
        return snapshot.changes(told)

    def _is_whole(self, publication: Publication) -> bool:
        if self._settings.publication == "auto":
            return publication.whole
        return self._settings.publication == "snapshot"


def _situations(publication: Publication, findings: Findings) -> list[tuple[str, Node]]:
    """Each once, in its highest version, in the order of the message."""
    found: dict[str, tuple[str, Node]] = {}
    for nth, situation in enumerate(publication.node.all("situation")):
        where = f"{publication.where}/situation[{nth}]"
        key = situation.attributes.get("id", "") or f"[{nth}]"
        if key in found:
            findings.warn("repeated_situation", "the highest version counts", where)
            if _rank(found[key][1]) >= _rank(situation):
                continue
        found[key] = (where, situation)
    return list(found.values())


def _rank(situation: Node) -> tuple[int, float, str]:
    version = situation.attributes.get("version", "")
    return version_rank(version or situation.say("situationVersionTime"))
