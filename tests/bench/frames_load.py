"""Cameras that publish and viewers that look, each kind in a process of its own.

A stamp's sequence is the milliseconds since the start, so that a viewer can tell how old its
picture is; wall clocks of one machine are one.
"""

import asyncio
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import cv2
import numpy as np
import paho.mqtt.client as mqtt
import websockets
from paho.mqtt.enums import CallbackAPIVersion

from services import LOOPBACK
from tocsin.contract import topics
from tocsin.contract.frame import FrameStamp, stamped

WIDTH, HEIGHT = 640, 360
HEAD = 22


def picture(quality: int = 75) -> bytes:
    """A picture of a street's size: grain of the strength that gives some 35 kB."""
    grain = np.random.default_rng(7).normal(0, 6.5, (HEIGHT, WIDTH, 1))
    slope = np.linspace(40, 200, WIDTH)[None, :, None]
    grey = np.clip(np.repeat(slope + grain, 3, axis=2), 0, 255).astype(np.uint8)
    done, jpeg = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return bytes(jpeg.tobytes())


@dataclass(frozen=True)
class Sent:
    frames: int
    cpu_s: float
    seconds: float


def publishing_frames(pipe: Connection, port: int, cameras: list[str], fps: int) -> None:
    """Every camera at its own moment of each interval, until told to stop; tells `Sent`."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="cameras")
    client.connect(LOOPBACK, port)
    client.loop_start()
    body = picture()
    pipe.send(("ready", len(body)))
    pipe.recv()
    cpu, start = time.process_time(), time.monotonic()
    begun = datetime.now(UTC).timestamp()
    pipe.send(begun)
    sent = 0
    while not pipe.poll():
        due = int((time.monotonic() - start) * fps * len(cameras))
        while sent < due:
            camera = cameras[sent % len(cameras)]
            at = datetime.now(UTC)
            stamp = FrameStamp(camera, at, int(1000 * (at.timestamp() - begun)), WIDTH, HEIGHT)
            client.publish(topics.camera_frame("live", camera), stamped(body, stamp), qos=0)
            sent += 1
        time.sleep(0.002)
    pipe.send(Sent(sent, time.process_time() - cpu, time.monotonic() - start))
    client.disconnect()
    client.loop_stop()


def reading_frames(pipe: Connection, port: int) -> None:
    """A bare subscriber: the floor. Tells how many came and how old each was, in ms."""
    ages: list[float] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="floor")
    client.on_subscribe = lambda *_: pipe.send("ready")

    def take(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        at = message.payload.find(b'"at":"') + 6
        captured = datetime.fromisoformat(message.payload[at : at + 24].decode())
        ages.append(1000 * (datetime.now(UTC) - captured).total_seconds())

    client.on_message = take
    client.connect(LOOPBACK, port)
    client.subscribe(topics.ALL_FRAMES, qos=0)
    client.loop_start()
    pipe.recv()
    pipe.send((ages, time.process_time()))
    client.loop_stop()


@dataclass
class Seen:
    """By viewer and camera: when each picture was captured and came, in seconds."""

    pictures: list[dict[str, list[tuple[float, float]]]] = field(default_factory=list)
    cpu_s: float = 0.0
    seconds: float = 0.0


def viewing(pipe: Connection, address: str, wishes: list[dict[str, float]]) -> None:
    """Viewers, each with its own wish; tells `Seen` when it is told to stop."""
    asyncio.run(_view(pipe, address, wishes))


async def _view(pipe: Connection, address: str, wishes: list[dict[str, float]]) -> None:
    seen = Seen()
    opened: list[asyncio.Event] = []

    async def one(
        wish: dict[str, float], into: dict[str, list[tuple[float, float]]], ready: asyncio.Event
    ) -> None:
        async with websockets.connect(address, max_size=None, compression=None) as link:
            await link.send(json.dumps({"cameras": wish}))
            async for message in link:
                if isinstance(message, str):
                    ready.set()
                    continue
                start = HEAD + message[1]
                captured = int.from_bytes(message[2:10], "big") / 1000
                into[message[HEAD:start].decode()].append((captured, time.time()))

    tasks = []
    for wish in wishes:
        seen.pictures.append(defaultdict(list))
        opened.append(asyncio.Event())
        tasks.append(asyncio.create_task(one(wish, seen.pictures[-1], opened[-1])))
    await asyncio.gather(*(event.wait() for event in opened))
    pipe.send("ready")
    await asyncio.to_thread(pipe.recv)
    cpu, start = time.process_time(), time.monotonic()
    for pictures in seen.pictures:
        pictures.clear()  # what came before the measured stretch
    await asyncio.to_thread(pipe.recv)
    seen.cpu_s = time.process_time() - cpu
    seen.seconds = time.monotonic() - start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    seen.pictures = [dict(pictures) for pictures in seen.pictures]
    pipe.send(seen)
