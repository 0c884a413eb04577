"""One source at work: an intake, an adapter, an outbox, and a courier to the broker."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from tocsin.contract import Adapter, topics
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera
from tocsin.sources.backoff import Backoff
from tocsin.sources.bus import BusIntake, TopicsIntake
from tocsin.sources.config import SourceConfig
from tocsin.sources.courier import Courier
from tocsin.sources.desk import Clock, Desk, Stopped, Tally, TranslatingDesk
from tocsin.sources.forwarding import ForwardingDesk
from tocsin.sources.intake import FileIntake, FolderIntake, Intake
from tocsin.sources.outbox import Outbox
from tocsin.sources.polling import PollIntake
from tocsin.sources.push import PushIntake
from tocsin.sources.registry import framing_of, load_adapters
from tocsin.sources.streams import TcpIntake, TcpListenIntake, UdpIntake

log = logging.getLogger(__name__)
Half = Literal["intake", "translate"]
RECONNECT_FIRST_S = 0.5
RECONNECT_CAP_S = 30.0
RESTART_FIRST_S = 1.0
RESTART_CAP_S = 60.0
FAILED_S = 2 * RESTART_CAP_S  # said again before that if it still fails
INTAKE_ENDS_S = 5.0
READER_S = 0.25


def _now() -> datetime:
    return datetime.now(UTC)


def _reconnecting() -> Backoff:
    return Backoff(RECONNECT_FIRST_S, RECONNECT_CAP_S)


class AdapterRunner:
    """Runs until told to stop; neither its source, its adapter nor the broker can end it.

    Without `half` it does all. The `intake` half puts the untouched bytes on the bus, the
    `translate` half reads them there. `reader`, shared by two halves in one process: nothing is
    put on the bus before somebody reads it there.
    """

    def __init__(
        self,
        adapter: Adapter,
        config: SourceConfig,
        broker: str | BrokerAddress,
        data_dir: Path,
        *,
        half: Half | None = None,
        reader: threading.Event | None = None,
        intake: Intake | None = None,
        clock: Clock = _now,
        backoff: Callable[[], Backoff] = _reconnecting,
    ) -> None:
        self._adapter = adapter
        self._config = config
        self._address = BrokerAddress.parse(broker) if isinstance(broker, str) else broker
        self._half = half
        self._reader = reader or threading.Event()
        self._awaits_reader = reader is not None and half == "intake"
        self._told = config.intake_half() if half == "intake" else config
        self._path = outbox_path(data_dir, self._told)
        self._intake = intake
        self._clock = clock
        self._backoff = backoff
        self.tally = Tally()

    def run(self, stop: threading.Event) -> None:
        """Blocks. Raises only before it begins: `OutboxUnusable`."""
        outbox = Outbox(self._path, self._told.outbox_bytes)
        courier = Courier(
            self._address,
            self._told,
            self._adapter.name,
            outbox,
            self.tally,
            self._clock,
            self._backoff(),
            self._facts(),
        )
        desk = self._desk(outbox, courier, stop)
        reading = threading.Thread(
            target=self._read, args=(desk, stop), name=f"read {self._told.source}", daemon=True
        )
        reading.start()
        try:
            while self._awaits_reader and not (self._reader.wait(READER_S) or stop.is_set()):
                continue
            courier.run(stop)
        finally:
            reading.join(INTAKE_ENDS_S)
            if not reading.is_alive():  # a slow server may still hold it; the process's end will do
                outbox.close()

    def _facts(self) -> str:
        """The topic whose messages are what this half is for."""
        realm, source = self._config.realm, self._config.source
        make = topics.raw if self._half == "intake" else topics.observations
        return make(realm, source)

    def _desk(self, outbox: Outbox, courier: Courier, stop: threading.Event) -> Desk:
        common = (
            *(self._adapter, self._told, outbox, self.tally),
            *(courier.troubles, self._clock, stop, courier.wake),
        )
        if self._half == "intake":
            return ForwardingDesk(*common, raw_source=self._config.source)
        return TranslatingDesk(*common)

    def _read(self, desk: Desk, stop: threading.Event) -> None:
        again = Backoff(RESTART_FIRST_S, RESTART_CAP_S)
        while not stop.is_set():
            try:
                intake = self._intake or self._made_intake()
                intake.run(desk, stop)
            except Stopped:
                return
            except Exception as trouble:
                log.exception("%s: reading failed and starts anew", self._told.source)
                said = type(trouble).__name__
                if isinstance(trouble, OSError) and trouble.strerror:
                    said = f"{trouble.filename or 'the machine'}: {trouble.strerror}"
                desk.troubles.say("reading", f"reading failed: {said}", FAILED_S)
                stop.wait(again.next_s())
            else:
                return

    def _made_intake(self) -> Intake:
        if self._half == "translate":
            return BusIntake(self._address, self._config, self._backoff(), self._reader)
        return intake_for(self._config, self._adapter, self._address, self._backoff())


def run_source(
    config: SourceConfig,
    broker: str | BrokerAddress,
    data_dir: Path,
    stop: threading.Event,
    *,
    cameras: Sequence[Camera] = (),
    half: Half | None = None,
    lasting: bool = True,
) -> None:
    """A whole source, or one half of it, from its configuration; blocks until `stop`.

    `lasting`: the broker keeps over a crash what it took, so that bytes may go through it.
    Raises before it begins: `AdapterMissing`, `SettingsRefused`, `OutboxUnusable`.
    """
    factory = load_adapters([config.adapter])[config.adapter]
    adapter = factory.for_source(config, cameras)
    address = BrokerAddress.parse(broker) if isinstance(broker, str) else broker
    halves = halves_of(config, half, lasting=lasting)
    reader = threading.Event() if len(halves) > 1 else None
    runners = [
        AdapterRunner(adapter, config, address, data_dir, half=one, reader=reader) for one in halves
    ]
    threads = [
        threading.Thread(target=runner.run, args=(stop,), name=f"{config.source} intake")
        for runner in runners[1:]
    ]
    for thread in threads:
        thread.start()
    try:
        for runner in runners[:1]:
            runner.run(stop)
    finally:
        for thread in threads:
            thread.join()


def halves_of(
    config: SourceConfig, wanted: Half | None = None, *, lasting: bool = True
) -> list[Half | None]:
    """What has to run for a source; None is the whole of it.

    A source that does not go through the bus has no halves; it runs where translating is done.
    """
    if config.through_bus(lasting=lasting):
        return [wanted] if wanted else ["translate", "intake"]
    return [] if wanted == "intake" else [None]


def intake_for(
    config: SourceConfig, adapter: Adapter, address: BrokerAddress, backoff: Backoff
) -> Intake:
    """Raises OSError, where a password cannot be read."""
    if config.file is not None:
        return FileIntake(config.file, config.every_s)
    if config.folder is not None:
        return FolderIntake(config.folder, config.every_s)
    if config.url is not None:
        return PollIntake(config.url, config.every_s)
    if config.listen is not None:
        return PushIntake(config)
    if config.udp is not None:
        return UdpIntake(config)
    if config.tcp is not None:
        return TcpIntake(config, framing_of(adapter), backoff)
    if config.tcp_listen is not None:
        return TcpListenIntake(config, framing_of(adapter))
    if config.topics:
        theirs = config.broker and BrokerAddress.parse(config.broker, config.broker_password_file)
        deletions = bool(getattr(adapter, "reads_deletions", False))
        return TopicsIntake(theirs or address, config, backoff, reads_deletions=deletions)
    return BusIntake(address, config, backoff)


def outbox_path(data_dir: Path, config: SourceConfig) -> Path:
    """One file a source and realm; a colon is no letter of a file name everywhere."""
    return data_dir / "sources" / f"{config.realm}+{config.source.replace(':', '=')}.sqlite"
