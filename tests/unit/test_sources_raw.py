"""The line before raw bytes on the bus: optional, small, and never mistaken for a payload."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.contract import Finding
from tocsin.sources.raw import MAX_CONTENT_TYPE, MAX_ORIGIN, split_head, with_head

AT = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)


@settings(deadline=None)
@given(st.binary(max_size=200), st.text(max_size=50), st.text(max_size=50), st.text(max_size=50))
def test_bytes_come_out_as_they_went_in_with_how_they_arrived(
    payload: bytes, origin: str, kind: str, topic: str
) -> None:
    split = split_head(with_head(payload, AT, origin, kind, topic))
    assert not isinstance(split, Finding)
    head, out = split
    assert head is not None
    assert out == payload
    assert (head.received_at, head.origin, head.content_type, head.topic) == (
        AT,
        origin,
        kind,
        topic,
    )


@pytest.mark.parametrize("payload", [b"", b"<alert/>", b"{}", b"\xbf\x01\xbf", b"TOCSIN-RAW"])
def test_bytes_without_a_head_are_themselves(payload: bytes) -> None:
    assert split_head(payload) == (None, payload)


def test_long_texts_are_cut_to_what_a_reader_takes() -> None:
    split = split_head(with_head(b"x", AT, "o" * 5000, "c" * 5000, "t" * 5000))
    assert not isinstance(split, Finding)
    head, _ = split
    assert head is not None
    assert (len(head.origin), len(head.content_type)) == (MAX_ORIGIN, MAX_CONTENT_TYPE)


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (b"TOCSIN-RAW/1 " + b"x" * 20_000, ""),
        (b"TOCSIN-RAW/1 {}\nx", "received_at"),
        (b"TOCSIN-RAW/1 not json\nx", ""),
        (b'TOCSIN-RAW/1 {"received_at": "2026-01-15T15:41:07"}\nx', "received_at"),
    ],
)
def test_a_broken_head_is_a_rejection(message: bytes, field: str) -> None:
    finding = split_head(message)
    assert isinstance(finding, Finding)
    assert (finding.rule, finding.field) == ("raw_head", field)
