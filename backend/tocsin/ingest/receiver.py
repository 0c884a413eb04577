"""MQTT in: one persistent session, QoS 1, and an acknowledgement only after the commit."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from tocsin.broker.spool import Spool
from tocsin.contract import LIVE, topics
from tocsin.contract.broker_address import KEEPALIVE_S, BrokerAddress
from tocsin.contract.times import to_text
from tocsin.engine.engine import Engine, Examined
from tocsin.engine.inputs import ObservationArrived
from tocsin.engine.observing import is_judged
from tocsin.ingest.checks import examine
from tocsin.ingest.pace import Pace
from tocsin.ingest.rejections import Rejections

log = logging.getLogger(__name__)

RECONNECT_MAX_S = 2  # a wall is right again within three seconds of the return
SUBSCRIPTIONS = [(topics.ALL_OBSERVATIONS, 1), (topics.ALL_SOURCE_STATUS, 1)]


@dataclass(slots=True)
class Arrived:
    """One message as the broker delivered it; `acknowledge` lets the broker forget it."""

    topic: str
    payload: bytes
    acknowledge: Callable[[], Any]


def examine_arrival(realm: str, per_minute: int = 0) -> Callable[[Arrived, datetime], Examined]:
    """The checks of one realm, in the shape that its engine wants.

    `per_minute`: what rules look at of one source; 0 sets no limit.
    """
    pace = Pace(per_minute)
    rejections = Rejections()

    def check(arrival: Arrived, now: datetime) -> Examined:
        examined = rejections.fold(examine(arrival.topic, arrival.payload, realm, now), now)
        given = examined.given
        if not isinstance(given, ObservationArrived) or not is_judged(given.observation):
            return examined
        if not pace.is_over(given.observation.source, now):
            return examined
        return replace(examined, given=replace(given, limited=True))

    return check


def realm_of(topic: str, engines: Mapping[str, Engine]) -> str:
    """The realm a message belongs to; what names no open realm is refused in `live`."""
    parts = topic.split("/", 3)
    return parts[2] if len(parts) == 4 and parts[2] in engines else LIVE


class Receiver:
    """Hands each message to its realm's engine. paho reconnects; the broker keeps what we miss.

    `taken` hears of each message once its engine has committed, or refused, it.
    """

    def __init__(
        self,
        address: BrokerAddress,
        engines: Mapping[str, Engine],
        *,
        client_id: str,
        clock: Callable[[], datetime],
        on_link: Callable[[bool], None] = lambda connected: None,
        spool: Spool | None = None,
        taken: Callable[[str, bytes], None] = lambda topic, payload: None,
    ) -> None:
        self.lost_since: str | None = to_text(clock())
        self.trouble: str | None = "unreachable"  # a word that screens put into their language
        self._engines = engines
        self._address = address
        self._clock = clock
        self._on_link = on_link
        self._spool = spool
        self._taken = taken
        self._connected = threading.Event()
        client = address.client(client_id, clean=False, manual_ack=True)
        client.reconnect_delay_set(min_delay=1, max_delay=RECONNECT_MAX_S)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        self._client = client

    def start(self) -> None:
        self._client.connect_async(self._address.host, self._address.port, keepalive=KEEPALIVE_S)
        self._client.loop_start()

    def stop(self) -> None:
        # Wanted by ourselves: no lost link, nothing to tell the screens or the journal.
        self._client.on_disconnect = None
        self._client.disconnect()
        self._client.loop_stop()

    def wait_connected(self, timeout_s: float) -> bool:
        return self._connected.wait(timeout_s)

    def _on_connect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self.trouble = "refused"
            log.error("%s refuses us: %s", self._address, reason)
            return
        # Subscribed anew each time: a broker that lost its disk lost our session too.
        client.subscribe(SUBSCRIPTIONS)
        log.info("connected to %s", self._address)
        self.lost_since = self.trouble = None
        self._connected.set()
        self._on_link(True)

    def _on_subscribe(
        self,
        client: mqtt.Client,
        userdata: object,
        mid: int,
        reasons: list[ReasonCode],
        properties: Properties | None,
    ) -> None:
        """From now on the broker delivers; what it took before lies in the spool."""
        if self._spool is not None:
            for topic, payload in self._spool.unsettled():
                self._hand_over(topic, payload, lambda: None)

    def _on_connect_fail(self, client: mqtt.Client, userdata: object) -> None:
        if self.trouble != "unreachable":
            log.warning("no broker answers at %s", self._address)
        self.trouble = "unreachable"

    def _on_disconnect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if self.lost_since is None:
            self.lost_since = to_text(self._clock())
        self.trouble = "dropped"
        self._connected.clear()
        log.warning("link to %s lost: %s", self._address, reason)
        self._on_link(False)

    def _on_message(self, client: mqtt.Client, userdata: object, message: mqtt.MQTTMessage) -> None:
        mid, qos = message.mid, message.qos
        self._hand_over(message.topic, bytes(message.payload), lambda: client.ack(mid, qos))

    def _hand_over(self, topic: str, payload: bytes, forget: Callable[[], object]) -> None:
        spool = self._spool

        def acknowledge() -> None:
            forget()
            if spool is not None:
                spool.settle(topic, payload)
            self._taken(topic, payload)

        engine = self._engines.get(realm_of(topic, self._engines)) or self._engines[LIVE]
        engine.arrive(Arrived(topic, payload, acknowledge))
