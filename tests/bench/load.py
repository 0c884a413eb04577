"""Publishers, readers and screens, each in a process of its own: what surrounds the house.

Times are `time.monotonic()`, which all processes of a machine share.
"""

import asyncio
import multiprocessing
import socket
import struct
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson
import paho.mqtt.client as mqtt
import websockets
from paho.mqtt.enums import CallbackAPIVersion

from bench.world import Message
from services import LOOPBACK

WINDOW = 1_000  # publications that may wait for their PUBACK
ANSWER_S = 30.0
_spawn = multiprocessing.get_context("spawn")


class Apart:
    """A function at work in a process of its own; it gets a pipe and sends back what it found."""

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        self._pipe, theirs = _spawn.Pipe()
        self._process = _spawn.Process(target=work, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()

    def tell(self, word: Any) -> None:
        self._pipe.send(word)

    def hear(self, timeout: float = 60.0) -> Any:
        if not self._pipe.poll(timeout):
            raise AssertionError(f"nothing heard within {timeout:g} s")
        return self._pipe.recv()

    def __enter__(self) -> "Apart":
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


# --- publishing -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Published:
    """When the first publication left and the last was acknowledged; when each left."""

    first: float
    last: float
    cpu_s: float
    left: list[float]


def packets(messages: Iterable[Message]) -> list[bytes]:
    """MQTT 3.1.1 PUBLISH packets with QoS 1, ready: the publisher must not be the brake."""
    return [_publish(n % 65_535 + 1, m.topic, m.payload) for n, m in enumerate(messages)]


def publishing(pipe: Connection, port: int, file: Path, per_s: float | None) -> None:
    """Publish the packets of a file, all at once or at a rate; tells `Published`."""
    ready = _read_packets(file)
    with socket.create_connection((LOOPBACK, port), ANSWER_S) as link:
        link.sendall(_connect(f"bench-{time.monotonic_ns()}"))
        link.recv(4)
        pipe.send("ready")
        pipe.recv()
        cpu = time.process_time()
        left: list[float] = []
        acknowledged = sent = 0
        start = time.monotonic()
        while acknowledged < 4 * len(ready):
            due = len(ready) if per_s is None else int((time.monotonic() - start) * per_s) + 1
            upto = min(due, len(ready), acknowledged // 4 + WINDOW)
            if upto > sent:
                left += [time.monotonic()] * (upto - sent)
                link.sendall(b"".join(ready[sent:upto]))
                sent = upto
            # A PUBACK is four bytes; while a rate is held nobody waits for them.
            link.settimeout(0.001 if per_s is not None else ANSWER_S)
            try:
                acknowledged += len(link.recv(65_536))
            except TimeoutError:
                if per_s is None:
                    raise
        pipe.send(Published(start, time.monotonic(), time.process_time() - cpu, left))


def write_packets(file: Path, messages: Iterable[Message]) -> None:
    with file.open("wb") as out:
        for packet in packets(messages):
            out.write(struct.pack(">I", len(packet)) + packet)


def _read_packets(file: Path) -> list[bytes]:
    content, found, at = file.read_bytes(), [], 0
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        found.append(content[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def _publish(number: int, topic: str, payload: bytes) -> bytes:
    body = _text(topic) + struct.pack(">H", number) + payload
    return b"\x32" + _length(len(body)) + body


def _connect(client_id: str) -> bytes:
    body = _text("MQTT") + b"\x04\x02\x00\x3c" + _text(client_id)
    return b"\x10" + _length(len(body)) + body


def _text(value: str) -> bytes:
    return struct.pack(">H", len(value.encode())) + value.encode()


def _length(number: int) -> bytes:
    told = bytearray()
    while True:
        number, digit = divmod(number, 128)
        told.append(digit | (0x80 if number else 0))
        if not number:
            return bytes(told)


# --- the floor: the same broker without Tocsin ----------------------------------------------------


@dataclass(frozen=True)
class Read:
    """When each message came."""

    came: list[float]
    cpu_s: float


def reading(pipe: Connection, port: int, number: int) -> None:
    """A paho subscriber with QoS 1 that does nothing but count; tells `Read`."""
    times: list[float] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="floor", clean_session=True)
    client.on_subscribe = lambda *_: pipe.send("ready")

    def count(_client: mqtt.Client, _data: object, _message: mqtt.MQTTMessage) -> None:
        times.append(time.monotonic())
        if len(times) == number:
            pipe.send(Read(times, time.process_time()))
            client.disconnect()

    client.on_message = count
    client.connect(LOOPBACK, port)
    client.subscribe("tocsin/#", qos=1)
    client.loop_forever()


# --- screens --------------------------------------------------------------------------------------


@dataclass
class Watched:
    """What screens were sent: each message once, and when each screen had which."""

    messages: list[bytes] = field(default_factory=list)
    seen: list[list[tuple[float, int]]] = field(default_factory=list)
    cpu_s: float = 0.0


def watching(pipe: Connection, address: str, screens: int, number: int) -> None:
    """Screens that keep every message. Tells when a beat counts `number` observations recorded,
    at the beat after it that all is quiet, and `Watched` when it is told to stop.
    """
    asyncio.run(_watch(pipe, address, screens, number))


async def _watch(pipe: Connection, address: str, screens: int, number: int) -> None:
    watched = Watched()
    places: dict[bytes, int] = {}
    greeted: list[asyncio.Event] = []
    recorded = [0, 0]

    async def one(seen: list[tuple[float, int]], greeting: asyncio.Event) -> None:
        async with websockets.connect(address, max_size=None, compression=None) as link:
            while True:
                message = await link.recv(decode=False)
                at = time.monotonic()
                index = places.setdefault(message, len(places))
                if index == len(watched.messages):
                    watched.messages.append(message)
                seen.append((at, index))
                greeting.set()
                if seen is watched.seen[0] and message.startswith(b'{"type":"beat"'):
                    recorded.append(orjson.loads(message)["health"]["counts"]["recorded"])
                    if recorded[-1] >= number > recorded[-2]:
                        pipe.send("recorded")
                    elif recorded[-2] >= number > recorded[-3]:
                        pipe.send("quiet")

    tasks = []
    for _ in range(screens):
        watched.seen.append([])
        greeted.append(asyncio.Event())
        tasks.append(asyncio.create_task(one(watched.seen[-1], greeted[-1])))
    await asyncio.gather(*(event.wait() for event in greeted))
    pipe.send("ready")
    cpu = time.process_time()
    await asyncio.to_thread(pipe.recv)
    watched.cpu_s = time.process_time() - cpu
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    pipe.send(watched)


def frames_of(watched: Watched, screen: int) -> Sequence[tuple[float, bytes]]:
    """What one screen was sent, in order, with the time it came."""
    return [(at, watched.messages[index]) for at, index in watched.seen[screen]]
