"""Snapshots along a journal: all of them for the last days, few of long ago."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tocsin.contract.times import to_text
from tocsin.journal.thinning import NEWEST_KEPT, SNAPSHOT_EVERY, STRIDES, superfluous

START = datetime(2026, 1, 15, tzinfo=UTC)


def along(steps: list[tuple[int, int]]) -> list[tuple[int, str]]:
    """Snapshots so many entries and minutes apart."""
    kept, n, at = [], 0, START
    for entries, minutes in steps:
        n, at = n + entries, at + timedelta(minutes=minutes)
        kept.append((n, to_text(at)))
    return kept


def thinned(kept: list[tuple[int, str]]) -> list[tuple[int, str]]:
    gone = set(superfluous(kept))
    return [one for one in kept if one[0] not in gone]


STEPS = st.lists(
    st.tuples(st.integers(1, 3 * SNAPSHOT_EVERY), st.integers(0, 3 * 24 * 60)), max_size=60
)


@given(STEPS)
def test_the_newest_stay_and_thinning_twice_is_thinning_once(steps: list[tuple[int, int]]) -> None:
    kept = along(steps)
    once = thinned(kept)
    assert once[-NEWEST_KEPT:] == kept[-NEWEST_KEPT:]
    assert thinned(once) == once


@given(STEPS)
def test_thinning_as_one_goes_keeps_the_first_of_every_long_stretch(
    steps: list[tuple[int, int]],
) -> None:
    as_one_goes: list[tuple[int, str]] = []
    for one in along(steps):
        as_one_goes = thinned([*as_one_goes, one])
    stride = STRIDES[-1][1]
    firsts = {n // stride: n for n, _ in reversed(along(steps))}
    assert {n for n, _ in as_one_goes} >= set(firsts.values())


def test_a_month_of_a_busy_room_keeps_few_of_its_old_snapshots() -> None:
    every = 20  # minutes for 20 000 entries
    kept: list[tuple[int, str]] = []
    for number in range(1, 60 * 24 * 60 // every):
        at = to_text(START + timedelta(minutes=every * number))
        kept = thinned([*kept, (number * SNAPSHOT_EVERY, at)])
    newest = kept[-1]
    two_days = [one for one in kept if one[1] >= to_text(START + timedelta(days=57, hours=23))]
    assert len(two_days) == 2 * 24 * 60 // every + 1
    assert len(kept) < 660
    gaps = [b[0] - a[0] for a, b in pairwise(kept)]
    assert max(gaps) <= STRIDES[-1][1]
    assert newest[0] == (60 * 24 * 60 // every - 1) * SNAPSHOT_EVERY
