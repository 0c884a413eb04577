"""The adapter: bytes to observations and findings, never an exception."""

from collections.abc import Iterator
from typing import ClassVar

from lxml import etree

from tocsin.contract import Observation, Receipt, Translation
from tocsin_adapters.georss.entry import EntryReader, moment_in_feed
from tocsin_adapters.georss.settings import GeorssSettings
from tocsin_adapters.reading.elements import child, children, local_name, text
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.observations import translation
from tocsin_adapters.reading.snapshot import Snapshot, Told
from tocsin_adapters.reading.xml import tree_of

MAX_BYTES = 2 * 1024 * 1024
MAX_ENTRIES = 1_000


class GeorssAdapter:
    """RSS 2.0, RSS 1.0 and Atom. Entries are context, unless the operator says what they are."""

    name: ClassVar[str] = "georss"
    max_bytes: ClassVar[int] = MAX_BYTES
    tells_mode: ClassVar[bool] = False
    Settings: ClassVar[type[GeorssSettings]] = GeorssSettings

    def __init__(self, settings: GeorssSettings | None = None) -> None:
        self._settings = settings or GeorssSettings()

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings = Findings()
        memory = Memory(receipt.memory)
        observations: list[Observation] = []
        try:
            root = tree_of(payload, findings, max_bytes=MAX_BYTES)
            observations = self._read(root, receipt, memory, findings)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(observations, findings, memory)

    def _read(
        self, root: etree._Element, receipt: Receipt, memory: Memory, findings: Findings
    ) -> list[Observation]:
        head = root if local_name(root) == "feed" else child(root, "channel")
        if local_name(root) not in ("feed", "rss", "RDF") or head is None:
            said = f"<{local_name(root)[:60]}> is no feed"
            raise Unreadable("not_a_feed", said, "", root.sourceline)
        built = text(head, "updated") or text(head, "lastBuildDate") or text(head, "pubDate")
        at, _ = moment_in_feed(built, self._settings.zone)
        snapshot = Snapshot(
            feed="entries",
            source=receipt.source,
            at=min(at or receipt.received_at, receipt.received_at),
            complete=self._settings.publication == "snapshot",
            memory=memory,
            findings=findings,
        )
        reader = EntryReader(receipt, self._settings, findings)
        told: dict[str, Told] = {}
        for nth, (where, entry) in enumerate(_entries(root)):
            if nth == MAX_ENTRIES:
                findings.warn("too_many_entries", f"the first {MAX_ENTRIES} are read", where)
                snapshot.complete = False
                break
            try:
                one = reader.read(entry, where)
            except Unreadable as trouble:
                findings.reject(trouble.finding)
                snapshot.complete = False
                continue
            if told.setdefault(one.key, one) is not one:
                findings.warn("repeated_entry", "the first entry of this id counts", where, entry)
        return snapshot.changes(told.values())


def _entries(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Of RSS 1.0 the items stand beside the channel."""
    name = "entry" if local_name(root) == "feed" else "item"
    holders = [root, *children(root, "channel")]
    found = (entry for holder in holders for entry in children(holder, name))
    for nth, entry in enumerate(found):
        yield f"{name}[{nth}]", entry
