"""A mean over seeds and how sure it is."""

import random
from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

RESAMPLES = 2_000


class Interval(NamedTuple):
    mean: float
    low: float
    high: float


def mean_95(values: Sequence[float]) -> Interval:
    """The mean and its 95 % interval by bootstrap: no assumption about how seeds are spread."""
    chance = random.Random(1)
    means = sorted(fmean(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return Interval(
        fmean(values), means[RESAMPLES * 25 // 1000], means[RESAMPLES * 975 // 1000 - 1]
    )
