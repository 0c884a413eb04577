"""How heavily alarms weigh on a position, and what that is held against."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from alarming import Watch, far
from tocsin.alarms.load import LOAD_KINDS, AlarmLoad, PositionLoad, alarm_load, benchmarks
from tocsin.alarms.types import shipped_alarm_types
from tocsin.contract.times import to_text
from tocsin.journal.store import Journal
from tocsin.live.hub import Hub
from tocsin.web.alarm_api import alarm_routes
from tocsin.web.rooms import Rooms

SMOKE: dict[str, Any] = {"type_hint": "FIR-BLD"}  # S2
TANKER: dict[str, Any] = {"type_hint": "HAZ-ROA"}  # S3
PLANT: dict[str, Any] = {"type_hint": "HAZ-FIX"}  # S4


def load_of(room: Watch, since: str) -> AlarmLoad:
    entries = [e for e in room.entries if e.kind in LOAD_KINDS]
    return alarm_load(entries, since, room.at, shipped_alarm_types())


def operators(room: Watch, since: str) -> PositionLoad:
    (position,) = [p for p in load_of(room, since).positions if p.role == "operator"]
    return position


def quiet_hour() -> tuple[Watch, str]:
    room = Watch()
    return room, room.at


def test_a_calm_hour_is_within_every_benchmark() -> None:
    room, since = quiet_hour()
    room.observe(**SMOKE)
    room.wait(100)
    room.act("operator", "acknowledge_alarm", alarm=room.alarm.id)
    room.act("operator", "write_log", book="room", incident="I-0001", text="seen", language="en")
    room.wait(3500)
    figures = operators(room, since).figures
    assert (figures["per_10_min_p50"].value, figures["per_10_min_max"].value) == (0, 1)
    judged = {name: f.ok for name, f in figures.items() if f.ok is not None}
    assert [n for n, ok in judged.items() if not ok] == ["top_10_sources_share"]  # of one alarm
    assert figures["without_action_share"].value == 0
    assert figures["per_day"].ok is None  # an hour says nothing of a day


def test_a_bad_hour_is_told_beside_its_benchmarks() -> None:
    room, since = quiet_hour()
    for number in range(15):
        room.observe(f"m-{number}", **TANKER, at=far(number))
        room.wait(20)
    room.wait(3300)
    position = operators(room, since)
    figures = position.figures
    assert (position.alarms, position.folded) == (10, 5)
    assert (figures["per_10_min_max"].value, figures["per_10_min_max"].ok) == (10, True)
    assert (figures["per_min_max"].value, figures["per_min_max"].ok) == (3, False)
    assert (figures["priority_2_share"].value, figures["priority_2_share"].ok) == (1, False)
    assert (figures["late_share"].value, figures["late_share"].ok) == (1, False)
    assert figures["flood_share"].value is not None
    assert figures["flood_share"].value > 0.9  # nobody's tick has ended it
    assert figures["without_action_share"].value == 1
    assert position.top_types[0].name == "incident_s3"
    assert position.top_sources[0].name == "cad:112"


def test_the_time_to_acknowledge_is_told_by_priority() -> None:
    room, since = quiet_hour()
    room.observe("a", **PLANT)
    room.observe("b", **TANKER, at=far(7))
    room.wait(30)
    room.act("operator", "acknowledge_alarm", alarm=room.alarms[0].id)
    room.wait(170)
    room.act("operator", "acknowledge_alarm", alarm=room.alarms[1].id)
    priorities = operators(room, since).priorities
    assert (priorities[1].mean_s, priorities[1].target_s, priorities[1].over_share) == (30, 60, 0)
    assert (priorities[2].mean_s, priorities[2].over_share) == (200, 1)
    assert (priorities[3].alarms, priorities[3].mean_s, priorities[3].over_share) == (0, None, None)


def test_another_roles_acknowledgement_is_not_the_owners() -> None:
    room, since = quiet_hour()
    room.observe(**TANKER)
    room.act("d2", "acknowledge_alarm", alarm=room.alarm.id)
    room.wait(300)
    assert operators(room, since).priorities[2].unanswered == 1


def test_time_in_flood_is_counted_from_its_beginning_to_its_end() -> None:
    room, since = quiet_hour()
    for number in range(12):
        room.observe(f"m-{number}", **SMOKE, at=far(number))
    room.wait(900)
    room.tick()
    room.wait(900)
    assert operators(room, since).figures["flood_share"].value == 0.5


def test_chatter_escalations_and_the_shelf_are_counted() -> None:
    room, since = quiet_hour()
    for _ in range(4):
        room.report("cad:112", "offline")
        room.wait(5)
        room.report("cad:112", "online")
        room.wait(5)
    room.observe("a", **PLANT)
    room.observe("b", **TANKER, at=far(7))
    room.act("operator", "shelve_alarm", alarm=room.alarms[-1].id, minutes=5, reason="known works")
    room.wait(120)
    room.tick()
    position = operators(room, since)
    assert position.figures["chattering"].value == 1
    assert (position.escalated, position.shelved) == (1, 1)


def test_what_somebody_caused_by_an_act_of_their_own_is_no_load() -> None:
    room, since = quiet_hour()
    room.observe(type_hint="TRA-ACC")
    room.act("operator", "regrade_incident", incident="I-0001", severity=3, reason="a bus")
    assert room.alarm.acknowledged
    assert operators(room, since).alarms == 0


def test_every_figure_has_a_benchmark_and_every_benchmark_a_figure() -> None:
    room, since = quiet_hour()
    room.observe(**SMOKE)
    assert operators(room, since).figures.keys() == benchmarks().keys()


# --- the API


Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    room = Watch()
    room.observe(**TANKER)
    room.wait(60)
    room.act("operator", "acknowledge_alarm", alarm=room.alarm.id)
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    journal.commit("live", room.entries)
    hub = Hub(room.situation, clock=lambda: room.now, read=lambda *_: [], health=dict)

    async def nobody(realm: str, command: dict[str, Any], by: str, capacity: str) -> int:
        raise AssertionError("no command is given here")

    app = FastAPI()
    app.include_router(alarm_routes(Rooms({"live": hub}, journal, nobody, frozenset())))

    async def get(path: str, **params: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://room") as client:
            return await client.get(path, params=params or None)

    yield lambda path, **params: asyncio.run(get(path, **params))
    journal.close()


def test_the_load_is_asked_for_a_stretch_of_time(ask: Ask) -> None:
    room = Watch()
    since, until = to_text(room.now - timedelta(hours=1)), to_text(room.now + timedelta(hours=1))
    answer = ask("/api/realms/live/alarms/load", **{"from": since, "to": until})
    assert answer.status_code == 200
    load = AlarmLoad.model_validate(answer.json())
    operator = next(p for p in load.positions if p.role == "operator")
    assert operator.priorities[2].mean_s == 60


def test_without_times_it_is_the_last_day_of_the_realm(ask: Ask) -> None:
    load = ask("/api/realms/live/alarms/load").json()
    assert (load["first_at"], load["last_at"]) == (
        "2026-01-14T15:42:07.000Z",
        "2026-01-15T15:42:07.000Z",
    )
    assert load["positions"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/realms/nowhere/alarms/load", 404),
        ("/api/realms/live/alarms/load?from=2026-01-16T00:00:00Z&to=2026-01-15T00:00:00Z", 422),
        ("/api/realms/live/alarms/load?from=2020-01-01T00:00:00Z&to=2026-01-15T00:00:00Z", 422),
        ("/api/realms/live/alarms/load?from=yesterday", 422),
    ],
)
def test_what_cannot_be_answered_is_refused(ask: Ask, path: str, status: int) -> None:
    assert ask(path).status_code == status


def test_the_types_are_told_with_the_reasons_for_having_them(ask: Ask) -> None:
    table = ask("/api/alarm-types").json()
    for row in table["types"].values():
        for name in ("cause", "consequence", "action", "suppression"):
            assert set(row[name]) == {"fr", "nl", "en"}
    assert table["priorities"]["1"]["acknowledge_s"] == 60
    assert table["benchmarks"]["per_10_min_max"]["at_most"] == 10
