"""What a way of correlating made of one hour, and how that compares with the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bench.evaluation import metrics
from bench.evaluation.metrics import Agreement

Key = tuple[str, str]  # source and external id


@dataclass
class Outcome:
    """`placed`: the incident each observation ended in. `openers`: the one that opened each.

    `suggested`: pairs (observation, incident) proposed to a person. `alarms`: for each position,
    the seconds at which it was called; notices are none, and what a flood `folded`.
    """

    truths: Mapping[Key, str | None]
    placed: Mapping[Key, str]
    openers: Mapping[str, Key]
    suggested: Sequence[tuple[Key, str]] = ()
    alarms: Mapping[str, Sequence[float]] = field(default_factory=dict)
    folded: int = 0

    @cached_property
    def truth(self) -> dict[Key, str]:
        """Of what belongs to a happening, and of what was put into an incident though it does
        not: the latter is of a happening of its own."""
        return {
            key: label if label is not None else f"nothing {key}"
            for key, label in self.truths.items()
            if label is not None or key in self.placed
        }

    @cached_property
    def found(self) -> dict[Key, str]:
        return {key: self.placed.get(key, f"alone {key}") for key in self.truth}

    @cached_property
    def pairwise(self) -> Agreement:
        return metrics.pairwise(self.truth, self.found)

    @cached_property
    def b_cubed(self) -> Agreement:
        return metrics.b_cubed(self.truth, self.found)

    @property
    def false_merges(self) -> float:
        return metrics.false_merges(self.truth, self.found)

    @property
    def missed_links(self) -> int:
        return metrics.missed_links(self.truth, self.found)

    @property
    def wrong_joins(self) -> list[tuple[Key, Key]]:
        """Observations in an incident that another happening opened, with its opener."""
        return [
            (key, opener)
            for key, incident in self.placed.items()
            if self.truth[key] != self.truth[opener := self.openers[incident]]
        ]

    @property
    def joins(self) -> int:
        return len(self.placed) - len(self.openers)

    @property
    def happenings(self) -> int:
        return len({label for label in self.truths.values() if label is not None})

    @property
    def opened(self) -> int:
        return len(self.openers)

    @property
    def suggestions(self) -> tuple[int, int]:
        """How many were right, and how many wrong."""
        right = sum(self.truth[key] == self.truth[self.openers[i]] for key, i in self.suggested)
        return right, len(self.suggested) - right

    @property
    def alarms_per_10_min(self) -> float:
        """The worst ten minutes of the position that was called most."""
        worst = 0
        for times in self.alarms.values():
            ordered = sorted(times)
            for i, start in enumerate(ordered):
                worst = max(worst, sum(start <= t < start + 600 for t in ordered[i:]))
        return float(worst)
