"""The room itself: activation, logbooks, trust in sources, and how screens read them."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI

from deciding import the
from desk import INCIDENT, Desk
from tocsin.journal.store import Journal
from tocsin.lifecycle.phases import phases, phases_for_api
from tocsin.lifecycle.room import room_for_api
from tocsin.web.room_api import ACTS, LINES, page_of_log, room_routes
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient


def test_the_activation_of_the_room_touches_no_incident() -> None:
    desk = Desk()
    before = desk.responding()
    desk.act("set_activation", level="pre_alert", reason="orange warning")

    activation = desk.situation.activation
    assert activation is not None
    assert (activation.level, activation.by, activation.since) == (
        "pre_alert",
        "supervisor",
        desk.at,
    )
    assert desk.incident().state == before.state


def test_a_room_at_rest_cannot_be_set_to_rest() -> None:
    desk = Desk()

    assert desk.refused("set_activation", level="watch", reason="calm")[0] == "level"
    assert desk.refused("set_activation", level="panic", reason="calm")[0] == "level"
    desk.act("set_activation", level="alert", reason="two communes")
    desk.act("set_activation", level="watch", reason="all over")
    assert desk.situation.activation is not None


def test_an_operator_proposes_an_activation() -> None:
    desk = Desk()
    entries = desk.act("set_activation", capacity="operator", level="alert", reason="black-out")

    assert the("advice_given", entries)["advice"]["incident"] is None
    assert desk.situation.activation is None


def test_a_liaison_writes_in_its_own_logbook_only() -> None:
    desk = Desk()
    line = {"text": "Ventilation arrêtée", "language": "fr"}
    desk.act("write_log", capacity="d1", book="D1", **line)

    assert desk.refused("write_log", capacity="d1", book="room", **line)[0] == "book"
    assert desk.refused("write_log", capacity="police", book="D1", **line)[0] == "book"
    assert desk.refused("write_log", capacity="wall", book="room", **line)[0] == "capacity"
    desk.act("write_log", capacity="mobiris", book="room", **line)
    assert [(n.book, n.by) for n in desk.situation.log] == [("D1", "d1"), ("room", "mobiris")]


# put together here, so that no plate stands in the code
@pytest.mark.parametrize("plate", [sign.join(("1", "ABC", "234")) for sign in ("-", "", ".", " ")])
def test_no_plate_is_written_into_a_logbook(plate: str) -> None:
    desk = Desk()

    field, detail = desk.refused(
        "write_log", book="room", text=f"camionnette {plate} vue", language="fr"
    )
    assert field == "text"
    assert plate not in detail
    desk.act("write_log", book="room", text="camionnette X-EXE-101 vue", language="fr")


def test_a_source_is_marked_and_unmarked_with_a_reason() -> None:
    desk = Desk()
    mark = {"source": "cad:112", "reason": "old events are replayed"}

    assert desk.refused("mark_source", trust="trusted", **mark)[0] == "trust"
    desk.act("mark_source", trust="unreliable", **mark)
    assert desk.refused("mark_source", trust="unreliable", **mark)[0] == "trust"
    desk.observe("doubtful")
    assert desk.shown("doubtful").unreliable
    desk.act("mark_source", trust="trusted", source="cad:112", reason="back to normal")
    assert desk.situation.marks["cad:112"].trust == "trusted"


def test_a_mark_can_be_taken_back() -> None:
    desk = Desk()
    desk.act("mark_source", source="cad:112", trust="unreliable", reason="a mistake")
    desk.undo()

    assert not desk.situation.marks


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield journal
    journal.close()


def written(journal: Journal) -> Desk:
    desk = Desk()
    desk.taken()
    for number in range(1, 8):
        book = "D1" if number % 3 == 0 else "room"
        told = {"incident": INCIDENT} if number % 2 else {}
        desk.act("write_log", book=book, text=f"ligne {number}", language="fr", **told)
    desk.act("set_activation", level="alert", reason="two communes")
    journal.commit("live", desk.entries)
    return desk


def lines(journal: Journal, book: str, **given: object) -> list[str]:
    asked = {"kinds": LINES, "incident": None, "before": None, "limit": 100, **given}
    return [e.body["line"]["text"] for e in page_of_log(journal, "live", book, **asked)]  # type: ignore[arg-type]


def test_a_logbook_is_read_newest_first_page_by_page(journal: Journal) -> None:
    written(journal)

    assert lines(journal, "room") == ["ligne 7", "ligne 5", "ligne 4", "ligne 2", "ligne 1"]
    assert lines(journal, "D1") == ["ligne 6", "ligne 3"]
    first = page_of_log(journal, "live", "room", LINES, None, None, 2)
    assert lines(journal, "room", before=first[-1].n, limit=2) == ["ligne 4", "ligne 2"]
    assert lines(journal, "room", incident=INCIDENT) == ["ligne 7", "ligne 5", "ligne 1"]
    assert lines(journal, "D5") == []


def test_the_rooms_logbook_can_show_what_people_did_beside_what_they_wrote(
    journal: Journal,
) -> None:
    written(journal)

    kinds = [e.kind for e in page_of_log(journal, "live", "room", ACTS, None, None, 100)]
    assert kinds[0] == "activation_changed"
    assert kinds.count("log_written") == 5
    assert kinds.count("incident_state_changed") == 2


def test_screens_get_the_words_of_the_room() -> None:
    told = room_for_api()

    assert list(told["activation"]) == ["watch", "pre_alert", "alert"]
    assert told["books"]["D5"]["nl"] == "Logboek D5 – informatie"
    assert list(phases_for_api()["phases"]) == list(phases())


@pytest.fixture
def web(journal: Journal) -> TestClient:
    async def command(realm: str, told: dict[str, Any], by: str, capacity: str) -> int:
        raise AssertionError("these routes only read")

    hubs = cast(Any, {"live": None})  # whether the realm is open is all that is asked
    application = FastAPI()
    application.include_router(room_routes(Rooms(hubs, journal, command, frozenset())))
    return TestClient(application)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("states", "ways"),
        ("phases", "phases"),
        ("roles", "commands"),
        ("reflex-cards", "cards"),
        ("methane", "fields"),
        ("counts", "certainties"),
        ("room", "books"),
    ],
)
def test_each_table_of_the_room_has_its_address(web: TestClient, path: str, part: str) -> None:
    assert part in web.get(f"/api/{path}").json()


def test_a_logbook_has_its_address_and_an_unknown_one_has_none(
    web: TestClient, journal: Journal
) -> None:
    written(journal)
    told = web.get("/api/realms/live/logbook/D1", params={"limit": 1}).json()

    assert [row["body"]["line"]["text"] for row in told] == ["ligne 6"]
    older = web.get("/api/realms/live/logbook/D1", params={"before": told[0]["n"]}).json()
    assert [row["body"]["line"]["text"] for row in older] == ["ligne 3"]
    assert web.get("/api/realms/exercise-one/logbook/room").status_code == 404
    assert web.get("/api/realms/live/logbook/D9").status_code == 422
