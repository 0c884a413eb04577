"""How well observations become incidents, on generated hours of Brussels with known truth."""

import os
from pathlib import Path

import pytest

from bench.evaluation import drawing, report, study
from bench.evaluation.noise import DIAL
from bench.evaluation.runner import run
from bench.evaluation.worlds import WORLDS

pytestmark = pytest.mark.bench

PICTURE = Path(__file__).parents[2] / "docs/pictures/correlation-noise.svg"
SEEDS = range(1, int(os.environ.get("BENCH_SEEDS", "20")) + 1)


HELD_OUT = range(301, 321)  # nobody looked at these while the weights were found


@pytest.mark.parametrize("seeds", [SEEDS, HELD_OUT], ids=["tuned", "held_out"])
def test_the_ordinary_hour_seed_by_seed(seeds: range) -> None:
    print("\n| seed | F1 | P | R | B³ F1 | false merges % | missed links |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    outcomes = [run(hour) for hour in study.hours("ordinary", seeds)]
    for seed, found in zip(seeds, outcomes, strict=True):
        pairs = found.pairwise
        print(
            f"| {seed} | {pairs.f1:.3f} | {pairs.precision:.3f} | {pairs.recall:.3f} "
            f"| {found.b_cubed.f1:.3f} | {100 * found.false_merges:.2f} | {found.missed_links} |"
        )
    print(f"\n{report.table('all of them', [study.row('correlator', outcomes)])}")


@pytest.mark.parametrize("world", WORLDS)
def test_each_world_beside_the_baselines(world: str) -> None:
    print(f"\n{report.table(world, study.of_each_way(world, SEEDS))}")


@pytest.mark.parametrize("world", ["ordinary", "storm"])
def test_what_each_term_is_worth(world: str) -> None:
    print(f"\n{world}\n\n{report.worth(study.of_each_term(world, SEEDS[:10]))}")


def test_as_noise_grows() -> None:
    found = study.of_each_noise("ordinary", SEEDS[:10])
    for name, rows in found.items():
        print(f"\n{report.table(f'{name}, noise', rows, worst=False)}")
    lines = {name: [row.f1 for row in rows] for name, rows in found.items()}
    title = "Observations put together rightly as noise grows"
    PICTURE.write_text(drawing.curve(title, DIAL, lines, "pairwise F1"), "utf-8")
