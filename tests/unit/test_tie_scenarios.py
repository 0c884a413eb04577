"""The ten exercises: do the rules alone tie what their authors expect, and nothing else?"""

from functools import cache

import pytest

from deciding import Room
from tie_scenarios import SCENARIOS, Told, played
from tocsin.situation.picture import Tie

BY_NAME = {told.name: told for told in SCENARIOS}
NAMES = list(BY_NAME)


@cache
def room_of(name: str) -> Room:
    return played(BY_NAME[name])


def story_of(name: str) -> set[str]:
    """The incidents of the story; what its traps open is something else."""
    shown = room_of(name).situation.observations.values()
    return {s.incident for s in shown if s.incident and s.external_id.startswith("story")}


def ties_of(name: str) -> list[Tie]:
    """The ties that stand at the end."""
    incidents = room_of(name).situation.incidents
    return [
        tie
        for incident in sorted(story_of(name))
        for tie in incidents[incident].ties
        if tie.status in ("proposed", "confirmed")
    ]


def tied(name: str) -> set[str]:
    """The measures that were tied at any time: what was withdrawn later had its reason then."""
    return {
        entry.body["tie"]["measure"]["code"]
        for entry in room_of(name).entries
        if entry.kind == "tie_proposed" and entry.body["incident"] in story_of(name)
    }


def found_missed_false(told: Told) -> tuple[set[str], set[str], set[str]]:
    ties = tied(told.name)
    found = ties & set(told.expected)
    return found, set(told.expected) - ties, ties - told.expected - told.people


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_ties_what_its_author_expects(name: str) -> None:
    found, missed, _ = found_missed_false(BY_NAME[name])
    assert len(found) / len(found | missed) >= 0.9, f"missed: {sorted(missed)}"


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_ties_little_else(name: str) -> None:
    found, _, false = found_missed_false(BY_NAME[name])
    assert len(found) / len(found | false) >= 0.75, f"false: {sorted(false)}"


def test_over_all_exercises_recall_and_precision_are_at_least_nine_in_ten() -> None:
    counted = [found_missed_false(told) for told in SCENARIOS]
    found, missed, false = (sum(len(c[i]) for c in counted) for i in range(3))
    assert found / (found + missed) >= 0.9
    assert found / (found + false) >= 0.9


@pytest.mark.parametrize("name", NAMES)
def test_the_gaps_an_exercise_reveals_are_told(name: str) -> None:
    revealed = {tie.measure["code"] for tie in ties_of(name) if tie.relation == "revele"}
    assert revealed >= BY_NAME[name].gaps


@pytest.mark.parametrize("name", NAMES)
def test_what_must_not_be_tied_is_not(name: str) -> None:
    assert not tied(name) & BY_NAME[name].never


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_exercises_the_training_measure(name: str) -> None:
    assert "M10.5:eprouve" in {tie.id for tie in ties_of(name)}


def test_the_waste_reading_of_m10_4_is_told_as_such() -> None:
    (tie,) = [tie for tie in ties_of("sc-01b") if tie.id == "M10.4:mobilise"]
    assert tie.reason["fr"] == "Flux de déchets : autorisation P-EXO-D3, hors fenêtre de 120 min"


def test_an_own_drone_is_told_apart_from_the_reported_one() -> None:
    (tie,) = [tie for tie in ties_of("sc-08") if tie.id == "M10.8:mobilise"]
    assert tie.rule.startswith("R-M10.8-d@")
