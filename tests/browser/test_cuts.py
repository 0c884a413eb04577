"""The real page behind a bad network: right again after every cut, frozen when nothing comes."""

import json
import random
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, WebSocket, expect

from browser.freezing import expect_frozen_in_time, watch_silence
from browser.watch import Watch
from house import House
from proxy import Proxy
from publishing import Message, Publisher, message, numbered, observed
from services import wait_until
from tocsin.journal.entry import Entry
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation, picture

CUTS = 200
AT_ONCE = 4
# Few, so that observations meet in incidents and the picture stays as large as a real one.
PLACES = [[4.31, 50.83], [4.34, 50.85], [4.37, 50.87], [4.39, 50.82]]


def somewhere(external_id: str, place: list[float]) -> Message:
    where = {"type": "Point", "coordinates": place}
    return message(observed(external_id, geometry=where))


class Mirror:
    """The server's situation, folded from its journal: knows what any number looked like."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._situation = Situation("live")
        self._entries: list[Entry] = []

    def until(self, external_id: str) -> int:
        """The server's number once it has recorded that observation."""
        self._house.wait(lambda: external_id in self._read())
        return len(self._entries)

    def at(self, n: int) -> Any:
        """Numbers asked for may only grow."""
        while len(self._entries) < n:
            self._read()
        self._situation = evolve_all(self._situation, self._entries[self._situation.n : n])
        assert self._situation.n == n
        return json.loads(picture(self._situation))

    def _read(self) -> set[str]:
        """The ids of the observations that are new in the journal."""
        first = len(self._entries) + 1
        told = self._house.get(f"/api/realms/live/journal?from={first}&limit=1000")
        fresh = [Entry(**entry) for entry in told]
        self._entries += fresh
        return {e.body["shown"]["external_id"] for e in fresh if e.kind == "observation_recorded"}


class Heard:
    """What came over the page's sockets, by type."""

    def __init__(self, page: Page) -> None:
        self.sockets = 0
        self.snapshots = 0
        self.loads = 0
        page.on("websocket", self._opened)
        page.on("load", lambda _: self._loaded())

    def _loaded(self) -> None:
        self.loads += 1

    def _opened(self, socket: WebSocket) -> None:
        self.sockets += 1
        socket.on("framereceived", self._take)

    def _take(self, told: str | bytes) -> None:
        text = told if isinstance(told, str) else told.decode()
        self.snapshots += text.startswith('{"type":"snapshot"')


@pytest.fixture
def house(servers: ExitStack, tmp_path: Path) -> House:
    return servers.enter_context(House(tmp_path / "house"))


@pytest.fixture
def network(servers: ExitStack, house: House, watch: Watch) -> Proxy:
    watch.allow("WebSocket connection to")  # Chromium says so of every cut that meets a handshake
    address = urlsplit(house.http)
    return servers.enter_context(Proxy((address.hostname or "", address.port or 0)))


@pytest.fixture
def publisher(servers: ExitStack, house: House) -> Iterator[Publisher]:
    return servers.enter_context(Publisher(house.mqtt))


def page_n(screen: Page) -> int:
    n: int = screen.evaluate("tocsin.n()")
    return n


def live(screen: Page) -> None:
    expect(screen.locator("html")).to_have_attribute("data-live-state", "live")


def test_after_each_of_two_hundred_cuts_the_picture_is_the_servers_again(
    screen: Page, house: House, network: Proxy, publisher: Publisher
) -> None:
    heard = Heard(screen)
    chance = random.Random(1)
    screen.goto(f"http://{network.address}/realms/live")
    live(screen)
    screen.wait_for_load_state("networkidle")  # what is cut is the socket, not the page's making
    mirror = Mirror(house)
    for cut in range(CUTS):
        ids = numbered("call", cut * AT_ONCE, AT_ONCE)
        publisher.publish(somewhere(i, chance.choice(PLACES)) for i in ids)
        cut_at = time.monotonic() + chance.uniform(0, 0.15)
        wait_until(lambda cut_at=cut_at: time.monotonic() >= cut_at)
        network.cut()
        n = mirror.until(ids[-1])
        wait_until(lambda n=n: page_n(screen) >= n, 10, lambda: f"the page is at {page_n(screen)}")
        told = json.loads(screen.evaluate("JSON.stringify(tocsin.picture())"))
        assert told == mirror.at(told["n"]), f"after cut {cut}"
    live(screen)
    assert heard.snapshots == 1
    assert heard.loads == 1
    assert heard.sockets > CUTS // 2


def test_a_stalled_network_freezes_the_screen_in_time_and_its_return_thaws_it(
    screen: Page, network: Proxy, publisher: Publisher
) -> None:
    screen.goto(f"http://{network.address}/realms/live")
    live(screen)
    heard = Heard(screen)
    frozen = screen.locator("#frozen")
    watch_silence(screen)
    network.stall()
    expect_frozen_in_time(screen)
    expect(frozen).to_contain_text(re.compile(r"FIGÉ depuis \d\d:\d\d:\d\d"))
    publisher.publish([message(observed("meanwhile"))])
    network.flow()
    expect(frozen).to_be_hidden()
    live(screen)
    wait_until(lambda: "meanwhile" in str(screen.evaluate("tocsin.picture()")))
    assert heard.snapshots == 0
