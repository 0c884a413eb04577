"""Preparation (M10.2): dossiers of events with their checklist, and the calendar of the room."""

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tocsin.contract.times import to_text
from tocsin.exercises.conduct import conduct_book
from tocsin.exercises.preparation.dossiers import shipped_checklist
from tocsin.journal.store import Journal
from tocsin.web.application import make_application
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient

NOW = datetime.now(UTC)
REALM = "exercise-sc-07-run-1"
TITLE = {"fr": "Foule au Heysel", "nl": "Menigte op de Heizel", "en": "Crowd at Heysel"}


async def no_command(realm: str, command: dict[str, Any], by: str, capacity: str) -> int:
    raise AssertionError(f"{command} for {realm} by {by}, {capacity}")


class Desk:
    def __init__(self, journal: Journal) -> None:
        rooms = Rooms({}, journal, no_command, frozenset({"127.0.0.1"}))
        self.web = TestClient(make_application(rooms), base_url="http://127.0.0.1:8765")

    def post(self, path: str, document: dict[str, Any], capacity: str = "coordinator") -> Any:
        headers = {"X-Tocsin": "1", "X-Tocsin-Capacity": capacity}
        return self.web.post(f"/api/{path}", json=document, headers=headers)

    def begun(self, **more: Any) -> dict[str, Any]:
        answer = self.post("dossiers", event(**more))
        assert answer.status_code == 201, answer.text
        dossier: dict[str, Any] = answer.json()
        return dossier

    @property
    def preparation(self) -> dict[str, Any]:
        found: dict[str, Any] = self.web.get("/api/preparation").json()
        return found


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield journal
    journal.close()


@pytest.fixture
def desk(journal: Journal) -> Desk:
    return Desk(journal)


def in_hours(hours: float) -> str:
    return to_text(NOW + timedelta(hours=hours))


def event(**more: Any) -> dict[str, Any]:
    plain = {"title": "Réveillon", "place": "Heysel / Heizel", "attendance": 70_000, "risk": "high"}
    return {**plain, "starts": in_hours(30), "ends": in_hours(36), **more}


def test_a_dossier_begins_with_the_checklist_of_every_event(desk: Desk) -> None:
    dossier = desk.begun(lat=50.899, lon=4.338, radius_m=600)

    assert (dossier["id"], dossier["by"]) == ("E-1", "coordinator")
    assert [c["check"] for c in dossier["checks"]] == [r.check for r in shipped_checklist()]
    assert {c["hours"] for c in dossier["checks"]} == {72, 24, 1}


def test_what_should_have_been_seen_to_by_now_is_told(desk: Desk) -> None:
    desk.begun()
    (shown,) = desk.preparation["dossiers"]
    assert shown["late"] == [r.check for r in shipped_checklist() if r.hours == 72]

    desk.post("dossiers/E-1/checks", {"check": "footprint", "done": True})
    (shown,) = desk.preparation["dossiers"]
    assert "footprint" not in shown["late"]
    ticked = next(c for c in shown["dossier"]["checks"] if c["check"] == "footprint")
    assert ticked["done_by"] == "coordinator"

    desk.post("dossiers/E-1/checks", {"check": "footprint", "done": False})
    assert "footprint" in desk.preparation["dossiers"][0]["late"]


def test_an_event_that_is_over_or_cancelled_asks_for_nothing(desk: Desk) -> None:
    desk.begun(starts=in_hours(-8), ends=in_hours(-2))
    desk.begun(cancelled=True)
    assert [shown["late"] for shown in desk.preparation["dossiers"]] == [[], []]


def test_a_dossier_is_written_anew_and_keeps_its_ticks(desk: Desk) -> None:
    own = [{"text": "Feux d'artifice : périmètre de tir", "hours": 12}]
    desk.begun(checks=own)
    desk.post("dossiers/E-1/checks", {"check": "radio", "done": True})
    desk.post("dossiers/E-1/checks", {"check": "own-1", "done": True})
    answer = desk.post("dossiers/E-1", event(attendance=80_000, checks=own))

    dossier = answer.json()
    assert (dossier["id"], dossier["attendance"]) == ("E-1", 80_000)
    assert {c["check"] for c in dossier["checks"] if c["done_at"]} == {"radio", "own-1"}
    assert len(desk.preparation["dossiers"]) == 1


def test_thresholds_and_functions_are_kept_as_they_were_agreed(desk: Desk) -> None:
    stop = {"what": "rafales", "at": "70 km/h", "then": "arrêt du concert", "by": "bourgmestre"}
    contact = {"discipline": "D3", "function": "Officier de direction"}
    dossier = desk.begun(thresholds=[stop], contacts=[contact])
    assert (dossier["thresholds"], dossier["contacts"]) == ([stop], [contact])


def test_the_calendar_has_events_plans_and_exercises_that_were_held(
    desk: Desk, journal: Journal
) -> None:
    script = {"scenario": "sc-07", "title": TITLE}
    book = conduct_book(journal, REALM)
    prepared = {"realm": REALM, "script": script, "wall": in_hours(-100)}
    started = {"state": "running", "speed": 1, "wall": in_hours(-99), "by": "c", "reason": None}
    ended = {**started, "state": "ended", "wall": in_hours(-97)}
    book.write("2026-12-31T22:30:00.000Z", ("exercise_prepared", prepared))
    book.write("2026-12-31T22:30:00.000Z", ("exercise_steered", started))
    book.write("2027-01-01T01:00:00.000Z", ("exercise_steered", ended))
    desk.begun()
    planned = {"kind": "exercise", "title": "SC-01, équipe B", "scenario": "sc-01"}
    desk.post("appointments", {**planned, "starts": in_hours(10), "ends": in_hours(13)})

    lines = desk.preparation["calendar"]
    assert [(line["kind"], line["id"]) for line in lines] == [
        ("held", REALM),
        ("exercise", "C-1"),
        ("event", "E-1"),
    ]
    assert (lines[0]["starts"], lines[0]["ends"]) == (in_hours(-99), in_hours(-97))


def test_an_appointment_is_moved_and_cancelled(desk: Desk) -> None:
    plan = {"kind": "training", "title": "Relève", "starts": in_hours(10), "ends": in_hours(12)}
    desk.post("appointments", plan)
    desk.post("appointments/C-1", {**plan, "starts": in_hours(11), "cancelled": True})
    (line,) = desk.preparation["calendar"]
    assert (line["starts"], line["cancelled"]) == (in_hours(11), True)


def test_a_measure_that_no_exercise_tested_says_so(desk: Desk) -> None:
    rows = desk.web.get("/api/preparation/measures").json()
    assert {row["measure"] for row in rows} >= {f"M10.{n}" for n in range(1, 16)}
    assert {row["realm"] for row in rows} == {None}


@pytest.mark.parametrize(
    ("path", "document", "status"),
    [
        ("dossiers", event(ends=in_hours(1)), 422),
        ("dossiers", event(lat=50.9), 422),
        ("dossiers", event(title=" "), 422),
        ("dossiers/E-9", event(), 404),
        ("dossiers/E-1/checks", {"check": "fireworks", "done": True}, 409),
        (
            "appointments/C-9",
            {
                "kind": "meeting",
                "title": "CC",
            },
            422,
        ),
    ],
)
def test_what_does_not_hold_together_is_refused(
    desk: Desk, path: str, document: dict[str, Any], status: int
) -> None:
    desk.begun()
    assert desk.post(path, document).status_code == status


@pytest.mark.parametrize("capacity", ["operator", "police", "wall", "evaluator"])
def test_events_are_prepared_by_those_who_may(desk: Desk, capacity: str) -> None:
    assert desk.post("dossiers", event(), capacity).status_code == 403
    assert desk.preparation["dossiers"] == []
