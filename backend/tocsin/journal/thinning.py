"""Which of the kept snapshots may go: near in time every one is wanted, long ago few are."""

from collections.abc import Sequence
from datetime import timedelta

from tocsin.contract.times import from_text

SNAPSHOT_EVERY = 20_000  # entries
NEWEST_KEPT = 3  # for a start, should the last one be unreadable
# Up to this age, one in so many entries: each a multiple of the one before it.
STRIDES: tuple[tuple[timedelta, int], ...] = (
    (timedelta(days=2), SNAPSHOT_EVERY),
    (timedelta(days=30), 5 * SNAPSHOT_EVERY),
    (timedelta.max, 25 * SNAPSHOT_EVERY),
)


def superfluous(kept: Sequence[tuple[int, str]]) -> list[int]:
    """Of snapshots as (number, time), in order, those to be let go.

    The first one of each stretch stays: what a wider stretch keeps, the narrower ones had kept.
    """
    if len(kept) <= NEWEST_KEPT:
        return []
    now = from_text(kept[-1][1])
    gone, stretches = [], set[tuple[int, int]]()
    for n, at in kept[:-NEWEST_KEPT]:
        age = now - from_text(at)
        stride = next(stride for upto, stride in STRIDES if age <= upto)
        stretch = (stride, n // stride)
        if stretch in stretches:
            gone.append(n)
        stretches.add(stretch)
    return gone
