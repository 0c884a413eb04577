"""What a busy room costs its screens: the first picture, 300 facts a second, and an hour of them.

A real browser on a room that only sends: the messages are made beforehand, so that nothing but the
screen is measured. The hour comes as fast as the screen folds and draws it.
"""

import asyncio
import contextlib
import os
import shutil
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Any

import orjson
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.websockets import WebSocket, WebSocketDisconnect

from bench.tables import percentile, show
from bench.world import World
from browser.conftest import ARGUMENTS, CHROMIUM
from browser.fake_room import HEALTHY, FakeRoom, frame
from browser.script import Script
from tocsin.contract.times import to_text
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import ClockTicked, Input
from tocsin.ingest.checks import examine
from tocsin.situation.picture import Situation, picture

pytestmark = pytest.mark.bench

INCIDENTS, VEHICLES, BATCH = 500, 400, 500
ROOMS = (4_000, 8_000)  # messages of a room of 5 000 objects on the map, and of a fuller one
FRAMES_PER_S = 10
PASSAGES, EVENTS = 28, 2  # in a frame of 100 ms: 300 facts a second
LIVE_S = int(os.environ.get("BENCH_SCREEN_LIVE_S", "30"))
HOUR_S = int(os.environ.get("BENCH_SCREEN_HOUR_S", "3600"))
POINTS = 10
WINDOW_SETTLES_MS = 2500  # the browser's own page of a new window is not what is measured

WATCH = """
  globalThis.seen = {tasks: [], frames: [], first: null};
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) seen.tasks.push([task.startTime, task.duration]);
  }).observe({type: "longtask", buffered: true});
  addEventListener("DOMContentLoaded", () => {
    const root = document.documentElement;
    const look = () => {
      if (root.dataset.liveState !== "live" || Number(root.dataset.liveN) === 0) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => { seen.first = performance.now(); }));
    };
    const watch = new MutationObserver(look);
    watch.observe(root, {attributes: true});
  });
"""


class SendingRoom(FakeRoom):
    """Sends what it is handed, as text made beforehand."""

    def __init__(self, situation: Situation) -> None:
        super().__init__(Script())
        self.n = situation.n
        self.name = (
            f"{len(situation.incidents)} incidents, "
            f"{len(situation.observations)} observations, {len(situation.tracks)} moving"
        )
        self.snapshot = b'{"type":"snapshot","n":%d,"situation":%s}' % (self.n, picture(situation))
        self.sent: deque[tuple[int, str]] = deque(maxlen=600)  # for a screen that comes back

    def __enter__(self) -> "SendingRoom":
        super().__enter__()
        return self

    async def _socket(self, socket: WebSocket) -> None:
        await socket.accept()
        known = socket.query_params.get("from")
        n = self.n if known is None else int(known)
        hello = {"protocol": 1, "realm": "live", "n": n, "boot": "b", "version": "test"}
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._say(socket, "hello", **hello)
            if known is None:
                await socket.send_text(self.snapshot.decode())
            beat_at = 0.0
            while self.reachable:
                for last, text in list(self.sent):
                    if last > n:
                        await socket.send_text(text)
                        n = last
                if time.monotonic() > beat_at:
                    beat_at = time.monotonic() + 1
                    await self._say(socket, "beat", n=n, health=HEALTHY)
                await asyncio.sleep(0.01)

    async def _say(self, socket: WebSocket, kind: str, **told: Any) -> None:
        at = to_text(datetime.now(UTC))
        await socket.send_text(orjson.dumps({"type": kind, "at": at, **told}).decode())


class Stream:
    """Frames of a busy room, one after the other; events are judged by the room's own rules."""

    def __init__(self, world: World, situation: Situation, now: datetime) -> None:
        self.world, self.situation, self.now = world, situation, now
        self.n = situation.n
        self.frames_made = 0

    def frames(self, number: int) -> Iterator[tuple[int, str]]:
        for _ in range(number):
            self.now += timedelta(seconds=1 / FRAMES_PER_S)
            messages = list(self.world.watch(PASSAGES, events_every=10**9))
            messages += self.world.watch(EVENTS, events_every=1)
            given: list[Input] = [
                examine(m.topic, m.payload, "live", self.now).given for m in messages
            ]
            self.frames_made += 1
            if self.frames_made % FRAMES_PER_S == 0:
                given.append(ClockTicked(to_text(self.now)))
            self.situation, entries = decide_all(self.situation, given)
            text = orjson.dumps(frame(self.n + 1, entries)).decode()
            self.n = entries[-1].n
            yield self.n, text


def a_busy_room(said: int = ROOMS[-1]) -> tuple[World, Situation]:
    """Minutes of a busy room: the same world as the other benches have.

    A vehicle is an object of its own at each of the world's gantries.
    """
    now = datetime.now(UTC)
    world = World(start=now - timedelta(minutes=5), number_of_places=INCIDENTS, vehicles=VEHICLES)
    messages = chain(world.openings(), world.messages(said, every=timedelta(milliseconds=3)))
    situation = Situation("live")
    while given := [
        examine(m.topic, m.payload, "live", now).given for m in islice(messages, BATCH)
    ]:
        situation, _ = decide_all(situation, given)
    return world, situation


def heap_mb(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = float(session.send("Runtime.getHeapUsage")["usedSize"])
    session.detach()
    return used / 1e6


def opened(browser: Browser, room: SendingRoom) -> tuple[Page, float]:
    """A page that has just shown its first picture, and how long that took, in ms."""
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.add_init_script(WATCH)
    page.wait_for_timeout(WINDOW_SETTLES_MS)
    page.goto(room.url)
    page.locator("html[data-live-state=live]").wait_for(timeout=60_000)
    page.wait_for_timeout(1000)
    first: float = page.evaluate("seen.first")
    return page, first


def waits_for(page: Page, n: int) -> None:
    page.locator(f'html[data-live-n="{n}"]').wait_for(timeout=600_000)


def test_a_busy_room_on_a_screen() -> None:
    world, situation = a_busy_room()
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with (
        SendingRoom(Situation("live", n=1)) as empty,
        SendingRoom(a_busy_room(ROOMS[0])[1]) as ordinary,
        SendingRoom(situation) as room,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        rows = [
            [one.name, f"{len(one.snapshot):,}", *(f"{_first(browser, one):.0f}" for _ in range(3))]
            for one in (empty, ordinary, room)
        ]
        show("First usable picture on a cold start", ("", "bytes", "ms", "ms", "ms"), rows)

        page, _ = opened(browser, room)
        stream = Stream(world, situation, datetime.now(UTC))
        live = list(stream.frames(LIVE_S * FRAMES_PER_S))
        begun: float = page.evaluate("performance.now()")
        for made in live:
            room.sent.append(made)
            time.sleep(1 / FRAMES_PER_S)
        waits_for(page, stream.n)
        tasks = [t for at, t in page.evaluate("seen.tasks") if at > begun]
        show(
            f"{LIVE_S} s of 300 facts a second",
            ("", "found"),
            [
                ["tasks of more than 50 ms", len(tasks)],
                ["of more than 200 ms", sum(t > 200 for t in tasks)],
                ["the longest, ms", f"{max(tasks, default=0):.0f}"],
                ["95th percentile of them, ms", f"{percentile(tasks or [0], 0.95):.0f}"],
            ],
        )

        rows = [_point(page, "before", stream)]
        for point in range(1, POINTS + 1):
            for _ in range(HOUR_S // POINTS // 10):
                room.sent.extend(stream.frames(10 * FRAMES_PER_S))
                waits_for(page, stream.n)
            rows.append(_point(page, f"{point * HOUR_S // POINTS} s", stream))
        show(
            f"Memory over {HOUR_S} s of that, as fast as it goes",
            ("", "heap, MB", "elements", "incidents", "observations", "picture, MB"),
            rows,
        )
        browser.close()


def _first(browser: Browser, room: SendingRoom) -> float:
    page, ms = opened(browser, room)
    page.context.close()
    return ms


def _point(page: Page, name: str, stream: Stream) -> list[Any]:
    there = stream.situation
    size = len(picture(there)) / 1e6
    elements: int = page.evaluate("document.getElementsByTagName('*').length")
    return [
        name,
        f"{heap_mb(page):.1f}",
        elements,
        len(there.incidents),
        len(there.observations),
        f"{size:.1f}",
    ]
