"""The open realms of one process, sealed from one another: engine, hub and clock."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from tocsin import __version__
from tocsin.contract import LIVE
from tocsin.contract.realm import is_realm
from tocsin.contract.times import from_text, to_text
from tocsin.engine.commands.rules import HOUSE, adoption
from tocsin.engine.engine import Announce, Engine
from tocsin.exercises.clock import ExerciseClock
from tocsin.ingest.receiver import Receiver, examine_arrival
from tocsin.journal.entry import Entry
from tocsin.journal.store import Journal
from tocsin.live.hub import Hub
from tocsin.situation.picture import Situation

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    return datetime.now(UTC)


class Rate:
    """Observations per second over the last few seconds."""

    def __init__(self, total: Callable[[], int]) -> None:
        self._total = total
        self._before = (time.monotonic(), total())
        self._value = 0.0

    def __call__(self) -> float:
        then, before = self._before
        now, total = time.monotonic(), self._total()
        if now - then >= 2.0:
            self._value = round((total - before) / (now - then), 1)
            self._before = (now, total)
        return self._value


class Realms:
    """Opens realms and keeps their engines and hubs; lives on the event loop.

    With `tell`, the engines announce to that alone: their screens hang on gateways elsewhere.
    `on_wall_clock` are exercises fed by sources instead of a scenario: they run in life's own time.
    """

    def __init__(
        self,
        journal: Journal,
        tell: Announce | None = None,
        *,
        source_rate: int = 0,
        on_wall_clock: Iterable[str] = (),
    ) -> None:
        self._journal = journal
        self._tell = tell
        self._source_rate = source_rate
        self._on_wall_clock = sorted({*on_wall_clock} - {LIVE})
        self._rates: dict[str, Rate] = {}
        self._engines: dict[str, Engine] = {}
        self._hubs: dict[str, Hub] = {}
        self._clocks: dict[str, ExerciseClock] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.receiver: Receiver | None = None

    @property
    def engines(self) -> Mapping[str, Engine]:
        return MappingProxyType(self._engines)

    @property
    def hubs(self) -> Mapping[str, Hub]:
        return MappingProxyType(self._hubs)

    @property
    def clocks(self) -> Mapping[str, ExerciseClock]:
        return MappingProxyType(self._clocks)

    def open_all(self) -> None:
        """The live realm, and every exercise that sources feed or the journal knows.

        The clocks of the latter stand still.
        """
        for realm in (LIVE, *self._on_wall_clock):
            self.open(realm, wall_clock)
        for realm in self._journal.realms():
            if is_realm(realm) and realm not in self._engines:
                head = self._journal.head(realm)
                self.open_exercise(realm, from_text(head.at) if head.at else wall_clock())

    def open_exercise(self, realm: str, at: datetime) -> Engine:
        """An exercise realm at a moment of exercise time; its clock stands until it is run."""
        clock = self._clocks[realm] = ExerciseClock(at, speed=0)
        return self.open(realm, clock.now, own_ticks=False)

    def opener(self) -> Callable[[str, datetime], Engine]:
        """`open_exercise` for other threads than the loop's."""
        loop = asyncio.get_running_loop()

        async def opened(realm: str, at: datetime) -> Engine:
            return self.open_exercise(realm, at)

        def open_from_thread(realm: str, at: datetime) -> Engine:
            return asyncio.run_coroutine_threadsafe(opened(realm, at), loop).result()

        return open_from_thread

    def open(self, realm: str, clock: Clock, *, own_ticks: bool = True) -> Engine:
        """Load a realm from its journal and set it to work."""
        engine = Engine(
            realm,
            self._journal,
            clock=clock,
            examine=examine_arrival(realm, self._source_rate),
            announce=self._tell or self._announcing(),
            own_ticks=own_ticks,
        )
        engine.load()
        self._engines[realm] = engine
        self._rates[realm] = Rate(lambda: engine.health.received)
        if self._tell is None:
            self._open_hub(engine.situation, clock)
        self._adopt_rules(engine)
        engine.start()
        return engine

    def _adopt_rules(self, engine: Engine) -> None:
        """The first that a realm hears of a start: by which tables it is judged from now on."""
        command = adoption(engine.situation)
        if command is None:
            return
        if "dropped" in command:
            log.error(
                "%s: the armed rules do not fit this version; the shipped ones judge:\n%s",
                engine.realm,
                command["dropped"],
            )
        engine.command(command, f"{HOUSE} {__version__}", "admin")

    def _announcing(self) -> Announce:
        """From an engine's thread to the hub on this loop."""
        loop, hubs = asyncio.get_running_loop(), self._hubs

        def announce(realm: str, entries: Sequence[Entry], situation: Situation) -> None:
            loop.call_soon_threadsafe(hubs[realm].announced, entries, situation)

        return announce

    def _open_hub(self, situation: Situation, clock: Clock) -> None:
        realm = situation.realm
        hub = self._hubs[realm] = Hub(
            situation,
            clock=clock,
            read=lambda r, after, limit: self._journal.read(r, after=after, limit=limit),
            health=lambda: self.health(realm),
        )
        self._tasks.append(asyncio.create_task(hub.run(), name=f"hub {realm}"))

    def health(self, realm: str) -> dict[str, Any]:
        """The links and counters of a realm, as beats tell them to screens."""
        health = self._engines[realm].health
        receiver = self.receiver
        lost = receiver.lost_since if receiver is not None else None
        stuck = health.stuck_since
        return {
            "broker": {
                "state": "connected" if lost is None else "lost",
                "since": lost,
                "trouble": receiver.trouble if receiver is not None else None,
            },
            "journal": {
                "state": "ok" if stuck is None else "stuck",
                "since": stuck,
                "trouble": health.trouble_kind,
            },
            "counts": {
                "received": health.received,
                "recorded": health.recorded,
                "duplicates": health.duplicates,
                "quarantined": health.quarantined,
                "waiting": health.waiting,
                "rate_per_s": self._rates[realm](),
            },
        }

    def figures(self, realm: str) -> dict[str, Any]:
        """What each source of a realm gave since the start."""
        return self._engines[realm].figures()

    async def command(self, realm: str, command: dict[str, Any], by: str, capacity: str) -> int:
        return await asyncio.wrap_future(self._engines[realm].command(command, by, capacity))

    async def close(self) -> None:
        for engine in self._engines.values():
            await asyncio.to_thread(engine.stop)
            await asyncio.to_thread(engine.save_snapshot)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Gallery:
    """A gateway's hubs: the same picture, folded from the journal's tail instead of by an engine.

    `open` and `announce` are called on the follower's thread; everything else on the event loop.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._loop = asyncio.get_running_loop()
        self._hubs: dict[str, Hub] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._silent_since: str | None = None
        self.health: Callable[[str], dict[str, Any] | None] = lambda realm: None

    @property
    def hubs(self) -> Mapping[str, Hub]:
        return MappingProxyType(self._hubs)

    def open(self, situation: Situation) -> None:
        done = threading.Event()

        def open_on_loop() -> None:
            realm = situation.realm
            hub = Hub(
                situation,
                clock=wall_clock if realm == LIVE else lambda: self._exercise_time(realm),
                read=lambda r, after, limit: self._journal.read(r, after=after, limit=limit),
                health=lambda: self._told_health(realm),
            )
            self._hubs[realm] = hub
            self._tasks.append(asyncio.create_task(hub.run(), name=f"hub {realm}"))
            done.set()

        self._loop.call_soon_threadsafe(open_on_loop)
        done.wait()

    def announce(self, realm: str, entries: Sequence[Entry], situation: Situation) -> None:
        self._loop.call_soon_threadsafe(self._hubs[realm].announced, entries, situation)

    def figures(self, realm: str) -> dict[str, Any]:
        """What the engine last told of each source; nothing while it is silent."""
        told = self.health(realm) or {}
        sources: dict[str, Any] = told.get("sources", {})
        return sources

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _exercise_time(self, realm: str) -> datetime:
        """As the engine last told; from a silent one the time of the last entry."""
        at = self._hubs[realm].situation.at or ""
        told = self.health(realm) or {}
        latest = max(at, str(told.get("now", "")))
        return from_text(latest) if latest else wall_clock()

    def _told_health(self, realm: str) -> dict[str, Any]:
        told = self.health(realm)
        if told is not None:
            self._silent_since = None
            return {name: part for name, part in told.items() if name not in ("sources", "now")}
        if self._silent_since is None:
            self._silent_since = to_text(wall_clock())
        silent = {"since": self._silent_since, "trouble": "no_engine"}
        return {
            "broker": {"state": "lost", **silent},
            "journal": {"state": "stuck", **silent},
            "counts": dict.fromkeys(
                ("received", "recorded", "duplicates", "quarantined", "waiting", "rate_per_s"), 0
            ),
        }
