"""amqtt on a thread and loop of its own, with a spool in front of its acknowledgements."""

import asyncio
import logging
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amqtt.broker import Broker
from amqtt.mqtt.packet import MQTTPacket
from amqtt.mqtt.publish import PublishPacket
from amqtt.plugins.base import BasePlugin
from amqtt.session import Session

from tocsin.broker.spool import Spool
from tocsin.contract import topics

log = logging.getLogger(__name__)

START_TIMEOUT_S = 10.0
_spools: dict[str, Spool] = {}


class SpoolPlugin(BasePlugin[Any]):  # type: ignore[misc] # amqtt has no types
    """Called before amqtt handles a packet, so the spool holds it before the PUBACK leaves."""

    @dataclass
    class Config:
        """`spool` names the Spool of the broker this plugin belongs to."""

        spool: str = ""

    async def on_mqtt_packet_received(
        self, *, packet: MQTTPacket[Any, Any, Any], session: Session | None = None
    ) -> None:
        del session
        if not isinstance(packet, PublishPacket) or packet.qos == 0:
            return
        topic = packet.topic_name
        if topic is not None and _is_ours(topic) and packet.data is not None:
            _spools[self.config.spool].keep(topic, bytes(packet.data))


def _is_ours(topic: str) -> bool:
    """The topics that our own ingest acknowledges after a commit."""
    parts = topic.split("/")
    return (
        parts[:2] == topics.ROOT.split("/")
        and len(parts) > 4
        and (parts[3] == "observations" or (parts[3] == "sources" and parts[-1] != "errors"))
    )


def port_to_use(host: str, wanted: int) -> int:
    """The wanted port, or a free one where another program has it."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"no free port on {host}")


class EmbeddedBroker:
    """MQTT 3.1.1 on loopback. For small rooms: Mosquitto stands beyond (docs/operating.md)."""

    def __init__(self, data: Path, *, port: int, host: str = "127.0.0.1") -> None:
        self.host = host
        self.port = port_to_use(host, port)
        self.spool = Spool(data / "broker-spool.jsonl")
        self._loop = asyncio.new_event_loop()
        self._started: threading.Event = threading.Event()
        self._stop: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="embedded broker", daemon=True)
        _spools[self._key] = self.spool

    @property
    def _key(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"mqtt://{self.host}:{self.port}"

    def start(self) -> None:
        self._thread.start()
        if not self._started.wait(START_TIMEOUT_S):
            raise RuntimeError("the embedded broker does not start")
        if self._failure is not None:
            raise RuntimeError(f"the embedded broker does not start: {self._failure}")

    def stop(self) -> None:
        if self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_TIMEOUT_S)
        self.spool.close()
        _spools.pop(self._key, None)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except Exception as error:
            self._failure = error
            self._started.set()
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        broker = Broker(
            {
                "listeners": {
                    "default": {
                        "type": "tcp",
                        "bind": f"{self.host}:{self.port}",
                        "max_connections": 200,
                    }
                },
                "plugins": {
                    "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True},
                    "tocsin.broker.embedded.SpoolPlugin": {"spool": self._key},
                },
            }
        )
        await broker.start()
        self._started.set()
        await self._stop.wait()
        await broker.shutdown()
