"""Exercise time is what the coordinator made it, and it never runs backwards."""

from datetime import UTC, datetime, timedelta

from tocsin.exercises.clock import ExerciseClock

START = datetime(2026, 1, 15, 15, 32, tzinfo=UTC)


class Life:
    """Real life, in seconds, at the test's command."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_it_stands_still_until_it_is_run():
    life = Life()
    clock = ExerciseClock(START, 0, life)
    life.seconds += 3600

    assert clock.now() == START
    assert float("inf") == clock.seconds_until(START + timedelta(seconds=1))


def test_it_runs_as_many_times_faster_as_asked_from_where_it_is():
    life = Life()
    clock = ExerciseClock(START, 6, life)
    life.seconds += 10
    clock.run_at(1)
    life.seconds += 5

    assert START + timedelta(seconds=65) == clock.now()


def test_it_tells_how_long_life_has_to_wait():
    clock = ExerciseClock(START, 6, Life())

    assert clock.seconds_until(START + timedelta(seconds=60)) == 10.0
    assert clock.seconds_until(START - timedelta(seconds=1)) == 0.0
