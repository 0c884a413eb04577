"""Observations as a real source would publish them, and a publisher that keeps its promise."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from services import wait_until
from tocsin.contract import Observation, envelope_for, topics

Message = tuple[str, bytes]
IN_FLIGHT = 20


def observed(external_id: str, **fields: Any) -> Observation:
    """A road accident somewhere in Brussels, always the same place for the same id."""
    place = random.Random(external_id)
    at = (round(place.uniform(4.30, 4.42), 5), round(place.uniform(50.81, 50.89), 5))
    given = {
        "source": "cad:112",
        "external_id": external_id,
        "kind": "event",
        "type_hint": "TRA-ACC",
        "observed_at": datetime.now(UTC),
        "geometry": {"type": "Point", "coordinates": at},
        "accuracy_m": 30,
        "location_text": "Place Sainctelette / Saincteletteplaats",
        "headline": f"Accident {external_id}",
    }
    return Observation.model_validate(given | fields)


def message(observation: Observation, realm: str = "live") -> Message:
    """The topic and the bytes of one observation."""
    payload = envelope_for(observation).model_dump_json(exclude_none=True)
    return topics.observations(realm, observation.source), payload.encode()


def messages(ids: Iterable[str], realm: str = "live", **fields: Any) -> list[Message]:
    return [message(observed(i, **fields), realm) for i in ids]


def numbered(prefix: str, first: int, count: int) -> list[str]:
    return [f"{prefix}-{n:05d}" for n in range(first, first + count)]


class Publisher:
    """QoS 1. After a broken connection it sends again exactly what was not acknowledged."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._sent: dict[int, Message] = {}
        self._acknowledged: set[int] = set()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.max_inflight_messages_set(IN_FLIGHT)
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.on_publish = self._on_publish
        self._client.connect_async(address.hostname or "", address.port or 1883, keepalive=15)
        self._client.loop_start()
        wait_until(self._client.is_connected, message=f"a broker at {url}")

    def publish(self, sent: Iterable[Message]) -> None:
        """Does not wait: see `settle`."""
        for topic, payload in sent:
            taken = self._client.publish(topic, payload, qos=1)
            self._sent[taken.mid] = (topic, payload)

    def settle(self, timeout: float = 30.0) -> None:
        """Wait until the broker acknowledged everything."""
        wait_until(
            lambda: len(self._acknowledged) == len(self._sent),
            timeout,
            lambda: f"{len(self._acknowledged)} of {len(self._sent)} acknowledged",
        )

    @property
    def acknowledged(self) -> int:
        return len(self._acknowledged)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _on_publish(self, _client: object, _data: object, mid: int, *_: object) -> None:
        self._acknowledged.add(mid)


def publish(url: str, sent: Iterable[Message]) -> None:
    """Publish and wait for every acknowledgement."""
    with Publisher(url) as publisher:
        publisher.publish(sent)
        publisher.settle()
