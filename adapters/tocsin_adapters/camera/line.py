"""The group's line to the broker: frames and states out, demand in, and how the group itself is."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTErrorCode

from tocsin.contract import Observation, SourceStatus, envelope_for, topics
from tocsin.contract.broker_address import KEEPALIVE_S
from tocsin.contract.source_status import SourceCounts
from tocsin.contract.watch import WatchOrder

log = logging.getLogger(__name__)
HEARTBEAT_S = 10.0
RETRY_FIRST_S, RETRY_CAP_S = 1, 10
FAREWELL_S = 2.0
WATCHER = "camera"

Heard = Callable[[str, bytes], None]


class Line:
    """Comes back by itself. While it is gone nothing is queued: each state is told anew after it.

    `heard(camera, payload)` is called for each demand, on the line's own thread.
    """

    def __init__(self, order: WatchOrder, clock: Callable[[], datetime], heard: Heard) -> None:
        self._order = order
        self._clock = clock
        self._heard = heard
        self._frames = {c.id: topics.camera_frame(order.realm, c.id) for c in order.cameras}
        self._demands = {topics.camera_demand(order.realm, c.id): c.id for c in order.cameras}
        self._status = topics.source_status(order.realm, order.source)
        self._facts = topics.observations(order.realm, order.source)
        self._under_way: dict[str, mqtt.MQTTMessageInfo] = {}
        self._facts_under_way: set[int] = set()
        self._published = 0
        self._connected = threading.Event()
        self.connections = 0
        client = order.broker.client(f"tocsin-{order.realm}-{order.source}")
        client.reconnect_delay_set(RETRY_FIRST_S, RETRY_CAP_S)
        client.will_set(self._status, self._say("offline", None, 0, will=True), 1, retain=True)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        self._client = client

    def open(self) -> None:
        """Returns at once; a broker that is not there yet is waited for."""
        self._client.connect_async(
            self._order.broker.host, self._order.broker.port, keepalive=KEEPALIVE_S
        )
        self._client.loop_start()

    @property
    def connected(self) -> bool:
        return self._connected.is_set()

    def show(self, camera: str, frame: bytes) -> bool:
        """False when the one before has not left yet: the newest shall not wait behind old ones."""
        before = self._under_way.get(camera)
        if not self.connected or (before is not None and not before.is_published()):
            return False
        sent = self._client.publish(self._frames[camera], frame, qos=0)
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        self._under_way[camera] = sent
        return True

    def tell(self, observation: Observation) -> bool:
        """False when there is no connection: it will be told after the next one is made."""
        if not self.connected:
            return False
        written = envelope_for(observation).model_dump_json(exclude_none=True)
        sent = self._client.publish(self._facts, written, qos=1)
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        self._facts_under_way.add(sent.mid)
        return True

    def beat(self, trouble: str | None, received: int) -> None:
        if self.connected:
            said = self._say("online", trouble, received)
            self._client.publish(self._status, said, qos=1, retain=True)

    def close(self, received: int) -> None:
        if self.connected:
            said = self._say("offline", None, received)
            told = self._client.publish(self._status, said, qos=1, retain=True)
            if told.rc == MQTTErrorCode.MQTT_ERR_SUCCESS:
                told.wait_for_publish(FAREWELL_S)
        self._client.disconnect()
        self._client.loop_stop()

    def _say(self, state: Any, trouble: str | None, received: int, *, will: bool = False) -> str:
        status = SourceStatus(
            source=self._order.source,
            state=state,
            at=None if will else self._clock(),
            adapter=WATCHER,
            heartbeat_s=HEARTBEAT_S,
            trouble=trouble and trouble[:300],
            counts=SourceCounts(received=received, published=self._published),
        )
        return status.model_dump_json(exclude_none=True)

    def _on_connect(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        if reason.is_failure:
            log.warning("%s: the broker refuses: %s", self._order.source, reason)
            return
        log.info("%s: connected to the broker %s", self._order.source, self._order.broker)
        self._under_way.clear()
        client.subscribe([(topic, 0) for topic in self._demands])
        self.connections += 1
        self._connected.set()

    def _on_disconnect(self, *_what: Any) -> None:
        self._connected.clear()

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        camera = self._demands.get(message.topic)
        if camera is not None:
            self._heard(camera, bytes(message.payload))

    def _on_publish(self, _client: mqtt.Client, _data: Any, mid: int, *_rest: Any) -> None:
        if mid in self._facts_under_way:
            self._facts_under_way.discard(mid)
            self._published += 1
