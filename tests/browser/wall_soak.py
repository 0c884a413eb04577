"""Hours of an evening in minutes, for a wall: what comes also goes, so memory must stay flat."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page

from browser.script import Script

TRACKS = 60
KEPT = 12  # incidents open at a time
TYPES = ("FIR-BLD", "TRA-TUN", "PTR-MET", "WEA-STO")


class Evening:
    """`turn()` is about a minute of a busy room: forty entries."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._turn = 0
        self._open: list[str] = []

    def turn(self) -> None:
        s, n = self._script, self._turn
        self._turn += 1
        for k in range(30):
            track = (30 * n + k) % TRACKS
            lat, lon = 50.80 + track / 600, 4.30 + (n % 50) / 400
            heading = {"heading": (n * 7) % 360}
            where: dict[str, Any] = {"lat": lat, "lon": lon, "track": f"drone:dca-1|{track}"}
            s.observe("drone:dca-1", "Drone", kind="drone_track", facts=heading, **where)
        lat, lon = 50.82 + (n % 9) / 100, 4.32 + (n % 7) / 70
        code = TYPES[n % len(TYPES)]
        seen = s.observe("cad:112-bru", "Appel", type_hint=code, lat=lat, lon=lon)
        incident = s.open(seen, code, 2 + n % 3, commune={"fr": "Bruxelles", "nl": "Brussel"})
        for _ in range(3):
            again = s.observe("cic:101", "Appel", type_hint=code, lat=lat, lon=lon)
            s.join(incident, again, 0.9, [])
        s.source("anpr:lez", ("online", "silent")[n % 2])
        self._open.append(incident)
        if len(self._open) > KEPT:
            s.write("incident_archived", {"incident": self._open.pop(0)})


@dataclass(frozen=True)
class Load:
    """What the page holds after its rubbish was collected."""

    heap: int
    nodes: int
    listeners: int


def load_of(page: Page, cdp: CDPSession) -> Load:
    for _ in range(3):
        cdp.send("HeapProfiler.collectGarbage")
    counters = cdp.send("Memory.getDOMCounters")
    heap = cdp.send("Runtime.getHeapUsage")["usedSize"]
    return Load(int(heap), int(counters["nodes"]), int(counters["jsEventListeners"]))


def catch_up(page: Page, script: Script) -> None:
    """The wall has all of it, and has drawn it."""
    page.wait_for_function(
        "(n) => Number(document.documentElement.dataset.liveN) >= n",
        arg=len(script.entries),
        timeout=60_000,
    )
