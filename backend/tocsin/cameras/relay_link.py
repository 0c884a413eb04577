"""The relay's place on the bus: frames in; out, how often somebody wants which camera.

paho without its thread: the event loop reads the socket itself. At two thousand pictures a second
a thread would wait ten thousand times a second for the interpreter's lock.
"""

import asyncio
import contextlib
import json
import logging
import socket
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from tocsin.cameras.relay import FrameRelay
from tocsin.contract import topics
from tocsin.contract.broker_address import KEEPALIVE_S, BrokerAddress
from tocsin.contract.times import to_text

log = logging.getLogger(__name__)

DEMAND_EVERY_S = 2.0
DEMAND_FOR = timedelta(seconds=6)
GATHER_S = 0.1  # a wall opens its tiles one by one
AGAIN_S = 2.0
UPKEEP_S = 1.0
AT_ONCE = 32  # messages before others on the loop have their turn
STOP_S = 5.0


class RelayLink:
    """A session that leaves nothing behind on the broker: pictures missed are missed.

    `start` on the event loop, `stop` from any other thread.
    """

    def __init__(
        self, relay: FrameRelay, address: BrokerAddress, clock: Callable[[], datetime]
    ) -> None:
        self._relay = relay
        self._address = address
        self._clock = clock
        self._asked = asyncio.Event()
        self._lost = asyncio.Event()
        self._taken = 0
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        client = address.client(f"tocsin-frames-{uuid.uuid4().hex[:12]}", reconnects=False)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_socket_open = self._on_open
        client.on_socket_close = self._on_close
        client.on_socket_register_write = self._on_wants_to_write
        client.on_socket_unregister_write = self._on_has_written
        self._client = client
        relay.demanded = self._asked.set

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run(), name="camera frames")

    def stop(self) -> None:
        if self._loop is not None and self._loop.is_running():
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(STOP_S)

    async def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while True:
                self._lost.clear()
                if await self._connected():
                    await self._at_work()
                await asyncio.sleep(AGAIN_S)
        finally:
            self._client.disconnect()

    async def _connected(self) -> bool:
        """The connection is made on a thread, which may take its time over a name or a door."""
        where = (self._address.host, self._address.port, KEEPALIVE_S)
        try:
            await asyncio.to_thread(self._client.connect, *where)
        except OSError as error:
            log.info("%s: no pictures: %s", self._address, error)
            return False
        return True

    async def _at_work(self) -> None:
        tasks = [asyncio.create_task(work()) for work in (self._upkeep, self._demand)]
        try:
            await self._lost.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _upkeep(self) -> None:
        while True:
            self._client.loop_misc()
            await asyncio.sleep(UPKEEP_S)

    async def _demand(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DEMAND_EVERY_S):
                    await self._asked.wait()
            await asyncio.sleep(GATHER_S)
            self._asked.clear()
            if not self._client.is_connected():
                continue
            until = to_text(self._clock() + DEMAND_FOR)
            for (realm, camera), fps in self._relay.demand().items():
                told = json.dumps({"fps": round(fps, 2), "until": until})
                self._client.publish(topics.camera_demand(realm, camera), told, qos=0)

    # --- what paho tells: opening comes from the connecting thread, the rest on the loop

    def _on_open(self, client: mqtt.Client, userdata: object, link: Any) -> None:
        self._on_loop(lambda loop: loop.add_reader(link, self._read, link))

    def _on_close(self, client: mqtt.Client, userdata: object, link: Any) -> None:
        number = link.fileno()

        def forget(loop: asyncio.AbstractEventLoop) -> None:
            loop.remove_reader(number)
            loop.remove_writer(number)
            self._lost.set()

        self._on_loop(forget)

    def _on_wants_to_write(self, client: mqtt.Client, userdata: object, link: Any) -> None:
        self._on_loop(lambda loop: loop.add_writer(link, self._client.loop_write))

    def _on_has_written(self, client: mqtt.Client, userdata: object, link: Any) -> None:
        self._on_loop(lambda loop: loop.remove_writer(link))

    def _on_loop(self, act: Callable[[asyncio.AbstractEventLoop], object]) -> None:
        """At once where we are on the loop, else as soon as it has time."""
        loop = self._loop
        if loop is None:
            return
        try:
            here = asyncio.get_running_loop() is loop
        except RuntimeError:
            here = False
        if here:
            act(loop)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(act, loop)

    def _read(self, link: socket.socket) -> None:
        """All that is there, up to a bound: a readable socket mostly holds several pictures."""
        for _ in range(AT_ONCE):
            before = self._taken
            if self._client.loop_read() != mqtt.MQTT_ERR_SUCCESS or self._taken == before:
                return

    def _on_connect(
        self,
        client: mqtt.Client,
        userdata: object,
        flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            log.error("%s refuses the relay of pictures: %s", self._address, reason)
            return
        client.subscribe(topics.ALL_FRAMES, qos=0)
        self._asked.set()

    def _on_disconnect(self, *_: object) -> None:
        self._lost.set()

    def _on_message(self, client: mqtt.Client, userdata: object, message: mqtt.MQTTMessage) -> None:
        self._taken += 1
        if not message.retain:  # a picture that was kept is of no known age
            self._relay.take(message.topic, bytes(message.payload))
