"""The desk between an intake and the outbox: translate, complete, count, keep."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
from tocsin.contract.source_status import SourceCounts
from tocsin.sources.config import SourceConfig
from tocsin.sources.outbox import Message, Outbox, OutboxFull
from tocsin.sources.reports import reports_for, shown_origin

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
FULL_RETRY_S = 0.25


class Stopped(Exception):
    """The source is being stopped; what was not yet kept will be read again."""


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

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._said: dict[str, str] = {}
        self._lock = threading.Lock()

    def say(self, who: str, sentence: str | None) -> None:
        sentence = sentence and sentence[:300]
        with self._lock:
            before = self._said.get(who)
            if sentence is None:
                self._said.pop(who, None)
            else:
                self._said[who] = sentence
        if before != sentence:
            self._changed()

    def first(self) -> str | None:
        with self._lock:
            return next(iter(self._said.values()), None)


class Desk:
    """What an intake sees of the runner. When `take` returns, the message is safe on disk."""

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

    def take(
        self,
        payload: bytes,
        origin: str,
        content_type: str = "",
        marks: Mapping[str, str] | None = None,
    ) -> Sequence[str]:
        """Translates and keeps; gives back the links an index named. Raises only `Stopped`."""
        receipt = Receipt(
            self._config.source, self._config.realm, self.clock(), origin, content_type
        )
        translation = self.translate(payload, receipt)
        messages, rejections = self._messages(translation, receipt)
        self._warn(translation, origin)
        self._keep(receipt, payload, messages, rejections, marks)
        return translation.links

    def refuse(self, finding: Finding, origin: str, marks: Mapping[str, str] | None = None) -> None:
        """Something that arrived but was not even read: too large, elsewhere."""
        receipt = Receipt(self._config.source, self._config.realm, self.clock(), origin)
        self._keep(receipt, None, [], [finding], marks)

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        if len(payload) > self.max_bytes:
            said = f"{len(payload)} bytes; at most {self.max_bytes} are read"
            return Translation(rejections=(Finding("too_large", said),))
        try:
            return self._adapter.translate(payload, receipt)
        except Exception as trouble:
            # An adapter promises never to raise. One that does must not take its source down.
            log.exception("adapter %s failed on a message", self._adapter.name)
            said = f"the adapter failed: {type(trouble).__name__}"
            return Translation(rejections=(Finding("adapter_failed", said),))

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
        if observation.received_at is None:
            observation = observation.model_copy(update={"received_at": receipt.received_at})
        payload = envelope_for(observation).model_dump_json(exclude_none=True).encode()
        if len(payload) > MAX_MESSAGE_BYTES:
            said = f"an observation of {len(payload)} bytes; at most {MAX_MESSAGE_BYTES} are sent"
            return Finding("observation_too_large", said)
        return payload

    def _warn(self, translation: Translation, origin: str) -> None:
        self._tally.warnings += len(translation.warnings)
        for warning in translation.warnings:
            log.info(
                "%s: %s: %s %s: %s",
                *(self._config.source, shown_origin(origin)),
                *(warning.rule, warning.field, warning.message),
            )

    def _keep(
        self,
        receipt: Receipt,
        payload: bytes | None,
        messages: list[Message],
        rejections: list[Finding],
        marks: Mapping[str, str] | None,
    ) -> None:
        reports = reports_for(
            receipt.source,
            self._adapter.name,
            receipt.received_at,
            receipt.origin,
            payload,
            rejections,
        )
        topic = topics.errors(receipt.realm, receipt.source)
        for report in reports:
            log.warning(
                "%s: %s: rejected: %s %s: %s",
                *(report.source, report.origin, report.rule, report.field, report.message),
            )
            written = report.model_dump_json(exclude_none=True).encode()
            messages.append(Message(topic, written, receipt.received_at))
        self._put(messages, marks)
        self._tally.received += 1
        self._tally.rejected += 1 if rejections else 0
        if messages:
            self._arrived()

    def _put(self, messages: list[Message], marks: Mapping[str, str] | None) -> None:
        """Waits for room rather than drop: the source's own queue is the next buffer."""
        while True:
            try:
                self.outbox.put(messages, marks)
            except OutboxFull as full:
                self.troubles.say("outbox", f"reading has stopped: {full}")
            except sqlite3.Error as trouble:
                self.troubles.say("outbox", f"reading has stopped, the outbox fails: {trouble}")
            else:
                self.troubles.say("outbox", None)
                return
            if self._stop.wait(FULL_RETRY_S):
                raise Stopped
