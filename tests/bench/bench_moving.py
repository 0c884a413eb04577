"""Ten thousand things moving on the map, beside Leaflet's own markers and circles in the same run.

What is timed is our script and Leaflet's on the main thread, frame by frame; painting by the
graphics card (here: by software) is not in it.
"""

import os
import shutil
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from bench.tables import percentile, show
from browser.conftest import ARGUMENTS, CHROMIUM
from browser.fake_room import FakeRoom
from browser.script import Script

pytestmark = pytest.mark.bench

NUMBERS = [1_000, 5_000, 10_000]
FRAMES = int(os.environ.get("BENCH_MOVING_FRAMES", "60"))
MOVE = (Path(__file__).parent / "moving.js").read_text("utf-8")


def timed(*, plain: bool) -> list[dict[str, Any]]:
    """`plain`: a browser without WebGL."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with FakeRoom(Script()) as room, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(room.url)
        page.locator(".leaflet-tile-pane").wait_for(state="attached")
        given = {
            "modules": f"{room.static_url}/app",
            "numbers": NUMBERS,
            "frames": FRAMES,
            "plain": plain,
        }
        rows: list[dict[str, Any]] = page.evaluate(MOVE, given)
        browser.close()
    return rows


def test_ten_thousand_things_that_move() -> None:
    rows = [*timed(plain=False), *timed(plain=True)]
    assert {row["how"] for row in rows} == {"", "gliding", "canvas"}
    names = list(dict.fromkeys((row["name"], row["how"]) for row in rows))
    table = []
    for name, how in names:
        cells = []
        for number in NUMBERS:
            which = (name, how, number)
            took = next(r["took"] for r in rows if (r["name"], r["how"], r["number"]) == which)
            shares = (percentile(took, 0.1), median(took), percentile(took, 0.95))
            cells.append(" / ".join(f"{share:.1f}" for share in shares))
        table.append([f"{name}{f' ({how})' if how else ''}", *cells])
    show("Script a frame, ms: 10th percentile / median / 95th", ("", *map(str, NUMBERS)), table)
