"""A screen that takes nothing holds up nobody."""

import json
import random
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from house import House
from publishing import Publisher, message, numbered, observed
from screens import Screen, socket_url
from services import wait_until

TOO_SLOW = 4008
CUT_WITHIN_S = 40
AT_ONCE = 10
LATE_S = 3.0  # far below the ten seconds that a slow screen is given


def outline(name: str) -> dict[str, object]:
    """A warned area of as many positions as allowed: what fills a socket quickly."""
    chance = random.Random(name)
    ring = [
        [round(4.3 + chance.random() / 10, 5), round(50.8 + chance.random() / 10, 5)]
        for _ in range(499)
    ]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def small_window(http: str) -> socket.socket:
    """A socket of a machine that has little room and reads nothing."""
    address = urlsplit(http)
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect((address.hostname, address.port))
    return narrow


def test_it_is_cut_without_delay_for_the_others_and_resumes(tmp_path: Path) -> None:
    with (
        House(tmp_path / "house") as house,
        Screen(house.http) as other,
        Publisher(house.mqtt) as publisher,
    ):
        other.wait(lambda: other.snapshots)
        url = socket_url(house.http, "live")
        with connect(
            url, sock=small_window(house.http), max_size=None, max_queue=1, ping_interval=None
        ) as slow:
            assert json.loads(slow.recv())["type"] == "hello"
            n = json.loads(slow.recv())["n"]
            deadline = time.monotonic() + CUT_WITHIN_S
            sent, longest = 0, 0.0
            while "a screen took nothing" not in house.said() and "was cut" not in house.said():
                assert time.monotonic() < deadline, f"not cut after {sent} observations"
                names = numbered("area", sent, AT_ONCE)
                published = time.monotonic()
                publisher.publish(message(observed(i, geometry=outline(i))) for i in names)
                other.wait(lambda last=names[-1]: last in other.seen_at)
                longest = max(longest, other.seen_at[names[-1]] - published)
                sent += AT_ONCE
            assert longest < LATE_S
            assert (other.snapshots, other.gaps, other.connections) == (1, 0, 1)

            code = None
            try:
                while True:
                    told = json.loads(slow.recv(timeout=20))
                    n = told["n"] if told["type"] == "frame" else n
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else None
            assert code in (TOO_SLOW, None)

        with connect(socket_url(house.http, "live", n), max_size=None) as again:
            assert json.loads(again.recv())["type"] == "hello"
            resumed = json.loads(again.recv())
            assert resumed["type"] == "frame"
            assert resumed["first"] == n + 1
        wait_until(lambda: other.picture == house.picture())
