"""One source at work: an intake, an adapter, an outbox, and a courier to the broker."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tocsin.contract import Adapter
from tocsin.contract.broker_address import BrokerAddress
from tocsin.sources.backoff import Backoff
from tocsin.sources.bus import BusIntake
from tocsin.sources.config import SourceConfig
from tocsin.sources.courier import Courier
from tocsin.sources.desk import Clock, Desk, Stopped, Tally
from tocsin.sources.intake import FileIntake, FolderIntake, Intake
from tocsin.sources.outbox import Outbox
from tocsin.sources.polling import PollIntake
from tocsin.sources.registry import load_adapters

log = logging.getLogger(__name__)
RECONNECT_FIRST_S = 0.5
RECONNECT_CAP_S = 30.0
RESTART_FIRST_S = 1.0
RESTART_CAP_S = 60.0
INTAKE_ENDS_S = 5.0


def _now() -> datetime:
    return datetime.now(UTC)


def _reconnecting() -> Backoff:
    return Backoff(RECONNECT_FIRST_S, RECONNECT_CAP_S)


class AdapterRunner:
    """Runs until told to stop; neither its source, its adapter nor the broker can end it."""

    def __init__(
        self,
        adapter: Adapter,
        config: SourceConfig,
        broker: str | BrokerAddress,
        data_dir: Path,
        *,
        intake: Intake | None = None,
        clock: Clock = _now,
        backoff: Callable[[], Backoff] = _reconnecting,
    ) -> None:
        self._adapter = adapter
        self._config = config
        self._address = BrokerAddress.parse(broker) if isinstance(broker, str) else broker
        self._path = outbox_path(data_dir, config)
        self._intake = intake
        self._clock = clock
        self._backoff = backoff
        self.tally = Tally()

    def run(self, stop: threading.Event) -> None:
        """Blocks. Raises only before it begins: `OutboxUnusable`."""
        outbox = Outbox(self._path, self._config.outbox_bytes)
        courier = Courier(
            self._address,
            self._config,
            self._adapter.name,
            outbox,
            self.tally,
            self._clock,
            self._backoff(),
        )
        desk = Desk(
            self._adapter,
            self._config,
            outbox,
            self.tally,
            courier.troubles,
            self._clock,
            stop,
            courier.wake,
        )
        reading = threading.Thread(
            target=self._read, args=(desk, stop), name=f"read {self._config.source}", daemon=True
        )
        reading.start()
        try:
            courier.run(stop)
        finally:
            reading.join(INTAKE_ENDS_S)
            if not reading.is_alive():  # a slow server may still hold it; the process's end will do
                outbox.close()

    def _read(self, desk: Desk, stop: threading.Event) -> None:
        intake = self._intake or intake_for(self._config, self._address, self._backoff())
        again = Backoff(RESTART_FIRST_S, RESTART_CAP_S)
        while not stop.is_set():
            try:
                intake.run(desk, stop)
            except Stopped:
                return
            except Exception as trouble:
                log.exception("%s: reading failed and starts anew", self._config.source)
                desk.troubles.say("reading", f"reading failed: {type(trouble).__name__}")
                stop.wait(again.next_s())
            else:
                return


def run_source(
    config: SourceConfig,
    broker: str | BrokerAddress,
    data_dir: Path,
    stop: threading.Event,
) -> None:
    """A whole source, from its configuration; blocks until `stop`.

    Raises before it begins: `AdapterMissing`, `SettingsRefused`, `OutboxUnusable`.
    """
    factory = load_adapters([config.adapter])[config.adapter]
    adapter = factory(config.options, config.source)
    AdapterRunner(adapter, config, broker, data_dir).run(stop)


def intake_for(config: SourceConfig, address: BrokerAddress, backoff: Backoff) -> Intake:
    if config.file is not None:
        return FileIntake(config.file, config.every_s)
    if config.folder is not None:
        return FolderIntake(config.folder, config.every_s)
    if config.url is not None:
        return PollIntake(config.url, config.every_s)
    return BusIntake(address, config, backoff)


def outbox_path(data_dir: Path, config: SourceConfig) -> Path:
    """One file a source and realm; a colon is no letter of a file name everywhere."""
    return data_dir / "sources" / f"{config.realm}+{config.source.replace(':', '=')}.sqlite"
