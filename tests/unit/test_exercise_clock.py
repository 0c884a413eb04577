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


def test_it_stands_at_its_barrier_and_goes_on_from_there():
    """A slow step makes the exercise later, never a leap in it."""
    life = Life()
    clock = ExerciseClock(START, 60, life)
    clock.run_until(START + timedelta(seconds=5))
    life.seconds += 10

    assert START + timedelta(seconds=5) == clock.now()

    clock.run_until(START + timedelta(seconds=10))
    life.seconds += 0.05
    assert START + timedelta(seconds=8) == clock.now()


def test_it_can_be_put_at_a_moment_and_stands_there():
    life = Life()
    clock = ExerciseClock(START, 60, life)
    clock.stand_at(START + timedelta(hours=1))
    life.seconds += 10

    assert START + timedelta(hours=1) == clock.now()
