"""All partners of one script at work: what is asked for, what they push, what they publish."""

import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import Literal

from tocsin.contract import SourceStatus, topics
from tocsin.contract.broker_address import KEEPALIVE_S, BrokerAddress
from tocsin.contract.source_status import SourceCounts
from tocsin.partners import cad, channels, units
from tocsin.partners.counter import Counter
from tocsin.partners.pages import Page, page_at
from tocsin.partners.play import Play
from tocsin.partners.script import Partner, PartnerScript
from tocsin.partners.speech import Mode, Speech
from tocsin.partners.stib import stop_id
from tocsin.places import NamedPlace

log = logging.getLogger(__name__)
AGAIN_S = 1.0
PUSH_TIMEOUT_S = 5.0
UNIT_EVERY_S = 5.0
HEARTBEAT_S = 10.0
LOOK_S = 0.5
CHANNELS_SOURCE = "channels:region"
# Nothing in these formats can say that they are only a test.
SILENT_IN_A_TEST: frozenset[Partner] = frozenset({"stib", "units"})
Message = tuple[datetime, str, bytes]


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """`http`: where we answer; `cad`: where Tocsin listens to the 112 centre."""

    realm: str
    broker: BrokerAddress
    mode: Mode = "exercise"
    speed: float = 1.0
    http: tuple[str, int] = ("127.0.0.1", 0)
    cad: str = "127.0.0.1:9112"


class Company:
    """Speaks until the last fact is told, and answers until it is stopped."""

    def __init__(
        self,
        script: PartnerScript,
        settings: CompanySettings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._begin_at(Play(script, clock(), settings.speed))
        self._counter = Counter(*settings.http, self._page)
        self._client = settings.broker.client(f"tocsin-partners-{settings.realm}")
        self._client.reconnect_delay_set(min_delay=1, max_delay=5)
        self._stop = threading.Event()
        self._told = 0
        self._threads = [
            threading.Thread(target=work, name=f"partners {name}", daemon=True)
            for name, work in (
                ("cases", self._push_cases),
                ("messages", self._publish),
                ("beat", self._beat),
            )
        ]

    @property
    def speakers(self) -> tuple[Partner, ...]:
        """The partners that may speak: in a test, only those whose format can say so."""
        speakers = self.play.script.speakers
        if self._settings.mode == "exercise":
            return speakers
        return tuple(one for one in speakers if one not in SILENT_IN_A_TEST)

    @property
    def root(self) -> str:
        return self._counter.root

    def start(self) -> None:
        """The script begins now."""
        self._begin_at(replace(self.play, started=self._clock()))
        self._counter.start()
        broker = self._settings.broker
        self._client.connect_async(broker.host, broker.port, keepalive=KEEPALIVE_S)
        self._client.loop_start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._counter.stop()
        self._client.disconnect()
        self._client.loop_stop()

    def _begin_at(self, play: Play) -> None:
        self.play = play
        run = f"{play.script.partners}-{play.started:%Y%m%d%H%M%S}"
        self._speech = Speech(self._settings.mode, run)

    def stops(self) -> dict[str, NamedPlace]:
        """The stops that the script speaks of: GTFS-Realtime itself gives their ids only."""
        told = (one.place for _, one in self.play.told("stib"))
        return {stop_id(place): place for place in told if place is not None}

    def _page(self, path: str) -> Page | None:
        return page_at(path, self.play, self._clock(), self._speech, self.root)

    def _push_cases(self) -> None:
        if "cad" not in self.speakers:
            return
        for moment, case in self.play.told("cad"):
            if not self._until(moment) or not self._push(cad.message(case, self._speech)):
                return

    def _push(self, message: bytes) -> bool:
        """Again and again until it is taken: a case is not lost because Tocsin is not there yet."""
        address = f"http://{self._settings.cad}/cases"
        head = {"Content-Type": cad.CONTENT_TYPE}
        while not self._stop.is_set():
            request = urllib.request.Request(address, message, head, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=PUSH_TIMEOUT_S):  # noqa: S310
                    return True
            except urllib.error.HTTPError as refusal:
                with refusal:
                    log.warning("%s does not take the case: %s", address, refusal)
            except (urllib.error.URLError, TimeoutError, ConnectionError) as trouble:
                log.warning("%s does not take the case: %s", address, trouble)
            self._stop.wait(AGAIN_S)
        return False

    def _publish(self) -> None:
        """Channels when they change, units every few seconds until they stand still."""
        for moment, topic, payload in merge(self._of_channels(), self._of_units()):
            if not self._until(moment):
                return
            self._tell(topic, payload)
            self._told += topic.endswith(CHANNELS_SOURCE)

    def _of_channels(self) -> Iterator[Message]:
        if "channels" not in self.speakers:
            return
        topic = topics.observations(self._settings.realm, CHANNELS_SOURCE)
        for moment, one in self.play.told("channels"):
            yield moment, topic, channels.observation(one, CHANNELS_SOURCE, self._speech)

    def _of_units(self) -> Iterator[Message]:
        if "units" not in self.speakers:
            return
        script, every = self.play.script.partners, timedelta(seconds=UNIT_EVERY_S)
        now = self.play.started
        last = max(one.arrives or moment for moment, one in self.play.told("units")) + every
        while now < last:
            for one in self.play.standing("units", now):
                yield now, units.topic(one, script), units.location(one, now)
            now += every

    def _beat(self) -> None:
        """The channels' owner speaks for itself, so it tells itself how it is."""
        if "channels" not in self.speakers:
            return
        while not self._stop.wait(self._say("online")):
            pass
        self._say("offline")

    def _say(self, state: Literal["online", "offline"]) -> float:
        """Seconds until it should be said again; soon, while there is no broker."""
        if not self._client.is_connected():
            return AGAIN_S
        status = SourceStatus(
            source=CHANNELS_SOURCE,
            state=state,
            at=self._clock(),
            adapter="partners",
            heartbeat_s=HEARTBEAT_S,
            counts=SourceCounts(received=self._told, published=self._told),
        )
        topic = topics.source_status(self._settings.realm, CHANNELS_SOURCE)
        self._client.publish(topic, status.model_dump_json(exclude_none=True), qos=1, retain=True)
        return HEARTBEAT_S

    def _tell(self, topic: str, payload: bytes) -> None:
        while not self._stop.is_set():
            if self._client.is_connected():
                told = self._client.publish(topic, payload, qos=1)
                with suppress(RuntimeError, ValueError):  # the link broke meanwhile: once more
                    told.wait_for_publish(PUSH_TIMEOUT_S)
                    if told.is_published():
                        return
            self._stop.wait(0.2)

    def _until(self, moment: datetime) -> bool:
        """False once it was told to stop."""
        while not self._stop.is_set():
            left = (moment - self._clock()).total_seconds()
            if left <= 0:
                return True
            self._stop.wait(min(left, LOOK_S))
        return False
