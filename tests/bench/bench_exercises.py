"""What three exercises cost the live room: published to screen, with and without, in one run."""

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import orjson
import pytest

from bench.bench_latency import PER_S, publish
from bench.house import Cpu, Program
from bench.load import Apart, Published, Watched, frames_of, watching
from bench.tables import percentile, show
from bench.world import Message, World
from conducting import begin, order
from services import Mosquitto

pytestmark = [pytest.mark.bench, pytest.mark.needs("mosquitto")]

SCENARIOS = ("sc-01", "sc-05", "sc-08")
SPEED = 10
SECONDS = 6
ROUNDS = 5
SCREENS = 10
SETTLE_S = 2.0
ANSWER_S = 60.0


def delays_ms(
    watched: Watched, messages: Sequence[Message], published: Published
) -> tuple[list[float], set[str]]:
    """Of every event on every screen, all of which must have come; and all ids that were seen."""
    pairs = zip(messages, published.left, strict=True)
    left = {m.external_id: at for m, at in pairs if not m.source.startswith("anpr:")}
    found, seen = [], set()
    for screen in range(len(watched.seen)):
        came: set[str] = set()
        for at, message in frames_of(watched, screen):
            told = orjson.loads(message)
            for entry in told.get("entries", ()):
                if entry["kind"] != "observation_recorded":
                    continue
                name = entry["body"]["shown"]["external_id"]
                seen.add(name)
                if name in left:
                    came.add(name)
                    found.append(1000 * (at - left[name]))
        assert came == left.keys()
    return found, seen


def phase(
    broker: Mosquitto, http: str, messages: Sequence[Message], recorded: int, file: Path
) -> tuple[Watched, Published]:
    """Seconds of live traffic before live screens; `recorded` are all of the run then."""
    socket = http.replace("http://", "ws://") + "/realms/live/socket"
    with Apart(watching, socket, SCREENS, recorded) as screens:
        assert screens.hear() == "ready"
        published = publish(broker, messages, file, PER_S)
        assert screens.hear(ANSWER_S) == "recorded"
        assert screens.hear(ANSWER_S) == "quiet"
        screens.tell("stop")
        watched: Watched = screens.hear(ANSWER_S)
    return watched, published


def test_live_latency_with_and_without_three_exercises(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    world = World()
    openings = world.openings()
    with Program(
        tmp_path, "run", "--no-demo", "--mqtt", mosquitto.url,
        "--data", str(tmp_path / "data"), "--http", "127.0.0.1:0",
    ) as house:  # fmt: skip
        http = house.http()
        publish(mosquitto, openings, tmp_path / "openings", PER_S)
        realms = [begin(http, scenario, SPEED) for scenario in SCENARIOS]
        recorded = len(openings)
        delays: dict[bool, list[list[float]]] = {False: [], True: []}
        cores: dict[bool, float] = {False: 0.0, True: 0.0}
        for n in range(2 * ROUNDS):
            runs = n % 2 == 1
            for realm in realms:
                order(http, realm, "resume" if runs else "pause")
            time.sleep(SETTLE_S)
            messages = list(world.watch(PER_S * SECONDS, events_every=15))
            recorded += len(messages)
            cpu = Cpu(tocsin=house.pid)
            watched, published = phase(
                mosquitto, http, messages, recorded, tmp_path / f"packets-{n}"
            )
            cores[runs] += cpu.used()["tocsin"] / SECONDS / ROUNDS
            some, seen = delays_ms(watched, messages, published)
            assert seen <= {m.external_id for m in messages}
            delays[runs].append(some)
    show(
        f"Published to screen in the live room, ms: {PER_S}/s, {SCREENS} screens;"
        f" {len(SCENARIOS)} exercises at ×{SPEED}, in turn {ROUNDS} times {SECONDS} s each;"
        " shares are the median of the rounds",
        ("", "number", "p50", "p90", "p99", "worst", "core"),
        [
            _row("exercises stand", delays[False], cores[False]),
            _row("exercises run", delays[True], cores[True]),
        ],
    )
    ratio = _share(delays[True], 0.99) / _share(delays[False], 0.99)
    print(f"  p99 with to p99 without: {ratio:.2f}")


def _share(rounds: Sequence[Sequence[float]], share: float) -> float:
    """The median round: others on the machine spoil some of them."""
    return median(percentile(ms, share) for ms in rounds)


def _row(name: str, rounds: Sequence[Sequence[float]], core: float) -> list[object]:
    shares = [f"{_share(rounds, share):.1f}" for share in (0.5, 0.9, 0.99)]
    number, worst = sum(map(len, rounds)), max(map(max, rounds))
    return [name, f"{number:,}", *shares, f"{worst:.1f}", f"{core:.0%}"]
