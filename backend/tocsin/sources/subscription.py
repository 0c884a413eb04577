"""Messages of a broker, one by one, acknowledged when the outbox has them."""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

import paho.mqtt.client as mqtt

from tocsin.contract import Finding
from tocsin.contract.broker_address import KEEPALIVE_S, BrokerAddress
from tocsin.sources.backoff import Backoff
from tocsin.sources.desk import Desk

LOOK_S = 0.25
OPENING_S = 10.0
MAX_WAITING = 5_000
MAX_WAITING_BYTES = 64 * 1024 * 1024
LOST_S = 60.0

Take = Callable[[Desk, mqtt.MQTTMessage], None]


class Subscription:
    """A persistent session: the broker keeps what comes while this process is away."""

    def __init__(
        self,
        address: BrokerAddress,
        client_id: str,
        filters: Sequence[str],
        backoff: Backoff,
        take: Take,
        subscribed: threading.Event | None = None,
    ) -> None:
        self._address = address
        self._client_id = client_id
        self._filters = tuple(filters)
        self._backoff = backoff
        self._take = take
        self._subscribed = subscribed or threading.Event()

    def run(self, desk: Desk, stop: threading.Event) -> None:
        while not stop.is_set():
            session = _Session(self._address, self._client_id, self._filters)
            try:
                trouble = session.open()
                if trouble is None:
                    self._subscribed.set()
                    self._backoff.reset()
                    desk.troubles.say("intake", None)
                    self._drain(session, desk, stop)
                else:
                    said = f"the broker {self._address} gives no messages: {trouble}"
                    desk.troubles.say("intake", said)
            finally:
                session.close()
            if not stop.is_set():
                stop.wait(self._backoff.next_s())

    def _drain(self, session: "_Session", desk: Desk, stop: threading.Event) -> None:
        while session.alive and not stop.is_set():
            message = session.next()
            if lost := session.lost():
                said = f"{lost} messages of QoS 0 came faster than they are read and are lost"
                desk.troubles.say("lost", said, LOST_S)
                desk.refuse(Finding("flood", said), " ".join(self._filters))
            if message is not None:
                self._take(desk, message)
                session.acknowledge(message)


class _Session:
    """One connection. What it leaves unacknowledged comes again on the next."""

    def __init__(self, address: BrokerAddress, name: str, filters: Sequence[str]) -> None:
        self._address = address
        self._filters = filters
        self._client = address.client(name, clean=False, manual_ack=True, reconnects=False)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.on_disconnect = self._on_disconnect
        self._opened = threading.Event()
        self._refusal: str | None = None
        self._waiting: queue.Queue[mqtt.MQTTMessage] = queue.Queue()
        self._lock = threading.Lock()
        self._waiting_bytes = 0
        self._lost = 0
        self.alive = False

    def open(self) -> str | None:
        try:
            self._client.connect(self._address.host, self._address.port, keepalive=KEEPALIVE_S)
            self._client.loop_start()
        except (OSError, ValueError) as trouble:
            return str(trouble) or type(trouble).__name__
        if not self._opened.wait(OPENING_S):
            return "it does not answer"
        return self._refusal

    def next(self) -> mqtt.MQTTMessage | None:
        try:
            message = self._waiting.get(timeout=LOOK_S)
        except queue.Empty:
            return None
        with self._lock:
            self._waiting_bytes -= len(message.payload)
        return message

    def lost(self) -> int:
        """How many were lost since it was asked last."""
        with self._lock:
            lost, self._lost = self._lost, 0
        return lost

    def acknowledge(self, message: mqtt.MQTTMessage) -> None:
        if self.alive:
            self._client.ack(message.mid, message.qos)

    def close(self) -> None:
        self.alive = False
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(
        self, client: mqtt.Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
            self._opened.set()
        else:
            client.subscribe([(one, 1) for one in self._filters])

    def _on_subscribe(
        self, _client: mqtt.Client, _userdata: Any, _mid: int, reasons: Any, _properties: Any
    ) -> None:
        refused = [
            one for one, reason in zip(self._filters, reasons, strict=False) if reason.is_failure
        ]
        if refused:
            self._refusal = f"no right to read {', '.join(refused)}"
        else:
            self.alive = True
        self._opened.set()

    def _on_message(self, client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        if not any(mqtt.topic_matches_sub(one, message.topic) for one in self._filters):
            # amqtt 0.12 greets a new client with retained messages of other clients' subscriptions.
            client.ack(message.mid, message.qos)
            return
        size = len(message.payload)
        with self._lock:
            full = (
                self._waiting.qsize() >= MAX_WAITING
                or self._waiting_bytes + size > MAX_WAITING_BYTES
            )
            # Of QoS 1 there are never many: the broker waits for acknowledgements.
            if full and message.qos == 0:
                self._lost += 1
                return
            self._waiting_bytes += size
        self._waiting.put(message)

    def _on_disconnect(self, *_what: Any) -> None:
        self.alive = False
