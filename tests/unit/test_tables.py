"""A table that is wrong must say where, because people edit it by hand."""

import pytest

from tocsin.tables import Document, Row, TableError, Words


class Gauge(Row):
    code: str
    level: int
    names: Words


class Gauges(Row):
    gauges: tuple[Gauge, ...]


GOOD = """gauges:
  - code: QUAI-1
    level: 3
    names: {fr: Quai, nl: Kaai, en: Quay}
"""


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(TableError) as caught:
        Document(text, "gauges.yaml").checked(Gauges)
    return caught.value.problems


def test_a_good_table_is_read() -> None:
    assert Document(GOOD, "gauges.yaml").checked(Gauges).gauges[0].names.nl == "Kaai"


def test_a_wrong_value_is_told_with_file_line_and_field() -> None:
    (problem,) = problems(GOOD.replace("level: 3", "level: high"))
    assert problem.startswith("gauges.yaml:3: gauges[0].level: ")


def test_a_missing_language_is_told_by_its_name() -> None:
    (problem,) = problems(GOOD.replace(", en: Quay", ""))
    assert problem.startswith("gauges.yaml:4: gauges[0].names.en: ")


def test_a_misspelt_field_is_told() -> None:
    assert problems(GOOD.replace("level:", "lvl:"))[-1].startswith("gauges.yaml:3: gauges[0].lvl: ")


def test_all_mistakes_are_told_at_once() -> None:
    assert len(problems(GOOD.replace("level: 3", "level: high").replace(", en: Quay", ""))) == 2


def test_a_key_that_comes_twice_is_refused() -> None:
    """YAML readers keep the last one in silence."""
    assert problems(GOOD + "    level: 4\n") == (
        "gauges.yaml:5: gauges[0].level: comes a second time",
    )


def test_text_that_is_no_yaml_names_its_line() -> None:
    assert problems("gauges:\n  - code: [\n")[0].startswith("gauges.yaml:3: ")


def test_an_empty_file_is_refused() -> None:
    assert problems("") == ("gauges.yaml:1: the file is empty",)


def test_aliases_are_refused() -> None:
    """A few lines of them can unfold to gigabytes."""
    assert "aliases" in problems("a: &x [1]\nb: *x\n")[0]


def test_words_and_times_stay_what_they_look_like() -> None:
    text = "a: no\nb: -00:08:00\nc: 2026-01-15\nd: true\ne: 12\nf: 1.5\ng:\nh: 0123\n"
    assert Document(text, "x").value == {
        "a": "no",
        "b": "-00:08:00",
        "c": "2026-01-15",
        "d": True,
        "e": 12,
        "f": 1.5,
        "g": None,
        "h": "0123",
    }
