"""What one observation costs at each stop, beside the cost of reading its JSON at all."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bench.tables import microseconds, show
from bench.world import Message, World
from tocsin.app import make_ready
from tocsin.contract import CloudEvent
from tocsin.correlation import correlate, shipped_weights
from tocsin.engine.decide import decide, decide_all
from tocsin.engine.inputs import Input, ObservationArrived
from tocsin.ingest.checks import examine
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal
from tocsin.live.mailbox import item_for
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation

pytestmark = pytest.mark.bench

NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
MS = timedelta(milliseconds=1)
BATCH = 500


@pytest.fixture(autouse=True)
def _as_in_the_house() -> Iterator[None]:
    before = gc.get_threshold()
    make_ready()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def inputs(messages: Sequence[Message], now: datetime = NOW) -> list[Input]:
    return [examine(m.topic, m.payload, "live", now).given for m in messages]


def is_passage(message: Message) -> bool:
    return message.source.startswith("anpr:")


def test_decide_with_few_and_many_incidents() -> None:
    """The cost of judging does not grow with the number of incidents, nor with their size."""
    rows = []
    for places in (1, 50, 500):
        world = World(start=NOW, number_of_places=places)
        situation, _ = decide_all(Situation("live"), inputs(world.openings()))
        assert len(situation.incidents) == places
        rows.append(_decided(f"{places} open", situation, world))
    world = World(start=NOW, number_of_places=1)
    situation, _ = decide_all(Situation("live"), inputs(world.openings()))
    busy = (m for m in world.messages(10**9, every=MS) if not is_passage(m))
    while (incident := situation.incidents["I-0001"]).count < 10_000:
        batch = [message for _, message in zip(range(BATCH), busy, strict=False)]
        situation, _ = decide_all(situation, inputs(batch))
    rows.append(_decided(f"1 open, of {incident.count:,} observations", situation, world))
    show(
        f"µs of processor an observation, in batches of {BATCH}",
        ("incidents", "report", "× reading it", "correlate alone", "passage", "one by itself"),
        rows,
    )


def _decided(name: str, situation: Situation, world: World) -> list[object]:
    messages = list(world.messages(4 * BATCH))
    reports = [m for m in messages if b'"type_hint"' in m.payload][:BATCH]
    passages = [m for m in messages if is_passage(m)][:BATCH]
    said, driven = inputs(reports), inputs(passages)
    reading = microseconds(lambda: [_read(m) for m in reports], 2) / len(reports)
    report = microseconds(lambda: decide_all(situation, said), 2) / len(said)
    passage = microseconds(lambda: decide_all(situation, driven), 2) / len(driven)
    turn = count()
    single = microseconds(lambda: decide(situation, said[next(turn) % len(said)]), BATCH)
    correlated = _correlated(situation, said)
    figures = [report, report / reading, correlated, passage, single]
    return [name, *(f"{figure:.1f}" for figure in figures)]


def _correlated(situation: Situation, said: Sequence[Input]) -> float:
    _, entries = decide_all(situation, said)
    folded = evolve_all(situation, entries)
    shown = [
        folded.observations[entry.body["id"]]
        for entry in entries
        if entry.kind == "observation_recorded" and entry.body["id"] in folded.observations
    ]
    table = shipped_weights()

    def correlate_all() -> None:
        for one in shown:
            correlate(situation, one, [], tuple(one.named), table)

    return microseconds(correlate_all, 2) / len(shown)


def _read(message: Message) -> CloudEvent:
    return CloudEvent.model_validate_json(message.payload)


def test_each_stop_of_the_way(tmp_path: Path) -> None:
    """The mixed stream of a busy room, after its incidents have opened."""
    world = World(start=NOW)
    situation, entries = decide_all(Situation("live"), inputs(world.openings()))
    with closing(Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")) as journal:
        journal.commit("live", entries)
        messages = list(world.messages(BATCH, every=MS))
        examined = [examine(m.topic, m.payload, "live", NOW) for m in messages]
        given, keys = [e.given for e in examined], [e.key for e in examined if e.key]
        assert all(isinstance(g, ObservationArrived) for g in given)
        decided: list[Entry] = decide_all(situation, given)[1]
        reading = microseconds(lambda: [_read(m) for m in messages], 2)
        renumbered = _renumbered(decided)
        stops = {
            "read the JSON (pydantic)": reading,
            "examine": microseconds(
                lambda: [examine(m.topic, m.payload, "live", NOW) for m in messages], 2
            ),
            "known keys": microseconds(lambda: journal.known_keys("live", keys), 2),
            "decide": microseconds(lambda: decide_all(situation, given), 2),
            "commit": microseconds(lambda: journal.commit("live", next(renumbered)), 2),
            "evolve": microseconds(lambda: evolve_all(situation, decided), 2),
            "encode for screens": microseconds(lambda: [item_for(e) for e in decided], 2),
        }
    show(
        f"µs of processor an observation ({len(decided) / BATCH:.2f} entries each)",
        ("stop", "µs", "× reading"),
        [[n, f"{cost / BATCH:.1f}", f"{cost / reading:.2f}"] for n, cost in stops.items()],
    )


def _renumbered(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """The same entries again and again, each time under the numbers that are due."""
    for turn in count():
        shift = turn * len(entries)
        yield [Entry(e.n + shift, e.at, e.kind, e.cause + shift, e.body) for e in entries]
