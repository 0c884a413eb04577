"""200 cameras at ten pictures a second through Mosquitto, to 26 tiles of a wall and 40 desks."""

import json
import os
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import sync_playwright

from bench.frames_load import Seen, Sent, publishing_frames, reading_frames, viewing
from bench.house import Cpu, Program
from bench.load import Apart
from bench.tables import percentile, show
from services import LOOPBACK, Mosquitto, wait_until
from tocsin.contract import topics

pytestmark = [pytest.mark.bench, pytest.mark.needs("mosquitto")]

CAMERAS = [f"cam-{n:03}" for n in range(int(os.environ.get("BENCH_CAMERAS", "200")))]
FPS = 10
WALL, DESKS = 26, 40
STALLED = 5
SETTLE_S, SECONDS = 4, 20


def configured(folder: Path) -> Path:
    """The register as it stands in a file of settings: no address, the pictures come by MQTT."""
    rows = [
        f'[[cameras]]\nid = "{name}"\nname = {{fr = "{name}", nl = "{name}"}}\n'
        f"lat = {50.82 + n % 20 * 0.003:.4f}\nlon = {4.30 + n // 20 * 0.01:.4f}\n"
        'legal_regime = "trafic_non_surveillance"\nagreement = true\n'
        for n, name in enumerate(CAMERAS)
    ]
    file = folder / "tocsin.toml"
    file.write_text("\n".join(rows), "utf-8")
    return file


@contextmanager
def house(folder: Path, broker: Mosquitto) -> Iterator[Program]:
    settings = configured(folder)
    where = ["--http", "127.0.0.1:0", "--mqtt", broker.url, "--data", str(folder / "data")]
    with Program(folder, "run", "--no-demo", "--config", str(settings), *where) as program:
        program.http()
        yield program


def wishes() -> list[dict[str, float]]:
    """A tile of the wall shows one camera; a desk six at two a second, and one of them at ten."""
    wall = [{CAMERAS[n % len(CAMERAS)]: FPS} for n in range(WALL)]
    desks = []
    for desk in range(DESKS):
        strip = [CAMERAS[(WALL + desk * 6 + n) % len(CAMERAS)] for n in range(6)]
        desks.append({name: float(FPS if n == 0 else 2) for n, name in enumerate(strip)})
    return [*wall, *desks]


def address_of(http: str) -> str:
    return http.replace("http", "ws", 1) + "/realms/live/cameras/socket"


def ages_ms(seen: Seen, viewers: slice = slice(None)) -> list[float]:
    return [
        1000 * (came - captured)
        for pictures in seen.pictures[viewers]
        for some in pictures.values()
        for captured, came in some
    ]


def missed(seen: Seen, asked: Sequence[dict[str, float]]) -> tuple[int, int]:
    """Pictures that viewers at the cameras' own pace should have had, and how many they had."""
    due = had = 0
    for pictures, wish in zip(seen.pictures, asked, strict=True):
        for camera, fps in wish.items():
            if fps == FPS:
                due += round(seen.seconds * FPS)
                had += len(pictures.get(camera, ()))
    return due, min(due, had)


def stalled_viewer(http: str) -> socket.socket:
    """Asks for ten cameras at full pace and never reads a byte."""
    host, _, port = http.removeprefix("http://").partition(":")
    link = socket.socket()
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    link.connect((host, int(port)))
    path = f"/realms/live/cameras/socket?fps=10&cameras={','.join(CAMERAS[:10])}"
    link.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    return link


def floor(broker: Mosquitto) -> tuple[list[float], float, float]:
    """The same pictures from the publisher to one bare subscriber: ages, its share, loss."""
    with (
        Apart(reading_frames, broker.port) as reader,
        Apart(publishing_frames, broker.port, CAMERAS, FPS) as publisher,
    ):
        assert reader.hear() == "ready"
        publisher.hear()
        publisher.tell("go")
        publisher.hear()
        time.sleep(SECONDS / 2)
        publisher.tell("stop")
        sent: Sent = publisher.hear()
        time.sleep(1)
        reader.tell("stop")
        ages, cpu = reader.hear()
    return ages, cpu / sent.seconds, 1 - len(ages) / sent.frames


def test_frames_to_a_wall_and_desks(tmp_path: Path) -> None:
    asked = wishes()
    with ExitStack() as stack:
        broker = stack.enter_context(Mosquitto(tmp_path / "mosquitto"))
        bare, bare_cpu, bare_loss = floor(broker)
        program = stack.enter_context(house(tmp_path, broker))
        http = program.http()
        publisher = stack.enter_context(Apart(publishing_frames, broker.port, CAMERAS, FPS))
        _, size = publisher.hear()
        viewers = stack.enter_context(Apart(viewing, address_of(http), asked))
        assert viewers.hear() == "ready"
        publisher.tell("go")
        publisher.hear()
        time.sleep(SETTLE_S)
        runs: list[tuple[str, Seen, dict[str, float]]] = []
        cpu = Cpu(broker=broker.pid, tocsin=program.pid)
        viewers.tell("measure")
        time.sleep(SECONDS)
        viewers.tell("stop")
        runs.append(("all well", viewers.hear(), cpu.used()))
        links = [stalled_viewer(http) for _ in range(STALLED)]
        again = stack.enter_context(Apart(viewing, address_of(http), asked))
        assert again.hear() == "ready"
        time.sleep(SETTLE_S)
        cpu = Cpu(broker=broker.pid, tocsin=program.pid)
        again.tell("measure")
        time.sleep(SECONDS)
        again.tell("stop")
        runs.append((f"{STALLED} viewers stalled", again.hear(), cpu.used()))
        for link in links:
            link.close()
        publisher.tell("stop")
        sent: Sent = publisher.hear()
    rows: list[list[object]] = [
        [
            *("bare subscriber (floor)", f"{len(bare) / (SECONDS / 2):.0f}", *_told(bare)),
            *(f"{100 * bare_loss:.2f}", f"{100 * bare_cpu:.0f} %", "–"),
        ]
    ]
    for name, seen, used in runs:
        ages = ages_ms(seen)
        due, had = missed(seen, asked)
        shares = " / ".join(f"{100 * used[p] / seen.seconds:.0f}" for p in ("broker", "tocsin"))
        rows.append(
            [
                *(name, f"{len(ages) / seen.seconds:.0f}", *_told(ages)),
                *(
                    f"{100 * (1 - had / due):.2f}",
                    f"{100 * seen.cpu_s / seen.seconds:.0f} %",
                    shares,
                ),
            ]
        )
        assert had > 0
    show(
        f"{len(CAMERAS)} cameras, {FPS} a second, {size / 1000:.0f} kB each "
        f"({sent.frames / sent.seconds:.0f} published a second, publisher "
        f"{100 * sent.cpu_s / sent.seconds:.0f} % of a core)",
        (
            "",
            "pictures/s",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "missed %",
            "viewers",
            "broker / tocsin %",
        ),
        rows,
    )


def _told(ages: Sequence[float]) -> list[object]:
    return [f"{percentile(ages, share):.0f}" for share in (0.5, 0.95, 0.99)]


# A picture is displayed when its tile has decoded it: that is when the image says `load`.
DISPLAYED = """(begun) => {
  globalThis.ages = [];
  document.addEventListener("load", (event) => {
    const tile = event.target.closest?.(".camera-tile");
    if (tile) globalThis.ages.push(Date.now() - begun * 1000 - Number(tile.dataset.sequence));
  }, true);
}"""


def test_published_to_displayed_in_a_browser(tmp_path: Path) -> None:
    """One wall in Chromium, which draws without a graphics card here, under the same load."""
    program_of = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with ExitStack() as stack:
        broker = stack.enter_context(Mosquitto(tmp_path / "mosquitto"))
        http = stack.enter_context(house(tmp_path, broker)).http()
        publisher = stack.enter_context(Apart(publishing_frames, broker.port, CAMERAS, FPS))
        publisher.hear()
        playwright = stack.enter_context(sync_playwright())
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=program_of, args=arguments)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        publisher.tell("go")
        begun = publisher.hear()
        page.goto(f"{http}/realms/live/video")
        page.locator(".camera-tile img:visible").nth(12).wait_for()
        page.wait_for_timeout(1000 * SETTLE_S)
        page.evaluate(DISPLAYED, begun)
        page.wait_for_timeout(1000 * SECONDS)
        ages = page.evaluate("globalThis.ages")
        tiles = page.locator(".camera-tile:not(.late) img:visible").count()
        browser.close()
        publisher.tell("stop")
        publisher.hear()
    assert ages
    show(
        f"One wall in Chromium, {tiles} tiles in sight at 2 a second",
        ("", "pictures/s", "p50 ms", "p95 ms", "p99 ms"),
        [["published to displayed", f"{len(ages) / SECONDS:.0f}", *_told(ages)]],
    )


def test_the_rate_follows_what_is_looked_at(tmp_path: Path) -> None:
    """How soon a camera hears that somebody looks, and that nobody does any more."""
    told: list[tuple[float, str, float]] = []
    with ExitStack() as stack:
        broker = stack.enter_context(Mosquitto(tmp_path / "mosquitto"))
        http = stack.enter_context(house(tmp_path, broker)).http()
        ready: list[bool] = []
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="camera")
        client.on_subscribe = lambda *_: ready.append(True)
        client.on_message = lambda _c, _d, m: told.append(
            (time.monotonic(), m.topic.split("/")[4], json.loads(m.payload)["fps"])
        )
        client.connect(LOOPBACK, broker.port)
        client.subscribe(topics.camera_demand("live", "+"))
        client.loop_start()
        wait_until(lambda: ready)
        begun = time.monotonic()
        with Apart(viewing, address_of(http), [{CAMERAS[0]: 2.0}]) as viewer:
            assert viewer.hear() == "ready"
            joined = time.monotonic()
            wait_until(lambda: told)
            heard = told[0][0]
            time.sleep(7)
            viewer.tell("measure")
            viewer.tell("stop")
            viewer.hear()
        left = time.monotonic()
        time.sleep(4)
        client.loop_stop()
    wished = [row for row in told if row[0] < left]
    assert {row[1:] for row in wished} == {(CAMERAS[0], 2.0)}
    assert [row for row in told if row[0] > left + 0.5] == []
    show(
        "Demand",
        ("", "seconds"),
        [
            ["a viewer is there until the camera hears of it", f"{heard - min(joined, heard):.2f}"],
            ["between two words", f"{(wished[-1][0] - begun) / max(1, len(wished)):.1f}"],
            ["words after the viewer left", str(len([r for r in told if r[0] > left + 0.5]))],
        ],
    )
