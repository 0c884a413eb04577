"""The single writer: nothing is acknowledged before it is on disk, and nothing stops it unseen."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from deciding import observation
from services import Clock, wait_until
from tocsin.contract import SourceStatus, envelope_for, topics
from tocsin.contract.times import to_text
from tocsin.engine import engine as engine_module
from tocsin.engine.engine import Engine
from tocsin.engine.inputs import CommandRefused
from tocsin.ingest.receiver import Arrived, examine_arrival
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal, JournalError, JournalForked, JournalUnavailable
from tocsin.situation.picture import Situation, picture
from tocsin.situation.restore import SHAPE

REALM = "live"
FULL = JournalUnavailable("The journal's disk is full.", "full")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "RETRY_S", 0.005)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield journal
    journal.close()


class Troubled:
    """A journal whose next calls of one method fail as told; everything else is the real one."""

    def __init__(self, journal: Journal, method: str, failures: Sequence[Exception]) -> None:
        self._journal = journal
        self._method = method
        self.failures = list(failures)

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._journal, name)
        if name != self._method:
            return act

        def perhaps(*args: Any, **kwargs: Any) -> Any:
            if self.failures:
                raise self.failures.pop(0)
            return act(*args, **kwargs)

        return perhaps


class House:
    """An engine at work, what it acknowledged and what it announced."""

    def __init__(self, journal: Any, clock: Clock) -> None:
        self.acknowledged: list[str] = []
        self.announced: list[Entry] = []
        self.journal = journal
        self.engine = Engine(
            REALM,
            journal,
            clock=clock.now,
            examine=examine_arrival(REALM),
            announce=self._announce,
        )
        self.engine.load()

    def _announce(self, realm: str, entries: Sequence[Entry], situation: Situation) -> None:
        assert entries[-1].n == situation.n
        self.announced += entries

    def arrive(self, name: str, payload: bytes, topic: str | None = None) -> None:
        address = topic or topics.observations(REALM, "cad:112")
        self.engine.arrive(Arrived(address, payload, lambda: self.acknowledged.append(name)))

    def observe(self, name: str, **given: Any) -> None:
        event = envelope_for(observation(name, **given))
        self.arrive(name, event.model_dump_json(exclude_unset=True).encode())

    def all_acknowledged(self, number: int) -> None:
        wait_until(
            lambda: len(self.acknowledged) == number, message=lambda: f"got {self.acknowledged}"
        )


@pytest.fixture
def house(journal: Journal, clock: Clock) -> Iterator[Callable[..., House]]:
    started: list[House] = []

    def build(over: Any = None, *, start: bool = True) -> House:
        house = House(over or journal, clock)
        started.append(house)
        if start:
            house.engine.start()
        return house

    yield build
    for house in started:
        house.engine.stop()


def test_what_arrives_is_recorded_announced_and_acknowledged_in_order(
    house: Callable[..., House], journal: Journal
) -> None:
    room = house()
    for number in range(5):
        room.observe(f"call-{number}")

    room.all_acknowledged(5)

    assert room.acknowledged == [f"call-{n}" for n in range(5)]
    assert journal.read(REALM, after=0, limit=100) == room.announced
    assert room.engine.health.recorded == room.engine.health.received == 5


def test_nothing_is_acknowledged_before_the_journal_has_it(
    house: Callable[..., House], journal: Journal
) -> None:
    heads: list[int] = []
    room = house(start=False)
    event = envelope_for(observation("call-1")).model_dump_json(exclude_unset=True).encode()
    topic = topics.observations(REALM, "cad:112")
    room.engine.arrive(Arrived(topic, event, lambda: heads.append(journal.head(REALM).n)))

    room.engine.start()

    wait_until(lambda: heads)
    assert heads == [2]


def test_while_the_journal_is_stuck_nothing_is_acknowledged_and_it_says_so(
    house: Callable[..., House], journal: Journal, clock: Clock
) -> None:
    stuck = Troubled(journal, "commit", [FULL] * 1_000_000)
    room = house(stuck)
    for number in range(3):
        room.observe(f"call-{number}")

    health = room.engine.health
    wait_until(lambda: len(stuck.failures) < 1_000_000 - 3)
    assert (health.stuck_since, health.trouble) == (to_text(clock.now()), str(FULL))
    assert room.acknowledged == room.announced == []
    assert room.engine.situation.n == 0

    stuck.failures.clear()

    room.all_acknowledged(3)
    assert room.acknowledged == ["call-0", "call-1", "call-2"]
    assert (health.stuck_since, health.trouble, health.stopped) == (None, None, False)
    assert journal.read(REALM, after=0, limit=100) == room.announced


def test_looking_for_duplicates_waits_for_the_journal_too(
    house: Callable[..., House], journal: Journal
) -> None:
    room = house(Troubled(journal, "known_keys", [FULL] * 3))
    room.observe("call-1")

    room.all_acknowledged(1)
    assert room.engine.health.recorded == 1


def test_stopping_while_the_journal_is_stuck_leaves_everything_unacknowledged(
    house: Callable[..., House], journal: Journal
) -> None:
    stuck = Troubled(journal, "commit", [FULL] * 1_000_000)
    room = house(stuck)
    room.observe("call-1")
    wait_until(lambda: room.engine.health.stuck_since)

    room.engine.stop()

    assert room.acknowledged == []
    assert journal.head(REALM).n == 0


def test_duplicates_are_acknowledged_counted_and_recorded_once(
    house: Callable[..., House], journal: Journal
) -> None:
    room = house(start=False)
    for _ in range(3):  # in one batch, and again after it
        room.observe("call-1")
    room.engine.start()
    room.all_acknowledged(3)
    room.observe("call-1")
    room.all_acknowledged(4)

    assert (room.engine.health.recorded, room.engine.health.duplicates) == (1, 3)
    assert [e.kind for e in room.announced].count("observation_recorded") == 1


def test_the_same_id_from_another_source_is_no_duplicate(house: Callable[..., House]) -> None:
    room = house()
    room.observe("call-1")
    other = envelope_for(observation("call-1", source="cad:siamu"))
    room.arrive("other", other.model_dump_json().encode(), topics.observations(REALM, "cad:siamu"))

    room.all_acknowledged(2)
    assert room.engine.health.recorded == 2


def test_a_bad_message_is_quarantined_with_its_bytes_and_blocks_nothing(
    house: Callable[..., House], journal: Journal
) -> None:
    room = house(start=False)
    room.observe("before")
    room.arrive("bad", b"{not json")
    room.observe("after")
    room.engine.start()

    room.all_acknowledged(3)

    [row] = journal.quarantine(REALM, limit=10)
    assert (row.reason, row.count) == ("not_json", 1)
    assert journal.quarantine_raw(REALM, row.id) == b"{not json"
    health = room.engine.health
    assert (health.received, health.recorded, health.quarantined) == (3, 2, 1)


@pytest.fixture
def brittle(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """A rule that breaks on one observation, until it is repaired."""
    decide_all = engine_module.decide_all

    def broken(situation: Situation, inputs: Any) -> Any:
        given = list(inputs)
        if any(getattr(getattr(g, "observation", None), "headline", "") == "poison" for g in given):
            raise ZeroDivisionError("a rule divides by zero")
        return decide_all(situation, given)

    def set_broken(yes: bool) -> None:
        monkeypatch.setattr(engine_module, "decide_all", broken if yes else decide_all)

    set_broken(True)
    return set_broken


def test_what_breaks_a_rule_goes_to_quarantine_and_the_others_of_its_batch_are_kept(
    house: Callable[..., House], journal: Journal, brittle: Callable[[bool], None]
) -> None:
    room = house(start=False)
    room.observe("before")
    room.observe("bad", headline="poison")
    room.observe("after")
    room.engine.start()

    room.all_acknowledged(3)

    [entry] = [e for e in room.announced if e.kind == "message_quarantined"]
    assert (entry.body["reason"], entry.body["source"]) == ("engine_failed", "cad:112")
    assert "ZeroDivisionError" in entry.body["detail"]
    recorded = [s.external_id for s in room.engine.situation.observations.values()]
    assert sorted(recorded) == ["after", "before"]
    health = room.engine.health
    assert (health.recorded, health.quarantined) == (2, 1)


def test_what_broke_a_rule_is_not_lost_its_content_lies_in_the_quarantine(
    house: Callable[..., House], journal: Journal, brittle: Callable[[bool], None]
) -> None:
    room = house()
    room.observe("bad", headline="poison")
    room.all_acknowledged(1)

    [row] = journal.quarantine(REALM, limit=10)
    raw = journal.quarantine_raw(REALM, row.id)
    assert (row.reason, row.size) == ("engine_failed", len(raw or b""))
    assert json.loads(raw or b"")["external_id"] == "bad"


def test_after_a_repair_what_broke_a_rule_may_come_again(
    house: Callable[..., House], brittle: Callable[[bool], None]
) -> None:
    room = house()
    room.observe("bad", headline="poison")
    room.all_acknowledged(1)
    brittle(False)

    room.observe("bad", headline="poison")
    room.all_acknowledged(2)

    assert (room.engine.health.recorded, room.engine.health.duplicates) == (1, 0)


def test_a_second_writer_stops_the_first_and_it_says_so(
    house: Callable[..., House], journal: Journal
) -> None:
    """Two engines on one realm would be two truths."""
    first, second = house(), house()
    second.observe("call-1")
    second.all_acknowledged(1)

    first.observe("call-2")

    health = first.engine.health
    wait_until(lambda: health.stopped)
    assert first.acknowledged == []
    assert "entry" in (health.trouble or "")
    assert health.stuck_since is not None
    assert not first.announced
    with pytest.raises(JournalUnavailable):
        first_order(first).result(timeout=5)


def first_order(room: House) -> Any:
    """An order that is given when nobody works any more."""
    return room.engine.command({"command": "undo", "entry": 1}, "me")


@pytest.mark.parametrize(
    "trouble",
    [JournalError("The journal cannot hold this."), JournalForked("forked"), TypeError("odd")],
)
def test_an_engine_that_cannot_go_on_never_dies_in_silence(
    house: Callable[..., House], journal: Journal, trouble: Exception
) -> None:
    room = house(Troubled(journal, "commit", [trouble]))
    room.observe("call-1")

    wait_until(lambda: room.engine.health.stopped)
    assert str(trouble) in (room.engine.health.trouble or "")
    assert room.acknowledged == []


def test_a_command_is_answered_with_the_number_of_its_last_entry(
    house: Callable[..., House], journal: Journal
) -> None:
    room = house()
    room.observe("first")
    room.observe("second")
    room.all_acknowledged(2)
    [joined] = [e for e in room.announced if e.kind == "observation_joined"]

    n = room.engine.command({"command": "undo", "entry": joined.n}, "me").result(timeout=10)

    assert n == journal.head(REALM).n == room.engine.situation.n
    assert len(list(room.engine.situation.incidents)) == 2


def test_a_command_that_does_not_fit_is_answered_with_the_reason(
    house: Callable[..., House], journal: Journal
) -> None:
    room = house()

    with pytest.raises(CommandRefused) as refused:
        room.engine.command({"command": "undo", "entry": 5}, "me").result(timeout=10)

    assert refused.value.field == "entry"
    assert journal.head(REALM).n == 0


def test_a_command_that_breaks_a_rule_is_answered_and_not_carried_out(
    house: Callable[..., House], journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(situation: Situation, inputs: Any) -> Any:
        raise ZeroDivisionError("a rule divides by zero")

    room = house()
    monkeypatch.setattr(engine_module, "decide_all", broken)

    with pytest.raises(CommandRefused):
        room.engine.command({"command": "undo", "entry": 5}, "me").result(timeout=10)

    assert not room.engine.health.stopped
    assert journal.head(REALM).n == 0


def test_a_command_nobody_waits_for_any_more_does_not_stop_the_engine(
    house: Callable[..., House], journal: Journal
) -> None:
    """The web gives up after 10 s; the journal may be stuck for longer."""
    stuck = Troubled(journal, "commit", [FULL] * 1_000_000)
    room = house(stuck)
    room.observe("call-1")
    wait_until(lambda: room.engine.health.stuck_since)
    order = room.engine.command({"command": "undo", "entry": 2}, "me")
    assert order.cancel()

    stuck.failures.clear()
    room.all_acknowledged(1)
    room.observe("call-2")

    room.all_acknowledged(2)
    assert not room.engine.health.stopped
    assert "command_received" not in {e.kind for e in room.announced}


def test_a_command_in_hand_is_carried_out_even_if_nobody_waits(
    house: Callable[..., House], journal: Journal
) -> None:
    stuck = Troubled(journal, "commit", [])
    room = house(stuck)
    room.observe("first")
    room.observe("second")
    room.all_acknowledged(2)
    [joined] = [e for e in room.announced if e.kind == "observation_joined"]
    stuck.failures += [FULL] * 1_000_000
    order = room.engine.command({"command": "undo", "entry": joined.n}, "me")
    wait_until(lambda: room.engine.health.stuck_since)

    assert not order.cancel()

    stuck.failures.clear()
    assert order.result(timeout=10) == journal.head(REALM).n


def test_a_source_falls_silent_and_comes_back(
    house: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "TICK_S", 0.01)
    room = house()
    status = SourceStatus(source="cad:112", state="online", heartbeat_s=0.02)

    def tell() -> None:
        topic = topics.source_status(REALM, "cad:112")
        room.arrive("status", status.model_dump_json(exclude_none=True).encode(), topic)

    def state() -> str:
        view = room.engine.situation.sources.get("cad:112")
        return view.state if view else "unknown"

    tell()
    wait_until(lambda: state() == "silent")
    tell()
    wait_until(lambda: [e.kind for e in room.announced].count("source_changed") >= 3)
    assert [e.body["source"]["state"] for e in room.announced if e.kind == "source_changed"][
        :3
    ] == ["online", "silent", "online"]


def test_a_restart_continues_with_the_same_picture(
    house: Callable[..., House], journal: Journal
) -> None:
    first = house()
    for number in range(4):
        first.observe(f"call-{number}", facts={"fire": True})
    first.all_acknowledged(4)
    first.engine.stop()

    second = house()

    assert picture(second.engine.situation) == picture(first.engine.situation)
    second.observe("call-3")
    second.observe("call-4")
    second.all_acknowledged(2)
    assert (second.engine.health.duplicates, second.engine.situation.incidents["I-0001"].count) == (
        1,
        5,
    )


def test_a_snapshot_is_written_and_a_start_from_it_is_the_same(
    house: Callable[..., House], journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "SNAPSHOT_EVERY", 4)
    first = house()
    for number in range(6):
        first.observe(f"call-{number}")
        first.all_acknowledged(number + 1)
    first.engine.stop()

    snapshot = journal.snapshot(REALM, SHAPE)

    assert snapshot is not None
    assert 4 <= snapshot.n <= journal.head(REALM).n
    assert picture(house(start=False).engine.situation) == picture(first.engine.situation)


@pytest.mark.parametrize("method", ["head", "save_snapshot"])
def test_a_snapshot_that_cannot_be_written_costs_nothing(
    house: Callable[..., House], journal: Journal, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr(engine_module, "SNAPSHOT_EVERY", 1)
    room = house(Troubled(journal, method, [FULL] * 3))
    room.observe("call-1")

    room.all_acknowledged(1)
    assert not room.engine.health.stopped


def test_a_message_that_nobody_thought_of_does_not_stop_the_engine(
    house: Callable[..., House], journal: Journal
) -> None:
    """Found by these tests: each of them once ended the engine's thread, and came again."""
    room = house(start=False)
    odd: dict[str, Any] = {
        "huge": {"attributes": {"number": 10**30}},
        "nested": {"attributes": {"number": [{"deep": -(2**63) - 1}]}},
        "before time": {"observed_at": "0001-01-01T00:00:00+14:00"},
        "after time": {"sent_at": "9999-12-31T23:59:59-12:00"},
        "not a number": {"attributes": {"number": float("nan")}},
    }
    for name, changes in odd.items():
        data = {"source": "cad:112", "external_id": name, "kind": "event"} | changes
        event = {
            "specversion": "1.0",
            "id": name,
            "source": "cad:112",
            "type": "brussels.tocsin.observation.v1",
            "data": data,
        }
        room.arrive(name, json.dumps(event).encode())
    status = {"source": "cad:112", "state": "online", "outbox": 10**30}
    room.arrive("status", json.dumps(status).encode(), topics.source_status(REALM, "cad:112"))
    room.observe("an ordinary call")
    room.engine.start()

    room.all_acknowledged(len(odd) + 2)

    assert not room.engine.health.stopped
    assert room.engine.health.quarantined == len(odd)
    assert {s.external_id for s in room.engine.situation.observations.values()} == {
        "not a number",
        "an ordinary call",
    }
