"""How many observations a second go all the way: broker, checks, engine, journal, frame, screen."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from websockets.sync.client import connect

from bench.house import Cpu, Program, get
from bench.load import (
    Apart,
    Published,
    Read,
    Watched,
    frames_of,
    publishing,
    reading,
    watching,
    write_packets,
)
from bench.tables import show
from bench.world import Message, World
from services import Mosquitto, wait_until
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation, picture

pytestmark = pytest.mark.bench

OBSERVATIONS = 20_000
SETTLED_S = 120.0
ANY_PORT = ("--http", "127.0.0.1:0")


@dataclass(frozen=True)
class Run:
    """What one run came to; `cpu` in seconds of processor, a process each."""

    seconds: float
    per_s: float
    cpu: dict[str, float]
    joined: int
    opened: int


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    start = datetime.now(UTC) - timedelta(seconds=OBSERVATIONS / 1000)
    return list(World(start=start).messages(OBSERVATIONS, every=timedelta(milliseconds=1)))


@pytest.fixture
def file(messages: list[Message], tmp_path: Path) -> Path:
    path = tmp_path / "packets"
    write_packets(path, messages)
    return path


def floor_per_s(broker: Mosquitto, file: Path) -> float:
    """Publisher to subscriber through the same broker, nothing else between."""
    with Apart(reading, broker.port, OBSERVATIONS) as reader:
        assert reader.hear() == "ready"
        with Apart(publishing, broker.port, file, None) as publisher:
            assert publisher.hear() == "ready"
            publisher.tell("go")
            published: Published = publisher.hear(SETTLED_S)
            read: Read = reader.hear(SETTLED_S)
    return OBSERVATIONS / (read.came[-1] - published.first)


def through_the_house(
    broker: Mosquitto,
    file: Path,
    messages: Sequence[Message],
    http: str,
    journal: Journal,
    pids: dict[str, int],
) -> Run:
    """Publish everything at once, and wait until a screen has it."""
    socket = http.replace("http://", "ws://") + "/realms/live/socket"
    with (
        Apart(watching, socket, 1, len(messages)) as screens,
        Apart(publishing, broker.port, file, None) as publisher,
    ):
        assert screens.hear() == "ready"
        assert publisher.hear() == "ready"
        cpu = Cpu(**pids, broker=broker.pid)
        publisher.tell("go")
        published: Published = publisher.hear(SETTLED_S)
        assert screens.hear(SETTLED_S) == "recorded"
        used = cpu.used()
        wait_until(lambda: get(http, "/api/realms")[0]["n"] == journal.head("live").n, 20.0)
        assert screens.hear() == "quiet"
        theirs = get(http, "/api/realms/live/situation")
        screens.tell("stop")
        watched: Watched = screens.hear()
    entries = list(_read_all(journal))
    kinds = nothing_lost_nothing_twice(entries, messages)
    shown_at = the_screen_saw_it_all(watched, entries, theirs)
    seconds = shown_at - published.first
    return Run(
        seconds=seconds,
        per_s=len(messages) / seconds,
        cpu=used | {"publisher": published.cpu_s, "screen": watched.cpu_s},
        joined=kinds["observation_joined"],
        opened=kinds["incident_opened"],
    )


def nothing_lost_nothing_twice(
    entries: Sequence[Entry], messages: Sequence[Message]
) -> Counter[str]:
    recorded = Counter(
        (e.body["shown"]["source"], e.body["shown"]["external_id"])
        for e in entries
        if e.kind == "observation_recorded"
    )
    assert recorded == Counter((m.source, m.external_id) for m in messages)
    attached = Counter(
        e.body["observation"]
        for e in entries
        if e.kind in ("observation_joined", "incident_opened")
    )
    assert not attached or max(attached.values()) == 1
    return Counter(entry.kind for entry in entries)


def the_screen_saw_it_all(
    watched: Watched, entries: Sequence[Entry], theirs: dict[str, Any]
) -> float:
    """When the frame with the last observation came; the frames alone give the same picture."""
    last = max(entry.n for entry in entries if entry.kind == "observation_recorded")
    situation, shown_at = Situation("live"), 0.0
    for at, message in frames_of(watched, 0):
        told = orjson.loads(message)
        if told["type"] == "snapshot":
            situation.n = told["n"]
            assert not told["situation"]["observations"]
        if told["type"] != "frame":
            continue
        assert told["first"] == situation.n + 1
        situation = evolve_all(situation, [Entry(**entry) for entry in told["entries"]])
        situation.n, situation.at = told["n"], told["entry_at"]
        if situation.n >= last and not shown_at:
            shown_at = at
    mine = orjson.loads(picture(situation))
    assert mine["incidents"] == theirs["incidents"]
    assert mine["observations"] == theirs["observations"]
    assert mine["tracks"] == theirs["tracks"]
    return shown_at


def _read_all(journal: Journal) -> Iterator[Entry]:
    after = 0
    while entries := journal.read("live", after=after, limit=5_000):
        yield from entries
        after = entries[-1].n


def told(name: str, run: Run, floor: float) -> list[object]:
    share = "  ".join(f"{who} {seconds:.1f}" for who, seconds in run.cpu.items())
    ratio = f"{run.per_s / floor:.2f}"
    return [name, f"{run.per_s:,.0f}", f"{floor:,.0f}", ratio, f"{run.joined}/{run.opened}", share]


TITLE = f"{OBSERVATIONS:,} observations, published at once, to a screen"
HEAD = ("", "obs/s", "broker alone", "ratio", "joined/opened", "processor seconds")


def test_one_process_and_sqlite(
    mosquitto: Mosquitto, file: Path, messages: list[Message], tmp_path: Path
) -> None:
    floor, data = floor_per_s(mosquitto, file), tmp_path / "data"
    with (
        Program(
            tmp_path, "run", "--no-demo", "--mqtt", mosquitto.url, "--data", str(data), *ANY_PORT
        ) as house,
        closing(Journal.open(f"sqlite:///{data / 'journal.db'}")) as journal,
    ):
        pids = {"tocsin": house.pid}
        run = through_the_house(mosquitto, file, messages, house.http(), journal, pids)
    show(TITLE, HEAD, [told("one process, SQLite", run, floor)])


def test_one_process_and_postgresql(
    mosquitto: Mosquitto, file: Path, messages: list[Message], tmp_path: Path, postgres_url: str
) -> None:
    floor = floor_per_s(mosquitto, file)
    with (
        Program(
            tmp_path, "run", "--no-demo", "--mqtt", mosquitto.url, "--data", str(tmp_path / "data"),
            "--database", postgres_url, *ANY_PORT,
        ) as house,
        closing(Journal.open(postgres_url)) as journal,
    ):  # fmt: skip
        pids = {"tocsin": house.pid}
        run = through_the_house(mosquitto, file, messages, house.http(), journal, pids)
    show(TITLE, HEAD, [told("one process, PostgreSQL", run, floor)])


def test_engine_and_gateway_apart(
    mosquitto: Mosquitto,
    file: Path,
    messages: list[Message],
    tmp_path: Path,
    postgres_url: str,
    redis_url: str,
) -> None:
    floor = floor_per_s(mosquitto, file)
    common = ("--redis", redis_url, "--database", postgres_url, "--data", str(tmp_path / "data"))
    with (
        closing(Journal.open(postgres_url)) as journal,
        Program(tmp_path, "engine", "--mqtt", mosquitto.url, *common) as engine,
        Program(tmp_path, "gateway", *common, *ANY_PORT) as gateway,
    ):
        http = gateway.http()
        wait_for_the_broker(http)
        pids = {"engine": engine.pid, "gateway": gateway.pid}
        run = through_the_house(mosquitto, file, messages, http, journal, pids)
    show(TITLE, HEAD, [told("engine + gateway, PostgreSQL, Redis", run, floor)])


def wait_for_the_broker(http: str) -> None:
    """Until a beat says that the engine listens to the broker."""
    address = http.replace("http://", "ws://") + "/realms/live/socket"
    with connect(address) as link:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            told = orjson.loads(link.recv(timeout=10))
            if told["type"] == "beat" and told["health"]["broker"]["state"] == "connected":
                return
    raise AssertionError("no beat said that the broker is connected")
