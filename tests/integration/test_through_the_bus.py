"""Native topics, halves of a source apart, and a third party's adapter: with real brokers."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx
import orjson
import pytest

from services import Mosquitto, free_port, wait_until
from tocsin.contract import Observation, Receipt, Translation
from tocsin.contract.broker_address import BrokerAddress
from tocsin.sources import AdapterRunner, SourceConfig, run_source
from tocsin.sources.backoff import Backoff
from tocsin.sources.recording import read_recording
from tocsin.sources.starting import start_adapter

SAMPLES = Path(__file__).parents[1] / "fixtures" / "cap"
MAIN = "from tocsin.cli import main; raise SystemExit(main())"


class EchoAdapter:
    """One observation a message that tells how it arrived."""

    name: ClassVar[str] = "echo"
    max_bytes: ClassVar[int] = 100_000
    framing: ClassVar[str] = "lines"

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        told = [receipt.topic, receipt.origin, receipt.content_type, payload.decode()]
        seen = Observation(
            source=receipt.source,
            external_id="|".join(told),
            kind="event",
            received_at=receipt.received_at,
        )
        return Translation([seen])


class DeletionAdapter(EchoAdapter):
    reads_deletions: ClassVar[bool] = True


@dataclass
class Ear:
    """Hears a whole broker."""

    url: str
    heard: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        address = BrokerAddress.parse(self.url)
        self.client = address.client("ear", reconnects=True)
        ready = threading.Event()
        self.client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self.client.on_subscribe = lambda *_: ready.set()
        self.client.on_message = lambda _c, _d, m: self.heard.append((m.topic, bytes(m.payload)))
        self.client.connect(address.host, address.port)
        self.client.loop_start()
        assert ready.wait(10)

    def say(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        self.client.publish(topic, payload, qos=qos, retain=retain).wait_for_publish(10)

    def facts(self, part: str = "/observations/") -> list[str]:
        return [orjson.loads(body)["id"] for topic, body in list(self.heard) if part in topic]

    def states(self, source: str) -> list[str]:
        topic = f"tocsin/v1/live/sources/{source}/status"
        return [orjson.loads(b)["state"] for t, b in list(self.heard) if t == topic and b]

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def ear(mosquitto: Mosquitto) -> Iterator[Ear]:
    made = Ear(mosquitto.url)
    yield made
    made.close()


SERVING = """
import sys
from pathlib import Path
from tocsin.broker import EmbeddedBroker

broker = EmbeddedBroker(Path(sys.argv[1]), port=int(sys.argv[2]))
broker.start()
print("up", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[str]:
    """Its address. A process of its own: amqtt leaves connections open when it ends."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", SERVING, str(tmp_path / "broker"), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    ) as broker:
        assert broker.stdout is not None
        assert broker.stdout.readline() == b"up\n"
        yield f"mqtt://127.0.0.1:{port}"
        broker.kill()


Start = Callable[..., AdapterRunner]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Runs halves of a source of the echo adapter; over when the test is."""
    stops: list[tuple[threading.Event, threading.Thread]] = []

    def begin(
        broker: str, /, adapter: Any = None, half: Any = None, **settings: Any
    ) -> AdapterRunner:
        config = SourceConfig.model_validate(
            {"adapter": "echo", "source": "echo:x", "heartbeat_s": 0.5, **settings}
        )
        runner = AdapterRunner(
            adapter or EchoAdapter(),
            config,
            broker,
            tmp_path / "data",
            half=half,
            backoff=lambda: Backoff(0.05, 0.2),
        )
        stop = threading.Event()
        thread = threading.Thread(target=runner.run, args=(stop,))
        thread.start()
        stops.append((stop, thread))
        return runner

    yield begin
    for stop, _ in stops:
        stop.set()
    for _, thread in stops:
        thread.join(20)
        assert not thread.is_alive()


def heard_first(ear: Ear, topic: str, payload: bytes, expected: str) -> None:
    """The subscription is in place once something comes through."""

    def through() -> bool:
        ear.say(topic, payload)
        return expected in ear.facts()

    wait_until(through, 20)


# Native topics


def test_a_format_is_read_on_its_native_topics_and_knows_which(
    mosquitto: Mosquitto, ear: Ear, start: Start
) -> None:
    start(mosquitto.url, topics=["frigate/+/events", "owntracks/#"])
    heard_first(ear, "frigate/one/events", b"first", "frigate/one/events|frigate/one/events||first")
    ear.say("frigate/one/other", b"no")
    ear.say("frigate/events", b"no")
    ear.say("owntracks/me/phone", b"")  # a deletion, which this adapter does not read
    ear.say("owntracks/me/phone", b"yes", qos=0)
    wait_until(lambda: ear.facts()[-1] == "owntracks/me/phone|owntracks/me/phone||yes")
    assert not any(fact.endswith("no") for fact in ear.facts())
    assert not any(fact.endswith("|") for fact in ear.facts())


def test_deletions_reach_an_adapter_that_reads_them(
    mosquitto: Mosquitto, ear: Ear, start: Start
) -> None:
    start(mosquitto.url, DeletionAdapter(), topics=["a/b"])
    heard_first(ear, "a/b", b"", "a/b|a/b||")


def test_a_wide_filter_does_not_read_what_we_write_ourselves(
    mosquitto: Mosquitto, ear: Ear, start: Start
) -> None:
    """Each observation would become another one, for ever."""
    runner = start(mosquitto.url, topics=["#"])
    heard_first(ear, "x", b"1", "x|x||1")
    ear.say("y", b"2")
    wait_until(lambda: "y|y||2" in ear.facts())
    assert all(fact.startswith(("x|", "y|")) for fact in ear.facts())
    assert runner.tally.rejected == 0


def test_native_topics_of_a_partners_own_broker(
    mosquitto: Mosquitto, ear: Ear, start: Start, tmp_path: Path
) -> None:
    with Mosquitto(tmp_path / "partner") as partner:
        start(mosquitto.url, topics=["theirs/#"], broker=partner.url)
        theirs = Ear(partner.url)
        try:
            wait_until(lambda: theirs.say("theirs/a", b"1") or ear.facts(), 20)  # type: ignore[func-returns-value]
            assert ear.facts()[0] == "theirs/a|theirs/a||1"
            assert not theirs.facts()
        finally:
            theirs.close()


def test_what_comes_on_a_native_topic_while_the_source_is_away_waits_for_it(
    mosquitto: Mosquitto, ear: Ear, start: Start, tmp_path: Path
) -> None:
    config = {"topics": ["a/#"]}
    stop = threading.Event()
    runner = AdapterRunner(
        EchoAdapter(),
        SourceConfig.model_validate({"adapter": "echo", "source": "echo:x", **config}),
        mosquitto.url,
        tmp_path / "data",
    )
    thread = threading.Thread(target=runner.run, args=(stop,))
    thread.start()
    heard_first(ear, "a/b", b"0", "a/b|a/b||0")
    stop.set()
    thread.join(20)
    for number in range(1, 30):
        ear.say("a/b", str(number).encode())
    start(mosquitto.url, **config)
    wait_until(lambda: ear.facts()[-1].endswith("||29"), 20)
    assert ear.facts()[-29:] == [f"a/b|a/b||{number}" for number in range(1, 30)]


def test_the_embedded_broker_gives_native_topics_and_no_others(embedded: str, start: Start) -> None:
    """amqtt greets a new client with retained messages of other clients' subscriptions."""
    ear = Ear(embedded)
    try:
        ear.say("other/kept", b"not for us", retain=True)
        ear.say("mine/kept", b"for us", retain=True)
        runner = start(embedded, topics=["mine/#"])
        heard_first(ear, "mine/a", b"1", "mine/a|mine/a||1")
        assert not any("other" in fact for fact in ear.facts())
        assert runner.tally.rejected == 0
    finally:
        ear.close()


# Halves


def posted(port: int, path: str, content: bytes, kind: str) -> int:
    try:
        headers = {"Content-Type": kind}
        address = f"http://127.0.0.1:{port}{path}"
        return httpx.post(address, content=content, headers=headers).status_code
    except httpx.ConnectError:
        return 0


def test_pushed_bytes_cross_the_bus_untouched_with_how_they_came(
    mosquitto: Mosquitto, ear: Ear, start: Start
) -> None:
    port = free_port()
    start(mosquitto.url, half="translate", listen=f"127.0.0.1:{port}")
    wait_until(lambda: "tocsin-live-echo:x-raw" in mosquitto.log.read_text("utf-8"))
    start(mosquitto.url, half="intake", listen=f"127.0.0.1:{port}")
    kind = "multipart/form-data; boundary=b"
    wait_until(lambda: posted(port, "/cam/7", b"--b--", kind) == 200)
    wait_until(lambda: f"|/cam/7|{kind}|--b--" in ear.facts())
    raw = [body for topic, body in ear.heard if topic == "tocsin/v1/live/raw/echo:x"]
    assert raw[0].endswith(b"\n--b--")
    wait_until(lambda: "online" in ear.states("echo:x"))
    wait_until(lambda: "online" in ear.states("echo:x:intake"))


def test_lines_over_tcp_cross_the_bus(mosquitto: Mosquitto, ear: Ear, start: Start) -> None:
    port = free_port()
    start(mosquitto.url, half="translate", tcp_listen=f"127.0.0.1:{port}")
    start(mosquitto.url, half="intake", tcp_listen=f"127.0.0.1:{port}")
    wait_until(lambda: "tocsin-live-echo:x-raw" in mosquitto.log.read_text("utf-8"))
    wait_until(lambda: "online" in ear.states("echo:x:intake"))

    def told() -> bool:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(b"$ONE\r\n$TWO\r\n")
        return "|127.0.0.1||$TWO" in ear.facts()

    wait_until(told, 20)
    assert "|127.0.0.1||$ONE" in ear.facts()


def test_a_polled_feed_crosses_the_bus_as_it_was_fetched(
    mosquitto: Mosquitto, ear: Ear, start: Start, tmp_path: Path
) -> None:
    (tmp_path / "feed").write_bytes(b"the whole picture")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        feed = {"url": f"http://127.0.0.1:{server.server_address[1]}/feed", "bus": True}
        start(mosquitto.url, half="translate", every_s=0.2, **feed)
        start(mosquitto.url, half="intake", every_s=0.2, **feed)
        wait_until(lambda: any(fact.endswith("|the whole picture") for fact in ear.facts()), 20)
        raw = [body for topic, body in ear.heard if topic == "tocsin/v1/live/raw/echo:x"]
        assert raw[0].endswith(b"\nthe whole picture")
        server.shutdown()
        serving.join()


def test_both_halves_in_one_process_lose_nothing_at_their_first_start(
    mosquitto: Mosquitto, ear: Ear, tmp_path: Path
) -> None:
    """Nobody reads the topic yet when the first bytes come: they wait in the outbox."""
    (tmp_path / "in").mkdir()
    for number in range(5):
        name = f"{number}.xml"
        (tmp_path / "in" / name).write_bytes((SAMPLES / "own-meteoalarm-wind.xml").read_bytes())
    config = SourceConfig.read(
        {
            "adapter": "cap",
            "source": "cap:x",
            "folder": tmp_path / "in",
            "every_s": 0.1,
            "bus": True,
        }
    )
    stop = threading.Event()
    thread = threading.Thread(
        target=run_source, args=(config, mosquitto.url, tmp_path / "data", stop)
    )
    thread.start()
    try:
        wait_until(lambda: len(ear.facts()) == 5, 20)
        raw = [topic for topic, _ in ear.heard if topic == "tocsin/v1/live/raw/cap:x"]
        assert len(raw) == 5
    finally:
        stop.set()
        thread.join(20)


def process(settings: Path, *arguments: str) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(p for p in sys.path if p)
    command = [sys.executable, "-c", MAIN, "adapter", *arguments, "--config", str(settings)]
    return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path})


def test_halves_are_processes_and_what_was_answered_200_survives_a_killed_one(
    mosquitto: Mosquitto, ear: Ear, tmp_path: Path
) -> None:
    port = free_port()
    settings = tmp_path / "tocsin.toml"
    settings.write_text(
        f"""
data = "{tmp_path / "data"}"
mqtt = "{mosquitto.url}"
adapters = ["cap"]

[[sources]]
adapter = "cap"
source = "cap:pushed"
listen = "127.0.0.1:{port}"
heartbeat_s = 0.5
"""
    )
    names = ("own-meteoalarm-wind.xml", "own-two-warnings.xml")
    alerts = [(SAMPLES / name).read_bytes() for name in names]
    making = process(settings, "cap", "--half", "translate")
    wait_until(lambda: "live-cap:pushed-raw" in mosquitto.log.read_text("utf-8"), 60)
    taking = process(settings, "cap", "--half", "intake")
    try:
        wait_until(lambda: posted(port, "/one", alerts[0], "application/cap+xml") == 200, 30)
        wait_until(lambda: len(ear.facts()) == 1, 30)
        making.send_signal(signal.SIGKILL)
        making.wait(10)
        assert posted(port, "/two", alerts[1], "application/cap+xml") == 200
        wait_until(lambda: ear.states("cap:pushed")[-1] == "offline")
        assert ear.states("cap:pushed:intake")[-1] == "online"
        making = process(settings, "cap", "--half", "translate")
        wait_until(lambda: len(ear.facts()) == 3, 30)
    finally:
        for one in (taking, making):
            one.kill()
            one.wait(10)


# Record and replay


def cli(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([*more.pop("path", []), *(p for p in sys.path if p)])
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **more,
    )


def test_recorded_topics_play_back_on_others(mosquitto: Mosquitto, tmp_path: Path) -> None:
    ear = Ear(mosquitto.url)
    file = tmp_path / "kept.jsonl"
    recording = subprocess.Popen(
        [
            *(sys.executable, "-c", MAIN, "record", "--mqtt", mosquitto.url),
            *("--topic", "frigate/#", "tocsin/v1/+/raw/+", "--", str(file)),
        ],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    try:

        def kept(number: int) -> bool:
            ear.say("frigate/events", b"\x00\xff")
            return file.exists() and file.read_text("utf-8").count("\n") >= number

        wait_until(lambda: kept(1), 20)
        ear.say("tocsin/v1/live/raw/cap:x", b"<alert/>")
        ear.say("other", b"no")
        ear.say("frigate/events", b"last")
        wait_until(lambda: "bGFzdA==" in file.read_text("utf-8"), 20)
        recording.send_signal(signal.SIGINT)
        assert recording.wait(20) == 0
        with file.open(encoding="utf-8") as lines:
            recorded = list(read_recording(lines))
        assert {one.topic for one in recorded} == {"frigate/events", "tocsin/v1/live/raw/cap:x"}
        refused = cli("replay", str(file), "--mqtt", mosquitto.url, "--speed", "0")
        assert refused.returncode == 2
        assert "--realm NAME" in refused.stderr
        ear.heard.clear()
        played = cli(
            *("replay", str(file), "--mqtt", mosquitto.url, "--speed", "20"),
            *("--topic-map", "frigate=test/f", "--realm", "exercise-one"),
        )
        assert (played.returncode, played.stdout) == (0, f"{len(recorded)} messages published\n")
        wait_until(lambda: ("test/f/events", b"last") in ear.heard)
        assert ("tocsin/v1/exercise-one/raw/cap:x", b"<alert/>") in ear.heard
        assert len([one for one in ear.heard if one[0].startswith("test/f")]) == len(recorded) - 1
    finally:
        recording.kill()
        recording.wait(10)
        ear.close()


# A third party's adapter


def test_an_adapter_from_its_own_wheel_appears_and_works_without_touching_the_core(
    mosquitto: Mosquitto, ear: Ear, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    start_adapter("river_level", project)
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)

    before = cli("adapter", "test", "river_level", "x")
    assert "'river_level' is enabled but not installed" in before.stderr
    example = project / "tests" / "example.json"
    tried = cli("adapter", "test", "river_level", str(example), "--json", path=[str(site)])
    assert tried.returncode == 0, tried.stderr
    (seen,) = json.loads(tried.stdout)["observations"]
    assert seen["geometry"]["coordinates"] == [4.3478, 50.8597]

    its_tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(site), *filter(None, sys.path)])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert its_tests.returncode == 0, its_tests.stdout

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.json").write_bytes(example.read_bytes())
    settings = tmp_path / "tocsin.toml"
    settings.write_text(
        f"""
data = "{tmp_path / "data"}"
mqtt = "{mosquitto.url}"
adapters = ["river_level"]

[[sources]]
adapter = "river_level"
source = "river:senne"
folder = "{tmp_path / "in"}"
every_s = 0.1
maturity = "trial"
options = {{ type_hint = "WEA-FLO" }}
"""
    )
    path = os.pathsep.join([str(site), *(p for p in sys.path if p)])
    running = subprocess.Popen(
        [sys.executable, "-c", MAIN, "adapter", "river_level", "--config", str(settings)],
        env=os.environ | {"PYTHONPATH": path},
    )
    try:
        wait_until(lambda: ear.facts("/observations/river:senne") == ["7"], 30)
        body = next(body for topic, body in ear.heard if "/observations/" in topic)
        data = orjson.loads(body)["data"]
        assert (data["maturity"], data["type_hint"]) == ("trial", "WEA-FLO")
    finally:
        running.terminate()
        assert running.wait(20) == 0
