"""The stamp that a picture carries on the bus."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.contract.frame import FrameStamp, is_jpeg, stamp_of, stamped

JPEG = b"\xff\xd8\xff\xdb\x00\x04ab\xff\xd9"
AT = datetime(2026, 1, 15, 15, 41, 7, 123000, tzinfo=UTC)
STAMP = FrameStamp("cam-1", AT, 7, 640, 360)


def test_a_stamped_picture_is_a_jpeg_that_gives_its_stamp_back() -> None:
    picture = stamped(JPEG, STAMP)
    assert is_jpeg(picture)
    assert picture.endswith(JPEG[2:])
    assert stamp_of(picture) == STAMP


def test_a_picture_without_our_stamp_has_none() -> None:
    assert stamp_of(JPEG) is None
    assert stamp_of(b"\xff\xd8\xff\xfe\x00\x10other comment\xff\xd9") is None


@pytest.mark.parametrize(
    "told",
    [b"{}", b"[]", b"{", b'{"camera":"c","at":"x","n":1,"width":1,"height":1}',
     b'{"camera":"c","at":"2026-01-15T15:41:07","n":1,"width":1,"height":1}'],
)  # fmt: skip
def test_a_stamp_that_makes_no_sense_is_none(told: bytes) -> None:
    comment = b"tocsin " + told
    length = (len(comment) + 2).to_bytes(2, "big")
    assert stamp_of(b"\xff\xd8\xff\xfe" + length + comment + JPEG[2:]) is None


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(payload: bytes) -> None:
    stamp_of(payload)
    stamp_of(b"\xff\xd8\xff\xfe" + payload)
    assert is_jpeg(payload) in {True, False}


def test_only_a_picture_is_stamped() -> None:
    with pytest.raises(ValueError, match="no JPEG"):
        stamped(b"GIF89a", STAMP)
