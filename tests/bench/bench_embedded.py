"""What the embedded broker carries: for a first look and small rooms."""

from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import orjson
import pytest

from bench.house import Program, get
from bench.load import Apart, Published, Read, publishing, reading, watching, write_packets
from bench.tables import show
from bench.world import World
from tocsin.broker import EmbeddedBroker
from tocsin.journal.store import Journal

pytestmark = pytest.mark.bench

OBSERVATIONS = 3_000
PATIENCE_S = 120.0


def serving(pipe: Connection, folder: Path) -> None:
    """The embedded broker in a process of its own; tells its port."""
    broker = EmbeddedBroker(folder, port=0)
    broker.start()
    pipe.send(broker.port)
    pipe.recv()
    broker.stop()


def test_the_embedded_broker(tmp_path: Path) -> None:
    messages = list(World().messages(OBSERVATIONS))
    file = tmp_path / "packets"
    write_packets(file, messages)
    with Apart(serving, tmp_path / "alone") as broker:
        port = broker.hear()
        with Apart(reading, port, OBSERVATIONS) as reader:
            assert reader.hear() == "ready"
            with Apart(publishing, port, file, None) as publisher:
                assert publisher.hear() == "ready"
                publisher.tell("go")
                published: Published = publisher.hear(PATIENCE_S)
                read: Read = reader.hear(PATIENCE_S)
        broker.tell("stop")
    floor = OBSERVATIONS / (read.came[-1] - published.first)

    data = tmp_path / "data"
    with Program(
        tmp_path, "run", "--no-demo", "--mqtt-port", "0", "--data", str(data),
        "--http", "127.0.0.1:0",
    ) as house:  # fmt: skip
        http = house.http()
        port = int(house.output.partition("mqtt://127.0.0.1:")[2].split()[0])
        socket = http.replace("http://", "ws://") + "/realms/live/socket"
        with (
            Apart(watching, socket, 1, OBSERVATIONS) as screen,
            Apart(publishing, port, file, None) as publisher,
        ):
            assert screen.hear() == publisher.hear() == "ready"
            publisher.tell("go")
            published = publisher.hear(PATIENCE_S)
            assert screen.hear(PATIENCE_S) == "recorded"
            assert screen.hear() == "quiet"
            screen.tell("stop")
            watched = screen.hear()
        assert get(http, "/api/realms")
    shown = max(
        at
        for at, index in watched.seen[0]
        if orjson.loads(watched.messages[index])["type"] == "frame"
    )
    with closing(Journal.open(f"sqlite:///{data / 'journal.db'}")) as journal:
        entries = journal.read("live", after=0, limit=10 * OBSERVATIONS)
    said = [e.body["shown"]["external_id"] for e in entries if e.kind == "observation_recorded"]
    assert sorted(said) == sorted(m.external_id for m in messages)
    per_s = OBSERVATIONS / (shown - published.first)
    show(
        f"{OBSERVATIONS:,} observations through the embedded broker",
        ("", "obs/s"),
        [["broker and spool alone", f"{floor:,.0f}"], ["to a screen", f"{per_s:,.0f}"]],
    )
