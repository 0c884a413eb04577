"""The table of alarm types: complete, in three languages, and refused with its line when not."""

import re

import pytest

from tocsin.alarms.types import AlarmTypes, read_alarm_types, shipped_alarm_types
from tocsin.tables import TableError, package_text

TEXT = package_text("tocsin.alarms", "types.yaml")
REASONS_FOR_IT = ("cause", "consequence", "action", "time_available_s", "role", "suppression")


def without(text: str, type_name: str, field: str) -> str:
    """The table, one line of one type left out."""
    start = text.index(f"\n  {type_name}:")
    line = re.compile(rf"^    {field}:.*\n", re.MULTILINE)
    found = line.search(text, start)
    assert found is not None
    return text[: found.start()] + text[found.end() :]


def refused(text: str) -> str:
    with pytest.raises(TableError) as caught:
        read_alarm_types(text)
    (problem,) = caught.value.problems
    return problem


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1, old
    return TEXT.replace(old, new, 1)


def test_the_shipped_table_is_whole() -> None:
    table = shipped_alarm_types()
    assert isinstance(table, AlarmTypes)
    assert {row.kind for row in table.types.values()} == {"alarm", "notice", "journal"}
    assert [table.priorities[p].acknowledge_s for p in (1, 2, 3)] == [60, 120, 300]


@pytest.mark.parametrize("field", REASONS_FOR_IT)
def test_a_type_without_its_reasons_is_refused_with_its_line(field: str) -> None:
    problem = refused(without(TEXT, "convoy_deviation", field))
    assert re.match(r"types\.yaml:\d+: types\.convoy_deviation", problem)
    assert field in problem


def test_a_type_that_lacks_a_language_is_refused() -> None:
    problem = refused(changed('nl: "Verlies van het 112-kanaal", ', ""))
    assert "emergency_number_lost.name.nl" in problem


def test_a_condition_on_a_fact_that_does_not_exist_is_refused() -> None:
    problem = refused(changed("{off_route: true}", "{of_route: true}"))
    assert problem.endswith("of_route: no occasion of this type tells that")


def test_a_condition_that_can_never_hold_is_refused() -> None:
    problem = refused(changed("channel_state: down}", "channel_state: broken}"))
    assert problem.endswith("channel_state: can never be 'broken'")


def test_a_sentence_with_a_value_that_nobody_tells_is_refused() -> None:
    text = re.sub(r'([:] )\{channel\}"', r'\1{kanal}"', TEXT)
    assert "{kanal}: no occasion of this type tells that" in refused(text)


def test_languages_that_do_not_say_the_same_are_refused() -> None:
    problem = refused(changed('nl: "Geen beeld meer van {source}"', 'nl: "Geen beeld meer"'))
    assert "the languages do not say the same values" in problem


def test_growing_into_nothing_is_refused() -> None:
    with pytest.raises(TableError, match="there is no type 'cameras_gone'"):
        read_alarm_types(changed("type: cameras_lost}", "type: cameras_gone}"))


def test_a_flood_that_would_flutter_is_refused() -> None:
    assert "ends_at" in refused(changed("ends_at: 5", "ends_at: 10"))


def test_every_type_that_clears_when_told_says_what_tells_it() -> None:
    assert "cleared_by" in refused(changed("    cleared_by: {channels_left: {at_least: 2}}\n", ""))
