"""What one message tells the next, within its bounds."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin_adapters.reading.memory import FORGOTTEN, KEPT, Memory
from tocsin_adapters.reading.observations import path_to, track_code

NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)


def after(memory: Memory, kept: dict[str, str]) -> dict[str, str]:
    """What the next message is given."""
    merged: dict[str, str | None] = {**kept, **memory.changes}
    return {key: value for key, value in merged.items() if value is not None}


def test_what_was_changed_is_seen_at_once_and_only_changes_are_told() -> None:
    memory = Memory({"a": "1", "b": "2"})
    memory.put("a", "1")
    memory.put("b", "3")
    memory.forget("c")
    assert memory.changes == {"b": "3"}
    memory.forget("a")
    assert (memory.get("a"), memory.get("b")) == (None, "3")
    assert memory.changes == {"b": "3", "a": None}


def test_the_time_of_a_place_is_kept_to_the_microsecond() -> None:
    at = NOW + timedelta(microseconds=250_607)
    memory = Memory({})
    assert memory.is_newest("t", at, NOW)
    assert Memory(after(memory, {})).is_newest("t", at, NOW)
    assert not Memory(after(memory, {})).is_newest("t", at - timedelta(microseconds=1), NOW)


def test_a_time_of_the_future_is_believed_once_and_not_kept() -> None:
    memory = Memory({})
    assert memory.is_newest("t", NOW + timedelta(hours=1), NOW)
    assert memory.changes == {}


def test_a_flood_of_names_makes_the_oldest_forgotten() -> None:
    kept = {f"track:{n}": f"{1_700_000_000 + n}.000000" for n in range(KEPT)}
    memory = Memory(kept)
    for n in range(FORGOTTEN + 1):
        assert memory.is_newest(f"new-{n}", NOW, NOW)
    left = after(memory, kept)
    assert len(left) <= KEPT + 1
    assert "track:0" not in left
    assert f"track:new-{FORGOTTEN}" in left


@given(st.text(max_size=200), st.text(max_size=200))
def test_two_names_never_become_one_code(one: str, other: str) -> None:
    assert (track_code(one) == track_code(other)) == (one == other)
    assert 0 < len(track_code(one)) <= 80


def test_a_path_names_the_field_in_its_place() -> None:
    assert (path_to("", "lat"), path_to("[2]", "lat")) == ("lat", "[2].lat")
