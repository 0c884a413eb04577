"""The past of a realm: any moment of the journal as a picture, and what stands out along it."""

import asyncio
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deciding import Room, metres_north
from journals import REALM, journals
from tocsin.contract.times import from_text, to_text
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal
from tocsin.live.frames import shown_entry
from tocsin.live.hub import Hub
from tocsin.situation import load
from tocsin.situation.evolve import evolve_all
from tocsin.situation.landmarks import Landmark, landmarks_of, weightiest
from tocsin.situation.load import situation_at
from tocsin.situation.picture import Situation, picture
from tocsin.situation.restore import SHAPE
from tocsin.web import past as past_module
from tocsin.web.application import make_application
from tocsin.web.contract import openapi
from tocsin.web.history_api import without_superseded
from tocsin.web.past import Busy, Left, Past
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8765"
API = "/api/realms/live"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")) as journal:
        yield journal


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks and strides that a short journal fills."""
    monkeypatch.setattr(load, "CHUNK", 7)
    monkeypatch.setattr(past_module, "SNAPSHOT_EVERY", 20)


@pytest.fixture
def evening() -> Room:
    room = Room("live")
    room.observe("first", facts={"fire": True, "vehicle_reg": "X-EXE-101"})
    room.wait(60)
    room.observe("second", at=metres_north(5_000), facts={"fire": True})
    room.wait(60)
    room.command("take", incident="I-0001")
    return room


@pytest.fixture
def web(journal: Journal, evening: Room) -> TestClient:
    journal.commit("live", evening.entries)
    hub = Hub(evening.situation, clock=lambda: evening.now, read=lambda *_: [], health=dict)

    async def nothing(*_: Any) -> int:
        return 0

    rooms = Rooms({"live": hub}, journal, nothing, frozenset({"127.0.0.1"}))
    return TestClient(make_application(rooms), base_url=HERE)


def as_shown(realm: str, entries: list[Entry]) -> Any:
    return orjson.loads(picture(evolve_all(Situation(realm), map(shown_entry, entries))))


# --- any moment


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(entries=journals(), kept=st.lists(st.integers(0, 999), max_size=3), n=st.integers(0, 999))
def test_the_picture_after_an_entry_is_the_fold_up_to_it_whatever_snapshots_there_are(
    small_steps: None,
    tmp_path_factory: pytest.TempPathFactory,
    entries: list[Entry],
    kept: list[int],
    n: int,
) -> None:
    n %= len(entries) + 1
    folder = tmp_path_factory.mktemp("journal")
    with closing(Journal.open(f"sqlite:///{folder / 'journal.db'}")) as journal:
        journal.commit(REALM, entries)
        for at in {at % len(entries) for at in kept if entries} - {0}:
            then = evolve_all(Situation(REALM), entries[:at])
            hash_ = journal.hash_of(REALM, at)
            assert hash_ is not None
            journal.save_snapshot(REALM, at, then.at or "", hash_, picture(then), SHAPE)
        expected = evolve_all(Situation(REALM), entries[:n])
        found = situation_at(journal, REALM, n)
        assert picture(found) == picture(expected)
        half = evolve_all(Situation(REALM), entries[: n // 2])
        assert picture(situation_at(journal, REALM, n, start=half)) == picture(expected)
        told = asyncio.run(Past(journal).picture(REALM, n, _waits))
        assert orjson.loads(told) == {
            "type": "snapshot",
            "n": n,
            "situation": orjson.loads(picture(expected)),
        }


async def _waits() -> bool:
    return True


async def _left() -> bool:
    return False


def test_a_snapshot_that_cannot_be_used_costs_time_only(
    journal: Journal, evening: Room, small_steps: None
) -> None:
    journal.commit("live", evening.entries)
    last = evening.entries[-1]
    head = journal.head("live")
    journal.save_snapshot("live", last.n, last.at, head.hash, b'{"n": 1}', SHAPE)
    assert picture(situation_at(journal, "live", last.n)) == picture(evening.situation)


def test_a_long_fold_leaves_snapshots_for_the_next_one(
    journal: Journal, small_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room("live")
    for number in range(60):
        room.observe(f"call-{number}", at=metres_north(number * 900))
    journal.commit("live", room.entries)
    n = room.situation.n

    async def twice() -> tuple[bytes, bytes]:
        first = await Past(journal).picture("live", n, _waits)
        return first, await Past(journal).picture("live", n, _waits)

    assert n > 60
    first, again = asyncio.run(twice())
    assert first == again
    kept = journal.snapshot("live", SHAPE, upto=n)
    assert kept is not None
    assert n - kept.n <= 27


def test_who_left_is_not_folded_for_and_too_many_are_sent_away(
    journal: Journal, evening: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.commit("live", evening.entries)
    past = Past(journal)
    monkeypatch.setattr(past_module, "WAITING_MOST", 1)

    async def crowd() -> list[Any]:
        asked = [past.picture("live", n, _waits) for n in (1, 2, 3)]
        return await asyncio.gather(*asked, return_exceptions=True)

    with pytest.raises(Left):
        asyncio.run(past.picture("live", 2, _left))
    first, second, third = asyncio.run(crowd())
    assert orjson.loads(first)["n"] == 1
    assert isinstance(second, Busy)
    assert isinstance(third, Busy)
    assert orjson.loads(asyncio.run(past.picture("live", 1, _left)))["n"] == 1  # it is kept


# --- landmarks


def entry(n: int, kind: Any, **body: Any) -> Entry:
    return Entry(n, f"2026-01-15T15:00:{n:02}.000Z", kind, n, body)


def test_openings_worse_grades_and_states_are_marked_with_the_severity_of_then() -> None:
    severities: dict[str, int] = {}
    landmarks = landmarks_of(
        [
            entry(1, "incident_opened", incident="I-1", severity=2),
            entry(2, "incident_regraded", incident="I-1", severity=1),
            entry(3, "incident_regraded", incident="I-1", severity=3),
            entry(4, "log_written"),
            entry(5, "incident_state_changed", incident="I-1", state="closed"),
        ],
        severities,
    )
    assert [(m.n, m.kind, m.severity) for m in landmarks] == [
        (1, "opened", 2),
        (3, "regraded", 3),
        (5, "state", 3),
    ]
    assert severities == {"I-1": 3}


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(("opened", "state"))), max_size=40))
def test_of_too_many_marks_the_gravest_stay_in_their_order(given: list[tuple[int, Any]]) -> None:
    landmarks = [Landmark(n, "", kind, "I-1", severity) for n, (severity, kind) in enumerate(given)]
    fewer = weightiest(landmarks, 10)
    assert len(fewer) == min(10, len(landmarks))
    assert [m.n for m in fewer] == sorted(m.n for m in fewer)
    gone = [m.severity for m in landmarks if m not in fewer]
    assert max(gone, default=0) <= min((m.severity for m in fewer), default=4)


def test_of_a_moving_object_one_position_in_so_many_seconds_is_played() -> None:
    def position(n: int, second: int, track: str | None) -> Entry:
        shown = {"track": track}
        return Entry(
            n, f"2026-01-15T15:00:{second:02}.000Z", "observation_recorded", n, {"shown": shown}
        )

    entries = [
        position(1, 1, "bus"),
        position(2, 2, "drone"),
        position(3, 3, None),
        position(4, 4, "bus"),
        position(5, 6, "bus"),
    ]
    assert [e.n for e in without_superseded(entries, 5)] == [2, 3, 4, 5]
    assert without_superseded(entries, 0) == entries


# --- the doors


def test_history_tells_its_span_and_its_marks(web: TestClient, evening: Room) -> None:
    told = web.get(f"{API}/history").json()
    first, last = evening.entries[0], evening.entries[-1]
    assert told["first"] == {"n": 1, "at": first.at}
    assert told["last"] == {"n": last.n, "at": last.at}
    assert [(m["kind"], m["incident"]) for m in told["landmarks"] if m["kind"] == "opened"] == [
        ("opened", "I-0001"),
        ("opened", "I-0002"),
    ]
    assert told["landmarks"][-1]["kind"] == "state"


def test_a_moment_is_the_last_entry_before_it(web: TestClient, evening: Room) -> None:
    opened = next(e for e in evening.entries if e.kind == "incident_opened")
    second = next(e for e in evening.entries[opened.n :] if e.kind == "incident_opened")
    between = to_text(from_text(opened.at).replace(microsecond=999_000))
    told = web.get(f"{API}/picture", params={"at": between}).json()
    assert told["type"] == "snapshot"
    assert list(told["situation"]["incidents"]) == ["I-0001"]
    assert told["situation"] == as_shown("live", evening.entries[: told["n"]])
    by_number = web.get(f"{API}/picture", params={"n": second.n}).json()
    assert sorted(by_number["situation"]["incidents"]) == ["I-0001", "I-0002"]
    before = web.get(f"{API}/picture", params={"at": "2020-01-01T00:00:00Z"}).json()
    assert (before["n"], before["situation"]["incidents"]) == (0, {})
    beyond = web.get(f"{API}/picture", params={"n": 10**9}).json()
    assert beyond["n"] == evening.situation.n


def test_what_screens_may_not_see_is_not_in_the_past_either(web: TestClient) -> None:
    page = web.get(f"{API}/entries", params={"after": 0}).json()
    recorded = [e for e in page["entries"] if e["kind"] == "observation_recorded"]
    assert all(set(e["body"]) == {"shown"} for e in recorded)
    assert "X-EXE-101" not in web.get(f"{API}/picture", params={"n": page["n"]}).text
    assert "X-EXE-101" not in web.get(f"{API}/entries", params={"after": 0}).text


def test_entries_come_in_pages(web: TestClient, evening: Room) -> None:
    page = web.get(f"{API}/entries", params={"after": 2, "limit": 3}).json()
    assert [e["n"] for e in page["entries"]] == [3, 4, 5]
    assert page["n"] == 5
    last = evening.situation.n
    assert web.get(f"{API}/entries", params={"after": last}).json() == {"n": last, "entries": []}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/realms/exercise-none/history", 404),
        ("/api/realms/exercise-none/picture?n=1", 404),
        ("/api/realms/exercise-none/entries?after=0", 404),
        (f"{API}/picture", 422),
        (f"{API}/picture?n=1&at=2026-01-15T15:00:00Z", 422),
        (f"{API}/picture?at=2026-01-15T15:00:00", 422),
        (f"{API}/picture?at=then", 422),
        (f"{API}/picture?n=-1", 422),
        (f"{API}/entries?after=0&limit=100000", 422),
    ],
)
def test_a_question_that_makes_no_sense_is_told_so(web: TestClient, path: str, status: int) -> None:
    assert web.get(path).status_code == status


def test_a_house_that_is_busy_says_when_to_come_again(
    web: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_module, "WAITING_MOST", 0)
    answer = web.get(f"{API}/picture", params={"n": 1})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


def test_the_doors_are_in_the_contract() -> None:
    paths = openapi()["paths"]
    assert {f"/api/realms/{{realm}}/{name}" for name in ("history", "picture", "entries")} <= set(
        paths
    )
