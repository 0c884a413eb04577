"""Sources at work with a real broker that is stopped, killed and brought back."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from services import Mosquitto, wait_until
from source_bench import LinesAdapter
from tocsin.sources import AdapterRunner, Outbox, SourceConfig
from tocsin.sources.backoff import Backoff
from tocsin.sources.desk import Desk
from tocsin.sources.intake import Intake

SAMPLES = Path(__file__).parents[1] / "fixtures" / "cap"


@dataclass
class Listener:
    """Hears everything of a realm, over its own persistent session."""

    broker: Mosquitto
    heard: list[tuple[str, Any, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id="listener", clean_session=False
        )
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = lambda client, *_: client.subscribe("tocsin/v1/live/#", qos=1)
        self.client.on_message = self._hear
        subscribed = threading.Event()
        self.client.on_subscribe = lambda *_: subscribed.set()
        self.client.connect("127.0.0.1", self.broker.port)
        self.client.loop_start()
        assert subscribed.wait(10)

    def _hear(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        if not message.payload.startswith(b"{"):
            return
        heard = (message.topic, orjson.loads(message.payload), message.retain)
        # The broker itself repeats, marked as such, what we had not acknowledged when it stopped.
        if not (message.dup and heard in self.heard):
            self.heard.append(heard)

    def facts(self) -> list[str]:
        return [body["id"] for topic, body, _ in list(self.heard) if "/observations/" in topic]

    def statuses(self) -> list[dict[str, Any]]:
        return [body for topic, body, _ in list(self.heard) if topic.endswith("/status")]

    def states(self) -> list[str]:
        return [status["state"] for status in self.statuses()]

    def reports(self) -> list[dict[str, Any]]:
        return [body for topic, body, _ in list(self.heard) if topic.endswith("/errors")]

    def say(self, topic: str, payload: bytes) -> None:
        self.client.publish(topic, payload, qos=1).wait_for_publish(10)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


class FedIntake:
    """Gives what the test feeds it, as fast as the desk takes it."""

    def __init__(self) -> None:
        self.fed: list[bytes] = []
        self.taken = 0

    def run(self, desk: Desk, stop: threading.Event) -> None:
        while not stop.is_set():
            while self.taken < len(self.fed):
                desk.take(self.fed[self.taken], "fed")
                self.taken += 1
            stop.wait(0.01)


@dataclass
class Running:
    runner: AdapterRunner
    intake: FedIntake
    stop: threading.Event
    thread: threading.Thread

    def feed(self, numbers: range) -> None:
        self.intake.fed += [str(number).encode() for number in numbers]

    def end(self) -> None:
        self.stop.set()
        self.thread.join(20)
        assert not self.thread.is_alive()


Start = Callable[..., Running]


@pytest.fixture
def listener(mosquitto: Mosquitto) -> Iterator[Listener]:
    made = Listener(mosquitto)
    yield made
    made.close()


@pytest.fixture
def start(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Start]:
    running: list[Running] = []

    def begin(intake: Intake | None = None, **more: Any) -> Running:
        config = SourceConfig(adapter="lines", source="lines:x", mqtt=True, **more)
        fed = FedIntake()
        runner = AdapterRunner(
            LinesAdapter(),
            config,
            mosquitto.url,
            tmp_path / "data",
            intake=intake or fed,
            backoff=lambda: Backoff(0.05, 0.2),
        )
        stop = threading.Event()
        thread = threading.Thread(target=runner.run, args=(stop,))
        thread.start()
        running.append(Running(runner, fed, stop, thread))
        return running[-1]

    yield begin
    for one in running:
        if one.thread.is_alive():
            one.end()


def begin_on_the_bus(
    mosquitto: Mosquitto, folder: Path
) -> tuple[threading.Event, threading.Thread]:
    """The same, reading raw bytes from the broker."""
    config = SourceConfig(adapter="lines", source="lines:x", mqtt=True)
    runner = AdapterRunner(
        LinesAdapter(), config, mosquitto.url, folder, backoff=lambda: Backoff(0.05, 0.2)
    )
    stop = threading.Event()
    thread = threading.Thread(target=runner.run, args=(stop,))
    thread.start()
    return stop, thread


def test_a_source_says_when_it_comes_and_goes(listener: Listener, start: Start) -> None:
    source = start(heartbeat_s=0.2)
    source.feed(range(3))
    wait_until(lambda: listener.facts() == ["0", "1", "2"])
    wait_until(lambda: any(s["counts"]["published"] == 3 for s in listener.statuses()))
    wait_until(lambda: len(listener.states()) >= 4, message="heartbeats")
    source.end()
    wait_until(lambda: listener.states()[-1] == "offline")
    last = listener.statuses()[-1]
    assert last["counts"] == {"received": 3, "published": 3, "rejected": 0, "warnings": 0}
    assert last["at"]  # it said so itself; a last will has no time
    assert set(listener.states()) == {"online", "offline"}
    assert last["adapter"] == "lines"


def test_the_status_is_there_for_who_comes_later(
    mosquitto: Mosquitto, listener: Listener, start: Start
) -> None:
    start()
    wait_until(lambda: listener.states() == ["online"])
    listener.close()
    late = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="late")
    heard: list[mqtt.MQTTMessage] = []
    late.on_message = lambda _client, _data, message: heard.append(message)
    late.connect("127.0.0.1", mosquitto.port)
    late.subscribe("tocsin/v1/live/sources/#", qos=1)
    late.loop_start()
    wait_until(lambda: heard)
    assert heard[0].retain
    assert orjson.loads(heard[0].payload)["state"] == "online"
    late.disconnect()
    late.loop_stop()


def test_500_observations_made_while_the_broker_is_away_arrive_once_and_in_order(
    mosquitto: Mosquitto, listener: Listener, start: Start
) -> None:
    source = start()
    source.feed(range(100))
    wait_until(lambda: len(listener.facts()) == 100)
    wait_until(lambda: source.runner.tally.published == 100)
    mosquitto.stop()
    source.feed(range(100, 600))
    wait_until(lambda: source.intake.taken == 600, 30, "all of them in the outbox")
    assert source.runner.tally.published == 100
    mosquitto.start()
    wait_until(lambda: len(listener.facts()) >= 600, 30, lambda: f"{len(listener.facts())}")
    wait_until(lambda: listener.states()[-1] == "online")
    assert listener.facts() == [str(number) for number in range(600)]
    back = next(s for s in listener.statuses() if s["state"] == "catching_up")
    assert back["outbox"] == 500
    assert back["outbox_since"] <= back["at"]
    first = next(body for _, body, _ in listener.heard if body.get("id") == "100")
    assert back["outbox_since"] == first["data"]["received_at"]
    wait_until(lambda: source.runner.tally.published == 600)


def test_a_broker_stopped_in_the_middle_of_a_stream_loses_and_reorders_nothing(
    mosquitto: Mosquitto, listener: Listener, start: Start
) -> None:
    """What was under way may come twice (QoS 1; its id folds it), never late and never not."""
    source = start()
    source.feed(range(3000))
    wait_until(lambda: len(listener.facts()) > 200)
    mosquitto.stop()
    wait_until(lambda: source.intake.taken == 3000, 60)
    mosquitto.start()
    everything = [str(number) for number in range(3000)]
    wait_until(lambda: listener.facts()[-1:] == ["2999"], 60)
    assert list(dict.fromkeys(listener.facts())) == everything
    assert "catching_up" in listener.states()


def test_what_waits_in_the_outbox_goes_out_after_a_restart_of_the_source(
    mosquitto: Mosquitto, listener: Listener, start: Start
) -> None:
    mosquitto.stop()
    before = start()
    before.feed(range(20))
    wait_until(lambda: before.intake.taken == 20)
    before.end()
    mosquitto.start()
    start()
    wait_until(lambda: len(listener.facts()) == 20)
    assert listener.facts() == [str(number) for number in range(20)]
    wait_until(lambda: listener.states()[-1] == "online")
    assert "catching_up" in listener.states()


def test_garbage_becomes_a_report_on_its_own_topic(listener: Listener, start: Start) -> None:
    source = start()
    source.intake.fed += [b"bad", b"crash", b"1"]
    wait_until(lambda: listener.facts() == ["1"])
    wait_until(lambda: len(listener.reports()) == 2)
    assert [report["rule"] for report in listener.reports()] == ["bad_line", "adapter_failed"]
    wait_until(lambda: source.runner.tally.published == 1)
    assert source.runner.tally.rejected == 2


def test_a_reading_that_fails_starts_anew_and_says_so(listener: Listener, start: Start) -> None:
    class Tripping(FedIntake):
        falls = 0

        def run(self, desk: Desk, stop: threading.Event) -> None:
            self.falls += 1
            if self.falls == 1:
                raise RuntimeError("tripped")
            super().run(desk, stop)

    intake = Tripping()
    intake.fed.append(b"1")
    start(intake)
    wait_until(lambda: listener.facts() == ["1"])
    said = [status.get("trouble") for status in listener.statuses()]
    assert "reading failed: RuntimeError" in said


# Raw bytes from the bus


def test_raw_bytes_from_the_bus_become_observations(
    mosquitto: Mosquitto, listener: Listener, tmp_path: Path
) -> None:
    stop, thread = begin_on_the_bus(mosquitto, tmp_path)
    try:
        wait_until(lambda: "online" in listener.states())
        wait_until(
            lambda: "tocsin-live-lines:x-raw" in mosquitto.log.read_text("utf-8"), message="session"
        )
        listener.say("tocsin/v1/live/raw/lines:x", b"1\nbad\n2")
        wait_until(lambda: listener.facts() == ["1", "2"])
        listener.say("tocsin/v1/live/raw/lines:x", b"")  # a deletion, no message
        listener.say("tocsin/v1/live/raw/lines:x", b"3")
        wait_until(lambda: listener.facts() == ["1", "2", "3"])
        wait_until(lambda: len(listener.reports()) == 1)
        assert listener.reports()[0]["origin"] == "tocsin/v1/live/raw/lines:x"
    finally:
        stop.set()
        thread.join(20)


def test_raw_bytes_published_while_the_source_is_away_are_waiting_for_it(
    mosquitto: Mosquitto, listener: Listener, tmp_path: Path
) -> None:
    stop, thread = begin_on_the_bus(mosquitto, tmp_path)
    listener.say("tocsin/v1/live/raw/lines:x", b"0")
    wait_until(lambda: "tocsin-live-lines:x-raw" in mosquitto.log.read_text("utf-8"))
    wait_until(lambda: _heard_or_say(listener, b"1"), 20)
    stop.set()
    thread.join(20)
    for number in range(2, 50):
        listener.say("tocsin/v1/live/raw/lines:x", str(number).encode())
    mosquitto.restart()
    stop, thread = begin_on_the_bus(mosquitto, tmp_path)
    try:
        wait_until(lambda: listener.facts()[-1:] == ["49"], 20)
        assert listener.facts()[-48:] == [str(number) for number in range(2, 50)]
    finally:
        stop.set()
        thread.join(20)


def _heard_or_say(listener: Listener, payload: bytes) -> bool:
    """The subscription is in place once something comes through."""
    listener.say("tocsin/v1/live/raw/lines:x", payload)
    return payload.decode() in listener.facts()


# A process of its own

PROCESS = """
import sys, threading
from pathlib import Path
from tocsin.sources import SourceConfig, run_source

config = SourceConfig.read(
    {"adapter": "cap", "source": "cap:test", "folder": sys.argv[2], "every_s": 0.05}
)
run_source(config, sys.argv[1], Path(sys.argv[3]), threading.Event())
"""


def test_a_killed_process_leaves_its_last_will_and_its_successor_takes_over(
    mosquitto: Mosquitto, listener: Listener, tmp_path: Path
) -> None:
    folder = tmp_path / "alerts"
    folder.mkdir()
    (folder / "1.xml").write_bytes((SAMPLES / "own-meteoalarm-wind.xml").read_bytes())

    def begin() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", PROCESS, mosquitto.url, str(folder), str(tmp_path / "d")]
        path = os.pathsep.join(p for p in sys.path if p)
        return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path})

    process = begin()
    try:
        wait_until(lambda: len(listener.facts()) == 1, 20)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        wait_until(lambda: listener.states()[-1] == "offline")
        assert "at" not in listener.statuses()[-1]
        (folder / "2.xml").write_bytes((SAMPLES / "own-two-warnings.xml").read_bytes())
        process = begin()
        wait_until(lambda: len(listener.facts()) >= 3, 20)
        wait_until(lambda: listener.states()[-1] == "online")
        assert [fact.rpartition("|")[2] for fact in listener.facts()[-2:]] == ["1", "2"]
    finally:
        process.kill()
        process.wait(10)


def test_the_outbox_of_a_source_lies_in_the_data_folder(start: Start, tmp_path: Path) -> None:
    source = start()
    wait_until((tmp_path / "data/sources/live+lines=x.sqlite").exists)
    source.end()
    Outbox(tmp_path / "data/sources/live+lines=x.sqlite", 1000).close()
