"""The evaluation harness is right, and the room meets its requirement on the ordinary hour."""

import ast
import itertools
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.evaluation.baselines import distance_and_time, nothing_joined
from bench.evaluation.intervals import mean_95
from bench.evaluation.metrics import b_cubed, false_merges, missed_links, pairwise
from bench.evaluation.noise import ABSURD, Noise
from bench.evaluation.outcome import Outcome
from bench.evaluation.runner import run
from bench.evaluation.stage import Told
from bench.evaluation.worlds import WORLDS, generate
from tocsin.contract import Observation

EVALUATION = Path(__file__).parents[1] / "bench/evaluation"
GENERATOR = (
    "ground/__init__.py",
    "noise.py",
    "subjects.py",
    "stage.py",
    "happenings.py",
    "worlds.py",
)
SEEDS = range(1, 21)

# --- the requirement


@pytest.mark.parametrize("seed", SEEDS)
def test_on_the_ordinary_hour_the_room_finds_the_incidents_and_merges_nothing_falsely(
    seed: int,
) -> None:
    found = run(generate("ordinary", seed))

    told = f"{found.pairwise}, missed {found.missed_links}, wrong {found.wrong_joins}"
    assert found.pairwise.f1 >= 0.95, told
    assert found.false_merges <= 0.005, told


# --- the generator


@pytest.mark.parametrize("world", WORLDS)
def test_the_same_seed_tells_the_same_hour_and_another_seed_another(world: str) -> None:
    assert generate(world, 3) == generate(world, 3)
    assert generate(world, 3) != generate(world, 4)


@pytest.mark.parametrize("module", GENERATOR)
def test_the_generator_knows_nothing_of_the_product_but_its_contract(module: str) -> None:
    allowed = {"bench.evaluation.ground", "tocsin.contract"}
    allowed |= {f"bench.evaluation.{name.removesuffix('.py')}" for name in GENERATOR[1:]}
    for name in _imports(EVALUATION / module):
        if name.split(".")[0] in ("tocsin", "tocsin_adapters", "bench"):
            assert name in allowed or name == "bench.evaluation", f"{module} imports {name}"


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module)
    return found


def test_the_ordinary_hour_holds_everything_that_is_easily_confused() -> None:
    hour = [told for seed in range(1, 6) for told in generate("ordinary", seed)]
    facts = [told.observation for told in hour]
    names = {told.truth.rpartition("-")[0] for told in hour if told.truth is not None}

    assert {"tunnel-crash", "collision-above", "watched-vehicle", "misread", "chatter"} <= names
    assert {"warning", "demonstration", "medical", "house-fire"} <= names
    assert {fact.action for fact in facts} >= {"new", "update", "end"}
    assert any(told.truth is None for told in hour)
    words = " ".join(fact.location_text or "" for fact in facts)
    assert "straat" in words
    assert "Rue " in words
    assert any(fact.accuracy_m and fact.accuracy_m > 300 for fact in facts)
    assert any(fact.geometry is None and fact.source == "cic:112" for fact in facts)


def test_about_one_in_twenty_is_late_and_some_are_sent_twice() -> None:
    hours = [generate("ordinary", seed) for seed in SEEDS]
    facts = [told.observation for hour in hours for told in hour]
    held_up = [
        told
        for hour in hours
        for told in hour
        if told.observation.observed_at is not None
        and (told.arrives - told.observation.observed_at).total_seconds() > 12
    ]
    again = Counter((i, f.source, f.external_id) for i, h in enumerate(hours) for f in _facts(h))

    assert 0.02 <= len(held_up) / len(facts) <= 0.12
    assert 0.01 <= sum(n > 1 for n in again.values()) / len(again) <= 0.06
    assert any(fact.external_id.endswith("-bis") for fact in facts)


def _facts(hour: list[Told]) -> list[Observation]:
    return [told.observation for told in hour]


def test_an_hour_is_heard_in_the_order_of_arrival() -> None:
    arrivals = [told.arrives for told in generate("storm", 2)]

    assert arrivals == sorted(arrivals)


def test_the_storm_brings_sixty_calls_in_ten_minutes() -> None:
    calls = sorted(
        told.arrives for told in generate("storm", 1) if told.observation.source == "cic:112"
    )

    most = max(
        sum((t - start).total_seconds() < 600 for t in calls if t >= start) for start in calls
    )
    assert most >= 60


def test_noise_blurs_places_and_shuffles_types_up_to_the_absurd() -> None:
    quiet, loud = (generate("ordinary", 1, Noise(dial)) for dial in (0.0, ABSURD))

    assert all(t.observation.geometry is not None for t in quiet if t.observation.kind == "report")
    lost = [t for t in loud if t.observation.source == "cic:112" and t.observation.geometry is None]
    untyped = [t for t in loud if t.observation.source == "cic:112" and not t.observation.type_hint]
    assert len(lost) > 10
    assert len(untyped) > 5


# --- the metrics

ONE_TO_SIX = dict(zip("abcdef", ("1", "1", "1", "2", "2", "3"), strict=True))


def test_a_perfect_finding_is_one_everywhere() -> None:
    found = {item: f"I-{label}" for item, label in ONE_TO_SIX.items()}

    for agreement in (pairwise(ONE_TO_SIX, found), b_cubed(ONE_TO_SIX, found)):
        assert (agreement.precision, agreement.recall, agreement.f1) == (1.0, 1.0, 1.0)
    assert (false_merges(ONE_TO_SIX, found), missed_links(ONE_TO_SIX, found)) == (0.0, 0)


def test_everything_in_one_incident_has_all_the_recall_and_little_precision() -> None:
    found = dict.fromkeys(ONE_TO_SIX, "I-1")

    pairs = pairwise(ONE_TO_SIX, found)
    assert (pairs.precision, pairs.recall) == (4 / 15, 1.0)
    assert b_cubed(ONE_TO_SIX, found).precision == pytest.approx((9 + 4 + 1) / 36)
    assert false_merges(ONE_TO_SIX, found) == pytest.approx(11 / 15)


def test_nothing_joined_claims_no_pair_so_none_is_wrong() -> None:
    found = {item: item for item in ONE_TO_SIX}

    pairs = pairwise(ONE_TO_SIX, found)
    assert (pairs.precision, pairs.recall, pairs.f1) == (1.0, 0.0, 0.0)
    assert b_cubed(ONE_TO_SIX, found).recall == pytest.approx(3 / 6)
    assert missed_links(ONE_TO_SIX, found) == 3


def test_one_stray_in_another_incident_is_counted_by_hand() -> None:
    """a b | c d e | f: of four pairs claimed two are right, of four real ones two are found."""
    found = dict(zip("abcdef", ("x", "x", "y", "y", "y", "z"), strict=True))

    pairs = pairwise(ONE_TO_SIX, found)
    assert (pairs.precision, pairs.recall, pairs.f1) == (0.5, 0.5, 0.5)
    assert missed_links(ONE_TO_SIX, found) == 1
    assert b_cubed(ONE_TO_SIX, found).precision == pytest.approx((1 + 1 + 1 / 3 + 4 / 3 + 1) / 6)


def test_an_empty_hour_agrees_with_itself() -> None:
    assert pairwise({}, {}).f1 == b_cubed({}, {}).f1 == 1.0
    assert mean_95([0.5]) == (0.5, 0.5, 0.5)


LABELS = st.dictionaries(st.integers(0, 30), st.sampled_from("abcd"), min_size=1)


@given(LABELS, st.randoms(use_true_random=False))
def test_the_pairwise_figures_are_those_of_counting_pairs_one_by_one(
    truth: dict[int, str], chance: Random
) -> None:
    found = {item: chance.choice("xyz") for item in truth}
    pairs = list(itertools.combinations(truth, 2))
    together = {(a, b) for a, b in pairs if found[a] == found[b]}
    real = {(a, b) for a, b in pairs if truth[a] == truth[b]}

    counted = pairwise(truth, found)

    assert counted.precision == (len(together & real) / len(together) if together else 1.0)
    assert counted.recall == (len(together & real) / len(real) if real else 1.0)


@given(LABELS)
def test_names_of_labels_do_not_matter(truth: dict[int, str]) -> None:
    found = {item: f"renamed {label}" for item, label in truth.items()}

    assert pairwise(truth, found).f1 == b_cubed(truth, found).f1 == 1.0


def test_what_belongs_to_nothing_is_wrong_in_an_incident_and_no_matter_outside_one() -> None:
    def outcome(placed: dict[tuple[str, str], str]) -> Outcome:
        truths = {("s", "1"): "fire-1", ("s", "2"): "fire-1", ("c", "1"): None, ("c", "2"): None}
        return Outcome(truths, placed, {"I-1": ("s", "1")})

    outside = outcome({("s", "1"): "I-1", ("s", "2"): "I-1"})
    inside = outcome({("s", "1"): "I-1", ("s", "2"): "I-1", ("c", "1"): "I-1"})

    assert outside.pairwise.f1 == 1.0
    assert inside.pairwise.precision == pytest.approx(1 / 3)
    assert inside.wrong_joins == [(("c", "1"), ("s", "1"))]


def test_suggestions_are_counted_apart_from_joins() -> None:
    truths = {("s", "1"): "fire-1", ("s", "2"): "fire-1", ("s", "3"): "crash-2"}
    placed = {("s", "1"): "I-1", ("s", "2"): "I-2", ("s", "3"): "I-3"}
    openers = {"I-1": ("s", "1"), "I-2": ("s", "2"), "I-3": ("s", "3")}

    found = Outcome(truths, placed, openers, [(("s", "2"), "I-1"), (("s", "3"), "I-1")])

    assert found.suggestions == (1, 1)
    assert (found.pairwise.recall, found.missed_links) == (0.0, 1)


def test_alarms_are_counted_in_the_worst_ten_minutes_of_one_position() -> None:
    calls = {"operator": [0, 30, 599, 601, 1_300], "police": [10, 20]}

    assert Outcome({}, {}, {}, (), calls).alarms_per_10_min == 3


def test_an_interval_holds_its_mean_and_narrows_with_more_seeds() -> None:
    few, many = mean_95([0.9, 1.0]), mean_95([0.9, 1.0] * 20)

    assert few.low <= few.mean <= few.high
    assert many.high - many.low < few.high - few.low


# --- the baselines


def test_the_baselines_are_what_they_say() -> None:
    hour = generate("night", 1)

    apart, near = nothing_joined(hour), distance_and_time(hour)

    assert len(set(apart.placed.values())) == len(apart.placed)
    assert near.pairwise.recall > 0.3
    assert distance_and_time(hour, metres=1e6, minutes=1e6).pairwise.precision < 0.5
