"""Watching processes with a real broker and real cameras: GStreamer's RTSP server, MJPEG over HTTP.

The pictures are streets drawn by this project.
"""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import orjson
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from drawn_clips import Picture, Street, covered
from mjpeg_server import Mjpeg
from services import Mosquitto, Rtsp, wait_until
from tocsin.cameras.supervisor import Supervisor, orders_for
from tocsin.contract import topics
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera
from tocsin.contract.frame import MAX_FRAME_BYTES, stamp_of
from tocsin.sources.backoff import Backoff

WITHIN_S = 10.0
ACCOUNT = "viewer:not-for-logs"


def jpegs(pictures: list[Picture]) -> list[bytes]:
    quality = [cv2.IMWRITE_JPEG_QUALITY, 90]
    return [cv2.imencode(".jpg", one, quality)[1].tobytes() for one in pictures]


@pytest.fixture(scope="module")
def street() -> list[Picture]:
    """Ten seconds of traffic."""
    return list(Street().pictures(10, 12))


class Screen:
    """Hears everything, and asks for pictures as a relay does."""

    def __init__(self, broker: Mosquitto) -> None:
        self.frames: list[tuple[float, str, bytes]] = []
        self.told: list[tuple[float, dict[str, Any]]] = []
        self.statuses: list[dict[str, Any]] = []
        self.all_bytes = b""
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="screen")
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self.client.on_message = self._hear
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()

    def _hear(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        payload = bytes(message.payload)
        if message.topic.endswith("/frame"):
            self.frames.append((time.monotonic(), message.topic.split("/")[4], payload))
            return
        self.all_bytes += message.topic.encode() + payload
        if "/observations/" in message.topic:
            self.told.append((time.monotonic(), orjson.loads(payload)["data"]))
        elif message.topic.endswith("/status"):
            self.statuses.append(orjson.loads(payload))

    def state(self, camera: str) -> str | None:
        of_it = [t for _, t in list(self.told) if t["location_codes"]["camera"] == camera]
        return of_it[-1]["attributes"]["state"] if of_it else None

    def awaits(self, camera: str, state: str, timeout: float = WITHIN_S) -> float:
        """How long it took."""
        began = time.monotonic()
        wait_until(
            lambda: self.state(camera) == state,
            timeout,
            lambda: f"{camera} {state}; told {self._last_told()}; {self.statuses[-1:]}",
        )
        return time.monotonic() - began

    def _last_told(self) -> list[tuple[str, Any]]:
        return [(t["external_id"], t["attributes"]) for _, t in self.told[-6:]]

    def asks(self, camera: str, fps: float, seconds: float) -> None:
        """Every two seconds, for six ahead."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            ends = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
            said = json.dumps({"fps": fps, "until": ends})
            self.client.publish(topics.camera_demand("live", camera), said)
            time.sleep(min(2.0, max(0.0, until - time.monotonic())))

    def frames_of(self, camera: str, since: float) -> int:
        return sum(name == camera and at >= since for at, name, _ in list(self.frames))


@pytest.fixture
def screen(mosquitto: Mosquitto) -> Iterator[Screen]:
    made = Screen(mosquitto)
    yield made
    made.client.disconnect()
    made.client.loop_stop()


Watch = Callable[..., Supervisor]


@pytest.fixture
def watch(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Watch]:
    running: list[Supervisor] = []

    def begin(urls: dict[str, str], **more: Any) -> Supervisor:
        cameras = [
            Camera.model_validate(
                {
                    "id": name,
                    "name": {"fr": name, "nl": name},
                    "lat": 50.85,
                    "lon": 4.35,
                    "group": "tests",
                    "legal_regime": "trafic_non_surveillance",
                    "agreement": True,
                    "url": url,
                }
                | more
            )
            for name, url in urls.items()
        ]
        supervisor = Supervisor(
            orders_for(cameras, BrokerAddress.parse(mosquitto.url), tmp_path / "data"),
            backoff=lambda: Backoff(0.1, 0.5),
        )
        supervisor.start()
        running.append(supervisor)
        return supervisor

    yield begin
    for supervisor in running:
        supervisor.stop()


def learned(tmp_path: Path, camera: str) -> bool:
    return (tmp_path / "data" / "cameras" / "live" / f"{camera}.npz").exists()


def test_a_camera_covered_frozen_pulled_out_and_restored_is_told_within_ten_seconds(
    watch: Watch,
    screen: Screen,
    rtsp: Rtsp,
    street: list[Picture],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    rtsp.keep("street", jpegs(street))
    rtsp.keep("covered", jpegs([covered(one, noise_seed=n) for n, one in enumerate(street[:24])]))
    rtsp.keep("frozen", jpegs(street[:1]))
    rtsp.show("one", "street")
    rtsp.show("two", "street")
    rtsp.start()
    watch({"cam-one": rtsp.url("one"), "cam-two": rtsp.url("two")})
    screen.awaits("cam-one", "working", 20)
    wait_until(lambda: learned(tmp_path, "cam-one"), 30)
    took: dict[str, float] = {}

    rtsp.show("one", "covered")
    took["covered"] = screen.awaits("cam-one", "covered")
    rtsp.show("one", "street")
    took["uncovered"] = screen.awaits("cam-one", "working")
    rtsp.show("one", "frozen")
    took["frozen"] = screen.awaits("cam-one", "frozen")
    rtsp.show("one", "street")
    took["thawed"] = screen.awaits("cam-one", "working")
    screen.awaits("cam-two", "working")
    rtsp.kill()
    took["pulled out"] = screen.awaits("cam-one", "no_picture")
    wait_until(
        lambda: (
            screen.statuses[-1].get("trouble")
            == "no picture from 2 of 2 cameras: cam-one (nothing listens at its address), "
            "cam-two (nothing listens at its address)"
        ),
        15,
        lambda: str(screen.statuses[-1]),
    )
    rtsp.start()
    # the pause before the next attempt, which grew while nothing answered, comes on top
    took["restored"] = screen.awaits("cam-one", "working", 2 * WITHIN_S)
    record_property("seconds", took)
    print({what: round(seconds, 1) for what, seconds in took.items()})


def test_a_camera_that_hangs_holds_up_no_other(
    watch: Watch, screen: Screen, rtsp: Rtsp, street: list[Picture]
) -> None:
    rtsp.keep("street", jpegs(street))
    rtsp.show("one", "street")
    rtsp.show("two", "street")
    rtsp.start()
    with Mjpeg(jpegs(street)).serving() as mjpeg:
        watch({"cam-rtsp": rtsp.url("one"), "cam-mjpeg": mjpeg.url, "cam-test": "test:"})
        for camera in ("cam-rtsp", "cam-mjpeg", "cam-test"):
            screen.awaits(camera, "working", 20)
        rtsp.pause()  # connections stay open, nothing comes
        mjpeg.answers = False
        try:
            screen.asks("cam-test", 10, 4)
            since = time.monotonic()
            screen.asks("cam-test", 10, 4)
            assert screen.frames_of("cam-test", since) >= 20
            screen.awaits("cam-rtsp", "no_picture", 5)
            screen.awaits("cam-mjpeg", "no_picture", 5)
        finally:
            rtsp.go_on()
            mjpeg.answers = True
        screen.awaits("cam-rtsp", "working")
        screen.awaits("cam-mjpeg", "working")
    assert screen.state("cam-test") == "working"


def test_the_rate_follows_what_is_looked_at_and_memory_stays_flat(
    watch: Watch, screen: Screen, rtsp: Rtsp, street: list[Picture]
) -> None:
    rtsp.keep("street", jpegs(street))
    rtsp.show("one", "street")
    rtsp.show("two", "street")
    rtsp.start()
    with Mjpeg(jpegs(street)).serving() as mjpeg:
        supervisor = watch({"cam-rtsp": rtsp.url("one"), "cam-mjpeg": mjpeg.url})
        screen.awaits("cam-rtsp", "working", 20)
        screen.awaits("cam-mjpeg", "working", 20)
        began = time.monotonic()
        screen.asks("cam-rtsp", 10, 4)
        screen.asks("cam-mjpeg", 5, 1)
        before = resident_mb(supervisor.processes()["live/tests"])
        since = time.monotonic()
        for _ in range(4):
            screen.asks("cam-rtsp", 10, 0.1)
            screen.asks("cam-mjpeg", 5, 1.9)
        seconds = time.monotonic() - since
        rtsp_fps = screen.frames_of("cam-rtsp", since) / seconds
        mjpeg_fps = screen.frames_of("cam-mjpeg", since) / seconds
        after = resident_mb(supervisor.processes()["live/tests"])
        assert 7 <= rtsp_fps <= 10.5
        assert 3.5 <= mjpeg_fps <= 5.5
        time.sleep(4)  # the demand ends
        since = time.monotonic()
        time.sleep(3)
        assert screen.frames_of("cam-rtsp", since) + screen.frames_of("cam-mjpeg", since) <= 1
    frames = [frame for at, _, frame in screen.frames if at >= began]
    assert max(map(len, frames)) <= MAX_FRAME_BYTES
    assert all(stamp_of(frame) for frame in frames)
    ages = sorted(age_of(at, frame) for at, _, frame in fresh(screen, began))
    assert ages[len(ages) // 2] < 0.5
    assert after - before < 12, f"{before:.0f} MB, then {after:.0f} MB"
    print(
        {
            "rtsp fps": round(rtsp_fps, 1),
            "mjpeg fps": round(mjpeg_fps, 1),
            "MB": (round(before), round(after)),
            "median age s": round(ages[len(ages) // 2], 3),
            "kB": round(sum(map(len, frames)) / len(frames) / 1000),
        }
    )


def fresh(screen: Screen, since: float) -> list[tuple[float, str, bytes]]:
    return [one for one in screen.frames if one[0] >= since and one[1] == "cam-rtsp"]


def age_of(at: float, frame: bytes) -> float:
    stamp = stamp_of(frame)
    assert stamp is not None
    received = datetime.now(UTC) - timedelta(seconds=time.monotonic() - at)
    return (received - stamp.captured_at).total_seconds()


def resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no such process")


def test_an_account_is_used_and_seen_nowhere(
    watch: Watch, screen: Screen, street: list[Picture], tmp_path: Path, capfd: Any
) -> None:
    account = tmp_path / "account"
    account.write_text(ACCOUNT, "utf-8")
    with Mjpeg(jpegs(street), account=ACCOUNT).serving() as mjpeg:
        supervisor = watch({"cam-locked": mjpeg.url}, account_file=str(account))
        screen.awaits("cam-locked", "working", 20)
        mjpeg.account = "viewer:changed"
        mjpeg.answers = False
        pid = supervisor.processes()["live/tests"]
        screen.awaits("cam-locked", "no_picture", 15)
        wait_until(
            lambda: "refuses our account" in (screen.statuses[-1].get("trouble") or ""),
            20,
            lambda: str(screen.statuses[-1]),
        )
        places = [Path(f"/proc/{pid}/{place}").read_bytes() for place in ("cmdline", "environ")]
    supervisor.stop()
    said = capfd.readouterr()
    for written in (*places, screen.all_bytes, said.err.encode(), said.out.encode()):
        assert b"not-for-logs" not in written
    assert "refuses our account" in said.err


def test_a_group_says_when_it_comes_and_goes_and_comes_back_when_killed(
    watch: Watch, screen: Screen, mosquitto: Mosquitto
) -> None:
    supervisor = watch({"cam-test": "test:"})
    screen.awaits("cam-test", "working", 20)
    wait_until(lambda: screen.statuses[-1]["state"] == "online")
    assert screen.statuses[-1]["source"] == "camera:tests"
    assert screen.statuses[-1]["adapter"] == "camera"
    pid = supervisor.processes()["live/tests"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: screen.statuses[-1]["state"] == "offline")
    assert "at" not in screen.statuses[-1]  # its last will
    wait_until(lambda: screen.statuses[-1]["state"] == "online", 20)
    assert supervisor.processes()["live/tests"] != pid
    told = len(screen.told)
    mosquitto.restart()
    wait_until(lambda: len(screen.told) > told, 20, "told again after the broker's restart")
    supervisor.stop()
    wait_until(lambda: screen.statuses[-1]["state"] == "offline")
    assert screen.statuses[-1]["at"]
    assert screen.statuses[-1]["counts"]["published"] >= 1
