"""Engine and gateways as processes of their own, over Mosquitto, PostgreSQL and Redis."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from conducting import begin, order
from house import EngineProcess, Gateway, Program, Refused, assert_each_once, run_tocsin
from publishing import Publisher, message, messages, numbered, observed, publish
from screens import Screen
from services import Mosquitto, PostgresCluster, Redis, wait_until
from tocsin.exercises.collection import scenario_folder
from tocsin.exercises.scenario import load_scenario, timeline

pytestmark = pytest.mark.needs("mosquitto", "postgres", "redis")
TAKEN_OVER_S = 5.0
WASTE = load_scenario(scenario_folder() / "sc-01b-waste-avenue-du-port.yaml")
BY_THE_CLOCK = [one.id for one in timeline(WASTE) if one.observation is not None]


@dataclass
class Room:
    """The processes of a production room, and a screen at each gateway."""

    broker: Mosquitto
    redis: Redis
    engine: "Engine"
    standby: "Engine"
    gateways: list[Gateway]
    screens: list[Screen]
    options: list[str]

    @property
    def recorded(self) -> list[str]:
        return self.gateways[0].recorded()

    def on_all_screens(self, holds: Callable[[Screen], Any], timeout: float = 10.0) -> None:
        for screen in self.screens:
            screen.wait(lambda screen=screen: holds(screen), timeout)

    def at_work_is_one_of_two(self) -> bool:
        engines = (self.engine, self.standby)
        return all(e.running for e in engines) and sum(e.at_work for e in engines) == 1

    def same_everywhere(self) -> None:
        first = self.gateways[0]
        self.on_all_screens(lambda screen: screen.picture == first.picture())
        assert self.gateways[1].picture() == first.picture()


class Engine(EngineProcess):
    """One that finds its lease taken ends, for its supervisor to start it anew."""

    def stop(self) -> None:
        if "another engine took the lease" in self.said():
            wait_until(lambda: not self.running, message="the engine without a lease has ended")
            self.kill()
        else:
            super().stop()


def start_all(programs: list[Program]) -> None:
    with ThreadPoolExecutor() as pool:
        list(pool.map(Program.start, programs))


@pytest.fixture(scope="module")
def room(
    tmp_path_factory: pytest.TempPathFactory, postgres_cluster: PostgresCluster
) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("room")
    database = postgres_cluster.create_database()
    with ExitStack() as stack:
        stack.callback(postgres_cluster.drop_database, database)
        broker = stack.enter_context(Mosquitto(folder / "mosquitto"))
        redis = stack.enter_context(Redis(folder / "redis"))
        journal = ["--database", postgres_cluster.url(database)]
        bus = ["--redis", redis.url]
        options = [*journal, *bus, "--mqtt", broker.url]
        engine, standby = (Engine(folder / name, *options) for name in ("engine", "standby"))
        engine.start()  # first, so that it holds the lease
        stack.callback(engine.stop)
        gateways = [Gateway(folder / f"gateway-{n}", *journal, *bus) for n in (1, 2)]
        others: list[Program] = [standby, *gateways]
        for program in others:
            stack.callback(program.stop)
        start_all(others)
        screens = [stack.enter_context(Screen(gateway.http)) for gateway in gateways]
        room = Room(broker, redis, engine, standby, gateways, screens, journal)
        room.on_all_screens(lambda screen: screen.snapshots and screen.health)
        yield room


def test_screens_of_both_gateways_show_the_same(room: Room) -> None:
    ids = numbered("first", 0, 150)
    publish(room.broker.url, messages(ids))
    room.on_all_screens(lambda screen: set(ids) <= screen.seen_at.keys())
    room.same_everywhere()
    room.on_all_screens(lambda screen: screen.health["journal"]["state"] == "ok")
    room.on_all_screens(lambda screen: screen.health["broker"]["state"] == "connected")
    assert all(screen.snapshots == 1 for screen in room.screens)


def test_a_command_through_one_gateway_comes_back_on_both(room: Room) -> None:
    fire = observed("fire", type_hint="TRA-TUN", attributes={"fire": True, "tunnel_closed": True})
    publish(room.broker.url, [message(fire)])
    room.on_all_screens(lambda screen: "fire" in screen.seen_at)
    situation = room.gateways[1].situation()
    incident = next(i for i in situation["incidents"].values() if i["type"] == "TRA-TUN")
    tie, other = (tie["id"] for tie in incident["ties"][:2])
    where = {"incident": incident["id"]}

    def told(screen: Screen, which: str) -> str:
        ties = screen.situation.incidents[incident["id"]].ties
        return next(t.status for t in ties if t.id == which)

    n = room.gateways[1].tell({"command": "confirm_tie", "tie": tie, **where})
    room.on_all_screens(lambda screen: screen.n >= n)
    room.on_all_screens(lambda screen: told(screen, tie) == "confirmed")
    proposed = next(t["proposed_by"] for t in incident["ties"] if t["id"] == other)
    n = room.gateways[0].tell({"command": "undo", "entry": proposed})
    room.on_all_screens(lambda screen: screen.n >= n and told(screen, other) == "rejected")
    with pytest.raises(Refused) as refused:
        room.gateways[0].tell({"command": "undo", "entry": proposed})
    assert refused.value.status == 409
    room.same_everywhere()


def test_a_gateway_knows_from_the_engine_what_each_source_gave(room: Room) -> None:
    publish(room.broker.url, messages(numbered("figures", 0, 20), source="cad:figures"))
    for gateway in room.gateways:

        def accepted(gateway: Gateway = gateway) -> bool:
            lines = gateway.get("/api/realms/live/sources")["sources"]
            told = {line["source"]: line["flow"]["accepted"] for line in lines}
            return bool(told.get("cad:figures") == 20)

        wait_until(accepted, 10, "the figures of the engine")
        figures = gateway.ask("/metrics").decode()
        labels = '{realm="live",source="cad:figures"}'
        assert f"tocsin_source_accepted_total{labels} 20.0" in figures


def exercise_on(room: Room, realm: str) -> str | None:
    """The state of an exercise that has begun to tell something, as a gateway shows it."""
    gateway = room.gateways[1]
    if realm not in {view["realm"] for view in gateway.get("/api/realms")}:
        return None
    exercise = gateway.situation(realm)["exercise"]
    return str(exercise["state"]) if exercise and gateway.recorded(realm) else None


def test_a_standby_takes_over_from_a_killed_engine_and_nothing_is_lost_or_doubled(
    room: Room,
) -> None:
    known = room.recorded
    ids = numbered("handover", 0, 1200)
    at_work, waiting = room.engine, room.standby
    assert at_work.at_work
    assert not waiting.at_work
    exercise = begin(room.gateways[0].http, "sc-01b", 60)
    room.gateways[1].wait(lambda: exercise_on(room, exercise), 20, "an exercise that runs")
    with Publisher(room.broker.url) as publisher:
        publisher.publish(message(observed(i)) for i in ids[:800])
        room.on_all_screens(lambda screen: ids[100] in screen.seen_at)
        at_work.kill()
        killed = time.monotonic()
        publisher.publish(message(observed(i)) for i in ids[800:])
        waiting.wait(lambda: waiting.at_work, 2 * TAKEN_OVER_S, "the standby at work")
        taken_over = time.monotonic() - killed
        publisher.settle()
    room.on_all_screens(lambda screen: ids[-1] in screen.seen_at, timeout=30)
    assert taken_over <= TAKEN_OVER_S
    assert_each_once(room.recorded, [*known, *ids])
    room.same_everywhere()
    order(room.gateways[1].http, exercise, "jump", to="2100-01-01T00:00:00Z")
    ended = lambda: exercise_on(room, exercise) == "ended"  # noqa: E731
    room.gateways[1].wait(ended, 30, "the exercise ends with the standby")
    played = room.gateways[1].recorded(exercise)
    assert_each_once(played, {*played, *BY_THE_CLOCK})
    at_work.start()
    assert not at_work.at_work, "it should stand by now"
    for job in ("verify", "replay"):
        done = run_tocsin("journal", job, *room.options)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_redis_that_hangs_holds_up_neither_the_engine_nor_the_screens(room: Room) -> None:
    ids = numbered("hanging", 0, 300)
    room.redis.pause()
    try:
        publish(room.broker.url, messages(ids))
        room.on_all_screens(lambda screen: set(ids) <= screen.seen_at.keys(), timeout=30)
    finally:
        room.redis.go_on()
    room.on_all_screens(lambda screen: screen.health["journal"]["state"] == "ok")
    room.same_everywhere()
    assert room.at_work_is_one_of_two(), "the engine at work keeps its lease"


def test_without_redis_screens_are_a_little_later_and_lose_nothing(room: Room) -> None:
    before, during, after = (numbered(word, 0, 60) for word in ("before", "during", "after"))
    publish(room.broker.url, messages(before))
    room.on_all_screens(lambda screen: set(before) <= screen.seen_at.keys())
    room.redis.kill()
    publish(room.broker.url, messages(during))
    room.on_all_screens(lambda screen: set(during) <= screen.seen_at.keys(), timeout=30)
    with pytest.raises(Refused) as refused:
        room.gateways[0].tell({"command": "undo", "entry": 1})
    assert refused.value.status == 503

    # Empty as it comes back, Redis may give the lease to the other engine: see `Engine.stop`.
    room.redis.start()
    publish(room.broker.url, messages(after))
    room.on_all_screens(lambda screen: set(after) <= screen.seen_at.keys())
    room.on_all_screens(lambda screen: screen.health["journal"]["state"] == "ok")
    room.same_everywhere()
    assert all(screen.gaps == 0 and screen.snapshots == 1 for screen in room.screens)
