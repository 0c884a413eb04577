"""A wall over many hours: heap, nodes and listeners after each, in a real Chromium.

An hour is sixty turns of browser/wall_soak.py: 2 200 entries; each minute an incident comes
and one goes.
"""

import os
import shutil
import time

import pytest
from playwright.sync_api import sync_playwright

from bench.tables import show
from browser.fake_room import FakeRoom
from browser.script import Script
from browser.wall_soak import Evening, catch_up, load_of

pytestmark = [pytest.mark.bench, pytest.mark.needs("chromium")]

ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
TURNS_AN_HOUR = 60
HOURS = int(os.environ.get("BENCH_HOURS", "24"))
HEADS = ["hours", "entries", "heap, MB", "nodes", "listeners", "taken, s"]


def test_a_wall_over_a_day() -> None:
    script = Script()
    script.command("direct_wall", "supervisor", layout="a", view=[50.85, 4.35, 12])
    rows: list[list[object]] = []
    with FakeRoom(script) as room, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{room.url}/wall?layout=a&distance=3&pitch=0.951")
        cdp = page.context.new_cdp_session(page)
        evening = Evening(script)
        began = time.monotonic()
        for hour in range(1, HOURS + 1):
            for turn in range(TURNS_AN_HOUR):
                evening.turn()
                if turn % 10 == 9:
                    catch_up(page, script)
            load = load_of(page, cdp)
            taken = round(time.monotonic() - began)
            heap = f"{load.heap / 1e6:.1f}"
            rows.append([hour, len(script.entries), heap, load.nodes, load.listeners, taken])
        browser.close()
    show("a wall", HEADS, rows)
