"""The adapter: bytes to observations and findings, never an exception."""

import hashlib
from itertools import islice
from typing import ClassVar

from tocsin.contract import Finding, Observation, Receipt, Translation
from tocsin_adapters.cisu.message import NAMES, CisuReader, Post
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import KIB
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.nodes import Node
from tocsin_adapters.reading.observations import translation
from tocsin_adapters.reading.settings import SourceSettings
from tocsin_adapters.reading.tree import document_of

MAX_BYTES = 512 * KIB
MAX_MESSAGES = 5
MAX_WRAPPERS = 50


class CisuAdapter:
    """CISU messages in XML or JSON, without their envelope (see the edxl adapter for those)."""

    name: ClassVar[str] = "cisu"
    max_bytes: ClassVar[int] = MAX_BYTES
    Settings: ClassVar[type[SourceSettings]] = SourceSettings

    def __init__(self, settings: SourceSettings | None = None) -> None:
        self._settings = settings or SourceSettings()

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings, memory = Findings(), Memory(receipt.memory)
        read: list[Observation] = []
        try:
            document = document_of(payload, findings, max_bytes=MAX_BYTES)
            version = hashlib.sha256(payload).hexdigest()[:12]
            read = self.read(document, Post(version, assumed=True), receipt, memory, findings)
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(read, findings, memory)

    def read(
        self, document: Node, post: Post, receipt: Receipt, memory: Memory, findings: Findings
    ) -> list[Observation]:
        """The messages in a document that is already parsed; raises when there is none."""
        messages = messages_in(document)
        if not messages:
            raise Unreadable("not_cisu", "there is no CISU message in it", "", document.line)
        if len(messages) > MAX_MESSAGES:
            said = f"the first {MAX_MESSAGES} messages are read, the others are not"
            findings.reject(Finding("too_many_messages", said))
        reader = CisuReader(receipt, self._settings, memory, findings)
        post = reader.post_of(header_of(document), post)
        read: dict[str, Observation] = {}
        for name, message in messages[:MAX_MESSAGES]:
            try:
                read |= {o.external_id: o for o in reader.read(name, message, post)}
            except Unreadable as trouble:
                findings.reject(trouble.finding)
        return list(read.values())


def header_of(document: Node) -> Node:
    """The header that stands beside a message (RC-DE); empty when there is none."""
    homes = [document, *document.walk("message"), *document.walk("distributionElement")]
    return next((home for home in homes if "messageId" in home.names()), Node({}))


def messages_in(document: Node) -> list[tuple[str, Node]]:
    """Messages by their names, at the top or inside a `message`."""
    if document.tag in NAMES:
        return [(document.tag, document)]
    homes = [document, *islice(document.walk("message"), MAX_WRAPPERS)]
    found: dict[int, tuple[str, Node]] = {}
    for home in homes:
        for name in NAMES:
            for node in home.nodes(name):
                found.setdefault(id(node.source), (name, node))
    return list(found.values())
