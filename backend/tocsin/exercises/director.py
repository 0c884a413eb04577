"""Conducts one exercise: clock step by step, messages, conditions, the orders of its staff."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import datetime
from typing import Any

from tocsin.contract.times import from_text, to_text
from tocsin.engine.engine import Engine
from tocsin.engine.inputs import CommandRefused
from tocsin.exercises.book import Book, entries_of_book
from tocsin.exercises.clock import ExerciseClock
from tocsin.exercises.conduct.agenda import Agenda, Message, key, step_before
from tocsin.exercises.conduct.orders import Order, Written, decide, issue, jump_target, steered
from tocsin.exercises.conduct.state import OVER, Conduct
from tocsin.exercises.happened import Happened, fold
from tocsin.exercises.player import Player
from tocsin.exercises.scenario import Inject, Scenario
from tocsin.journal.store import Journal, JournalError, JournalUnavailable

log = logging.getLogger(__name__)

MARK_S = 2.0  # of real life between two marks of the clock in the book
ANSWER_WITHIN_S = 8.0
AGAIN_S = 1.0
ITSELF = "tocsin"


class Director:
    """Exercise time runs to the next step and stands there until everybody has finished it.

    A step: what is due goes out, message by message, each awaited; one tick; the conditions. What
    lies before the time at which this process took up the exercise is out already.
    """

    def __init__(
        self,
        engine: Engine,
        clock: ExerciseClock,
        book: Book[Conduct],
        journal: Journal,
        player: Callable[[], Player],
        wall: Callable[[], datetime],
    ) -> None:
        self.realm = engine.realm
        self._engine = engine
        self._clock = clock
        self._book = book
        self._journal = journal
        self._make_player = player
        self._wall = wall
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._seen = Happened()
        self._agenda = Agenda(Scenario.model_validate(book.state.script))
        self._script = book.state.script
        self._out: set[Message] = set()
        self._jump_to: datetime | None = None
        self._stands_at: datetime | None = None
        self._marked_at = time.monotonic()
        begun = self._done = clock.now()
        self._out.update(key(o) for o in self._agenda.open_messages(book.state) if o.at < begun)

    @property
    def conduct(self) -> Conduct:
        return self._book.state

    def start(self) -> None:
        """Go on from where the book and the clock are; where it is over there is nothing to do."""
        with self._lock:
            if self._thread is not None or self.conduct.state in OVER:
                return
            self._stands_at = self._done = from_text(to_text(self._clock.now()))
            self._clock.stand_at(self._stands_at)
            self._clock.run_at(self.conduct.speed if self.conduct.state == "running" else 0)
            self._thread = threading.Thread(target=self._run, name=self.realm, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """The process ends; the exercise goes on with the next one."""
        self._stop.set()
        self._wake.set()
        thread = self._thread
        if thread is not None:
            thread.join()

    def order(self, order: dict[str, Any], by: str, capacity: str) -> int:
        """The number of the last entry of the book; raises CommandRefused, JournalUnavailable."""
        with self._lock:
            # never before what the book says: a message may have stood there a moment ago
            now = max(to_text(self._clock.now()), self.conduct.at)
            before, given = self.conduct, Order(order, by, capacity, now, to_text(self._wall()))
            if order.get("order") == "jump":
                self._jump_to = jump_target(before, self.current_agenda(), order, now)
                written = Written((("clock_marked", {}),), now)
            else:
                written = decide(before, self.current_agenda(), given)
            if order.get("order") == "trigger":
                self._stands_at = from_text(now)
                self._clock.stand_at(self._stands_at)
            after = self._book.write(written.at, *written.told)
            if after.state != before.state or after.speed != before.speed:
                self._steered(after)
        self._wake.set()
        return after.n

    def tell_room(self) -> None:
        """Say in the realm what stands in the book; once more costs nothing."""
        conduct = self.conduct
        told = {
            "scenario": conduct.script["scenario"],
            "title": conduct.script["title"],
            "state": conduct.state,
            "speed": conduct.speed,
        }
        try:
            self._engine.report_exercise(told).result(ANSWER_WITHIN_S)
        except FutureTimeout:
            raise JournalUnavailable("the engine does not answer", "other") from None

    def current_agenda(self) -> Agenda:
        with self._lock:
            if self._book.state.script is not self._script:
                self._script = self._book.state.script
                self._agenda = Agenda(Scenario.model_validate(self._script))
            return self._agenda

    def _steered(self, conduct: Conduct) -> None:
        if conduct.state != "running":
            self._jump_to = None
        self._clock.run_at(conduct.speed if conduct.state == "running" else 0)
        self.tell_room()
        if conduct.state == "running":
            self.start()

    def _given_up(self) -> bool:
        return self._stop.is_set() or self._book.state.state in OVER

    def _run(self) -> None:
        player = self._make_player()
        player.start()
        try:
            while not self._stop.is_set():
                try:
                    if self.conduct.state in OVER:
                        self._clean_up(player)
                        if self._is_left():
                            return
                    self._go_on(player)
                except (JournalError, CommandRefused, FutureTimeout) as trouble:
                    log.warning("%s stands: %s", self.realm, trouble)
                    self._stop.wait(AGAIN_S)
                except Exception:  # a silent death would leave the room waiting for what comes
                    log.exception("%s stands", self.realm)
                    self._stop.wait(AGAIN_S)
        finally:
            player.stop()

    def _is_left(self) -> bool:
        """The staff may have called it back meanwhile."""
        with self._lock:
            left = self.conduct.state in OVER
            if left:
                self._thread = None
            return left

    def _go_on(self, player: Player) -> None:
        """One step, or a wait for it."""
        with self._lock:
            state, jump = self.conduct.state, self._jump_to
            moment = self._stands_at or self._next_step()
            stands = self._stands_at is not None
            if not stands:
                self._clock.run_until(moment)
        if state == "prepared" or (state == "paused" and not stands and jump is None):
            self._wait(None)
            return
        if not stands and jump is None and (left := self._clock.seconds_until(moment)) > 0:
            self._wait(left)
            return
        with self._lock:
            if self._stands_at is None and self._next_step() != moment:
                return  # the staff added something that comes before
            self._clock.stand_at(moment)
            self._stands_at = moment
        if self._step(player, moment):
            with self._lock:
                self._done = moment
                if not self.current_agenda().going(self.conduct, moment, self._out):
                    self._stands_at = None
                if self._jump_to is not None and step_before(self._jump_to) <= moment:
                    self._jump_to = None

    def _wait(self, seconds: float | None) -> None:
        self._wake.wait(seconds)
        self._wake.clear()

    def _next_step(self) -> datetime:
        return self.current_agenda().next_moment(self.conduct, self._done, self._out)

    def _step(self, player: Player, moment: datetime) -> bool:
        """False when it was broken off; then it is done again, and what is out stays out."""
        if not self._introduce(player):
            return False
        if not self._play_due(player, moment):
            return False
        if not self._tick():
            return False
        while self._judge(moment):
            if not self._play_due(player, moment):
                return False
        agenda = self.current_agenda()
        with self._lock:
            if moment >= agenda.ends() and self.conduct.state not in OVER:
                ended = steered("ended", self.conduct.speed, ITSELF, to_text(self._wall()))
                self._steered(self._book.write(to_text(moment), ended))
            elif time.monotonic() - self._marked_at >= MARK_S:
                self._marked_at = time.monotonic()
                self._book.write(to_text(moment), ("clock_marked", {}))
        return True

    def _tick(self) -> bool:
        ticked = self._engine.tick()
        while not self._stop.is_set():
            try:
                ticked.result(AGAIN_S)
            except FutureTimeout:  # the journal takes nothing for the moment
                continue
            return True
        return False

    def _introduce(self, player: Player) -> bool:
        """Sources that have not been heard of yet come online before they speak."""
        names = {inject.source for inject in self.current_agenda().scenario.injects}
        return all(
            player.tell_source(name, "online", self._given_up)
            for name in sorted(names - set(self._engine.situation.sources))
        )

    def _play_due(self, player: Player, moment: datetime) -> bool:
        agenda = self.current_agenda()
        while going := agenda.going(self.conduct, moment, self._out):
            one = going[0]
            if one.inject.id not in self.conduct.runs and not self._issue(one.inject, moment):
                continue  # skipped while we looked
            if not player.play(one, moment, self._given_up):
                return False
            self._out.add(key(one))
            agenda = self.current_agenda()
        return True

    def _issue(self, inject: Inject, moment: datetime, how: str = "clock") -> bool:
        """In the book first: what it releases must be known after a crash."""
        at = to_text(moment)
        with self._lock:
            if self.conduct.status_of(inject.id) != "waiting":
                return False
            self._book.write(at, *issue(self.conduct, self.current_agenda(), inject, at, how))
            return True

    def _judge(self, moment: datetime) -> bool:
        """What conditions release, lapse or end now; True where something is released."""
        for entry in entries_of_book(self._journal, self.realm, self._seen.n):
            fold(self._seen, entry)
        agenda, released = self.current_agenda(), False
        at = to_text(moment)
        for inject, status, reason in agenda.verdicts(self.conduct, self._seen, moment):
            if status == "issued":
                released = self._issue(inject, moment, "condition") or released
                continue
            with self._lock:
                if self.conduct.status_of(inject.id) == "waiting":
                    told = {"inject": inject.id, "status": status, "reason": reason}
                    self._book.write(at, ("inject_told", told))
        for inject, kept in agenda.cut_short(self.conduct, self._seen, moment, self._out):
            run = self.conduct.runs[inject.id]
            body = {"inject": inject.id, "status": "issued", "how": run.how, "by": run.by}
            with self._lock:
                self._book.write(run.at, ("inject_told", body | {"messages": list(kept)}))
        return released

    def _clean_up(self, player: Player) -> None:
        """The sources of what was aborted leave; the realm stays, to be looked at.

        After the regular end nobody shall be alarmed by it, and a call-off may be a mistake.
        """
        self.tell_room()
        if self.conduct.state != "aborted":
            return
        sources = self._engine.situation.sources
        scenario = self.current_agenda().scenario
        for name in sorted({inject.source for inject in scenario.injects}):
            if name in sources and sources[name].state != "offline":
                player.tell_source(name, "offline", self._stop.is_set)
