"""Bytes of a format that comes in XML or in JSON to one `Node`."""

from tocsin_adapters.reading import json, xml
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.nodes import Node

MAX_ELEMENTS = 7_000


def document_of(
    payload: bytes, findings: Findings, *, max_bytes: int, max_elements: int = MAX_ELEMENTS
) -> Node:
    """What the first character says it is; `Unreadable` with the rule when it is neither."""
    start = payload.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"["):
        document = json.document_of(payload, findings, max_bytes=max_bytes, max_values=max_elements)
        if not isinstance(document, dict):
            document = {"": document}
        return Node(document)
    root = xml.tree_of(payload, findings, max_bytes=max_bytes, max_elements=max_elements)
    return Node(root)
