"""Every exercise of the library at ×60, all at once, through a real broker, in two houses.

Nobody acts: what the rules alone must find is found, and both houses write the same journals.
"""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from conducting import begin
from house import House
from services import Mosquitto
from tocsin.exercises.collection import scenario_folder
from tocsin.exercises.scenario import Scenario, load_scenario
from tocsin.exercises.scenario.models import offset_of

SCENARIOS: list[Scenario] = [load_scenario(p) for p in sorted(scenario_folder().glob("sc-*.yaml"))]
NAMES = [scenario.scenario for scenario in SCENARIOS]
SPEED = 60
SHARE = 0.9
LONGEST_S = max(
    (offset_of(s.ends or "00:00:00") - min(i.offset for i in s.injects if i.offset)).total_seconds()
    for s in SCENARIOS
)
PATIENCE_S = LONGEST_S / SPEED * 3 + 120  # a slow machine slows an exercise, it never tears it


def state(house: House, realm: str) -> str:
    exercise: dict[str, Any] = house.situation(realm)["exercise"] or {}
    return str(exercise.get("state"))


def score(house: House, realm: str) -> dict[str, Any]:
    request = urllib.request.Request(f"{house.http}/api/exercises/{realm}/score")
    request.add_header("X-Tocsin-Capacity", "coordinator")
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.loads(answer.read())
        return found


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, House]]:
    folder = tmp_path_factory.mktemp("library")
    with ExitStack() as stack:
        both = []
        for name in ("one", "two"):
            broker = stack.enter_context(Mosquitto(folder / f"broker-{name}"))
            both.append(stack.enter_context(House(folder / name, mqtt=broker.url)))
        realms = [begin(h.http, name, SPEED) for name in NAMES for h in both]
        for house in both:
            for realm in set(realms):
                house.wait(
                    lambda h=house, r=realm: state(h, r) == "ended", PATIENCE_S, f"{realm} ends"
                )
        yield both[0], both[1]


@pytest.mark.parametrize("name", NAMES)
def test_it_comes_out_as_its_author_expects(houses: tuple[House, House], name: str) -> None:
    realm = f"exercise-{name}-run-1"
    found = score(houses[0], realm)
    ties, joins = found["ties"], found["joins"]
    assert ties["precision_rules"] >= SHARE, ties["unexpected"]
    assert ties["recall_rules"] >= SHARE, [t for t in ties["expected"] if not t["found"]]
    assert joins["false_merges"] == []
    assert joins["missed_links"] == []
    assert [trap for trap in joins["traps"] if not trap["right"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_played_twice_its_journals_are_alike_byte_for_byte(
    houses: tuple[House, House], name: str
) -> None:
    realm = f"exercise-{name}-run-1"
    one, two = (house.entries(realm) for house in houses)
    assert one == two
    assert len(one) > 10
