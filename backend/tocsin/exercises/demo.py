"""The first scenario, played as soon as Tocsin starts, in an exercise realm of its own."""

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Protocol

from tocsin.contract.broker_address import BrokerAddress
from tocsin.engine.engine import Engine
from tocsin.exercises.clock import ExerciseClock
from tocsin.exercises.collection import scenario_folder
from tocsin.exercises.player import Player
from tocsin.exercises.scenario import load_scenario

SCENARIO = "sc-01-convoy-annie-cordy.yaml"
REALM_PREFIX = "exercise-sc-01-run-"
LEAD_IN_S = 8  # of real life, before the first inject


class ExerciseRealms(Protocol):
    """Where exercises are played: the open realms, and the clocks of those that are exercises."""

    @property
    def engines(self) -> Mapping[str, Engine]: ...
    @property
    def clocks(self) -> Mapping[str, ExerciseClock]: ...
    def open_exercise(self, realm: str, at: datetime) -> Engine: ...


class Demo:
    """Goes on with an unfinished run; where the last one is over, a new run has a new realm."""

    def __init__(self, realms: ExerciseRealms, address: BrokerAddress, speed: float) -> None:
        self._scenario = load_scenario(scenario_folder() / SCENARIO)
        self._speed = speed
        runs = sorted(_run_number(r) for r in realms.engines if r.startswith(REALM_PREFIX))
        last = f"{REALM_PREFIX}{runs[-1]}" if runs else None
        if last is not None and not _is_over(realms.engines[last]):
            self.realm = last
        else:
            self.realm = f"{REALM_PREFIX}{runs[-1] + 1 if runs else 1}"
            first = min(map(self._scenario.time_of, self._scenario.injects))
            realms.open_exercise(self.realm, first - timedelta(seconds=LEAD_IN_S * speed))
        self._engine = realms.engines[self.realm]
        self._clock = realms.clocks[self.realm]
        self._player = Player(self._scenario, self.realm, self._clock, address, ended=self._end)

    def start(self) -> None:
        self._clock.run_at(self._speed)
        self._tell("running")
        self._player.start()

    def stop(self) -> None:
        self._player.stop()

    def _end(self) -> None:
        """The last inject is out: say so, and let exercise time stand."""
        self._tell("ended").add_done_callback(lambda _: self._clock.run_at(0))

    def _tell(self, state: str) -> "Future[int]":
        return self._engine.report_exercise(
            {
                "scenario": self._scenario.scenario,
                "title": self._scenario.title.model_dump(),
                "speed": self._speed,
                "state": state,
            }
        )


def _run_number(realm: str) -> int:
    number = realm.removeprefix(REALM_PREFIX)
    return int(number) if number.isdecimal() else 0


def _is_over(engine: Engine) -> bool:
    exercise = engine.situation.exercise
    return exercise is not None and exercise["state"] == "ended"
