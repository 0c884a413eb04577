"""The figures: many seeds, several worlds, each way of correlating, each level of noise."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from bench.evaluation.ablation import without_chains, without_each_term
from bench.evaluation.baselines import distance_and_time, nothing_joined
from bench.evaluation.intervals import Interval, mean_95
from bench.evaluation.noise import DIAL, Noise
from bench.evaluation.outcome import Outcome
from bench.evaluation.runner import run
from bench.evaluation.stage import Told
from bench.evaluation.worlds import generate

SEEDS = range(1, 21)
FEWER_SEEDS = range(1, 11)
REACHES_M = (100, 200, 400)
Seeds = Sequence[int]
Way = Callable[[list[Told]], Outcome]


class Row(NamedTuple):
    """One way of correlating over many seeds. Shares between 0 and 1; the rest an hour."""

    name: str
    f1: Interval
    worst_f1: float
    precision: Interval
    recall: Interval
    b_cubed_f1: Interval
    false_merges: Interval
    worst_false_merges: float
    missed_links: Interval
    suggested_right: Interval
    suggested_wrong: Interval
    opened: Interval
    happenings: Interval
    alarms_per_10_min: Interval
    alarms_folded: Interval


def row(name: str, outcomes: Sequence[Outcome]) -> Row:
    def over(figure: Callable[[Outcome], float]) -> Interval:
        return mean_95([figure(outcome) for outcome in outcomes])

    return Row(
        name=name,
        f1=over(lambda o: o.pairwise.f1),
        worst_f1=min(o.pairwise.f1 for o in outcomes),
        precision=over(lambda o: o.pairwise.precision),
        recall=over(lambda o: o.pairwise.recall),
        b_cubed_f1=over(lambda o: o.b_cubed.f1),
        false_merges=over(lambda o: o.false_merges),
        worst_false_merges=max(o.false_merges for o in outcomes),
        missed_links=over(lambda o: o.missed_links),
        suggested_right=over(lambda o: o.suggestions[0]),
        suggested_wrong=over(lambda o: o.suggestions[1]),
        opened=over(lambda o: o.opened),
        happenings=over(lambda o: o.happenings),
        alarms_per_10_min=over(lambda o: o.alarms_per_10_min),
        alarms_folded=over(lambda o: o.folded),
    )


def hours(world: str, seeds: Seeds = SEEDS, dial: float = 1.0) -> list[list[Told]]:
    return [_hour(world, seed, dial) for seed in seeds]


@cache
def _hour(world: str, seed: int, dial: float) -> list[Told]:
    return generate(world, seed, Noise(dial))


def of_each_way(world: str, seeds: Seeds = SEEDS) -> list[Row]:
    """The correlator beside nothing and beside distance and time with several reaches."""
    ways: list[tuple[str, Way]] = [("correlator", run), ("nothing joined", nothing_joined)]
    ways += [(f"nearest within {m} m, 30 min", _within(m)) for m in REACHES_M]
    return [row(name, [way(hour) for hour in hours(world, seeds)]) for name, way in ways]


def of_each_term(world: str, seeds: Seeds = FEWER_SEEDS) -> list[Row]:
    """The correlator, then without each of its terms in turn."""
    rows = [row("all terms", [run(hour) for hour in hours(world, seeds)])]
    for term, rules in without_each_term():
        rows.append(row(f"without {term}", [run(hour, rules) for hour in hours(world, seeds)]))
    unsaid = [without_chains(hour) for hour in hours(world, seeds)]
    rows.append(row("without chains", [run(hour) for hour in unsaid]))
    return rows


def of_each_noise(world: str, seeds: Seeds = FEWER_SEEDS) -> dict[str, list[Row]]:
    """Each way at every level of the dial, in the dial's order."""
    ways: dict[str, Way] = {
        "correlator": run,
        "distance and time": _within(200),
        "nothing joined": nothing_joined,
    }
    return {
        name: [row(f"{dial:g}", [way(hour) for hour in hours(world, seeds, dial)]) for dial in DIAL]
        for name, way in ways.items()
    }


def _within(metres: float) -> Way:
    return lambda hour: distance_and_time(hour, metres)
