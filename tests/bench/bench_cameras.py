"""What a watching process costs: cameras of 1280x720 at 25 frames a second, unseen and looked at.

The films are streets drawn by this project, read from files at their own pace, as a stream would
come. `BENCH_CAMERAS` (default 10) cameras, `BENCH_SECONDS` (default 20) a row.
"""

import os
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.tables import show
from drawn_clips import Picture, Street, encoded
from services import Mosquitto
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera, CameraName
from tocsin.contract.frame import FrameStamp
from tocsin.contract.watch import WatchOrder
from tocsin_adapters.camera.group import Group
from tocsin_adapters.camera.health import Health
from tocsin_adapters.camera.preview import preview_of

pytestmark = [pytest.mark.bench, pytest.mark.needs("mosquitto")]

CAMERAS = int(os.environ.get("BENCH_CAMERAS", "10"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
FPS = 25


def test_what_a_group_of_cameras_costs(mosquitto: Mosquitto, tmp_path: Path) -> None:
    film = tmp_path / "street.mkv"
    large = (np.asarray(cv2.resize(p, (1280, 720)), np.uint8) for p in Street().pictures(12, FPS))
    film.write_bytes(encoded(large, FPS, 2_000_000, key_every_s=2.0))
    group = Group(
        WatchOrder(
            group="bench",
            broker=BrokerAddress.parse(mosquitto.url),
            cameras=tuple(camera(f"cam-{n}", film) for n in range(CAMERAS)),
        )
    )
    stop = threading.Event()
    running = threading.Thread(target=group.run, args=(stop,))
    running.start()
    try:
        time.sleep(12)  # what they usually show is learned meanwhile
        rows = [
            (f"{CAMERAS} cameras, {looks}", f"{share:.1f} %", f"{memory:.0f} MB")
            for looks, fps, seen in (
                ("nobody looks", 0.0, 0),
                ("all at 2 a second", 2.0, CAMERAS),
                ("all at 10 a second", 10.0, CAMERAS),
                ("nobody looks any more", 0.0, 0),
            )
            for share, memory in [cost(group, fps, seen)]
        ]
    finally:
        stop.set()
        running.join(20)
    show("Watching cameras of 720p", ("", "a core, per camera", "memory"), rows)


def camera(name: str, film: Path) -> Camera:
    return Camera(
        id=name,
        name=CameraName(fr=name, nl=name),
        lat=50.85,
        lon=4.35,
        legal_regime="trafic_non_surveillance",
        agreement=True,
        url=f"file:{film}",
    )


def cost(group: Group, fps: float, seen: int) -> tuple[float, float]:
    """Per cent of a core for each camera, and the process's memory."""
    ask(group, fps, seen)
    time.sleep(4)  # the next key frame, the end of an earlier demand
    began, used = time.monotonic(), time.process_time()
    while time.monotonic() - began < SECONDS:
        ask(group, fps, seen)
        time.sleep(1)
    share = (time.process_time() - used) / (time.monotonic() - began) * 100 / CAMERAS
    return share, resident_mb()


def ask(group: Group, fps: float, seen: int) -> None:
    until = datetime.now(UTC) + timedelta(seconds=3)
    for number in range(seen):
        said = f'{{"fps": {fps}, "until": "{until.isoformat()}"}}'.encode()
        group._hear(f"cam-{number}", said)


def resident_mb() -> float:
    lines: Iterable[str] = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def test_what_a_check_and_a_preview_cost() -> None:
    cv2.setNumThreads(1)
    at = datetime(2026, 6, 1, 11, tzinfo=UTC)
    pictures: list[Picture] = list(Street().pictures(60, 1))
    health = Health(camera("cam", Path("none")), at)
    used = time.process_time()
    for number, picture in enumerate(pictures):
        health.see(picture, at + timedelta(seconds=number))
    check = (time.process_time() - used) / len(pictures) * 1000
    used = time.process_time()
    sizes = [len(preview_of(p, FrameStamp("cam", at, 0, 0, 0))) for p in pictures]
    preview = (time.process_time() - used) / len(pictures) * 1000
    show(
        "One camera, 640x360",
        ("", "ms", ""),
        [
            ("a check of its health, once a second", f"{check:.1f}", ""),
            ("a preview", f"{preview:.1f}", f"{sum(sizes) / len(sizes) / 1000:.0f} kB"),
        ],
    )
