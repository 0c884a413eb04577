"""Plays a scenario into its realm through the real broker, as its sources would."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

from tocsin.contract import Observation, SourceStatus, envelope_for, topics
from tocsin.contract.broker_address import KEEPALIVE_S, BrokerAddress
from tocsin.exercises.clock import ExerciseClock
from tocsin.exercises.scenario import Inject, Scenario

log = logging.getLogger(__name__)

HEARTBEAT_S = 10.0
PUBLISHED_TIMEOUT_S = 5.0


class Player:
    """Injects go out when the exercise clock reaches them; the broker's PUBACK counts as played.

    Starting in the middle plays what lies behind again at once: duplicates fold.
    """

    def __init__(
        self,
        scenario: Scenario,
        realm: str,
        clock: ExerciseClock,
        address: BrokerAddress,
        *,
        ended: Callable[[], None],
    ) -> None:
        self._scenario = scenario
        self._realm = realm
        self._clock = clock
        self._ended = ended
        self._stop = threading.Event()
        self._client = address.client(f"tocsin-player-{realm}")
        self._client.reconnect_delay_set(min_delay=1, max_delay=5)
        self._address = address
        self._thread = threading.Thread(target=self._run, name=f"player {realm}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        self._client.connect_async(self._address.host, self._address.port, keepalive=KEEPALIVE_S)
        self._client.loop_start()
        try:
            for inject in self._injects():
                if not self._wait_for(self._scenario.time_of(inject)):
                    return
                if not self._publish_until_taken(inject):
                    return
            self._ended()
        finally:
            self._tell_sources("offline")
            self._client.disconnect()
            self._client.loop_stop()

    def _injects(self) -> Iterator[Inject]:
        return iter(sorted(self._scenario.injects, key=self._scenario.time_of))

    def _wait_for(self, moment: datetime) -> bool:
        """Sleep until the exercise is there, with a heartbeat now and then; False when stopped."""
        self._tell_sources("online")
        while (left := self._clock.seconds_until(moment)) > 0:
            if self._stop.wait(min(left, HEARTBEAT_S)):
                return False
            if left > HEARTBEAT_S:
                self._tell_sources("online")
        return not self._stop.is_set()

    def _publish_until_taken(self, inject: Inject) -> bool:
        payload = envelope_for(self._observation(inject)).model_dump_json(exclude_unset=True)
        topic = topics.observations(self._realm, inject.source)
        while not self._stop.is_set():
            if self._client.is_connected():
                message = self._client.publish(topic, payload, qos=1)
                try:
                    message.wait_for_publish(PUBLISHED_TIMEOUT_S)
                except (RuntimeError, ValueError) as trouble:
                    log.warning("%s: %s waits: %s", self._realm, inject.id, trouble)
                if message.is_published():
                    return True
            self._stop.wait(0.2)
        return False

    def _observation(self, inject: Inject) -> Observation:
        return self._scenario.observation_of(inject, received_at=self._clock.now())

    def _tell_sources(self, state: str) -> None:
        if not self._client.is_connected():
            return  # a heartbeat that comes late would be a lie
        for source in sorted({inject.source for inject in self._scenario.injects}):
            status = SourceStatus.model_validate(
                {
                    "source": source,
                    "state": state,
                    "adapter": "exercise",
                    "heartbeat_s": HEARTBEAT_S * 2,
                }
            )
            self._client.publish(
                topics.source_status(self._realm, source),
                status.model_dump_json(exclude_none=True),
                qos=1,
                retain=False,
            )
