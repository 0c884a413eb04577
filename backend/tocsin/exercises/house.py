"""The house of exercises: prepares them, conducts them side by side, takes them up again."""

import logging
import re
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.times import from_text, to_text
from tocsin.engine.engine import Engine
from tocsin.engine.inputs import CommandRefused
from tocsin.exercises.book import exercises_of
from tocsin.exercises.clock import ExerciseClock
from tocsin.exercises.conduct import OVER, Conduct, conduct_book
from tocsin.exercises.conduct.agenda import LEAD_IN, Agenda
from tocsin.exercises.conduct.orders import GOING, check_right, checked_speed
from tocsin.exercises.conduct.script import script_of
from tocsin.exercises.director import Director
from tocsin.exercises.library import Library, NoSuchScenario
from tocsin.exercises.player import Player, Taken
from tocsin.exercises.scenario import Scenario
from tocsin.journal.store import Journal

log = logging.getLogger(__name__)


class ExerciseRealms(Protocol):
    """Where exercises are played: the open realms, and the clocks of those that are exercises."""

    @property
    def engines(self) -> Mapping[str, Engine]: ...
    @property
    def clocks(self) -> Mapping[str, ExerciseClock]: ...


class ExerciseHouse:
    """One in the process that has the engines; every method blocks and may be called on any thread.

    `open_realm` opens an exercise realm at a moment of exercise time.
    """

    def __init__(
        self,
        realms: ExerciseRealms,
        journal: Journal,
        address: BrokerAddress,
        *,
        open_realm: Callable[[str, datetime], Engine],
        taken: Taken,
        wall: Callable[[], datetime],
        library: Library,
    ) -> None:
        self._realms = realms
        self._journal = journal
        self._address = address
        self._open_realm = open_realm
        self._taken = taken
        self._wall = wall
        self._library = library
        self._lock = threading.RLock()
        self._directors: dict[str, Director] = {}

    def recover(self) -> None:
        """Every exercise that is not over goes on from where it was."""
        for realm in self.conducted():
            state, engine = self.conduct(realm).state, self._realms.engines.get(realm)
            told = engine.situation.exercise if engine is not None else None
            if state in OVER and told is not None and told["state"] == state:
                continue
            director = self.director(realm)
            director.tell_room()
            director.start()

    def stop(self) -> None:
        """The process ends, not the exercises."""
        with self._lock:
            for director in self._directors.values():
                director.stop()

    def conducted(self) -> list[str]:
        """Realms of all exercises that were ever prepared here."""
        return exercises_of(self._journal)

    def conduct(self, realm: str) -> Conduct:
        director = self._directors.get(realm)
        return director.conduct if director else conduct_book(self._journal, realm).state

    def carry_out(self, order: dict[str, Any], by: str, capacity: str) -> dict[str, Any]:
        """What the doors ask for; raises CommandRefused, CommandForbidden, JournalUnavailable.

        `prepare` answers {realm}, `call_off` {realms}, any other order to a realm {n}.
        """
        check_right(order, capacity)
        match order.get("order"):
            case "prepare":
                scenario = self._scenario(str(order.get("scenario")))
                realm = self.prepare(scenario, by, speed=checked_speed(order.get("speed", 1)))
                if order.get("start"):
                    self.director(realm).order({"order": "start"}, by, capacity)
                return {"realm": realm}
            case "call_off":
                return {"realms": self._call_off(order, by, capacity)}
        realm = str(order.get("realm"))
        if realm not in self.conducted():
            raise CommandRefused(f"there is no exercise {realm[:60]}", "realm")
        return {"n": self.director(realm).order(order, by, capacity)}

    def prepare(
        self, scenario: Scenario, by: str, *, speed: float = 1, lead_in: timedelta = LEAD_IN
    ) -> str:
        """A new run in a realm of its own, its clock before the first message."""
        script = script_of(scenario)
        with self._lock:
            realm = self._next_realm(scenario.scenario)
            begins = Agenda(scenario).begins(lead_in)
            wall = to_text(self._wall())
            state = {"state": "prepared", "speed": speed, "wall": wall, "by": by, "reason": None}
            conduct_book(self._journal, realm).write(
                to_text(begins),
                ("exercise_prepared", {"realm": realm, "script": script, "wall": wall}),
                ("exercise_steered", state),
            )
            director = self.director(realm)
        director.tell_room()
        director.start()
        return realm

    def director(self, realm: str) -> Director:
        """Of an exercise that was prepared; its realm is opened where it is not."""
        with self._lock:
            if realm in self._directors:
                return self._directors[realm]
            book = conduct_book(self._journal, realm)
            if not book.state.script:
                raise CommandRefused(f"there is no exercise {realm[:60]}", "realm")
            engine = self._realms.engines.get(realm)
            if engine is None:
                engine = self._open_realm(realm, from_text(book.state.at))
            clock = self._realms.clocks[realm]
            clock.stand_at(max(from_text(book.state.at), clock.now()))
            director = Director(
                engine,
                clock,
                book,
                self._journal,
                lambda: Player(realm, self._address, self._taken),
                self._wall,
            )
            self._directors[realm] = director
            return director

    def _scenario(self, name: str) -> Scenario:
        try:
            return self._library.find(name[:60])
        except NoSuchScenario as missing:
            raise CommandRefused(str(missing), "scenario") from None

    def _call_off(self, order: dict[str, Any], by: str, capacity: str) -> list[str]:
        """All that run, or those named, to which a reason is added."""
        named = order.get("realms")
        going = [realm for realm in self.conducted() if named is None or realm in named]
        called = []
        for realm in going:
            state = self.conduct(realm).state
            if state in GOING or (named and state == "called_off"):
                self.director(realm).order(order, by, capacity)
                called.append(realm)
        return called

    def _next_realm(self, scenario: str) -> str:
        prefix = f"exercise-{scenario}-run-"
        taken = {*self._realms.engines, *self.conducted()}
        numbers = [realm.removeprefix(prefix) for realm in taken if realm.startswith(prefix)]
        runs = [int(number) for number in numbers if re.fullmatch(r"\d{1,6}", number)]
        return f"{prefix}{max(runs, default=0) + 1}"
