"""Bytes to a JSON document: bounded in size, depth and number of values, and nothing but JSON."""

from typing import Any

import orjson

from tocsin_adapters.reading.findings import Findings, Unreadable

KIB = 1024
MAX_BYTES = 512 * KIB
MAX_DEPTH = 40
MAX_VALUES = 60_000
_BOM = b"\xef\xbb\xbf"


def document_of(
    payload: bytes,
    findings: Findings,
    *,
    max_bytes: int = MAX_BYTES,
    max_values: int = MAX_VALUES,
    max_depth: int = MAX_DEPTH,
) -> Any:
    """Dicts, lists, strings, numbers, booleans, None; or `Unreadable` with the rule it breaks.

    NaN and Infinity are no JSON (RFC 8259) and are refused with the offset where they stand.
    """
    if len(payload) > max_bytes:
        raise Unreadable("too_large", f"{len(payload)} bytes; at most {max_bytes} are read")
    payload = payload.removeprefix(_BOM)
    if not payload.strip():
        raise Unreadable("empty", "there is nothing in the message")
    if payload.count(b",") > max_values:  # a crowd of values is refused before it is built
        raise Unreadable("json_size", f"more than {max_values} values")
    document = _parsed(payload, findings)
    _refuse_excess(document, max_values, max_depth)
    return document


def object_of(payload: bytes, findings: Findings, **limits: int) -> dict[str, Any]:
    """As `document_of`, for formats whose messages are objects."""
    document = document_of(payload, findings, **limits)
    if not isinstance(document, dict):
        raise Unreadable("not_an_object", f"the message is {named(document)}, not an object")
    return document


def named(value: object) -> str:
    """What a JSON value is, for a sentence."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
    return "an object"


def _parsed(payload: bytes, findings: Findings) -> Any:
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError as trouble:
        if "UTF-8" not in trouble.msg:
            raise Unreadable(
                "json_syntax", f"no JSON: {trouble.msg}", "", line=trouble.pos
            ) from None
    findings.warn("wrong_encoding", "the message is no UTF-8; it was read as ISO-8859-1")
    try:
        return orjson.loads(payload.decode("iso-8859-1"))
    except orjson.JSONDecodeError as trouble:
        raise Unreadable("json_syntax", f"no JSON: {trouble.msg}", "", line=trouble.pos) from None


def _refuse_excess(document: Any, max_values: int, max_depth: int) -> None:
    level: list[Any] = [document]
    values = depth = 0
    while level:
        depth += 1
        values += len(level)
        if values > max_values:
            raise Unreadable("json_size", f"more than {max_values} values")
        if depth > max_depth:
            raise Unreadable("json_depth", f"values nest deeper than {max_depth}")
        deeper: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                deeper.extend(value.values())
            elif isinstance(value, list):
                deeper.extend(value)
        level = deeper
