"""Putting the house together: everything in one process, or engine and gateway apart."""

import asyncio
import contextlib
import fcntl
import gc
import logging
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TypeVar

import redis
import uvicorn

from tocsin.broker import EmbeddedBroker
from tocsin.bus.commands import CommandReader, CommandSender
from tocsin.bus.lease import Lease
from tocsin.bus.tail import Follower, TailWriter
from tocsin.cameras.desk import CameraDesk
from tocsin.cameras.register import TwoCamerasOfOneName
from tocsin.cameras.supervisor import Supervisor, WatcherMissing, check_watcher, orders_for
from tocsin.contract import LIVE, SourceStatus
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera
from tocsin.contract.times import from_text, to_text
from tocsin.engine.decide import read_tables
from tocsin.exercises.cameras import brought_by
from tocsin.exercises.cameras.publisher import CameraPublisher
from tocsin.exercises.demo import play_demo
from tocsin.exercises.house import ExerciseHouse
from tocsin.exercises.library import Library
from tocsin.exercises.player import Taken
from tocsin.ingest.receiver import Receiver
from tocsin.journal.store import Journal, JournalError
from tocsin.live.hub import Hub
from tocsin.outward.cot_gate import CotGate, LiveHub
from tocsin.realms import Gallery, Realms, wall_clock
from tocsin.settings import DEFAULT_HTTP_PORT, LOOPBACK, Settings
from tocsin.sources import AdapterMissing, SettingsRefused, check_sources, start_sources
from tocsin.web.application import make_application
from tocsin.web.rooms import ExerciseDoor, Rooms
from tocsin.web.sockets import SEND_BUFFER

log = logging.getLogger(__name__)

BROKER_SOURCE = "tocsin:broker"
CONNECT_TIMEOUT_S = 5.0
REDIS_PATIENCE_S = 1.0  # above what a read of the tail may block
COLLECT_AFTER = 20_000
Required = TypeVar("Required")


class CannotStart(Exception):
    """A sentence for the person who typed the command."""


class LeaseLost(Exception):
    """Another engine may be writing; this process must not go on."""


@dataclass(frozen=True, slots=True)
class Started:
    """What is running, for the person who started it."""

    http: str
    mqtt: str
    embedded_broker: bool
    exercise_realm: str | None
    data: Path


async def run_house(settings: Settings, started: Callable[[Started], None]) -> None:
    """`tocsin run`: broker, journal, engines, pages, sources and demo in this process.

    Calls `started(Started)` once everything answers, and returns after SIGINT or SIGTERM.
    """
    _check_sources(settings)
    make_ready()
    with contextlib.ExitStack() as stack:
        stack.enter_context(the_only_one(settings.data))
        door = stack.enter_context(open_door(settings))
        broker = stack.enter_context(embedded_broker(settings)) if settings.mqtt is None else None
        address = settings.mqtt_address or BrokerAddress.parse(broker.url if broker else "")
        journal = stack.enter_context(open_journal(settings))
        realms = Realms(
            journal,
            source_rate=settings.source_rate,
            on_wall_clock=realms_of(settings),
        )
        async with contextlib.AsyncExitStack() as later:
            await later.enter_async_context(open_realms(realms))
            taken = Taken()
            receiver = make_receiver(realms, address, settings, broker, taken)
            later.push_async_callback(_stop_in_thread, receiver.stop)
            receiver.start()
            await asyncio.to_thread(receiver.wait_connected, CONNECT_TIMEOUT_S)
            await later.enter_async_context(cot_gate(settings, realms.hubs[LIVE]))
            cameras = camera_desk(settings, journal, lambda: realms.hubs, address)
            later.push_async_callback(_stop_in_thread, cameras.stop)
            cameras.start()
            watchers = watchers_for(settings.cameras, settings, address)
            later.push_async_callback(_stop_in_thread, watchers.stop)
            watchers.start()
            stop_sources = start_sources(
                settings.sources,
                address,
                settings.data,
                settings.cameras,
                lasting=broker is None,
            )
            later.push_async_callback(_stop_in_thread, stop_sources)
            exercises = await later.enter_async_context(
                house_of_exercises(settings, realms, journal, address, taken)
            )
            demo = None
            if settings.demo:
                demo = await asyncio.to_thread(play_demo, exercises, settings.demo_speed)
            await serve(
                settings,
                door,
                Rooms(
                    realms.hubs,
                    journal,
                    realms.command,
                    allowed_hosts(settings),
                    sources=settings.sources,
                    figures=realms.figures,
                    cameras=cameras,
                    sender=settings.sender,
                    shift_hours=settings.shift_hours,
                    scenarios=settings.scenarios,
                    exercises=in_thread(exercises.carry_out),
                ),
                lambda: started(
                    Started(
                        http=f"http://{_netloc(door)}",
                        mqtt=str(address),
                        embedded_broker=broker is not None,
                        exercise_realm=demo,
                        data=settings.data,
                    )
                ),
            )


def run_engine(settings: Settings, stop: threading.Event) -> None:
    """`tocsin engine`: the single writer of every realm; a second one stands by.

    Returns when `stop` is set. Raises LeaseLost when another engine may be writing: the process
    then ends and its supervisor starts it anew, standing by.
    """
    address = _required(settings.mqtt_address, "mqtt", "the engine needs a broker")
    client = _brisk_redis(_required(settings.redis_url, "redis", "the engine needs Redis"))
    lost = threading.Event()

    def lease_lost() -> None:
        lost.set()
        stop.set()

    make_ready()
    lease = Lease(client, lease_lost)
    if not lease.acquire(stop):
        return
    try:
        asyncio.run(_engine_at_work(settings, address, client, stop))
    finally:
        lease.release()
    if lost.is_set():
        raise LeaseLost("another engine took the lease")


async def _engine_at_work(
    settings: Settings, address: BrokerAddress, client: "redis.Redis", stop: threading.Event
) -> None:
    with contextlib.ExitStack() as stack:
        journal = stack.enter_context(open_journal(settings))
        tail = TailWriter(client)
        realms = Realms(
            journal,
            tell=tail.announce,
            source_rate=settings.source_rate,
            on_wall_clock=realms_of(settings),
        )
        async with contextlib.AsyncExitStack() as later:
            await later.enter_async_context(open_realms(realms))
            taken = Taken()
            receiver = make_receiver(realms, address, settings, None, taken)
            later.push_async_callback(_stop_in_thread, receiver.stop)
            receiver.start()
            exercises = await later.enter_async_context(
                house_of_exercises(settings, realms, journal, address, taken)
            )
            commands = CommandReader(client, realms.engines, exercises.carry_out)
            later.push_async_callback(_stop_in_thread, commands.stop)
            commands.start()
            while not stop.is_set():
                for realm in tuple(realms.engines):
                    told = realms.health(realm) | {"sources": realms.figures(realm)}
                    if realm in realms.clocks:
                        told["now"] = to_text(realms.clocks[realm].now())
                    await asyncio.to_thread(tail.tell_health, realm, told)
                    if realms.engines[realm].health.stopped:
                        raise LeaseLost(realms.engines[realm].health.trouble or "forked")
                await asyncio.to_thread(stop.wait, 1.0)


async def run_gateway(settings: Settings, started: Callable[[str], None]) -> None:
    """`tocsin gateway`: pages and sockets, from the journal and its tail; as many as wanted."""
    redis_url = _required(settings.redis_url, "redis", "a gateway needs Redis")
    client = _brisk_redis(redis_url)
    with contextlib.ExitStack() as stack:
        door = stack.enter_context(open_door(settings))
        journal = stack.enter_context(open_journal(settings))
        gallery = Gallery(journal)
        follower = Follower(client, journal, opened=gallery.open, announce=gallery.announce)
        gallery.health = follower.health
        commands = CommandSender(redis.Redis.from_url(redis_url))

        async def command(realm: str, command: dict[str, Any], by: str, capacity: str) -> int:
            return await asyncio.to_thread(commands.send, realm, command, by, capacity)

        async with contextlib.AsyncExitStack() as later:
            later.push_async_callback(gallery.close)
            await asyncio.to_thread(follower.start)
            later.push_async_callback(_stop_in_thread, follower.stop)
            await later.enter_async_context(cot_gate(settings, gallery.hubs[LIVE]))
            cameras = camera_desk(settings, journal, lambda: gallery.hubs, settings.mqtt_address)
            later.push_async_callback(_stop_in_thread, cameras.stop)
            cameras.start()
            rooms = Rooms(
                gallery.hubs,
                journal,
                command,
                allowed_hosts(settings),
                sources=settings.sources,
                figures=gallery.figures,
                cameras=cameras,
                sender=settings.sender,
                shift_hours=settings.shift_hours,
                scenarios=settings.scenarios,
                exercises=in_thread(commands.conduct),
            )
            await serve(settings, door, rooms, lambda: started(f"http://{_netloc(door)}"))


def in_thread(carry_out: Callable[[dict[str, Any], str, str], dict[str, Any]]) -> ExerciseDoor:
    async def door(order: dict[str, Any], by: str, capacity: str) -> dict[str, Any]:
        return await asyncio.to_thread(carry_out, order, by, capacity)

    return door


@asynccontextmanager
async def house_of_exercises(
    settings: Settings, realms: Realms, journal: Journal, address: BrokerAddress, taken: Taken
) -> AsyncIterator[ExerciseHouse]:
    """Every exercise that is not over goes on; their cameras draw what they show."""
    exercises = ExerciseHouse(
        realms,
        journal,
        address,
        open_realm=realms.opener(),
        taken=taken,
        wall=wall_clock,
        library=Library(settings.scenarios),
    )
    cameras = CameraPublisher(address, journal, lambda: realms.clocks)
    await asyncio.to_thread(exercises.recover)
    cameras.start()
    try:
        yield exercises
    finally:
        await asyncio.to_thread(cameras.stop)
        await asyncio.to_thread(exercises.stop)


@asynccontextmanager
async def cot_gate(settings: Settings, hub: Hub) -> AsyncIterator[None]:
    """What goes out to TAK clients, where a setting opens the gate."""
    if settings.cot_listen is None:
        yield
        return
    gate = CotGate(LiveHub(hub), settings.cot_listen, wall_clock)
    try:
        await gate.start()
    except OSError as error:
        raise CannotStart(f"cot_listen {settings.cot_listen}: {error.strerror}") from None
    try:
        yield
    finally:
        await gate.stop()


def camera_desk(
    settings: Settings,
    journal: Journal,
    hubs: Callable[[], Mapping[str, Hub]],
    address: BrokerAddress | None,
) -> CameraDesk:
    """Register, relay and evidence; without a broker's address there are no pictures."""

    def time_of(realm: str) -> datetime:
        hub = hubs().get(realm) if realm != LIVE else None
        return from_text(hub.now) if hub is not None else wall_clock()

    try:
        return CameraDesk(
            settings.cameras,
            settings.data,
            hubs,
            time_of,
            address,
            of_exercise=brought_by(journal),
        )
    except TwoCamerasOfOneName as error:
        raise CannotStart(f"cameras: {error}") from None


def realms_of(settings: Settings) -> set[str]:
    """Where the configured sources speak."""
    return {config.realm for config in settings.sources}


def make_ready() -> None:
    """Read the tables now: the first observation, or a standby's start, must not wait for them.

    A batch makes thousands of records, and most die with it. Asked every few hundred of them, as
    is Python's default, the collector of cycles takes a third of the time.
    """
    read_tables()
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 10, 10)


def _brisk_redis(url: str) -> "redis.Redis":
    """A Redis that hangs must not hold up a commit or a screen: the journal tells them all."""
    return redis.Redis.from_url(
        url, socket_timeout=REDIS_PATIENCE_S, socket_connect_timeout=REDIS_PATIENCE_S
    )


def _required(value: Required | None, field: str, why: str) -> Required:
    if value is None:
        raise CannotStart(f"{field}: {why}; give --{field} or TOCSIN_{field.upper()}")
    return value


@contextmanager
def the_only_one(data: Path) -> Iterator[None]:
    """Two Tocsins on one folder would be two writers of one journal."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        held: IO[str] = (data / "lock").open("a+")
    except OSError as error:
        raise CannotStart(f"--data {data}: {error.strerror}") from None
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.seek(0)
            who = held.read().strip() or "unknown"
            raise CannotStart(
                f"another Tocsin (process {who}) works on {data}; stop it or "
                f"give --data another folder"
            ) from None
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        yield


@contextmanager
def open_door(settings: Settings) -> Iterator[socket.socket]:
    """The listening socket. Only the default port gives way to a free one."""
    host, port = settings.http_host, settings.http_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted sockets inherit it: a slow viewer must not see what the system kept for him.
    door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    with door:
        try:
            door.bind((host, port))
        except OSError as error:
            if port != DEFAULT_HTTP_PORT:
                raise CannotStart(f"--http {settings.http}: {error.strerror}") from None
            door.bind((host, 0))
        yield door


@contextmanager
def embedded_broker(settings: Settings) -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker(settings.data, port=settings.mqtt_port)
    try:
        broker.start()
    except RuntimeError as error:
        raise CannotStart(str(error)) from None
    try:
        yield broker
    finally:
        broker.stop()


@contextmanager
def open_journal(settings: Settings) -> Iterator[Journal]:
    try:
        journal = Journal.open(settings.database_url)
    except JournalError as error:
        raise CannotStart(f"the journal: {error}") from None
    try:
        yield journal
    finally:
        journal.close()


@asynccontextmanager
async def open_realms(realms: Realms) -> AsyncIterator[None]:
    """Every realm the journal knows; their engines finish their batch at the end."""
    try:
        realms.open_all()
    except JournalError as error:
        raise CannotStart(f"the journal: {error}") from None
    try:
        yield
    finally:
        await realms.close()


def make_receiver(
    realms: Realms,
    address: BrokerAddress,
    settings: Settings,
    broker: EmbeddedBroker | None,
    taken: Taken,
) -> Receiver:
    def on_link(connected: bool) -> None:
        """Where exercise time runs, our own links are no part of the story; beats tell of them."""
        state = "online" if connected else "offline"
        for realm, engine in tuple(realms.engines.items()):
            if realm not in realms.clocks:
                engine.report_source(SourceStatus(source=BROKER_SOURCE, state=state))

    receiver = Receiver(
        address,
        realms.engines,
        client_id=settings.mqtt_client_id,
        clock=wall_clock,
        on_link=on_link,
        spool=broker.spool if broker else None,
        taken=taken,
    )
    realms.receiver = receiver
    return receiver


def _check_sources(settings: Settings) -> None:
    try:
        check_sources(settings.sources, settings.adapters, settings.cameras)
    except (AdapterMissing, SettingsRefused) as refused:
        raise CannotStart(str(refused)) from None


def run_cameras(settings: Settings, stop: threading.Event) -> None:
    """`tocsin cameras`: a watching process for each group, in production."""
    address = _required(settings.mqtt_address, "mqtt", "cameras need a broker")
    if not orders_for(settings.cameras, address, settings.data):
        raise CannotStart("no [[cameras]] with url and agreement = true in the settings")
    watchers = watchers_for(settings.cameras, settings, address)
    watchers.start()
    stop.wait()
    watchers.stop()


def watchers_for(
    cameras: Sequence[Camera], settings: Settings, address: BrokerAddress
) -> Supervisor:
    """Without cameras that may be watched it has nothing to do."""
    orders = orders_for(cameras, address, settings.data)
    if orders:
        try:
            check_watcher()
        except WatcherMissing as missing:
            raise CannotStart(str(missing)) from None
    return Supervisor(orders)


class _Server(uvicorn.Server):
    """uvicorn's own raises the signal again when it ends, and the house would not be tidied."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    settings: Settings, door: socket.socket, rooms: Rooms, ready: Callable[[], None]
) -> None:
    config = uvicorn.Config(
        make_application(rooms),
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=4096,
        ws_ping_interval=20,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        lifespan="off",
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.handle_exit, number, None)
    door.listen(256)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[door]))
        while not (server.started or server.should_exit):  # noqa: ASYNC110 uvicorn has no event
            await asyncio.sleep(0.02)
        ready()


def allowed_hosts(settings: Settings) -> frozenset[str]:
    return LOOPBACK | {settings.http_host}


def _netloc(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def _stop_in_thread(stop: Callable[[], None]) -> None:
    await asyncio.to_thread(stop)
