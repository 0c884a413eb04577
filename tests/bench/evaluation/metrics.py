"""How far the incidents found agree with what truly happened.

An *item* is an observation; `truth` and `found` give each item the happening it is of and the
incident it ended in. An item that belongs to nothing, or that stands in no incident, has a label
of its own.
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision and recall; where nothing was claimed, or nothing was to be found, it is 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        together = self.precision + self.recall
        return 2 * self.precision * self.recall / together if together else 0.0


def pairwise(truth: Mapping[Item, str], found: Mapping[Item, str]) -> Agreement:
    """Of the pairs put together, how many belong together; of those that do, how many were."""
    both = _pairs(Counter((truth[i], found[i]) for i in truth))
    claimed = _pairs(Counter(found[i] for i in truth))
    real = _pairs(Counter(truth.values()))
    return Agreement(both / claimed if claimed else 1.0, both / real if real else 1.0)


def b_cubed(truth: Mapping[Item, str], found: Mapping[Item, str]) -> Agreement:
    """The same asked of each item's own company (itself included), and the mean taken."""
    if not truth:
        return Agreement(1.0, 1.0)
    both = Counter((truth[i], found[i]) for i in truth)
    incidents, happenings = Counter(found[i] for i in truth), Counter(truth.values())
    shares = [
        (both[t, found[i]] / incidents[found[i]], both[t, found[i]] / happenings[t])
        for i, t in truth.items()
    ]
    return Agreement(
        sum(share for share, _ in shares) / len(shares),
        sum(share for _, share in shares) / len(shares),
    )


def false_merges(truth: Mapping[Item, str], found: Mapping[Item, str]) -> float:
    """Share of the pairs that stand in one incident and tell of different happenings."""
    return 1.0 - pairwise(truth, found).precision


def missed_links(truth: Mapping[Item, str], found: Mapping[Item, str]) -> int:
    """How many joins would be needed to make each happening one: its pieces less one."""
    return len({(truth[i], found[i]) for i in truth}) - len(set(truth.values()))


def _pairs(sizes: Mapping[Hashable, int] | Counter[tuple[str, str]] | Counter[str]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes.values())
