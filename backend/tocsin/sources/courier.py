"""Carries the outbox to the broker, in order, and tells how the source is."""

import logging
import sqlite3
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any, Literal

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTErrorCode

from tocsin.contract import SourceStatus, topics
from tocsin.contract.broker_address import KEEPALIVE_S, BrokerAddress
from tocsin.sources.backoff import Backoff
from tocsin.sources.config import SourceConfig
from tocsin.sources.desk import Clock, Tally, Troubles
from tocsin.sources.outbox import Kept, Outbox

State = Literal["online", "catching_up", "offline"]
log = logging.getLogger(__name__)
WINDOW = 100
MAX_FLYING_BYTES = 16 * 1024 * 1024  # raw messages may be megabytes each
CONNECT_S = 10.0
FAREWELL_S = 2.0
TURN_S = 0.2


class Courier:
    """One connection after another, each from the head of the outbox.

    What was under way when the last one broke is sent again (QoS 1) rather than lost.
    """

    def __init__(
        self,
        address: BrokerAddress,
        config: SourceConfig,
        adapter_name: str,
        outbox: Outbox,
        tally: Tally,
        clock: Clock,
        backoff: Backoff,
        facts: str | None = None,
    ) -> None:
        """`facts`: the topic whose messages are counted as published; default: observations."""
        self._address = address
        self._config = config
        self._adapter_name = adapter_name
        self._outbox = outbox
        self._tally = tally
        self._clock = clock
        self._backoff = backoff
        self._wake = threading.Event()
        self._outage = outbox.count > 0  # the last process left something behind
        self.troubles = Troubles(self.wake)
        self._facts = facts or topics.observations(config.realm, config.source)
        self._status = topics.source_status(config.realm, config.source)

    def wake(self) -> None:
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self._one_connection(stop)
            except Exception as trouble:  # a disk that fails, above all; it may come back
                log.exception("%s: sending failed and starts anew", self._config.source)
                said = str(trouble) if isinstance(trouble, sqlite3.Error) else "see the log"
                self.troubles.say("sending", f"sending failed: {said}")
            if not stop.is_set():
                stop.wait(self._backoff.next_s())

    def _one_connection(self, stop: threading.Event) -> None:
        connection = self._connected()
        if connection is not None:
            try:
                self._serve(connection, stop)
            finally:
                self._outage = True
                connection.close()

    def _connected(self) -> "_Connection | None":
        will = self._say("offline", will=True)
        name = f"tocsin-{self._config.realm}-{self._config.source}"
        # The same name each time: the broker drops our dead predecessor before it welcomes us, so
        # that its last will cannot come after our first word.
        client = self._address.client(name, window=WINDOW, reconnects=False)
        client.will_set(self._status, will, qos=1, retain=True)
        connection = _Connection(client, self.wake)
        trouble = connection.open(self._address)
        if trouble is None:
            log.info("%s: connected to the broker %s", self._config.source, self._address)
            return connection
        self._outage = True
        log.warning("%s: no broker at %s: %s", self._config.source, self._address, trouble)
        connection.close()
        return None

    def _serve(self, connection: "_Connection", stop: threading.Event) -> None:
        backlog_ends = self._outbox.newest_seq() if self._outage else 0
        self._outage = False
        sent_up_to = 0
        told: tuple[str, str | None] = ("", None)
        told_at = 0.0
        while connection.alive and not stop.is_set():
            self._wake.clear()
            self._take_off(connection)
            oldest = self._outbox.oldest()
            state: State = "catching_up" if oldest and oldest.seq <= backlog_ends else "online"
            now = (state, self.troubles.first())
            if now != told or time.monotonic() - told_at >= self._config.heartbeat_s:
                connection.tell(self._status, self._say(state, oldest))
                told, told_at = now, time.monotonic()
            sent_up_to = self._send(connection, sent_up_to)
            self.troubles.say("sending", None)
            self._backoff.reset()
            until_beat = self._config.heartbeat_s - (time.monotonic() - told_at)
            self._wake.wait(max(0.0, min(TURN_S, until_beat)))
        if connection.alive:
            self._farewell(connection)

    def _send(self, connection: "_Connection", sent_up_to: int) -> int:
        room = WINDOW - len(connection.under_way)
        flying = sum(len(kept.message.payload) for kept in connection.under_way.values())
        if room <= 0 or flying >= MAX_FLYING_BYTES:
            return sent_up_to
        for kept in self._outbox.after(sent_up_to, room, MAX_FLYING_BYTES - flying):
            if not connection.send(kept):
                break
            sent_up_to = kept.seq
        return sent_up_to

    def _take_off(self, connection: "_Connection") -> None:
        done = connection.acknowledged()
        if not done:
            return
        self._outbox.remove_up_to(done[-1].seq)
        self._tally.published += sum(kept.message.topic == self._facts for kept in done)

    def _farewell(self, connection: "_Connection") -> None:
        """A clean stop says so itself; the last will is for the others."""
        deadline = time.monotonic() + FAREWELL_S
        while connection.under_way and connection.alive and time.monotonic() < deadline:
            self._wake.clear()
            self._take_off(connection)
            self._wake.wait(0.05)
        self._take_off(connection)
        connection.tell(
            self._status, self._say("offline", self._outbox.oldest()), wait_s=FAREWELL_S
        )

    def _say(self, state: State, oldest: Kept | None = None, *, will: bool = False) -> str:
        status = SourceStatus(
            source=self._config.source,
            state=state,
            at=None if will else self._clock(),
            adapter=self._adapter_name,
            heartbeat_s=self._config.heartbeat_s,
            outbox=0 if will else self._outbox.count,
            outbox_since=None if oldest is None else oldest.message.received_at,
            trouble=None if will else self.troubles.first(),
            counts=self._tally.counts(),
        )
        return status.model_dump_json(exclude_none=True)


class _Connection:
    """One connection's life: what is under way on it, and what the broker took."""

    def __init__(self, client: mqtt.Client, wake: Callable[[], None]) -> None:
        self._client = client
        self._wake = wake
        self._opened = threading.Event()
        self._refusal: str | None = None
        self._closed = False
        self._taken: deque[int] = deque()
        self._done: set[int] = set()
        self.alive = False
        self.under_way: OrderedDict[int, Kept] = OrderedDict()
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish

    def open(self, address: BrokerAddress) -> str | None:
        """None when it is open, else why not."""
        try:
            self._client.connect(address.host, address.port, keepalive=KEEPALIVE_S)
            self._client.loop_start()
        except (OSError, ValueError) as trouble:
            return str(trouble) or type(trouble).__name__
        if not self._opened.wait(CONNECT_S):
            return "it does not answer"
        return self._refusal

    def send(self, kept: Kept) -> bool:
        sent = self._client.publish(kept.message.topic, kept.message.payload, qos=1)
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        self.under_way[sent.mid] = kept
        return True

    def tell(self, topic: str, payload: str, wait_s: float | None = None) -> None:
        told = self._client.publish(topic, payload, qos=1, retain=True)
        if wait_s is not None and told.rc == MQTTErrorCode.MQTT_ERR_SUCCESS:
            told.wait_for_publish(wait_s)

    def acknowledged(self) -> list[Kept]:
        """What may be removed: only up to the first that is still unacknowledged."""
        while self._taken:
            self._done.add(self._taken.popleft())
        done: list[Kept] = []
        while self.under_way:
            mid = next(iter(self.under_way))
            if mid not in self._done:
                break
            self._done.discard(mid)
            done.append(self.under_way.pop(mid))
        self._done &= self.under_way.keys()
        return done

    def close(self) -> None:
        self._closed = True
        self.alive = False
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(
        self, _client: mqtt.Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
        else:
            self.alive = not self._closed
        self._opened.set()

    def _on_disconnect(self, *_what: Any) -> None:
        self.alive = False
        self._wake()

    def _on_publish(self, _client: mqtt.Client, _userdata: Any, mid: int, *_rest: Any) -> None:
        self._taken.append(mid)
        self._wake()
