"""REST for the administrator: which rules judge, their texts, and what others would have done."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deciding import Room, metres_north
from tocsin.engine.inputs import CommandGiven
from tocsin.journal.store import Journal
from tocsin.live.hub import Hub
from tocsin.rulebook import TABLES, read_rulebook, shipped, shipped_texts
from tocsin.web import rules_api
from tocsin.web.application import make_application
from tocsin.web.rooms import Rooms
from tocsin.web.rules_api import rules_routes

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient

WEIGHTS = shipped_texts()["weights"]
LOOSER = WEIGHTS.replace("join: 0.75", "join: 0.50")
RULES = "/api/realms/live/rules"


class Desk:
    """A live realm with two calls, and its administrator."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.room = Room()
        self.room.observe("here")
        self.room.wait(20)
        self.room.observe("there", at=metres_north(100))
        self.hub = Hub(
            self.room.situation,
            clock=lambda: self.room.now,
            read=lambda r, after, limit: journal.read(r, after=after, limit=limit),
            health=dict,
        )
        journal.commit("live", self.room.entries)
        rooms = Rooms({"live": self.hub}, journal, self.command, frozenset({"127.0.0.1"}))
        app = make_application(rooms)
        app.include_router(rules_routes(rooms))
        self.web = TestClient(app, base_url="http://127.0.0.1:8765")

    async def command(self, realm: str, command: dict[str, Any], by: str, capacity: str) -> int:
        entries = self.room.decide(CommandGiven(self.room.at, by, command, capacity))
        self.journal.commit(realm, entries)
        self.hub.announced(entries, self.room.situation)
        return self.room.situation.n

    def tell(self, document: dict[str, Any], capacity: str = "admin") -> Any:
        headers = {"X-Tocsin": "1", "X-Tocsin-Capacity": capacity}
        return self.web.post("/api/realms/live/commands", json=document, headers=headers)

    def rehearse(self, document: dict[str, Any], capacity: str = "admin") -> Any:
        headers = {"X-Tocsin": "1", "X-Tocsin-Capacity": capacity}
        return self.web.post(f"{RULES}/rehearse", json=document, headers=headers)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield Desk(journal)
    journal.close()


def arming(text: str = LOOSER) -> dict[str, Any]:
    return {"command": "arm_rules", "tables": {"weights": text}, "note": "tried on last week"}


def test_before_any_arming_the_shipped_rules_are_in_force(desk: Desk) -> None:
    told = desk.web.get(RULES).json()

    assert told["version"] == told["shipped"] == shipped().version
    assert (told["since"], told["tables"], told["history"]) == (None, [], [])


def test_what_is_armed_is_told_with_its_history(desk: Desk) -> None:
    n = desk.tell(arming()).json()["n"]

    told = desk.web.get(RULES).json()

    assert told["version"] == read_rulebook({"weights": LOOSER}).version != told["shipped"]
    assert (told["since"], told["tables"]) == (n + 1, ["weights"])
    assert told["by"] == "admin on this machine"
    assert [(one["since"], one["note"]) for one in told["history"]] == [
        (n + 1, "tried on last week")
    ]


def test_one_can_ask_which_rules_decided_an_entry(desk: Desk) -> None:
    n = desk.tell(arming()).json()["n"]

    assert desk.web.get(f"{RULES}?at={n}").json()["version"] == shipped().version
    assert desk.web.get(f"{RULES}?at={n + 1}").json()["since"] == n + 1


def test_the_tables_in_force_are_given_out_to_be_changed(desk: Desk) -> None:
    desk.tell(arming())

    told = desk.web.get(f"{RULES}/tables").json()

    assert list(told["tables"]) == list(TABLES)
    assert told["tables"]["weights"] == LOOSER
    assert told["tables"]["severity"] == shipped_texts()["severity"]
    assert told["version"] == read_rulebook(told["tables"]).version


def test_a_rehearsal_compares_with_the_rules_in_force(desk: Desk) -> None:
    answer = desk.rehearse({"tables": {"weights": LOOSER}})

    found = answer.json()
    assert answer.status_code == 200
    assert (found["today"]["figures"]["opened"], found["changed"]["figures"]["opened"]) == (2, 1)
    assert found["only_today"][0]["first"]["external_id"] == "there"
    desk.tell(arming())
    again = desk.rehearse({"tables": {"weights": LOOSER}}).json()
    assert again["decided_otherwise"] == 0
    assert again["today"]["by"] == "admin on this machine"


def test_a_wrong_table_is_refused_by_its_line(desk: Desk) -> None:
    for answer in (
        desk.rehearse({"tables": {"weights": "join: high"}}),
        desk.tell(arming("join: high")),
    ):
        assert answer.status_code == 409
        assert answer.json()["field"] == "tables"
        assert "weights.yaml:1: join: " in answer.json()["detail"]
    assert desk.rehearse({"tables": {"tides": "x"}}).status_code == 422


def test_too_long_a_stretch_names_the_command_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = {"from": "2026-01-10T00:00:00Z", "to": "2026-01-12T00:00:00Z"}
    long = desk.rehearse(times)
    monkeypatch.setattr(rules_api, "ENTRIES_MAX", 1)
    many = desk.rehearse({})

    for answer in (long, many):
        assert answer.status_code == 413
        assert "tocsin rules rehearse FOLDER --realm live --from 2026-" in answer.json()["detail"]
    assert desk.rehearse({"from": times["to"], "to": times["from"]}).status_code == 422


def test_rules_are_for_those_who_may_arm_them(desk: Desk) -> None:
    assert desk.rehearse({}, "operator").status_code == 403
    assert desk.tell(arming(), "operator").status_code == 403
    assert desk.web.post(f"{RULES}/rehearse", json={}).status_code == 422
    assert desk.web.get("/api/realms/exercise-none/rules").status_code == 404


def test_whole_tables_pass_the_door_and_other_commands_of_that_size_do_not(desk: Desk) -> None:
    tables = {name: f"{text}\n# changed\n" for name, text in shipped_texts().items()}
    assert sum(map(len, tables.values())) > 100_000

    armed = desk.tell({"command": "arm_rules", "tables": tables, "note": "all of them"})
    long = desk.tell({"command": "disarm_rules", "note": "x" * 9_000})
    huge = desk.tell({"command": "arm_rules", "tables": {"weights": "#" * 300_000}, "note": "why"})

    assert armed.status_code == 202
    assert (long.status_code, long.json()["field"]) == (409, "body")
    assert (huge.status_code, huge.json()["field"]) == (409, "body")
