"""The single writer of a realm: take a batch, decide, commit, announce, then acknowledge."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from tocsin.contract import LIVE, SourceStatus
from tocsin.contract.times import to_text
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import (
    ClockTicked,
    CommandGiven,
    CommandRefused,
    ExerciseReported,
    Input,
    MessageRefused,
    ObservationArrived,
    SourceReported,
)
from tocsin.engine.tallies import Tallies
from tocsin.journal.entry import Entry
from tocsin.journal.store import (
    Journal,
    JournalError,
    JournalForked,
    JournalUnavailable,
    Quarantined,
)
from tocsin.journal.thinning import SNAPSHOT_EVERY
from tocsin.situation.load import load_situation
from tocsin.situation.picture import Situation, picture
from tocsin.situation.restore import SHAPE

log = logging.getLogger(__name__)
T = TypeVar("T")

BATCH_MAX = 500
TICK_S = 5.0
RETRY_S = 1.0
SILENT_AFTER_HEARTBEATS = 3.0
HEARTBEAT_AFTER_RESTART_S = 20.0
OURS = "tocsin:"  # parts of the house report changes only


class Arrival(Protocol):
    """Something from the broker that waits for its acknowledgement."""

    def acknowledge(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Examined:
    """What the checks made of an arrival: an input, and what the journal must keep with it."""

    given: Input
    key: bytes | None = None
    quarantined: Quarantined | None = None


class Announce(Protocol):
    """Called on the engine's thread after a commit."""

    def __call__(self, realm: str, entries: Sequence[Entry], situation: Situation) -> None: ...


@dataclass(slots=True)
class EngineHealth:
    """Counters since the start, and what is wrong now."""

    received: int = 0
    recorded: int = 0
    duplicates: int = 0
    quarantined: int = 0
    waiting: int = 0
    stuck_since: str | None = None
    trouble: str | None = None
    trouble_kind: str | None = None  # a word that screens say in their own language
    stopped: bool = False


@dataclass(slots=True)
class _Order:
    """Work from inside the house: a command, a tick, a report."""

    make: Callable[[str], Input]
    done: Future[int] = field(default_factory=Future)


class Engine:
    """One realm's engine, on a thread of its own.

    `examine` turns an arrival into an input (pure checks of `ingest`); `clock` gives aware UTC,
    in an exercise the exercise's time. Without `own_ticks` time passes only when it is told so:
    then nobody falls silent by himself either, as life's seconds mean nothing there.
    """

    def __init__(
        self,
        realm: str,
        journal: Journal,
        *,
        clock: Callable[[], datetime],
        examine: Callable[[Any, datetime], Examined],
        announce: Announce,
        own_ticks: bool = True,
    ) -> None:
        self.realm = realm
        self.health = EngineHealth()
        self.tallies = Tallies()
        self.situation = Situation(realm)
        self._journal = journal
        self._clock = clock
        self._examine = examine
        self._announce = announce
        self._own_ticks = own_ticks
        self._arrivals: deque[Arrival] = deque()
        self._orders: deque[_Order] = deque()
        self._work = threading.Event()
        self._stop = threading.Event()
        self._heard: dict[str, tuple[float, float]] = {}
        self._snapshot_n = 0
        self._thread = threading.Thread(target=self._run, name=f"engine {realm}", daemon=True)

    def load(self) -> None:
        """Take up the situation where the journal left it."""
        self.situation = load_situation(self._journal, self.realm)
        self._snapshot_n = self.situation.n
        # Sources that were there before a restart fall silent like others if they do not return.
        now = time.monotonic()
        self._heard = {
            view.source: (now, HEARTBEAT_AFTER_RESTART_S)
            for view in self.situation.sources.values()
            if view.state in ("online", "catching_up") and not view.source.startswith(OURS)
        }

    def start(self) -> None:
        """Set a loaded engine to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand; what waits stays unacknowledged and comes again."""
        self._stop.set()
        self._work.set()
        if self._thread.is_alive():
            self._thread.join()

    def arrive(self, arrival: Arrival) -> None:
        """Called on the receiver's thread."""
        self._arrivals.append(arrival)
        self._work.set()

    def command(
        self, command: dict[str, Any], by: str, capacity: str = "operator"
    ) -> "Future[int]":
        """The number of the last entry after the command; CommandRefused if it does not fit."""
        return self._order(lambda at: CommandGiven(at, by, command, capacity))

    def report_source(self, status: SourceStatus) -> "Future[int]":
        return self._order(lambda at: SourceReported(at, status))

    def report_exercise(self, exercise: dict[str, Any]) -> "Future[int]":
        return self._order(lambda at: ExerciseReported(at, exercise))

    def tick(self) -> "Future[int]":
        """The passing of time up to now, where the engine does not tick by itself."""
        return self._order(ClockTicked)

    def figures(self) -> dict[str, dict[str, Any]]:
        """What each source gave since the start, reckoned now."""
        return self.tallies.figures(self._clock())

    def _order(self, make: Callable[[str], Input]) -> "Future[int]":
        order = _Order(make)
        self._orders.append(order)
        self._work.set()
        if self.health.stopped:
            self._refuse_orders()
        return order.done

    def _run(self) -> None:
        next_tick = time.monotonic() + TICK_S
        while not self._stop.is_set():
            self._work.wait(timeout=max(0.0, next_tick - time.monotonic()))
            self._work.clear()
            try:
                self._carry_out_orders()
                while self._arrivals and not self._stop.is_set():
                    self._take_batch()
                    self._carry_out_orders()
                if time.monotonic() >= next_tick:
                    next_tick = time.monotonic() + TICK_S
                    if self._own_ticks:
                        self._tick()
            except JournalForked as fork:
                self._give_up(str(fork), "forked")
                return
            except JournalError as error:
                self._give_up(str(error), "broken")
                return
            except Exception as broken:  # a silent death would leave screens believing in it
                log.exception("%s: the engine broke", self.realm)
                self._give_up(f"the engine broke: {type(broken).__name__}: {broken}", "broken")
                return

    def _give_up(self, trouble: str, kind: str) -> None:
        """Another writer owns the realm, or it takes no entry of ours: never write on."""
        log.error("%s: %s", self.realm, trouble)
        self.health.stopped = True
        self.health.trouble = trouble
        self.health.trouble_kind = kind
        self.health.stuck_since = to_text(self._clock())
        self._refuse_orders()

    def _refuse_orders(self) -> None:
        """Nobody works any more; called by whoever finds out, on any thread."""
        with suppress(IndexError):
            while True:
                order = self._orders.popleft()
                if order.done.set_running_or_notify_cancel():
                    order.done.set_exception(JournalUnavailable(self.health.trouble or "", "other"))

    def _tick(self) -> None:
        now = time.monotonic()
        silent = tuple(
            sorted(
                source
                for source, (heard, heartbeat) in self._heard.items()
                if now - heard > SILENT_AFTER_HEARTBEATS * heartbeat
            )
        )
        self._decide_and_commit([Examined(ClockTicked(to_text(self._clock()), silent))])

    def _carry_out_orders(self) -> None:
        while self._orders:
            order = self._orders.popleft()
            if not order.done.set_running_or_notify_cancel():
                continue  # whoever gave it was told meanwhile that it was not carried out
            try:
                self._decide_and_commit([Examined(order.make(to_text(self._clock())))])
            except CommandRefused as refused:
                order.done.set_exception(refused)
            except Exception as trouble:
                order.done.set_exception(JournalUnavailable(str(trouble), "other"))
                raise
            else:
                order.done.set_result(self.situation.n)

    def _take_batch(self) -> None:
        arrivals = [self._arrivals.popleft() for _ in range(min(BATCH_MAX, len(self._arrivals)))]
        now = self._clock()
        examined = [self._examine(arrival, now) for arrival in arrivals]
        news = self._without_duplicates(examined)
        made = self._decide_and_commit(news)
        self._count(examined, news, made)
        for arrival in arrivals:
            arrival.acknowledge()

    def _without_duplicates(self, examined: list[Examined]) -> list[Examined]:
        keys = [e.key for e in examined if e.key is not None]
        known = (
            self._persistently(lambda: self._journal.known_keys(self.realm, keys))
            if keys
            else set()
        )
        news = []
        for e in examined:
            if e.key is not None:
                if e.key in known:
                    continue
                known.add(e.key)
            news.append(e)
        return news

    def _count(
        self, examined: list[Examined], news: Sequence[Examined], made: Sequence[Examined]
    ) -> None:
        """`news`: what was no duplicate; `made`: the same as it was decided on."""
        health, now = self.health, self._clock()
        fresh = {id(e) for e in news}
        for e in examined:
            if isinstance(e.given, SourceReported):
                status = e.given.status
                self._heard[status.source] = (time.monotonic(), status.heartbeat_s)
                if status.state == "offline":
                    del self._heard[status.source]
                self.tallies.heard(status, now)
            else:
                health.received += 1
                if id(e) not in fresh and isinstance(e.given, ObservationArrived):
                    self.tallies.duplicate(e.given.observation.source, now)
        for e in made:
            self._tally(e, now)
        health.duplicates += len(examined) - len(news)
        health.recorded += sum(isinstance(e.given, ObservationArrived) for e in made)
        health.quarantined += sum(isinstance(e.given, MessageRefused) for e in made)
        health.waiting = len(self._arrivals)

    def _tally(self, made: Examined, now: datetime) -> None:
        given = made.given
        if isinstance(given, ObservationArrived):
            observation = given.observation
            # an exercise has a clock of its own: it tells nothing about the way
            received_at = observation.received_at if self.realm == LIVE else None
            self.tallies.took(observation.source, received_at, now)
        elif isinstance(given, MessageRefused):
            kept = made.quarantined
            by_adapter = kept is not None and kept.sha256 is not None
            self.tallies.refused(given.source, now, by_adapter=by_adapter)

    def _decide_and_commit(self, news: Sequence[Examined]) -> Sequence[Examined]:
        """What was decided on: the same, but for inputs that broke a rule."""
        try:
            situation, entries = decide_all(self.situation, (e.given for e in news))
        except CommandRefused:
            raise
        except Exception as error:
            log.exception("%s: a batch of %d could not be decided", self.realm, len(news))
            if isinstance(news[0].given, CommandGiven):
                told = "a rule broke on this command; it was not carried out"
                raise CommandRefused(told) from error
            news, situation, entries = self._decide_one_by_one(news)
        keys = [e.key for e in news if e.key is not None]
        quarantined = [e.quarantined for e in news if e.quarantined is not None]
        if not (entries or quarantined):
            return news
        self._persistently(
            lambda: self._journal.commit(self.realm, entries, keys=keys, quarantined=quarantined)
        )
        if not entries:
            return news
        self.situation = situation
        self._announce(self.realm, entries, situation)
        if situation.n - self._snapshot_n >= SNAPSHOT_EVERY:
            self.save_snapshot()
        return news

    def _decide_one_by_one(
        self, news: Sequence[Examined]
    ) -> tuple[list[Examined], Situation, list[Entry]]:
        """Isolate the input that breaks a rule: it goes to quarantine, the others go on."""
        made, situation, entries = list[Examined](), self.situation, list[Entry]()
        for e in news:
            decided = e
            try:
                situation, more = decide_all(situation, [e.given])
            except Exception as error:
                decided = _failed(e.given, error)
                situation, more = decide_all(situation, [decided.given])
            made.append(decided)
            entries.extend(more)
        return made, situation, entries

    def save_snapshot(self) -> None:
        situation = self.situation
        if situation.n == self._snapshot_n or situation.at is None:
            return
        try:
            head = self._journal.head(self.realm)
            self._journal.save_snapshot(
                self.realm, situation.n, situation.at, head.hash, picture(situation), SHAPE
            )
        except JournalUnavailable as trouble:
            log.warning("%s: no snapshot: %s", self.realm, trouble)
        self._snapshot_n = situation.n

    def _persistently(self, act: Callable[[], T]) -> T:
        """Try until the journal takes it; meanwhile nothing is acknowledged, and screens say so."""
        while True:
            try:
                result = act()
            except JournalUnavailable as trouble:
                if self.health.stuck_since is None:
                    log.warning("%s: the journal does not take entries: %s", self.realm, trouble)
                    self.health.stuck_since = to_text(self._clock())
                self.health.trouble = str(trouble)
                self.health.trouble_kind = trouble.trouble
                if self._stop.wait(RETRY_S):
                    raise JournalForked("stopped while the journal was unavailable") from trouble
            else:
                if self.health.stuck_since is not None:
                    log.warning("%s: the journal takes entries again", self.realm)
                    self.health.stuck_since = self.health.trouble = None
                    self.health.trouble_kind = None
                return result


def _failed(given: Input, error: Exception) -> Examined:
    """Its refusal and its quarantine row, without its key: after a repair it may come again."""
    source, raw = "tocsin:engine", repr(given).encode()
    if isinstance(given, ObservationArrived):
        source, raw = given.observation.source, given.observation.model_dump_json().encode()
    refusal = MessageRefused(
        at=given.at,
        source=source,
        topic="",
        reason="engine_failed",
        field=type(given).__name__,
        detail=f"{type(error).__name__}: {error}"[:300],
        size=len(raw),
    )
    told = asdict(refusal)
    return Examined(refusal, quarantined=Quarantined(**told, raw=raw))
