"""What a screen is sent when it opens and when it comes back, and how long that takes to make."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from statistics import median
from time import perf_counter

import orjson
import pytest

from bench.tables import show
from bench.world import World
from tocsin.engine.decide import decide_all
from tocsin.ingest.checks import examine
from tocsin.journal.entry import Entry
from tocsin.live.hub import REMEMBERED, Hub
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation, picture

pytestmark = pytest.mark.bench

NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
INCIDENTS, OBJECTS = 500, 5_000
BATCH = 500
ROUNDS = 5


def recorded(world: World, situation: Situation, number: int) -> list[Entry]:
    """At least so many entries of a busy room."""
    entries: list[Entry] = []
    messages = world.messages(10**9, every=timedelta(milliseconds=3))
    while len(entries) < number:
        given = [examine(m.topic, m.payload, "live", NOW).given for m in islice(messages, BATCH)]
        situation, more = decide_all(situation, given)
        entries += more
    return entries


def hub_after(entries: Sequence[Entry], *, remembers: bool) -> Hub:
    """A hub that saw all entries, or one that has just started on a journal that holds them."""
    hub = Hub(
        Situation("live") if remembers else evolve_all(Situation("live"), entries),
        clock=lambda: NOW,
        read=lambda realm, after, limit: entries[after : after + limit],
        health=dict,
    )
    for start in range(0, len(entries), BATCH) if remembers else ():
        fresh = entries[start : start + BATCH]
        hub.announced(fresh, evolve_all(hub.situation, fresh))
    return hub


def opened(hub: Hub, after: int | None, rounds: int = ROUNDS) -> tuple[list[bytes], float]:
    """What a screen that comes with `after` is sent, and the milliseconds to make it."""
    took, messages = list[float](), list[bytes]()

    async def join() -> None:
        start = perf_counter()
        async with hub.joined(after) as (_, opening):
            took.append(1000 * (perf_counter() - start))
            messages[:] = opening[1:]

    for _ in range(rounds):
        asyncio.run(join())
    return messages, median(took)


def test_opening_and_coming_back() -> None:
    world = World(start=NOW, number_of_places=INCIDENTS, vehicles=OBJECTS)
    situation, entries = decide_all(
        Situation("live"),
        [examine(m.topic, m.payload, "live", NOW).given for m in world.openings()],
    )
    entries += recorded(world, situation, 25_000)
    warm, cold = hub_after(entries, remembers=True), hub_after(entries, remembers=False)
    there = warm.situation
    assert there.n == len(entries) > REMEMBERED
    opened(warm, warm.n)  # deals out what the warming left
    snapshot, took = opened(warm, None, rounds=1)
    again, took_again = opened(warm, None)
    assert again == snapshot
    assert orjson.loads(snapshot[0])["situation"] == orjson.loads(picture(there))
    told = f"snapshot: {len(there.incidents)} incidents, {len(there.tracks)} objects"
    rows = [_row(told, 1, snapshot, took), _row("the next screen's", 1, again, took_again)]
    for missed in (1, 100, 10_000):
        for name, hub in (("remembered", warm), ("from the journal", cold)):
            messages, took = opened(hub, hub.n - missed)
            frames = [orjson.loads(message) for message in messages]
            assert frames[0]["first"] == hub.n - missed + 1
            assert frames[-1]["n"] == hub.n
            rows.append(_row(f"{missed:,} entries missed, {name}", len(frames), messages, took))
    show(
        "What a screen is sent first",
        ("", "messages", "bytes", "ms to make"),
        rows,
    )


def _row(name: str, number: int, messages: Sequence[bytes], took: float) -> list[object]:
    return [name, number, f"{sum(map(len, messages)):,}", f"{took:.1f}"]
