"""Draws what the cameras of running exercises see, and publishes it as real cameras' pictures are.

Everything it needs stands in the books of the exercises: after a restart it shows what was shown.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from pydantic import ValidationError

from tocsin.contract import topics
from tocsin.contract.broker_address import KEEPALIVE_S, BrokerAddress
from tocsin.contract.demand import Demand
from tocsin.contract.frame import FrameStamp
from tocsin.exercises.book import Book
from tocsin.exercises.cameras.scenes import Showing, showing
from tocsin.exercises.clock import ExerciseClock
from tocsin.exercises.conduct import Conduct, conduct_book
from tocsin.exercises.scenario import Scenario
from tocsin.exercises.scenario.models import ExerciseCamera
from tocsin.journal.store import Journal, JournalError

log = logging.getLogger(__name__)

LOOK_S = 1.0  # at the books
TICK_S = 0.05
IDLE_S = 10.0  # between pictures that nobody looks at, at the speed of life
IDLE_EXERCISE_S = 60.0  # of the exercise: at a higher speed a picture grows old sooner
LEAST_S = 1.0
MOST_FPS = 5.0  # drawings change little from one to the next
FILMS = frozenset({"prepared", "running", "paused"})

Clocks = Callable[[], Mapping[str, ExerciseClock]]


class _Lens:
    """One camera: what it shows, when its next picture is due."""

    def __init__(self, camera: ExerciseCamera, first: Showing) -> None:
        self.camera = camera
        self.showing = first
        self.demand = Demand()
        self.sequence = 0
        self.drawn_at = float("-inf")

    def is_due(self, now_s: float, wall: datetime, speed: float) -> bool:
        fps = min(MOST_FPS, self.demand.fps(wall))
        idle = min(IDLE_S, max(LEAST_S, IDLE_EXERCISE_S / speed)) if speed > 0 else IDLE_S
        return now_s >= self.drawn_at + (1 / fps if fps > 0 else idle)


class _Film:
    """The cameras of one exercise, kept up with its book."""

    def __init__(self, realm: str, book: Book[Conduct]) -> None:
        self.realm = realm
        self.lenses: dict[str, _Lens] = {}
        self.runs = False
        self._book = book
        self._script: Mapping[str, object] | None = None
        self._scenario: Scenario | None = None
        self._n = -1

    def look(self) -> None:
        """Raises JournalError, ValidationError."""
        conduct = self._book.refresh()
        if conduct.n == self._n:
            return
        self._n = conduct.n
        self.runs = conduct.state in FILMS and bool(conduct.script)
        if not self.runs:
            return
        if conduct.script is not self._script:
            self._scenario = Scenario.model_validate(conduct.script)
            self._script = conduct.script
        if self._scenario is not None:
            self._show(self._scenario, conduct)

    def _show(self, scenario: Scenario, conduct: Conduct) -> None:
        for camera in scenario.cameras:
            shown = showing(scenario, camera, conduct.runs)
            lens = self.lenses.get(camera.id)
            if lens is None:
                self.lenses[camera.id] = _Lens(camera, shown)
            elif lens.showing != shown:
                lens.showing = shown
                lens.drawn_at = float("-inf")


class CameraPublisher:
    """One thread for all exercises of this process; `clocks` are those of their realms.

    It publishes no observation: what a source says of a camera is the scenario's to say.
    """

    def __init__(self, address: BrokerAddress, journal: Journal, clocks: Clocks) -> None:
        self._address = address
        self._journal = journal
        self._clocks = clocks
        self._films: dict[str, _Film] = {}
        self._stop = threading.Event()
        client = address.client(f"tocsin-drawn-cameras-{uuid.uuid4().hex[:12]}")
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        self._client = client
        self._thread = threading.Thread(target=self._run, name="drawn cameras", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        self._client.connect_async(self._address.host, self._address.port, keepalive=KEEPALIVE_S)
        self._client.loop_start()
        look_at = 0.0
        try:
            while not self._stop.wait(TICK_S):
                now_s = time.monotonic()
                if now_s >= look_at:
                    look_at = now_s + LOOK_S
                    self._look()
                if self._client.is_connected():
                    self._film(now_s)
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def _look(self) -> None:
        for realm in tuple(self._clocks()):
            try:
                film = self._films.get(realm)
                if film is None:
                    film = _Film(realm, conduct_book(self._journal, realm))
                    self._films = {**self._films, realm: film}
                film.look()
            except (JournalError, ValidationError) as trouble:
                log.warning("the cameras of %s show what they showed: %s", realm, trouble)

    def _film(self, now_s: float) -> None:
        wall, clocks = datetime.now(UTC), self._clocks()
        for film in self._films.values():
            clock = clocks.get(film.realm)
            if not film.runs or clock is None:
                continue
            for lens in film.lenses.values():
                if not lens.showing.no_image and lens.is_due(now_s, wall, clock.speed):
                    lens.drawn_at = now_s
                    self._publish(film.realm, lens, clock.now())
                    if self._stop.is_set():
                        return

    def _publish(self, realm: str, lens: _Lens, at: datetime) -> None:
        # Here, as only a house with exercises needs to load what draws.
        from tocsin.exercises.cameras.painter import frame_of
        from tocsin.exercises.cameras.stages import HEIGHT, WIDTH

        lens.sequence += 1
        name = lens.camera.id
        stamp = FrameStamp(name, at, lens.sequence, WIDTH, HEIGHT, realm)
        frame = frame_of(lens.camera, lens.showing, at, stamp)
        self._client.publish(topics.camera_frame(realm, name), frame, qos=0)

    def _on_connect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            log.error("%s refuses the drawn cameras: %s", self._address, reason)
        else:
            client.subscribe(topics.ALL_DEMANDS, qos=0)

    def _on_message(self, client: mqtt.Client, userdata: object, message: mqtt.MQTTMessage) -> None:
        parts = message.topic.split("/")
        film = self._films.get(parts[2])
        lens = film.lenses.get(parts[4]) if film is not None else None
        if lens is not None:
            lens.demand.hear(bytes(message.payload), datetime.now(UTC))
