"""Streams cut into messages: whole, in order, bounded, however the network cut them."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.contract import Finding
from tocsin.sources.framing import Frame, Framer, framer_for

EVENT = b'<event uid="X"><point lat="50.8" lon="4.3"/></event>'


def tak(payload: bytes) -> bytes:
    length, head = len(payload), b""
    while length > 0x7F:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return b"\xbf" + head + bytes([length]) + payload


def all_of(framer: Framer, *chunks: bytes) -> list[Frame | None]:
    return [frame for chunk in chunks for frame in framer.feed(chunk)]


def rules(frames: list[Frame | None]) -> list[object]:
    return [one.rule if isinstance(one, Finding) else one for one in frames]


def test_a_line_is_a_message_and_an_empty_one_is_none() -> None:
    framer = framer_for("lines", 100)
    assert all_of(framer, b"!AIVDM,1\r\n\r\n!AIV", b"DM,2\n", b"rest") == [b"!AIVDM,1", b"!AIVDM,2"]
    assert framer.rest() == b"rest"
    assert framer.rest() is None


def test_a_line_that_is_too_long_is_told_once_and_the_next_one_is_read() -> None:
    framer = framer_for("lines", 10)
    frames = all_of(framer, b"short\n" + b"x" * 30, b"x" * 30, b"x\nafter\n", b"y" * 11 + b"\nz\n")
    assert rules(frames) == [b"short", "too_large", b"after", "too_large", b"z"]


def test_events_follow_one_another_with_or_without_space_and_declarations() -> None:
    declared = b'<?xml version="1.0"?>\n' + EVENT
    prefixed = b"<c:event>x</c:event >"
    framer = framer_for("xml_event", 1000)
    chunk = EVENT + b"\n" + declared + EVENT + prefixed + b"  "
    assert all_of(framer, chunk) == [EVENT, declared, EVENT, prefixed]
    assert framer.rest() is None


def test_an_end_that_the_network_cut_in_two_is_found() -> None:
    framer = framer_for("xml_event", 1000)
    assert all_of(framer, EVENT[:-3], EVENT[-3:] + b"<eve") == [EVENT]
    cut = framer.rest()
    assert isinstance(cut, Finding)
    assert (cut.rule, cut.message) == (
        "cut_off",
        "the connection ended within a message, after 4 bytes",
    )


def test_an_event_without_end_is_given_up_and_the_next_one_is_read() -> None:
    framer = framer_for("xml_event", 100)
    frames = all_of(framer, b"<event>" + b"x" * 300, b"x" * 300, b"</event>", EVENT)
    assert rules(frames) == ["too_large", EVENT]


def test_tak_frames_and_events_may_share_a_stream() -> None:
    first, second = tak(b"abc"), tak(b"x" * 300)
    framer = framer_for("tak", 1000)
    assert all_of(framer, first + second + b"\n" + EVENT + b"\n", first) == [
        first,
        second,
        EVENT,
        first,
    ]


@pytest.mark.parametrize("head", [b"\xbf\xff\xff\xff\xff\xff\x01", tak(b"x" * 101)])
def test_a_tak_frame_of_a_mad_length_ends_the_connection(head: bytes) -> None:
    framer = framer_for("tak", 100)
    assert rules(all_of(framer, head, EVENT)) == ["too_large"]
    assert framer.lost


def test_a_stream_needs_a_framing() -> None:
    with pytest.raises(ValueError, match="datagram has no ends"):
        framer_for("datagram", 10)


MESSAGES = {
    "lines": st.binary(min_size=1, max_size=40).map(
        lambda b: b"L" + b.replace(b"\n", b"_").replace(b"\r", b"_") + b"L"
    ),
    "xml_event": st.binary(max_size=40).map(lambda b: b"<" + b.replace(b"<", b"_") + b"</event>"),
    "tak": st.binary(max_size=300).map(tak),
}
BETWEEN = {"lines": b"\n", "xml_event": b"\n", "tak": b""}


@pytest.mark.parametrize("framing", ["lines", "xml_event", "tak"])
@settings(deadline=None)
@given(data=st.data())
def test_however_the_network_cuts_a_stream_the_messages_are_the_same(
    framing: str, data: st.DataObject
) -> None:
    messages = data.draw(st.lists(MESSAGES[framing], max_size=6))
    stream = b"".join(message + BETWEEN[framing] for message in messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    edges = [0, *cuts, len(stream)]
    chunks = [stream[a:b] for a, b in itertools.pairwise(edges)]
    framer = framer_for(framing, 1000)
    assert all_of(framer, *chunks) == messages
    assert framer.rest() is None


@pytest.mark.parametrize("framing", ["lines", "xml_event", "tak"])
@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=20))
def test_garbage_is_bounded_and_raises_nothing(framing: str, chunks: list[bytes]) -> None:
    framer = framer_for(framing, 50)
    frames = [*all_of(framer, *chunks), framer.rest()]
    assert all(len(one) <= 50 for one in frames if isinstance(one, bytes))
    assert len(framer._held) <= 400
