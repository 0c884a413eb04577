"""The adapter: opens envelopes and hands each content to its own format's adapter."""

from collections.abc import Iterator
from typing import ClassVar

from tocsin.contract import Action, Finding, Observation, Receipt, Translation
from tocsin_adapters.cap import CapAdapter, CapSettings
from tocsin_adapters.cap.adapter import AlertsReader, alerts_in
from tocsin_adapters.cisu import CisuAdapter
from tocsin_adapters.cisu.adapter import messages_in as cisu_messages_in
from tocsin_adapters.cisu.message import Post
from tocsin_adapters.emsi import EmsiAdapter
from tocsin_adapters.emsi.adapter import messages_in as emsi_messages_in
from tocsin_adapters.reading.envelope import (
    Content,
    Envelope,
    Opened,
    action_of,
    envelopes_in,
    inherited,
    is_envelope,
    opened_json,
    opened_xml,
)
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.nodes import Node
from tocsin_adapters.reading.observations import known, observed, translation
from tocsin_adapters.reading.tree import document_of
from tocsin_adapters.reading.xml import MIB

MAX_ELEMENTS = 12_000
MAX_OBSERVATIONS = 200
MAX_INNER_BYTES = MIB // 4
KEPT_BYTES = 3000

_ANSWERS = {"ack", "error"}
_HEADER_ONLY = frozenset(
    {"messageId", "sender", "sentAt", "status", "kind", "recipient", "distributionElement"}
)


class EdxlAdapter:
    """EDXL-DE; inside it CAP, EMSI and CISU. Options are those of CAP."""

    name: ClassVar[str] = "edxl"
    max_bytes: ClassVar[int] = 2 * MIB
    Settings: ClassVar[type[CapSettings]] = CapSettings

    def __init__(self, settings: CapSettings | None = None) -> None:
        self._settings = settings or CapSettings()
        self._cap = CapAdapter(self._settings)
        self._emsi = EmsiAdapter(self._settings)
        self._cisu = CisuAdapter(self._settings)

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        findings, memory = Findings(), Memory(receipt.memory)
        read: dict[str, Observation] = {}
        try:
            document = document_of(
                payload, findings, max_bytes=self.max_bytes, max_elements=MAX_ELEMENTS
            )
            opener = _Opener(self._cap, self._emsi, self._cisu, receipt, memory, findings)
            for opened in self._envelopes(document, findings):
                read |= {o.external_id: o for o in opener.read(opened)}
        except Unreadable as trouble:
            findings.reject(trouble.finding)
        return translation(read.values(), findings, memory)

    def _envelopes(self, document: Node, findings: Findings) -> Iterator[Opened]:
        zone = self._settings.zone
        if isinstance(document.source, dict):
            if not is_envelope(document.source):
                raise Unreadable("not_edxl", "there is no EDXL envelope in it")
            yield opened_json(document.source, zone, findings)
            return
        roots = envelopes_in(document.source)
        if not roots:
            raise Unreadable("not_edxl", "there is no EDXL envelope in it", "", document.line)
        for root in roots:
            yield opened_xml(root, zone, findings)


class _Opener:
    """Reads the contents of the envelopes that arrived with one receipt."""

    def __init__(
        self,
        cap: CapAdapter,
        emsi: EmsiAdapter,
        cisu: CisuAdapter,
        receipt: Receipt,
        memory: Memory,
        findings: Findings,
    ) -> None:
        self._alerts: AlertsReader = cap.reader(receipt, findings)
        self._emsi = emsi
        self._cisu = cisu
        self._receipt = receipt
        self._memory = memory
        self._findings = findings
        self._left = MAX_OBSERVATIONS
        self._bytes_left = MAX_INNER_BYTES

    def read(self, opened: Opened) -> list[Observation]:
        envelope = opened.envelope
        if envelope is None:
            return []
        earlier = self._earlier(envelope)
        read: list[Observation] = []
        for nth, content in enumerate(opened.contents):
            if self._left <= 0:
                said = "what stands from here on is too much for one message"
                self._findings.reject(Finding("too_many_messages", said, content.where))
                break
            try:
                inner = self._inner(content, nth, envelope)
            except Unreadable as trouble:
                self._findings.reject(trouble.finding)
                continue
            self._left -= len(inner)
            read += [
                inherited(o, envelope, content, self._receipt.received_at, earlier) for o in inner
            ]
        if envelope.kind in _ANSWERS and not any(o.action == "ack" for o in read):
            return [self._bare(envelope, "report", earlier)]
        if envelope.kind == "cancel" and not read:
            return [self._bare(envelope, "event", earlier)]
        if not opened.contents:
            self._findings.warn("no_content", "the envelope is empty", "content")
        self._remember(envelope, read)
        return read

    def _inner(self, content: Content, nth: int, envelope: Envelope) -> list[Observation]:
        node = self._node_of(content)
        where = content.where
        if not isinstance(node.source, dict):
            if envelopes_in(node.source):
                raise Unreadable("nested_envelope", "an envelope in an envelope", where, node.line)
            alerts = list(alerts_in(node.source, where))
            if alerts:
                return self._alerts.read_all(iter(alerts))
        elif is_envelope(node.source):
            raise Unreadable("nested_envelope", "an envelope in an envelope is not opened", where)
        if emsi_messages_in(node):
            return self._emsi.read(node, self._receipt, self._memory, self._findings)
        if cisu_messages_in(node):
            version = envelope.id if nth == 0 else f"{envelope.id}#{nth}"
            post = Post(version[:150], envelope.mode, self._action(envelope), envelope.sent_at)
            return self._cisu.read(node, post, self._receipt, self._memory, self._findings)
        return self._nothing_in(node, where)

    def _action(self, envelope: Envelope) -> Action | None:
        """A report may be the second of its case: only what knows the case can tell."""
        return None if envelope.kind == "report" else action_of(envelope.kind)

    def _nothing_in(self, node: Node, where: str) -> list[Observation]:
        inner = node.node("message") if not node.tag and "message" in node.names() else node
        names = set(inner.names())
        if names <= _HEADER_ONLY:
            self._findings.warn("no_content", "a message with a header and nothing else", where)
            return []
        named = ", ".join(sorted(names - _HEADER_ONLY))[:120] or node.tag[:120]
        raise Unreadable("unknown_content", f"nobody here reads {named}", where, node.line)

    def _node_of(self, content: Content) -> Node:
        if content.element is not None:
            return Node(content.element, content.where)
        if isinstance(content.value, dict):
            return Node(content.value, content.where)
        if content.payload is None:
            raise Unreadable("unknown_content", "no message, but a bare value", content.where)
        self._bytes_left -= len(content.payload)
        if self._bytes_left < 0:
            said = f"more than {MAX_INNER_BYTES} bytes in texts and files inside"
            raise Unreadable("too_large", said, content.where)
        try:
            return document_of(content.payload, self._findings, max_bytes=MAX_INNER_BYTES)
        except Unreadable as trouble:
            inside = trouble.finding
            raise Unreadable(inside.rule, inside.message, content.where, inside.offset) from trouble

    def _bare(self, envelope: Envelope, kind: str, earlier: list[str]) -> Observation:
        """An answer to one of ours, or a cancellation that needs no more than what it names."""
        if not envelope.references:
            said = "nothing says which message is meant"
            self._findings.warn("missing_references", said, "distributionReference")
        observation = observed(
            {
                "source": self._receipt.source,
                "kind": kind,
                "external_id": envelope.id,
                "action": action_of(envelope.kind),
                "mode": envelope.mode,
                "sent_at": envelope.sent_at,
                "received_at": self._receipt.received_at,
                "observed_at": envelope.sent_at,
                "attributes": known(
                    answer={"ack": "accepted", "error": "error"}.get(envelope.kind)
                ),
            }
        )
        nothing = Content("")
        received_at = self._receipt.received_at
        return inherited(observation, envelope, nothing, received_at, earlier)

    def _earlier(self, envelope: Envelope) -> list[str]:
        """What we made of the distributions that it names."""
        found: list[str] = []
        for reference in envelope.references:
            kept = self._memory.timed(f"distribution:{reference}")
            found += kept[1].split("\n") if kept is not None else []
        return found[:40]

    def _remember(self, envelope: Envelope, read: list[Observation]) -> None:
        ids = "\n".join(o.external_id for o in read)
        if ids and envelope.kind not in _ANSWERS and len(ids.encode()) <= KEPT_BYTES:
            key = f"distribution:{envelope.id}"
            self._memory.keep(key, self._receipt.received_at, ids)
