"""What comes over MQTT: untouched bytes on our own topic, or a format on its native topics."""

import threading

import paho.mqtt.client as mqtt

from tocsin.contract import Finding, topics
from tocsin.contract.broker_address import BrokerAddress
from tocsin.sources.backoff import Backoff
from tocsin.sources.config import SourceConfig
from tocsin.sources.desk import Desk
from tocsin.sources.raw import MAX_ORIGIN, split_head
from tocsin.sources.subscription import Subscription


class BusIntake:
    """Bytes on `tocsin/v1/REALM/raw/SOURCE`, with or without a head."""

    def __init__(
        self,
        address: BrokerAddress,
        config: SourceConfig,
        backoff: Backoff,
        subscribed: threading.Event | None = None,
    ) -> None:
        """`subscribed` is set once the broker keeps for us what comes on the topic."""
        self._subscription = Subscription(
            address,
            f"tocsin-{config.realm}-{config.source}-raw",
            [topics.raw(config.realm, config.source)],
            backoff,
            self._take,
            subscribed,
        )

    def run(self, desk: Desk, stop: threading.Event) -> None:
        self._subscription.run(desk, stop)

    def _take(self, desk: Desk, message: mqtt.MQTTMessage) -> None:
        if not message.payload:  # it only deletes what was retained
            return
        split = split_head(bytes(message.payload))
        if isinstance(split, Finding):
            desk.refuse(split, message.topic)
            return
        head, payload = split
        if head is None:
            desk.take(payload, message.topic)
        else:
            desk.take(
                payload,
                head.origin,
                head.content_type,
                topic=head.topic,
                received_at=head.received_at,
            )


class TopicsIntake:
    """A format that is born on MQTT. Empty messages only for an adapter that reads deletions."""

    def __init__(
        self,
        address: BrokerAddress,
        config: SourceConfig,
        backoff: Backoff,
        *,
        reads_deletions: bool,
    ) -> None:
        self._reads_deletions = reads_deletions
        self._subscription = Subscription(
            address,
            f"tocsin-{config.realm}-{config.source}-topics",
            config.topics,
            backoff,
            self._take,
        )

    def run(self, desk: Desk, stop: threading.Event) -> None:
        self._subscription.run(desk, stop)

    def _take(self, desk: Desk, message: mqtt.MQTTMessage) -> None:
        if not message.payload and not self._reads_deletions:
            return
        if message.topic.startswith(f"{topics.ROOT}/"):
            return  # a wide filter must not read what we write ourselves
        if len(message.topic) > MAX_ORIGIN:
            said = f"a topic of {len(message.topic)} characters; at most {MAX_ORIGIN} are read"
            desk.refuse(Finding("too_large", said), message.topic)
            return
        desk.take(bytes(message.payload), message.topic, topic=message.topic)
