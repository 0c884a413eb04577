"""Drawn cameras through a real broker: on the exercise clock, as the book says, for its realm."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services import Mosquitto, wait_until
from tocsin.cameras.desk import CameraDesk
from tocsin.cameras.relay import Frame
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.times import to_text
from tocsin.exercises.book import Book
from tocsin.exercises.cameras import brought_by
from tocsin.exercises.cameras.publisher import CameraPublisher
from tocsin.exercises.clock import ExerciseClock
from tocsin.exercises.conduct import Conduct, conduct_book
from tocsin.journal.store import Journal

REALM = "exercise-drawn-run-1"
STARTS = datetime(2026, 1, 15, 15, 40, tzinfo=UTC)
WORDS = {"fr": "Un essai", "nl": "Een proef", "en": "A trial"}


def camera(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": {"fr": name, "nl": name},
        "place": "tunnel:annie-cordy",
        "legal_regime": "trafic_non_surveillance",
        "controller": "Exercice",
        "codes": {"tunnel": "annie-cordy"},
        "shows": ["traffic"],
    }


SCRIPT = {
    "scenario": "drawn",
    "title": WORDS,
    "brief": WORDS,
    "starts": to_text(STARTS),
    "cameras": [camera("cam-exe-1"), camera("cam-exe-2")],
    "injects": [
        {
            "id": "lost",
            "kind": "CAM",
            "source": "camera:exercise",
            "at": "+00:01:00",
            "background": True,
            "scene": {"camera": "cam-exe-1", "fault": "no_image"},
        }
    ],
}


class Exercise:
    """One exercise with its book and clock, its publisher, and the desk of a gateway."""

    def __init__(self, broker: Mosquitto, folder: Path) -> None:
        address = BrokerAddress.parse(broker.url)
        self.journal = Journal.open(f"sqlite:///{folder / 'journal.db'}")
        self.book: Book[Conduct] = conduct_book(self.journal, REALM)
        self.clock = ExerciseClock(STARTS, speed=0)
        self._publisher = CameraPublisher(address, self.journal, lambda: {REALM: self.clock})
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.desk = CameraDesk(
            (),
            folder,
            lambda: {"live", REALM},
            lambda realm: datetime.now(UTC) if realm == "live" else self.clock.now(),
            address,
            of_exercise=brought_by(self.journal),
        )
        self._on_loop(self.desk.start)
        self._publisher.start()

    def write(self, kind: Any, **body: Any) -> None:
        self.book.write(to_text(self.clock.now()), (kind, body))

    def steer(self, state: str) -> None:
        self.write(
            "exercise_steered", state=state, speed=1.0, wall=to_text(STARTS), by="x", reason=None
        )

    def newest(self, name: str) -> Frame | None:
        return self.desk.relay.newest(REALM, name)

    def sequence(self, name: str) -> int:
        frame = self.newest(name)
        return frame.stamp.sequence if frame is not None else 0

    def look(self, *names: str) -> None:
        """Somebody watches these, five pictures a second."""
        viewer = self.desk.relay.viewer(REALM)

        def begin() -> None:
            viewer.__enter__()
            viewer.watch(dict.fromkeys(names, 5.0))

        self._on_loop(begin)

    def close(self) -> None:
        self._publisher.stop()
        self.desk.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.journal.close()

    def _on_loop(self, act: Any) -> None:
        async def once() -> None:
            act()

        asyncio.run_coroutine_threadsafe(once(), self._loop).result(5)


@pytest.fixture
def exercise(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Exercise]:
    exercise = Exercise(mosquitto, tmp_path)
    yield exercise
    exercise.close()


def test_the_cameras_of_an_exercise_are_seen_on_its_own_clock(exercise: Exercise) -> None:
    assert exercise.desk.register.get(REALM) is None
    exercise.write("exercise_prepared", realm=REALM, script=SCRIPT, wall=to_text(STARTS))
    wait_until(lambda: exercise.newest("cam-exe-1") and exercise.newest("cam-exe-2"), timeout=30)
    assert set(exercise.desk.register[REALM]) == {"cam-exe-1", "cam-exe-2"}
    first = exercise.newest("cam-exe-1")
    assert first is not None
    assert first.stamp.captured_at == STARTS
    assert exercise.desk.relay.ages(REALM)["cam-exe-1"] == 0

    exercise.steer("running")
    exercise.clock.run_at(60)
    exercise.look("cam-exe-1", "cam-exe-2")
    wait_until(lambda: exercise.sequence("cam-exe-1") >= 8, timeout=30, message="five a second")
    moving = exercise.newest("cam-exe-1")
    assert moving is not None
    assert moving.stamp.captured_at > STARTS + timedelta(seconds=30)
    assert moving.age_s(exercise.clock.now()) < 90

    exercise.write("inject_told", inject="lost", status="issued", how="clock")
    other = exercise.sequence("cam-exe-2")
    wait_until(lambda: exercise.sequence("cam-exe-2") > other + 6)  # the book is read each second
    stopped = exercise.sequence("cam-exe-1")
    wait_until(lambda: exercise.sequence("cam-exe-2") > other + 12)
    assert exercise.sequence("cam-exe-1") == stopped

    exercise.steer("called_off")
    wait_until(lambda: exercise.desk.relay.ages(REALM)["cam-exe-2"] > 90, message="no more of it")
