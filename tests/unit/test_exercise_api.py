"""The doors of an exercise's staff: who may look, what is shown, and where orders go."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from short_exercise import TEXT
from tocsin.engine.inputs import CommandForbidden
from tocsin.exercises.conduct import conduct_book
from tocsin.exercises.conduct.script import script_of
from tocsin.exercises.scenario import read_scenario
from tocsin.journal.store import Journal
from tocsin.web.application import make_application
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient

REALM = "exercise-short-run-1"
AT = "2026-03-10T08:59:50.000Z"
LEAD = {"X-Tocsin": "1", "X-Tocsin-Capacity": "coordinator"}
WITNESS = {"X-Tocsin": "1", "X-Tocsin-Capacity": "evaluator"}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    script = script_of(read_scenario(TEXT, "short.yaml"))
    conduct_book(journal, REALM).write(
        AT,
        ("exercise_prepared", {"realm": REALM, "script": script, "wall": AT}),
        ("inject_told", {"inject": "call-1", "status": "issued", "messages": ["call-1"]}),
    )
    yield journal
    journal.close()


@pytest.fixture
def orders() -> list[tuple[dict[str, Any], str]]:
    return []


@pytest.fixture
def desk(journal: Journal, orders: list[tuple[dict[str, Any], str]]) -> TestClient:
    async def no_command(realm: str, command: dict[str, Any], by: str, capacity: str) -> int:
        raise AssertionError("nothing is asked of the room")

    async def house(order: dict[str, Any], by: str, capacity: str) -> dict[str, Any]:
        if capacity == "operator" and order["order"] != "call_off":
            raise CommandForbidden("not for you")
        orders.append((order, capacity))
        return {"realm": REALM, "realms": [REALM], "n": 7}

    rooms = Rooms({}, journal, no_command, frozenset({"testserver"}), exercises=house)
    return TestClient(make_application(rooms))


def test_every_screen_may_know_which_exercises_there_are(desk: TestClient) -> None:
    [line] = desk.get("/api/exercises").json()
    assert (line["realm"], line["scenario"], line["state"]) == (REALM, "short", "prepared")
    assert (line["at"], line["ends"]) == (AT, "2026-03-10T09:00:30.000Z")


def test_only_the_staff_see_what_waits_for_the_players(desk: TestClient) -> None:
    path = f"/api/exercises/{REALM}/conduct"
    assert desk.get(path).status_code == 403
    assert desk.get(path, headers={"X-Tocsin-Capacity": "operator"}).status_code == 403
    shown = desk.get(path, headers=WITNESS).json()
    assert (shown["state"], shown["at"], shown["n"]) == ("prepared", AT, 2)
    injects = {inject["id"]: inject for inject in shown["injects"]}
    assert injects["call-1"]["run"]["messages"] == ["call-1"]
    assert injects["call-3"]["status"] == "waiting"
    assert injects["call-3"]["due"] == "2026-03-10T09:00:26.000Z"
    assert injects["by-hand"]["say"]["nl"] == "Hier de zone."
    assert injects["by-hand"]["document"]["manual"] is True
    missing = desk.get("/api/exercises/exercise-nothing/conduct", headers=LEAD)
    assert missing.status_code == 404


def test_orders_go_to_the_house_and_refusals_come_back(
    desk: TestClient, orders: list[tuple[dict[str, Any], str]]
) -> None:
    told = desk.post("/api/exercises", headers=LEAD, json={"scenario": "short", "start": True})
    assert (told.status_code, told.json()) == (201, {"realm": REALM})
    path = f"/api/exercises/{REALM}/orders"
    assert desk.post(path, headers=LEAD, json={"order": "pause"}).json() == {"n": 7}
    operator = LEAD | {"X-Tocsin-Capacity": "operator"}
    assert desk.post(path, headers=operator, json={"order": "pause"}).status_code == 403
    called = desk.post("/api/exercises/call-off", headers=operator, json={"reason": ""})
    assert called.json() == {"realms": [REALM]}
    assert orders == [
        ({"order": "prepare", "scenario": "short", "start": True}, "coordinator"),
        ({"order": "pause", "realm": REALM}, "coordinator"),
        ({"order": "call_off", "reason": ""}, "operator"),
    ]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"X-Tocsin-Capacity": "coordinator"}, b"{}", 422),
        (LEAD, b"[]", 400),
        (LEAD, b"{", 400),
        (LEAD, b'"' + b"x" * 70_000 + b'"', 413),
        (LEAD, b'{"order": "call_off"}', 409),
        (LEAD | {"X-Tocsin-Capacity": "king"}, b'{"order": "pause"}', 409),
    ],
)
def test_what_is_no_order_is_refused(
    desk: TestClient, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = desk.post(f"/api/exercises/{REALM}/orders", headers=headers, content=body)
    assert answer.status_code == status, answer.text
