"""What all adapters share when they read bytes: bounds, hostile input, honest unknowns."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import document_of, object_of
from tocsin_adapters.reading.moments import moment_of_epoch
from tocsin_adapters.reading.numbers import number, truth, whole
from tocsin_adapters.reading.positions import point_of
from tocsin_adapters.reading.texts import code, one_line

NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def refused(payload: bytes, **limits: int) -> str:
    with pytest.raises(Unreadable) as unreadable:
        document_of(payload, Findings(), **limits)
    return unreadable.value.finding.rule


@pytest.mark.parametrize(
    ("payload", "rule"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"{", "json_syntax"),
        (b'{"speed": NaN}', "json_syntax"),
        (b'{"speed": Infinity}', "json_syntax"),
        (b"// note\n{}", "json_syntax"),
        (b"[" * 200 + b"]" * 200, "json_depth"),
        (b"[" * 100_000, "json_syntax"),
        (b"[" + b"0," * 70_000 + b"0]", "json_size"),
        (b" " * 600_000, "too_large"),
    ],
)
def test_what_is_no_json_is_refused_by_its_rule(payload: bytes, rule: str) -> None:
    assert refused(payload) == rule


def test_a_syntax_error_says_where() -> None:
    with pytest.raises(Unreadable) as unreadable:
        document_of(b'{"a": 1, "b": }', Findings())
    assert unreadable.value.finding.offset == 14


def test_a_list_where_an_object_is_due_is_named() -> None:
    with pytest.raises(Unreadable, match="a list, not an object"):
        object_of(b"[]", Findings())


def test_latin_letters_in_the_wrong_encoding_are_read_and_told() -> None:
    findings = Findings()
    assert document_of('{"ville": "Liège"}'.encode("iso-8859-1"), findings) == {"ville": "Liège"}
    assert [w.rule for w in findings.warnings] == ["wrong_encoding"]


def test_a_byte_order_mark_is_no_part_of_the_document() -> None:
    assert document_of(b"\xef\xbb\xbf{}", Findings()) == {}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (50.85, 50.85),
        ("50.85", 50.85),
        (" 50,85 ", 50.85),
        ("5e1", 50.0),
        (True, None),
        ("", None),
        ("50.85 N", None),
        ("nan", None),
        ("1_000", None),
        (math.inf, None),
        ("1e999", None),
        (1e9, None),
        (None, None),
        ([50], None),
    ],
)
def test_a_number_is_finite_and_within_its_bounds(written: object, read: float | None) -> None:
    assert number(written, -90, 90) == read


@given(NESTED)
def test_no_value_makes_a_reader_raise(value: object) -> None:
    found = number(value, -10, 10)
    assert found is None or -10 <= found <= 10
    whole(value, 0, 5)
    truth(value)
    moment_of_epoch(value)
    point_of(value, value, Findings())
    line = one_line(value, 20)
    assert line is None or 0 < len(line) <= 20
    code(value)


@pytest.mark.parametrize(
    ("lat", "lon", "warned"),
    [
        (50.85, 4.35, []),
        ("50.85", "4.35", []),
        (0, 0, ["no_position"]),
        (4.35, 50.85, ["perhaps_swapped"]),
        (113.4, 23.5, ["position_out_of_range"]),
        ("x", 4.35, ["position_out_of_range"]),
        (None, None, []),
        ("", "", []),
    ],
)
def test_a_position_tells_what_is_wrong_with_it(
    lat: object, lon: object, warned: list[str]
) -> None:
    findings = Findings()
    point_of(lat, lon, findings, "location")
    assert [w.rule for w in findings.warnings] == warned


def test_a_time_may_be_written_in_seconds_or_milliseconds_but_not_by_a_clock_never_set() -> None:
    at = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
    for written, unit in ((1768491667, 1.0), ("1768491667000", 0.001)):
        found = moment_of_epoch(written, unit)
        assert found is not None
        assert found.at == at
    assert moment_of_epoch(12) is None
    assert moment_of_epoch(1768491667000) is None


def test_a_text_is_one_line_without_signs_that_turn_or_hide_it() -> None:
    assert one_line("  rue\n\tde la\u202eLoi \x00") == "rue de la Loi"
    assert one_line("x" * 400, 10) == "x" * 9 + "…"
    assert one_line("\u200b") is None
    assert code("Tunnel: Annie Cordy/1") == "Tunnel-Annie-Cordy-1"
