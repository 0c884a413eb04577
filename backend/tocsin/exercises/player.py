"""Speaks for the sources of an exercise: through the real broker, one message after the other."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from tocsin.contract import SourceStatus, envelope_for, topics
from tocsin.contract.broker_address import KEEPALIVE_S, BrokerAddress
from tocsin.exercises.scenario import Occurrence
from tocsin.exercises.scenario.occurrences import HEARTBEAT_S

log = logging.getLogger(__name__)

TAKEN_WITHIN_S = 10.0
LOOK_S = 0.2


class Taken:
    """Tells players which of their messages the engines have taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._awaited: dict[tuple[str, bytes], threading.Event] = {}

    def expect(self, topic: str, payload: bytes) -> threading.Event:
        with self._lock:
            return self._awaited.setdefault((topic, payload), threading.Event())

    def forget(self, topic: str, payload: bytes) -> None:
        with self._lock:
            self._awaited.pop((topic, payload), None)

    def __call__(self, topic: str, payload: bytes) -> None:
        """Called on the engines' threads, after their commit."""
        with self._lock:
            event = self._awaited.get((topic, payload))
        if event is not None:
            event.set()


class Player:
    """The client of one exercise; its messages count as played when the engine has taken them.

    What the broker loses goes out again: what was taken already folds as a duplicate.
    """

    def __init__(self, realm: str, address: BrokerAddress, taken: Taken) -> None:
        self._realm = realm
        self._taken = taken
        self._client = address.client(f"tocsin-player-{realm}")
        self._client.reconnect_delay_set(min_delay=1, max_delay=5)
        self._address = address

    def start(self) -> None:
        self._client.connect_async(self._address.host, self._address.port, keepalive=KEEPALIVE_S)
        self._client.loop_start()

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def play(self, one: Occurrence, now: datetime, given_up: Callable[[], bool]) -> bool:
        """Blocks until the engine has taken it; False when given up before."""
        if one.observation is not None:
            observation = one.observation.model_copy(update={"received_at": now})
            payload = envelope_for(observation).model_dump_json(exclude_unset=True).encode()
            topic = topics.observations(self._realm, observation.source)
            return self._send(topic, payload, given_up)
        if one.raw is not None:
            topic = topics.observations(self._realm, one.inject.source)
            return self._send(topic, one.raw, given_up)
        if one.status is not None:
            return self._tell(one.status, given_up)
        return True

    def tell_source(self, source: str, state: str, given_up: Callable[[], bool]) -> bool:
        """What its adapter would say of itself; silence means nothing in an exercise."""
        status = SourceStatus.model_validate(
            {"source": source, "state": state, "adapter": "exercise", "heartbeat_s": HEARTBEAT_S}
        )
        return self._tell(status, given_up)

    def _tell(self, status: SourceStatus, given_up: Callable[[], bool]) -> bool:
        topic = topics.source_status(self._realm, status.source)
        return self._send(topic, status.model_dump_json(exclude_none=True).encode(), given_up)

    def _send(self, topic: str, payload: bytes, given_up: Callable[[], bool]) -> bool:
        event = self._taken.expect(topic, payload)
        try:
            while not given_up():
                if self._client.is_connected():
                    self._client.publish(topic, payload, qos=1)
                    if self._await(event, given_up):
                        return True
                    log.warning("%s: nobody has taken a message yet", self._realm)
                elif event.wait(LOOK_S):
                    return True
            return False
        finally:
            self._taken.forget(topic, payload)

    def _await(self, event: threading.Event, given_up: Callable[[], bool]) -> bool:
        waited = 0.0
        while waited < TAKEN_WITHIN_S and not given_up():
            if event.wait(LOOK_S):
                return True
            waited += LOOK_S
        return event.is_set()
