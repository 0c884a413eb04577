"""The measure board: what the journal says of each measure, and on what it rests."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from deciding import Room, metres_north
from tocsin.engine.inputs import ExerciseReported
from tocsin.journal.entry import Entry, EntryKind
from tocsin.journal.store import Journal
from tocsin.live.hub import Hub
from tocsin.measures import measures
from tocsin.measures.board import MeasureBoard, MeasureShown, measure_board
from tocsin.measures.ledger import LEDGER_KINDS, read_ledger
from tocsin.web.measure_api import measure_routes
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient

EXERCISE = "exercise-sc-06"
STORM = {
    "scenario": "sc-06",
    "title": {"fr": "Tempête", "nl": "Storm", "en": "Storm"},
    "state": "running",
}


def exercise() -> Room:
    room = Room(EXERCISE)
    room.decide(ExerciseReported(room.at, STORM))
    room.observe("w", type_hint="WEA-STO", at=metres_north(0))
    return room


def board(*rooms: Room, since: str | None = None, until: str | None = None) -> MeasureBoard:
    return measure_board(
        ((room.situation.realm, room.situation.exercise, room.entries) for room in rooms),
        since,
        until,
    )


def line(code: str, *rooms: Room, **period: str | None) -> MeasureShown:
    (found,) = [m for m in board(*rooms, **period).measures if m.code == code]
    return found


def later(room: Room, kind: EntryKind, **body: Any) -> None:
    """An entry as another part of the room would write it."""
    n = room.entries[-1].n + 1
    room.entries.append(Entry(n, room.at, kind, n, body))


def storm(room: Room | None = None) -> Room:
    room = room or Room()
    room.observe("w", type_hint="WEA-STO")
    return room


def test_every_measure_has_its_line_even_when_nothing_happened() -> None:
    empty = board(Room())
    assert [m.code for m in empty.measures] == list(measures())
    assert all(m.never_exercised and m.last_use is None and not m.in_use for m in empty.measures)
    assert empty.incidents == 0


def test_a_measure_is_in_use_on_the_open_incidents_that_surely_mobilise_it() -> None:
    room = storm()
    room.observe("f", type_hint="FIR-LRG", at=metres_north(3000))  # M10.6 is only suggested
    (use,) = line("M6.6", room).in_use
    assert (use.realm, use.incident, use.tie) == ("live", "I-0001", "M6.6:mobilise")
    assert line("M10.6", room).in_use == ()
    room.command("confirm_tie", incident="I-0002", tie="M10.6:mobilise")
    (use,) = line("M10.6", room).in_use
    assert (use.incident, use.status) == ("I-0002", "confirmed")


def test_every_figure_names_what_it_rests_on() -> None:
    room = Room()
    room.observe("a", type_hint="FIR-LRG", facts={"public_message": True})
    room.command("confirm_tie", incident="I-0001", tie="M10.6:mobilise", note="on the radio")
    (use,) = line("M10.6", room).in_use
    assert use.evidence == (room.shown("a").id,)
    told = [e for e in room.entries if e.kind in ("tie_proposed", "tie_settled")]
    assert set(use.entries) <= {entry.n for entry in told}
    assert len(use.entries) == 2
    assert use.note == "on the radio"
    assert use.rule.startswith("R-M10.6-b@")


def test_a_rejected_or_withdrawn_tie_is_no_use() -> None:
    room = storm()
    room.command("reject_tie", incident="I-0001", tie="M6.6:mobilise", note="a squall")
    assert line("M6.6", room).uses == 0
    other = Room()
    other.observe("a", facts={"public_message": True})
    other.observe("b", facts={"public_message": False})
    assert line("M10.6", other).last_use is None


def test_what_is_over_was_a_use_and_is_none_now() -> None:
    room = storm()
    later(room, "incident_state_changed", incident="I-0001", state="closed")
    found = line("M6.6", room)
    assert found.in_use == ()
    assert found.last_use is not None
    assert (found.last_use.incident, found.last_use.state) == ("I-0001", "closed")


def test_an_archived_incident_is_remembered() -> None:
    room = storm()
    later(room, "incident_archived", incident="I-0001")
    found = line("M6.6", room)
    assert (found.uses, found.in_use) == (1, ())


def test_a_merged_incident_and_a_false_alarm_do_not_count() -> None:
    for kind, body in (
        ("incidents_merged", {"incident": "I-0001", "into": "I-0002", "by": "x"}),
        ("incident_state_changed", {"incident": "I-0001", "state": "false_alarm"}),
        ("incident_aliased", {"incident": "I-0001", "alias_of": "I-0002"}),
    ):
        room = storm()
        later(room, kind, **body)  # type: ignore[arg-type] # three kinds of entries
        assert line("M6.6", room).uses == 0
        assert board(room).incidents == 0


def test_an_act_that_was_undone_never_was() -> None:
    room = storm()
    entries = room.command("reject_tie", incident="I-0001", tie="M6.6:mobilise", note="a squall")
    room.command("undo", entry=entries[0].n)
    assert line("M6.6", room).uses == 1


def test_the_last_use_is_the_latest_one() -> None:
    room = storm()
    room.wait(3600)
    room.observe("w2", type_hint="WEA-STO", at=metres_north(20_000), source="irm:other")
    room.wait(60)
    later(room, "incident_archived", incident="I-0001")
    found = line("M6.6", room)
    assert found.last_use is not None
    assert found.last_use.incident == found.in_use[0].incident
    assert found.uses == len({e.body["incident"] for e in room.entries if e.kind == "tie_proposed"})
    assert found.used[0] == found.last_use
    assert len(found.used) == found.uses


def test_an_exercise_is_told_with_its_title_and_is_no_real_use() -> None:
    found = line("M6.6", storm(), exercise())
    assert found.last_exercise is not None
    assert found.last_exercise.realm == EXERCISE
    assert found.last_exercise.scenario == "sc-06"
    assert found.last_exercise.title == STORM["title"]
    assert (found.uses, found.exercises) == (1, 1)
    assert found.exercised == (found.last_exercise,)
    assert not found.never_exercised
    alone = line("M6.6", exercise())
    assert (alone.uses, alone.in_use, alone.last_use) == (0, (), None)


def test_what_no_exercise_ever_mobilised_says_so() -> None:
    assert line("M10.14", exercise()).never_exercised
    assert not line("M10.5", exercise()).never_exercised


def test_gaps_and_feeding_are_told_with_their_reasons() -> None:
    room = Room()
    room.observe("a", type_hint="TRA-TUN", facts={"camera_state": "frozen", "stabilised": True})
    (gap,) = line("M10.1", room).gaps
    assert gap.reason["nl"] == "Nuttige camera: beeld bevroren, ernst S3"
    (feeding,) = line("M10.15", room).feeding
    assert feeding.relation == "alimente"
    room.command("reject_tie", incident="I-0001", tie="M10.1:revele", note="known, being repaired")
    assert line("M10.1", room).gaps == ()


def test_a_period_leaves_out_what_began_before_it_but_not_what_is_in_use() -> None:
    room = storm()
    begun = room.at
    room.wait(7200)
    since = room.at
    found = line("M6.6", room, since=since)
    assert (found.uses, len(found.in_use)) == (0, 1)
    assert line("M6.6", room, since=begun).uses == 1
    assert board(room, since=since).incidents == 0


def test_the_board_can_be_asked_for_a_moment_in_the_past() -> None:
    room = Room()
    before = room.at
    room.wait(60)
    storm(room)
    assert line("M6.6", room, until=before).in_use == ()
    assert len(line("M6.6", room, until=room.at).in_use) == 1


def test_the_board_reads_only_what_it_says_it_reads() -> None:
    room = storm(exercise())
    few = [entry for entry in room.entries if entry.kind in LEDGER_KINDS]
    assert len(few) < len(room.entries)
    assert read_ledger(few) == read_ledger(room.entries)


# --- over the wire


@pytest.fixture
def web(tmp_path: Path) -> Iterator[TestClient]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    hubs: dict[str, Hub] = {}
    for room in (storm(), exercise()):
        realm = room.situation.realm
        journal.commit(realm, room.entries)
        hubs[realm] = Hub(
            room.situation,
            clock=lambda: Room().now,
            read=lambda r, after, limit: journal.read(r, after=after, limit=limit),
            health=dict,
        )

    async def refuse(*_: Any, **__: Any) -> int:
        raise AssertionError("the board gives no commands")

    app = FastAPI()
    app.include_router(measure_routes(Rooms(hubs, journal, refuse, frozenset())))
    yield TestClient(app)
    journal.close()


def test_one_call_tells_the_whole_board(web: TestClient) -> None:
    answer = web.get("/api/measures/board").json()
    rows = {row["code"]: row for row in answer["measures"]}
    assert answer["plan"] == "PGSP-2017-2020"
    assert rows["M6.6"]["in_use"][0]["incident"] == "I-0001"
    assert rows["M6.6"]["last_exercise"]["title"]["fr"] == "Tempête"
    assert rows["M10.14"]["never_exercised"] is True


def test_a_period_is_asked_for_with_its_offset(web: TestClient) -> None:
    asked = {"from": "2026-01-15T00:00:00+01:00", "to": "2026-01-15T00:30:00+01:00"}
    answer = web.get("/api/measures/board", params=asked).json()
    assert answer["since"] == "2026-01-14T23:00:00.000Z"
    assert all(row["uses"] == 0 for row in answer["measures"])
    vague = web.get("/api/measures/board", params={"from": "2026-01-15T00:00:00"})
    assert vague.status_code == 422


def test_the_health_of_the_rules_is_one_call_too(web: TestClient) -> None:
    answer = web.get("/api/measures/health").json()
    assert answer["incidents"] == 1
    assert answer["rules"][0]["rule"] == "R-M6.6-a@1"
