"""A wall that nobody touches, while what it hangs on is stopped and started in turn."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from browser.watch import Watch
from house import House
from publishing import message, observed, publish
from services import Mosquitto, PostgresCluster, free_port

WITHIN_MS = 3000
GRACE_MS = 500  # the screen looks every 100 ms, and the frozen sign comes at 3 s exactly

# What the wall says, with the time at which it began to; by its own clock, not by our looking.
FOLLOW = """() => {
  globalThis.told = [];
  let before = "";
  const look = () => {
    const { liveState } = document.documentElement.dataset;
    const banners = [...document.querySelectorAll("[data-trouble]")].map((b) => b.dataset.trouble);
    const now = [liveState, ...banners].join(" ");
    if (now === before) return;
    before = now;
    globalThis.told.push([Date.now(), now]);
  };
  new MutationObserver(look).observe(document.documentElement,
    { attributes: true, subtree: true, childList: true });
  look();
}"""


def told_at(screen: Page, since: float, what: str) -> float:
    """When the wall began to say so, after that time."""
    at = screen.wait_for_function(
        "([since, what]) => globalThis.told.find(([at, now]) => at >= since && now === what)?.[0]",
        arg=[since * 1000, what],
        timeout=15_000,
    ).json_value()
    return float(at) / 1000


def test_it_says_what_is_wrong_and_is_right_again_within_three_seconds(
    screen: Page,
    servers: ExitStack,
    watch: Watch,
    tmp_path: Path,
    mosquitto: Mosquitto,
    postgres_cluster: PostgresCluster,
    postgres_url: str,
) -> None:
    for meant in ("ERR_CONNECTION_REFUSED", "WebSocket connection", "ERR_NETWORK", "ERR_EMPTY"):
        watch.allow(meant)
    options = ("--http", f"127.0.0.1:{free_port()}")
    house = servers.enter_context(
        House(tmp_path / "house", *options, mqtt=mosquitto.url, database=postgres_url)
    )
    fire: dict[str, Any] = {"type": "Point", "coordinates": [4.3372, 50.8613]}

    def report(name: str) -> None:
        publish(mosquitto.url, [message(observed(name, type_hint="FIR-LRG", geometry=fire))])

    report("before")
    screen.set_viewport_size({"width": 1920, "height": 1080})
    screen.goto(f"{house.http}/realms/live/wall?layout=a&distance=3&pitch=0.634")
    expect(screen.locator(".wall-incident")).to_have_count(1)
    screen.evaluate(FOLLOW)
    screen.evaluate("globalThis.never_left = true")
    found: dict[str, tuple[float, float]] = {}

    def try_out(name: str, stop: Callable[[], None], start: Callable[[], None], says: str) -> None:
        before = time.time()
        stop()
        gone = time.time()
        wrong_at = told_at(screen, before, says)
        start()
        back = time.time()
        right_at = told_at(screen, wrong_at, "live")
        wrong, right = 1000 * (wrong_at - gone), 1000 * (right_at - back)
        found[name] = wrong, right

    try_out("broker", mosquitto.stop, mosquitto.start, "live broker")

    def without_database() -> None:
        postgres_cluster.stop()
        report("kept")  # a room that learns nothing does not need its journal

    try_out("database", without_database, postgres_cluster.start, "live journal")
    try_out("server", house.stop, house.start, "frozen")
    print({k: tuple(round(ms) for ms in v) for k, v in found.items()})
    for name, (wrong, right) in found.items():
        assert wrong <= WITHIN_MS + GRACE_MS, (name, found)
        assert right <= WITHIN_MS, (name, found)
    house.wait_recorded(2)
    expect(screen.locator(".wall-facts b")).to_have_text("I-0001")
    assert screen.evaluate("globalThis.never_left")  # mended without opening the page anew
