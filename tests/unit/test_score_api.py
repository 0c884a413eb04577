"""The score over REST: for those who observe or conduct, always as things stand."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from operating import Act, Operation
from tocsin.contract.times import to_text
from tocsin.exercises.conduct import conduct_book
from tocsin.exercises.happened import happened
from tocsin.exercises.scenario.models import Scenario
from tocsin.exercises.scoring import ScoreDesk, clock_table, score, score_of_course
from tocsin.journal.store import Journal
from tocsin.tables import LANGUAGES
from tocsin.web.application import make_application
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient

WORDS = {"fr": "Essai", "nl": "Proef", "en": "Trial"}
STAFF = {"X-Tocsin-Capacity": "evaluator"}
SCENARIO = Scenario.model_validate(
    {
        "scenario": "fire",
        "title": WORDS,
        "brief": WORDS,
        "starts": "2026-01-15T16:40:00+01:00",
        "ends": "00:03:00",
        "injects": [
            {
                "id": "call",
                "at": "00:00:00",
                "kind": "EVT",
                "source": "cad:112",
                "incident": "fire",
                "expect": WORDS,
                "place": {"of": "street:place-sainctelette"},
                "observation": {"kind": "event", "type_hint": "HAZ-ROA", "severity": 3},
            }
        ],
    }
)


@pytest.fixture(scope="module")
def run() -> Operation:
    def taken(run: Operation) -> dict[str, Any]:
        return {"command": "take", "incident": run.holder("call")}

    return Operation(SCENARIO, [Act("00:01:00", "operator", taken)])


@pytest.fixture
def journal(tmp_path: Path, run: Operation) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    book = conduct_book(journal, run.realm)
    start = to_text(SCENARIO.starts)
    script = SCENARIO.model_dump(mode="json", exclude_none=True)
    book.write(start, ("exercise_prepared", {"realm": run.realm, "script": script, "wall": start}))
    told = {"inject": "call", "status": "issued", "how": "clock", "messages": ["call"]}
    book.write(start, ("inject_told", told))
    journal.commit(run.realm, run.entries[:4])
    yield journal
    journal.close()


@pytest.fixture
def desk(journal: Journal) -> TestClient:
    async def no_command(realm: str, command: dict[str, Any], by: str, capacity: str) -> int:
        raise AssertionError("nothing is asked of the room")

    rooms = Rooms({}, journal, no_command, frozenset({"testserver"}))
    return TestClient(make_application(rooms))


def test_the_score_follows_the_journal(desk: TestClient, journal: Journal, run: Operation) -> None:
    address = f"/api/exercises/{run.realm}/score"
    first = desk.get(address, headers=STAFF)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "no-store"
    (line,) = first.json()["timeline"]
    assert (line["inject"], line["status"], line["acknowledged"]) == ("call", "issued", None)
    journal.commit(run.realm, run.entries[4:])
    (line,) = desk.get(address, headers=STAFF).json()["timeline"]
    assert line["acknowledged"]["what"] == "take"
    assert line["seen"]["n"] == 2


def test_folding_what_is_new_gives_the_score_of_the_whole(journal: Journal, run: Operation) -> None:
    desk = ScoreDesk(journal)
    desk.score(run.realm)
    journal.commit(run.realm, run.entries[4:])
    conduct = conduct_book(journal, run.realm).state
    assert desk.score(run.realm) == score(run.entries, conduct)
    assert desk.score(run.realm) == score_of_course(happened(run.entries), conduct)


@pytest.mark.parametrize("capacity", ["operator", "supervisor", "wall", "nobody"])
def test_players_never_see_a_score(desk: TestClient, run: Operation, capacity: str) -> None:
    asked = {"X-Tocsin-Capacity": capacity}
    refused = desk.get(f"/api/exercises/{run.realm}/score", headers=asked)
    assert (refused.status_code, refused.json()["field"]) == (403, "capacity")


@pytest.mark.parametrize("realm", ["exercise-never", "live", "preparation", "conduct-fire-run-1"])
def test_what_is_no_exercise_has_no_score(desk: TestClient, realm: str) -> None:
    assert desk.get(f"/api/exercises/{realm}/score", headers=STAFF).status_code == 404


def test_the_clocks_are_told_in_three_languages(desk: TestClient) -> None:
    told = desk.get("/api/exercise-clocks").json()
    assert list(told) == list(clock_table())
    assert len(told) == 15
    assert all(told[clock]["measures"][lang] for clock in told for lang in LANGUAGES)
