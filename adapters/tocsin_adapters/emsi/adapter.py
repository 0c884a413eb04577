"""The adapter: bytes to observations and findings, never an exception."""

from typing import ClassVar

from tocsin.contract import Finding, Observation, Receipt, Translation
from tocsin_adapters.emsi.message import EmsiReader
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import KIB
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.nodes import Node
from tocsin_adapters.reading.observations import translation
from tocsin_adapters.reading.settings import SourceSettings
from tocsin_adapters.reading.tree import document_of

MAX_BYTES = 512 * KIB
MAX_MESSAGES = 5


class EmsiAdapter:
    """EMSI in XML or JSON, alone or in a wrapper."""

    name: ClassVar[str] = "emsi"
    max_bytes: ClassVar[int] = MAX_BYTES
    Settings: ClassVar[type[SourceSettings]] = SourceSettings

    def __init__(self, settings: SourceSettings | None = None) -> None:
        self._settings = settings or SourceSettings()

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings, memory = Findings(), Memory(receipt.memory)
        read: list[Observation] = []
        try:
            document = document_of(payload, findings, max_bytes=MAX_BYTES)
            read = self.read(document, receipt, memory, findings)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(read, findings, memory)

    def read(
        self, document: Node, receipt: Receipt, memory: Memory, findings: Findings
    ) -> list[Observation]:
        """The messages in a document that is already parsed; raises when there is none."""
        messages = messages_in(document)
        if not messages:
            raise Unreadable("not_emsi", "there is no EMSI message in it", "", document.line)
        if len(messages) > MAX_MESSAGES:
            said = f"the first {MAX_MESSAGES} messages are read, the others are not"
            findings.reject(Finding("too_many_messages", said))
        reader = EmsiReader(receipt, self._settings, memory, findings)
        read: dict[str, Observation] = {}
        for message in messages[:MAX_MESSAGES]:
            try:
                read |= {o.external_id: o for o in reader.read(message)}
            except Unreadable as trouble:
                findings.reject(trouble.finding)
        return list(read.values())


def messages_in(document: Node) -> list[Node]:
    """What has a CONTEXT is a message, whatever it is called."""
    if "CONTEXT" in document.names():
        return [document]
    found = [node for name in ("emsi", "EMSI", "TSO", "TSO_2_0") for node in document.walk(name)]
    return [node for node in found if "CONTEXT" in node.names() or "EVENT" in node.names()]
