"""How long a start takes after a million entries, and whether memory stays flat."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import create_engine, text

from bench.house import Program, get, resident_mb
from bench.load import Apart, Published, Watched, publishing, watching, write_packets
from bench.tables import show
from bench.world import World
from services import Mosquitto
from tocsin.app import make_ready
from tocsin.engine.decide import decide_all
from tocsin.ingest.checks import examine
from tocsin.journal.store import Journal
from tocsin.situation.load import load_situation
from tocsin.situation.picture import Situation, picture
from tocsin.situation.restore import SHAPE

pytestmark = pytest.mark.bench

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
SNAPSHOT_BEHIND = 10_000  # on average half of what the engine lets pass between two snapshots
BATCH = 2_000
SIMULATED = timedelta(minutes=10)
PER_S = 300
STEP = 20_000


@pytest.fixture(scope="module")
def long_journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a journal of a busy room, with a snapshot shortly before its end."""
    make_ready()
    folder = tmp_path_factory.mktemp("long") / "data"
    start = datetime.now(UTC) - timedelta(hours=2)
    messages = World(start=start).messages(10**9, every=timedelta(milliseconds=3))
    situation, saved = Situation("live"), False
    with closing(Journal.open(f"sqlite:///{folder / 'journal.db'}")) as journal:
        while situation.n < ENTRIES:
            batch = list(islice(messages, BATCH))
            examined = [examine(m.topic, m.payload, "live", start) for m in batch]
            situation, entries = decide_all(situation, [e.given for e in examined])
            keys = [e.key for e in examined if e.key is not None]
            head = journal.commit("live", entries, keys=keys)
            if not saved and situation.n >= ENTRIES - SNAPSHOT_BEHIND:
                saved = True
                kept = head.n, head.at or "", head.hash, picture(situation), SHAPE
                journal.save_snapshot("live", *kept)
    yield folder
    shutil.rmtree(folder)


def seconds_to_start(folder: Path, log: Path, broker: Mosquitto) -> tuple[float, float]:
    """From the command to pages that answer, and the memory then."""
    arguments = ("run", "--no-demo", "--data", str(folder), "--http", "127.0.0.1:0")
    with Program(log, *arguments, "--mqtt", broker.url) as house:
        http = house.http(600)
        get(http, "/api/realms")
        return monotonic() - house.started_at, resident_mb(house.pid)


def test_a_start_on_a_long_journal(
    long_journal: Path, mosquitto: Mosquitto, tmp_path: Path
) -> None:
    address = f"sqlite:///{long_journal / 'journal.db'}"
    loads = []
    for kept in (True, False):
        if not kept:
            engine = create_engine(address)
            with engine.begin() as connection:
                connection.execute(text("DELETE FROM snapshots"))
            engine.dispose()
        with closing(Journal.open(address)) as journal:
            begun = monotonic()
            loads.append((load_situation(journal, "live"), monotonic() - begun))
    (fast, fast_s), (slow, slow_s) = loads
    assert picture(fast) == picture(slow)
    empty_s, empty_mb = seconds_to_start(tmp_path / "empty", tmp_path, mosquitto)
    start_s, start_mb = seconds_to_start(long_journal, tmp_path, mosquitto)  # writes a snapshot
    again_s, again_mb = seconds_to_start(long_journal, tmp_path, mosquitto)
    size = (long_journal / "journal.db").stat().st_size / 1024**2
    show(
        f"A journal of {fast.n:,} entries ({size:,.0f} MB)",
        ("", "load, s", "whole start, s", "MB resident"),
        [
            ("empty journal", "", f"{empty_s:.1f}", f"{empty_mb:.0f}"),
            (f"snapshot {SNAPSHOT_BEHIND:,} behind", f"{fast_s:.2f}", "", ""),
            ("after a clean stop", "", f"{again_s:.1f}", f"{again_mb:.0f}"),
            ("no snapshot at all", f"{slow_s:.1f}", f"{start_s:.1f}", f"{start_mb:.0f}"),
        ],
    )


def test_memory_stays_flat(mosquitto: Mosquitto, tmp_path: Path) -> None:
    """Ten minutes of a busy room, as fast as they will go."""
    number = int(SIMULATED.total_seconds() * PER_S)
    world = World()
    rows = []
    with Program(
        tmp_path, "run", "--no-demo", "--mqtt", mosquitto.url,
        "--data", str(tmp_path / "data"), "--http", "127.0.0.1:0",
    ) as house:  # fmt: skip
        http = house.http()
        rows.append(["at the start", "", f"{resident_mb(house.pid):.0f}"])
        socket = http.replace("http://", "ws://") + "/realms/live/socket"
        for sent in range(STEP, number + 1, STEP):
            # Events at the same places only: what a room ends and archives is another matter.
            write_packets(tmp_path / "packets", world.watch(STEP, events_every=4))
            with (
                Apart(watching, socket, 1, sent) as screen,
                Apart(publishing, mosquitto.port, tmp_path / "packets", None) as publisher,
            ):
                assert screen.hear() == publisher.hear() == "ready"
                publisher.tell("go")
                _published: Published = publisher.hear()
                assert screen.hear(120) == "recorded"
                screen.tell("stop")
                _watched: Watched = screen.hear()
            open_now = len(get(http, "/api/realms/live/situation")["incidents"])
            rows.append([f"{sent:,}", open_now, f"{resident_mb(house.pid):.0f}"])
    show("Memory of the process", ("observations", "incidents", "MB resident"), rows)
