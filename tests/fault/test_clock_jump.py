"""The machine's clock is set back an hour while the room works."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from publishing import message, numbered, observed
from services import Clock, wait_until
from tocsin.engine.engine import Engine
from tocsin.engine.replay import replay_journal
from tocsin.ingest.receiver import Arrived, examine_arrival
from tocsin.journal.store import Journal, Verified


def test_the_times_of_entries_never_run_backwards(tmp_path: Path, clock: Clock) -> None:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    engine = Engine(
        "live",
        journal,
        clock=clock.now,
        examine=examine_arrival("live"),
        announce=lambda realm, entries, situation: None,
    )
    engine.load()
    engine.start()
    acknowledged: list[Any] = []

    def take(external_id: str) -> None:
        topic, payload = message(observed(external_id, observed_at=clock.now()))
        engine.arrive(Arrived(topic, payload, lambda: acknowledged.append(external_id)))
        wait_until(lambda: external_id in acknowledged)

    for external_id in numbered("before", 0, 5):
        clock.advance(1)
        take(external_id)
    highest = engine.situation.at
    clock.advance(-timedelta(hours=1).total_seconds())
    for external_id in numbered("after", 0, 5):
        clock.advance(1)
        take(external_id)
    engine.stop()

    entries = journal.read("live", after=0, limit=1000)
    times = [entry.at for entry in entries]
    assert times == sorted(times)
    assert times[-1] == highest, "the room's time stands until the clock has caught up"
    assert len({e.body["id"] for e in entries if e.kind == "observation_recorded"}) == 10
    assert isinstance(journal.verify("live"), Verified)
    assert replay_journal(journal, "live") is None
    journal.close()
