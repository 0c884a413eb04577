"""A source that floods is slowed, counted and told of; its neighbours notice nothing."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services import Clock
from source_bench import CONFIG, Bench
from tocsin.sources import Outbox
from tocsin.sources.desk import Stopped, Troubles
from tocsin.sources.pace import Pace


def test_a_seconds_worth_may_come_at_once_and_then_only_the_rate() -> None:
    pace = Pace(10)
    assert [pace.delay_s(0.0) for _ in range(10)] == [0.0] * 10
    assert pace.delay_s(0.0) == pytest.approx(0.1)
    assert pace.delay_s(0.1) == pytest.approx(0.1)
    assert pace.delay_s(5.0) == 0.0


def test_after_a_quiet_time_no_more_than_a_seconds_worth_is_saved_up() -> None:
    pace = Pace(2)
    pace.delay_s(0.0)
    assert [pace.delay_s(3600.0) > 0 for _ in range(3)] == [False, False, True]


def test_a_trouble_with_an_end_goes_by_itself() -> None:
    now = [0.0]
    changes: list[None] = []
    troubles = Troubles(lambda: changes.append(None), lambda: now[0])
    troubles.say("flood", "it floods", 15)
    troubles.say("flood", "it floods", 15)
    troubles.say("intake", "no server")
    assert (troubles.first(), len(changes)) == ("it floods", 2)
    now[0] = 15.0
    assert troubles.first() == "no server"
    troubles.say("intake", None)
    assert troubles.first() is None


@pytest.fixture
def slow(tmp_path: Path, clock: Clock) -> Iterator[Bench]:
    """Fifty messages a second, on a clock that stands still between them."""
    config = CONFIG.model_copy(update={"messages_per_s": 50.0})
    bench = Bench(Outbox(tmp_path / "o.sqlite", 10**7), clock, config=config)
    bench.desk._steady = lambda: 0.0
    yield bench
    bench.close()


def test_a_flood_is_slowed_and_said(slow: Bench) -> None:
    for number in range(50):
        slow.desk.take(str(number).encode(), "x")
    assert slow.troubles.first() is None
    began = time.monotonic()
    for number in range(50, 54):
        slow.desk.take(str(number).encode(), "x")
    assert time.monotonic() - began > 0.19  # 20, 40, 60, 80 ms
    assert "more than 50 messages a second" in (slow.troubles.first() or "")
    assert len(slow.facts()) == 54  # slowed, not dropped


def test_a_source_that_is_slowed_can_still_be_stopped(slow: Bench) -> None:
    for number in range(50):
        slow.desk.take(str(number).encode(), "x")
    slow.stop.set()
    with pytest.raises(Stopped):
        slow.desk.take(b"late", "x")
    assert len(slow.facts()) == 50


def test_of_a_flood_of_garbage_a_part_is_reported_and_the_rest_counted(slow: Bench) -> None:
    for _ in range(12):
        slow.desk.take(b"\n".join([b"bad"] * 40), "x")
    reports = slow.reports()
    assert len(reports) == 10 * 21  # 200 one by one, and how many more of each message
    slow.desk._steady = lambda: 10.0
    slow.desk.take(b"bad", "x")
    assert slow.reports()[-1]["message"] == "and 80 more before this message"
    assert slow.tally.rejected == 13


def test_beside_a_flood_a_calm_source_is_read_as_ever(tmp_path: Path, clock: Clock) -> None:
    config = CONFIG.model_copy(update={"messages_per_s": 20.0})
    flooded = Bench(Outbox(tmp_path / "flooded.sqlite", 10**8), clock, config=config)
    calm = Bench(Outbox(tmp_path / "calm.sqlite", 10**7), clock)
    flooding = threading.Event()

    class Flood:
        def run(self, desk: object, stop: threading.Event) -> None:
            while not stop.is_set():
                flooded.desk.take(b"\n".join([b"bad"] * 40), "x")
                if flooded.tally.received > 40:
                    flooding.set()

    flooded.run(Flood())
    try:
        assert flooding.wait(30)
        slowest = 0.0
        for number in range(20):
            began = time.monotonic()
            calm.desk.take(str(number).encode(), "x")
            slowest = max(slowest, time.monotonic() - began)
        assert slowest < 5.0
        assert calm.facts() == [str(number) for number in range(20)]
        assert calm.troubles.first() is None
        assert "messages a second" in (flooded.troubles.first() or "")
    finally:
        flooded.close()
        calm.close()
