"""Untouched bytes from the bus: acknowledged to the broker when the outbox has them."""

import queue
import threading
from typing import Any

import paho.mqtt.client as mqtt

from tocsin.contract import topics
from tocsin.contract.broker_address import KEEPALIVE_S, BrokerAddress
from tocsin.sources.backoff import Backoff
from tocsin.sources.config import SourceConfig
from tocsin.sources.desk import Desk

LOOK_S = 0.25


class BusIntake:
    """A persistent session: the broker keeps what comes while this process is away."""

    def __init__(self, address: BrokerAddress, config: SourceConfig, backoff: Backoff) -> None:
        self._address = address
        self._topic = topics.raw(config.realm, config.source)
        self._name = f"tocsin-{config.realm}-{config.source}-raw"
        self._backoff = backoff

    def run(self, desk: Desk, stop: threading.Event) -> None:
        while not stop.is_set():
            session = _Session(self._address, self._name, self._topic)
            try:
                trouble = session.open()
                if trouble is None:
                    self._backoff.reset()
                    desk.troubles.say("intake", None)
                    self._drain(session, desk, stop)
                else:
                    desk.troubles.say("intake", f"the broker gives no raw messages: {trouble}")
            finally:
                session.close()
            if not stop.is_set():
                stop.wait(self._backoff.next_s())

    def _drain(self, session: "_Session", desk: Desk, stop: threading.Event) -> None:
        while session.alive and not stop.is_set():
            try:
                message = session.messages.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            if message.payload:  # an empty one only deletes what was retained
                desk.take(bytes(message.payload), message.topic)
            session.acknowledge(message)


class _Session:
    """One connection. What it leaves unacknowledged comes again on the next."""

    def __init__(self, address: BrokerAddress, name: str, topic: str) -> None:
        self._address = address
        self._topic = topic
        self._client = address.client(name, clean=False, manual_ack=True, reconnects=False)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.on_disconnect = self._on_disconnect
        self._opened = threading.Event()
        self._refusal: str | None = None
        self.messages: queue.Queue[mqtt.MQTTMessage] = queue.Queue()
        self.alive = False

    def open(self) -> str | None:
        try:
            self._client.connect(self._address.host, self._address.port, keepalive=KEEPALIVE_S)
            self._client.loop_start()
        except (OSError, ValueError) as trouble:
            return str(trouble) or type(trouble).__name__
        if not self._opened.wait(10.0):
            return "it does not answer"
        return self._refusal

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
            client.subscribe(self._topic, qos=1)

    def _on_subscribe(
        self, _client: mqtt.Client, _userdata: Any, _mid: int, reasons: Any, _properties: Any
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            self._refusal = f"no right to read {self._topic}"
        else:
            self.alive = True
        self._opened.set()

    def _on_message(self, client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        if message.topic != self._topic:
            # amqtt 0.12 greets a new client with retained messages of other clients' subscriptions.
            client.ack(message.mid, message.qos)
            return
        self.messages.put(message)  # never many: the broker waits for acknowledgements

    def _on_disconnect(self, *_what: Any) -> None:
        self.alive = False
