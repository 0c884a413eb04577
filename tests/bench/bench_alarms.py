"""What alarms cost: an observation that calls nobody, and work among ten thousand open ones."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from alarming import Watch
from bench.tables import microseconds, show
from tocsin.alarms.calls import reactions
from tocsin.alarms.load import LOAD_KINDS, alarm_load
from tocsin.alarms.passing import due
from tocsin.alarms.types import shipped_alarm_types
from tocsin.contract.times import to_text
from tocsin.engine.decide import decide
from tocsin.engine.inputs import CommandGiven
from tocsin.journal.entry import Entry
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation

pytestmark = pytest.mark.bench

OPEN = 10_000
ENTRIES_US = 15.0
ACKNOWLEDGE_MS = 100.0


@pytest.fixture(autouse=True)
def _without_collection() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def crowded() -> Situation:
    """One incident with its alarm, and ten thousand alarms of other incidents."""
    room = Watch()
    room.observe(type_hint="HAZ-ROA")
    alarm = room.alarm
    entries = []
    for number in range(OPEN):
        n = room.situation.n + number + 1
        record = {
            name: getattr(alarm, name)
            for name in alarm.__dataclass_fields__
            if name not in ("id", "incident")
        }
        record |= {"id": f"A-{n}", "incident": f"I-9{number:05d}", "evidence": []}
        entries.append(Entry(n, room.at, "alarm_raised", n, {"alarm": record, "source": None}))
    return evolve_all(room.situation, entries)


def test_an_observation_that_calls_nobody() -> None:
    table, rows = shipped_alarm_types(), []
    room = Watch()
    room.observe("first", type_hint="FIR-BLD")
    for name, given in (
        ("joins an incident", {"type_hint": "FIR-BLD"}),
        ("joins, with facts", {"type_hint": "FIR-BLD", "facts": {"smoke": True, "victims": True}}),
        ("a loose report", {"type_hint": None, "at": None, "kind": "social"}),
    ):
        entries = room.observe(name, **given)
        assert not reactions(room.situation, entries, table)
        draft = room.situation.draft()
        cost = microseconds(partial(reactions, draft, entries, table), 2_000)
        rows.append([name, len(entries), f"{cost:.2f}"])
        assert cost <= ENTRIES_US
    show("µs of processor to find that nobody is called", ("observation", "entries", "µs"), rows)


def test_work_among_ten_thousand_open_alarms() -> None:
    situation, table = crowded(), shipped_alarm_types()
    alarm = next(iter(situation.alarms))
    at = situation.at or ""
    acknowledge = CommandGiven(at, "operator 1", {"command": "acknowledge_alarm", "alarm": alarm})
    later = to_text(Watch().now + timedelta(minutes=4))
    calm = quiet(situation)
    rows = [
        ("acknowledge one", microseconds(lambda: decide(situation, acknowledge), 20)),
        ("a tick that finds nothing", microseconds(lambda: due(calm, later, table), 3)),
    ]
    show(
        f"ms of processor with {OPEN:,} open alarms",
        ("act", "ms"),
        [[name, f"{cost / 1000:.2f}"] for name, cost in rows],
    )
    assert rows[0][1] / 1000 <= ACKNOWLEDGE_MS


def quiet(situation: Situation) -> Situation:
    """The same, its alarms about a lost channel each: time alone changes nothing of them."""
    draft = situation.draft()
    for key, alarm in situation.alarms.items():
        lost = replace(alarm, type="channel_down", incident=None, subject=f"channel:{key}")
        draft.alarms[key] = lost
    return draft.settled()


def test_the_load_figures_of_a_busy_week() -> None:
    room = Watch()
    since = room.at
    for number in range(40):
        room.observe(f"m-{number}", type_hint="HAZ-ROA", at=(50.80 + number % 20 * 0.02, 4.3))
        room.wait(30)
    once = [e for e in room.entries if e.kind in LOAD_KINDS]
    many = once * 250
    table = shipped_alarm_types()
    cost = microseconds(lambda: alarm_load(many, since, room.at, table), 1, rounds=3)
    show(
        "load figures",
        ("entries", "ms"),
        [[f"{len(many):,}", f"{cost / 1000:.0f}"]],
    )


def test_a_flood_of_incidents_costs_little_more_than_calm() -> None:
    """Sixty incidents a minute, each calling or folded: the price of one, alarms and all."""
    room = Watch()
    places = [(50.70 + i % 100 * 0.01, 4.20 + i // 100 * 0.03) for i in range(1_000)]
    start = room.now
    turn = count()

    def one() -> None:
        number = next(turn)
        room.now = start + timedelta(seconds=number)
        room.observe(f"f-{number}", type_hint="HAZ-ROA", at=places[number % 1_000])
        room.entries.clear()

    cost = microseconds(one, 100)
    show("µs of processor", ("an observation that", "µs"), [["opens and calls", f"{cost:.0f}"]])
