"""From the moment an observation is published to the moment each of 66 screens has it."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from bench.house import Cpu, Program
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
from bench.tables import percentile, show
from bench.world import Message, World
from services import Mosquitto

pytestmark = pytest.mark.bench

PER_S = 300  # 280 passages and 20 events
SECONDS = 20
SCREENS = 66
PATIENCE_S = 60.0


def publish(broker: Mosquitto, messages: Iterable[Message], file: Path, per_s: int) -> Published:
    write_packets(file, messages)
    with Apart(publishing, broker.port, file, per_s) as publisher:
        assert publisher.hear() == "ready"
        publisher.tell("go")
        published: Published = publisher.hear(PATIENCE_S)
    return published


def floor_ms(broker: Mosquitto, messages: Sequence[Message], file: Path) -> list[float]:
    """The same messages at the same rate from a publisher to a bare subscriber."""
    with Apart(reading, broker.port, len(messages)) as reader:
        assert reader.hear() == "ready"
        published = publish(broker, messages, file, PER_S)
        read: Read = reader.hear(PATIENCE_S)
    return [1000 * (came - left) for left, came in zip(published.left, read.came, strict=True)]


def delays_ms(
    watched: Watched, messages: Sequence[Message], left: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Of every observation on every screen; and of the events alone. None may be missing."""
    left_at = {(m.source, m.external_id): at for m, at in zip(messages, left, strict=True)}
    events = {key for key in left_at if not key[0].startswith("anpr:")}
    keys_in: dict[bytes, list[tuple[str, str]]] = {}
    everything, of_events = [], []
    for screen in range(SCREENS):
        seen: set[tuple[str, str]] = set()
        numbers: list[tuple[int, int]] = []
        for at, message in frames_of(watched, screen):
            if message not in keys_in:
                told = orjson.loads(message)
                entries = told.get("entries", ())
                keys_in[message] = [
                    (e["body"]["shown"]["source"], e["body"]["shown"]["external_id"])
                    for e in entries
                    if e["kind"] == "observation_recorded"
                ]
            if message.startswith(b'{"type":"frame"'):
                told = orjson.loads(message[: message.index(b',"entries"')] + b"}")
                numbers.append((told["first"], told["n"]))
            for key in keys_in[message]:
                if key in left_at:
                    assert key not in seen
                    seen.add(key)
                    everything.append(1000 * (at - left_at[key]))
                    if key in events:
                        of_events.append(everything[-1])
        assert all(first == n + 1 for (_, n), (first, _) in pairwise(numbers))
        assert events <= seen
    return everything, of_events


def test_a_busy_evening_on_66_screens(mosquitto: Mosquitto, tmp_path: Path) -> None:
    world = World()
    openings = world.openings()
    messages = list(world.watch(PER_S * SECONDS, events_every=15))
    floor = floor_ms(mosquitto, messages, tmp_path / "packets")
    with Program(
        tmp_path, "run", "--no-demo", "--mqtt", mosquitto.url,
        "--data", str(tmp_path / "data"), "--http", "127.0.0.1:0",
    ) as house:  # fmt: skip
        socket = house.http().replace("http://", "ws://") + "/realms/live/socket"
        number = len(openings) + len(messages)
        with Apart(watching, socket, SCREENS, number) as screens:
            assert screens.hear() == "ready"
            publish(mosquitto, openings, tmp_path / "openings", PER_S)
            cpu = Cpu(tocsin=house.pid)
            published = publish(mosquitto, messages, tmp_path / "packets", PER_S)
            assert screens.hear(PATIENCE_S) == "recorded"
            assert screens.hear(PATIENCE_S) == "quiet"
            used = cpu.used()["tocsin"]
            screens.tell("stop")
            watched: Watched = screens.hear(PATIENCE_S)
    everything, events = delays_ms(watched, messages, published.left)
    show(
        f"Published to screen, ms: {PER_S}/s for {SECONDS} s, {SCREENS} screens"
        f" (Tocsin {used / SECONDS:.0%} of a core, screens {watched.cpu_s / SECONDS:.0%})",
        ("", "number", "p50", "p90", "p99", "worst"),
        [
            _row("broker alone", floor),
            _row("all observations", everything),
            _row("events", events),
        ],
    )


def _row(name: str, ms: Sequence[float]) -> list[object]:
    shares = [f"{percentile(ms, share):.1f}" for share in (0.5, 0.9, 0.99)]
    return [name, f"{len(ms):,}", *shares, f"{max(ms):.1f}"]
