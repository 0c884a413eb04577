"""What one shift hands to the next, built out of the picture and the entries of the shift."""

import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI

from deciding import NOW, metres_north
from desk import INCIDENT, Desk
from tocsin.contract.times import to_text
from tocsin.handover import LOG_KINDS, ShiftLog, shift_log
from tocsin.journal.store import Journal
from tocsin.situation.picture import Situation
from tocsin.web.handover_api import handover_routes
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient

SINCE = to_text(NOW - timedelta(hours=12))


def log_of(desk: Desk, function: str = "operator", since: str = SINCE) -> ShiftLog:
    kept = [entry for entry in desk.entries if entry.kind in LOG_KINDS]
    return shift_log(desk.situation, kept, function, since, desk.at)


def after(minutes: float) -> str:
    return to_text(NOW + timedelta(minutes=minutes))


DECISION = {
    "text": "Évacuer la rue",
    "language": "fr",
    "function": "Bourgmestre",
    "decided_at": to_text(NOW),
    "basis": "mesures de gaz",
}


def test_an_empty_shift_is_an_empty_log() -> None:
    log = log_of(Desk())
    assert (log.function, log.since, log.n) == ("operator", SINCE, 0)
    assert log.incidents + log.ended + log.unacknowledged + log.decisions == ()
    assert log.calls == {}


def test_an_open_incident_goes_over_with_its_last_decision_and_its_next_deadline() -> None:
    desk = Desk()
    desk.taken(facts={"dangerous_goods": True})
    desk.act("record_decision", incident=INCIDENT, **DECISION, due_at=after(90))
    desk.act("open_task", incident=INCIDENT, title="Fermer", language="fr", due_at=after(40))
    desk.act("open_task", incident=INCIDENT, title="Prévenir", language="fr")
    (followed,) = log_of(desk).incidents

    assert (followed.id, followed.is_new, followed.open_tasks) == (INCIDENT, True, 2)
    assert followed.last_decision is not None
    assert followed.last_decision.text == "Évacuer la rue"
    assert followed.next_deadline is not None
    assert (followed.next_deadline.kind, followed.next_deadline.due_at) == ("task", after(40))
    assert followed.next_deadline.words == {"fr": "Fermer"}


def test_what_is_late_is_told_once_more() -> None:
    desk = Desk()
    desk.taken()
    desk.act("record_decision", incident=INCIDENT, **DECISION, due_at=after(30))
    desk.act("open_task", incident=INCIDENT, title="Fermer", language="fr", due_at=after(10))
    desk.wait(3600)
    log = log_of(desk)

    assert [task.title for task in log.late_tasks] == [{"fr": "Fermer"}]
    assert [decision.text for decision in log.late_decisions] == ["Évacuer la rue"]
    assert log.unseen == (log.decisions[0].id,)
    assert log_of(desk, "supervisor").unseen == ()


def test_a_decision_that_was_taken_back_is_in_no_log() -> None:
    desk = Desk()
    desk.act("record_decision", **DECISION)
    assert len(log_of(desk).decisions) == 1
    desk.undo()
    assert log_of(desk).decisions == ()


def test_a_decision_on_an_archived_incident_stays_in_the_log_of_its_shift() -> None:
    desk = Desk()
    desk.taken()
    desk.act("record_decision", incident=INCIDENT, **DECISION)
    desk.on("change_state", to="false_alarm", reason="nothing there")
    for _ in range(100):
        desk.wait(3600)
        desk.tick()
    assert INCIDENT not in desk.situation.incidents
    assert [decision.text for decision in log_of(desk).decisions] == ["Évacuer la rue"]
    assert log_of(desk, since=desk.at).decisions == ()


def test_an_incident_that_ended_in_the_shift_is_told_apart() -> None:
    desk = Desk()
    desk.taken()
    desk.on("change_state", to="false_alarm", reason="nothing there")
    log = log_of(desk)
    assert [i.id for i in log.ended] == [INCIDENT]
    assert log.incidents == ()
    desk.wait(3600)
    assert log_of(desk, since=desk.at).ended == ()


def test_an_incident_without_news_for_long_is_to_be_looked_at_again() -> None:
    desk = Desk()
    desk.taken()
    desk.wait(30 * 3600)
    (followed,) = log_of(desk).incidents
    assert followed.stale is not None
    assert set(followed.stale) == {"fr", "nl", "en"}


def test_alarms_go_over_by_what_is_left_to_do_with_them() -> None:
    desk = Desk()
    lost = {"channel": "112", "channel_role": "emergency_number", "channel_state": "down"}
    desk.observe(kind="channel_status", type_hint=None, source="channel:112", facts=lost)
    (raised, *_) = [a for a in desk.situation.alarms.values() if a.kind == "alarm"]
    log = log_of(desk, raised.role)
    assert raised in log.unacknowledged
    assert sum(log.calls.values()) >= 1
    assert log_of(desk, "d5").calls == {}
    desk.act("acknowledge_alarm", capacity=raised.role, alarm=raised.id)
    assert raised.id not in {a.id for a in log_of(desk).unacknowledged}


def test_means_that_do_not_work_are_told_with_their_source() -> None:
    desk = Desk()
    told: dict[str, Any] = {
        "kind": "channel_status",
        "type_hint": None,
        "source": "channel:region",
        "at": None,
    }
    desk.observe("one", **told, facts={"channel": "Be-Alert", "channel_state": "down"})
    desk.observe("two", **told, facts={"channel": "Sirènes", "channel_state": "degraded"})
    desk.observe("three", **told, facts={"channel": "Sirènes", "channel_state": "up"})
    assert [(c.channel, c.state) for c in log_of(desk).channels] == [("Be-Alert", "down")]
    desk.act("mark_source", source="channel:region", trust="unreliable", reason="exercice")
    assert [mark.source for mark in log_of(desk).unreliable] == ["channel:region"]


def test_the_log_says_which_functions_acted() -> None:
    desk = Desk()
    desk.taken()
    desk.act("write_log", capacity="d1", book="D1", text="Sur place", language="fr")
    acted = {one.capacity: one.acts for one in log_of(desk).functions}
    assert acted == {"d1": 1, "supervisor": 2}


def test_hits_go_over_until_somebody_has_verified_them() -> None:
    desk = Desk()
    hit: dict[str, Any] = {"kind": "anpr_hit", "type_hint": None, "source": "anpr:boul", "at": None}
    desk.observe("one", **hit, legal_regime="LFP_police")
    shown = desk.shown("one")
    assert [waiting.observation for waiting in log_of(desk).hits] == [shown.id]
    desk.act("verify_hit", capacity="police", observation=shown.id, outcome="match")
    assert log_of(desk).hits == ()


def test_the_gravest_incident_comes_first_and_zones_are_told() -> None:
    desk = Desk()
    desk.observe("one", at=metres_north(3000))
    desk.observe("two", facts={"dangerous_goods": True}, type_hint="HAZ-ROA")
    point = {"type": "Point", "coordinates": [4.35, 50.85]}
    desk.act("draw", layer="room", kind="zone_red", geometry=point, radius_m=100)
    desk.act("draw", layer="room", kind="text", geometry=point, text="PC-Ops")
    log = log_of(desk)
    severities = [incident.severity for incident in log.incidents]
    assert len(severities) == 2
    assert severities == sorted(severities, reverse=True)
    assert [drawing.kind for drawing in log.zones] == ["zone_red"]


# --- as screens read it


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def web(desk: Desk, tmp_path: Path) -> Iterator[TestClient]:
    """`desk` acts; each question finds what it has written until then."""
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    desk.taken()
    written = 0

    class Live:
        @property
        def situation(self) -> Situation:
            nonlocal written
            if desk.entries[written:]:
                journal.commit("live", desk.entries[written:])
                written = len(desk.entries)
            return desk.situation

        @property
        def now(self) -> str:
            return desk.at

    hubs: Any = {"live": Live()}
    rooms = Rooms(hubs, journal, cast(Any, None), frozenset(), shift_hours=8)
    app = FastAPI()
    app.include_router(handover_routes(rooms))
    yield TestClient(app)
    journal.close()


def asked(web: TestClient, **given: str) -> Any:
    return web.get("/api/realms/live/handover", params=given)


def test_the_log_covers_a_shift_unless_told_otherwise(web: TestClient, desk: Desk) -> None:
    log = asked(web).json()
    assert (log["function"], log["shift_hours"]) == ("operator", 8)
    assert log["since"] == to_text(NOW - timedelta(hours=8))
    assert [incident["id"] for incident in log["incidents"]] == [INCIDENT]
    assert asked(web, function="d1", since=desk.at).json()["since"] == desk.at


def test_what_was_signed_stays_as_it_was(web: TestClient, desk: Desk) -> None:
    desk.act("begin_handover", function="operator")
    begun = max(desk.situation.handovers.keys())
    desk.wait(60)
    assert asked(web, handover=begun).json()["until"] == desk.at
    desk.act("sign_handover", handover=begun, side="out", remarks="Calme")
    signed_at = desk.at
    desk.wait(600)
    desk.on("change_state", to="false_alarm", reason="nothing there")
    log = asked(web, handover=begun).json()
    assert (log["until"], log["n"]) == (signed_at, desk.situation.handovers[begun].log_until_n)
    assert [incident["id"] for incident in log["incidents"]] == [INCIDENT]
    assert log["handover"]["remarks"]["out"] == "Calme"
    assert asked(web).json()["incidents"] == []


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"function": "janitor"}, 404),
        ({"handover": "H-9"}, 404),
        ({"since": "2026-01-01T00:00:00Z"}, 422),
        ({"since": "2026-01-15T15:00:00"}, 422),
    ],
)
def test_a_log_that_cannot_be_is_refused(
    web: TestClient, given: dict[str, str], status: int
) -> None:
    assert asked(web, **given).status_code == status
    assert web.get("/api/realms/exercise-none/handover").status_code == 404
