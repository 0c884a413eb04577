"""How long a moment of the past takes in a long journal, and what keeping snapshots costs."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from time import monotonic

import pytest
from sqlalchemy import create_engine, text

from bench.tables import show
from bench.world import World
from tocsin.app import make_ready
from tocsin.engine.decide import decide_all
from tocsin.ingest.checks import examine
from tocsin.journal.store import Journal
from tocsin.journal.thinning import SNAPSHOT_EVERY
from tocsin.live.frames import encode_entry
from tocsin.situation.load import situation_at
from tocsin.situation.picture import Situation, picture
from tocsin.situation.restore import SHAPE
from tocsin.web.past import Past

pytestmark = pytest.mark.bench

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
BATCH = 500
PLACES = 8  # moments along the journal
PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Long:
    """A journal of a busy room, and what it cost to write."""

    address: str
    file: Path
    n: int
    taking_s: float
    keeping_s: float
    kept: int


@pytest.fixture(scope="module")
def long_journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Long]:
    make_ready()
    folder = tmp_path_factory.mktemp("long") / "data"
    file = folder / "journal.db"
    start = datetime.now(UTC) - timedelta(hours=2)
    messages = World(start=start).messages(10**9, every=timedelta(milliseconds=3))
    situation, saved_n, keeping_s, kept = Situation("live"), 0, 0.0, 0
    begun = monotonic()
    with closing(Journal.open(f"sqlite:///{file}")) as journal:
        while situation.n < ENTRIES:
            batch = list(islice(messages, BATCH))
            examined = [examine(m.topic, m.payload, "live", start) for m in batch]
            situation, entries = decide_all(situation, [e.given for e in examined])
            head = journal.commit("live", entries, keys=[e.key for e in examined if e.key])
            if situation.n - saved_n >= SNAPSHOT_EVERY:
                saved_n, kept, before = situation.n, kept + 1, monotonic()
                journal.save_snapshot(
                    "live", head.n, head.at or "", head.hash, picture(situation), SHAPE
                )
                keeping_s += monotonic() - before
    yield Long(f"sqlite:///{file}", file, situation.n, monotonic() - begun, keeping_s, kept)
    shutil.rmtree(folder)


def seconds_to_moments(address: str, numbers: list[int]) -> list[float]:
    """Of a house that has just started: nothing is remembered yet."""
    took = []
    with closing(Journal.open(address)) as journal:
        for n in numbers:
            begun = monotonic()
            assert situation_at(journal, "live", n).n == n
            took.append(monotonic() - begun)
    return took


def test_a_moment_of_the_past(long_journal: Long) -> None:
    numbers = [long_journal.n * place // PLACES + 9_999 for place in range(PLACES)]
    with closing(Journal.open(long_journal.address)) as journal:
        size = len(picture(situation_at(journal, "live", long_journal.n)))
        begun = monotonic()
        Past(journal).landmarks("live")
        landmarks_s = monotonic() - begun
        begun = monotonic()
        page = journal.read("live", after=long_journal.n // 2, limit=PAGE)
        told = [encode_entry(entry) for entry in page]
        page_s = monotonic() - begun
    engine = create_engine(long_journal.address)
    with engine.begin() as connection:
        stored = connection.execute(text("SELECT sum(length(picture)) FROM snapshots")).scalar_one()
    fast = seconds_to_moments(long_journal.address, numbers)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM snapshots"))
    engine.dispose()
    slow = seconds_to_moments(long_journal.address, [numbers[PLACES // 2], long_journal.n])
    file_mb = long_journal.file.stat().st_size / 1024**2
    show(
        f"A moment of a journal of {long_journal.n:,} entries",
        ("", "seconds"),
        [
            ("kept snapshots: median", f"{median(fast):.2f}"),
            ("kept snapshots: slowest", f"{max(fast):.2f}"),
            ("no snapshot: in the middle", f"{slow[0]:.1f}"),
            ("no snapshot: at the end", f"{slow[1]:.1f}"),
            ("landmarks of the whole journal", f"{landmarks_s:.2f}"),
            (f"a page of {len(told):,} entries", f"{page_s:.3f}"),
        ],
    )
    show(
        "What keeping costs",
        ("", ""),
        [
            ("journal, MB", f"{file_mb:,.0f}"),
            (f"{long_journal.kept} snapshots, MB", f"{stored / 1024**2:.1f}"),
            ("share of the journal", f"{stored / 1024**2 / file_mb:.2%}"),
            ("a picture as JSON, MB", f"{size / 1024**2:.1f}"),
            (
                "writing them, s of s",
                f"{long_journal.keeping_s:.1f} of {long_journal.taking_s:.0f}",
            ),
            ("share of the time", f"{long_journal.keeping_s / long_journal.taking_s:.2%}"),
        ],
    )
