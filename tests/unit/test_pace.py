"""A source that floods is slowed, and only that one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.ingest.pace import Pace

NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)


def test_a_source_may_use_its_share_at_once_and_no_more() -> None:
    pace = Pace(per_minute=3)
    assert [pace.is_over("cad:112", NOW) for _ in range(5)] == [False, False, False, True, True]


def test_the_share_comes_back_with_time() -> None:
    pace = Pace(per_minute=3)
    for _ in range(4):
        pace.is_over("cad:112", NOW)
    assert not pace.is_over("cad:112", NOW + timedelta(seconds=20))
    assert pace.is_over("cad:112", NOW + timedelta(seconds=20))


def test_one_source_that_floods_leaves_the_others_their_share() -> None:
    pace = Pace(per_minute=3)
    for _ in range(100):
        pace.is_over("anpr:gate", NOW)
    assert not pace.is_over("cad:112", NOW)


def test_without_a_limit_nothing_is_over() -> None:
    pace = Pace(per_minute=0)
    assert not any(pace.is_over("cad:112", NOW) for _ in range(10_000))


@given(st.lists(st.integers(-30, 30), max_size=200))
def test_a_clock_that_jumps_back_gives_nothing_away(steps: list[int]) -> None:
    pace, now, passed, granted = Pace(per_minute=6), NOW, 0, 0
    for step in steps:
        now += timedelta(seconds=step)
        passed += max(0, step)
        granted += not pace.is_over("cad:112", now)
    assert granted <= 6 + passed * 6 / 60 + 1e-6
