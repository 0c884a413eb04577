"""The relay on a real broker: pictures in, demand out, back by itself when the broker is."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from camera_register import camera, frame
from services import LOOPBACK, Mosquitto, wait_until
from tocsin.cameras.desk import CameraDesk
from tocsin.contract import topics
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.times import from_text


def now() -> datetime:
    return datetime.now(UTC)


class Gateway:
    """A camera desk on an event loop of its own, as a gateway has it."""

    def __init__(self, broker: Mosquitto, data: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        address = BrokerAddress.parse(broker.url)
        register = [camera("cam-1"), camera("cam-2")]
        self.desk = CameraDesk(register, data, lambda: {"live"}, lambda realm: now(), address)
        asyncio.run_coroutine_threadsafe(self._start(), self.loop).result(5)

    async def _start(self) -> None:
        self.desk.start()

    def close(self) -> None:
        self.desk.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def received(self) -> int:
        return self.desk.relay.counts["received"]


@pytest.fixture
def gateway(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Gateway]:
    gateway = Gateway(mosquitto, tmp_path)
    yield gateway
    gateway.close()


class Cameras:
    """What a watching process does on the bus: sends pictures, hears demand."""

    def __init__(self, broker: Mosquitto) -> None:
        self.heard: list[dict[str, object]] = []
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="cameras")
        self.client.on_connect = lambda *_: self.client.subscribe(
            topics.camera_demand("live", "cam-1")
        )
        self.client.on_message = lambda _c, _d, m: self.heard.append(json.loads(m.payload))
        self.client.reconnect_delay_set(1, 1)
        self.client.connect(LOOPBACK, broker.port)
        self.client.loop_start()

    def send(self, name: str = "cam-1", *, retain: bool = False) -> None:
        topic = topics.camera_frame("live", name)
        self.client.publish(topic, frame(name, at=now()), retain=retain)

    def __enter__(self) -> "Cameras":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def until_received(gateway: Gateway, cameras: Cameras, more_than: int = 0) -> None:
    def sent_and_received() -> bool:
        cameras.send()
        return gateway.received() > more_than

    wait_until(sent_and_received, 20, "a picture")


def test_pictures_come_and_demand_follows_who_looks(mosquitto: Mosquitto, gateway: Gateway) -> None:
    with Cameras(mosquitto) as cameras:
        until_received(gateway, cameras)
        assert gateway.desk.relay.newest("live", "cam-1") is not None
        assert cameras.heard == []
        viewer = gateway.desk.relay.viewer("live")

        def look() -> None:
            viewer.__enter__()
            viewer.watch({"cam-1": 5})

        gateway.loop.call_soon_threadsafe(look)
        wait_until(lambda: len(cameras.heard) >= 2, message="demand, and again after two seconds")
        told = cameras.heard[-1]
        assert told["fps"] == 5.0
        ahead = from_text(str(told["until"])) - now()
        assert timedelta(seconds=2) < ahead <= timedelta(seconds=6)
        gateway.loop.call_soon_threadsafe(viewer.__exit__, None, None, None)


def test_a_picture_that_was_kept_by_the_broker_is_shown_to_nobody(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    with Cameras(mosquitto) as cameras:
        cameras.send("cam-2", retain=True)
        gateway = Gateway(mosquitto, tmp_path)
        until_received(gateway, cameras)
        assert gateway.desk.relay.newest("live", "cam-2") is None
        gateway.close()


def test_the_link_comes_back_after_the_broker_was_away(
    mosquitto: Mosquitto, gateway: Gateway
) -> None:
    with Cameras(mosquitto) as cameras:
        until_received(gateway, cameras)
        mosquitto.kill()
        before = gateway.received()
        mosquitto.start()
        until_received(gateway, cameras, before)


def test_a_desk_whose_broker_is_not_there_ends_at_once(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path / "none")
    gateway = Gateway(broker, tmp_path)
    assert gateway.received() == 0
    gateway.close()
