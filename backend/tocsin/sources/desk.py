"""The desk between an intake and the outbox: translate, complete, count, keep."""

import logging
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tocsin.contract import (
    Adapter,
    Finding,
    Observation,
    Receipt,
    Translation,
    envelope_for,
    topics,
)
from tocsin.contract.envelope import MAX_MESSAGE_BYTES
from tocsin.contract.realm import is_exercise
from tocsin.contract.source_status import SourceCounts
from tocsin.sources.config import SourceConfig
from tocsin.sources.memory import FULL, Memory
from tocsin.sources.outbox import Message, Outbox, OutboxFull
from tocsin.sources.pace import Pace
from tocsin.sources.reports import Ration, printable, reports_for, shown_origin

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
FULL_RETRY_S = 0.25
FLOOD_TOLD_S = 5.0
FLOOD_OVER_S = 15.0


class Stopped(Exception):
    """The source is being stopped; what was not yet kept will be read again."""


class Busy(Exception):
    """It could not be kept at once, and the intake did not want to wait; nothing was kept."""


@dataclass(slots=True)
class Tally:
    """Counted since the process started."""

    received: int = 0
    published: int = 0
    rejected: int = 0
    warnings: int = 0

    def counts(self) -> SourceCounts:
        return SourceCounts(
            received=self.received,
            published=self.published,
            rejected=self.rejected,
            warnings=self.warnings,
        )


class Troubles:
    """What is wrong now, by who noticed it; the first is shown."""

    def __init__(
        self, changed: Callable[[], None], steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._changed = changed
        self._steady = steady
        self._said: dict[str, tuple[str, float | None]] = {}
        self._lock = threading.Lock()

    def say(self, who: str, sentence: str | None, lasts_s: float | None = None) -> None:
        """None takes it back; with `lasts_s` it goes by itself when it is not said again."""
        until = None if lasts_s is None else self._steady() + lasts_s
        with self._lock:
            before = self._said.get(who)
            if sentence is None:
                self._said.pop(who, None)
            else:
                self._said[who] = (sentence[:300], until)
            same = self._said.get(who, ("",))[0] == (before or ("",))[0]
        if not same:
            self._changed()

    def first(self) -> str | None:
        with self._lock:
            now = self._steady()
            for who, (sentence, until) in list(self._said.items()):
                if until is None or now < until:
                    return sentence
                del self._said[who]
        return None


@dataclass(frozen=True, slots=True)
class Made:
    """What became of some bytes, ready for the outbox."""

    messages: Sequence[Message] = ()
    rejections: Sequence[Finding] = ()
    warnings: Sequence[Finding] = ()
    links: Sequence[str] = ()
    remember: Mapping[str, str | None] = field(default_factory=dict)


class Desk(ABC):
    """What an intake sees of the runner. When `take` returns, the message is safe on disk.

    One thread at a time may use it.
    """

    def __init__(
        self,
        adapter: Adapter,
        config: SourceConfig,
        outbox: Outbox,
        tally: Tally,
        troubles: Troubles,
        clock: Clock,
        stop: threading.Event,
        arrived: Callable[[], None],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.max_bytes = adapter.max_bytes
        self.outbox = outbox
        self.troubles = troubles
        self.clock = clock
        self._adapter = adapter
        self._config = config
        self._tally = tally
        self._stop = stop
        self._arrived = arrived
        self._steady = steady
        self._pace = Pace(config.messages_per_s)
        self._ration = Ration()
        self._slowed = 0
        self._slowed_at = self._slowed_told_at = float("-inf")

    def take(
        self,
        payload: bytes,
        origin: str,
        content_type: str = "",
        marks: Mapping[str, str] | None = None,
        *,
        topic: str = "",
        received_at: datetime | None = None,
        patient: bool = True,
    ) -> Sequence[str]:
        """Translates and keeps; gives back the links an index named.

        Waits for room in the outbox; `patient=False` raises `Busy` instead. Else only `Stopped`.
        """
        self._slow_down()
        receipt = self._receipt(origin, content_type, topic, received_at)
        made = self._judged(payload, receipt)
        self._keep(receipt, payload, made, marks, patient)
        self._warn(made.warnings, origin)
        return made.links

    def refuse(
        self,
        finding: Finding,
        origin: str,
        marks: Mapping[str, str] | None = None,
        *,
        patient: bool = True,
    ) -> None:
        """Something that arrived but was not even read: too large, elsewhere."""
        receipt = self._receipt(origin, "", "", None)
        self._keep(receipt, None, Made(rejections=[finding]), marks, patient)

    @abstractmethod
    def _made(self, payload: bytes, receipt: Receipt) -> Made: ...

    def _kept(self, made: Made) -> None:  # noqa: B027 most have nothing to do then
        """It is on disk."""

    def _receipt(
        self, origin: str, content_type: str, topic: str, received_at: datetime | None
    ) -> Receipt:
        return Receipt(
            self._config.source,
            self._config.realm,
            received_at or self.clock(),
            origin,
            content_type,
            topic,
            self._config.legal_regime,
        )

    def _judged(self, payload: bytes, receipt: Receipt) -> Made:
        if len(payload) > self.max_bytes:
            said = f"{len(payload)} bytes; at most {self.max_bytes} are read"
            return Made(rejections=[Finding("too_large", said)])
        try:
            return self._made(payload, receipt)
        except Exception as trouble:
            # An adapter promises never to raise. One that does must not take its source down.
            log.exception("adapter %s failed on a message", self._adapter.name)
            said = f"the adapter failed: {type(trouble).__name__}"
            return Made(rejections=[Finding("adapter_failed", said)])

    def _slow_down(self) -> None:
        now = self._steady()
        delay = self._pace.delay_s(now)
        if not delay:
            return
        if now - self._slowed_at > FLOOD_OVER_S:
            self._slowed = 0
        self._slowed += 1
        self._slowed_at = now
        if now - self._slowed_told_at > FLOOD_TOLD_S:
            self._slowed_told_at = now
            said = (
                f"it sends more than {self._config.messages_per_s:g} messages a second and is read "
                f"no faster; {self._slowed} had to wait"
            )
            self.troubles.say("flood", said, FLOOD_OVER_S)
        if self._stop.wait(delay):
            raise Stopped

    def _warn(self, warnings: Sequence[Finding], origin: str) -> None:
        self._tally.warnings += len(warnings)
        for warning in warnings:
            log.info(
                "%s: %s: %s %s: %s",
                *(self._config.source, shown_origin(origin)),
                *(printable(one, 300) for one in (warning.rule, warning.field, warning.message)),
            )

    def _keep(
        self,
        receipt: Receipt,
        payload: bytes | None,
        made: Made,
        marks: Mapping[str, str] | None,
        patient: bool,
    ) -> None:
        messages = list(made.messages)
        reports = reports_for(
            receipt.source,
            self._adapter.name,
            receipt.received_at,
            receipt.origin,
            payload,
            self._ration.of(list(made.rejections), self._steady()),
        )
        topic = topics.errors(receipt.realm, receipt.source)
        for report in reports:
            written = report.model_dump_json(exclude_none=True).encode()
            messages.append(Message(topic, written, receipt.received_at))
        self._put(messages, marks, made.remember, patient)
        for report in reports:
            log.warning(
                "%s: %s: rejected: %s %s: %s",
                *(report.source, report.origin, report.rule, report.field, report.message),
            )
        self._kept(made)
        self._tally.received += 1
        self._tally.rejected += 1 if made.rejections else 0
        if messages:
            self._arrived()

    def _put(
        self,
        messages: list[Message],
        marks: Mapping[str, str] | None,
        remember: Mapping[str, str | None],
        patient: bool,
    ) -> None:
        """Waits for room rather than drop: the source's own queue is the next buffer."""
        while True:
            try:
                self.outbox.put(messages, marks, remember)
            except OutboxFull as full:
                self.troubles.say("outbox", f"reading has stopped: {full}")
            except sqlite3.Error as trouble:
                self.troubles.say("outbox", f"reading has stopped, the outbox fails: {trouble}")
            else:
                self.troubles.say("outbox", None)
                return
            if not patient:
                raise Busy
            if self._stop.wait(FULL_RETRY_S):
                raise Stopped


class TranslatingDesk(Desk):
    """Gives the bytes to the adapter, and keeps what it makes of them together with its memory."""

    def __init__(self, *what: Any, **more: Any) -> None:
        super().__init__(*what, **more)
        self._memory = Memory(self.outbox.memory())
        self._silent_on_mode = getattr(self._adapter, "tells_mode", True) is False

    def _made(self, payload: bytes, receipt: Receipt) -> Made:
        receipt = replace(receipt, memory=self._memory.view)
        translation = self._adapter.translate(payload, receipt)
        messages, rejections = self._messages(translation, receipt)
        changes, finding = self._memory.judge(translation.remember)
        if finding is not None:
            rejections.append(finding)
            self.troubles.say("memory", FULL)
        elif translation.remember:
            self.troubles.say("memory", None)
        warnings, links = list(translation.warnings), list(translation.links)
        return Made(messages, rejections, warnings, links, changes)

    def _kept(self, made: Made) -> None:
        self._memory.accept(made.remember)

    def _messages(
        self, translation: Translation, receipt: Receipt
    ) -> tuple[list[Message], list[Finding]]:
        messages: list[Message] = []
        rejections = list(translation.rejections)
        topic = topics.observations(receipt.realm, receipt.source)
        for observation in translation.observations:
            payload = self._envelope(observation, receipt)
            if isinstance(payload, Finding):
                rejections.append(payload)
            else:
                messages.append(Message(topic, payload, receipt.received_at))
        return messages, rejections

    def _envelope(self, observation: Observation, receipt: Receipt) -> bytes | Finding:
        if observation.source != receipt.source:
            said = f"the adapter named the source {observation.source}; it is {receipt.source}"
            return Finding("wrong_source", said)
        filled: dict[str, Any] = {}
        if observation.received_at is None:
            filled["received_at"] = receipt.received_at
        if self._config.maturity is not None:
            filled["maturity"] = self._config.maturity
        # A format without a word for it: in an exercise only the realm tells that it is one.
        if self._silent_on_mode and observation.mode == "real" and is_exercise(receipt.realm):
            filled["mode"] = "exercise"
        if filled:
            observation = observation.model_copy(update=filled)
        payload = envelope_for(observation).model_dump_json(exclude_none=True).encode()
        if len(payload) > MAX_MESSAGE_BYTES:
            said = f"an observation of {len(payload)} bytes; at most {MAX_MESSAGE_BYTES} are sent"
            return Finding("observation_too_large", said)
        return payload
